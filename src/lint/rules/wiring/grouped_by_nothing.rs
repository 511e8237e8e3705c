//! Labels that alerts are grouped by, and that none has.

use super::alerted::{self, list};
use crate::diag::{Diagnostic, Kind, did_you_mean};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::template::Data;

rule! {
    /// Alerts are grouped by a label that no alert has.
    ///
    /// ## What it does
    ///
    /// Compares `groupBy` of `alerts.route` and of `alerts.routes` with the labels that alerts have: those that scrapes and
    /// dvgen bring, and all that rules and their tests mention. Where others send alerts too, nothing is reported.
    ///
    /// ## Why it matters
    ///
    /// Alertmanager takes a label that is not there for an empty one: all alerts that should be told apart are one message, and
    /// the second machine that fails is a line in it that nobody is woken for.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// alerts:
    ///   route: { to: mail, groupBy: [alertname, nod] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// alerts:
    ///   route: { to: mail, groupBy: [alertname, node] }
    /// ```
    ///
    /// ## Source
    ///
    /// Alertmanager, Configuration, `route`.
    pub(super) static RULE =
        Kind::new("grouped-by-nothing", "DV1481"), Wiring, Warn, fix: None, Check::Platform(check);
}

/// What Alertmanager takes for all labels.
const ALL: &str = "...";

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let (Some(_), Some(platform)) = (alerted::alerts(subject), &subject.platform.alerts) else { return };
    let known = alerted::labels(&platform.data);
    let routes = platform.data.get("route").into_iter().chain(list(&platform.data, "routes"));
    for entry in routes.flat_map(|route: &Data| list(route, "groupBy")) {
        let Some(label) = entry.as_str().filter(|label| &***label != ALL && !known.contains(&***label)) else {
            continue;
        };
        let Some(span) = subject.line(entry.origin) else { continue };
        let problem = RULE
            .at(span, format!("no alert is known to have a label `{label}`, so nothing is told apart by it"))
            .why("a label that is not there counts as empty: all these alerts become one message");
        let help = did_you_mean(label, alerted::BROUGHT);
        out.push(
            problem.help(help.unwrap_or_else(|| "name a label that the alerts have, such as `alertname`".to_owned())),
        );
    }
}
