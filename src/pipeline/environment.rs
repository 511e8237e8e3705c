//! One environment: resolved, ordered, drafted, judged, printed.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::clash::Claims;
use super::{Environment, Model};
use crate::diag::{Diagnostic, Kind};
use crate::emit::{self, Artifact, ComponentDrafts, Dependent, Draft, Footprint, Layout, Source, TargetName};
use crate::graph;
use crate::library::contract::Contracts;
use crate::library::kinds::KindTables;
use crate::library::{Library, Loader};
use crate::lint::{self, Levels};
use crate::model::{self, ComponentId, Contexts, Input, ManifestText, Platform};
use crate::source::Origins;
use crate::spec::Written;

/// There is nothing to check or to build.
const NOTHING: Kind = Kind::no_verdict("nothing-to-build", "DV0802");

/// What all environments share.
pub(super) struct Shared<'a> {
    pub(super) library: &'a Library,
    pub(super) contracts: &'a Contracts,
    pub(super) kinds: &'a KindTables,
    pub(super) manifests: &'a BTreeMap<Arc<str>, ManifestText>,
    pub(super) spec: &'a Arc<str>,
    pub(super) pins: &'a [Dependent],
    pub(super) provenance: bool,
    /// Whether the spec has more than one environment.
    pub(super) several: bool,
}

/// What became of one environment.
pub(super) struct Compiled {
    /// The name of the platform.
    pub(super) platform: Arc<str>,
    /// What it claims, if there are others.
    pub(super) claims: Option<Claims>,
    /// The files, if there is no error.
    pub(super) environment: Option<Environment>,
}

/// Compiles an environment.
pub(super) fn compile(shared: &Shared<'_>, written: Written, loader: &mut Loader<'_>) -> Option<Compiled> {
    let input = Input { written: &written, library: shared.library, manifests: shared.manifests };
    let start = loader.out.len();
    let platform = model::resolve(input, loader.out)?;
    let name = platform.name.value.clone();
    let claims = shared.several.then(|| Claims::of(&platform, &written));
    let failed = loader.out.iter().any(Diagnostic::is_error);
    if !failed && platform.components.is_empty() && platform.topology.nodes.is_empty() {
        loader.out.extend(nothing(&platform, &written));
    }
    let graph = graph::build(&platform, loader.out);
    // What rules say of the spec does not keep the documents from being judged: all problems in one run.
    let stop = loader.out.iter().any(Diagnostic::is_error);
    let mut found = Vec::new();
    lint::spec(&written.platform, &mut found);
    lint::manifests(&platform, &mut found);
    let levels = lint::packs(loader, &written.platform.policies);
    let resolved = loader.out.split_off(start.min(loader.out.len()));
    loader.out.extend(levels.apply(resolved));
    loader.out.extend(levels.apply(found));
    if stop {
        return Some(Compiled { platform: name, claims, environment: None });
    }
    // What was written is in the model now; without it there is room for the outputs.
    drop(written);
    let mut environment = environment(shared, &platform, &graph, &levels, loader.out);
    environment.model = shared.provenance.then_some(Model { platform, graph });
    Some(Compiled { platform: name, claims, environment: Some(environment) })
}

/// A spec with neither components nor nodes is a spec that was lost: building it would remove every output.
fn nothing(platform: &Platform, written: &Written) -> Option<Diagnostic> {
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

fn environment(
    shared: &Shared<'_>,
    platform: &Platform,
    graph: &graph::Graph,
    levels: &Levels,
    out: &mut Vec<Diagnostic>,
) -> Environment {
    let contexts = Contexts::new(platform, platform.name.origin);
    let layout = Layout::new(platform, shared.spec.clone());
    let source =
        Source { platform, graph, contexts: &contexts, layout: &layout, kinds: shared.kinds, pins: shared.pins };
    let finished: Vec<Finished> = (0..platform.components.len())
        .into_par_iter()
        .map(|at| finish(shared, &source, emit::component(&source, ComponentId(at))))
        .collect();
    let mut artifacts = Vec::new();
    let mut footprints = Vec::new();
    let mut found = Vec::new();
    for mut component in finished {
        artifacts.append(&mut component.artifacts);
        found.append(&mut component.diagnostics);
        footprints.push((component.id, component.footprint));
    }
    out.extend(levels.apply(found));
    let mut found = Vec::new();
    let (drafts, origins) = emit::platform(&source, footprints, &mut found);
    objects(shared, &drafts, &origins, &mut found);
    out.extend(levels.apply(found));
    let origins = shared.provenance.then_some(origins);
    artifacts.extend(drafts.into_iter().map(|draft| draft.print(origins.as_ref())));
    artifacts.sort_by(|a, b| a.path.cmp(&b.path));
    Environment { name: platform.environment.value.clone(), folder: layout.file(""), artifacts, model: None }
}

/// A component whose files are printed; its documents are gone.
struct Finished {
    id: ComponentId,
    artifacts: Vec<Artifact>,
    footprint: Footprint,
    diagnostics: Vec<Diagnostic>,
}

fn finish(shared: &Shared<'_>, source: &Source<'_>, drafts: ComponentDrafts) -> Finished {
    let ComponentDrafts { component: id, drafts, footprint, origins, mut diagnostics } = drafts;
    if let Some(component) = source.platform.components.get(id.0) {
        for draft in &drafts {
            for doc in draft.documents() {
                lint::secret::document(doc, &origins, &mut diagnostics);
            }
        }
        for draft in drafts.iter().filter(|draft| draft.target == TargetName::Values) {
            for doc in draft.documents() {
                lint::values(shared.contracts, component, doc, &origins, &mut diagnostics);
            }
        }
    }
    objects(shared, &drafts, &origins, &mut diagnostics);
    let origins: Option<Arc<Origins>> = shared.provenance.then_some(origins);
    let name = source.platform.components.get(id.0).map(|component| component.name.value.clone());
    let printed = drafts.into_iter().map(|draft| draft.print(origins.as_ref()));
    let artifacts = printed.map(|artifact| Artifact { component: name.clone(), ..artifact }).collect();
    Finished { id, artifacts, footprint, diagnostics }
}

/// Judges the objects that a cluster is to get.
fn objects(shared: &Shared<'_>, drafts: &[Draft], origins: &Origins, out: &mut Vec<Diagnostic>) {
    let for_cluster = |draft: &&Draft| matches!(draft.target, TargetName::Manifests | TargetName::Argocd);
    for doc in drafts.iter().filter(for_cluster).flat_map(Draft::documents) {
        lint::object(shared.kinds, doc, origins, out);
    }
}
