//! One environment: resolved, ordered, drafted, judged, printed.

mod extras;
mod own;
mod texts;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use own::Own;

use super::claims::Claims;
use super::compiled::Compiled;
use super::overlays::Overlay;
use super::ruled::Ruled;
use super::trust::Trust;
use super::worker::{Lease, Worker, Workers};
use super::{Environment, Model, Partial, Without, elsewhere, nothing, paths};
use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Outlined};
use crate::emit::{
    self, Artifact, Body, ComponentDrafts, Delivery, Dependent, Draft, Footprint, Layout, Source, TargetName,
};
use crate::graph;
use crate::library::contract::Contracts;
use crate::library::kinds::KindTables;
use crate::library::{Library, Loader};
use crate::lint::facts::ApplicationFact;
use crate::lint::waiver::Day;
use crate::lint::{self, ComponentFacts, Document, Levels, Running, Subject, Tree};
use crate::model::{self, Component, ComponentId, Contexts, Input, ManifestText, Platform};
use crate::policy::{self, Engine, Rules, View};
use crate::source::{Origins, SourceMap};
use crate::spec::Written;
use crate::world::{RelPath, World};

/// There is nothing to check or to build.
pub(super) const NOTHING: Kind = Kind::no_verdict("nothing-to-build", "DV0802");

/// What all environments share.
pub(super) struct Shared<'a> {
    pub(super) library: &'a Library,
    pub(super) contracts: &'a Contracts,
    pub(super) kinds: &'a KindTables,
    pub(super) manifests: &'a BTreeMap<Arc<str>, ManifestText>,
    pub(super) spec: &'a Arc<str>,
    /// The files of the repository.
    pub(super) world: &'a dyn World,
    /// The folder of the spec in them.
    pub(super) home: &'a RelPath,
    pub(super) pins: &'a [Dependent],
    /// The rules of the platform's own.
    pub(super) own: &'a Rules,
    pub(super) provenance: bool,
    /// Whether the spec has more than one environment.
    pub(super) several: bool,
    /// Which rules are judged.
    pub(super) choice: &'a lint::Choice,
    /// The packs that policies name.
    pub(super) packs: &'a lint::Packs,
    /// The names of all environments, also of those that are not compiled.
    pub(super) environments: &'a [Arc<str>],
    /// The day on which waivers are judged.
    pub(super) day: Day,
    /// How Argo CD gets what is made.
    pub(super) delivery: Delivery,
    /// The pieces that are left out, by environment.
    pub(super) without: &'a Without,
    /// Whether a rule of the platform's own is tested: then it is asked whatever else is wrong.
    pub(super) tested: bool,
    /// How many problems are those of all environments.
    pub(super) common: usize,
    /// Where among them those stand that came up while the environments were read, each in a part of its own.
    pub(super) read: std::ops::Range<usize>,
}

