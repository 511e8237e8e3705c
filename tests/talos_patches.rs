//! What Talos itself says to the patches: its own code makes the configuration of a machine, lays them over it and judges it.
#![expect(unreachable_pub, reason = "the parts of a test are no library")]
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::panic,
    reason = "a test reads files, asks its environment and runs another program"
)]

mod support {
    #[expect(dead_code, reason = "other tests use the rest")]
    pub mod tools;
}

use std::path::{Path, PathBuf};

use support::tools::{not_run, said, works};

const TEST: &str = "does Talos take the patches of the machines?";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the files of a folder whose names begin and end like this, sorted.
fn files(folder: &Path, start: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let named = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.starts_with(start) && path.extension().is_some_and(|end| end == "yaml")
    };
    let mut all: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(named).collect();
    all.sort();
    all.into_iter().map(|path| path.to_string_lossy().into_owned()).collect()
}

/// Returns whether Go can build the judge.
fn judge() -> bool {
    if std::env::var("DVGEN_NETWORK").as_deref() != Ok("1") {
        not_run("Talos' own code", "set DVGEN_NETWORK=1 to let Go fetch it");
        return false;
    }
    works("Go with Talos' code", &["go", "-C", "tests/talos", "vet", "."], TEST)
}

#[test]
fn talos_takes_the_patches() {
    if !judge() {
        return;
    }
    let mut machines = 0;
    for environment in ["", "environments/staging/"] {
        let folder = root().join(format!("fixtures/platforms/homelab/expected/{environment}talos"));
        let patches = files(&folder, "patch-");
        for node in files(&folder.join("nodes"), "") {
            let mut command = vec!["go", "-C", "tests/talos", "run", ".", "v1.12.0", "controlplane"];
            command.extend(patches.iter().map(String::as_str));
            command.push(&node);
            let made = said(&command);
            let name = Path::new(&node).file_stem().unwrap_or_default().to_string_lossy().into_owned();
            for wanted in
                [&*format!("hostname: {name}"), "vip:", "nameservers:", "allowSchedulingOnControlPlanes: true"]
            {
                assert!(made.contains(wanted), "{node}: no `{wanted}` in what Talos makes of it");
            }
            machines += 1;
        }
    }
    assert_eq!(machines, 4);
}

#[test]
fn a_patch_that_talos_refuses_is_seen() {
    if !judge() {
        return;
    }
    let folder = tempfile::tempdir().expect("a directory");
    let file = folder.path().join("patch.yaml");
    std::fs::write(&file, "machine:\n  network:\n    nameserver: [192.0.2.1]\n").expect("a file");
    let file = file.to_string_lossy().into_owned();
    let command = ["go", "-C", "tests/talos", "run", ".", "v1.12.0", "controlplane", &file];
    let output = std::process::Command::new("go").args(&command[1..]).current_dir(root()).output().expect("go");
    assert!(!output.status.success(), "a misspelt key was taken");
}
