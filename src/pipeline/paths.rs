//! One file, one origin: two artifacts with one path would overwrite each other.

use super::Environment;
use crate::diag::{Diagnostic, Kind};

/// Two artifacts have one path.
const SAME_PATH: Kind = Kind::new("same-output-path", "DV0801");

/// Reports artifacts that would lie at one path, also on file systems that ignore case.
pub(super) fn report(environments: &[Environment], out: &mut Vec<Diagnostic>) {
    let artifacts = environments.iter().flat_map(|environment| &environment.artifacts);
    let mut all: Vec<(String, &str)> =
        artifacts.map(|artifact| (artifact.path.to_lowercase(), &*artifact.path)).collect();
    // Stable, and nearly sorted already.
    all.sort_by(|a, b| a.0.cmp(&b.0));
    for pair in all.windows(2) {
        if let [(folded, first), (other, second)] = pair
            && folded == other
        {
            let message = format!("two artifacts have the path `{second}` (the other one `{first}`)");
            let problem = Diagnostic::without_span(SAME_PATH, message)
                .why("one of them would be lost")
                .help("rename one of the components, environments or manifest files that they come from");
            out.push(problem);
        }
    }
}
