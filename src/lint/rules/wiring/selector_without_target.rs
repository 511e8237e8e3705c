//! Queries of alerts that ask for what nobody scrapes.

mod matchers;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use regex::Regex;

use self::matchers::Matcher;
use super::alerted::{list, text};
use crate::diag::{Diagnostic, Kind, did_you_mean};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Component;
use crate::source::Span;
use crate::spec::FlowKind;
use crate::template::Data;

rule! {
    /// The query of an alert selects a job or a unit that there is not.
    ///
    /// ## What it does
    ///
    /// Reads the selectors in the queries of alerts, of recording rules and of their tests. The label `job` has to be one
    /// of the jobs that Prometheus has, whoever writes them: a `scrape` flow, `settings` or `values`. A unit that is called like a
    /// component, `node_systemd_unit_state{name="pbs.service"}`, has to be one that the component runs as. A
    /// series whose name has a colon has to be recorded by a rule. Where the jobs are
    /// not all known nothing is reported: in a cluster, where metrics are received from others, or where a job sets labels
    /// of its own.
    ///
    /// ## Why it matters
    ///
    /// A query that selects nothing gives no series, and no series is no alert. It looks like health.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// alerts: { groups: { machines: { rules: { Down: { expr: 'up{job="node"} == 0' } } } } }   # the job is `node-exporter`
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// alerts: { groups: { machines: { rules: { Down: { expr: 'up{job="node-exporter"} == 0' } } } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Prometheus, Querying basics, instant vector selectors.
    pub(super) static RULE =
        Kind::new("selector-without-target", "DV1470"), Wiring, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let Some(alerts) = subject.platform.alerts.as_ref().filter(|_| subject.platform.complete) else { return };
    let jobs = jobs(subject);
    let groups = list(&alerts.data, "groups").iter();
    let records = groups.flat_map(|group| list(group, "records")).filter_map(|rule| text(rule, "name"));
    // Where metrics come from others, what they record does too.
    let records = jobs.is_some().then(|| records.collect());
    let mut judge = Judge { subject, jobs, records, said: BTreeMap::new() };
    for group in list(&alerts.data, "groups").iter().filter(|group| text(group, "by").is_none()) {
        for rule in ["records", "rules"].into_iter().flat_map(|name| list(group, name)) {
            judge.query(rule.get("expr"));
        }
    }
    for series in list(&alerts.data, "tests").iter().flat_map(|test| list(test, "series")) {
        judge.query(series.get("series"));
    }
    let mut found: Vec<Diagnostic> = judge.said.into_values().collect();
    found.sort_by_key(|problem| problem.primary.as_ref().map(|label| label.span));
    out.append(&mut found);
}

/// Returns the jobs of whoever judges alerts, if all are known.
fn jobs<'a>(subject: &Subject<'a>) -> Option<BTreeSet<&'a str>> {
    let mut all = BTreeSet::new();
    let mut readers = 0;
    for facts in subject.facts {
        let Some(component) = subject.component_of(facts) else { continue };
        if !reads_rules(component) {
            continue;
        }
        let id = facts.component?;
        // Of two nobody knows which one scrapes what, unless it is written: that is said elsewhere.
        readers += 1;
        if readers > 1 {
            return None;
        }
        let receives = |flow: &&crate::model::Flow| flow.kind == FlowKind::RemoteWrite && flow.to.component == id;
        if !component.on_machines || subject.platform.flows.iter().any(|flow| receives(&flow)) {
            return None;
        }
        for job in &facts.jobs {
            all.insert(job.name.as_ref()?.as_ref());
        }
    }
    (!all.is_empty()).then_some(all)
}

fn reads_rules(component: &Component) -> bool {
    let serves = component.serves.get(&FlowKind::Query).and_then(|serve| serve.datasource.as_ref());
    component.variant.reads("alerts")
        && serves.is_none_or(|kind| &*kind.value == "prometheus")
        && (serves.is_some() || !component.on_machines)
}

struct Judge<'a, 's> {
    subject: &'s Subject<'a>,
    jobs: Option<BTreeSet<&'a str>>,
    /// The series that rules record, if all are known.
    records: Option<BTreeSet<&'a str>>,
    /// What is reported: once for what is wrong, however often it is written.
    said: BTreeMap<String, Diagnostic>,
}

