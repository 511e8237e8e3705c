//! Flows as meant: one edge for each pair of ends.

mod agree;
mod ends;
mod report;

use std::sync::Arc;

use super::component::{Component, ComponentId, PartId};
use super::names::{NameTable, Target};
use super::resolve::{Platform, Resolver, Section};
use super::service::{Endpoint, Serve};
use super::topology::HypervisorId;
use super::{TENANT, Traced, UNKNOWN_HYPERVISOR, UNKNOWN_VIA};
use crate::diag::Diagnostic;
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
    /// Whether others may use it too.
    pub shared: bool,
    /// The id of the datasource, where the spec says one.
    pub uid: Option<Traced<Arc<str>>>,
    /// How often metrics are read.
    pub interval: Option<Traced<Arc<str>>>,
    /// The paths of `OpenID` Connect for this client, by what they are for.
    pub oidc: Vec<(Arc<str>, Traced<Arc<str>>)>,
    /// What the answering side tells besides, by name.
    pub tells: Vec<(Arc<str>, Traced<Arc<str>>)>,
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
    // Names may be those of parts that are not known.
    let unread = |component: &Component| component.doubtful && !matches!(component.variant.facts.parts, Field::Absent);
    let broken = broken.filter(|(name, _)| platform.component(name).is_none_or(unread));
    let broken = broken.map(|(name, _)| name.clone()).collect();
    let names = NameTable::new(&platform.components, broken);
    let mut flows = Vec::new();
    for written in spec.flows.value().into_iter().flatten().filter_map(Field::get) {
        add(cx, &names, platform, written, &mut flows);
    }
    super::scrape::add_defaults(cx, spec, platform, &mut flows);
    let key = |flow: &Flow| {
        let end = |end: &End| (platform.components.get(end.component.0).map(|c| c.name.value.clone()), end.part);
        let word = |word: &Option<Traced<Arc<str>>>| word.as_ref().map(|word| word.value.clone());
        // Several databases of one server are several flows, and so are several tenants of one store.
        (flow.kind, end(&flow.from), end(&flow.to), word(&flow.name), word(&flow.tenant))
    };
    flows.sort_by_cached_key(key);
    report::repeated(cx, platform, &flows);
    report::second(cx, platform, &flows);
    agree::stores(cx, platform, &flows);
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
        let certain = |target: &Target| platform.components.get(target.component.0).is_some_and(|end| !end.doubtful);
        listed.iter().filter_map(|end| Some((names.find(end, cx).filter(certain)?, end.span))).collect()
    };
    let (from, to) = (ends(&fields.from), ends(&fields.to));
    let shared = agree::shared(cx, written);
    let targets = targets(cx, platform, fields);
    let ends_of = |ends: &[(Target, Span)]| -> Vec<ComponentId> { ends.iter().map(|(end, _)| end.component).collect() };
    let broken = report::settings(cx, platform, written, &ends_of(&from), &ends_of(&to));
    let (from, to) = (report::doubled(cx, platform, from), report::doubled(cx, platform, to));
    for (to, to_span) in to {
        agree::options(cx, platform, written, to);
        for (from, from_span) in &from {
            if let Some(flow) = pair(cx, platform, (written, &broken), (*from, *from_span), (to, to_span)) {
                all.push(Flow { targets: targets.clone(), shared, ..flow });
            }
        }
    }
}

fn pair(
    cx: &mut Resolver<'_>,
    platform: &Platform,
    (written, broken): (&Spanned<spec::Flow>, &[Arc<str>]),
    from: (Target, Span),
    to: (Target, Span),
) -> Option<Flow> {
    let kind = written.value.kind;
    let fields = &written.value.fields;
    let from_end = ends::opener(cx, platform, kind, from)?;
    let (to_end, serve) = ends::answerer(cx, platform, kind, to, platform.components.get(from_end.component.0))?;
    let mut endpoint = way_in(cx, serve, fields, platform.components.get(to_end.component.0)?)?;
    let client = &platform.components.get(from_end.component.0)?.name;
    endpoint.path = of_client(cx, &endpoint.path, client);
    let oidc = serve.oidc.iter().map(|(what, path)| (what.clone(), of_client(cx, path, client))).collect();
    let tenant = cx.word(&fields.tenant, "tenant");
    check_tenant(cx, &endpoint, tenant.as_ref(), written, &platform.components.get(to_end.component.0)?.name.value);
    let origin = cx.origins.written("flow", written.span);
    let both = [from_end.component, to_end.component].map(|id| platform.components.get(id.0));
    let typed = |name: &str| both.into_iter().flatten().find_map(|end| report::typed(end, kind.word(), name));
    let settings = super::context::free(cx, &fields.settings, broken, &typed, origin);
    let interval = super::scrape::interval(cx, platform, written, to_end.component);
    let credentials = serve.needs_secret(kind) && !endpoint.anonymous;
    Some(Flow {
        kind,
        from: from_end,
        to: to_end,
        endpoint,
        datasource: serve.datasource.clone(),
        tenant,
        name: cx.word(&fields.name, "name").or_else(|| own_name(cx, kind, fields, client)),
        shared: false,
        uid: cx.word(&fields.uid, "datasource id"),
        interval,
        oidc,
        tells: serve.tells.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
        targets: Vec::new(),
        credentials,
        secret: fields.secret.value().map(|secret| Spanned::new(secret.item.clone(), secret.span)),
        settings,
        origin,
        span: Some(written.span),
    })
}

/// A database is called like the component that keeps its data there, where the flow gives it no name: both sides have to know
/// one, and the side that answers makes the database and its user by it.
fn own_name(
    cx: &mut Resolver<'_>,
    kind: FlowKind,
    fields: &FlowFields,
    client: &Traced<Arc<str>>,
) -> Option<Traced<Arc<str>>> {
    if kind != FlowKind::Database || fields.name.is_broken() {
        return None;
    }
    Some(Traced::new(
        client.value.clone(),
        cx.origins.derived("the database has the name of its client", &[client.origin]),
    ))
}

/// Some identity providers have paths for each client.
fn of_client(cx: &mut Resolver<'_>, path: &Traced<Arc<str>>, client: &Traced<Arc<str>>) -> Traced<Arc<str>> {
    if !path.value.contains("{client}") {
        return path.clone();
    }
    let text = path.value.replace("{client}", &client.value).into();
    Traced::new(text, cx.origins.derived("a path for this client", &[path.origin, client.origin]))
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
