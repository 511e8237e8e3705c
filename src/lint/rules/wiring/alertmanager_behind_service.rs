//! Alertmanagers behind one address.

use super::target::targets;
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{Component, Serve, Traced};
use crate::spec::FlowKind;

rule! {
    /// Alerts are sent to one address of several Alertmanagers.
    ///
    /// ## What it does
    ///
    /// Looks at addresses that people wrote under keys of an Alertmanager, and that name the Service of one that runs in several
    /// copies.
    ///
    /// ## Why it matters
    ///
    /// A Service picks one copy for each request. Copies that do not all get an alert agree too late, and people are told twice
    /// or not at all.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// loki:
    ///   values:
    ///     loki: { rulerConfig: { alertmanager_url: "http://alertmanager.monitoring.svc:9093" } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// flows:
    ///   - alerts: { from: loki, to: alertmanager }        # dvgen writes the way to all copies
    /// ```
    ///
    /// ## Source
    ///
    /// Alertmanager, High Availability; SigNoz, issue 514.
    pub(super) static RULE = Kind::new("alertmanager-behind-service", "DV1408"), Wiring, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let services = || subject.known_services();
    for target in targets(subject) {
        let keys = target.url.keys.to_ascii_lowercase();
        // `dns+http://…` asks for the addresses of all copies.
        if !keys.contains("alertmanager") || keys.contains("datasource") || target.url.text.contains("dns") {
            continue;
        }
        let Some(known) = services().get(target.namespace, target.name.service) else { continue };
        let Some(component) = known.component.and_then(|id| subject.platform.components.get(id.0)) else { continue };
        let Some((title, replicas)) = copies(component, target.name.service) else { continue };
        let place = subject.platform.origins.written_span(replicas.origin);
        let message = format!("alerts go to one of the {} copies of `{title}`", replicas.value);
        let problem = RULE
            .at(target.url.span, message)
            .why("copies that do not all get an alert agree too late: people are told twice, or not at all")
            .help(format!("write a flow `alerts` to `{title}`, or name the headless Service of all copies"));
        let problem = place.into_iter().fold(problem, |problem, place| problem.related(place, "its copies"));
        out.push(subject.about(target.facts, problem));
    }
}

/// Returns the name and the copies of what takes alerts behind a Service, if it has several.
fn copies<'a>(component: &'a Component, service: &str) -> Option<(&'a str, &'a Traced<u16>)> {
    let behind = |serve: &Serve| component.service_of(&serve.usual).is_some_and(|known| *known.name.value == *service);
    let whole = component.serves.get(&FlowKind::Alerts).filter(|serve| behind(serve));
    let whole = whole.and_then(|_| Some((&*component.name.value, component.replicas.as_ref()?)));
    let mut parts = component.parts.iter().filter(|part| part.serves.get(&FlowKind::Alerts).is_some_and(behind));
    let part = parts.find_map(|part| Some((part.role.as_deref().unwrap_or(&part.name), part.replicas.as_ref()?)));
    whole.or(part).filter(|(_, replicas)| replicas.value > 1)
}
