//! How many threads work.

use super::USAGE;
use crate::diag::Diagnostic;

/// Sets the number of threads, or says why it cannot be.
pub(super) fn limit(jobs: Option<u16>) -> Option<Diagnostic> {
    let jobs = jobs?;
    let made = rayon::ThreadPoolBuilder::new().num_threads(usize::from(jobs)).build_global();
    made.err().map(|error| Diagnostic::without_span(USAGE, format!("{jobs} threads cannot be started: {error}")))
}
