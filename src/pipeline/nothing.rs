//! An environment without anything in it.

use super::environment::NOTHING;
use crate::diag::Diagnostic;
use crate::model::Platform;
use crate::spec::Written;

/// A spec with neither components nor nodes is a spec that was lost: building it would remove every output.
pub(super) fn report(platform: &Platform, written: &Written) -> Option<Diagnostic> {
    let nodes = &written.platform.nodes;
    if nodes.is_broken() || nodes.value().is_some_and(|nodes| !nodes.is_empty()) {
        return None;
    }
    let span = platform.origins.written_span(platform.environment.origin)?;
    let message = format!("environment `{}` has no components and no nodes", platform.environment.value);
    let problem = Diagnostic::error(NOTHING, span, message)
        .why("nothing would be checked, and every output that dvgen made before would be removed")
        .help("write what is deployed under `components`, and the machines under `nodes`");
    Some(problem)
}
