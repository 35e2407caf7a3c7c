//! Starts everything the template declares, and stops it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use local_s3::{AccessKey, LocalS3};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::console::Console;
use crate::data::{DEVELOPER, DataDir, write_atomically};
use crate::dynamodb::{self, Front};
use crate::error::StartError;
use crate::http_api::Gateway;
use crate::lambda::{self, Endpoints, Functions};
use crate::listeners::{Listeners, number};
use crate::mail::{Mails, Ses};
use crate::notifications::{self, Drop as DropNotifications};
use crate::parameters;
use crate::queue::{self, Queues};
use crate::ready::{Buckets, Dynamodb, Ready, S3, Sample};
use crate::sample;
use crate::scheduler::Timer;
use crate::sigv4::Verifier;
use crate::stream::{Mapping, Reader};
use crate::template::{Event, Stack, World, secret_ids};

/// How the stack is started.
#[derive(Clone)]
pub struct Options {
    /// The site's port; 0 is any free one.
    pub port: u16,
    /// Where everything is kept.
    pub data: PathBuf,
    /// Whether to start without the sample gallery.
    pub empty: bool,
    /// Where to write [`Ready`] as JSON, once everything answers.
    pub ready_file: Option<PathBuf>,
    /// The SAM template.
    pub template: PathBuf,
    /// Where the compiled functions are.
    pub binaries: PathBuf,
    /// Which of S3's notifications get lost, for tests of what the sweep repairs.
    pub drop_notifications: Option<DropNotifications>,
}

impl Options {
    /// The workspace's template with any free port, no sample and nothing lost.
    #[must_use]
    pub fn new(data: impl Into<PathBuf>, binaries: impl Into<PathBuf>) -> Self {
        Self {
            port: 0,
            data: data.into(),
            empty: true,
            ready_file: None,
            template: workspace().join("template.yaml"),
            binaries: binaries.into(),
            drop_notifications: None,
        }
    }
}

/// The workspace's root.
#[must_use]
pub fn workspace() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}

/// A running stack. [`Running::stop`] ends it in order; dropping it ends it at once.
pub struct Running {
    ready: Ready,
    stop: watch::Sender<bool>,
    servers: JoinSet<()>,
    pumps: JoinSet<()>,
    functions: Functions,
    data: Arc<DataDir>,
}

impl Running {
    /// Where everything answers.
    #[must_use]
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// Ends every process, server and pump; the data directory is free afterwards.
    pub async fn stop(mut self) {
        /// Browsers keep connections open that nothing will come from.
        const PATIENCE: Duration = Duration::from_secs(2);
        self.pumps.shutdown().await;
        self.functions.stop().await;
        self.stop.send_replace(true);
        let ended = async { while self.servers.join_next().await.is_some() {} };
        if tokio::time::timeout(PATIENCE, ended).await.is_err() {
            self.servers.shutdown().await;
        }
        drop(self.data);
    }
}

/// Starts the stack and returns when everything answers (and the sample, if there is to be one, is made).
///
/// # Errors
/// See [`StartError`]; nothing keeps running then.
pub async fn start(options: Options) -> Result<Running, StartError> {
    let data = Arc::new(DataDir::open(&options.data)?);
    let listeners = Listeners::bind(options.port, data.memory().ports).await?;
    data.remember(|memory| memory.ports = listeners.ports)?;
    let ports = listeners.ports;
    let stack = read_template(&options.template, &data, ports.site)?;
    let endpoints = Endpoints {
        region: stack.region.clone(),
        runtime: format!("127.0.0.1:{}", number(&listeners.runtime)?),
        s3: format!("http://127.0.0.1:{}", ports.s3),
        dynamodb: format!("http://127.0.0.1:{}", ports.dynamodb),
        sesv2: format!("http://127.0.0.1:{}", ports.mailbox),
    };
    let services = Services::open(&stack, &data, &endpoints, &options.binaries)?;
    let ready = ready(&stack, &data, ports.site, ports.mailbox, &endpoints)?;
    let (stop, stopped) = watch::channel(false);
    let mut running = Running {
        ready,
        stop,
        servers: JoinSet::new(),
        pumps: JoinSet::new(),
        functions: services.functions.clone(),
        data: Arc::clone(&data),
    };
    let written = Arc::new(Notify::new());
    serve(&mut running.servers, listeners, &stack, &services, &data, &written, &stopped)?;
    pumps(&mut running.pumps, &stack, &services, &written, options.drop_notifications);
    running.functions.warm(&answering(&stack)).await;
    if let Err(error) = finish(&mut running, &data, options.empty, options.ready_file.as_deref()).await {
        running.stop().await;
        return Err(error);
    }
    Ok(running)
}

