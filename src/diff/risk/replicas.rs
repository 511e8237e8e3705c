//! How many copies run.

use super::{Case, Finding, Level, RiskRule};
use crate::model::Traced;

/// Another number of copies.
pub(super) static RULE: RiskRule = RiskRule {
    name: "replicas-changed",
    code: "DV2025",
    summary: "A component has another number of copies.",
    documentation: "\
## What it does
Reports another number of copies of a component or of a part of it.

## Why it matters
None at all is an outage. One is an outage whenever its node is. More copies need room, volumes, and, for some products, a quorum.

## What to do
See that the nodes have room; take members out of a quorum one by one.
",
    judge,
};

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    for (old, new) in case.components() {
        let name = &*new.name.value;
        compare(case, name, name, (old.replicas.as_ref(), new.replicas.as_ref()), out);
        for part in &new.parts {
            let Some(was) = old.parts.iter().find(|was| was.name == part.name) else { continue };
            let subject = format!("{name}, part {}", part.name);
            compare(case, name, &subject, (was.replicas.as_ref(), part.replicas.as_ref()), out);
        }
    }
}

fn compare(
    case: &Case<'_>,
    component: &str,
    subject: &str,
    (old, new): (Option<&Traced<u16>>, Option<&Traced<u16>>),
    out: &mut Vec<Finding>,
) {
    let (from, to) = (old.map_or(1, |count| count.value), new.map_or(1, |count| count.value));
    if from == to {
        return;
    }
    let (level, why) = match (from, to) {
        (_, 0) => (Level::Danger, "nothing of it runs any more"),
        (_, 1) => (Level::Caution, "with one copy it is down whenever its node is"),
        (from, to) if to < from => (Level::Caution, "those that are left have to carry the load"),
        _ => (Level::Caution, "the nodes need room for them, and each may have a volume of its own"),
    };
    let causes = case.because(old.map(|count| count.origin), new.map(|count| count.origin), Some(component));
    out.push(Finding::new(&RULE, level, subject, format!("copies {from} → {to}")).why(why).because(causes));
}
