//! Whom alerts wake, and for what.

use super::each::{Meaning, each};
use super::{Case, Finding, Level, RiskRule, inside};
use crate::diff::identity::FORMS;
use crate::diff::report::{Change, ChangeKind, FileChange};
use crate::doc::{Doc, Value};

/// An alert, a receiver or a route is gone or another one.
pub(super) static RULE: RiskRule = RiskRule {
    name: "alerting-changed",
    code: "DV2057",
    summary: "An alert, a receiver or a route is gone or is another one.",
    documentation: "\
## What it does
Reports alerts that are gone, ask something else, wait another time or have another severity, series that are computed in another way,
receivers that are gone or tell somebody else, and routes, inhibitions and times of silence that are others.

## Why it matters
An alert that does not come is not missed by anybody. The first route that fits takes an alert, so that their order decides who is told,
and most routes go by the severity.

## What to do
Ask those who were told whether they know. `amtool config routes test` says where an alert goes, `promtool test rules` what an
expression finds.
",
    judge,
};

/// Returns the name between the brackets that follow a word, and what comes after: `receivers[duty]` gives `duty`.
fn item<'c>(path: &'c str, word: &str) -> Option<(&'c str, &'c str)> {
    let start = path.rfind(&format!("{word}["))? + word.len() + 1;
    path.get(start..)?.split_once(']')
}

fn shown(time: &str) -> &str {
    if time.is_empty() { "for nothing" } else { time }
}

#[expect(clippy::unnecessary_wraps, reason = "each branch says something or nothing")]
fn say(message: String, why: &'static str) -> Option<Meaning> {
    Some((Level::Caution, message, why))
}

/// Returns what a change of a rule of Prometheus or of Loki means.
fn of_rule(change: &Change) -> Option<Meaning> {
    let (name, rest) = item(&change.path, "rules").filter(|_| change.path.contains("groups["))?;
    let (before, after) = change.values();
    let said = FORMS.iter().find_map(|(form, word)| Some((name.strip_prefix(word)?, *form == "record")));
    let (name, series) = said.unwrap_or_else(|| (name, name.contains(':')));
    match (rest, &change.kind) {
        ("", ChangeKind::Removed) if series => {
            say(format!("series `{name}` is gone"), "what asks for it finds nothing from then on, alerts too")
        }
        ("", ChangeKind::Removed) => say(format!("alert `{name}` is gone"), "nobody is told of what it found"),
        (".expr", ChangeKind::Changed | ChangeKind::Text(_)) if series => say(
            format!("series `{name}` is computed in another way"),
            "alerts and dashboards that ask for it say something else",
        ),
        (".expr", ChangeKind::Changed | ChangeKind::Text(_)) => {
            say(format!("alert `{name}` asks something else"), "see that it still finds what it is there for")
        }
        (".for", _) => {
            let message = format!("alert `{name}` waits {} and no longer {}", shown(after), shown(before));
            say(message, "it comes sooner or later than people are used to")
        }
        (".labels.severity", _) => {
            let message = format!("alert `{name}` is {} and no longer {}", level(after), level(before));
            say(message, "routes go by the severity: others are told of it then, or nobody")
        }
        (".alert", ChangeKind::Changed) => {
            let message = format!("alert `{before}` becomes `{after}`");
            say(message, "routes, silences and dashboards that name it do not know the new name")
        }
        (".record", ChangeKind::Changed) => {
            let message = format!("series `{before}` becomes `{after}`");
            say(message, "what asks for the old name finds nothing from then on, alerts too")
        }
        _ => None,
    }
}

fn level(severity: &str) -> String {
    if severity.is_empty() { "of no severity".to_owned() } else { format!("`{severity}`") }
}

/// Returns what a change of a receiver means.
fn of_receiver(change: &Change) -> Option<Meaning> {
    let (name, rest) = item(&change.path, "receivers")?;
    let (before, after) = change.values();
    match &change.kind {
        ChangeKind::Changed if rest == ".name" => say(
            format!("receiver `{before}` becomes `{after}`"),
            "see that each route knows the new name: Alertmanager loads none that leads to a receiver it does not have",
        ),
        ChangeKind::Removed if rest.is_empty() => {
            say(format!("receiver `{name}` is gone"), "whoever it told is told no more")
        }
        ChangeKind::Added if rest.is_empty() => None,
        ChangeKind::Removed if rest.matches('[').count() == 1 && rest.ends_with(']') => say(
            format!("receiver `{name}` tells less: `{}` is gone", rest.trim_start_matches('.')),
            "who was told so is told no more",
        ),
        // A value that stands in a Secret: `authPassword.name`.
        ChangeKind::Changed if matches!(rest.rsplit('.').next(), Some("name" | "key")) => {
            let field = rest.rsplit('.').nth(1).unwrap_or_default();
            let message = format!("receiver `{name}` reads `{field}` elsewhere: {before} → {after}");
            say(message, "see that the value is there, and leads to the same people")
        }
        ChangeKind::Changed => {
            let field = rest.rsplit('.').next().unwrap_or_default();
            let message = format!("receiver `{name}` has another `{field}`: {before} → {after}");
            say(message, "whoever it told before is told no more: see that somebody reads the new place")
        }
        _ => say(format!("receiver `{name}` is another one"), "see that whoever has to know is still told"),
    }
}

