//! The keys of items that no component reads, but a command of the runbook or of Terraform.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diag::{Diagnostic, nearest};
use crate::model::resolve::{Platform, Resolver};
use crate::model::{Text, UNKNOWN_SECRET};

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
        for key in reader.keys {
            if seen.insert((reader.item.value.clone(), key)) {
                missing(cx, platform, &reader, key);
            }
        }
    }
}

fn missing(cx: &mut Resolver<'_>, platform: &Platform, reader: &Reader<'_>, key: &str) {
    let Some(item) = platform.secret_items.get(&reader.item.value).filter(|item| item.complete) else { return };
    if item.keys.iter().any(|known| *known.value == *key) {
        return;
    }
    // A key that is read is no other one misspelt.
    let free = item.keys.iter().filter(|known| !reader.keys.contains(&&*known.value));
    let near = nearest(key, free.map(|known| &*known.value));
    let near = near.and_then(|near| item.keys.iter().find(|known| &*known.value == near));
    let Some(span) = cx.origins.written_span(near.map_or(item.path.origin, |near| near.origin)) else { return };
    let (what, name) = (reader.what, &reader.name.value);
    let message = format!("{what} `{name}` reads key `{key}` of `{}`, which has no such key", item.path.value);
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
        None => problem.help(format!("add `{key}` to the keys of `{}`", item.path.value)),
    });
}
