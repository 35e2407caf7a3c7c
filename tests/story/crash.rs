//! `kill -9` in the middle of uploads: what was acknowledged is there, and ends *ready* (invariant 1).

use local::Ready;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tests::photographs::roll;
use tests::stack::Photographer;
use tests::until;

/// The program of `cargo run`, as a process of its own.
struct Program(Child);

impl Program {
    async fn start(directory: &Path) -> (Self, Ready) {
        // builds the functions as well, so that the program finds them fresh
        let program = local::build_functions().unwrap().join("local");
        let file = directory.join("ready.json");
        let child = Command::new(program)
            .args(["--empty", "--port", "0", "--data"])
            .arg(directory.join("data"))
            .arg("--ready-file")
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let program = Self(child);
        let ready = until("the ready file", async || {
            let text = std::fs::read(&file).ok()?;
            serde_json::from_slice(&text).ok()
        });
        (program, ready.await)
    }

    /// SIGKILL: nothing is flushed, nobody is told.
    fn kill(&mut self) {
        // gone already is fine
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Issue: `kill -9` loses nothing that was acknowledged; 30 photographs put are 30 ready.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_in_the_middle_of_uploads_loses_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let (mut program, ready) = Program::start(directory.path()).await;
    let mut photographer = Photographer::sign_in(&ready).await;
    let made = photographer.gallery("Crashed", "482916").await;
    let roll = roll(30);
    let bucket = ready.s3.buckets.originals.clone();
    let mut acknowledged = Vec::new();
    for (index, (name, bytes)) in roll.iter().enumerate() {
        if index == 15 {
            // the queue is full of work, and the next upload is under way
            let put = photographer
                .s3
                .put_object()
                .bucket(&bucket)
                .key(format!("{}/{name}", made.folder));
            let put = tokio::spawn(put.body(bytes.clone().into()).send());
            program.kill();
            if matches!(put.await, Ok(Ok(_))) {
                acknowledged.push(name.clone());
            }
            break;
        }
        photographer.put(&made, name, bytes.clone()).await;
        acknowledged.push(name.clone());
    }
    std::fs::remove_file(directory.path().join("ready.json")).unwrap();
    let (_program, again) = Program::start(directory.path()).await;
    assert_eq!(again.site, ready.site, "the same addresses");
    let listed = photographer
        .s3
        .list_objects_v2()
        .bucket(&bucket)
        .prefix(&made.folder)
        .send()
        .await
        .unwrap();
    let there: Vec<&str> = listed
        .contents()
        .iter()
        .filter_map(|object| object.key()?.rsplit('/').next())
        .collect();
    for name in &acknowledged {
        assert!(
            there.contains(&name.as_str()),
            "{name} was acknowledged and is gone"
        );
    }
    for (name, bytes) in roll.iter().filter(|(name, _)| !acknowledged.contains(name)) {
        photographer.put(&made, name, bytes.clone()).await;
    }
    let photos = photographer.settled(&made, 30).await;
    assert!(
        photos.iter().all(|photo| photo["state"] == "ready"),
        "{photos:?}"
    );
}