impl Judge<'_, '_> {
    fn query(&mut self, query: Option<&Data>) {
        let Some((query, expr)) = query.and_then(|query| Some((query, query.as_str()?))) else { return };
        let Some(span) = self.subject.line(query.origin) else { return };
        for matcher in matchers::of(expr) {
            let found = if matcher.label == "job" { self.job(&matcher) } else { self.unit(&matcher) };
            let Some((message, help)) = found else { continue };
            if let Some(known) = self.said.remove(&message) {
                let more = known.primary.as_ref().is_some_and(|label| label.span != span);
                let known = if more { known.related(span, "here too") } else { known };
                self.said.insert(message, known);
                continue;
            }
            let why = if matcher.sign.starts_with('!') {
                "what it should leave out is not left out"
            } else {
                "a query that selects nothing gives no series, and no series is no alert"
            };
            self.said.insert(message.clone(), RULE.at(span, message).why(why).help(help));
        }
        for name in matchers::recorded(expr) {
            self.record(name, span);
        }
    }

    /// A name with a colon is that of a recording rule (prometheus.io, "Metric names and labels").
    fn record(&mut self, name: &str, span: Span) {
        let Some(records) = self.records.as_ref().filter(|records| !records.contains(name)) else { return };
        let message = format!("no rule records `{name}`");
        let help = did_you_mean(name, records.iter().copied());
        let help = help.unwrap_or_else(|| "add it to `records` of a group".to_owned());
        let why = "a query that selects nothing gives no series, and no series is no alert";
        self.said.entry(message.clone()).or_insert_with(|| RULE.at(span, message).why(why).help(help));
    }

    fn job(&self, matcher: &Matcher<'_>) -> Option<(String, String)> {
        let jobs = self.jobs.as_ref()?;
        if matcher.value.is_empty() {
            return None;
        }
        let wrong = match matcher.sign {
            "=" | "!=" => (!jobs.contains(&*matcher.value)).then_some(&*matcher.value),
            _ => unmatched(&matcher.value, jobs),
        }?;
        let known: Vec<String> = jobs.iter().map(|job| format!("`{job}`")).collect();
        let help = did_you_mean(wrong, jobs.iter().copied());
        let help = help.unwrap_or_else(|| format!("the jobs are {}", known.join(", ")));
        Some((format!("Prometheus has no job `{wrong}`"), help))
    }

    /// What is called like a component and is not its unit is none at all.
    fn unit(&self, matcher: &Matcher<'_>) -> Option<(String, String)> {
        if matcher.label != "name" || !matcher.metric.starts_with("node_systemd_unit_") || matcher.sign != "=" {
            return None;
        }
        let stem = matcher.value.strip_suffix(".service")?;
        let component = self.subject.platform.component(stem).filter(|one| one.on_machines && one.is_installed())?;
        let units = component.units();
        let fits = |unit: &Arc<str>| match unit.split_once('*') {
            Some((start, end)) => matcher.value.starts_with(start) && matcher.value.ends_with(end),
            None => **unit == *matcher.value,
        };
        if units.iter().any(fits) {
            return None;
        }
        let message = format!("no machine has a unit `{}`", matcher.value);
        let help = if units.is_empty() {
            format!("`{stem}` is installed by {}: ask for its `up`", component.installed_by.value.word())
        } else {
            let units: Vec<String> = units.iter().map(|unit| format!("`{unit}`")).collect();
            format!("`{stem}` runs as {}", units.join(", "))
        };
        Some((message, help))
    }
}

/// Returns what of a regular expression fits no job: one of its names, where it is a list of them, or all of it.
fn unmatched<'a>(value: &'a str, jobs: &BTreeSet<&str>) -> Option<&'a str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '|');
    if value.chars().all(plain) {
        return value.split('|').find(|name| !name.is_empty() && !jobs.contains(name));
    }
    let regex = Regex::new(&format!("^(?:{value})$")).ok()?;
    (!jobs.iter().any(|job| regex.is_match(job))).then_some(value)
}
