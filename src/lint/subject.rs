//! What rules read: the whole platform of one environment.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::facts::{Block, ComponentFacts, ObjectFact};
use super::levels::Levels;
use super::made::Made;
use super::rule::Rule;
use super::services::Services;
use super::tree::Tree;
use crate::diag::Diagnostic;
use crate::emit::OVERWRITTEN;
use crate::graph::Graph;
use crate::library::kinds::KindTables;
use crate::model::{Component, ComponentId, Platform, Service};
use crate::source::{OriginId, Span};

/// Kind, namespace and name.
type ObjectKey<'a> = (&'a str, &'a str, &'a str);

/// What rules read. Indexes are made once, so that no rule searches.
#[derive(Debug)]
pub struct Subject<'a> {
    /// The platform as meant.
    pub platform: &'a Platform,
    /// Its order.
    pub graph: &'a Graph,
    /// The tables of kinds.
    pub kinds: &'a KindTables,
    /// What the documents hold, by component; last what belongs to none.
    pub facts: &'a [ComponentFacts],
    /// The files of the repository.
    pub tree: Tree<'a>,
    levels: &'a Levels,
    services: BTreeMap<(&'a str, &'a str), (ComponentId, &'a Service)>,
    objects: BTreeMap<ObjectKey<'a>, Vec<(usize, &'a ObjectFact)>>,
    made: OnceLock<Made>,
    known: OnceLock<Services<'a>>,
    reported: BTreeSet<Span>,
    overwritten: BTreeSet<Span>,
}

impl<'a> Subject<'a> {
    /// Returns what rules read of an environment.
    pub fn new(
        platform: &'a Platform,
        graph: &'a Graph,
        kinds: &'a KindTables,
        (facts, tree): (&'a [ComponentFacts], Tree<'a>),
        levels: &'a Levels,
        found: &[Diagnostic],
    ) -> Self {
        let mut services = BTreeMap::new();
        for (at, component) in platform.components.iter().enumerate() {
            for service in &component.services {
                let key = (&*service.namespace.value, &*service.name.value);
                services.entry(key).or_insert((ComponentId(at), service));
            }
        }
        let mut objects: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (at, component) in facts.iter().enumerate() {
            for object in &component.objects {
                let namespace = object.namespace.as_deref().unwrap_or("");
                objects.entry((&*object.kind, namespace, &*object.name)).or_default().push((at, object));
            }
        }
        let place = |problem: &Diagnostic| Some(problem.primary.as_ref()?.span);
        let overwritten = found.iter().filter(|problem| problem.kind == OVERWRITTEN).filter_map(place).collect();
        let reported = found.iter().filter_map(place).collect();
        Self {
            platform,
            graph,
            kinds,
            facts,
            tree,
            levels,
            services,
            objects,
            made: OnceLock::new(),
            known: OnceLock::new(),
            reported,
            overwritten,
        }
    }

    /// Returns the component and the Service that the facts announce under a name.
    pub fn service(&self, namespace: &str, name: &str) -> Option<(&'a Component, &'a Service)> {
        let (id, service) = self.services.get(&(namespace, name))?;
        Some((self.platform.components.get(id.0)?, service))
    }

    /// Iterates over the Services that the facts announce, by namespace and name.
    pub fn services(&self) -> impl Iterator<Item = (&'a Component, &'a Service)> {
        self.services.values().filter_map(|(id, service)| Some((self.platform.components.get(id.0)?, *service)))
    }

    /// Returns the objects of a kind with a name, each with the index of its facts. Objects of the cluster have the
    /// namespace `""`.
    pub fn objects(&self, kind: &str, namespace: &str, name: &str) -> Vec<(usize, &'a ObjectFact)> {
        self.objects.get(&(kind, namespace, name)).cloned().unwrap_or_default()
    }

    /// Iterates over all objects of a kind, in the order of namespace and name.
    pub fn objects_of(&self, kind: &'a str) -> impl Iterator<Item = (usize, &'a ObjectFact)> {
        let start = std::ops::Bound::Included((kind, "", ""));
        let range = self.objects.range((start, std::ops::Bound::Unbounded));
        range.take_while(move |((other, ..), _)| *other == kind).flat_map(|(_, all)| all.iter().copied())
    }

    /// Iterates over what people wrote of where pods run and how they are reached, each with its facts.
    pub fn blocks(&self) -> impl Iterator<Item = (&'a ComponentFacts, &'a Block)> + use<'a> {
        self.facts.iter().flat_map(|facts| facts.blocks.iter().map(move |block| (facts, block)))
    }

    /// Returns the component that facts are of.
    pub fn component_of(&self, facts: &ComponentFacts) -> Option<&'a Component> {
        self.platform.components.get(facts.component?.0)
    }

    /// Iterates over the objects that have kind, namespace and name in common with others.
    pub fn alike(&self) -> impl Iterator<Item = &[(usize, &'a ObjectFact)]> {
        self.objects.values().filter(|all| all.len() > 1).map(Vec::as_slice)
    }

    /// Returns whether something is reported at a place already: one cause is reported once.
    pub fn is_reported(&self, place: Span) -> bool {
        self.reported.contains(&place)
    }

    /// Returns whether a value replaces one that dvgen derived: it is judged like any other, since it is the one that holds.
    pub(in crate::lint) fn is_overwritten(&self, place: Span) -> bool {
        self.overwritten.contains(&place)
    }

    /// Returns who makes which Secret.
    pub(in crate::lint) fn made(&self) -> &Made {
        self.made.get_or_init(|| Made::new(self.platform, self.facts))
    }

    /// Returns what is known of all Services.
    pub(in crate::lint) fn known_services(&self) -> &Services<'a> {
        self.known.get_or_init(|| Services::new(self.platform, self.facts))
    }

    /// Returns a finding with the component that it is about.
    pub fn about(&self, facts: &ComponentFacts, problem: Diagnostic) -> Diagnostic {
        match facts.component.and_then(|id| self.platform.components.get(id.0)) {
            Some(component) => problem.about(&component.name.value),
            None => problem,
        }
    }

    /// Returns the component of facts.
    pub fn component(&self, at: usize) -> Option<&'a Component> {
        self.platform.components.get(self.facts.get(at)?.component?.0)
    }

    /// Returns the line that a person has to change for a value.
    pub fn line(&self, origin: OriginId) -> Option<Span> {
        let origins = &self.platform.origins;
        origins.written_span(origin).or_else(|| origins.place(origin))
    }

    /// Returns a parameter of a rule that is a number.
    pub fn number(&self, rule: &Rule, name: &str) -> u32 {
        self.levels.number(rule, name)
    }

    /// Returns a parameter of a rule that is a list of words.
    pub fn words(&self, rule: &Rule, name: &str) -> Vec<Arc<str>> {
        self.levels.words(rule, name)
    }
}
