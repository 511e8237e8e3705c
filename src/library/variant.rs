//! A component of the library as it is at some versions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::facts::Facts;
use super::shape::facts_shape;
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::template::{Shape, Template};
use crate::yaml::{Field, Node};

/// A component as it is at some versions: facts, templates of its values and of its manifests.
#[derive(Debug)]
pub struct Variant {
    /// The facts.
    pub facts: Facts,
    /// Where the facts start, for reports about the whole.
    pub span: Option<Span>,
    /// Whether nothing is known: a chart of the user's own, without an entry.
    pub unknown: bool,
    /// Whether a part of it could not be read, so that what it reads is not known.
    pub(super) partial: bool,
    /// The paths that its computed facts and its templates read, sorted: what is in none of them can have no effect.
    pub(super) reads: Vec<Arc<str>>,
    /// The settings among them, sorted.
    pub(super) read_settings: Vec<Arc<str>>,
    /// The names that any of its templates asks for, sorted: nothing else has to be there when one is rendered.
    pub roots: Vec<Arc<str>>,
    /// Whether computed facts read settings.
    pub settled: bool,
    /// The facts that are computed.
    pub computed: Computed,
    /// The template of Helm values.
    pub values: Option<Arc<Template>>,
    /// The templates of manifests, with the name of the file without its ending.
    pub manifests: Vec<(Arc<str>, Arc<Template>)>,
    /// The templates of Ansible's files where Ansible installs it, likewise; `vars` is its part of the group variables.
    pub ansible: Vec<(Arc<str>, Arc<Template>)>,
    /// The templates of what lies on a machine that it runs on: `files`, `unit`, `compose`, `service`, `environment`.
    pub machine: Vec<(Arc<str>, Arc<Template>)>,
}

/// The computed facts, each a template.
#[derive(Debug, Default)]
pub struct Computed {
    /// The full name: a string, or a map with `contains` and `truncate`.
    pub fullname: Option<Template>,
    /// The services.
    pub services: Option<Template>,
    /// The flows that are answered.
    pub serves: Option<Template>,
    /// The secrets that are read.
    pub secrets: Option<Template>,
    /// Where metrics are.
    pub metrics: Option<Template>,
    /// The labels of the pods.
    pub labels: Option<Template>,
    /// What it is as an ingress controller.
    pub ingress: Option<Template>,
    /// The labels that all its pods have.
    pub pods: Option<Template>,
    /// What it may do in Vault.
    pub vault: Option<Template>,
    /// How it follows the repository.
    pub follows: Option<Template>,
    /// What a person does in the place of the playbook.
    pub by_hand: Option<Template>,
    /// The volumes that are asked for.
    pub volumes: Option<Template>,
    /// The folders on machines that keep data.
    pub data: Option<Template>,
    /// The flows that parts answer.
    pub part_serves: BTreeMap<Arc<str>, Template>,
}

impl Variant {
    /// Returns the variant of a component that the library does not have.
    pub fn unknown(title: &Arc<str>, span: Span) -> Self {
        let mut facts = Facts::absent();
        facts.title = Field::Given(crate::source::Spanned::new(title.clone(), span));
        Self {
            facts,
            span: None,
            unknown: true,
            partial: false,
            reads: Vec::new(),
            read_settings: Vec::new(),
            roots: Vec::new(),
            settled: false,
            computed: Computed::default(),
            values: None,
            manifests: Vec::new(),
            ansible: Vec::new(),
            machine: Vec::new(),
        }
    }