/// Compiles an environment.
pub(super) fn compile(shared: &Shared<'_>, written: Written, loader: &mut Loader<'_>) -> Option<Compiled> {
    let left_out = written.name.as_ref().and_then(|name| shared.without.get(name));
    let rest = left_out.map(|names| written.without(names));
    let input =
        Input { written: rest.as_ref().unwrap_or(&written), library: shared.library, manifests: shared.manifests };
    let start = loader.out.len();
    let platform = model::resolve(input, loader.out)?;
    let (title, name) = (platform.name.value.clone(), platform.environment.value.clone());
    let claims = shared.several.then(|| Claims::of(&platform, &written));
    let failed = loader.out.iter().any(Diagnostic::is_error);
    let empty = platform.components.is_empty() && platform.compositions.is_empty();
    if !failed && empty && platform.topology.nodes.is_empty() {
        loader.out.extend(nothing::report(&platform, &written));
    }
    let graph = graph::build(&platform, loader.out);
    // What rules say of the spec does not keep the documents from being judged: all problems in one run.
    // What is wrong in another environment is no matter of this one.
    let part = |range: std::ops::Range<usize>| loader.out.get(range).unwrap_or_default().iter();
    let (read, own) = (&shared.read, written.problems.clone());
    let common = part(0..read.start).chain(part(own)).chain(part(read.end..shared.common.min(start)));
    let resolved = loader.out.get(start..).unwrap_or_default();
    let trust = Trust::new(&common.chain(resolved), &written, &platform);
    let mut found = Vec::new();
    found.extend_from_slice(&written.notes);
    lint::spec(&written.platform, &mut found);
    lint::manifests(&platform, &mut found);
    let mut resolved = loader.out.split_off(start.min(loader.out.len()));
    let known = lint::Known { platform: &platform, environments: shared.environments, own_rules: shared.own.written() };
    let in_force = lint::policies(shared.packs, &written.platform.policies, known, shared.choice, loader.out);
    let mut ruled = Ruled { grants: in_force.waivers, parts: in_force.parts, ..Ruled::on(shared.day) };
    let levels = in_force.levels;
    resolved.append(&mut found);
    loader.out.extend(ruled.allow(levels.apply(resolved)));
    let own = trust.asks_own() || shared.tested;
    let asked: Vec<bool> = shared.own.names().iter().map(|name| own && levels.asks(name)).collect();
    let (overlay, changes) = (written.overlay.clone(), written.changes.clone());
    // What was written is in the model now; without it there is room for the outputs.
    drop(written);
    let mut found = Vec::new();
    let texts = (&platform, &graph, &*loader.sources);
    let (environment, matched) = environment(shared, texts, (&levels, &trust), &asked, &mut found);
    trust.filter(&mut found);
    if trust.is_whole() {
        ruled.complete = true;
        ruled.ran = lint::rules::all().filter(|rule| levels.runs(rule)).map(|rule| rule.kind.name.into()).collect();
        let names = shared.own.names().into_iter().zip(&asked);
        ruled.ran.extend(names.filter(|(_, asked)| **asked).map(|(name, _)| name));
    }
    loader.out.extend(ruled.allow(levels.apply(found)));
    if let Some(overlay) = overlay {
        let base = shared.environments.first();
        let start = start.min(loader.out.len());
        let (before, own) = loader.out.split_at_mut(start);
        let before = before.iter().filter(|problem| problem.environment.as_ref() == base);
        Overlay { name: &overlay, changes: &changes, library: shared.library, manifests: shared.manifests }
            .relate(before, own);
    }
    ruled.levels = Some(levels);
    elsewhere::settle(loader.out, start, &platform, loader.sources);
    for problem in loader.out.iter_mut().skip(start) {
        problem.environment = shared.several.then(|| name.clone());
    }
    let matched = (trust.is_whole() || shared.tested).then_some(matched);
    let model = shared.provenance.then_some(Model { platform, graph });
    let environment = Environment { model, ..environment };
    if trust.is_whole() {
        return Some(Compiled {
            platform: title,
            name,
            claims,
            ruled,
            environment: Some(environment),
            partial: None,
            matched,
        });
    }
    let (missing, rest) = trust.missing();
    let partial = Partial { name: environment.name.clone(), environment: rest.then_some(environment), missing };
    let partial = shared.provenance.then_some(partial);
    Some(Compiled { platform: title, name, claims, ruled, environment: None, partial, matched })
}

