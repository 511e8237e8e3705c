//! Facts that depend on the component: names, services, flows, secrets.

use std::sync::Arc;

use super::read::Reader;
use super::{Asked, Component, Exposure, Metrics, PartId, exposure};
use crate::diag::Diagnostic;
use crate::doc::{Doc, Name, Value};
use crate::library::Variant;
use crate::model::context::Shared;
use crate::model::{Text, Traced, WIRING, context, machine, secret, service};
use crate::source::{OriginId, Span};
use crate::spec::FlowKind;
use crate::spec::scalars::{Quantity, is_dns_label, is_mount};
use crate::template::{Data, DataMap, DataValue, Template};
use crate::yaml::BAD_VALUE;
use crate::yaml::decode::visible;

impl Reader<'_, '_> {
    /// Evaluates the facts that depend on the component.
    ///
    /// What cannot be computed without what could not be read is no problem of its own (`blind`).
    pub(super) fn compute(&mut self, component: &mut Component, variant: &Variant, blind: bool) {
        let start = self.cx.out.len();
        self.facts(component, variant);
        if blind {
            component.secrets.clear();
            self.cx.out.truncate(start);
        }
        component.doubtful |= self.failed;
    }

    fn facts(&mut self, component: &mut Component, variant: &Variant) {
        let start = self.cx.out.len();
        let mut base = base(component, self.shared, &mut |_| None);
        component.fullname = self.fullname(component, variant, &base);
        base.set("fullname", context::text(&component.fullname));
        let services = self.render(variant.computed.services.as_ref(), &base);
        component.services =
            service::services(self.cx, services.as_ref(), &component.namespace, &self.platform.domains);
        machine::reach(self.cx, component);
        let serves = self.render(variant.computed.serves.as_ref(), &base);
        component.serves = service::serves(self.cx, serves.as_ref());
        for part in &mut component.parts {
            let serves = self.render(variant.computed.part_serves.get(&part.name), &base);
            part.serves = service::serves(self.cx, serves.as_ref());
        }
        // A service that could not be read is missing, and that has been reported.
        if !self.cx.out.iter().skip(start).any(Diagnostic::is_error) {
            self.failed |= service::check_served(self.cx, component);
        }
        let secrets = self.render(variant.computed.secrets.as_ref(), &base);
        component.secrets =
            secret::uses(self.cx, self.platform.secret_store.as_ref(), secrets.as_ref(), &component.name);
        let metrics = self.render(variant.computed.metrics.as_ref(), &base);
        component.metrics = metrics.as_ref().and_then(metrics_of).map(Box::new);
        self.check_metrics(component);
        if let Some(scraped) = scraped(component) {
            component.serves.entry(FlowKind::Scrape).or_insert(scraped);
        }
        let ingress = self.render(variant.computed.ingress.as_ref(), &base);
        component.ingress = exposure::controller(ingress.as_ref()).map(Box::new);
        component.pods = self.render(variant.computed.pods.as_ref(), &base);
        component.vault = self.render(variant.computed.vault.as_ref(), &base);
        component.follows = self.render(variant.computed.follows.as_ref(), &base);
        self.check_authority(component);
        component.labels = self.render(variant.computed.labels.as_ref(), &base);
    }

    /// Where certificates are signed stands in a script and in commands: it has to be a path of Vault, and nothing else.
    fn check_authority(&mut self, component: &Component) {
        let said = |key| component.vault.as_ref()?.at(&["pki", key]);
        for doc in ["mount", "role"].into_iter().filter_map(said) {
            let Some(text) = doc.as_str().filter(|text| !is_mount(text)) else { continue };
            let Some(span) = self.cx.origins.place(doc.origin) else { continue };
            let message = format!("`{}` cannot be a part of a path of Vault", visible(text));
            let help =
                "use letters, digits, `-`, `_` and `.`, with `/` between names only, for example pki or team/pki";
            self.cx.out.push(Diagnostic::error(BAD_VALUE, span, message).help(help));
        }
    }

    /// Of pods without a Service dvgen makes no monitor: which labels they have, the chart knows.
    fn check_metrics(&mut self, component: &Component) {
        let metrics = component.metrics.as_ref().filter(|metrics| metrics.asked == Asked::Pods && !metrics.by_chart);
        if let Some(metrics) = metrics {
            service::bad_facts(self.cx, metrics.origin, "`pods` needs `monitor: values`: a PodMonitor of the chart");
            self.failed = true;
        }
    }

    fn render(&mut self, template: Option<&Template>, base: &Data) -> Option<Doc> {
        let start = self.cx.out.len();
        let doc = template?.render(base, None, &mut self.cx.origins, self.cx.out).doc();
        self.failed |= self.cx.out.iter().skip(start).any(Diagnostic::is_error);
        doc
    }

