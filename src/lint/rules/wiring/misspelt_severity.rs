//! Severities of alerts that differ by a letter from those that routes ask for.

use std::collections::{BTreeMap, BTreeSet};

use super::alerted::{self, list, text};
use crate::diag::{Diagnostic, Kind, nearest};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::template::Data;

rule! {
    /// The severity of an alert, a route or a flow is almost one that others name.
    ///
    /// ## What it does
    ///
    /// Compares the `severity` of each alert that no route names with those that routes name, and with those that more alerts
    /// have; that of a route or of an `automation` flow with those of the alerts, and with those that alerts of charts have.
    ///
    /// ## Why it matters
    ///
    /// The alert takes another way than it is meant to: nobody is called at night, and nothing says why.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// alerts:
    ///   routes: [{ match: { severity: critical }, to: duty }]
    ///   groups: { machines: { rules: { Down: { expr: up == 0, severity: crtical } } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// alerts:
    ///   routes: [{ match: { severity: critical }, to: duty }]
    ///   groups: { machines: { rules: { Down: { expr: up == 0, severity: critical } } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Prometheus, Alertmanager, Configuration: routing.
    pub(super) static RULE = Kind::new("misspelt-severity", "DV1437"), Wiring, Warn, fix: Unsafe, Check::Platform(check);
}

/// Severities that alerts of charts have.
const USUAL: [&str; 6] = ["critical", "debug", "error", "info", "none", "warning"];

/// A severity that is nearly another one.
pub(super) struct Misspelt<'a> {
    /// The severity as it is written.
    pub(super) word: &'a str,
    /// The other one.
    pub(super) near: &'a str,
    /// Whether an alert has it, and no route.
    pub(super) of_alert: bool,
    place: &'a Data,
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    flows(subject, out);
    let Some(alerts) = &subject.platform.alerts else { return };
    for Misspelt { word, near, of_alert, place } in misspelt(&alerts.data) {
        let Some(span) = subject.line(place.origin) else { continue };
        let problem = if of_alert {
            RULE.at(span, format!("no route asks for severity `{word}`, and `{near}` is almost the same"))
                .why("the alert takes another way than it is meant to, and nothing says so")
                .fix(false, format!("change to `{near}`"), span, near)
        } else {
            RULE.at(span, format!("no alert has severity `{word}`, and `{near}` is almost the same"))
                .why("the alerts take another way than they are meant to, and nothing says so")
        };
        out.push(problem.help(format!("did you mean `{near}`?")));
    }
}

/// Returns the severities that are nearly another one, those of routes first.
pub(super) fn misspelt(alerts: &Data) -> Vec<Misspelt<'_>> {
    let rules = list(alerts, "groups").iter().flat_map(|group| list(group, "rules"));
    let all: Vec<&Data> = rules.filter_map(|rule| rule.get("labels")?.get("severity")).collect();
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for severity in all.iter().filter_map(|severity| severity.as_str()) {
        *count.entry(severity).or_default() += 1;
    }
    let routes = list(alerts, "routes");
    let named: BTreeSet<&str> = routes.iter().flat_map(asked).collect();
    let mut found = of_routes(routes, &count, &named);
    for place in all {
        let Some(word) = place.as_str().map(|word| &**word).filter(|word| !named.contains(word)) else { continue };
        let rare = count.get(word).copied().unwrap_or_default();
        let usual = count.iter().filter(|(_, often)| **often > rare).map(|(word, _)| *word);
        let near = nearest(word, named.iter().copied().chain(usual));
        if let Some(near) = near.filter(|near| !USUAL.contains(&word) || USUAL.contains(near)) {
            found.push(Misspelt { word, near, of_alert: true, place });
        }
    }
    found
}

/// Returns the severities of routes that no alert has, and that are nearly one that some have.
fn of_routes<'a>(routes: &'a [Data], count: &BTreeMap<&'a str, usize>, named: &BTreeSet<&'a str>) -> Vec<Misspelt<'a>> {
    let matchers = routes.iter().flat_map(|route| list(route, "matchers"));
    let mut found = Vec::new();
    for matcher in matchers.filter(|matcher| text(matcher, "name") == Some("severity")) {
        let Some((place, words)) = matcher.get("value").and_then(|value| Some((value, value.as_str()?))) else {
            continue;
        };
        let plain = |word: &&str| word.bytes().all(|byte| byte.is_ascii_alphanumeric());
        for word in words.split('|').filter(plain).filter(|word| !count.contains_key(word) && !USUAL.contains(word)) {
            // `crit` and `warn` are not near, and mean it all the same.
            let begins = || count.keys().copied().find(|known| word.len() > 2 && known.starts_with(word));
            let near = nearest(word, count.keys().copied()).or_else(begins);
            // Where the alert is the one that is misspelt, that is reported there.
            if let Some(near) = near.filter(|near| USUAL.contains(near) || named.contains(near)) {
                found.push(Misspelt { word, near, of_alert: false, place });
            }
        }
    }
    found
}

/// Reports severities of flows that no alert has, and that are nearly one that some have: those of charts are usual ones.
fn flows(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    // Where all alerts are known, a flow that none of them takes is reported as such.
    if subject.platform.alerts.is_some() && alerted::alerts(subject).is_some() {
        return;
    }
    let groups = subject.platform.alerts.as_ref().map_or(&[][..], |alerts| list(&alerts.data, "groups"));
    let rules = groups.iter().flat_map(|group| list(group, "rules"));
    let own = rules.filter_map(|rule| rule.get("labels")?.get("severity")?.as_str()).map(|word| &**word);
    let known: BTreeSet<&str> = USUAL.into_iter().chain(own).collect();
    let asked = subject.platform.flows.iter().filter_map(|flow| flow.settings.get("severity"));
    let words = asked.flat_map(|asked| asked.as_list().unwrap_or(std::slice::from_ref(asked)));
    let mut seen = BTreeSet::new();
    for (asked, word) in words.filter_map(|asked| Some((asked, &**asked.as_str()?))) {
        let near = nearest(word, known.iter().copied()).filter(|_| !known.contains(word));
        let Some((near, span)) = near.zip(subject.line(asked.origin)).filter(|(_, span)| seen.insert(*span)) else {
            continue;
        };
        out.push(
            RULE.at(span, format!("no alert has severity `{word}`, and `{near}` is almost the same"))
                .why("the alerts take another way than they are meant to, and nothing says so")
                .help(format!("did you mean `{near}`?"))
                .fix(false, format!("change to `{near}`"), span, near),
        );
    }
}

/// Returns the severities that a route asks for.
pub(super) fn asked(route: &Data) -> impl Iterator<Item = &str> {
    let matchers = list(route, "matchers").iter().filter(|matcher| text(matcher, "name") == Some("severity"));
    matchers.filter_map(|matcher| text(matcher, "value")).flat_map(|value| value.split('|'))
}
