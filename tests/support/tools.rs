//! Finds the real tools and runs them: the one finder of all tests.
//!
//! The installed ones go before those on PATH. A missing one is said to be `NOT RUN`.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a run of a tool gave.
pub struct Outcome {
    /// Whether the tool ended with 0.
    pub ok: bool,
    pub stdout: String,
    pub stderr: String,
}

impl Outcome {
    /// Returns everything that the tool said, for a complaint.
    pub fn said(&self) -> String {
        format!("{}{}", self.stdout, self.stderr).trim().to_owned()
    }
}

/// Returns the directory that `scripts/install-tools.sh` fills.
pub fn home() -> PathBuf {
    std::env::var_os("DVGEN_TOOLS").map_or_else(|| crate_root().join("target/tools"), PathBuf::from)
}

/// Returns the root of the repository.
pub fn crate_root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns a tool from the installed ones or from PATH. A missing one is said to be `NOT RUN`, and is a failure
/// where `DVGEN_REQUIRE_TOOLS` is 1.
pub fn find(tool: &str, test: &str) -> Option<PathBuf> {
    let found = find_optional(tool, test);
    require(found.is_some(), tool);
    found
}

/// Fails if a tool is missing where all are required.
fn require(found: bool, tool: &str) {
    let required = std::env::var_os("DVGEN_REQUIRE_TOOLS").is_some_and(|value| value == "1");
    assert!(found || !required, "{tool} is missing; scripts/install-tools.sh installs it");
}

/// Returns whether a tool is there and does what `probe`, a command line, asks of it. Else as [`find`].
pub fn works(tool: &str, probe: &[&str], test: &str) -> bool {
    let found = line(probe).is_some_and(|outcome| outcome.ok);
    if !found {
        not_run(tool, test);
    }
    require(found, tool);
    found
}

/// Builds the program of `tests/NAME` into a folder: the code `of` a product judges with it. Says `NOT RUN` where there is
/// no Go, or none that gets the code; a program that does not compile is a failure.
pub fn go_judge(of: &str, name: &str, into: &Path, test: &str) -> Option<PathBuf> {
    if std::env::var("DVGEN_NETWORK").as_deref() != Ok("1") {
        not_run(of, "set DVGEN_NETWORK=1 to let Go fetch it");
        return None;
    }
    let go = find_optional("go", test)?;
    let place = crate_root().join("tests").join(name);
    let fetched = run_in(&place, &go, ["mod", "download"], &[]);
    if !fetched.ok {
        not_run(of, &format!("Go cannot fetch it: {}", fetched.said()));
        return None;
    }
    let program = into.join(name);
    let built = run_in(&place, &go, [OsStr::new("build"), "-o".as_ref(), program.as_ref(), ".".as_ref()], &[]);
    assert!(built.ok, "tests/{name} does not compile: {}", built.said());
    Some(program)
}

/// Runs a command line that must succeed and returns what it printed.
pub fn said(words: &[&str]) -> String {
    let outcome = line(words).unwrap_or_else(|| panic!("{words:?}: there is no such program"));
    assert!(outcome.ok, "{words:?}\n{}", outcome.said());
    outcome.stdout
}

/// Runs a command line, if there is such a program.
fn line(words: &[&str]) -> Option<Outcome> {
    let (program, args) = words.split_first()?;
    let modules = home().join("node/node_modules");
    // A module on the way of the caller goes on being found.
    let ways = modules.into_os_string().into_string().ok().into_iter().chain(std::env::var("NODE_PATH"));
    let ways = ways.collect::<Vec<_>>().join(":");
    Some(run_in(crate_root(), &program_path(program)?, args, &[("NODE_PATH", OsStr::new(&ways))]))
}

/// Returns a tool that no run requires, or says `NOT RUN`.
pub fn find_optional(tool: &str, test: &str) -> Option<PathBuf> {
    let found = program_path(tool);
    if found.is_none() {
        not_run(tool, test);
    }
    found
}

fn program_path(tool: &str) -> Option<PathBuf> {
    let home = home();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = [home.join("bin"), home.join("python/bin")].into_iter().chain(std::env::split_paths(&path));
    places.map(|place| place.join(tool)).find(|candidate| candidate.is_file())
}

/// Returns the directory of the node modules, or says `NOT RUN`, as [`find`] does.
pub fn node(test: &str) -> Option<Node> {
    let program = find("node", test)?;
    let modules = home().join("node");
    if modules.join("node_modules").is_dir() {
        return Some(Node { program, modules });
    }
    find("node modules", test);
    None
}

/// Returns Node and the folder of what reads drawings, or says `NOT RUN`, as [`find`] does.
pub fn drawings(test: &str) -> Option<(PathBuf, PathBuf)> {
    let program = find("node", test)?;
    let place = home().join("drawings");
    if place.join("node_modules").is_dir() {
        return Some((program, place));
    }
    find("readers of drawings", test);
    None
}

/// Says on the terminal that something is not tested. The test harness keeps what passing tests print; this passes by it.
pub fn not_run(tool: &str, test: &str) {
    let line = format!("NOT RUN: {tool}: {test}\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
}

/// Runs a tool without input.
pub fn run(program: &Path, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Outcome {
    run_in(crate_root(), program, args, &[])
}

/// Runs a tool in a directory with further variables in its environment.
pub fn run_in(
    dir: &Path,
    program: &Path,
    args: impl IntoIterator<Item = impl AsRef<OsStr>>,
    env: &[(&str, &OsStr)],
) -> Outcome {
    run_with(dir, program, args, env, "")
}

/// Runs a tool as [`run_in`] does, and gives it some lines to read.
pub fn run_with(
    dir: &Path,
    program: &Path,
    args: impl IntoIterator<Item = impl AsRef<OsStr>>,
    env: &[(&str, &OsStr)],
    input: &str,
) -> Outcome {
    let mut command = Command::new(program);
    command.args(args).current_dir(dir).env("LC_ALL", "C.UTF-8").envs(env.iter().copied());
    command.stdin(if input.is_empty() { Stdio::null() } else { Stdio::piped() });
    let started = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = started.unwrap_or_else(|error| panic!("cannot run {}: {error}", program.display()));
    if let Some(mut stdin) = child.stdin.take() {
        // A program that has enough of it is no failure; what it says is judged.
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child.wait_with_output().expect("what the tool says");
    Outcome {
        ok: output.status.success(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Node with the modules that judge.
pub struct Node {
    program: PathBuf,
    modules: PathBuf,
}

impl Node {
    /// Asks `tests/tools/judge.mjs` about files.
    pub fn judge(&self, command: &str, files: &[PathBuf]) -> serde_json::Value {
        let script = include_str!("../tools/judge.mjs");
        let args = ["--input-type=module", "--eval", script, "--", command].into_iter().map(OsStr::new);
        let outcome = run_in(&self.modules, &self.program, args.chain(files.iter().map(|file| file.as_os_str())), &[]);
        serde_json::from_str(&outcome.stdout).unwrap_or_else(|_| panic!("node could not judge: {}", outcome.stderr))
    }
}