    /// Returns the full name that the user's values set. Names that the facts cannot follow are refused: a short name
    /// also changes labels of pods, and a full name that is computed by the facts is not the chart's to change.
    fn full_override(&mut self, component: &Component, rule: &Doc) -> Option<(Arc<str>, Span)> {
        let values = component.values.as_ref()?;
        let named = |key: &str| {
            let node = values.get(key).filter(|node| !node.is_null())?;
            Some((node.as_scalar().filter(|text| !text.is_empty())?.clone(), node.span))
        };
        let whole = named("fullnameOverride");
        let usual = rule.at(&["contains"]).and_then(Doc::as_str);
        let short = named("nameOverride").filter(|(text, _)| usual != Some(&**text));
        let refused = short.map(|(_, span)| ("nameOverride", span));
        let refused =
            refused.or(whole.as_ref().filter(|_| usual.is_none()).map(|(_, span)| ("fullnameOverride", *span)));
        if let Some((key, span)) = refused {
            let message = format!("`{key}` of `{}` breaks what is wired to it", component.name.value);
            let problem = Diagnostic::error(WIRING, span, message)
                .why("names of Services and labels of pods change with it, and flows and monitors would find nothing");
            self.cx.out.push(problem.help("write `release:` in the component; the chart's names follow from it"));
        }
        whole
    }

    /// Charts build the names of their objects from the release by one of a few rules; most cut at 63 characters.
    fn fullname(&mut self, component: &Component, variant: &Variant, base: &Data) -> Traced<Arc<str>> {
        let release = &component.release;
        let Some(doc) = self.render(variant.computed.fullname.as_ref(), base) else { return release.clone() };
        let own = self.full_override(component, &doc);
        if let Value::Str(text) = &doc.value {
            return Traced::new(text.clone().into(), doc.origin);
        }
        let contains = doc.at(&["contains"]).and_then(Doc::as_str).unwrap_or("");
        let cut = match doc.at(&["truncate"]).map(|doc| &doc.value) {
            Some(Value::Int(number)) => usize::try_from(*number).unwrap_or(63),
            _ => 63,
        };
        if let Some((text, span)) = own {
            if !is_dns_label(&text) {
                let message = format!("`{}` cannot be the name of a Service", visible(&text));
                let problem = Diagnostic::error(BAD_VALUE, span, message)
                    .why("Services are named after it, and the API server refuses them");
                self.cx.out.push(problem.help("use lower-case letters, digits and `-`, starting with a letter"));
            }
            let written = self.cx.origins.written("values", span);
            let short: String = text.chars().take(cut).collect();
            let origin = self.cx.origins.derived("the chart's rule for its full name", &[written, doc.origin]);
            return Traced::new(short.trim_end_matches('-').into(), origin);
        }
        let full = if release.value.contains(contains) {
            release.value.to_string()
        } else {
            format!("{}-{contains}", release.value)
        };
        let short: String = full.chars().take(cut).collect();
        let origin = self.cx.origins.derived("the chart's rule for its full name", &[release.origin, doc.origin]);
        Traced::new(short.trim_end_matches('-').into(), origin)
    }
}

/// Returns what the templates of a component read: what `more` knows, what the spec says of it, and what all components share.
///
/// It is made anew for the facts and for the files: kept in between, it would be the largest part of the model. What no
/// template of the component asks for is not made at all.
pub(in crate::model) fn base(
    component: &Component,
    shared: &Shared,
    more: &mut dyn FnMut(&str) -> Option<Data>,
) -> Data {
    let mut entries = Vec::with_capacity(component.variant.roots.len() + 1);
    for name in &component.variant.roots {
        let data = more(name).or_else(|| own(component, name)).or_else(|| shared.entries().get(name).cloned());
        entries.extend(data.map(|data| (Name::from(name.clone()), data)));
    }
    let entries: DataMap = entries.into_iter().collect();
    Data::new(DataValue::Map(Arc::new(entries)), component.name.origin)
}

/// Returns what the spec says of a component by one of the names that templates read.
fn own(component: &Component, name: &str) -> Option<Data> {
    let none = component.name.origin;
    let nothing = || Data::null(none);
    let version = component.version.as_ref();
    Some(match name {
        "databases" => Data::list(component.databases.iter().map(context::text).collect(), none),
        "expose" => shown(component, None, none),
        "installedBy" => Data::str(component.installed_by.value.word(), component.installed_by.origin),
        "instances" => context::instances(&component.machines, none),
        "major" => version.map_or_else(nothing, |version| {
            let major = i64::try_from(version.value.number.major).unwrap_or(i64::MAX);
            Data::int(major, version.origin)
        }),
        "name" => context::text(&component.name),
        "namespace" => context::text(&component.namespace),
        "parts" => parts(component),
        "placement" => component.placement.clone(),
        "release" => context::text(&component.release),
        "replicas" => count(component.replicas.as_ref(), none),
        "settings" => component.settings.clone(),
        "storage" => storage(&component.storage, none),
        "version" => version.map_or_else(nothing, |version| Data::str(version.value.text.clone(), version.origin)),
        "workload" => component.workload.as_ref().map_or_else(nothing, |workload| workload.data.clone()),
        _ => return None,
    })
}

