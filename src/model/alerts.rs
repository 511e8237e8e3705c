//! Alerts as meant: rules, receivers with the Secrets that they read, and routes to receivers that exist.
//!
//! [`Alerts::data`] is neutral: it has the names of the spec, and templates spell it as Prometheus and Alertmanager want it,
//! in a cluster or on a machine.

mod fits;
mod judges;
mod receiver;
mod silence;
mod test;

pub use fits::regex_fault;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::resolve::{Platform, Resolver};
use super::secret::SecretItem;
use super::{INCOMPLETE, NO_EFFECT, UNKNOWN_RECEIVER, UNUSABLE_NAME};
use crate::diag::Diagnostic;
use crate::source::{OriginId, Span};
use crate::spec::scalars::{Duration, Tenant};
use crate::spec::{self, AlertRoute};
use crate::template::Data;
use crate::yaml::{Field, Names};

/// What is watched, and who is told.
#[derive(Clone, Debug)]
pub struct Alerts {
    /// What templates read.
    pub data: Data,
    /// The line of the spec.
    pub origin: OriginId,
}

/// An item that receivers read: its line, and its keys, each with who issues it.
type Item = (OriginId, BTreeMap<Arc<str>, (OriginId, String)>);

struct Reader<'a, 'b> {
    cx: &'a mut Resolver<'b>,
    items: &'a BTreeMap<Arc<str>, SecretItem>,
    used: BTreeMap<Arc<str>, Item>,
    none: OriginId,
}

/// Reads the alerts.
pub(super) fn resolve(
    cx: &mut Resolver<'_>,
    spec: &spec::Platform,
    items: &BTreeMap<Arc<str>, SecretItem>,
) -> Option<Alerts> {
    let written = spec.alerts.get()?;
    let origin = cx.origins.written("alerts", written.span);
    let mut reader = Reader { cx, items, used: BTreeMap::new(), none: origin };
    let alerts = &written.value;
    let receivers = reader.receivers(alerts);
    reader.routing(alerts, written.span);
    let route = alerts.route.value().map(|route| reader.route(route));
    let routes = alerts.routes.value().into_iter().flatten().filter_map(Field::get);
    let routes = routes.map(|route| reader.route(&route.value)).collect();
    let fields = [
        ("groups", reader.groups(alerts)),
        ("receivers", receivers),
        ("route", route.unwrap_or_else(|| Data::null(origin))),
        ("routes", Data::list(routes, origin)),
        ("inhibit", reader.inhibitions(alerts)),
        ("mute", reader.mute(alerts)),
        ("tests", reader.tests(alerts)),
        ("items", reader.secret_items()),
    ];
    Some(Alerts { data: Data::map(fields, origin), origin })
}

/// Reports alerts that no component deploys.
pub(super) fn check(cx: &mut Resolver<'_>, platform: &Platform) {
    let Some(alerts) = &platform.alerts else { return };
    judges::check(cx, platform, alerts);
    let reads = |one: &super::Component| one.variant.reads("alerts") && !one.variant.unknown;
    if platform.components.iter().any(reads) || !platform.complete {
        return;
    }
    let Some(span) = cx.origins.written_span(alerts.origin) else { return };
    let problem = Diagnostic::warning(NO_EFFECT, span, "nothing reads `alerts`: nobody would be told of anything")
        .why("rules and receivers are deployed by a component, such as `alerting` for the Prometheus operator");
    cx.out.push(problem.help("add `alerting: {}` to `components`"));
}

impl Reader<'_, '_> {
    fn groups(&mut self, alerts: &spec::Alerts) -> Data {
        let mut all = Vec::new();
        for (name, named) in alerts.groups.value().into_iter().flatten() {
            let Some(group) = &named.value else { continue };
            let origin = self.cx.origins.written("group", named.key);
            let mut rules = Vec::new();
            for (name, named) in group.value.rules.value().into_iter().flatten() {
                let Some(rule) = &named.value else { continue };
                rules.push(self.rule(name, named.key, &rule.value));
            }
            let records = self.records(&group.value);
            let fields = [
                ("name", Data::str(name.clone(), origin)),
                ("by", self.text(&group.value.by, "component")),
                ("tenant", self.tenant(&group.value.tenant)),
                ("interval", self.duration(&group.value.interval)),
                ("rules", Data::list(rules, origin)),
                ("records", records),
            ];
            all.push(Data::map(fields, origin));
        }
        Data::list(all, self.none)
    }

