//! One file, one origin: two artifacts with one path would overwrite each other.

use std::collections::BTreeMap;

use super::Environment;
use crate::diag::{Diagnostic, Kind};

/// Two artifacts have one path.
const SAME_PATH: Kind = Kind::new("same-output-path", "DV0801");

/// Reports artifacts that would lie at one path, also on file systems that ignore case.
pub(super) fn report(environments: &[Environment], out: &mut Vec<Diagnostic>) {
    let mut seen = BTreeMap::<String, &str>::new();
    for environment in environments {
        for artifact in &environment.artifacts {
            let Some(first) = seen.insert(artifact.path.to_lowercase(), &artifact.path) else { continue };
            let message = format!("two artifacts have the path `{}` (the other one `{first}`)", artifact.path);
            let problem = Diagnostic::without_span(SAME_PATH, message)
                .why("one of them would be lost")
                .help("rename one of the components, environments or manifest files that they come from");
            out.push(problem);
        }
    }
}
