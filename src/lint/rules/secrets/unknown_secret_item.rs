//! Items that manifests and values read, and that the store does not have.

use crate::diag::{Diagnostic, Kind, nearest};
use crate::lint::facts::{ItemRead, StoreRead, Way};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{STORE_NAME, SecretItem, SecretStore};
use crate::source::Span;

rule! {
    /// A manifest or values read an item or a key that `secrets.items` does not have.
    ///
    /// ## What it does
    ///
    /// Looks at ExternalSecrets that read the store of the platform (`platform-secrets`), and at what names a path below its
    /// mount in Vault: VaultStaticSecrets, annotations for the agent of Vault, texts such as `vault:secret/data/shop#key`.
    /// They may stand in `manifests:` or in Helm values. What components, flows and hypervisors read is judged by
    /// `unknown-secret`. A platform that lists no items is left alone.
    ///
    /// ## Why it matters
    ///
    /// The Secret is never made, and the pods that wait for it never start.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: ExternalSecret
    /// spec:
    ///   secretStoreRef: { kind: ClusterSecretStore, name: platform-secrets }
    ///   data:
    ///     - { secretKey: password, remoteRef: { key: shop/databse, property: password } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: ExternalSecret
    /// spec:
    ///   secretStoreRef: { kind: ClusterSecretStore, name: platform-secrets }
    ///   data:
    ///     - { secretKey: password, remoteRef: { key: shop/database, property: password } }
    /// ```
    ///
    /// ## Source
    ///
    /// External Secrets Operator, provider HashiCorp Vault.
    pub(super) static RULE =
        Kind::new("unknown-secret-item", "DV1630"), Secrets, Error, fix: Unsafe, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let Some(store) = &subject.platform.secret_store else { return };
    if subject.platform.secret_items.is_empty() {
        return;
    }
    for facts in subject.facts {
        for read in &facts.reads {
            for item in read.items.iter().filter(|item| !subject.is_reported(item.span)) {
                let Some(path) = path(store, read, item) else { continue };
                let problem = match subject.platform.secret_items.get(path) {
                    Some(known) => missing_key(subject, read, item, known),
                    None => Some(missing_item(subject, store, read, item, path)),
                };
                out.extend(problem.map(|problem| subject.about(facts, problem)));
            }
        }
    }
}

/// Returns the path of an item in the store of the platform; none for what is elsewhere.
fn path<'a>(store: &SecretStore, read: &StoreRead, item: &'a ItemRead) -> Option<&'a str> {
    let below = item.path.strip_prefix(&*store.mount.value).and_then(|rest| rest.strip_prefix('/'));
    let below = below.map(|rest| rest.strip_prefix("data/").filter(|_| store.version.value == 2).unwrap_or(rest));
    match &read.by {
        // A key of an ExternalSecret may begin with the mount, or not.
        Way::Store(name) if name.cluster && &*name.name == STORE_NAME => Some(below.unwrap_or(&item.path)),
        Way::Store(_) => None,
        Way::Path => below,
    }
}

fn missing_item(
    subject: &Subject<'_>,
    store: &SecretStore,
    read: &StoreRead,
    item: &ItemRead,
    path: &str,
) -> Diagnostic {
    let items = &subject.platform.secret_items;
    let message = format!("{} reads `{path}`, which is no item of the store", read.shown);
    let problem =
        RULE.at(item.span, message).why("the Secret is never made, and the pods that wait for it never start");
    let near = nearest(path, items.keys().map(|known| &**known)).and_then(|near| items.get(near));
    let add = format!("if it is in the store, add `{path}: [<keys>]` to `secrets.items`");
    let Some(near) = near else {
        let place = subject.line(store.origin);
        return place.into_iter().fold(problem, |problem, there| problem.related(there, "the store")).help(add);
    };
    let name = &near.path.value;
    let there = subject.line(near.path.origin);
    let problem = there.into_iter().fold(problem, |problem, there| problem.related(there, "is this the one?"));
    fix(problem.help(format!("did you mean `{name}`?")), item.span, &item.path, path, name).help(add)
}

fn missing_key(subject: &Subject<'_>, read: &StoreRead, item: &ItemRead, known: &SecretItem) -> Option<Diagnostic> {
    let (key, span) = item.key.as_ref().filter(|_| known.complete)?;
    // What follows a dot is a place within the value.
    let first = key.split('.').next().unwrap_or_default();
    if known.keys.iter().any(|known| *known.value == **key || *known.value == *first) {
        return None;
    }
    let message = format!("{} reads key `{key}` of `{}`, which has no such key", read.shown, known.path.value);
    let mut problem =
        RULE.at(*span, message).why("the Secret is never made, and the pods that wait for it never start");
    if let Some(there) = subject.line(known.path.origin) {
        problem = problem.related(there, "the item");
    }
    Some(match nearest(key, known.keys.iter().map(|known| &*known.value)) {
        Some(near) => {
            let whole = if item.span == *span { format!("{}#{key}", item.path) } else { key.to_string() };
            fix(problem.help(format!("did you mean `{near}`?")), *span, &whole, key, near)
        }
        None => problem.help(format!("if the store has it, add `{key}` to the keys of `{}`", known.path.value)),
    })
}

/// Adds a repair, where nothing but the text stands at the place.
fn fix(problem: Diagnostic, span: Span, text: &str, old: &str, new: &str) -> Diagnostic {
    let changed = text.replacen(old, new, 1);
    match ((span.end - span.start) as usize).checked_sub(text.len()) {
        Some(0) => problem.fix(false, format!("change to `{new}`"), span, changed),
        Some(2) => problem.fix(false, format!("change to `{new}`"), span, format!("\"{changed}\"")),
        _ => problem,
    }
}
