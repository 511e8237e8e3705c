//! Flows as meant: one edge for each pair of ends.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::component::{Component, ComponentId, PartId};
use super::names::{NameTable, Target};
use super::resolve::{Platform, Resolver, Section};
use super::service::{Endpoint, Serve};
use super::topology::HypervisorId;
use super::{NO_EFFECT, NOT_OPENED, NOT_SERVED, TAKEN_TWICE, TENANT, Traced, UNKNOWN_HYPERVISOR, UNKNOWN_VIA};
use crate::diag::{Diagnostic, did_you_mean};
use crate::source::{OriginId, Span, Spanned};
use crate::spec::{self, FlowFields, FlowKind};
use crate::yaml::{Decoder, Field};

/// Whether callers name a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tenancy {
    /// There are no tenants.
    None,
    /// A caller may name one; otherwise the other side takes its own default.
    Optional,
    /// A caller has to name one.
    Required,
}

/// One end of a flow.
#[derive(Clone, Debug)]
pub struct End {
    /// The component.
    pub component: ComponentId,
    /// The part of it.
    pub part: Option<PartId>,
    /// Where the spec names it.
    pub origin: OriginId,
}

/// A connection.
#[derive(Clone, Debug)]
pub struct Flow {
    /// What flows.
    pub kind: FlowKind,
    /// The side that opens the connection.
    pub from: End,
    /// The side that answers.
    pub to: End,
    /// The way in.
    pub endpoint: Endpoint,
    /// The type of datasource.
    pub datasource: Option<Traced<Arc<str>>>,
    /// The tenant.
    pub tenant: Option<Traced<Arc<str>>>,
    /// The name of what is used.
    pub name: Option<Traced<Arc<str>>>,
    /// Hypervisors that are looked at through the other side.
    pub targets: Vec<(HypervisorId, OriginId)>,
    /// Whether the answering side asks for credentials.
    pub credentials: bool,
    /// The secret item that the spec names.
    pub secret: Option<Spanned<Arc<str>>>,
    /// Choices of the two templates.
    pub settings: crate::template::Data,
    /// The flow in the spec; for a default flow the component that is scraped.
    pub origin: OriginId,
    /// Where the flow stands; `None` for a default one.
    pub span: Option<Span>,
}

/// Resolves the flows of the spec, and adds the scrapes that nobody has to write.
pub(super) fn resolve(cx: &mut Resolver<'_>, spec: &spec::Platform, platform: &mut Platform) {
    if spec.components.is_broken() {
        return;
    }
    let broken = spec.components.value().into_iter().flatten();
    let broken = broken.filter(|(name, _)| platform.component(name).is_none()).map(|(name, _)| name.clone()).collect();
    let names = NameTable::new(&platform.components, broken);
    let mut flows = Vec::new();
    for written in spec.flows.value().into_iter().flatten().filter_map(Field::get) {
        add(cx, &names, platform, written, &mut flows);
    }
    super::scrape::add_defaults(cx, spec, platform, &mut flows);
    let key = |flow: &Flow| {
        let end = |end: &End| (platform.components.get(end.component.0).map(|c| c.name.value.clone()), end.part);
        // Several databases of one server are several flows.
        (flow.kind, end(&flow.from), end(&flow.to), flow.name.as_ref().map(|name| name.value.clone()))
    };
    flows.sort_by_cached_key(key);
    report_repeated(cx, platform, &flows);
    report_second(cx, platform, &flows);
    platform.flows = flows;
}

/// One flow of the spec may name several ends: it stands for every pair.
fn add(
    cx: &mut Resolver<'_>,
    names: &NameTable,
    platform: &Platform,
    written: &Spanned<spec::Flow>,
    all: &mut Vec<Flow>,
) {
    let fields = &written.value.fields;
    let mut ends = |field: &Field<crate::yaml::decode::OneOrMany<Arc<str>>>| -> Vec<(Target, Span)> {
        let listed = field.value().map_or(&[][..], |ends| ends.0.as_slice());
        listed.iter().filter_map(|end| Some((names.find(end, cx)?, end.span))).collect()
    };
    let (from, to) = (ends(&fields.from), ends(&fields.to));
    let targets = targets(cx, platform, fields);
    let ends_of = |ends: &[(Target, Span)]| -> Vec<ComponentId> { ends.iter().map(|(end, _)| end.component).collect() };
    settings_effect(cx, platform, written, &ends_of(&from), &ends_of(&to));
    for (to, to_span) in to {
        for (from, from_span) in &from {
            if let Some(flow) = pair(cx, platform, written, (*from, *from_span), (to, to_span)) {
                all.push(Flow { targets: targets.clone(), ..flow });
            }
        }
    }
}

