//! Volumes.

use std::sync::Arc;

use super::{Case, Finding, Level, RiskRule};
use crate::model::Traced;
use crate::spec::scalars::Quantity;

/// A volume of another size or class.
pub(super) static RULE: RiskRule = RiskRule {
    name: "volume-changed",
    code: "DV2031",
    summary: "A volume has another size or class.",
    documentation: "\
## What it does
Reports another size or storage class of the volumes of a component or of a part of it.

## Why it matters
A volume cannot shrink, and cannot change its class. Most charts keep volumes in a StatefulSet, whose volume claims Kubernetes does not
let change: the sync fails even if the volume only grows.

## What to do
To grow: change the claims by hand, delete the StatefulSet with `--cascade=orphan`, then sync. To shrink or to move: copy the data to
new volumes.
",
    judge,
};

type Volume<'a> = (Option<&'a Traced<Arc<str>>>, Option<&'a Traced<Quantity>>);

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    fn of(storage: &(Option<Traced<Arc<str>>>, Option<Traced<Quantity>>)) -> Volume<'_> {
        (storage.0.as_ref(), storage.1.as_ref())
    }
    for (old, new) in case.components() {
        let name = &*new.name.value;
        compare(case, name, name, of(&old.storage), of(&new.storage), out);
        for part in &new.parts {
            if let Some(was) = old.parts.iter().find(|was| was.name == part.name) {
                compare(case, name, &format!("{name}, part {}", part.name), of(&was.storage), of(&part.storage), out);
            }
        }
    }
}

fn compare(case: &Case<'_>, component: &str, subject: &str, old: Volume<'_>, new: Volume<'_>, out: &mut Vec<Finding>) {
    if let (Some(from), Some(to)) = (old.1, new.1)
        && from.value.bytes != to.value.bytes
    {
        let shrinks = to.value.bytes < from.value.bytes;
        let message = format!("volume {} → {}", from.value.text, to.value.text);
        let (level, why) = if shrinks {
            (Level::Danger, "a volume cannot shrink: the sync fails, or the data is lost with the old volume")
        } else {
            (Level::Caution, "a StatefulSet does not let its claims change: let the volumes grow by hand first")
        };
        let causes = case.because(Some(from.origin), Some(to.origin), Some(component));
        out.push(Finding::new(&RULE, level, subject, message).why(why).because(causes));
    }
    if let (Some(from), Some(to)) = (old.0, new.0)
        && from.value != to.value
    {
        let message = format!("storage class `{}` → `{}`", from.value, to.value);
        let causes = case.because(Some(from.origin), Some(to.origin), Some(component));
        let why = "a volume cannot change its class: the data has to be copied to a new one";
        out.push(Finding::new(&RULE, Level::Danger, subject, message).why(why).because(causes));
    }
}
