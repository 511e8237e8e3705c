//! Alloy's configuration, in a `ConfigMap` of our own.
//!
//! The chart passes an inline configuration through Helm's `tpl`, which empties every `{{ … }}` in it without a
//! word; a `ConfigMap` of ours is taken as it is. Components are named as in Alloy's reference (grafana.com/docs/alloy).

mod logs;
mod metrics;
mod traces;

use std::sync::Arc;

use super::Source;
use super::build::{lit, map, text};
use super::print::block::{Block, Expr, Item};
use super::print::{LineTable, alloy};
use crate::doc::{Doc, Key, Name, Value};
use crate::model::{Component, ComponentId, Flow};
use crate::source::{OriginId, Origins};
use crate::spec::FlowKind;

/// The key of the `ConfigMap`; the chart's values name it too.
const KEY: &str = "config.alloy";

/// Returns the `ConfigMap` of a component whose facts ask for it.
pub(super) fn config_map(
    source: &Source<'_>,
    id: ComponentId,
    component: &Component,
    origins: &mut Origins,
) -> Option<Doc> {
    let builds = component.variant.facts.builds.value()?;
    if &*builds.0 != "alloy" {
        return None;
    }
    let here = component.name.origin;
    let mut config = Config { source, here, origins, items: Vec::new() };
    let of = |kind| -> Vec<&Flow> { source.flows_from(id).filter(|flow| flow.kind == kind).collect() };
    config.logs(&of(FlowKind::Logs));
    config.metrics(&of(FlowKind::RemoteWrite));
    config.traces(&of(FlowKind::Traces));
    let printed = alloy::print(&config.items, LineTable::Keep);
    let lines = printed.text.lines().map(Arc::from).zip(printed.lines).collect();
    let name = Doc::str(format!("{}-config", component.fullname.value), component.fullname.origin);
    Some(map(
        here,
        [
            ("apiVersion", lit(here, "v1")),
            ("kind", lit(here, "ConfigMap")),
            ("metadata", map(here, [("name", name), ("namespace", text(&component.namespace))])),
            ("data", map(here, [(KEY, Doc::new(Value::Text(lines), here))])),
        ],
    ))
}

struct Config<'a> {
    source: &'a Source<'a>,
    here: OriginId,
    origins: &'a mut Origins,
    items: Vec<Item>,
}

impl Config<'_> {
    fn add(&mut self, block: Block) {
        if !self.items.is_empty() {
            self.items.push(Item::Blank(self.here));
        }
        self.items.push(Item::Block(block));
    }

    fn string(&self, text: impl Into<Name>) -> Expr {
        Expr::str(text, self.here)
    }

    fn raw(&self, text: impl Into<String>) -> Expr {
        Expr::raw(text, self.here)
    }

    fn external_labels(&self) -> Expr {
        let platform = self.source.platform;
        let external = [("cluster", &platform.name), ("environment", &platform.environment)]
            .map(|(key, value)| (Key { text: key.into(), origin: value.origin }, Expr::from(text(value))));
        Expr::object(external.into(), self.here)
    }

    /// Returns the label of the block that writes to the other side: an identifier.
    fn label(&self, flow: &Flow) -> Option<String> {
        let to = self.source.platform.components.get(flow.to.component.0)?;
        Some(to.name.value.replace('-', "_"))
    }
}
