//! Monitors that nobody selects.

use crate::diag::{Diagnostic, Kind};
use crate::doc::Doc;
use crate::lint::facts::SelectorFact;
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
        for (at, monitor) in subject.objects_of(kind) {
            let label = |key: &str| monitor.doc.at(&["metadata", "labels", key]).and_then(Doc::as_str);
            let selects =
                |selector: &&SelectorFact| selector.labels.iter().all(|(key, value)| label(key) == Some(value));
            let Some(facts) = subject.facts.get(at) else { continue };
            if selectors.iter().any(selects) {
                continue;
            }
            let Some(span) = facts.line_at(monitor, &[&["metadata", "labels"], &["metadata", "name"]]) else {
                continue;
            };
            let mut problem = RULE
                .at(span, format!("no Prometheus selects {kind} `{}`", monitor.name))
                .why("Prometheus passes over it, without a word");
            if let Some(selector) = selectors.first() {
                let wanted: Vec<String> =
                    selector.labels.iter().map(|(key, value)| format!("{key}: {value}")).collect();
                problem = problem
                    .related(selector.span, "what it selects")
                    .help(format!("add the labels `{}`, or remove the selector", wanted.join(", ")));
            }
            out.push(subject.about(facts, problem));
        }
    }
}
