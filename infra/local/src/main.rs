//! `cargo run`: the whole stack on one machine.

use std::process::ExitCode;

fn main() -> ExitCode {
    local::cli::run()
}
