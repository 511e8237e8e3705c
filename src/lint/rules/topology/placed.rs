//! Pods of which somebody says where they run: by `placement`, in Helm values, and in manifests.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::lint::facts::{Block, ComponentFacts};
use crate::lint::scheduling::Pods;
use crate::lint::subject::Subject;
use crate::model::Component;
use crate::source::{OriginId, Span};
use crate::spec::InstalledBy;
use crate::template::Data;

/// Pods, and who says where they run.
pub(super) struct Placed<'a> {
    /// How people name them.
    pub(super) who: String,
    /// What they ask for.
    pub(super) pods: Pods<'a>,
    /// The component that they belong to.
    pub(super) component: Option<&'a Component>,
    /// The map that says so; the placement of the spec if there is none.
    pub(super) of: Option<(&'a ComponentFacts, &'a Block)>,
}

impl<'a> Placed<'a> {
    /// Returns the line to change for one of the values.
    pub(super) fn line(&self, subject: &Subject<'_>, origin: OriginId) -> Option<Span> {
        match self.of {
            Some((facts, _)) => facts.line(origin),
            None => subject.platform.origins.place(origin),
        }
    }

    /// Returns the name of the component.
    pub(super) fn about(&self) -> Option<&'a Arc<str>> {
        self.component.map(|component| &component.name.value)
    }

    /// Returns whether all tolerations are known: a chart may have some of its own where values have none.
    pub(super) fn is_whole(&self) -> bool {
        self.of.is_none_or(|(_, block)| !block.values || block.doc.at(&["tolerations"]).is_some())
    }
}

/// Returns the placements of a component and of its parts that have one of their own, each with whose it is, for people.
pub(super) fn placements(component: &Component) -> impl Iterator<Item = (String, &Data)> {
    let name = &component.name.value;
    let parts = component.parts.iter().filter(|part| part.placed && part.enabled.value);
    let parts = parts.map(move |part| (format!("`{}` of `{name}`", part.name), &part.placement));
    std::iter::once((format!("`{name}`"), &component.placement)).chain(parts)
}

/// Returns all pods of which somebody says where they run, those of the spec first.
pub(super) fn placed<'a>(subject: &Subject<'a>) -> Vec<Placed<'a>> {
    let components = subject.platform.components.iter();
    let components = components.filter(|component| component.installed_by.value != InstalledBy::External);
    let mut all: Vec<Placed<'a>> = components
        .flat_map(|component| placements(component).map(move |(who, placement)| (component, who, placement)))
        .map(|(component, who, placement)| {
            let pods = Pods::of_placement(placement);
            Placed { who, pods, component: Some(component), of: None }
        })
        .filter(|placed| placed.pods.asks() || !placed.pods.wishes.is_empty())
        .collect();
    let lines = all.iter().flat_map(|placed| placed.pods.keys().map(|(_, origin)| origin)).collect::<Vec<_>>();
    let known: BTreeSet<Span> = lines.into_iter().filter_map(|origin| subject.line(origin)).collect();
    for (facts, block) in subject.blocks() {
        let component = subject.component_of(facts);
        let mut pods = Pods::of_map(&block.doc);
        // Templates hand the placement of the spec on to the chart.
        let own = |origin| facts.line(origin).is_none_or(|line| !known.contains(&line));
        pods.selector.retain(|label| own(label.origin));
        pods.terms.retain(|term| term.iter().any(|one| own(one.origin)));
        if pods.asks() {
            let who = component.map_or("", |component| &component.name.value);
            let who = if block.keys.is_empty() { format!("`{who}`") } else { format!("`{}` of `{who}`", block.keys) };
            all.push(Placed { who, pods, component, of: Some((facts, block)) });
        }
    }
    all
}
