//! The Secrets of flows: credentials that both ends keep.
//!
//! A Secret is called after the component that opens the connection and the kind of flow. Where a component would need
//! two Secrets of one name, each is called after its other end too, and after the database or bucket where two of them
//! go to one server.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{SecretKey, SecretStore, SecretUse};
use crate::diag::Diagnostic;
use crate::model::component::{Component, ComponentId};
use crate::model::flow::Flow;
use crate::model::resolve::{Platform, Resolver};
use crate::model::service::Serve;
use crate::model::{TAKEN_TWICE, Traced};
use crate::source::OriginId;
use crate::spec::FlowKind;

/// A flow with credentials, before its Secret has a name.
struct Need<'a> {
    index: usize,
    flow: &'a Flow,
    from: &'a Component,
    to: &'a Component,
    serve: Option<&'a Serve>,
    item: Traced<Arc<str>>,
}

impl Need<'_> {
    /// Returns whether one Secret can serve both flows.
    fn shares(&self, other: &Self) -> bool {
        let shape = |need: &Self| need.serve.map(|serve| (serve.secret_keys.clone(), serve.secret_type.clone()));
        self.item.value == other.item.value && shape(self) == shape(other)
    }
}

/// Returns what each component has to keep for its flows.
pub(super) fn uses(cx: &mut Resolver<'_>, platform: &Platform) -> Vec<(ComponentId, SecretUse)> {
    let needs: Vec<Need<'_>> =
        platform.flows.iter().enumerate().filter_map(|(index, flow)| need(cx, platform, index, flow)).collect();
    let mut groups = BTreeMap::<(ComponentId, FlowKind), Vec<&Need<'_>>>::new();
    for need in &needs {
        groups.entry((need.flow.from.component, need.flow.kind)).or_default().push(need);
    }
    let mut all: Vec<(usize, ComponentId, SecretUse)> = Vec::new();
    for group in groups.values() {
        for need in group {
            all.extend(of_flow(cx, platform, need, group).into_iter().map(|(id, used)| (need.index, id, used)));
        }
    }
    all.sort_by_key(|(index, ..)| *index);
    all.into_iter().map(|(_, id, used)| (id, used)).collect()
}

fn need<'a>(cx: &mut Resolver<'_>, platform: &'a Platform, index: usize, flow: &'a Flow) -> Option<Need<'a>> {
    let from = platform.components.get(flow.from.component.0)?;
    let to = platform.components.get(flow.to.component.0)?;
    let serve =
        to.serves.get(&flow.kind).or_else(|| to.part(flow.to.part?).and_then(|part| part.serves.get(&flow.kind)));
    if !flow.credentials && flow.secret.is_none() {
        return None;
    }
    let item = if let Some(secret) = &flow.secret {
        cx.traced("secret", secret.value.clone(), secret.span)
    } else {
        let origin =
            cx.origins.derived("the name of the component and the kind of flow", &[from.name.origin, flow.origin]);
        Traced::new(format!("{}/{}", from.name.value, flow.kind.word()).into(), origin)
    };
    Some(Need { index, flow, from, to, serve, item })
}