fn environment(
    shared: &Shared<'_>,
    (platform, graph, sources): (&Platform, &graph::Graph, &SourceMap),
    (levels, trust): (&Levels, &Trust),
    asked: &[bool],
    found: &mut Vec<Diagnostic>,
) -> (Environment, Vec<usize>) {
    let contexts = Contexts::new(platform, platform.name.origin);
    let layout = Layout::new(platform, shared.spec).delivered(shared.delivery);
    let source =
        Source { platform, graph, contexts: &contexts, layout: &layout, kinds: shared.kinds, pins: shared.pins };
    let view = View::new(platform, graph, &contexts);
    let keep = shared.own.reads_documents(asked);
    let own = Own { rules: shared.own, view: &view, asked, keep };
    let mut matched = own.platform(found);
    let running = Running::new(levels, |rule| trust.asks(rule));
    let rules = (&running, &own, sources);
    let workers = Workers::default();
    let judge = |worker: &mut Lease<'_>, at| {
        let mut drafts = emit::component(&source, ComponentId(at));
        drafts.diagnostics.retain(|problem| trust.counts(problem));
        finish(shared, &source, rules, drafts, worker.worker())
    };
    let components = (0..platform.components.len()).into_par_iter();
    let lease = || workers.lease(shared.provenance);
    let mut finished: Vec<Finished> = components.map_init(lease, judge).collect();
    let mut artifacts = Vec::with_capacity(finished.iter().map(|component| component.artifacts.len()).sum());
    let mut footprints = Vec::with_capacity(finished.len());
    let mut kept = Vec::new();
    for component in &mut finished {
        artifacts.append(&mut component.artifacts);
        found.append(&mut component.diagnostics);
        let footprint = std::mem::take(&mut component.footprint);
        footprints.extend(component.facts.component.map(|id| (id, footprint)));
        kept.append(&mut component.kept);
        policy::add(&mut matched, &component.matched);
    }
    // The list takes the place of the other one.
    let mut facts: Vec<ComponentFacts> = finished.into_iter().map(|component| component.facts).collect();
    let mut emitted = Vec::new();
    let common = emit::platform(&source, footprints, &mut emitted);
    let (mut lease, mut of_pages) = (workers.lease(shared.provenance), Vec::new());
    let mut judge = |drafts, origins, out: &mut _| {
        let mut judged = Judged::new(shared, &source, rules, None, origins);
        judged.drafts(drafts, lease.worker(), out);
        artifacts.append(&mut judged.artifacts);
        kept.append(&mut judged.kept);
        facts.push(judged.facts);
        policy::add(&mut matched, &judged.matched);
    };
    judge(common.drafts, common.origins, found);
    emit::pages(&source, &common.applications, &mut emitted, &mut |draft, origins| {
        judge(vec![draft], origins, &mut of_pages);
    });
    found.append(&mut of_pages);
    found.extend(emitted.into_iter().filter(|problem| trust.counts(problem)));
    if keep {
        let view = View::new(platform, graph, &contexts);
        policy::add(&mut matched, &own.all(view, &kept, found));
    }
    artifacts.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    let tree = Tree::new(
        shared.world,
        *shared.home == RelPath::root(),
        platform,
        artifacts.iter().map(|artifact| &*artifact.path),
    );
    let subject = Subject::new(platform, graph, shared.kinds, (&facts, tree), levels, found);
    running.platform(&subject, found);
    let folder = layout.file("");
    paths::of_components(&subject, &artifacts, &folder, found);
    let environment = Environment { name: platform.environment.value.clone(), folder, artifacts, model: None };
    (environment, matched)
}

/// A component whose files are printed; its documents are gone, but for the objects that rules look at.
struct Finished {
    artifacts: Vec<Artifact>,
    footprint: Footprint,
    facts: ComponentFacts,
    diagnostics: Vec<Diagnostic>,
    /// How many of its documents each rule of the platform's own judged.
    matched: Vec<usize>,
    /// Its documents, if a rule looks at all of them together.
    kept: Vec<Kept>,
}

/// A file that is kept, with where its values come from.
type Kept = (Draft, Arc<Origins>, Option<ComponentId>);

fn finish(
    shared: &Shared<'_>,
    source: &Source<'_>,
    rules: (&Running, &Own<'_>, &SourceMap),
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
    let Judged { artifacts, facts, matched, kept, .. } = judged;
    Finished { artifacts, footprint, facts, diagnostics, matched, kept }
}

/// Documents on their way to files: judged one by one, printed, and dropped.
struct Judged<'a> {
    shared: &'a Shared<'a>,
    platform: &'a Platform,
    running: &'a Running,
    own: &'a Own<'a>,
    sources: &'a SourceMap,
    component: Option<&'a Component>,
    origins: Arc<Origins>,
    /// Where the values in the texts of its documents come from, above those of the documents.
    in_texts: Option<Origins>,
    facts: ComponentFacts,
    artifacts: Vec<Artifact>,
    matched: Vec<usize>,
    kept: Vec<Kept>,
}

impl<'a> Judged<'a> {
    fn new(
        shared: &'a Shared<'a>,
        source: &Source<'a>,
        (running, own, sources): (&'a Running, &'a Own<'a>, &'a SourceMap),
        id: Option<ComponentId>,
        origins: Arc<Origins>,
    ) -> Self {
        let platform = source.platform;
        let component = id.and_then(|id| platform.components.get(id.0));
        let facts = ComponentFacts { component: id, ..ComponentFacts::default() };
        let (artifacts, matched, kept) = (Vec::new(), Vec::new(), Vec::new());
        let in_texts = None;
        Self { shared, platform, running, own, sources, component, origins, in_texts, facts, artifacts, matched, kept }
    }

