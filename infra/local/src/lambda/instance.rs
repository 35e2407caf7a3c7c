//! One process of a function: an event at a time, from the first question to the end.

use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::process::{Child, Command};
use tokio::sync::{Notify, mpsc, oneshot, watch};

use super::Outcome;
use super::log::Log;

/// An event on its way to a process.
pub(super) struct Invocation {
    pub(super) request_id: String,
    pub(super) event: Bytes,
    pub(super) timeout: Duration,
    pub(super) arn: String,
    pub(super) taken: Arc<AtomicBool>,
    answer: oneshot::Sender<Outcome>,
}

impl Invocation {
    pub(super) fn new(
        event: Bytes,
        timeout: Duration,
        arn: String,
        answer: oneshot::Sender<Outcome>,
    ) -> Self {
        let request_id = uuid::Uuid::now_v7().to_string();
        Self {
            request_id,
            event,
            timeout,
            arn,
            taken: Arc::default(),
            answer,
        }
    }
}

/// A running process.
pub(super) struct Instance {
    pub(super) id: String,
    inbox: mpsc::UnboundedSender<Invocation>,
    outbox: tokio::sync::Mutex<mpsc::UnboundedReceiver<Invocation>>,
    current: Mutex<Option<(String, oneshot::Sender<Outcome>)>>,
    phase: watch::Sender<Phase>,
    kill: Notify,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Starting,
    Ready,
    Gone,
}

impl Instance {
    /// A process that is about to start.
    pub(super) fn new(id: String) -> Arc<Self> {
        let (inbox, outbox) = mpsc::unbounded_channel();
        let (phase, _) = watch::channel(Phase::Starting);
        Arc::new(Self {
            id,
            inbox,
            outbox: tokio::sync::Mutex::new(outbox),
            current: Mutex::default(),
            phase,
            kill: Notify::new(),
        })
    }

    /// Starts `binary` with exactly `variables` as its environment. It may ask for its first event before this returns.
    pub(super) fn launch(
        self: &Arc<Self>,
        binary: &Path,
        variables: &[(String, String)],
        log: &Log,
    ) -> std::io::Result<()> {
        let mut child = Command::new(binary)
            .env_clear()
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // a group of its own: Ctrl-C in the terminal is ours to pass on
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        log.follow(child.stdout.take());
        log.follow(child.stderr.take());
        tokio::spawn(Arc::clone(self).watch(child));
        Ok(())
    }

    /// Waits for the process's end, or makes it.
    async fn watch(self: Arc<Self>, mut child: Child) {
        tokio::select! {
            _ = child.wait() => {}
            () = self.kill.notified() => {
                // it may have ended by itself in this moment, which is as good
                let _ = child.start_kill();
                let _ = child.wait().await;
            }
        }
        self.phase.send_replace(Phase::Gone);
        // dropping the answers' channels tells whoever waits for one
        self.current().take();
        let mut outbox = self.outbox.lock().await;
        outbox.close();
        while outbox.try_recv().is_ok() {}
    }

    pub(super) fn kill(&self) {
        self.kill.notify_one();
    }

    pub(super) fn is_gone(&self) -> bool {
        *self.phase.borrow() == Phase::Gone
    }

    pub(super) async fn wait_gone(&self) {
        // the sender lives in self: waiting cannot fail
        let _ = self
            .phase
            .subscribe()
            .wait_for(|phase| *phase == Phase::Gone)
            .await;
    }

    /// Whether the process asked for its first event (and did not end instead).
    pub(super) async fn wait_ready(&self) -> bool {
        let mut phase = self.phase.subscribe();
        let reached = phase.wait_for(|phase| *phase != Phase::Starting).await;
        reached.is_ok_and(|phase| *phase == Phase::Ready)
    }

    /// Puts an event where the process will find it. A process that is gone drops it, which its giver notices.
    pub(super) fn give(&self, invocation: Invocation) {
        let _ = self.inbox.send(invocation);
    }

    /// The next event, as the process asks for it. `None` once the process is to end.
    pub(super) async fn next(&self) -> Option<Invocation> {
        self.phase.send_if_modified(|phase| {
            let starting = *phase == Phase::Starting;
            if starting {
                *phase = Phase::Ready;
            }
            starting
        });
        let mut gone = self.phase.subscribe();
        let mut outbox = tokio::select! {
            outbox = self.outbox.lock() => outbox,
            _ = gone.wait_for(|phase| *phase == Phase::Gone) => return None,
        };
        let mut invocation = tokio::select! {
            invocation = outbox.recv() => invocation?,
            _ = gone.wait_for(|phase| *phase == Phase::Gone) => return None,
        };
        invocation.taken.store(true, Ordering::SeqCst);
        let (unused, _) = oneshot::channel();
        let answer = std::mem::replace(&mut invocation.answer, unused);
        *self.current() = Some((invocation.request_id.clone(), answer));
        Some(invocation)
    }

    /// Ends the event `request_id`; `false` if that is not what the process works on.
    pub(super) fn finish(&self, request_id: &str, outcome: Outcome) -> bool {
        let mut current = self.current();
        match current.take() {
            Some((id, answer)) if id == request_id => {
                // nobody waits any more after a time-out
                let _ = answer.send(outcome);
                true
            }
            other => {
                *current = other;
                false
            }
        }
    }

    fn current(&self) -> std::sync::MutexGuard<'_, Option<(String, oneshot::Sender<Outcome>)>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
