//! Starts everything the template declares, and stops it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::console::Console;
use crate::data::{DEVELOPER, DataDir, write_atomically};
use crate::dynamodb::{Backups, Front, Permission, Schema};
use crate::error::StartError;
use crate::http_api::Gateway;
use crate::iam::Policies;
use crate::lambda::{self, Endpoints, Functions};
use crate::listeners::{Listeners, number};
use crate::mail::Ses;
use crate::notifications::Drop as DropNotifications;
use crate::parameters;
use crate::pumps::{self, timers};
use crate::ready::{Buckets, Dynamodb, Ready, S3, Sample};
use crate::sample;
use crate::services::{Services, read_template};
use crate::sigv4::Verifier;
use crate::template::{Event, Stack};

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
    /// Holds the lock as long as anything runs.
    _data: Arc<DataDir>,
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
    }
}

impl Drop for Running {
    /// Servers and pumps end with their sets; processes would not.
    fn drop(&mut self) {
        self.functions.kill();
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
        _data: Arc::clone(&data),
    };
    let written = Arc::new(Notify::new());
    serve(
        &mut running.servers,
        listeners,
        &stack,
        &services,
        &data,
        &written,
        &stopped,
    )?;
    pumps::spawn(
        &mut running.pumps,
        &stack,
        &services,
        &written,
        options.drop_notifications,
    );
    running.functions.warm(&answering(&stack)).await;
    if let Err(error) = finish(
        &mut running,
        &data,
        options.empty,
        options.ready_file.as_deref(),
    )
    .await
    {
        running.stop().await;
        return Err(error);
    }
    Ok(running)
}

/// The sample, and the ready file as the last thing of all.
async fn finish(
    running: &mut Running,
    data: &DataDir,
    empty: bool,
    file: Option<&Path>,
) -> Result<(), StartError> {
    let sample = sample::provide(&running.ready, data, empty).await?;
    running.ready.sample = sample.map(|(gallery, pin)| Sample { gallery, pin });
    if let Some(path) = file {
        let text = serde_json::to_vec_pretty(&running.ready).map_err(std::io::Error::from);
        let written = text.and_then(|text| write_atomically(path, &text));
        written.map_err(|error| StartError::Unwritable {
            path: path.to_owned(),
            reason: error.to_string(),
        })?;
    }
    Ok(())
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
    let routes = stack
        .functions
        .iter()
        .flat_map(|function| &function.events)
        .filter_map(|event| match event {
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
    let recovered = stack.tables.iter().filter(|table| table.recovery);
    let recovered = recovered.map(|table| table.name.clone());
    let policies = Arc::new(Policies::new(&stack.functions));
    services.s3.set_authorizer(policies.clone());
    let schema = Schema::new(&stack.region, &stack.account, &stack.tables);
    let front = Front::new(
        Verifier::new(&stack.region, "dynamodb", &keys),
        Permission {
            policies: Arc::clone(&policies),
            schema: Arc::new(schema),
        },
        Backups::new(services.database.clone(), recovered),
        engine,
        Arc::clone(written),
    );
    let ses = Ses {
        verifier: Verifier::new(&stack.region, "ses", &keys),
        policies,
        identity: parameters::SENDER_EMAIL.to_owned(),
        arn: format!(
            "arn:aws:ses:{}:{}:identity/{}",
            stack.region,
            stack.account,
            parameters::SENDER_EMAIL
        ),
        mails: services.mails.clone(),
    };
    let console = Console {
        timers: Arc::new(timers(stack)),
        functions: services.functions.clone(),
        queues: services.queues.clone(),
    };
    spawn(servers, listeners.site, gateway.router(), stopped);
    spawn(
        servers,
        listeners.runtime,
        lambda::router(services.functions.clone()),
        stopped,
    );
    spawn(servers, listeners.dynamodb, front.router(), stopped);
    spawn(
        servers,
        listeners.mailbox,
        console.router(services.mails.clone(), ses),
        stopped,
    );
    let (database, until) = (services.database.clone(), ended(stopped.clone()));
    servers.spawn(async move {
        if let Err(error) =
            dynoxide::server::serve_with_shutdown(listeners.engine, database, until).await
        {
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

fn spawn(
    servers: &mut JoinSet<()>,
    listener: TcpListener,
    router: Router,
    stopped: &watch::Receiver<bool>,
) {
    let until = ended(stopped.clone());
    servers.spawn(async move {
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        if let Err(error) = axum::serve(listener, service)
            .with_graceful_shutdown(until)
            .await
        {
            tracing::warn!("a listener stopped: {error}");
        }
    });
}

async fn ended(mut stopped: watch::Receiver<bool>) {
    // a sender that is gone means the same
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// Functions that somebody waits for on a page.
fn answering(stack: &Stack) -> Vec<&str> {
    let answers = |event: &Event| matches!(event, Event::Http(_));
    stack
        .functions
        .iter()
        .filter(|function| function.events.iter().any(answers))
        .map(|function| function.id.as_str())
        .collect()
}

fn ready(
    stack: &Stack,
    data: &DataDir,
    site: u16,
    mailbox: u16,
    endpoints: &Endpoints,
) -> Result<Ready, StartError> {
    let bucket = |id: &str| {
        let found = stack.buckets.iter().find(|bucket| bucket.id == id);
        found
            .map(|bucket| bucket.config.name.clone())
            .unwrap_or_default()
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
            table: stack
                .tables
                .first()
                .map(|table| table.name.clone())
                .unwrap_or_default(),
        },
        owner_email: parameters::OWNER_EMAIL.to_owned(),
        sample: None,
        site,
    })
}
