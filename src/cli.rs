//! The command line: the only room that prints, reads the environment or the clock, or decides an exit code.

mod archive;
mod args;
mod ascii;
mod build;
mod checked;
mod cmp;
mod compared;
mod contract;
mod diff;
mod fix;
mod graph;
mod lint;
mod own_rules;
mod place;
mod reports;
mod revisions;
mod rules;
mod schema;
mod show;
mod test;
mod threads;
mod today;
mod why;

use clap::Parser;

pub use args::{Args, Command};
pub use why::explain;

use crate::diag::{Diagnostic, Kind, Verdict};

/// A flag that cannot be used like this.
pub const USAGE: Kind = Kind::no_verdict("usage", "DV0951");
/// No spec was found.
pub const NO_SPEC: Kind = Kind::no_verdict("no-spec", "DV0952");
/// A report that cannot be written.
pub const REPORT: Kind = Kind::no_verdict("report-not-written", "DV0956");
/// An output differs from what the spec gives.
pub const DRIFT: Kind = Kind::new("drift", "DV0954");
/// A line or file that dvgen does not make.
pub const NOT_AN_OUTPUT: Kind = Kind::no_verdict("not-an-output", "DV0953");

/// What a command comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Everything is as it should be.
    Clean,
    /// The inputs were read and judged bad.
    Judged,
    /// There is no verdict.
    NoVerdict,
}

impl Exit {
    /// Returns the exit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Judged => 1,
            Self::NoVerdict => 2,
        }
    }

    /// Returns what diagnostics come to: no verdict wins over a bad one.
    pub fn of(diagnostics: &[Diagnostic]) -> Self {
        let errors = || diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
        if errors().any(|error| error.kind.verdict == Verdict::None) {
            return Self::NoVerdict;
        }
        if errors().next().is_some() { Self::Judged } else { Self::Clean }
    }
}

/// Runs the command that the arguments name, and returns the exit code of the process.
pub fn run(args: impl IntoIterator<Item = std::ffi::OsString>) -> u8 {
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(error) => {
            // A reader that went away is not an error of ours.
            let _ = error.print();
            return if error.use_stderr() { Exit::NoVerdict.code() } else { Exit::Clean.code() };
        }
    };
    let exit = match &args.command {
        Command::Build(build) => build::run(&args, build),
        Command::Cmp(cmp) => cmp::run(&args, cmp),
        Command::Lint(lint) => lint::run(&args, lint),
        Command::Rules(rules) => rules::list(&args, rules),
        Command::Explain(explain) => rules::explain(&args, explain),
        Command::Why(why) => why::run(&args, why),
        Command::Graph(graph) => graph::run(&args, graph),
        Command::Diff(diff) => diff::run(&args, diff),
        Command::Test(test) => test::run(&args, test),
        Command::Schema(schema) => schema::run(schema),
        Command::Contract(args::Contract::Add(add)) => contract::add(&args, add),
    };
    exit.code()
}
