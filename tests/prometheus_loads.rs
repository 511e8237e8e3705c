//! The configurations of Prometheus and Alertmanager as they are written, loaded by the programs' own code of today: the programs
//! that Debian packages are older, or know no Consul, and `real_machines.rs` has to change the files for them.
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

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use support::tools::{self, not_run, works};

const TEST: &str = "do Prometheus and Alertmanager load their configurations?";

/// The programs, with the names of their files.
const PROGRAMS: [(&str, &str); 2] = [("prometheus", "prometheus.yml"), ("alertmanager", "alertmanager.yml")];

/// Builds the judge in a folder; nothing where Go is missing, or may fetch nothing.
fn judge(folder: &Path) -> Option<PathBuf> {
    if std::env::var("DVGEN_NETWORK").as_deref() != Ok("1") {
        not_run("Prometheus' own code", "set DVGEN_NETWORK=1 to let Go fetch it");
        return None;
    }
    let program = folder.join("loads");
    let place = program.to_str().expect("UTF-8");
    works("Go with Prometheus' code", &["go", "-C", "tests/prometheus", "build", "-o", place, "."], TEST)
        .then_some(program)
}

/// Returns the files of this name in the expected trees.
fn written(name: &str) -> Vec<PathBuf> {
    let mut open = vec![tools::crate_root().join("fixtures/platforms")];
    let mut all = Vec::new();
    while let Some(folder) = open.pop() {
        for path in std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                open.push(path);
            } else if path.file_name() == Some(OsStr::new(name)) {
                all.push(path);
            }
        }
    }
    all.retain(|path| path.components().any(|part| part.as_os_str() == "expected"));
    all.sort();
    all
}

#[test]
fn programs_load_what_is_written() {
    let folder = tempfile::tempdir().expect("a directory");
    let Some(judge) = judge(folder.path()) else { return };
    for (program, name) in PROGRAMS {
        let all = written(name);
        assert!(all.len() > 2, "only {} files are called {name}", all.len());
        for file in all {
            let outcome = tools::run(&judge, [OsStr::new(program), file.as_os_str()]);
            assert!(outcome.ok, "{}: {}", file.display(), outcome.said());
        }
        let broken = folder.path().join(name);
        std::fs::write(&broken, "scrape_configs: [{ job_name: a, consul_sd: [] }]\nroute: {}\n").expect("a file");
        let outcome = tools::run(&judge, [OsStr::new(program), broken.as_os_str()]);
        assert!(!outcome.ok, "{program} loads anything");
    }
}
