//! Scrapes that nobody has to write: Prometheus reads the metrics of every component that has some.

use std::sync::Arc;

use super::component::{Component, ComponentId, Part, PartId};
use super::flow::{End, Flow, Tenancy};
use super::resolve::{Platform, Resolver};
use super::service::Endpoint;
use super::{AMBIGUOUS_ROLE, NO_EFFECT, Text, Traced};
use crate::diag::Diagnostic;
use crate::source::Spanned;
use crate::spec::{self, FlowKind};
use crate::template::Data;
use crate::yaml::{Field, Node, NodeKind};

/// Adds a scrape of every component with metrics, unless the spec has one or switches them off.
pub(super) fn add_defaults(cx: &mut Resolver<'_>, spec: &spec::Platform, platform: &Platform, flows: &mut Vec<Flow>) {
    let wanted = spec.defaults.value().map(|defaults| &defaults.scrape);
    if wanted.is_some_and(|wanted| wanted.is_broken() || wanted.value() == Some(&false)) {
        return;
    }
    let scrapers = scrapers(platform);
    let [(scraper, part)] = scrapers.as_slice() else {
        undecided(cx, platform, &scrapers, flows);
        return;
    };
    let (scraper, part) = (*scraper, *part);
    let Some(from) = platform.components.get(scraper.0) else { return };
    let covered: std::collections::BTreeSet<ComponentId> =
        flows.iter().filter(|flow| flow.kind == FlowKind::Scrape).map(|flow| flow.to.component).collect();
    for (at, component) in platform.components.iter().enumerate() {
        let Some(metrics) = component.metrics.as_ref().filter(|_| !covered.contains(&ComponentId(at))) else {
            continue;
        };
        // A Prometheus outside finds no pods, and the operator's monitors name no machines.
        if from.on_machines != component.on_machines {
            continue;
        }
        if ComponentId(at) == scraper || !metrics.is_there(component) || waits_for(platform, from, component) {
            continue;
        }
        let path = Traced::new(metrics.path.clone(), metrics.origin);
        let endpoint = Endpoint {
            service: metrics.asked.service().cloned(),
            path,
            tenant: Tenancy::None,
            default_tenant: None,
            anonymous: true,
            origin: metrics.origin,
        };
        let origin =
            cx.origins.derived("every component with metrics is scraped", &[component.name.origin, metrics.origin]);
        flows.push(Flow {
            kind: FlowKind::Scrape,
            from: End { component: scraper, part, origin: from.name.origin },
            to: End { component: ComponentId(at), part: None, origin: component.name.origin },
            endpoint,
            datasource: None,
            tenant: None,
            name: None,
            shared: false,
            uid: None,
            interval: metrics.interval.clone(),
            oidc: Vec::new(),
            tells: Vec::new(),
            targets: Vec::new(),
            credentials: false,
            secret: None,
            settings: Data::map::<&str>([], origin),
            origin,
            span: None,
        });
    }
}

/// Returns whether who reads metrics keeps them on volumes of the component. A monitor is of a kind that comes with the reader,
/// so each of the two would wait for the other.
fn waits_for(platform: &Platform, reader: &Component, component: &Component) -> bool {
    let parts = reader.parts.iter().filter(|part| part.enabled.value).map(|part| &part.storage);
    let mut kept = parts.chain([&reader.storage]).filter(|(_, size)| size.is_some()).map(|(class, _)| class.as_ref());
    let classes = platform.topology.storage_classes.iter().filter(|class| class.is_of(&component.name.value));
    let own: Vec<&Arc<str>> = classes.map(|class| &class.name.value).collect();
    // Without a class it is some other one, or none that the model knows of.
    kept.any(|used| !own.is_empty() && used.is_none_or(|used| own.contains(&&used.value)))
        || reader.values.as_deref().is_some_and(|values| names(values, &own))
}

/// Returns whether a value somewhere is one of these names.
fn names(values: &Node, wanted: &[&Arc<str>]) -> bool {
    match &values.kind {
        NodeKind::Sequence(items) => items.iter().any(|item| names(item, wanted)),
        NodeKind::Mapping(mapping) => mapping.entries.iter().any(|entry| names(&entry.value, wanted)),
        NodeKind::Scalar { .. } => values.as_scalar().is_some_and(|text| wanted.iter().any(|name| ***name == **text)),
    }
}

