//! The addresses of flows that a product has no setting for, in a `ConfigMap` beside it.
//!
//! An invented key would be ignored without a word. So the address is published, the flow counts for the order and is
//! drawn, and whoever configures the product by hand or by its API finds the address in one place that follows the spec.

use std::sync::Arc;

use super::Source;
use super::build::{lit, map, named, text};
use crate::doc::Doc;
use crate::model::{Component, ComponentId, Flow};
use crate::source::Origins;
use crate::spec::FlowKind;
use crate::yaml::Field;

/// Says in the `ConfigMap` why it is there.
pub(super) const NOTE: &str = "dvgen.dev/note";

/// Returns the `ConfigMap` of a component that opens flows which it has no setting for.
pub(super) fn config_map(
    source: &Source<'_>,
    id: ComponentId,
    component: &Component,
    origins: &mut Origins,
) -> Option<Doc> {
    let listed = component.variant.facts.publishes.value()?;
    let opened = component.variant.facts.opens.value();
    let is_in = |list: &[Field<FlowKind>], kind| list.iter().filter_map(Field::value).any(|listed| *listed == kind);
    // A kind that is opened as well has settings for what is a datasource, and for nothing else.
    let configured = |flow: &Flow| flow.datasource.is_some() && opened.is_some_and(|list| is_in(list, flow.kind));
    let published = |flow: &&Flow| is_in(listed, flow.kind) && !configured(flow);
    let here = component.name.origin;
    let mut entries: Vec<(Arc<str>, Doc)> = Vec::new();
    for flow in source.flows_from(id).filter(published) {
        let Some(to) = source.platform.components.get(flow.to.component.0) else { continue };
        let Some(service) = to.service_of(&flow.endpoint) else { continue };
        let part = flow.to.part.and_then(|part| to.part(part));
        let name = part.map_or(&to.name.value, |part| &part.name);
        let key = |what: &str| Arc::from(format!("{}.{name}.{what}", flow.kind.word()));
        let reads = [flow.origin, service.host.origin, service.port.origin];
        let origin = origins.derived("the address of a flow", &reads);
        if let Some(url) = source.contexts.url(flow, origins) {
            entries.push((key("url"), text(&url)));
        }
        entries.push((key("host"), Doc::str(service.host.value.clone(), origin)));
        entries.push((key("port"), Doc::str(service.port.value.to_string(), origin)));
    }
    if entries.is_empty() {
        return None;
    }
    let note = component.variant.facts.publishes_note.value().map_or_else(
        || format!("{} has no setting for these connections; enter them where it is configured", component.title.value),
        ToString::to_string,
    );
    let metadata = map(
        here,
        [
            ("name", Doc::str(format!("{}-endpoints", component.name.value), here)),
            ("namespace", text(&component.namespace)),
            ("annotations", named(here, [(Arc::from(NOTE), Doc::str(note, here))])),
        ],
    );
    Some(map(
        here,
        [
            ("apiVersion", lit(here, "v1")),
            ("kind", lit(here, "ConfigMap")),
            ("metadata", metadata),
            ("data", named(here, entries)),
        ],
    ))
}