/// Reports the settings of a flow that no template of either end reads.
fn settings_effect(
    cx: &mut Resolver<'_>,
    platform: &Platform,
    written: &Spanned<spec::Flow>,
    from: &[ComponentId],
    to: &[ComponentId],
) {
    let kind = written.value.kind.word();
    let ends = || {
        let variants = |ids: &'_ [ComponentId]| -> Vec<_> {
            ids.iter().filter_map(|id| Some(platform.components.get(id.0)?.variant.clone())).collect()
        };
        let opened = variants(from).into_iter().map(|variant| (variant, format!("flows.{kind}.options")));
        opened.chain(variants(to).into_iter().map(|variant| (variant, format!("served.{kind}.options"))))
    };
    let complete = |ends: &Field<crate::yaml::decode::OneOrMany<Arc<str>>>, found: &[ComponentId]| {
        ends.value().is_some_and(|ends| ends.0.len() == found.len())
    };
    let fields = &written.value.fields;
    if !complete(&fields.from, from) || !complete(&fields.to, to) {
        return;
    }
    for (setting, named) in fields.settings.value().into_iter().flatten() {
        if ends().any(|(variant, path)| variant.reads(&format!("{path}.{setting}"))) {
            continue;
        }
        let known: Vec<String> = ends()
            .flat_map(|(variant, path)| variant.read_below(&path).map(str::to_owned).collect::<Vec<_>>())
            .collect();
        let message = format!("setting `{setting}` of this `{kind}` flow has no effect");
        let problem = Diagnostic::warning(NO_EFFECT, named.key, message)
            .why("no template of either end reads it, so no output changes with it");
        let near = did_you_mean(setting, known.iter().map(|name| &**name));
        let problem = near.into_iter().fold(problem, Diagnostic::help);
        cx.out.push(problem.help("remove it, or use `values:` of the component"));
    }
}

fn pair(
    cx: &mut Resolver<'_>,
    platform: &Platform,
    written: &Spanned<spec::Flow>,
    from: (Target, Span),
    to: (Target, Span),
) -> Option<Flow> {
    let kind = written.value.kind;
    let fields = &written.value.fields;
    let from_end = opener(cx, platform, kind, from)?;
    let (to_end, serve) = answerer(cx, platform, kind, to)?;
    let endpoint = way_in(cx, serve, fields, platform.components.get(to_end.component.0)?)?;
    let tenant = cx.word(&fields.tenant, "tenant");
    check_tenant(cx, &endpoint, tenant.as_ref(), written, &platform.components.get(to_end.component.0)?.name.value);
    let origin = cx.origins.written("flow", written.span);
    let settings = super::context::free(cx, &fields.settings, origin);
    Some(Flow {
        kind,
        from: from_end,
        to: to_end,
        endpoint,
        datasource: serve.datasource.clone(),
        tenant,
        name: cx.word(&fields.name, "name"),
        targets: Vec::new(),
        credentials: serve.needs_secret(kind),
        secret: fields.secret.value().map(|secret| Spanned::new(secret.item.clone(), secret.span)),
        settings,
        origin,
        span: Some(written.span),
    })
}

/// Returns the end that opens the connection: the component, or the one part of it that does.
fn opener(cx: &mut Resolver<'_>, platform: &Platform, kind: FlowKind, (target, span): (Target, Span)) -> Option<End> {
    let component = platform.components.get(target.component.0)?;
    let origin = cx.origins.written("from", span);
    let end = |part| Some(End { component: target.component, part, origin });
    if let Some(part) = target.part {
        let opens = component.part(part).is_some_and(|part| part.opens.contains(&kind));
        return if opens { end(Some(part)) } else { not_opened(cx, component, Some(part), kind, span) };
    }
    if opens(component, kind) {
        return end(None);
    }
    let mut able =
        component.parts.iter().enumerate().filter(|(_, part)| part.enabled.value && part.opens.contains(&kind));
    match (able.next(), able.next()) {
        (Some((at, _)), None) => end(Some(PartId(at))),
        _ => not_opened(cx, component, None, kind, span),
    }
}

