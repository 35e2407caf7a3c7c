//! Lambda on one machine: the compiled binaries as processes, one for each invocation at the same time.

mod api;
mod environment;
mod instance;
mod log;

pub use environment::Endpoints;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::Instant;

use crate::data::AccessPair;
use crate::error::StartError;
use crate::template::Function;
use instance::{Instance, Invocation};

pub use api::router;

/// Processes of one function at the same time; AWS begins a new account with ten for all functions together.
const MAX_INSTANCES: usize = 16;
/// How long a process may take until it asks for its first event. AWS allows 10 s on quiet machines.
const INIT_PATIENCE: Duration = Duration::from_secs(60);
/// An idle process ends after this.
const IDLE: Duration = Duration::from_secs(300);

/// How an invocation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What the function answered.
    Answered(Bytes),
    /// It failed, crashed or ran out of time.
    Failed {
        /// Such as `Sandbox.Timedout`.
        kind: String,
        /// The runtime's sentence.
        message: String,
    },
}

impl Outcome {
    fn failed(kind: &str, message: impl Into<String>) -> Self {
        Self::Failed {
            kind: kind.to_owned(),
            message: message.into(),
        }
    }
}

/// All functions of the stack. Clones share them.
#[derive(Clone)]
pub struct Functions {
    pools: Arc<BTreeMap<String, Arc<Pool>>>,
}

/// One function's processes.
struct Pool {
    function: Function,
    binary: PathBuf,
    keys: AccessPair,
    endpoints: Endpoints,
    log: log::Log,
    permits: Arc<Semaphore>,
    instances: Mutex<Vec<Arc<Instance>>>,
    idle: Mutex<Vec<(Arc<Instance>, Instant)>>,
}

impl Functions {
    /// Prepares `functions`; no process starts yet.
    ///
    /// # Errors
    /// A binary is missing in `binaries`, or a log in `logs` cannot be written.
    pub fn new(
        functions: Vec<(Function, AccessPair)>,
        binaries: &std::path::Path,
        logs: &std::path::Path,
        endpoints: &Endpoints,
    ) -> Result<Self, StartError> {
        let mut pools = BTreeMap::new();
        for (function, keys) in functions {
            let binary = binaries.join(&function.package);
            if !binary.is_file() {
                return Err(StartError::MissingBinary {
                    function: function.id,
                    path: binary,
                });
            }
            let pool = Pool {
                log: log::Log::open(logs, &function.package)?,
                binary,
                keys,
                endpoints: endpoints.clone(),
                permits: Arc::new(Semaphore::new(MAX_INSTANCES)),
                instances: Mutex::default(),
                idle: Mutex::default(),
                function,
            };
            pools.insert(pool.function.id.clone(), Arc::new(pool));
        }
        Ok(Self {
            pools: Arc::new(pools),
        })
    }

    /// Invokes `function` (a logical id) with `event` and waits for its end. Dropping the future leaves the invocation
    /// running to its end, as on AWS.
    pub async fn invoke(&self, function: &str, event: Bytes) -> Outcome {
        let Some(pool) = self.pools.get(function).map(Arc::clone) else {
            return Outcome::failed(
                "ResourceNotFoundException",
                format!("there is no function {function}"),
            );
        };
        let running = tokio::spawn(async move { pool.invoke(event).await });
        running
            .await
            .unwrap_or_else(|_| Outcome::failed("Runtime.Internal", "the invocation was lost"))
    }

    /// Starts one process of each of `functions` and waits until they ask for events, so that the first request is fast.
    pub async fn warm(&self, functions: &[&str]) {
        let pools = functions.iter().filter_map(|id| self.pools.get(*id));
        futures::future::join_all(pools.map(|pool| async move {
            match pool.start().await {
                Ok(instance) => pool.park(instance),
                Err(outcome) => pool.report(&outcome),
            }
        }))
        .await;
    }

    /// Ends processes nobody has needed for a while; call it now and then.
    pub fn reap(&self) {
        for pool in self.pools.values() {
            pool.idle().retain(|(instance, since)| {
                let stays = since.elapsed() < IDLE;
                if !stays {
                    instance.kill();
                }
                stays
            });
        }
    }

    /// Ends every process and takes no more events.
    pub fn kill(&self) {
        for pool in self.pools.values() {
            pool.permits.close();
            let instances = pool
                .instances
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            instances.iter().for_each(|instance| instance.kill());
        }
    }

