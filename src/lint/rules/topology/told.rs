//! What people say of volumes in `values:`, by the chart's own keys.

use crate::model::{Component, Demand, Platform};
use crate::yaml::{Core, Node, NodeKind, Style, core};

/// Keys that name a claim which is there, and no new one.
const CLAIMS: [&str; 2] = ["existingClaim", "existingVolumeClaim"];

/// Words in the keys of maps about volumes.
const VOLUMES: [&str; 3] = ["persist", "storage", "volume"];

/// Returns whether the component's own values name the class of some volumes or a claim in their place, or switch them off.
pub(super) fn told(platform: &Platform, component: &Component, demand: &Demand) -> bool {
    let Some(values) = &component.values else { return false };
    let name = |demand: &Demand| name(component, demand);
    let own = name(demand);
    let all = platform.demands.iter().filter(|other| other.component == demand.component);
    let others: Vec<String> = all.filter_map(name).filter(|other| own.as_ref() != Some(other)).collect();
    below(values, &mut Vec::new(), &mut |path| {
        let of = |name: &String| path.iter().any(|key| plain(key).contains(name.as_str()));
        own.as_ref().is_some_and(of) || !others.iter().any(of)
    })
}

/// Returns the name of the volumes or of their part, where there are several.
fn name(component: &Component, demand: &Demand) -> Option<String> {
    let part = demand.part.and_then(|part| component.part(part)).map(|part| plain(&part.name));
    part.or_else(|| demand.name.as_ref().map(|name| plain(&name.value)))
}

fn plain(text: &str) -> String {
    text.to_lowercase().replace(['-', '_'], "")
}

/// Looks for what is said at a path that is about the volumes. Lists hold what somebody adds.
fn below<'n>(node: &'n Node, path: &mut Vec<&'n str>, about: &mut impl FnMut(&[&str]) -> bool) -> bool {
    let entries = node.as_mapping().into_iter().flat_map(|map| &map.entries);
    entries.into_iter().any(|entry| {
        let found = says(&entry.key.text, &entry.value, path) && about(path);
        path.push(&entry.key.text);
        let found = found || below(&entry.value, path, about);
        path.pop();
        found
    })
}

/// Returns whether a value names a class or a claim, or switches off what the map around it is about.
fn says(key: &str, value: &Node, path: &[&str]) -> bool {
    let NodeKind::Scalar { text, style } = &value.kind else { return false };
    let known = (*style == Style::Plain).then(|| core(text));
    let lower = key.to_lowercase();
    if lower.ends_with("storageclass") || lower.ends_with("storageclassname") || CLAIMS.contains(&key) {
        return !text.is_empty() && !matches!(known, Some(Core::Null));
    }
    let around = || path.last().map(|around| around.to_lowercase()).unwrap_or_default();
    key == "enabled" && known == Some(Core::Bool(false)) && VOLUMES.iter().any(|word| around().contains(word))
}
