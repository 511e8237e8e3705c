//! One environment: resolved, ordered, drafted, judged, printed.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::clash::Claims;
use super::ruled::Ruled;
use super::{Environment, Model};
use crate::diag::{Diagnostic, Kind};
use crate::doc::Doc;
use crate::emit::print::{LineTable, Sink};
use crate::emit::{
    self, Artifact, Body, ComponentDrafts, Delivery, Dependent, Draft, Footprint, Layout, Source, TargetName,
};
use crate::graph;
use crate::library::contract::Contracts;
use crate::library::kinds::KindTables;
use crate::library::{Library, Loader};
use crate::lint::facts::ApplicationFact;
use crate::lint::secret::Quiet;
use crate::lint::{self, ComponentFacts, Document, Levels, Running, Subject};
use crate::model::{self, Component, ComponentId, Contexts, Input, ManifestText, Platform};
use crate::policy::{self, Engine, Rules, View};
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
    /// The rules of the platform's own.
    pub(super) own: &'a Rules,
    pub(super) provenance: bool,
    /// Whether the spec has more than one environment.
    pub(super) several: bool,
    /// Which rules are judged.
    pub(super) choice: &'a lint::Choice,
    /// How Argo CD gets what is made.
    pub(super) delivery: Delivery,
}

/// What became of one environment.
pub(super) struct Compiled {
    /// The name of the platform.
    pub(super) platform: Arc<str>,
    /// What it claims, if there are others.
    pub(super) claims: Option<Claims>,
    /// What rules and waivers came to.
    pub(super) ruled: Ruled,
    /// The files, if there is no error.
    pub(super) environment: Option<Environment>,
    /// How many things each rule of the platform's own judged, if there is no error.
    pub(super) matched: Option<Vec<usize>>,
}

/// Compiles an environment.
pub(super) fn compile(shared: &Shared<'_>, written: Written, loader: &mut Loader<'_>) -> Option<Compiled> {
    let input = Input { written: &written, library: shared.library, manifests: shared.manifests };
    let start = loader.out.len();
    let platform = model::resolve(input, loader.out)?;
    let name = platform.name.value.clone();
    let claims = shared.several.then(|| Claims::of(&platform, &written));
    let failed = loader.out.iter().any(Diagnostic::is_error);
    let empty = platform.components.is_empty() && platform.compositions.is_empty();
    if !failed && empty && platform.topology.nodes.is_empty() {
        loader.out.extend(nothing(&platform, &written));
    }
    let graph = graph::build(&platform, loader.out);
    // What rules say of the spec does not keep the documents from being judged: all problems in one run.
    let stop = loader.out.iter().any(Diagnostic::is_error);
    let mut found = Vec::new();
    lint::spec(&written.platform, &mut found);
    lint::manifests(&platform, &mut found);
    let mut resolved = loader.out.split_off(start.min(loader.out.len()));
    let in_force = lint::policies(loader, &written.platform.policies, &platform, shared.own.written(), shared.choice);
    let mut ruled = Ruled { grants: in_force.waivers, ..Ruled::default() };
    let levels = in_force.levels;
    resolved.append(&mut found);
    loader.out.extend(ruled.allow(levels.apply(resolved)));
    if stop {
        ruled.levels = Some(levels);
        return Some(Compiled { platform: name, claims, ruled, environment: None, matched: None });
    }
    ruled.complete = true;
    ruled.ran = lint::rules::all().filter(|rule| levels.runs(rule)).map(|rule| rule.kind.name.into()).collect();
    let asked: Vec<bool> = shared.own.names().iter().map(|name| levels.asks(name)).collect();
    ruled.ran.extend(shared.own.names().into_iter().zip(&asked).filter(|(_, asked)| **asked).map(|(name, _)| name));
    // What was written is in the model now; without it there is room for the outputs.
    drop(written);
    let mut found = Vec::new();
    let (mut environment, matched) = environment(shared, &platform, &graph, &levels, &asked, &mut found);
    environment.model = shared.provenance.then_some(Model { platform, graph });
    loader.out.extend(ruled.allow(levels.apply(found)));
    ruled.levels = Some(levels);
    Some(Compiled { platform: name, claims, ruled, environment: Some(environment), matched: Some(matched) })
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
    asked: &[bool],
    found: &mut Vec<Diagnostic>,
) -> (Environment, Vec<usize>) {
    let contexts = Contexts::new(platform, platform.name.origin);
    let layout = Layout::new(platform, shared.spec.clone()).delivered(shared.delivery);
    let source =
        Source { platform, graph, contexts: &contexts, layout: &layout, kinds: shared.kinds, pins: shared.pins };
    let view = View::new(platform, graph, &contexts);
    let own = Own { rules: shared.own, view: &view, asked };
    let mut matched = own.platform(found);
    let running = Running::new(levels);
    let rules = (&running, &own);
    let worker = || Worker::new(shared);
    let judge =
        |worker: &mut Worker, at| finish(shared, &source, rules, emit::component(&source, ComponentId(at)), worker);
    let finished: Vec<Finished> = (0..platform.components.len()).into_par_iter().map_init(worker, judge).collect();
    let mut artifacts = Vec::new();
    let mut footprints = Vec::new();
    let mut facts = Vec::new();
    for mut component in finished {
        artifacts.append(&mut component.artifacts);
        found.append(&mut component.diagnostics);
        footprints.extend(component.facts.component.map(|id| (id, component.footprint)));
        facts.push(component.facts);
        policy::add(&mut matched, &component.matched);
    }
    let (drafts, origins) = emit::platform(&source, footprints, found);
    let mut common = Judged::new(shared, &source, rules, None, origins);
    common.drafts(drafts, &mut worker(), found);
    artifacts.append(&mut common.artifacts);
    facts.push(common.facts);
    policy::add(&mut matched, &common.matched);
    let subject = Subject::new(platform, graph, shared.kinds, &facts, levels, found);
    running.platform(&subject, found);
    artifacts.sort_by(|a, b| a.path.cmp(&b.path));
    let environment =
        Environment { name: platform.environment.value.clone(), folder: layout.file(""), artifacts, model: None };
    (environment, matched)
}