/// Returns the name of the Secret of a flow, beside the others of its component and kind.
fn name(cx: &mut Resolver<'_>, need: &Need<'_>, group: &[&Need<'_>]) -> Traced<Arc<str>> {
    let (from, to, flow) = (need.from, need.to, need.flow);
    let mut name = format!("{}-{}", from.name.value, flow.kind.word());
    if group.iter().all(|other| other.shares(need)) {
        let by = "the name of the component and the kind of flow";
        return Traced::new(name.into(), cx.origins.derived(by, &[from.name.origin, flow.origin]));
    }
    name = format!("{name}-{}", to.name.value);
    let mut reads: Vec<OriginId> = vec![from.name.origin, flow.origin, to.name.origin];
    let same_end = |other: &&&Need<'_>| other.flow.to.component == flow.to.component;
    if let Some(used) = &flow.name
        && !group.iter().filter(same_end).all(|other| other.shares(need))
    {
        name = format!("{name}-{}", object_name(&used.value));
        reads.push(used.origin);
    }
    Traced::new(name.into(), cx.origins.derived("the names of both ends: the component reads several", &reads))
}

/// Returns a word as a part of the name of an object.
fn object_name(word: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    word.chars().map(plain).collect::<String>().trim_matches('-').to_owned()
}

/// A database and an object store need credentials on both sides: the same item, a Secret in each namespace. In one
/// namespace it is one Secret that both read.
fn of_flow(
    cx: &mut Resolver<'_>,
    platform: &Platform,
    need: &Need<'_>,
    group: &[&Need<'_>],
) -> Vec<(ComponentId, SecretUse)> {
    let (to, flow) = (need.to, need.flow);
    let renamed = need.serve.map(|serve| serve.secret_keys.clone()).unwrap_or_default();
    let kind = need.serve.and_then(|serve| serve.secret_type.clone());
    let hints = need.serve.into_iter().flat_map(|serve| &serve.hints);
    let hints: Vec<_> = hints.map(|(key, hint)| (key.clone(), hint.clone())).collect();
    let mut keys: Vec<Traced<Arc<str>>> =
        platform.secret_items.get(&need.item.value).map(|item| item.keys.clone()).unwrap_or_default();
    let verbatim = platform.secret_store.as_ref().is_some_and(SecretStore::verbatim);
    // What the other side asks for is read in any case; a key that the item lacks is reported.
    let asked = renamed.iter().map(|(id, inside)| if verbatim { inside } else { id });
    let lacking: Vec<_> = asked.filter(|key| keys.iter().all(|known| known.value != **key)).cloned().collect();
    keys.extend(lacking.into_iter().map(|key| Traced::new(key, flow.origin)));
    let mut make = || {
        let key = |key: &Traced<Arc<str>>| {
            let same = |(_, inside): &(&Arc<str>, &Arc<str>)| verbatim && **inside == key.value;
            let id = renamed.iter().find(same).map_or(&key.value, |(id, _)| id).clone();
            let inside = renamed.get(&id).unwrap_or(&key.value).clone();
            SecretKey { id, stored: key.value.clone(), inside: Traced::new(inside, key.origin) }
        };
        SecretUse {
            id: flow.kind.word().into(),
            name: name(cx, need, group),
            item: need.item.clone(),
            keys: keys.iter().map(key).collect(),
            hints: hints.clone(),
            kind: kind.clone(),
            flow: Some(need.index),
        }
    };
    let mut all = vec![(flow.from.component, make())];
    // On a machine it would be files that nothing reads; whoever runs it elsewhere has to know the values.
    let reads = !to.on_machines || !to.is_installed() || to.variant.reads(&format!("served.{}", flow.kind.word()));
    if flow.from.component != flow.to.component && !renamed.is_empty() && reads {
        all.push((flow.to.component, make()));
    }
    all
}

/// One Secret of the cluster is made of one item: a second item under its name would be lost.
pub(super) fn one_item_each(cx: &mut Resolver<'_>, component: &Component) {
    let mut seen = BTreeMap::<&Arc<str>, &SecretUse>::new();
    for used in &component.secrets {
        let first = *seen.entry(&used.name.value).or_insert(used);
        if first.item.value == used.item.value {
            continue;
        }
        let Some(span) = cx.origins.written_span(used.item.origin) else { continue };
        let message = format!("`{}` needs two items in one Secret `{}`", component.name.value, used.name.value);
        let problem = Diagnostic::error(TAKEN_TWICE, span, message)
            .why(format!("it is made of `{}` already, and `{}` would be lost", first.item.value, used.item.value))
            .help("name the same item as `secret` of both");
        cx.out.push(problem);
    }
}