    pub(super) fn note_reads(&mut self) {
        let computed = &self.computed;
        let facts = [&computed.fullname, &computed.services, &computed.serves, &computed.secrets, &computed.metrics];
        let facts = facts
            .into_iter()
            .chain([&computed.labels, &computed.ingress, &computed.pods, &computed.vault, &computed.follows])
            .flatten()
            .chain(computed.part_serves.values());
        let files = self
            .values
            .iter()
            .chain(self.manifests.iter().chain(&self.ansible).chain(&self.machine).map(|(_, template)| template))
            .map(|file| &**file);
        let mut reads = BTreeSet::new();
        facts.for_each(|template| template.reads(&mut reads));
        self.settled = reads.iter().any(|read| read.split('.').next() == Some("settings"));
        files.for_each(|template| template.reads(&mut reads));
        self.reads = reads.iter().cloned().collect();
        let of_settings = self.reads.iter().filter_map(|read| read.strip_prefix("settings.")?.split('.').next());
        let of_settings: BTreeSet<&str> = of_settings.collect();
        self.read_settings = of_settings.into_iter().map(Arc::from).collect();
        let others = [&computed.by_hand, &computed.volumes, &computed.data];
        others.into_iter().flatten().for_each(|template| template.reads(&mut reads));
        let roots: BTreeSet<&str> = reads.iter().filter_map(|path| path.split('.').next()).collect();
        self.roots = roots.into_iter().map(Arc::from).collect();
    }

    /// Returns whether its facts or templates read a path, something in it, or all of what it is in; where one of them
    /// could not be read, it may.
    pub fn reads(&self, path: &str) -> bool {
        if self.partial {
            return true;
        }
        let below =
            |read: &Arc<str>| read.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let from = self.reads.partition_point(|read| **read < *path);
        let mut alike = self.reads.get(from..).unwrap_or_default().iter().take_while(|read| read.starts_with(path));
        alike.any(below) || path.rsplit_once('.').is_some_and(|(above, _)| self.names(above))
    }

    /// Returns whether its facts or templates read a setting.
    pub fn reads_setting(&self, name: &str) -> bool {
        if name.contains('.') {
            return self.reads(&["settings.", name].concat());
        }
        self.partial
            || self.read_settings.iter().any(|read| read.len() == name.len() && **read == *name)
            || self.names("settings")
    }

    /// Returns whether its facts or templates name a path itself.
    pub fn names(&self, path: &str) -> bool {
        self.reads.binary_search_by(|read| (**read).cmp(path)).is_ok()
    }

    /// Returns the names of the fields below a path that are read.
    pub fn read_below<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a str> {
        let field = move |read: &'a Arc<str>| read.strip_prefix(path)?.strip_prefix('.')?.split('.').next();
        self.reads.iter().filter_map(field)
    }
}

/// Returns the computed facts, each as a template.
pub(super) fn computed(facts: &Facts, whole: &Shape, out: &mut Vec<Diagnostic>) -> Computed {
    let parts: Vec<Arc<str>> = facts.parts.value().into_iter().flat_map(|parts| parts.keys().cloned()).collect();
    let shape = facts_shape(&parts);
    let volumes = facts.volumes.value().and_then(|node| Template::load(node, whole, out));
    let data = facts.data.value().and_then(|node| Template::load(node, whole, out));
    let by_hand = facts.by_hand.value().and_then(|node| Template::load(node, whole, out));
    let mut template = |field: &Field<Node>| field.value().and_then(|node| Template::load(node, &shape, out));
    let mut computed = Computed {
        fullname: template(&facts.fullname),
        services: template(&facts.services),
        serves: template(&facts.serves),
        secrets: template(&facts.secrets),
        metrics: template(&facts.metrics),
        labels: template(&facts.labels),
        ingress: template(&facts.ingress),
        pods: template(&facts.pods),
        vault: template(&facts.vault),
        follows: template(&facts.follows),
        by_hand,
        volumes,
        data,
        part_serves: BTreeMap::new(),
    };
    for (name, named) in facts.parts.value().into_iter().flatten() {
        let serves = named.value.as_ref().and_then(|part| template(&part.value.serves));
        computed.part_serves.extend(serves.map(|serves| (name.clone(), serves)));
    }
    computed
}
