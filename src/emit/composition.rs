//! Compositions: what the framework reads to put an application together, and what people read about it.

mod config;
mod datasources;
mod document;
mod examples;
mod lock;
mod meta;
mod readme;
mod security;
mod shown;
mod telemetry;
mod unit;

use std::collections::BTreeMap;

use shown::Shown;

use super::Source;
use super::draft::{Body, Draft, TargetName};
use crate::doc::Doc;
use crate::graph::StartOrder;
use crate::model::Platform;
use crate::model::composition::{Composition, Member};
use crate::model::plugin::Plugin;
use crate::source::{OriginId, Origins};
use crate::yaml::Field;

/// What the files of a composition read.
struct Part<'a> {
    source: &'a Source<'a>,
    composition: &'a Composition,
    order: &'a StartOrder,
    here: OriginId,
}

/// Returns the files of all compositions.
pub(super) fn drafts(source: &Source<'_>, origins: &mut Origins) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (composition, order) in source.platform.compositions.iter().zip(&source.graph.compositions) {
        let part = Part { source, composition, order, here: composition.name.origin };
        drafts.push(document::draft(&part, origins));
        drafts.push(meta::draft(&part, origins));
        drafts.push(lock::draft(&part, origins));
        drafts.extend(security::draft(&part, origins));
        drafts.extend(telemetry::drafts(&part, origins));
        drafts.push(readme::draft(&part));
    }
    drafts
}

/// Returns the plugins that read an item of the secret store by their configuration, each with the compositions that run it.
pub(super) fn plugins_reading<'a>(platform: &'a Platform, item: &str) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut all = BTreeMap::<&str, Vec<&str>>::new();
    for composition in &platform.compositions {
        for member in composition.members.iter().filter(|member| member.enabled.value) {
            if config::secrets(&member.config).iter().any(|secret| &*secret.item.value == item) {
                all.entry(&*member.name.value).or_default().push(&*composition.name.value);
            }
        }
    }
    all
}

/// Returns the compositions whose keys are kept in an item.
pub(super) fn keeping_keys<'a>(platform: &'a Platform, item: &str) -> Vec<&'a str> {
    let keeps = |composition: &&Composition| {
        let Some(keys) = composition.written.keys.value() else { return false };
        let (Some(prefix), Some(ids)) = (keys.key_prefix.get(), keys.ids.value()) else { return false };
        let id = item.strip_prefix(prefix.value.0.trim_end_matches('/')).and_then(|rest| rest.strip_prefix('/'));
        ids.iter().filter_map(Field::get).any(|known| id == Some(&*known.value.0))
    };
    platform.compositions.iter().filter(keeps).map(|composition| &*composition.name.value).collect()
}

impl Part<'_> {
    /// Returns the path of a file of the composition.
    fn path(&self, file: &str) -> String {
        let folder = &self.composition.name.value;
        self.source.layout.file(&format!("compositions/{folder}/{file}"))
    }

    /// Returns a file of YAML.
    fn yaml(&self, file: &str, doc: Doc) -> Draft {
        let header = self.source.layout.header(self.here);
        Draft::yaml(self.path(file), TargetName::Compositions, header, vec![doc])
    }

    /// Returns a file of lines, with the notice that it is made.
    fn lines(&self, file: &str, comment: &str, lines: Vec<(String, OriginId)>) -> Draft {
        let header = self.source.layout.header(self.here);
        let mut all = vec![(format!("{comment} {}", header.text), self.here)];
        all.extend(lines);
        let (target, body) = (TargetName::Compositions, Body::Lines(all));
        Draft { path: self.path(file), target, header: Vec::new(), body, executable: false, origin: self.here }
    }

    fn plugin(&self, member: &Member) -> Option<&Plugin> {
        self.source.platform.plugins.get(member.plugin.0)
    }

    /// Returns what a plugin may use at most: as the composition says, or else as the plugin says.
    fn limits(&self, member: &Member, plugin: &Plugin, origins: &mut Origins) -> Option<Doc> {
        let own = self.composition.written.limits.value();
        let is_own = |name: &str| self.composition.called(name) == &*member.name.value;
        let own = own.and_then(|all| all.iter().find(|(name, _)| is_own(name)));
        if let Some(limits) = own.and_then(|(_, named)| named.value.as_ref()) {
            return Some(limits.value.shown(origins, limits.span));
        }
        let limits = plugin.limits.as_ref()?;
        let span = self.source.platform.origins.written_span(limits.origin)?;
        Some(limits.value.shown(origins, span))
    }

    /// Iterates over the members in the order of their names, with their plugins.
    fn members(&self) -> Vec<(usize, &Member, &Plugin)> {
        let all = self.composition.members.iter().enumerate();
        let mut all: Vec<_> = all.filter_map(|(at, member)| Some((at, member, self.plugin(member)?))).collect();
        all.sort_by(|a, b| a.1.name.value.cmp(&b.1.name.value));
        all
    }
}
