//! Builds the functions with the profile this program was built with, so that nothing is built twice.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::StartError;
use crate::stack::workspace;

/// Builds every binary of the workspace and says where they are. cargo shows its own progress.
///
/// # Errors
/// cargo cannot be started, or the functions do not compile.
pub fn build_functions() -> Result<PathBuf, StartError> {
    let (directory, profile) = output();
    let cargo = option_env!("CARGO")
        .filter(|path| Path::new(path).exists())
        .unwrap_or("cargo");
    let status = Command::new(cargo)
        .args(["build", "--workspace", "--bins", "--profile", &profile])
        .current_dir(workspace())
        .status()
        .map_err(|error| StartError::NoCargo(error.to_string()))?;
    if status.success() {
        Ok(directory)
    } else {
        Err(StartError::Build)
    }
}

/// Where this program's binary lies (a test's or an example's is one deeper) and which profile made that directory.
fn output() -> (PathBuf, String) {
    let fallback = || workspace().join("target/debug");
    let program = std::env::current_exe().unwrap_or_default();
    let mut directory = program.parent().map_or_else(fallback, Path::to_path_buf);
    if directory.ends_with("deps") || directory.ends_with("examples") {
        directory.pop();
    }
    let name = directory
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or("debug")
        .to_owned();
    let profile = if name == "debug" {
        "dev".to_owned()
    } else {
        name
    };
    (directory, profile)
}