/// The sample, and the ready file as the last thing of all.
async fn finish(running: &mut Running, data: &DataDir, empty: bool, file: Option<&Path>) -> Result<(), StartError> {
    let sample = sample::provide(&running.ready, data, empty).await?;
    running.ready.sample = sample.map(|(gallery, pin)| Sample { gallery, pin });
    if let Some(path) = file {
        let text = serde_json::to_vec_pretty(&running.ready).map_err(std::io::Error::from);
        let written = text.and_then(|text| write_atomically(path, &text));
        written.map_err(|error| StartError::Unwritable { path: path.to_owned(), reason: error.to_string() })?;
    }
    Ok(())
}

/// Everything with state of its own.
struct Services {
    functions: Functions,
    queues: Queues,
    mails: Mails,
    s3: LocalS3,
    database: dynoxide::Database,
    streams: Vec<(String, String)>,
}

impl Services {
    fn open(stack: &Stack, data: &DataDir, endpoints: &Endpoints, binaries: &Path) -> Result<Self, StartError> {
        let opened = dynamodb::open(&data.file("table.sqlite"), &stack.tables)?;
        let buckets = stack.buckets.iter().map(|bucket| bucket.config.clone()).collect();
        let directory = data.file("s3");
        let s3 = LocalS3::open(&directory, &stack.region, buckets)
            .map_err(|error| StartError::Damaged { path: directory, reason: error.to_string() })?;
        data.keys(DEVELOPER)?;
        let mut functions = Vec::new();
        for function in &stack.functions {
            functions.push((function.clone(), data.keys(&function.id)?));
        }
        let keys = data.memory().keys.into_iter();
        s3.set_keys(keys.map(|(principal, pair)| AccessKey { id: pair.id, secret: pair.secret, principal }).collect());
        Ok(Self {
            functions: Functions::new(functions, binaries, &data.file("logs"), endpoints)?,
            queues: Queues::open(&data.file("queues.sqlite"), &stack.queues)?,
            mails: Mails::open(&data.file("mail.sqlite"))?,
            s3,
            database: opened.database,
            streams: opened.streams,
        })
    }
}

fn read_template(path: &Path, data: &DataDir, port: u16) -> Result<Stack, StartError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| StartError::NoTemplate { path: path.to_owned(), reason: error.to_string() })?;
    let mut world = World {
        region: parameters::REGION.to_owned(),
        account: parameters::ACCOUNT.to_owned(),
        stack_name: parameters::STACK_NAME.to_owned(),
        site_url: format!("http://127.0.0.1:{port}"),
        parameters: parameters::parameters(),
        secrets: std::collections::BTreeMap::new(),
    };
    for id in secret_ids(&text)? {
        let value = data.secret(&id)?;
        world.secrets.insert(id, value);
    }
    Ok(Stack::read(&text, &world)?)
}

fn serve(
    servers: &mut JoinSet<()>,
    listeners: Listeners,
    stack: &Stack,
    services: &Services,
    data: &DataDir,
    written: &Arc<Notify>,
    stopped: &watch::Receiver<bool>,
) -> Result<(), StartError> {
    let keys = data.memory().keys;
    let routes = stack.functions.iter().flat_map(|function| &function.events).filter_map(|event| match event {
        Event::Http(route) => Some(route.clone()),
        _ => None,
    });
    let gateway = Gateway {
        routes: Arc::new(routes.collect()),
        functions: services.functions.clone(),
        authority: format!("127.0.0.1:{}", listeners.ports.site),
        account: stack.account.clone(),
    };
    let engine = format!("127.0.0.1:{}", number(&listeners.engine)?);
    let front = Front::new(Verifier::new(&stack.region, "dynamodb", &keys), None, engine, Arc::clone(written));
    let ses = Ses {
        verifier: Verifier::new(&stack.region, "ses", &keys),
        identity: parameters::SENDER_EMAIL.to_owned(),
        mails: services.mails.clone(),
    };
    let console = Console {
        timers: Arc::new(timers(stack)),
        functions: services.functions.clone(),
        queues: services.queues.clone(),
    };
    spawn(servers, listeners.site, gateway.router(), stopped);
    spawn(servers, listeners.runtime, lambda::router(services.functions.clone()), stopped);
    spawn(servers, listeners.dynamodb, front.router(), stopped);
    spawn(servers, listeners.mailbox, console.router(services.mails.clone(), ses), stopped);
    let (database, until) = (services.database.clone(), ended(stopped.clone()));
    servers.spawn(async move {
        if let Err(error) = dynoxide::server::serve_with_shutdown(listeners.engine, database, until).await {
            tracing::warn!("DynamoDB stopped: {error}");
        }
    });
    let (s3, until) = (services.s3.clone(), ended(stopped.clone()));
    servers.spawn(async move {
        if let Err(error) = s3.serve(listeners.s3, until).await {
            tracing::warn!("S3 stopped: {error}");
        }
    });
    Ok(())
}

