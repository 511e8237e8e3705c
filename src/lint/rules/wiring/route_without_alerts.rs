//! Routes that no alert takes.

use std::collections::BTreeSet;

use super::alerted::{self, Alert, list, text};
use super::misspelt_severity::{asked, misspelt};
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Flow;
use crate::spec::FlowKind;
use crate::template::Data;

rule! {
    /// No alert of the platform takes a route.
    ///
    /// ## What it does
    ///
    /// Sends each alert of `alerts.groups` through `routes`, by the labels that the spec gives it: its name, its severity and its
    /// `labels`. What depends on labels of the series counts as possible. A route that none can take is reported, and so is
    /// the receiver of `route` where the other routes take everything and do not name it. Where others send alerts too,
    /// such as the charts of a cluster, nothing is. An `automation` flow is such a route, by its
    /// setting `severity`, a word or a list.
    ///
    /// ## Why it matters
    ///
    /// Somebody relies on a message that never comes. A route above that does not say `continue` takes alerts away from all
    /// below it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// route: { to: mail }
    /// routes:
    ///   - { matchRegex: { severity: warning|critical }, to: operators }   # all alerts have one of the two
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// route: { to: mail }
    /// routes:
    ///   - { matchRegex: { severity: warning|critical }, to: operators, continue: true }
    ///   - { match: { severity: critical }, to: mail }
    /// ```
    ///
    /// ## Source
    ///
    /// Alertmanager, Configuration, `route`: `continue`.
    pub(super) static RULE =
        Kind::new("route-without-alerts", "DV1471"), Wiring, Warn, fix: None, Check::Platform(check);
}

/// What became of a route.
#[derive(Clone, Copy, Default)]
struct Taken {
    /// Whether an alert can come to it.
    reached: bool,
    /// Whether an alert has its labels, wherever it goes.
    fits: bool,
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let (Some(alerts), Some(platform)) = (alerted::alerts(subject), &subject.platform.alerts) else { return };
    // A severity that is misspelt is reported where it stands, in a route or in an alert.
    let misspelt = misspelt(&platform.data);
    let meant: BTreeSet<&str> = misspelt.iter().map(|one| if one.of_alert { one.near } else { one.word }).collect();
    for flow in subject.platform.flows.iter().filter(|flow| flow.kind == FlowKind::Automation) {
        remedied(subject, (&alerts, &meant), flow, out);
    }
    let routes = list(&platform.data, "routes");
    let mut taken = vec![Taken::default(); routes.len()];
    let rest = alerts.iter().filter(|alert| !walk(alert, routes, &mut taken)).count();
    for (route, taken) in routes.iter().zip(&taken) {
        if !taken.reached && (taken.fits || !asked(route).any(|severity| meant.contains(severity))) {
            out.extend(unreached(subject, &alerts, routes, route, *taken));
        }
    }
    let Some(default) = platform.data.get("route").and_then(|route| route.get("to")) else { return };
    let told: BTreeSet<&str> = routes.iter().filter_map(|route| text(route, "to")).collect();
    let (Some(name), Some(span)) = (default.as_str(), subject.line(default.origin)) else { return };
    if rest > 0 || told.contains(&**name) {
        return;
    }
    let problem = RULE.at(span, format!("no alert reaches `{name}`: the routes take all of them"));
    out.push(problem.why("whoever relies on it is told of nothing").help(format!(
        "say `continue: true` in the routes whose alerts `{name}` is to be told of too, and end with a route to it"
    )));
}

/// A program that remedies gets the alerts of one severity, or of those in a list.
fn remedied(
    subject: &Subject<'_>,
    (alerts, meant): (&[Alert<'_>], &BTreeSet<&str>),
    flow: &Flow,
    out: &mut Vec<Diagnostic>,
) {
    let Some(asked) = flow.settings.get("severity") else { return };
    let each = asked.as_list().unwrap_or(std::slice::from_ref(asked));
    let own = each.iter().filter(|word| word.as_str().is_none_or(|word| !meant.contains(&**word)));
    out.extend(own.filter_map(|severity| unheard(subject, alerts, flow, severity, each.len())));
}

fn unheard(subject: &Subject<'_>, alerts: &[Alert<'_>], flow: &Flow, asked: &Data, count: usize) -> Option<Diagnostic> {
    let (severity, span) = (asked.as_str()?, subject.line(asked.origin)?);
    if alerts.iter().any(|alert| alert.has("severity", severity) != Some(false)) {
        return None;
    }
    let to = subject.platform.components.get(flow.to.component.0)?;
    let never = if count == 1 { "never called" } else { "not called for one of these" };
    let message = format!("`{}` is {never}: no alert has severity `{severity}`", to.name.value);
    let near = crate::diag::did_you_mean(severity, alerts.iter().filter_map(|alert| alert.label("severity")));
    let problem = RULE.at(span, message).why("nothing is remedied, and nothing says so");
    Some(problem.help(near.unwrap_or_else(|| "name a severity that alerts have".to_owned())))
}

/// Sends an alert through the routes, and returns whether one of them keeps it for sure.
fn walk(alert: &Alert<'_>, routes: &[Data], taken: &mut [Taken]) -> bool {
    let mut kept = false;
    for (route, taken) in routes.iter().zip(taken) {
        let fits = alert.fits(list(route, "matchers"));
        if fits == Some(false) {
            continue;
        }
        taken.fits = true;
        taken.reached |= !kept;
        kept |= fits == Some(true) && !route.get("continue").is_some_and(Data::is_true);
    }
    kept
}

fn unreached(
    subject: &Subject<'_>,
    alerts: &[Alert<'_>],
    routes: &[Data],
    route: &Data,
    taken: Taken,
) -> Option<Diagnostic> {
    let to = route.get("to")?;
    let (name, span) = (to.as_str()?, subject.line(to.origin)?);
    let matchers = list(route, "matchers");
    if !taken.fits {
        let message = format!("no alert takes this route to `{name}`: none has {}", alerted::shown(matchers));
        let problem = RULE.at(span, message).why("whoever relies on it is told of nothing");
        let help = alerted::meant(alerts, matchers);
        return Some(problem.help(help.unwrap_or_else(|| "give alerts these labels, or remove the route".to_owned())));
    }
    let keeps = |above: &&Data| {
        !above.get("continue").is_some_and(Data::is_true)
            && alerts
                .iter()
                .any(|alert| alert.fits(list(above, "matchers")) == Some(true) && alert.fits(matchers) != Some(false))
    };
    let above = routes.iter().take_while(|above| !std::ptr::eq(*above, route)).find(keeps);
    let problem = RULE
        .at(span, format!("no alert takes this route to `{name}`: the routes above take all that it fits"))
        .why("the first route that fits takes an alert, unless it says `continue`");
    let place = above.and_then(|above| subject.line(above.get("to")?.origin)).filter(|place| *place != span);
    let problem = place.into_iter().fold(problem, |problem, place| problem.related(place, "such a route"));
    Some(problem.help("write `continue: true` in the route above, or put this one before it"))
}
