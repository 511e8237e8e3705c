//! The store that secrets are read from.

use super::{Case, Finding, Level, RiskRule};
use crate::model::SecretStore;
use crate::source::OriginId;

/// Secrets are read in another place.
pub(super) static RULE: RiskRule = RiskRule {
    name: "secret-store-moved",
    code: "DV2073",
    summary: "All secrets are read at another place of the store, or in another store.",
    documentation: "\
## What it does
Reports another secret store, and another mount, vault, project, version of the engine or prefix in it.

## Why it matters
Nothing moves the values: every item is looked for at the new place from then on. What is not there cannot be read, so that new Secrets are
never made. Those that exist keep their old values, and nobody notices that they are no longer renewed, until a pod moves to a new
cluster or a value is changed.

## What to do
Copy all items first, and look whether each can be read at the new place with the rights that it has there. Only then merge this.
",
    judge,
};

/// What says where in the store items are.
fn places(store: &SecretStore) -> Vec<(&'static str, String, OriginId)> {
    let mut all = vec![("kind of store", store.kind.word().to_owned(), store.origin)];
    all.push(("mount", store.mount.value.to_string(), store.mount.origin));
    all.push(("version of the engine", store.version.value.to_string(), store.version.origin));
    let texts = [("vault", &store.vault), ("project", &store.project), ("prefix", &store.prefix)];
    for (what, text) in texts {
        let (value, origin) = text.as_ref().map_or(("", store.origin), |text| (&*text.value, text.origin));
        all.push((what, value.to_owned(), origin));
    }
    all
}

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    let (Some(old), Some(new)) = (&case.base().secret_store, &case.head().secret_store) else { return };
    let read = case.head().components.iter().flat_map(|component| &component.secrets);
    let mut items: Vec<&str> = read.map(|used| &*used.item.value).collect();
    items.sort_unstable();
    items.dedup();
    if items.is_empty() {
        return;
    }
    for ((what, from, was), (_, to, origin)) in places(old).into_iter().zip(places(new)) {
        if from == to {
            continue;
        }
        let quoted = |text: &str| if text.is_empty() { "none".to_owned() } else { format!("`{text}`") };
        let message = format!("{what} {} → {}: every item is read at another place", quoted(&from), quoted(&to));
        let why = format!(
            "nothing moves the values: copy all {} first, else new Secrets are never made, and old ones never renewed",
            items.len()
        );
        let causes = case.because(Some(was), Some(origin), None);
        out.push(Finding::new(&RULE, Level::Danger, "the secret store", message).why(why).because(causes));
        if what == "kind of store" {
            // What is written of another kind says nothing more.
            return;
        }
    }
}
