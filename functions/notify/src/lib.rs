//! Table stream to mail; the only sender.