/// What a thread keeps from one component to the next.
struct Worker {
    quiet: Quiet,
    sink: Sink,
}

impl Worker {
    fn new(shared: &Shared<'_>) -> Self {
        let table = if shared.provenance { LineTable::Keep } else { LineTable::Skip };
        Self { quiet: Quiet::new(), sink: Sink::for_many(table) }
    }
}

/// A component whose files are printed; its documents are gone, but for the objects that rules look at.
struct Finished {
    artifacts: Vec<Artifact>,
    footprint: Footprint,
    facts: ComponentFacts,
    diagnostics: Vec<Diagnostic>,
    /// How many of its documents each rule of the platform's own judged.
    matched: Vec<usize>,
}

fn finish(
    shared: &Shared<'_>,
    source: &Source<'_>,
    rules: (&Running, &Own<'_>),
    drafts: ComponentDrafts,
    worker: &mut Worker,
) -> Finished {
    let ComponentDrafts { component: id, drafts, footprint, origins, mut diagnostics } = drafts;
    let mut judged = Judged::new(shared, source, rules, Some(id), origins);
    judged.drafts(drafts, worker, &mut diagnostics);
    if let Some(component) = source.platform.components.get(id.0) {
        for problem in diagnostics.iter_mut().filter(|problem| problem.about.is_none()) {
            problem.about = Some(component.name.value.clone());
        }
    }
    Finished { artifacts: judged.artifacts, footprint, facts: judged.facts, diagnostics, matched: judged.matched }
}

/// Documents on their way to files: judged one by one, printed, and dropped.
struct Judged<'a> {
    shared: &'a Shared<'a>,
    platform: &'a Platform,
    running: &'a Running,
    own: &'a Own<'a>,
    component: Option<&'a Component>,
    origins: Arc<Origins>,
    facts: ComponentFacts,
    artifacts: Vec<Artifact>,
    matched: Vec<usize>,
}

