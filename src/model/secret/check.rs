//! Whether every secret that is read exists: items, their keys, and a store that has them.

use std::sync::Arc;

use super::{SecretUse, backups, certificate, flows, keys};
use crate::diag::{Diagnostic, Label, nearest};
use crate::model::component::Component;
use crate::model::resolve::{Platform, Resolver, Section};
use crate::model::{Traced, UNKNOWN_SECRET};
use crate::source::{Origin, Span};
use crate::yaml::{Decoder, Field};

/// Checks that every secret that is read exists, and gives flows theirs.
pub(in crate::model) fn resolve(cx: &mut Resolver<'_>, platform: &mut Platform) {
    for hypervisor in &platform.topology.hypervisors {
        if let Some(token) = &hypervisor.token {
            check_item(cx, platform, token, "hypervisor", &hypervisor.name.value);
        }
        if let Some(metrics) = &hypervisor.metrics {
            check_item(cx, platform, &metrics.token, "hypervisor", &hypervisor.name.value);
            if platform.component(&metrics.to.value).is_none() {
                crate::model::component::relations::report_unknown(cx, platform, &metrics.to);
            }
        }
    }
    for tunnel in &platform.tunnels {
        check_item(cx, platform, &tunnel.account, "tunnel", &tunnel.name.value);
    }
    keys::check(cx, platform);
    let mut more = flows::uses(cx, platform);
    more.extend(certificate::uses(cx, platform));
    more.extend(backups::uses(cx, platform));
    for (component, used) in more {
        if let Some(component) = platform.components.get_mut(component.0) {
            component.secrets.push(used);
        }
    }
    let absent = match &cx.spec.secrets {
        Field::Absent => true,
        Field::Given(secrets) => matches!(secrets.value.store, Field::Absent),
        Field::Broken => false,
    };
    if absent {
        no_store(cx, platform);
        return;
    }
    // Which items and keys are read is up to the kind of store.
    let store = cx.spec.secrets.value().and_then(|secrets| secrets.store.value());
    if store.is_some_and(|store| store.kind.is_broken() || store.by.is_broken()) {
        return;
    }
    for component in &platform.components {
        for used in &component.secrets {
            check_use(cx, platform, component, used);
        }
        flows::one_item_each(cx, component);
    }
}

/// Without a store nobody would fill the Secrets that components read.
fn no_store(cx: &mut Resolver<'_>, platform: &Platform) {
    let reads = |component: &&Component| {
        let ours = component.by_argocd() || component.on_machines && component.is_installed();
        !component.secrets.is_empty() && ours
    };
    let mut readers = platform.components.iter().filter(reads);
    let Some(first) = readers.next() else { return };
    let Some(span) = cx.origins.written_span(first.name.origin) else { return };
    let message = format!("`{}` reads secrets, and the spec has no `secrets.store`", first.name.value);
    let problem = Diagnostic::error(UNKNOWN_SECRET, span, message)
        .why("nobody would fill its Secrets, and its pods would not start")
        .help("say where secrets are kept: `secrets: { store: { kind: vault, component: vault } }`");
    cx.out.push(problem);
}

fn check_use(cx: &mut Resolver<'_>, platform: &Platform, component: &Component, used: &SecretUse) {
    // What somebody else installs has its secrets already; others read the credentials of its flows.
    let written = || matches!(cx.origins.get(used.item.origin), Origin::Written { .. });
    if !component.is_installed() && used.flow.is_none() && !written() {
        return;
    }
    let Some(item) = platform.secret_items.get(&used.item.value) else {
        missing_item(cx, platform, component, used);
        return;
    };
    let judged = item.complete && !is_other_side(platform, component, used);
    for key in used.keys.iter().filter(|_| judged).map(|key| &key.stored) {
        if item.keys.iter().any(|known| known.value == *key) {
            continue;
        }
        let near = nearest(key, item.keys.iter().map(|key| &*key.value));
        let near = near.and_then(|near| item.keys.iter().find(|known| &*known.value == near));
        let place = cx.origins.written_span(near.map_or(item.path.origin, |near| near.origin));
        let Some(span) = place.or_else(|| cx.origins.written_span(component.name.origin)) else { continue };
        let message =
            format!("`{}` reads key `{key}` of `{}`, which has no such key", component.name.value, item.path.value);
        let mut problem = Diagnostic::error(UNKNOWN_SECRET, span, message).why(if component.on_machines {
            "the file of the key would be missing, and the service would not start"
        } else {
            "the Secret would lack the key, and the pods would not start"
        });
        if let Some(name) = cx.origins.written_span(component.name.origin) {
            problem = problem.related(name, "the component that reads it");
        }
        cx.out.push(match near {
            Some(near) => problem.help(format!("rename `{}` to `{key}`, here and in the store", near.value)).fix(
                false,
                format!("rename to `{key}`"),
                span,
                key.to_string(),
            ),
            None => problem.help(format!("add `{key}` to the keys of `{}`", item.path.value)),
        });
    }
}

