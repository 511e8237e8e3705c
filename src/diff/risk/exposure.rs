//! Components that people can reach.

use super::{Case, Finding, Level, RiskRule};

/// A component is reached from outside under another host, or for the first time.
pub(super) static RULE: RiskRule = RiskRule {
    name: "exposure-changed",
    code: "DV2011",
    summary: "People reach a component at another host, for the first time, or no longer.",
    documentation: "\
## What it does
Reports a component that people can reach from outside the cluster and could not before, or at another host, or no longer.

## Why it matters
What is exposed is looked at by strangers. A new host needs a DNS record and a certificate, and old links break.

## What to do
See that it asks for a login, and that the record is published.
",
    judge,
};

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    for (old, new) in case.components() {
        let name = &*new.name.value;
        let (from, to) = (old.expose.as_ref().map(|e| &e.host), new.expose.as_ref().map(|e| &e.host));
        let (message, why) = match (from, to) {
            (Some(from), Some(to)) if from.value != to.value => (
                format!("is reached at `{}` and no longer at `{}`", to.value, from.value),
                "the new host needs its DNS record; links to the old one break",
            ),
            (None, Some(to)) => {
                (format!("can be reached from outside, at `{}`", to.value), "see that it asks for a login")
            }
            (Some(from), None) => (format!("can no longer be reached at `{}`", from.value), "links to it break"),
            _ => continue,
        };
        let causes = case.because(from.map(|host| host.origin), to.map(|host| host.origin), Some(name));
        out.push(Finding::new(&RULE, Level::Caution, name, message).why(why).because(causes));
    }
}
