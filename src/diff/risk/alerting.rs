//! Whom alerts wake, and for what.

use super::{Case, Finding, Level, RiskRule};
use crate::diff::report::{Change, ChangeKind};

/// An alert, a receiver or a route is gone or another one.
pub(super) static RULE: RiskRule = RiskRule {
    name: "alerting-changed",
    code: "DV2057",
    summary: "An alert, a receiver or a route is gone or is another one.",
    documentation: "\
## What it does
Reports alerts that are gone or ask something else, receivers that are gone, and routes, inhibitions and mute intervals that are others.

## Why it matters
An alert that does not come is not missed by anybody. The first route that fits takes an alert, so that their order decides who is told.

## What to do
Ask those who were told whether they know. `amtool config routes test` says where an alert goes, `promtool test rules` what an
expression finds.
",
    judge,
};

/// Returns the name between the brackets that follow a word: `receivers[duty]` gives `duty`.
fn item<'c>(path: &'c str, word: &str) -> Option<(&'c str, &'c str)> {
    let start = path.rfind(&format!("{word}["))? + word.len() + 1;
    path.get(start..)?.split_once(']')
}

fn meaning(change: &Change) -> Option<(String, &'static str)> {
    let path = change.path.as_str();
    let gone = change.kind == ChangeKind::Removed;
    if let Some((name, rest)) = item(path, "rules").filter(|_| path.contains("groups[")) {
        return match rest {
            "" if gone => Some((format!("alert `{name}` is gone"), "nobody is told of what it found")),
            ".expr" => {
                Some((format!("alert `{name}` asks something else"), "see that it still finds what it is there for"))
            }
            ".for" => {
                let (before, after) = change.values();
                let message = format!("alert `{name}` waits {} and no longer {}", shown(after), shown(before));
                Some((message, "it comes sooner or later than people are used to"))
            }
            _ => None,
        };
    }
    if let Some((name, "")) = item(path, "receivers").filter(|_| gone) {
        return Some((format!("receiver `{name}` is gone"), "whoever it told is told no more"));
    }
    let routes =
        ["route.", "inhibit_rules", "mute_time_intervals", "time_intervals", "spec.route", "spec.inhibitRules"];
    let config = path == "route" || routes.iter().any(|prefix| path.starts_with(prefix));
    let of = change.object.as_ref().map_or("", |object| object.kind.as_str());
    let known = change.object.is_none() || matches!(of, "AlertmanagerConfig" | "Secret" | "ConfigMap");
    (config && known).then(|| {
        (
            "alerts go another way".to_owned(),
            "the first route that fits takes an alert: see who is told now, and who no longer",
        )
    })
}

fn shown(time: &str) -> &str {
    if time.is_empty() { "for nothing" } else { time }
}

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    let start = out.len();
    for (at, component, _, change) in case.changes() {
        let Some((message, why)) = meaning(change) else { continue };
        let subject = component.unwrap_or("the platform");
        let said = out.get_mut(start..).unwrap_or_default().iter_mut();
        let said = said.filter(|finding| finding.subject == subject).find(|finding| finding.message == message);
        match said {
            Some(finding) => *finding = finding.clone().about(at, change),
            None => out.push(Finding::new(&RULE, Level::Caution, subject, message).why(why).about(at, change).only()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::meaning;
    use crate::diff::report::{Change, ChangeKind};

    #[test]
    fn alerts_receivers_and_routes_are_known() {
        let said = |path: &str, kind: ChangeKind| {
            meaning(&Change::new(path.to_owned(), kind, None, None)).map(|found| found.0).unwrap_or_default()
        };
        assert_eq!(said("spec.groups[requests].rules[MongoDown]", ChangeKind::Removed), "alert `MongoDown` is gone");
        assert_eq!(said("spec.groups[a].rules[B].expr", ChangeKind::Changed), "alert `B` asks something else");
        assert_eq!(said("spec.groups[a].rules[B]", ChangeKind::Added), "");
        assert_eq!(said("spec.groups[a].rules[B].annotations.summary", ChangeKind::Changed), "");
        assert_eq!(said("receivers[duty]", ChangeKind::Removed), "receiver `duty` is gone");
        assert_eq!(said("receivers[duty]", ChangeKind::Added), "");
        assert_eq!(said("route.routes", ChangeKind::Reordered), "alerts go another way");
        assert_eq!(said("spec.rules[0].host", ChangeKind::Removed), "");
    }
}