fn spawn(servers: &mut JoinSet<()>, listener: TcpListener, router: Router, stopped: &watch::Receiver<bool>) {
    let until = ended(stopped.clone());
    servers.spawn(async move {
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        if let Err(error) = axum::serve(listener, service).with_graceful_shutdown(until).await {
            tracing::warn!("a listener stopped: {error}");
        }
    });
}

async fn ended(mut stopped: watch::Receiver<bool>) {
    // a sender that is gone means the same
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

fn timers(stack: &Stack) -> Vec<Timer> {
    let mut timers = Vec::new();
    for function in &stack.functions {
        for event in &function.events {
            if let Event::Schedule(schedule) = event {
                let (region, account) = (stack.region.clone(), stack.account.clone());
                timers.push(Timer { function: function.id.clone(), schedule: schedule.clone(), region, account });
            }
        }
    }
    timers
}

/// Everything that moves without a request.
fn pumps(
    pumps: &mut JoinSet<()>,
    stack: &Stack,
    services: &Services,
    written: &Arc<Notify>,
    lost: Option<DropNotifications>,
) {
    let (queues, functions) = (&services.queues, &services.functions);
    pumps.spawn(notifications::pump(services.s3.clone(), queues.clone(), stack.buckets.clone(), lost));
    for function in &stack.functions {
        for event in &function.events {
            match event {
                Event::Queue(source) => {
                    let (id, region) = (function.id.clone(), stack.region.clone());
                    pumps.spawn(queue::consume(queues.clone(), functions.clone(), id, region, source.clone()));
                }
                Event::Stream(source) => {
                    let found = services.streams.iter().find(|(arn, _)| *arn == source.stream_arn);
                    let Some((arn, engine_arn)) = found.cloned() else { continue };
                    let mapping = Mapping {
                        function: function.id.clone(),
                        source: source.clone(),
                        reader: Reader::new(services.database.clone(), engine_arn, arn, stack.region.clone()),
                        functions: functions.clone(),
                        queues: queues.clone(),
                        written: Arc::clone(written),
                    };
                    pumps.spawn(mapping.run());
                }
                Event::Http(_) | Event::Schedule(_) => {}
            }
        }
    }
    for timer in timers(stack) {
        pumps.spawn(timer.run(functions.clone(), queues.clone()));
    }
    let (functions, database) = (functions.clone(), services.database.clone());
    pumps.spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(30)).await;
            functions.reap();
            let database = database.clone();
            // late here too: AWS itself takes up to days
            let swept = tokio::task::spawn_blocking(move || database.sweep_ttl()).await;
            if let Ok(Err(error)) = swept {
                tracing::warn!("expired items cannot be removed: {error}");
            }
        }
    });
}

/// Functions that somebody waits for on a page.
fn answering(stack: &Stack) -> Vec<&str> {
    let answers = |event: &Event| matches!(event, Event::Http(_));
    stack.functions.iter().filter(|function| function.events.iter().any(answers)).map(|function| function.id.as_str()).collect()
}

fn ready(stack: &Stack, data: &DataDir, site: u16, mailbox: u16, endpoints: &Endpoints) -> Result<Ready, StartError> {
    let bucket = |id: &str| {
        let found = stack.buckets.iter().find(|bucket| bucket.id == id);
        found.map(|bucket| bucket.config.name.clone()).unwrap_or_default()
    };
    let keys = data.keys(DEVELOPER)?;
    let site = format!("http://127.0.0.1:{site}");
    let mailbox = format!("http://127.0.0.1:{mailbox}");
    Ok(Ready {
        studio: format!("{site}/studio"),
        mail_api: format!("{mailbox}/api/mail"),
        mailbox: format!("{mailbox}/"),
        s3: S3 {
            endpoint: endpoints.s3.clone(),
            region: stack.region.clone(),
            access_key: keys.id,
            secret_key: keys.secret,
            buckets: Buckets {
                originals: bucket("Originals"),
                renditions: bucket("Renditions"),
                archives: bucket("Archives"),
            },
        },
        dynamodb: Dynamodb {
            endpoint: endpoints.dynamodb.clone(),
            table: stack.tables.first().map(|table| table.name.clone()).unwrap_or_default(),
        },
        owner_email: parameters::OWNER_EMAIL.to_owned(),
        sample: None,
        site,
    })
}