/// A route that stays.
#[derive(Clone, Copy, Default)]
struct Route<'a> {
    /// Whom it tells; a route of none tells whom the one around it tells.
    receiver: Option<&'a str>,
    /// Whether the next routes that fit get the alerts too.
    continues: bool,
}

impl<'a> Route<'a> {
    /// Returns the route that a change is in.
    fn of(case: &Case<'a>, file: &FileChange, change: &Change) -> Self {
        let Some((_, after)) = case.wholes(file, change) else { return Self::default() };
        // The last key is one of the route: it may have gone.
        let route = change.path.rsplit_once('.').and_then(|(path, _)| inside::at(after, path));
        let receiver = route.and_then(|route| route.at(&["receiver"])).and_then(Doc::as_str);
        let continues =
            route.and_then(|route| route.at(&["continue"])).is_some_and(|one| one.value == Value::Bool(true));
        Self { receiver, continues }
    }

    fn words(self) -> String {
        self.receiver.map_or_else(|| "a route".to_owned(), |name| format!("a route to `{name}`"))
    }
}

/// Returns what a change of a route means.
fn of_route(change: &Change, route: Route<'_>) -> Option<Meaning> {
    let (before, after) = change.values();
    let path = change.path.as_str();
    let waits = ["group_wait", "group_interval", "repeat_interval", "groupWait", "groupInterval", "repeatInterval"];
    let last = path.rsplit('.').next().unwrap_or_default();
    if path.contains("mute") || path.contains("activeTime") || path.contains("active_time") {
        let silent = if route.continues {
            "alerts that come meanwhile are told by the next routes that fit, if there are some"
        } else {
            "alerts that come meanwhile are told to nobody"
        };
        let name = route.words();
        return match change.kind {
            ChangeKind::Added => say(format!("{name} is silent in {after}"), silent),
            ChangeKind::Removed => {
                say(format!("{name} is silent in {before} no more"), "alerts come then that people are not used to")
            }
            _ => say(format!("{name} is silent at other times: {before} → {after}"), silent),
        };
    }
    if waits.contains(&last) && change.kind == ChangeKind::Changed {
        let message = format!("{} has another `{last}`: {before} → {after}", route.words());
        return say(message, "people are told sooner or later, or are reminded at other times");
    }
    // A route that came or went stands there with its receiver.
    let told = |text: &str| {
        let (_, rest) = text.split_once("receiver: ")?;
        rest.split([',', '}']).next().map(|name| name.trim().to_owned())
    };
    match (&change.kind, told(before), told(after)) {
        (ChangeKind::Removed, Some(name), _) => say(
            format!("a route to `{name}` is gone"),
            "the next route that fits takes its alerts: see who is told now, and who no longer",
        ),
        (ChangeKind::Added, _, Some(name)) => is_new(&name),
        // It is told of once: with the route, and of each route inside of one.
        (ChangeKind::Added, ..) if last == "receiver" => is_new(after),
        (ChangeKind::Changed, ..) if last == "receiver" => say(
            format!("a route leads to `{after}` and no longer to `{before}`"),
            "see who is told now, and who no longer",
        ),
        _ => say(
            "alerts go another way".to_owned(),
            "the first route that fits takes an alert: see who is told now, and who no longer",
        ),
    }
}

fn is_new(receiver: &str) -> Option<Meaning> {
    let message = format!("a route to `{receiver}` is new");
    say(message, "the first route that fits takes an alert: see whom it takes them from")
}

fn meaning(case: &Case<'_>, file: &FileChange, change: &Change) -> Option<Meaning> {
    if let Some(found) = of_rule(change) {
        return Some(found);
    }
    let path = change.path.as_str();
    let of = change.object.as_ref().map_or("", |object| object.kind.as_str());
    let known = change.object.is_none() || matches!(of, "AlertmanagerConfig" | "Secret" | "ConfigMap");
    let at = |parts: &[&str]| parts.iter().any(|part| path.strip_prefix("spec.").unwrap_or(path).starts_with(part));
    if !known {
        return None;
    }
    if at(&["receivers["]) {
        // An address that only has the new name of a machine or a component leads to the same place.
        return of_receiver(change).filter(|_| !case.causes.are_renames(&change.causes));
    }
    if path == "route" || at(&["route.", "route["]) {
        return of_route(change, Route::of(case, file, change));
    }
    if at(&["inhibit_rules", "inhibitRules"]) {
        return say(
            "alerts hold back others than before".to_owned(),
            "an alert that another one holds back is told to nobody",
        );
    }
    if at(&["time_intervals", "mute_time_intervals", "muteTimeIntervals"]) {
        let name = item(path, "time_intervals").or_else(|| item(path, "muteTimeIntervals")).map(|(name, _)| name);
        let first = path.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map(|(name, _)| name);
        let name = first.or(name).unwrap_or_default();
        return say(
            format!("time of silence `{name}` is another one"),
            "routes that are silent then tell nobody: see what is missed, and whether anybody looks meanwhile",
        );
    }
    None
}

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    let start = out.len();
    each(case, &RULE, out, |file, change| meaning(case, file, change));
    // Tests of rules and copies of routes follow from the same edit.
    out.iter_mut().skip(start).for_each(|finding| finding.by_cause = true);
}

