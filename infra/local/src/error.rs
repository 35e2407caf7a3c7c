//! Why the stack does not start: one sentence each, for whoever typed `cargo run`.

use std::path::PathBuf;

use crate::template::TemplateError;

/// The stack cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The template cannot be run on this machine.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// There is no template.
    #[error("The template {} cannot be read: {reason}.", path.display())]
    NoTemplate {
        /// Where it should be.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// Another program listens there.
    #[error(
        "Port {port} is in use; stop what listens there, or choose another with --port N (0 takes any free one)."
    )]
    PortInUse {
        /// The port.
        port: u16,
    },
    /// No socket for another reason.
    #[error("Port {port} on 127.0.0.1 cannot be opened: {reason}.")]
    Port {
        /// The port.
        port: u16,
        /// What the system said.
        reason: String,
    },
    /// The disk refuses.
    #[error("{} cannot be written: {reason}.", path.display())]
    Unwritable {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// A second stack over the same data.
    #[error("{} is in use by a stack that runs already; stop it, or choose another directory with --data DIR.", path.display())]
    InUse {
        /// The data directory.
        path: PathBuf,
    },
    /// Something in the data directory is not what this program wrote.
    #[error("{} is damaged ({reason}); restore it, or start anew with another --data DIR.", path.display())]
    Damaged {
        /// The file or directory.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// S3's directory is not what it was; its own sentence.
    #[error(transparent)]
    S3(#[from] local_s3::OpenError),
    /// The table's keys in the template are not those of the data.
    #[error("The table {table} in {} has other keys than template.yaml; start anew with another --data DIR.", path.display())]
    OtherTable {
        /// `TableName`.
        table: String,
        /// The data directory.
        path: PathBuf,
    },
    /// A function's binary is not there.
    #[error("The function {function} has no binary at {}.", path.display())]
    MissingBinary {
        /// Logical id.
        function: String,
        /// Where it should be.
        path: PathBuf,
    },
    /// cargo failed.
    #[error("The functions could not be built; the compiler's message is above.")]
    Build,
    /// cargo could not be run.
    #[error("The functions could not be built: cargo cannot be started ({0}).")]
    NoCargo(String),
    /// The sample gallery could not be made.
    #[error("The sample gallery could not be made: {0} (--empty starts without one).")]
    Sample(String),
    /// A service did not come up.
    #[error("{service} did not start: {reason}.")]
    Service {
        /// Which.
        service: &'static str,
        /// Why.
        reason: String,
    },
}