/// Returns how often a written scrape reads metrics: as the flow says, or as the exporter likes it.
pub(super) fn interval(
    cx: &mut Resolver<'_>,
    platform: &Platform,
    written: &Spanned<spec::Flow>,
    to: ComponentId,
) -> Option<Text> {
    let metrics = platform.components.get(to.0).and_then(|component| component.metrics.as_ref());
    let Some(given) = written.value.fields.interval.get() else {
        return metrics?.interval.clone().filter(|_| written.value.kind == FlowKind::Scrape);
    };
    let word = written.value.kind.word();
    let (why, help) = if written.value.kind != FlowKind::Scrape {
        (format!("only `scrape` flows read something again and again, and this is a `{word}` flow"), "remove it")
    } else if metrics.is_some_and(|metrics| metrics.by_chart)
        && platform.components.get(to.0).is_some_and(|one| !one.variant.names("served.scrape.interval"))
    {
        let why = "the chart makes the monitor itself, and the template of its values sets no interval";
        (why.to_owned(), "set the interval under `values` of the component")
    } else {
        return Some(cx.traced("interval", given.value.text.clone(), given.span));
    };
    let problem = Diagnostic::warning(NO_EFFECT, given.span, "`interval` has no effect here").why(why);
    cx.out.push(problem.help(help));
    None
}

/// Returns the components and parts that open scrapes.
fn scrapers(platform: &Platform) -> Vec<(ComponentId, Option<PartId>)> {
    let mut found = Vec::new();
    for (at, component) in platform.components.iter().enumerate() {
        let mut opens = component.variant.facts.opens.value().into_iter().flatten().filter_map(Field::value);
        if opens.any(|kind| *kind == FlowKind::Scrape) {
            found.push((ComponentId(at), None));
        }
        let able = |part: &Part| part.enabled.value && part.opens.contains(&FlowKind::Scrape);
        let parts = component.parts.iter().enumerate().filter(|(_, part)| able(part));
        found.extend(parts.map(|(part, _)| (ComponentId(at), Some(PartId(part)))));
    }
    found
}

/// With two scrapers somebody has to say who reads what. On machines nothing else would read it: there are no monitors.
fn undecided(cx: &mut Resolver<'_>, platform: &Platform, scrapers: &[(ComponentId, Option<PartId>)], flows: &[Flow]) {
    let all: Vec<&Component> = scrapers.iter().filter_map(|(id, _)| platform.components.get(id.0)).collect();
    let [first, .., second] = all.as_slice() else { return };
    if all.iter().any(|one| !one.on_machines || !one.is_installed()) || !platform.complete {
        return;
    }
    if all.iter().any(|one| all.iter().any(|other| one.doubles(other))) {
        return;
    }
    let read = |at: usize| flows.iter().any(|flow| flow.kind == FlowKind::Scrape && flow.to.component.0 == at);
    let unread = platform.components.iter().enumerate().filter(|(at, one)| {
        let itself = scrapers.iter().any(|(id, _)| id.0 == *at);
        one.on_machines && one.metrics.is_some() && !itself && !read(*at)
    });
    let unread: Vec<&str> = unread.map(|(_, one)| &*one.name.value).collect();
    let (Some(named), Some(span)) = (unread.first(), cx.origins.written_span(second.name.origin)) else { return };
    let (more, listed) = match unread.len() {
        1 => (String::new(), (*named).to_owned()),
        count => (format!(" and {} more", count - 1), format!("[{named}, …]")),
    };
    let (first, second) = (&first.name.value, &second.name.value);
    let message = format!("nobody scrapes `{named}`{more}: both `{first}` and `{second}` could");
    let problem = Diagnostic::warning(AMBIGUOUS_ROLE, span, message)
        .why("what has metrics is scraped unasked by the one Prometheus that there is, and with two by none");
    let flow = format!("- scrape: {{ from: {first}, to: {listed} }}");
    cx.out.push(
        problem
            .help(format!("say who scrapes what: `{flow}`"))
            .help("or `defaults: { scrape: false }`, if nobody should"),
    );
}