/// Both sides of a flow read the item; what is wrong with it is said once, for the side that opens the connection.
fn is_other_side(platform: &Platform, component: &Component, used: &SecretUse) -> bool {
    let flow = used.flow.and_then(|flow| platform.flows.get(flow));
    let from = flow.and_then(|flow| platform.components.get(flow.from.component.0));
    from.is_some_and(|from| from.name.value != component.name.value)
}

/// Reports an item that a component reads and the spec does not have: where a person names it, or at the component.
fn missing_item(cx: &mut Resolver<'_>, platform: &Platform, component: &Component, used: &SecretUse) {
    let item = &used.item;
    if cx.is_declared(Section::SecretItems, &item.value) || is_other_side(platform, component, used) {
        return;
    }
    if matches!(cx.origins.get(item.origin), Origin::Written { .. }) {
        check_item(cx, platform, item, "component", &component.name.value);
        return;
    }
    let flow = used.flow.and_then(|flow| platform.flows.get(flow)).map(|flow| flow.origin);
    let Some(span) = cx.origins.written_span(flow.unwrap_or(component.name.origin)) else { return };
    let keys: Vec<&str> = used.keys.iter().map(|key| &*key.stored).collect();
    let keys = if keys.is_empty() { "<keys>".to_owned() } else { keys.join(", ") };
    let message = format!("`{}` reads secret item `{}`, which does not exist", component.name.value, item.value);
    let problem = Diagnostic::error(UNKNOWN_SECRET, span, message).why(if component.on_machines {
        "its keys become files on the machine; without them the service would not start"
    } else {
        "dvgen makes the Secret out of the item; without it the pods would not start"
    });
    // One that somebody else reads is no misspelt one.
    let read =
        |item: &str| platform.components.iter().flat_map(|one| &one.secrets).any(|used| *used.item.value == *item);
    let near = nearest_item(cx, platform, item).filter(|near| !read(near));
    let near =
        near.and_then(|near| Some((near, cx.origins.written_span(platform.secret_items.get(near)?.path.origin)?)));
    cx.out.push(match near {
        Some((near, place)) => Diagnostic { primary: Some(nobody(place)), ..problem }
            .related(span, "the component that reads it")
            .help(format!("rename `{near}` to `{}`, here and in the store", item.value))
            .fix(false, format!("rename to `{}`", item.value), place, &*item.value),
        None => problem.help(format!("add `{}: [{keys}]` to `secrets.items`", item.value)),
    });
}

fn nobody(span: Span) -> Label {
    Label { span, text: "nobody reads this one".to_owned() }
}

fn nearest_item<'p>(cx: &mut Resolver<'_>, platform: &'p Platform, item: &Traced<Arc<str>>) -> Option<&'p str> {
    let known = platform.secret_items.keys().map(|name| &**name);
    cx.spell(known, || None, |known| nearest(&item.value, known.iter().copied()))
}

fn check_item(cx: &mut Resolver<'_>, platform: &Platform, item: &Traced<Arc<str>>, what: &str, owner: &str) {
    if cx.is_declared(Section::SecretItems, &item.value) {
        return;
    }
    let Some(span) = cx.origins.written_span(item.origin) else { return };
    let known = || platform.secret_items.keys().map(|name| &**name);
    let near = nearest_item(cx, platform, item).is_some();
    if !near && !looks_like_path(&item.value) {
        let problem =
            Diagnostic::error(UNKNOWN_SECRET, span, "there is no secret item of the name that is written here")
                .label(format!("{what} `{owner}` reads it"))
                .why("the name is not shown: it resembles no item, so it could be the secret itself")
                .help("name an item of `secrets.items`, such as `grafana/admin`, and put the value into the store")
                .help("if this was a real value, replace it in the store: it has been written to a file");
        cx.out.push(problem.conceal());
        return;
    }
    let problem = Decoder::unknown_among(&mut cx.spelling, UNKNOWN_SECRET, span, "secret item", &item.value, known());
    let problem = problem.label(format!("{what} `{owner}` reads it"));
    let add = format!("add `{}: [<keys>]` to `secrets.items`", item.value);
    cx.out.push(if near { problem } else { problem.help(add) });
}

/// Returns whether a text looks like the path of an item, `grafana/admin`, and not like a value.
fn looks_like_path(text: &str) -> bool {
    let fits =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'/' | b'-' | b'_' | b'.');
    text.contains('/') && text.bytes().all(fits)
}