/// A component of the user's own chart is taken at its word.
fn opens(component: &Component, kind: FlowKind) -> bool {
    let facts = &component.variant.facts;
    let lists = [&facts.opens, &facts.publishes];
    let mut listed = lists.into_iter().flat_map(|list| list.value().into_iter().flatten()).filter_map(Field::value);
    component.variant.unknown || listed.any(|opened| *opened == kind)
}

/// Returns "`scrape`, `query`" for the kinds, or nothing.
fn listed(kinds: impl Iterator<Item = FlowKind>) -> Option<String> {
    let kinds: std::collections::BTreeSet<&str> = kinds.map(FlowKind::word).collect();
    let kinds: Vec<String> = kinds.into_iter().map(|kind| format!("`{kind}`")).collect();
    (!kinds.is_empty()).then(|| kinds.join(", "))
}

/// Returns the part's name, or else the component's.
fn shown(component: &Component, part: Option<PartId>) -> &str {
    part.and_then(|part| component.part(part)).map_or(&component.name.value, |part| &part.name)
}

fn not_opened(
    cx: &mut Resolver<'_>,
    component: &Component,
    part: Option<PartId>,
    kind: FlowKind,
    span: Span,
) -> Option<End> {
    let facts = &component.variant.facts;
    let lists = [&facts.opens, &facts.publishes];
    let own = lists.into_iter().flat_map(|list| list.value().into_iter().flatten()).filter_map(Field::value).copied();
    let of_part = |part: &super::component::Part| part.opens.clone();
    let kinds = match part.and_then(|part| component.part(part)) {
        Some(part) => listed(part.opens.iter().copied()),
        None => listed(own.chain(component.parts.iter().flat_map(of_part))),
    };
    let message = format!("`{}` does not open `{}` connections", shown(component, part), kind.word());
    let problem = Diagnostic::error(NOT_OPENED, span, message)
        .why("`from` is the side that opens the connection, and its configuration has no place for this one")
        .help("swap `from` and `to` if the other side opens the connection");
    cx.out.push(match kinds {
        Some(kinds) => problem.help(format!("it opens {kinds}")),
        None => problem,
    });
    None
}

fn answerer<'a>(
    cx: &mut Resolver<'_>,
    platform: &'a Platform,
    kind: FlowKind,
    (target, span): (Target, Span),
) -> Option<(End, &'a Serve)> {
    let component = platform.components.get(target.component.0)?;
    let origin = cx.origins.written("to", span);
    let part_serve = |part: PartId| component.part(part).and_then(|part| part.serves.get(&kind));
    let found = match target.part {
        Some(part) => part_serve(part).map(|serve| (Some(part), serve)),
        None => component.serves.get(&kind).map(|serve| (None, serve)).or_else(|| {
            let mut able = (0..component.parts.len()).map(PartId).filter(|part| {
                component.part(*part).is_some_and(|part| part.enabled.value && part.serves.contains_key(&kind))
            });
            let (first, second) = (able.next()?, able.next());
            if second.is_some() { None } else { part_serve(first).map(|serve| (Some(first), serve)) }
        }),
    };
    let Some((part, serve)) = found else {
        not_served(cx, component, target.part, kind, span);
        return None;
    };
    Some((End { component: target.component, part, origin }, serve))
}

fn not_served(cx: &mut Resolver<'_>, component: &Component, part: Option<PartId>, kind: FlowKind, span: Span) {
    let kinds = if let Some(part) = part.and_then(|part| component.part(part)) {
        listed(part.serves.keys().copied())
    } else {
        let of_parts = component.parts.iter().flat_map(|part| part.serves.keys().copied());
        listed(component.serves.keys().copied().chain(of_parts))
    };
    let message = format!("`{}` does not answer `{}` connections", shown(component, part), kind.word());
    let problem = Diagnostic::error(NOT_SERVED, span, message).why("no Service of it speaks this protocol");
    cx.out.push(match kinds {
        Some(kinds) => problem.help(format!("it answers {kinds}")),
        None => problem,
    });
}

fn way_in(cx: &mut Resolver<'_>, serve: &Serve, fields: &FlowFields, component: &Component) -> Option<Endpoint> {
    let Some(via) = fields.via.get() else {
        return if fields.via.is_broken() { None } else { Some(serve.usual.clone()) };
    };
    let found = serve.via.get(&*via.value.0).cloned();
    if found.is_none() {
        let what = format!("way into `{}` called", component.name.value);
        cx.out.push(Decoder::unknown_name(
            UNKNOWN_VIA,
            via.span,
            &what,
            &via.value.0,
            serve.via.keys().map(|name| &**name),
        ));
    }
    found
}