impl<'a> Judged<'a> {
    fn new(
        shared: &'a Shared<'a>,
        source: &Source<'a>,
        (running, own): (&'a Running, &'a Own<'a>),
        id: Option<ComponentId>,
        origins: Arc<Origins>,
    ) -> Self {
        let platform = source.platform;
        let component = id.and_then(|id| platform.components.get(id.0));
        let facts = ComponentFacts { component: id, ..ComponentFacts::default() };
        Self { shared, platform, running, own, component, origins, facts, artifacts: Vec::new(), matched: Vec::new() }
    }

    fn drafts(&mut self, drafts: Vec<Draft>, worker: &mut Worker, out: &mut Vec<Diagnostic>) {
        for draft in drafts {
            for doc in draft.documents() {
                self.document(&draft, doc, &mut worker.quiet, out);
            }
            policy::add(&mut self.matched, &self.own.documents(&draft, &self.origins, self.facts.component, out));
            let table = self.shared.provenance.then_some(&self.origins);
            let (mut artifact, docs) = draft.print(table, &mut worker.sink);
            artifact.component = self.component.map(|component| component.name.value.clone());
            if artifact.target == TargetName::Manifests && !self.running.is_empty() {
                let docs = match &artifact.body {
                    Some(Body::Yaml(docs)) => docs.clone(),
                    _ => docs,
                };
                self.facts.keep(self.platform, self.shared.kinds, &artifact.path, docs);
            }
            self.artifacts.push(artifact);
        }
        if !self.facts.objects.is_empty() || !self.facts.blocks.is_empty() {
            self.facts.origins = Some(self.origins.clone());
        }
    }

    fn document(&mut self, draft: &Draft, doc: &Doc, quiet: &mut Quiet, out: &mut Vec<Diagnostic>) {
        let Self { platform, component, .. } = *self;
        let origins = &self.origins;
        let document = Document { platform, component, path: &draft.path, doc, origins };
        let mut unread = Vec::new();
        if let Some(component) = component {
            lint::secret::document(doc, origins, quiet, out);
            if draft.target == TargetName::Values {
                unread = lint::values(self.shared.contracts, component, doc, origins, out);
                self.running.values(&document, out);
                lint::facts::apart(&document, &mut self.facts);
                self.facts.made_by(&document);
            }
        }
        if matches!(draft.target, TargetName::Manifests | TargetName::Argocd) {
            lint::object(self.shared.kinds, doc, origins, out);
            if component.is_some() && draft.target == TargetName::Argocd {
                self.facts.application = Some(ApplicationFact::of(doc));
            }
            if let Some(object) = document.object(self.shared.kinds) {
                self.running.object(&object, out);
            }
        }
        let walked = matches!(draft.target, TargetName::Manifests | TargetName::Values | TargetName::Machines);
        if walked && !self.running.is_empty() {
            let facts = &mut self.facts;
            lint::facts::maps(document, &mut |place| {
                lint::facts::collect(&place, facts);
                if draft.target != TargetName::Machines {
                    lint::facts::block(&place, draft.target == TargetName::Values, facts);
                }
                self.running.map(&place, out);
            });
            facts.forget(&unread);
        }
    }
}

/// The rules of the platform's own, and what they read.
struct Own<'a> {
    rules: &'a Rules,
    view: &'a View<'a>,
    asked: &'a [bool],
}

impl Own<'_> {
    /// Judges the platform. Returns how many things each rule judged.
    fn platform(&self, out: &mut Vec<Diagnostic>) -> Vec<usize> {
        let verdicts = self.rules.judge(self.view, self.asked);
        out.extend(verdicts.diagnostics);
        verdicts.matched
    }

    /// Judges the documents of a file. Returns how many of them each rule judged.
    fn documents(
        &self,
        draft: &Draft,
        origins: &Origins,
        component: Option<ComponentId>,
        out: &mut Vec<Diagnostic>,
    ) -> Vec<usize> {
        if self.rules.is_empty() {
            return Vec::new();
        }
        let documents: Vec<_> = policy::Document::of(draft, origins, component).collect();
        let verdicts = self.rules.judge_documents(self.view, &documents, self.asked);
        out.extend(verdicts.diagnostics);
        verdicts.matched
    }
}
