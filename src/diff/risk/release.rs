//! The release of Helm.

use super::component::has_volumes;
use super::{Case, Finding, Level, RiskRule};
use crate::model::Component;

/// A component is installed under another release.
pub(super) static RULE: RiskRule = RiskRule {
    name: "release-renamed",
    code: "DV2053",
    summary: "A chart is installed under another release name.",
    documentation: "\
## What it does
Reports a component whose Helm release, or the full name that the chart makes of it, is another one.

## Why it matters
Charts call their objects by the release and select pods by it. Argo CD makes all of them anew under the new name and deletes the old
ones; claims of a StatefulSet carry the old name, so that the new pods start with empty volumes. Where an object keeps its name, its
selector changes, which the API server refuses.

## What to do
Keep the old name with `release`. Else save the data, and expect a gap.
",
    judge,
};

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    // With the component's own name it changes too, which is said once.
    for (old, new) in case.components().filter(|(old, new)| old.name.value == new.name.value) {
        if old.chart.is_none() || new.chart.is_none() {
            continue;
        }
        let (from, to, what) = if old.release.value != new.release.value {
            (&old.release, &new.release, "release")
        } else if old.fullname.value != new.fullname.value && version(old) == version(new) {
            (&old.fullname, &new.fullname, "full name")
        } else {
            continue;
        };
        let name = &*new.name.value;
        let message = format!("{what} `{}` → `{}`: everything of it is made anew", from.value, to.value);
        let why = if has_volumes(old) {
            "the old objects are deleted, and the new pods start with empty volumes: what was written stays behind or is lost"
        } else {
            "the old objects are deleted and the new ones made at the same time, so expect a gap"
        };
        let causes = case.because(Some(from.origin), Some(to.origin), Some(name));
        let mut finding = Finding::new(&RULE, Level::Danger, name, message).why(why).because(causes);
        for (at, _, change) in case.changes_of(Some(name)) {
            if change.values() == (&*from.value, &*to.value) {
                finding = finding.covering(at);
            }
        }
        out.push(finding);
    }
}

/// Another version of the chart may call its objects otherwise: its Services say so.
fn version(component: &Component) -> Option<&str> {
    component.version.as_ref().map(|version| &*version.value.text)
}