    fn records(&mut self, group: &spec::AlertGroup) -> Data {
        let mut all = Vec::new();
        for rule in group.records.value().into_iter().flatten().filter_map(Field::get) {
            let Some(name) = rule.value.name.get() else { continue };
            if !is_series(&name.value) {
                let message = format!("`{}` cannot be the name of a series", name.value);
                let problem = Diagnostic::error(UNUSABLE_NAME, name.span, message);
                self.cx.out.push(problem.help("use letters, digits, `_` and `:`, as in `node:cpu_busy:ratio`"));
            }
            let origin = self.cx.origins.written("series", name.span);
            let labels = rule.value.labels.value().into_iter().flat_map(|labels| &labels.0);
            let labels: Vec<_> = labels
                .filter_map(|(label, named)| {
                    let value = named.value.as_ref()?;
                    let origin = self.cx.origins.written("label", value.span);
                    Some((label.clone(), Data::str(value.value.0.clone(), origin)))
                })
                .collect();
            let fields = [
                ("name", Data::str(name.value.clone(), origin)),
                ("expr", self.text(&rule.value.expr, "query")),
                ("labels", Data::map(labels, origin)),
            ];
            all.push(Data::map(fields, origin));
        }
        Data::list(all, self.none)
    }

    fn rule(&mut self, name: &Arc<str>, key: Span, rule: &spec::AlertRule) -> Data {
        let origin = self.cx.origins.written("alert", key);
        let mut labels = Vec::new();
        for (label, named) in rule.labels.value().into_iter().flat_map(|labels| &labels.0) {
            let Some(value) = &named.value else { continue };
            labels
                .push((label.clone(), Data::str(value.value.0.clone(), self.cx.origins.written("label", value.span))));
        }
        if let Some(severity) = rule.severity.get() {
            let origin = self.cx.origins.written("severity", severity.span);
            labels.push(("severity".into(), Data::str(severity.value.0.clone(), origin)));
        }
        let mut annotations = self.texts(&rule.annotations, "annotation");
        for (name, text) in [("summary", &rule.summary), ("description", &rule.description)] {
            let text = self.text(text, "annotation");
            if text.as_str().is_some() {
                annotations.push((name.into(), text));
            }
        }
        if let Some(url) = rule.runbook.get() {
            let origin = self.cx.origins.written("runbook", url.span);
            annotations.push(("runbook_url".into(), Data::str(url.value.0.clone(), origin)));
        }
        let fields = [
            ("name", Data::str(name.clone(), origin)),
            ("expr", self.text(&rule.expr, "query")),
            ("for", self.duration(&rule.hold)),
            ("keepFiring", self.duration(&rule.keep)),
            ("labels", Data::map(labels, origin)),
            ("annotations", Data::map(annotations, origin)),
        ];
        Data::map(fields, origin)
    }

    fn route(&mut self, route: &AlertRoute) -> Data {
        let mut matchers = Vec::new();
        for (texts, sign) in [(self.texts(&route.matches, "matcher"), "="), (self.fits(&route.fits), "=~")] {
            for (label, value) in texts {
                let origin = value.origin;
                let fields = [("name", Data::str(label, origin)), ("value", value), ("sign", Data::str(sign, origin))];
                matchers.push(Data::map(fields, origin));
            }
        }
        let group = route.group_by.value().into_iter().flatten().filter_map(Field::get);
        let group = group.map(|label| Data::str(label.value.0.clone(), self.cx.origins.written("label", label.span)));
        let group = by_name(group.collect());
        let go_on = route.go_on.get().map(|flag| Data::bool(flag.value, self.cx.origins.written("route", flag.span)));
        let fields = [
            ("to", self.text(&route.to, "receiver")),
            ("matchers", Data::list(matchers, self.none)),
            ("groupBy", Data::list(group, self.none)),
            ("wait", self.duration(&route.wait)),
            ("interval", self.duration(&route.interval)),
            ("repeat", self.duration(&route.repeat)),
            ("continue", go_on.unwrap_or_else(|| Data::bool(false, self.none))),
            ("mute", self.times(route)),
        ];
        Data::map(fields, self.none)
    }

