//! The keys of items that no component reads, but a command of the runbook or of Terraform.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diag::{Diagnostic, nearest};
use crate::model::resolve::{Platform, Resolver};
use crate::model::{SecretItem, Text, UNKNOWN_SECRET};

/// Who reads an item, and which keys of it.
struct Reader<'a> {
    what: &'static str,
    name: &'a Text,
    item: &'a Text,
    keys: &'static [&'static str],
    why: &'static str,
}

/// Checks that items have the keys that hypervisors and tunnels read.
pub(super) fn check(cx: &mut Resolver<'_>, platform: &Platform) {
    let why = "RUNBOOK.md reads it into the environment of a command, which would fail";
    let hypervisors = platform.topology.hypervisors.iter().flat_map(|host| {
        let token = host.token.iter().map(|item| (item, &["id", "token"][..]));
        let metrics = host.metrics.iter().map(|metrics| (&metrics.token, &["token"][..]));
        token.chain(metrics).map(|(item, keys)| Reader { what: "hypervisor", name: &host.name, item, keys, why })
    });
    let tunnels = platform.tunnels.iter().map(|tunnel| {
        let keys = &["accountId", "apiToken"][..];
        Reader { what: "tunnel", name: &tunnel.name, item: &tunnel.account, keys, why }
    });
    let mut seen = BTreeSet::<(Arc<str>, &str)>::new();
    for reader in hypervisors.chain(tunnels) {
        let Some(item) = platform.secret_items.get(&reader.item.value).filter(|item| item.complete) else { continue };
        let has = |key: &str| item.keys.iter().any(|known| *known.value == *key);
        let mut absent: Vec<&str> = reader.keys.iter().copied().filter(|key| !has(key)).collect();
        absent.retain(|key| seen.insert((reader.item.value.clone(), key)));
        // What is misspelt is one line each; what is not there at all is added to one.
        absent.retain(|key| {
            let near = misspelt(item, &reader, key);
            near.inspect(|near| missing(cx, item, &reader, &[key], Some(near))).is_none()
        });
        if !absent.is_empty() {
            missing(cx, item, &reader, &absent, None);
        }
    }
}

/// Returns the key of an item that is nearly the one that is read; another one that is read too is not meant.
fn misspelt<'a>(item: &'a SecretItem, reader: &Reader<'_>, key: &str) -> Option<&'a Text> {
    let free = || item.keys.iter().filter(|known| !reader.keys.contains(&&*known.value));
    let near = nearest(key, free().map(|known| &*known.value))?;
    free().find(|known| &*known.value == near)
}

/// Reports keys that an item lacks, or one that stands there as `near`.
fn missing(cx: &mut Resolver<'_>, item: &SecretItem, reader: &Reader<'_>, keys: &[&str], near: Option<&Text>) {
    let Some(span) = cx.origins.written_span(near.map_or(item.path.origin, |near| near.origin)) else { return };
    let (what, name, path) = (reader.what, &reader.name.value, &item.path.value);
    let all = keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" and ");
    let key = keys.first().copied().unwrap_or_default();
    let message = match keys {
        [_, _, ..] => format!("{what} `{name}` reads keys {all} of `{path}`, which has none of them"),
        _ => format!("{what} `{name}` reads key {all} of `{path}`, which has no such key"),
    };
    let mut problem = Diagnostic::error(UNKNOWN_SECRET, span, message).why(reader.why);
    if let Some(place) = cx.origins.written_span(reader.item.origin) {
        problem = problem.related(place, "it is named here");
    }
    cx.out.push(match near {
        Some(near) => problem.help(format!("rename `{}` to `{key}`, here and in the store", near.value)).fix(
            false,
            format!("rename to `{key}`"),
            span,
            key.to_owned(),
        ),
        None => problem.help(format!("add {all} to the keys of `{path}`")),
    });
}
