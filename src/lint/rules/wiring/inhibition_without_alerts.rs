//! Inhibitions that hold nothing back, or all there is.

use std::collections::BTreeSet;

use super::alerted::{self, list};
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::template::Data;

rule! {
    /// An inhibition can never hold anything back, or compares a label that no alert has.
    ///
    /// ## What it does
    ///
    /// Looks whether an alert of `alerts.groups` fits `when` of each entry of `inhibit`, and one fits what it holds back, by the
    /// labels that the spec gives them; and whether a label of `equal` is one that targets have or that rules, queries, texts
    /// or tests of the alerts mention. Where others send alerts too, such as the charts of a cluster, nothing is reported.
    ///
    /// ## Why it matters
    ///
    /// When a host is lost, everybody is told of everything that ran on it, and of the cause somewhere among it. A label that
    /// both alerts lack counts as equal: with a slip in `equal`, one alert silences all others everywhere.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// inhibit:
    ///   - { when: { alertname: HostDown }, hold: { severity: warning } }     # the alert is called HypervisorDown
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// inhibit:
    ///   - { when: { alertname: HypervisorDown }, hold: { severity: warning } }
    /// ```
    ///
    /// ## Source
    ///
    /// Alertmanager, Configuration, `inhibit_rule`.
    pub(super) static RULE =
        Kind::new("inhibition-without-alerts", "DV1472"), Wiring, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let (Some(alerts), Some(platform)) = (alerted::alerts(subject), &subject.platform.alerts) else { return };
    for rule in list(&platform.data, "inhibit") {
        for side in ["when", "hold"] {
            let matchers = list(rule, side);
            if alerts.iter().any(|alert| alert.fits(matchers) != Some(false)) {
                continue;
            }
            let place = matchers.first().map_or(rule.origin, |matcher| matcher.origin);
            let Some(span) = subject.line(place) else { continue };
            let message = format!("nothing is ever held back here: no alert has {}", alerted::shown(matchers));
            let problem = RULE.at(span, message).why("people are told of the cause and of all that follows from it");
            let help = alerted::meant(&alerts, matchers);
            out.push(problem.help(help.unwrap_or_else(|| format!("name labels of an alert in `{side}`"))));
        }
        out.extend(itself(subject, rule));
    }
    unequal(subject, &platform.data, out);
}

/// Alerts of both sides hold each other back never: else nobody would be told of either (prometheus.io, `inhibit_rule`).
fn itself(subject: &Subject<'_>, rule: &Data) -> Option<Diagnostic> {
    let side = |name| {
        let matcher =
            |matcher: &Data| ["name", "sign", "value"].map(|field| alerted::text(matcher, field).map(str::to_owned));
        list(rule, name).iter().map(matcher).collect::<BTreeSet<_>>()
    };
    if side("when").is_empty() || side("when") != side("hold") {
        return None;
    }
    let hold = list(rule, "hold");
    let span = subject.line(hold.first()?.origin)?;
    let message =
        format!("nothing is ever held back here: `when` and `hold` are both alerts with {}", alerted::shown(hold));
    let problem = RULE.at(span, message).why("an alert that could hold back itself is told in any case");
    Some(problem.help("name in `when` what is the cause, and in `hold` what follows from it"))
}

/// Reports labels of `equal` that no alert has.
fn unequal(subject: &Subject<'_>, data: &Data, out: &mut Vec<Diagnostic>) {
    let known = alerted::labels(data);
    for rule in list(data, "inhibit") {
        for entry in list(rule, "equal") {
            let Some(label) = entry.as_str().filter(|label| !known.contains(&***label)) else { continue };
            let Some(span) = subject.line(entry.origin) else { continue };
            let message = format!("no alert is known to have a label `{label}`, so `equal` keeps none apart by it");
            let problem =
                RULE.at(span, message).why("a label that both lack counts as equal: more is held back than is meant");
            let help = crate::diag::did_you_mean(label, alerted::BROUGHT);
            out.push(
                problem.help(help.unwrap_or_else(|| "name a label that both alerts have, such as `node`".to_owned())),
            );
        }
    }
}
