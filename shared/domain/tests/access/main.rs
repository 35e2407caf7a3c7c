//! The rules of access, row by row and status by status, against tables and a model written apart from the code.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

/// Sections with a table of their own, and tables that are inherited.
mod inheritance;
/// Galleries, photographs and rows to ask about.
mod make;
/// Which row counts, against a model of its own.
mod model;
/// Status by action, as product.md says it.
mod status;
/// Who reads what is said of a photograph.
mod threads;
/// Where a table contradicts itself.
mod warnings;
