//! Secrets that have to be in the store.

use std::collections::BTreeMap;

use super::{Case, Finding, Level, RiskRule};
use crate::model::{Component, Platform};
use crate::source::OriginId;

/// A secret that was not needed before.
pub(super) static RULE: RiskRule = RiskRule {
    name: "secret-needed",
    code: "DV2028",
    summary: "A secret has to be in the store first.",
    documentation: "\
## What it does
Reports items and keys of the secret store that something reads, and nothing read before.

## Why it matters
dvgen writes references. The value has to be in the store before Argo CD syncs, else the ExternalSecret fails, and the pods that want
the Secret wait for it.

## What to do
Write the item into the store first: the runbook says how.
",
    judge,
};

/// Returns who reads which key of which item.
fn uses(platform: &Platform) -> BTreeMap<(&str, &str), Vec<(&Component, OriginId)>> {
    let mut uses: BTreeMap<(&str, &str), Vec<(&Component, OriginId)>> = BTreeMap::new();
    for component in &platform.components {
        for used in &component.secrets {
            for key in used.keys.iter().map(|key| &key.stored) {
                uses.entry((&used.item.value, key)).or_default().push((component, used.item.origin));
            }
        }
    }
    uses
}

/// The keys of an item, who reads them, why, and whether each of those is on machines.
type Needed<'a> = (Vec<&'a str>, Vec<String>, Vec<usize>, bool);

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    let (before, after) = (uses(case.base()), uses(case.head()));
    let mut items: BTreeMap<&str, Needed<'_>> = BTreeMap::new();
    for ((item, key), users) in after.iter().filter(|(used, _)| !before.contains_key(*used)) {
        let entry = items.entry(item).or_insert_with(|| (Vec::new(), Vec::new(), Vec::new(), true));
        entry.0.push(key);
        for (component, origin) in users {
            let name = format!("`{}`", component.name.value);
            entry.3 &= component.on_machines;
            if !entry.1.contains(&name) {
                entry.1.push(name);
            }
            let item = case.head().secret_items.get(*item).map(|item| item.path.origin);
            entry.2.extend(case.because(None, item, Some(&component.name.value)));
            entry.2.extend(case.because(None, Some(*origin), Some(&component.name.value)));
        }
    }
    for (item, (keys, users, mut causes, on_machines)) in items {
        let keys = keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        let verb = if users.len() == 1 { "reads" } else { "read" };
        let message = format!("a secret that {} {verb} now, with {keys}", users.join(", "));
        let why = if on_machines {
            "write it into the store before this is rolled out: the playbook stops where it does not find it"
        } else {
            "write it into the store before this is synced, else what reads it waits for ever"
        };
        causes.sort_unstable();
        causes.dedup();
        out.push(Finding::new(&RULE, Level::Caution, item, message).why(why).because(causes));
    }
}
