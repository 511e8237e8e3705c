//! What a diagnostic is about, and what it means for the exit code.

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something to know; never stops.
    Warning,
    /// Nothing is written.
    Error,
}

/// Whether a diagnostic judges the input, or says that there was no verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The input was read and judged bad: exit code 1.
    Judged,
    /// No verdict was reached: usage, I/O, internal. Exit code 2.
    None,
}

/// A kind of problem. Each room declares its own as constants beside the code that raises them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Kebab-case name that reads well after "allow".
    pub name: &'static str,
    /// Short stable code, an alias of the name.
    pub code: &'static str,
    /// What it means for the exit code.
    pub verdict: Verdict,
}

impl Kind {
    /// Declares a problem of the input.
    #[must_use]
    pub const fn new(name: &'static str, code: &'static str) -> Self {
        Self { name, code, verdict: Verdict::Judged }
    }

    /// Declares a problem that keeps dvgen from judging.
    #[must_use]
    pub const fn no_verdict(name: &'static str, code: &'static str) -> Self {
        Self { name, code, verdict: Verdict::None }
    }
}
