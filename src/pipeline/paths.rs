//! One file, one origin: two artifacts with one path would overwrite each other.

use std::collections::BTreeMap;

use super::Environment;
use crate::diag::{Diagnostic, Kind};
use crate::emit::Artifact;
use crate::lint::Subject;
use crate::model::Component;

/// Two artifacts have one path.
const SAME_PATH: Kind = Kind::new("same-output-path", "DV0801");

/// Reports artifacts that would lie at one path, also on file systems that ignore case.
pub(super) fn report(environments: &[Environment], out: &mut Vec<Diagnostic>) {
    let artifacts = environments.iter().flat_map(|environment| &environment.artifacts);
    let mut all: Vec<(String, &Artifact)> =
        artifacts.map(|artifact| (artifact.path.to_lowercase(), artifact)).collect();
    // Stable, and nearly sorted already.
    all.sort_by(|a, b| a.0.cmp(&b.0));
    for pair in all.windows(2) {
        if let [(folded, first), (other, second)] = pair
            && folded == other
            && owners(first, second).is_none()
        {
            let (first, second) = (&first.path, &second.path);
            let message = format!("two artifacts have the path `{second}` (the other one `{first}`)");
            let problem = Diagnostic::without_span(SAME_PATH, message)
                .why("one of them would be lost")
                .help("rename one of the components, environments or manifest files that they come from");
            out.push(problem);
        }
    }
}

/// Returns the components of two files that have one path.
fn owners<'a>(first: &'a Artifact, second: &'a Artifact) -> Option<(&'a str, &'a str)> {
    let same = first.path == second.path;
    first.component.as_deref().zip(second.component.as_deref()).filter(|(one, two)| same && one != two)
}

/// Reports two components of an environment that make the same files: once, however many these are. The files are sorted, and
/// lie in `folder`.
pub(super) fn of_components(subject: &Subject<'_>, artifacts: &[Artifact], folder: &str, out: &mut Vec<Diagnostic>) {
    let mut both = BTreeMap::<(&str, &str), Vec<&str>>::new();
    for pair in artifacts.windows(2) {
        if let [first, second] = pair
            && let Some(owners) = owners(first, second)
        {
            // Files of one path lie in any order.
            let (one, two) = owners;
            both.entry((one.min(two), one.max(two)))
                .or_default()
                .push(first.path.strip_prefix(folder).unwrap_or(&first.path));
        }
    }
    for ((first, second), paths) in both {
        let named = |name: &str| subject.platform.component(name);
        let Some((first, second)) = named(first).zip(named(second)) else { continue };
        // The one that stands below the other is the one that came later.
        let line = |component: &Component| subject.line(component.name.origin);
        let start = |component: &Component| line(component).map(|span| (span.file, span.start));
        let (first, second) = if start(first) > start(second) { (second, first) } else { (first, second) };
        let Some((span, path)) = line(second).zip(paths.first()) else { continue };
        let more = match paths.len() {
            1 => String::new(),
            2 => " and another file".to_owned(),
            many => format!(" and {} more files", many - 1),
        };
        let message = format!("`{}` and `{}` both make `{path}`{more}", first.name.value, second.name.value);
        let problem = Diagnostic::error(SAME_PATH, span, message).why("one of them would be lost");
        let problem = line(first).into_iter().fold(problem, |problem, span| problem.related(span, "the other one"));
        let problem = problem.about(&second.name.value);
        out.push(if second.on_machines {
            problem.help("let one of them run on another machine, or remove it")
        } else {
            problem.help("rename one of them, or the manifest files that they come from")
        });
    }
}