fn count(count: Option<&Traced<u16>>, none: OriginId) -> Data {
    count.map_or_else(|| Data::null(none), |count| Data::int(count.value, count.origin))
}

fn storage((class, size): &(Option<Traced<Arc<str>>>, Option<Traced<Quantity>>), none: OriginId) -> Data {
    let size = size.as_ref().map_or_else(|| Data::null(none), |size| Data::str(size.value.text.clone(), size.origin));
    Data::map([("class", context::maybe(class.as_ref(), none)), ("size", size)], none)
}

fn parts(component: &Component) -> Data {
    let none = component.name.origin;
    let parts = component.parts.iter().enumerate().map(|(at, part)| {
        let fields = [
            ("enabled", Data::bool(part.enabled.value, part.enabled.origin)),
            ("replicas", count(part.replicas.as_ref(), none)),
            ("retention", context::maybe(part.retention.as_ref(), none)),
            ("storage", storage(&part.storage, none)),
            ("placement", part.placement.clone()),
            ("expose", shown(component, Some(PartId(at)), none)),
        ];
        (part.name.clone(), Data::map(fields, none))
    });
    Data::map(parts.collect::<Vec<_>>(), none)
}

/// Returns what templates read of the host of a component, or of a part of it.
pub(in crate::model) fn shown(component: &Component, part: Option<PartId>, none: OriginId) -> Data {
    let Some(exposure) = component.exposure(part) else { return Data::null(none) };
    exposed(&exposure, none)
}

fn exposed(exposure: &Exposure<'_>, none: OriginId) -> Data {
    let expose = exposure.expose;
    let annotations = expose.annotations.iter().map(|(key, value)| (key.clone(), context::text(value)));
    let annotations = Data::map(annotations.collect::<Vec<_>>(), expose.host.origin);
    let secret = expose
        .issuer
        .as_ref()
        .map_or_else(|| Data::null(none), |issuer| Data::str(format!("{}-tls", exposure.name()), issuer.origin));
    let fields = [
        ("host", context::text(&expose.host)),
        ("issuer", context::maybe(expose.issuer.as_ref(), none)),
        ("className", context::maybe(expose.class.as_ref(), none)),
        ("annotations", annotations),
        ("tlsSecret", secret),
        ("url", context::maybe(expose.url.as_ref(), none)),
        (
            "access",
            expose
                .access
                .as_ref()
                .map_or_else(|| Data::null(none), |access| Data::str(access.value.word(), access.origin)),
        ),
        ("tunnel", context::maybe(expose.tunnel.as_ref(), none)),
        ("ingress", Data::bool(expose.tunnel.is_none(), expose.host.origin)),
        ("guard", Data::str(expose.guard.word(), expose.host.origin)),
        ("open", Data::list(expose.open.iter().map(context::text).collect(), expose.host.origin)),
    ];
    Data::map(fields, expose.host.origin)
}

fn traced(doc: &Doc, key: &str) -> Option<Text> {
    let doc = doc.at(&[key])?;
    Some(Traced::new(Arc::from(doc.as_str()?), doc.origin))
}

/// Who has metrics can be scraped.
fn scraped(component: &Component) -> Option<service::Serve> {
    let metrics = component.metrics.as_ref()?;
    let there = metrics.is_there(component);
    let path = Traced::new(metrics.path.clone(), metrics.origin);
    there.then(|| service::Serve::plain(metrics.asked.service().cloned(), path))
}

fn is_pods(metrics: &Doc) -> bool {
    matches!(metrics.at(&["pods"]).map(|pods| &pods.value), Some(Value::Bool(true)))
}

fn metrics_of(doc: &Doc) -> Option<Metrics> {
    if matches!(doc.at(&["when"]).map(|when| &when.value), Some(Value::Bool(false))) {
        return None;
    }
    let text = |key| doc.at(&[key]).and_then(Doc::as_str).map(Arc::from);
    let list = |key: &str| {
        let items = doc.at(&[key]).and_then(Doc::as_list).into_iter().flatten();
        items.filter_map(Doc::as_str).map(Arc::from).collect()
    };
    Some(Metrics {
        more: list("morePorts"),
        switch: list("switch"),
        asked: if is_pods(doc) { Asked::Pods } else { Asked::Service(text("service")?) },
        port_name: text("portName"),
        path: text("path").unwrap_or_else(|| "/metrics".into()),
        only: matches!(doc.at(&["only"]).map(|only| &only.value), Some(Value::Bool(true))),
        interval: traced(doc, "interval"),
        least: traced(doc, "leastInterval"),
        by_chart: doc.at(&["monitor"]).and_then(Doc::as_str) == Some("values"),
        origin: doc.origin,
    })
}
