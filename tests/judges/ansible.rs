//! Whether Ansible takes what is made for it, and reads the model out of it.

use std::ffi::OsStr;
use std::path::Path;

use serde_json::Value;

use crate::support::tools::{self, Outcome};
use crate::support::tree::Verdict;

/// Runs a program of Ansible in a directory, with nothing of the user's own.
fn run(dir: &Path, program: &Path, args: &[&str]) -> Outcome {
    let home = tempfile::tempdir().expect("a directory for Ansible");
    let bin = program.parent().expect("a program is in a directory");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(bin.to_owned()).chain(std::env::split_paths(&path)));
    let path = path.expect("a PATH");
    let env =
        [("ANSIBLE_HOME", home.path().as_os_str()), ("PATH", path.as_os_str()), ("HOME", home.path().as_os_str())];
    let args = args.iter().map(OsStr::new);
    tools::run_in(dir, program, args, &env)
}

/// Returns what Ansible knows about each host: the inventory with the variables of its groups and its own.
pub fn variables(ansible_inventory: &Path, dir: &Path) -> Value {
    let outcome = run(dir, ansible_inventory, &["-i", "inventory.ini", "--list"]);
    assert!(outcome.ok && !outcome.stderr.contains("[WARNING]"), "{}", outcome.said());
    let read: Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    read["_meta"]["hostvars"].clone()
}

/// Judges a playbook that uses the variables: its syntax, and a run in which each host has all of them.
pub fn playbook(ansible_playbook: &Path, dir: &Path, playbook: &Path) -> Verdict {
    let file = playbook.to_string_lossy();
    let mut verdict = Verdict::default();
    for args in [
        &["-i", "inventory.ini", "--syntax-check", &*file][..],
        &[
            "-i",
            "inventory.ini",
            "-c",
            "local",
            "-e",
            "ansible_python_interpreter={{ ansible_playbook_python }}",
            &*file,
        ],
    ] {
        let outcome = run(dir, ansible_playbook, args);
        let bad = !outcome.ok || outcome.said().contains("no hosts matched");
        verdict.add(bad.then(|| outcome.said()));
    }
    verdict
}

/// Judges the files with ansible-lint.
pub fn lint(ansible_lint: &Path, dir: &Path) -> Verdict {
    let outcome = run(dir, ansible_lint, &["--offline", "--nocolor", "-q", "-f", "pep8", "."]);
    let mut verdict = Verdict::default();
    verdict.add((!outcome.ok).then(|| outcome.said()));
    verdict
}
