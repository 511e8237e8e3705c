//! Outputs that are committed at the base and that this dvgen makes otherwise: another version of it wrote them, or nobody built.

use std::fmt;
use std::sync::Arc;

use super::cause::{Causes, Scope};
use super::files::{self, Sides};
use super::fold::{self, Changed};
use super::rename::Renames;
use super::report::{Presence, Section, Set, SharedChange, sets};
use super::risk::{COUNTS, Case, Finding, settle};
use super::with_levels;
use crate::doc::{Doc, Map, Value};
use crate::emit::{Artifact, Body};
use crate::output;
use crate::pipeline::{Compilation, Environment};
use crate::source::{OriginId, Origins, SourceMap};
use crate::yaml::{Core, Dialect, Node, NodeKind, Style, core, load_all};

/// Most files that are looked into.
const MOST: usize = 300;

/// What is committed of the outputs of the base.
pub struct Committed<'a> {
    /// Its lock.
    pub lock: &'a [u8],
    /// Reads one of its files, by the path below the spec.
    pub read: &'a dyn Fn(&str) -> Option<String>,
    /// The environments of the base in whole, where what the head cannot read is left out of the base that is compared.
    pub whole: Option<&'a [Environment]>,
}

impl<'a> Committed<'a> {
    /// Returns the environments of the base, with nothing left out.
    fn environments(&self, base: &'a Compilation) -> &'a [Environment] {
        self.whole.unwrap_or(&base.environments)
    }
}

impl fmt::Debug for Committed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Committed").field("lock", &self.lock.len()).finish_non_exhaustive()
    }
}

/// What this dvgen makes otherwise than it is committed.
#[derive(Debug, Default)]
pub struct Drift {
    /// By environments and component.
    pub sections: Vec<Section>,
    /// What several components have in common.
    pub shared: Vec<SharedChange>,
}

impl Drift {
    /// Returns it by sets of environments, as [`super::Report::sets`].
    pub fn sets(&self, is_shown: impl Fn(&Section) -> bool) -> Vec<Set<'_>> {
        sets(&self.shared, &self.sections, is_shown)
    }
}

/// Returns the outputs that are not committed as this dvgen makes them, and how many there are. A lock that cannot be read, or is of
/// another platform, says nothing.
pub(super) fn unlike(committed: &Committed<'_>, base: &Compilation) -> Option<(Vec<String>, usize)> {
    let all = committed.environments(base).iter().flat_map(|environment| &environment.artifacts);
    let files: Vec<(&str, &str)> = all.map(|file| (file.path.as_str(), &*file.text)).collect();
    let other = output::unlike(committed.lock, base.platform.as_deref()?, &files)?;
    Some((other, files.len()))
}

/// Compares what is committed with what this dvgen makes of the same, and lets the rules judge it.
pub(super) fn find(committed: &Committed<'_>, paths: &[String], base: &Compilation) -> (Drift, Vec<Finding>) {
    let causes = Causes::new(&[], (&base.sources, &base.sources));
    let (mut all, mut found) = (Vec::new(), Vec::new());
    for environment in committed.environments(base) {
        let Some(model) = &environment.model else { continue };
        let was = was(committed, paths, environment);
        let renames = Renames::default();
        let scope = Scope::new(&model.platform, &model.platform, &renames);
        let sides = Sides { base: (&was, model), head: (environment, model), renames: &renames, scope: &scope };
        let mut files = files::compare(sides, &causes);
        files.retain(|(_, file)| file.presence == Presence::Both);
        let (findings, levels) = settle(&Case::new(sides, &files, &causes, true));
        found.extend(findings.into_iter().filter(|finding| !COUNTS.contains(&finding.rule.name)).map(told));
        all.push(Changed { environment: environment.name.clone(), files: with_levels(files, levels) });
    }
    let (sections, shared) = fold::fold(all);
    (Drift { sections, shared }, found)
}

/// Says of a finding that no edit is why.
fn told(mut finding: Finding) -> Finding {
    finding.message = format!("this dvgen makes it otherwise: {}", finding.message);
    let why = "no edit here is why: build the base in a change of its own";
    finding.why = if finding.why.is_empty() { why.to_owned() } else { format!("{}; {why}", finding.why) };
    finding
}

/// Returns an environment with its files as they are committed, those that are not what they would be made.
fn was(committed: &Committed<'_>, paths: &[String], environment: &Environment) -> Environment {
    let other = |artifact: &&Artifact| paths.binary_search(&artifact.path).is_ok();
    let read = |artifact: &Artifact| Some(parsed(artifact, (committed.read)(&artifact.path)?));
    let artifacts = environment.artifacts.iter().filter(other).take(MOST).filter_map(read).collect();
    Environment { name: environment.name.clone(), folder: environment.folder.clone(), artifacts, model: None }
}

fn parsed(artifact: &Artifact, text: String) -> Artifact {
    let mut origins = Origins::new();
    let origin = origins.defaulted("what is committed", None);
    let mut sources = SourceMap::new();
    let file = sources.add(&artifact.path, text);
    let text = sources.file(file).text().clone();
    let docs = || -> Option<Vec<Doc>> {
        let (nodes, _) = load_all(file, &text, Dialect::Foreign, &mut Vec::new())?;
        Some(nodes.iter().filter(|node| !node.is_null()).map(|node| doc(node, origin)).collect())
    };
    let body = match &artifact.body {
        Some(Body::Yaml(_)) => docs().map(Body::Yaml),
        Some(Body::Json(_)) => docs().and_then(|docs| docs.into_iter().next()).map(Body::Json),
        _ => None,
    };
    Artifact {
        path: artifact.path.clone(),
        target: artifact.target,
        text: text.as_ref().into(),
        lines: Vec::new(),
        origins: Some(Arc::new(origins)),
        executable: artifact.executable,
        origin,
        component: artifact.component.clone(),
        body,
    }
}

fn doc(node: &Node, origin: OriginId) -> Doc {
    match &node.kind {
        NodeKind::Sequence(items) => Doc::list(items.iter().map(|item| doc(item, origin)).collect(), origin),
        NodeKind::Mapping(mapping) => {
            let mut map = Map::new();
            for entry in &mapping.entries {
                map.set(entry.key.text.clone(), doc(&entry.value, origin));
            }
            Doc::map(map, origin)
        }
        NodeKind::Scalar { text, style: Style::Plain } => match core(text) {
            Core::Null => Doc::new(Value::Null, origin),
            Core::Bool(flag) => Doc::bool(flag, origin),
            Core::Int(number) => Doc::int(number, origin),
            Core::Float(number) => Doc::new(Value::Float(number), origin),
            Core::Str => Doc::str(text.clone(), origin),
        },
        NodeKind::Scalar { text, .. } => Doc::str(text.clone(), origin),
    }
}