#[cfg(test)]
mod tests {
    use super::{Route, of_receiver, of_route, of_rule};
    use crate::diff::report::{Change, ChangeKind};
    use crate::diff::value::words;

    fn change(path: &str, kind: ChangeKind, before: &str, after: &str) -> Change {
        Change::new(path.to_owned(), kind, Some(words(before)), Some(words(after)))
    }

    #[test]
    fn alerts_are_known() {
        let said = |path: &str, kind: ChangeKind, before: &str, after: &str| {
            of_rule(&change(path, kind, before, after)).map(|found| found.1).unwrap_or_default()
        };
        let gone = || ChangeKind::Removed;
        assert_eq!(said("spec.groups[requests].rules[MongoDown]", gone(), "", ""), "alert `MongoDown` is gone");
        assert_eq!(said("groups[a].rules[node:cpu:rate5m]", gone(), "", ""), "series `node:cpu:rate5m` is gone");
        let changed = || ChangeKind::Changed;
        assert_eq!(said("spec.groups[a].rules[B].expr", changed(), "x", "y"), "alert `B` asks something else");
        assert_eq!(
            said("groups[a].rules[B].labels.severity", changed(), "critical", "warning"),
            "alert `B` is `warning` and no longer `critical`"
        );
        assert_eq!(said("groups[a].rules[series up_total]", gone(), "", ""), "series `up_total` is gone");
        assert_eq!(said("groups[a].rules[alert disk:full]", gone(), "", ""), "alert `disk:full` is gone");
        assert_eq!(said("groups[a].rules[d].alert", changed(), "c", "d"), "alert `c` becomes `d`");
        assert_eq!(said("groups[a].rules[x:z].record", changed(), "x:y", "x:z"), "series `x:y` becomes `x:z`");
        assert_eq!(said("spec.groups[a].rules[B]", ChangeKind::Added, "", ""), "");
        assert_eq!(said("spec.groups[a].rules[B].annotations.summary", changed(), "x", "y"), "");
        assert_eq!(said("spec.rules[0].host", gone(), "", ""), "");
    }

    #[test]
    fn receivers_and_routes_are_known() {
        let receiver =
            |path: &str, kind: ChangeKind| of_receiver(&change(path, kind, "a@b", "c@d")).map(|found| found.1);
        assert_eq!(receiver("receivers[duty]", ChangeKind::Removed).as_deref(), Some("receiver `duty` is gone"));
        assert_eq!(receiver("receivers[duty]", ChangeKind::Added), None);
        assert_eq!(
            receiver("receivers[mail].email_configs[0].to", ChangeKind::Changed).as_deref(),
            Some("receiver `mail` has another `to`: a@b → c@d")
        );
        assert_eq!(
            receiver("spec.receivers[mail].emailConfigs[0].authPassword.name", ChangeKind::Changed).as_deref(),
            Some("receiver `mail` reads `authPassword` elsewhere: a@b → c@d")
        );
        assert_eq!(
            receiver("receivers[c@d].name", ChangeKind::Changed).as_deref(),
            Some("receiver `a@b` becomes `c@d`")
        );
        let route = |path: &str, kind: ChangeKind, before: &str, after: &str| {
            of_route(&change(path, kind, before, after), Route::default()).map(|found| found.1).unwrap_or_default()
        };
        assert_eq!(route("route.routes", ChangeKind::Reordered, "", ""), "alerts go another way");
        assert_eq!(
            route("route.routes[2]", ChangeKind::Removed, "{receiver: duty, continue: true}", ""),
            "a route to `duty` is gone"
        );
        for (path, after) in
            [("route.routes[2]", "{receiver: duty, continue: true}"), ("route.routes[2].receiver", "duty")]
        {
            assert_eq!(route(path, ChangeKind::Added, "", after), "a route to `duty` is new");
        }
        assert_eq!(
            route("route.routes[5].mute_time_intervals", ChangeKind::Added, "", "[weekend]"),
            "a route is silent in [weekend]"
        );
        let mute = change("route.routes[5].mute_time_intervals", ChangeKind::Added, "", "[weekend]");
        let said = of_route(&mute, Route { receiver: Some("duty"), continues: true });
        let said = said.map(|(_, message, why)| (message, why.contains("told to nobody")));
        assert_eq!(said, Some(("a route to `duty` is silent in [weekend]".to_owned(), false)));
        assert_eq!(
            route("route.repeat_interval", ChangeKind::Changed, "12h", "48h"),
            "a route has another `repeat_interval`: 12h → 48h"
        );
    }
}