    /// An alert without a receiver is lost, and so is a receiver without a route.
    fn routing(&mut self, alerts: &spec::Alerts, here: Span) {
        let receivers = alerts.receivers.value();
        let routes = alerts.routes.value().into_iter().flatten().filter_map(Field::value);
        let (mut used, mut unknown) = (BTreeSet::new(), false);
        for route in alerts.route.value().into_iter().chain(routes) {
            let Some(to) = route.to.get() else { continue };
            used.insert(to.value.clone());
            let known = receivers.is_some_and(|all| all.contains_key(&to.value)) || alerts.receivers.is_broken();
            unknown |= !known;
            if !known {
                let names = receivers.into_iter().flat_map(Names::keys).map(|name| &**name);
                self.cx.unknown_name(UNKNOWN_RECEIVER, to.span, "receiver", &to.value, names);
            }
        }
        self.repeats(alerts);
        let any = receivers.is_some_and(|all| !all.is_empty());
        if any && matches!(alerts.route, Field::Absent) {
            let problem = Diagnostic::error(INCOMPLETE, here, "nothing says who is told of alerts that no route takes")
                .why("the first route of Alertmanager takes every alert, and needs a receiver");
            self.cx.out.push(problem.help("write `route: { to: RECEIVER }` in `alerts`"));
        }
        for (name, receiver) in receivers.into_iter().flatten().filter(|(name, _)| !used.contains(*name)) {
            // The one that is misspelt may be this one.
            if unknown || alerts.route.is_broken() || alerts.routes.is_broken() {
                continue;
            }
            let message = format!("no route leads to receiver `{name}`");
            let problem =
                Diagnostic::warning(NO_EFFECT, receiver.key, message).why("it would never be told of anything");
            self.cx.out.push(problem.help("name it in `to` of a route, or remove it"));
        }
    }

    /// A group is looked at once an interval; nothing is told again in between (prometheus.io, Alertmanager, `repeat_interval`).
    fn repeats(&mut self, alerts: &spec::Alerts) {
        let first = alerts.route.value();
        let routes = alerts.routes.value().into_iter().flatten().filter_map(Field::value);
        for route in first.into_iter().chain(routes) {
            let repeat = route.repeat.get().or_else(|| first?.repeat.get());
            let interval = route.interval.get().or_else(|| first?.interval.get());
            let Some((repeat, interval)) = repeat.zip(interval) else { continue };
            let own = route.repeat.get().or(route.interval.get());
            let Some(own) = own.filter(|_| repeat.value.milliseconds < interval.value.milliseconds) else { continue };
            let (often, looked) = (&repeat.value.text, &interval.value.text);
            let message = format!("nobody is told again after {often}: groups of alerts are looked at every {looked}");
            let mut problem = Diagnostic::warning(NO_EFFECT, own.span, message);
            if own.span != interval.span {
                problem = problem.related(interval.span, "how often they are looked at");
            }
            self.cx.out.push(problem.help("let `repeat` be `interval` or more"));
        }
    }

    fn texts(&mut self, names: &Field<Names<Arc<str>>>, what: &'static str) -> Vec<(Arc<str>, Data)> {
        let mut all = Vec::new();
        for (name, named) in names.value().into_iter().flatten() {
            let Some(value) = &named.value else { continue };
            all.push((name.clone(), Data::str(value.value.clone(), self.cx.origins.written(what, value.span))));
        }
        all
    }

    fn text<T: Clone + Into<Arc<str>>>(&mut self, field: &Field<T>, what: &'static str) -> Data {
        match field.get() {
            Some(text) => Data::str(text.value.clone().into(), self.cx.origins.written(what, text.span)),
            None => Data::null(self.none),
        }
    }

    fn tenant(&mut self, field: &Field<Tenant>) -> Data {
        match field.get() {
            Some(tenant) => Data::str(tenant.value.0.clone(), self.cx.origins.written("tenant", tenant.span)),
            None => Data::null(self.none),
        }
    }

    fn duration(&mut self, field: &Field<Duration>) -> Data {
        self.text(field, "time")
    }
}

/// Returns whether a text can name a series (prometheus.io, data model; colons are those of recording rules).
fn is_series(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':');
    !text.is_empty() && text.chars().all(fits) && !text.starts_with(|c: char| c.is_ascii_digit())
}

/// Sorts names that mean the same in any order.
fn by_name(mut names: Vec<Data>) -> Vec<Data> {
    names.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    names
}