fn check_tenant(
    cx: &mut Resolver<'_>,
    endpoint: &Endpoint,
    tenant: Option<&Traced<Arc<str>>>,
    written: &Spanned<spec::Flow>,
    to: &str,
) {
    if written.value.fields.tenant.is_broken() {
        return;
    }
    match (endpoint.tenant, tenant) {
        (Tenancy::Required, None) => {
            let message = format!("this way into `{to}` needs a tenant");
            let place = written.value.fields.via.span().unwrap_or(written.value.kind_span);
            cx.out.push(
                Diagnostic::error(TENANT, place, message)
                    .why("without the header X-Scope-OrgID every request is answered with 401")
                    .help("write `tenant: <name>`, the same on the writing and the reading side"),
            );
        }
        (Tenancy::None, Some(tenant)) => {
            let place = cx.origins.written_span(tenant.origin).unwrap_or(written.span);
            let message = format!("`{to}` has no tenants on this way in");
            cx.out.push(Diagnostic::error(TENANT, place, message).help("remove `tenant`"));
        }
        _ => {}
    }
}

fn targets(cx: &mut Resolver<'_>, platform: &Platform, fields: &FlowFields) -> Vec<(HypervisorId, OriginId)> {
    let mut all = Vec::new();
    for target in fields.targets.value().map_or(&[][..], |targets| targets.0.as_slice()) {
        let hypervisors = &platform.topology.hypervisors;
        if let Some(at) = hypervisors.iter().position(|hypervisor| hypervisor.name.value == target.value) {
            all.push((HypervisorId(at), cx.origins.written("target", target.span)));
        } else if !cx.is_declared(Section::Hypervisors, &target.value) {
            let known = hypervisors.iter().map(|hypervisor| &*hypervisor.name.value);
            cx.out.push(Decoder::unknown_name(UNKNOWN_HYPERVISOR, target.span, "hypervisor", &target.value, known));
        }
    }
    all
}

/// The identity of a flow is its kind and its ends: written twice, one of them would be lost.
fn report_repeated(cx: &mut Resolver<'_>, platform: &Platform, flows: &[Flow]) {
    let mut seen = BTreeMap::new();
    for flow in flows {
        let Some(span) = flow.span else { continue };
        let key = (flow.kind, flow.from.component, flow.from.part, flow.to.component, flow.to.part);
        let Some(first) = seen.insert(key, span).filter(|first| *first != span) else { continue };
        let name = |end: &End| platform.components.get(end.component.0).map_or("", |found| shown(found, end.part));
        let (kind, from, to) = (flow.kind.word(), name(&flow.from), name(&flow.to));
        let message = format!("the `{kind}` flow from `{from}` to `{to}` is written twice");
        // Two databases of one server are two flows.
        if flows
            .iter()
            .filter(|other| other.span == Some(first) || other.span == Some(span))
            .all(|flow| flow.name.is_some())
        {
            continue;
        }
        cx.out.push(
            Diagnostic::error(TAKEN_TWICE, span, message).related(first, "the first one").help("keep one of the two"),
        );
    }
}

/// A component may have room for one flow of a kind: a second one would be left out without a word.
fn report_second(cx: &mut Resolver<'_>, platform: &Platform, flows: &[Flow]) {
    let mut first = BTreeMap::new();
    for flow in flows {
        let (Some(span), Some(component)) = (flow.span, platform.components.get(flow.from.component.0)) else {
            continue;
        };
        let mut single = component.variant.facts.single.value().into_iter().flatten().filter_map(Field::value);
        if !single.any(|kind| *kind == flow.kind) {
            continue;
        }
        let Some(there) = first.get(&(flow.kind, flow.from.component)).copied() else {
            first.insert((flow.kind, flow.from.component), span);
            continue;
        };
        // Flows are in the order of their ends; people read them in the order of the file.
        let (there, here) = if there <= span { (there, span) } else { (span, there) };
        let (kind, name) = (flow.kind.word(), &component.name.value);
        let message = format!("`{name}` opens two `{kind}` flows, and has room for one");
        let problem = Diagnostic::error(TAKEN_TWICE, here, message).related(there, "the first one");
        let problem = match flow.kind {
            FlowKind::Database => problem
                .why("it keeps its own state in the database of the flow, and nothing says which of the two that is")
                .help("write `query` instead of `database` for the one that it only reads, as a datasource"),
            _ => problem.why("its configuration has no place for a second one").help("keep one of the two"),
        };
        cx.out.push(problem);
    }
}
