//! Routes of alerts to a receiver that is not defined.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, Kind, did_you_mean};
use crate::doc::Doc;
use crate::lint::facts::Place;
use crate::lint::rule::{Check, rule};

rule! {
    /// A route of Alertmanager leads to a receiver that is not defined.
    ///
    /// ## What it does
    ///
    /// Compares the receivers that routes name with those that stand beside the route, in Helm values and in objects. In
    /// `alerts` such a receiver is always an error.
    ///
    /// ## Why it matters
    ///
    /// Alertmanager refuses the whole configuration: it keeps the old one, or does not start.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// route: { receiver: pagers }
    /// receivers: [{ name: pager }]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// route: { receiver: pager }
    /// receivers: [{ name: pager }]
    /// ```
    ///
    /// ## Source
    ///
    /// Prometheus, Alertmanager, Configuration.
    pub(super) static RULE = Kind::new("receiver-never-defined", "DV1444"), Wiring, Error, fix: None,
        Check::Map(|key| key == "receivers", check);
}

fn check(place: &Place<'_>, out: &mut Vec<Diagnostic>) {
    let (Some(route), Some(receivers)) = (place.map.get("route"), place.map.get("receivers").and_then(Doc::as_list))
    else {
        return;
    };
    let names: Option<BTreeSet<&str>> = receivers.iter().map(|receiver| receiver.at(&["name"])?.as_str()).collect();
    if let Some(names) = names.filter(|names| !names.is_empty()) {
        look(place, route, &names, out);
    }
}

fn look(place: &Place<'_>, route: &Doc, names: &BTreeSet<&str>, out: &mut Vec<Diagnostic>) {
    if let Some(receiver) = route.at(&["receiver"])
        && let Some(name) = receiver.as_str().filter(|name| !names.contains(name) && !name.contains("{{"))
        && let Some(mut problem) = place.finding(&RULE, receiver.origin, format!("there is no receiver `{name}`"))
    {
        problem = problem.why("Alertmanager refuses the whole configuration: it keeps the old one, or does not start");
        problem = match did_you_mean(name, names.iter().copied()) {
            Some(hint) => problem.help(hint),
            None => problem.help("add it to `receivers`"),
        };
        out.push(problem);
    }
    for route in route.at(&["routes"]).and_then(Doc::as_list).into_iter().flatten() {
        look(place, route, names, out);
    }
}
