//! Other people's tools, run by tests: found on the path, or the test says that it did not run.
#![expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "tests run the tools that outputs are for, and say which were missing"
)]

use std::process::{Command, Output};

/// Returns whether a tool is there, which `probe` finds out.
///
/// A missing tool is reported, and fails the test where `DVGEN_REQUIRE_TOOLS=1` is set.
pub(crate) fn tool(name: &str, probe: &[&str]) -> bool {
    let (program, args) = probe.split_first().expect("a program");
    let found = Command::new(program).args(args).output().is_ok_and(|output| output.status.success());
    if !found {
        assert!(std::env::var("DVGEN_REQUIRE_TOOLS").as_deref() != Ok("1"), "{name} is missing and required");
        println!("NOT RUN: {name} is missing");
    }
    found
}

/// Runs a command that must succeed and returns what it printed.
pub(crate) fn run(line: &[&str]) -> String {
    let (program, args) = line.split_first().expect("a program");
    let output = Command::new(program).args(args).output().expect("the tool was found before");
    let Output { status, stdout, stderr } = output;
    let (said, complained) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{line:?}: {status}\n{said}\n{complained}");
    String::from_utf8(stdout).expect("UTF-8")
}