    /// Ends every process and waits until all are gone.
    pub async fn stop(&self) {
        self.kill();
        for pool in self.pools.values() {
            let instances = std::mem::take(
                &mut *pool
                    .instances
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner),
            );
            for instance in instances {
                instance.wait_gone().await;
            }
        }
    }

    fn instance(&self, function: &str, id: &str) -> Option<Arc<Instance>> {
        let instances = self
            .pools
            .get(function)?
            .instances
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        instances.iter().find(|instance| instance.id == id).cloned()
    }
}

impl Pool {
    async fn invoke(self: Arc<Self>, event: Bytes) -> Outcome {
        let Ok(_permit) = self.permit().await else {
            return Outcome::failed("Runtime.Stopped", "the stack is stopping");
        };
        // A process that dies between two invocations has harmed nobody: the next one takes over.
        for _ in 0..3 {
            let instance = match self.take_idle() {
                Some(instance) => instance,
                None => match self.start().await {
                    Ok(instance) => instance,
                    Err(outcome) => {
                        self.report(&outcome);
                        return outcome;
                    }
                },
            };
            if let Some(outcome) = self.run(instance, event.clone()).await {
                self.report(&outcome);
                return outcome;
            }
        }
        Outcome::failed(
            "Runtime.ExitError",
            "the process ended before it took the event",
        )
    }

    /// One invocation on `instance`; `None` if the process was gone before it took the event.
    async fn run(&self, instance: Arc<Instance>, event: Bytes) -> Option<Outcome> {
        let (answer, answered) = oneshot::channel();
        let invocation = Invocation::new(
            event,
            self.function.timeout,
            self.function.arn.clone(),
            answer,
        );
        let taken = Arc::clone(&invocation.taken);
        instance.give(invocation);
        let outcome = tokio::time::timeout(self.function.timeout, answered).await;
        match outcome {
            Ok(Ok(outcome)) => {
                self.park(instance);
                Some(outcome)
            }
            Ok(Err(_)) => taken.load(std::sync::atomic::Ordering::SeqCst).then(|| {
                Outcome::failed(
                    "Runtime.ExitError",
                    "the process ended in the middle of an event",
                )
            }),
            Err(_) => {
                instance.kill();
                self.forget(&instance);
                let seconds = self.function.timeout.as_secs_f32();
                Some(Outcome::failed(
                    "Sandbox.Timedout",
                    format!("Task timed out after {seconds:.2} seconds"),
                ))
            }
        }
    }

    /// Starts a process and waits for its first question.
    async fn start(&self) -> Result<Arc<Instance>, Outcome> {
        let id = uuid::Uuid::now_v7().simple().to_string();
        let variables = environment::variables(&self.function, &self.keys, &self.endpoints, &id);
        let instance = Instance::new(id);
        // known before it runs: a quick process asks for its first event at once
        self.instances
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Arc::clone(&instance));
        if let Err(error) = instance.launch(&self.binary, &variables, &self.log) {
            self.forget(&instance);
            return Err(Outcome::failed(
                "Runtime.InvalidEntrypoint",
                format!("the binary cannot be started: {error}"),
            ));
        }
        match tokio::time::timeout(INIT_PATIENCE, instance.wait_ready()).await {
            Ok(true) => Ok(instance),
            Ok(false) => {
                self.forget(&instance);
                Err(Outcome::failed(
                    "Runtime.ExitError",
                    "the process ended before it asked for an event",
                ))
            }
            Err(_) => {
                instance.kill();
                self.forget(&instance);
                Err(Outcome::failed(
                    "Sandbox.Timedout",
                    "the process never asked for an event",
                ))
            }
        }
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, tokio::sync::AcquireError> {
        Arc::clone(&self.permits).acquire_owned().await
    }

    fn take_idle(&self) -> Option<Arc<Instance>> {
        loop {
            let (instance, _) = self.idle().pop()?;
            if !instance.is_gone() {
                return Some(instance);
            }
            self.forget(&instance);
        }
    }

    fn park(&self, instance: Arc<Instance>) {
        self.idle().push((instance, Instant::now()));
    }

    fn forget(&self, gone: &Arc<Instance>) {
        let mut instances = self
            .instances
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        instances.retain(|instance| !Arc::ptr_eq(instance, gone) && !instance.is_gone());
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<(Arc<Instance>, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn report(&self, outcome: &Outcome) {
        if let Outcome::Failed { kind, message } = outcome {
            tracing::warn!(
                "{}: {kind}: {message} (see {})",
                self.function.package,
                self.log.path().display()
            );
        }
    }
}
