//! How many threads work.

use rayon::ThreadPoolBuilder;

use super::USAGE;
use crate::diag::Diagnostic;

/// Sets the number of threads, all cores unless given, or says why it cannot be. The one that asks is one of them: it would
/// only wait for the others, and what they made is given back by the thread that made it.
pub(super) fn start(jobs: Option<u16>) -> Option<Diagnostic> {
    let made = ThreadPoolBuilder::new().num_threads(jobs.map_or(0, usize::from)).use_current_thread().build_global();
    let (jobs, error) = (jobs?, made.err()?);
    Some(Diagnostic::without_span(USAGE, format!("{jobs} threads cannot be started: {error}")))
}
