//! What products themselves say, by their own code of today, which Go builds: Prometheus and Alertmanager load their
//! configurations as they are written, and Talos makes the configuration of a machine, lays the patches over it and judges it.
//!
//! The programs that Debian packages are older, or know no Consul, and `real_machines.rs` has to change the files for them.
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
    #[expect(dead_code, reason = "other tests use the rest")]
    pub mod tree;
}

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use support::tools::{crate_root, go_judge, run};
use support::tree;

/// The programs that load configurations, with the names of their files.
const PROGRAMS: [(&str, &str); 2] = [("prometheus", "prometheus.yml"), ("alertmanager", "alertmanager.yml")];

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a directory")
}

#[test]
fn programs_load_what_is_written() {
    let folder = folder();
    let test = "do Prometheus and Alertmanager load their configurations?";
    let Some(judge) = go_judge("Prometheus' own code", "prometheus", folder.path(), test) else { return };
    for (program, name) in PROGRAMS {
        let all = tree::expected(&[&format!("/{name}")]);
        assert!(all.len() > 2, "only {} files are called {name}", all.len());
        for file in all {
            let outcome = run(&judge, [OsStr::new(program), file.as_os_str()]);
            assert!(outcome.ok, "{}: {}", file.display(), outcome.said());
        }
        let broken = folder.path().join(name);
        std::fs::write(&broken, "scrape_configs: [{ job_name: a, consul_sd: [] }]\nroute: {}\n").expect("a file");
        let outcome = run(&judge, [OsStr::new(program), broken.as_os_str()]);
        assert!(!outcome.ok, "{program} loads anything");
    }
}

/// Returns what Talos' code is asked: to lay patches over the configuration of a machine of the control plane.
fn patched<'a>(patches: impl IntoIterator<Item = &'a PathBuf>) -> Vec<&'a OsStr> {
    let start = ["v1.12.0", "controlplane"].into_iter().map(OsStr::new);
    start.chain(patches.into_iter().map(|patch| patch.as_os_str())).collect()
}

/// Returns the YAML files that lie in a folder itself and whose names begin like this, sorted.
fn files(folder: &Path, start: &str) -> Vec<PathBuf> {
    let mut all = tree::files(folder, &[".yaml"]);
    all.retain(|file| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        file.parent() == Some(folder) && name.starts_with(start)
    });
    all
}

#[test]
fn talos_takes_the_patches() {
    let into = folder();
    let test = "does Talos take the patches of the machines?";
    let Some(judge) = go_judge("Talos' own code", "talos", into.path(), test) else { return };
    let mut machines = 0;
    for environment in ["", "environments/staging/"] {
        let folder = crate_root().join(format!("fixtures/platforms/homelab/expected/{environment}talos"));
        let patches = files(&folder, "patch-");
        for node in files(&folder.join("nodes"), "") {
            let made = run(&judge, patched(patches.iter().chain([&node])));
            assert!(made.ok, "{}: {}", node.display(), made.said());
            let name = node.file_stem().unwrap_or_default().to_string_lossy();
            for wanted in
                [&*format!("hostname: {name}"), "vip:", "nameservers:", "allowSchedulingOnControlPlanes: true"]
            {
                assert!(made.stdout.contains(wanted), "{}: no `{wanted}` in what Talos makes of it", node.display());
            }
            machines += 1;
        }
    }
    assert_eq!(machines, 4);
    let broken = into.path().join("patch.yaml");
    std::fs::write(&broken, "machine:\n  network:\n    nameserver: [192.0.2.1]\n").expect("a file");
    assert!(!run(&judge, patched([&broken])).ok, "a misspelt key was taken");
}
