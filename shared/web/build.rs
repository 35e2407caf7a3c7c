//! Builds the browser's part with npm and esbuild, in `OUT_DIR` and nowhere else: `dist/` is what `src/assets.rs` embeds.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, io};

fn main() -> ExitCode {
    for path in ["package.json", "package-lock.json", "build.mjs", "assets"] {
        println!("cargo::rerun-if-changed={path}");
    }
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            println!("cargo::error={}", sentence.replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), String> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo did not set OUT_DIR")?);
    let (work, dist) = (out.join("npm"), out.join("dist"));
    install(&work)?;
    replace(Path::new("assets"), &work.join("assets"))?;
    fs::copy("build.mjs", work.join("build.mjs")).map_err(disk)?;
    if dist.exists() {
        fs::remove_dir_all(&dist).map_err(disk)?;
    }
    let mut node = Command::new("node");
    node.arg("build.mjs").arg(&dist).current_dir(&work);
    run(node, "building the pages' styles and scripts")
}

/// `npm ci`, only when the lock file changed. Scripts of packages are not run: none is needed.
fn install(work: &Path) -> Result<(), String> {
    fs::create_dir_all(work).map_err(disk)?;
    let lock = fs::read("package-lock.json").map_err(disk)?;
    let stamp = work.join("installed.lock");
    if fs::read(&stamp).is_ok_and(|done| done == lock) {
        return Ok(());
    }
    for file in ["package.json", "package-lock.json"] {
        fs::copy(file, work.join(file)).map_err(disk)?;
    }
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .args(["--loglevel", "error"])
        .current_dir(work);
    run(npm, "installing the browser's packages")?;
    fs::write(stamp, lock).map_err(disk)
}

fn replace(from: &Path, to: &Path) -> Result<(), String> {
    if to.exists() {
        fs::remove_dir_all(to).map_err(disk)?;
    }
    fs::create_dir_all(to).map_err(disk)?;
    for entry in fs::read_dir(from).map_err(disk)? {
        let entry = entry.map_err(disk)?;
        fs::copy(entry.path(), to.join(entry.file_name())).map_err(disk)?;
    }
    Ok(())
}

fn run(mut command: Command, what: &str) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let done = command.output().map_err(|fault| {
        format!("{what} needs Node.js 20 or newer with npm on the PATH; `{program}` did not start: {fault}")
    })?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    Err(format!(
        "{what} failed ({}; Node.js 20 or newer is needed). {}",
        done.status,
        said.trim()
    ))
}

fn disk(fault: io::Error) -> String {
    format!("preparing the pages' styles and scripts: {fault}")
}