    fn drafts(&mut self, drafts: Vec<Draft>, worker: &mut Worker, out: &mut Vec<Diagnostic>) {
        self.artifacts.reserve_exact(drafts.len());
        for draft in drafts {
            let outlines: Vec<_> = draft.documents().iter().map(|doc| worker.outlines.of(doc)).collect();
            for (doc, outline) in draft.documents().iter().zip(&outlines) {
                self.document(&draft, Outlined { doc, outline: outline.as_ref() }, worker, out);
            }
            lint::configs((&draft, &outlines), &mut worker.configs, self.component, &self.origins, out);
            policy::add(&mut self.matched, &self.own.documents(&draft, &self.origins, self.facts.component, out));
            if self.own.keep {
                let kept = draft.kept().map(|draft| (draft, self.origins.clone(), self.facts.component));
                self.kept.extend(kept);
            }
            let table = self.shared.provenance.then_some(&self.origins);
            let printed = draft.print(&outlines, &mut worker.sink);
            let (mut artifact, docs) = draft.finish(printed, table);
            artifact.component = self.component.map(|component| component.name.value.clone());
            // Of what is made for Argo CD rules read the projects.
            let of_argocd = artifact.target == TargetName::Argocd && self.component.is_none();
            if (of_argocd || artifact.target == TargetName::Manifests) && !self.running.is_empty() {
                let mut docs = match &artifact.body {
                    Some(Body::Yaml(docs)) => docs.clone(),
                    _ => docs,
                };
                docs.retain(|doc| !of_argocd || doc.at(&["kind"]).and_then(Doc::as_str) == Some("AppProject"));
                self.facts.keep(self.platform, self.shared.kinds, &artifact.path, docs);
            }
            self.artifacts.push(artifact);
        }
        if !self.facts.objects.is_empty() || !self.facts.blocks.is_empty() {
            let all = self.in_texts.take().map(Arc::new);
            self.facts.origins = Some(all.unwrap_or_else(|| self.origins.clone()));
        }
    }

    fn document(&mut self, draft: &Draft, outlined: Outlined<'_>, worker: &mut Worker, out: &mut Vec<Diagnostic>) {
        let Worker { quiet, seen, objects, values, pieces, .. } = worker;
        let doc = outlined.doc;
        let Self { platform, component, .. } = *self;
        let origins = &*self.origins.clone();
        let document = Document { platform, component, path: &draft.path, doc, origins };
        let mut unread = Vec::new();
        if let Some(component) = component {
            lint::secret::document(outlined, origins, quiet, out);
            if draft.target == TargetName::Values {
                unread = lint::values((self.shared.contracts, values), component, outlined, origins, out);
                lint::pods((self.shared.kinds, pieces), component, (outlined, origins), &unread, out);
                self.running.values(&document, out);
                lint::facts::apart(&document, &mut self.facts);
                self.facts.made_by(&document);
                self.extras(&document, outlined, seen, out);
            }
        }
        let applied = matches!(draft.target, TargetName::Manifests | TargetName::Argocd);
        if applied || draft.target == TargetName::Ansible && is_object(doc) {
            let kubernetes = platform.kubernetes().map(|version| &*version.value);
            lint::object((self.shared.kinds, objects), outlined, origins, kubernetes, out);
        }
        if applied {
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
            let marks = |key: &str| self.running.marks(key);
            lint::facts::maps_alike(document, outlined.outline, seen, &marks, &mut |place, plain| {
                lint::facts::collect(place, plain, facts);
                if draft.target != TargetName::Machines {
                    lint::facts::block(place, draft.target == TargetName::Values, facts);
                }
                self.running.map(place, out);
            });
            self.texts(&document, draft.target, seen, out);
            self.facts.forget(&unread);
        }
    }
}

/// Returns whether a document of a playbook is an object that it hands to Kubernetes.
fn is_object(doc: &Doc) -> bool {
    ["apiVersion", "kind", "metadata"].iter().all(|key| doc.at(&[*key]).is_some())
}
