//! Monitors that nobody selects.

use crate::diag::{Diagnostic, Kind};
use crate::doc::Doc;
use crate::lint::facts::{ComponentFacts, ObjectFact, SelectorFact};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Part;

rule! {
    /// A monitor has labels that no Prometheus selects.
    ///
    /// ## What it does
    ///
    /// Compares the labels of ServiceMonitors, PodMonitors, Probes and PrometheusRules in manifests with the selectors in
    /// the values of whatever runs Prometheus, where each of them has one. dvgen itself lets Prometheus select all.
    ///
    /// ## Why it matters
    ///
    /// Nothing is scraped, and no alert is evaluated; Prometheus says nothing.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kube-prometheus-stack:
    ///   values:
    ///     prometheus: { prometheusSpec: { serviceMonitorSelector: { matchLabels: { team: a } } } }
    /// # kind: ServiceMonitor, labels: { team: b }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// # kind: ServiceMonitor, labels: { team: a }
    /// ```
    ///
    /// ## Source
    ///
    /// kube-prometheus, issue 2075.
    pub(super) static RULE = Kind::new("monitor-not-selected", "DV1415"), Wiring, Warn, fix: None, Check::Platform(check);
}

const KINDS: [(&str, &str); 4] = [
    ("ServiceMonitor", "serviceMonitorSelector"),
    ("PodMonitor", "podMonitorSelector"),
    ("Probe", "probeSelector"),
    ("PrometheusRule", "ruleSelector"),
];

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let enabled = |part: &&Part| part.enabled.value && part.role.as_deref() == Some("prometheus");
    let parts = subject.platform.components.iter().flat_map(|component| &component.parts).filter(enabled).count();
    for (kind, key) in KINDS {
        let selectors: Vec<&SelectorFact> =
            subject.facts.iter().flat_map(|facts| &facts.selectors).filter(|selector| selector.key == key).collect();
        let others = subject.objects_of("Prometheus").next().is_some();
        // One without a selector of its own takes all.
        if selectors.is_empty() || selectors.len() < parts || others {
            continue;
        }
        let mut passed = Vec::new();
        for (at, monitor) in subject.objects_of(kind) {
            let label = |key: &str| monitor.doc.at(&["metadata", "labels", key]).and_then(Doc::as_str);
            let selects =
                |selector: &&SelectorFact| selector.labels.iter().all(|(key, value)| label(key) == Some(value));
            if !selectors.iter().any(selects) {
                passed.extend(subject.facts.get(at).map(|facts| (facts, monitor)));
            }
        }
        let Some(selector) = selectors.first() else { continue };
        // What dvgen makes has no labels for a selector: then the selector is the line to change.
        let own = passed.iter().find(|(facts, monitor)| !facts.is_written(monitor.doc.origin));
        match own {
            Some((_, monitor)) => out.extend(of_selector(subject, selector, kind, &monitor.name, passed.len())),
            None => {
                out.extend(passed.iter().filter_map(|(facts, monitor)| of_monitor(subject, selector, facts, monitor)));
            }
        }
    }
}

/// Reports a selector that passes over monitors that dvgen makes.
fn of_selector(
    subject: &Subject<'_>,
    selector: &SelectorFact,
    kind: &str,
    name: &str,
    count: usize,
) -> Option<Diagnostic> {
    let more = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
    let problem = RULE
        .at(selector.span, format!("`{}` passes over {kind} `{name}`{more}", selector.key))
        .why("dvgen lets Prometheus select all, and gives the monitors that it makes no labels for a selector")
        .help("remove the selector; `defaults.scrape: false` leaves out the monitors of dvgen");
    let facts = subject.facts.iter().find(|facts| facts.selectors.iter().any(|one| one.span == selector.span))?;
    Some(subject.about(facts, problem))
}

/// Reports a monitor of a manifest.
fn of_monitor(
    subject: &Subject<'_>,
    selector: &SelectorFact,
    facts: &ComponentFacts,
    monitor: &ObjectFact,
) -> Option<Diagnostic> {
    let span = facts.line_at(monitor, &[&["metadata", "labels"], &["metadata", "name"]])?;
    let wanted: Vec<String> = selector.labels.iter().map(|(key, value)| format!("{key}: {value}")).collect();
    let problem = RULE
        .at(span, format!("no Prometheus selects {} `{}`", monitor.kind, monitor.name))
        .related(selector.span, "what it selects")
        .why("Prometheus passes over it, without a word")
        .help(format!("add the labels `{}`, or remove the selector", wanted.join(", ")));
    Some(subject.about(facts, problem))
}
