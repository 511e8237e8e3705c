//! Services that charts create, and the flows that they answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::resolve::Resolver;
use super::topology::Domains;
use super::{Component, Text, Traced};
use crate::diag::Diagnostic;
use crate::doc::{Doc, Value};
use crate::library::BAD_FACTS;
use crate::source::OriginId;
use crate::spec::FlowKind;

/// A Service.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its id in the facts.
    pub id: Arc<str>,
    /// Its name in the cluster.
    pub name: Traced<Arc<str>>,
    /// Its namespace.
    pub namespace: Traced<Arc<str>>,
    /// The port.
    pub port: Traced<u16>,
    /// The name of the port.
    pub port_name: Option<Traced<Arc<str>>>,
    /// `http`, `https`, or none for other protocols.
    pub scheme: Option<Arc<str>>,
    /// The host name by which pods reach it.
    pub host: Traced<Arc<str>>,
    /// The ports that it has besides, if the facts know all of them.
    pub other_ports: Option<Vec<u16>>,
}

/// A kind of flow that is answered, and the ways in.
#[derive(Clone, Debug)]
pub struct Serve {
    /// The usual way in.
    pub usual: Endpoint,
    /// Other ways in, by name.
    pub via: BTreeMap<Arc<str>, Endpoint>,
    /// The protocol that it speaks, where the kind of flow leaves that open, such as `postgresql`.
    pub speaks: Option<Text>,
    /// The type of Grafana datasource, for queries.
    pub datasource: Option<Traced<Arc<str>>>,
    /// The keys of the Secret that the other side keeps: spec key to the key in the Kubernetes Secret.
    pub secret_keys: BTreeMap<Arc<str>, Arc<str>>,
    /// Settings of flows that name one of what a setting of this component lists: the one and the other.
    pub one_of: BTreeMap<Arc<str>, Arc<str>>,
    /// Keys whose values are not free: the answering side knows the other one by them.
    pub forced: BTreeMap<Arc<str>, Forced>,
    /// What the values of keys have to be, or who issues them, where they are not free.
    pub hints: BTreeMap<Arc<str>, Text>,
    /// The type of that Secret.
    pub secret_type: Option<Arc<str>>,
    /// The paths of `OpenID` Connect, by what they are for; `{client}` stands for the component that opens the connection.
    pub oidc: BTreeMap<Arc<str>, Text>,
    /// What the other side has to know besides, by name.
    pub tells: BTreeMap<Arc<str>, Text>,
    /// Whether it keeps what copies of the other side send as often as it comes.
    pub doubles: bool,
}

/// What a value in a Secret of a flow has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forced {
    /// The name of the component that opens the connection.
    Component,
    /// The name in the flow, such as that of the database.
    Name,
    /// Both, joined with `-`.
    ComponentName,
}

impl Forced {
    fn from_word(word: &str) -> Option<Self> {
        match word {
            "component" => Some(Self::Component),
            "name" => Some(Self::Name),
            "component-name" => Some(Self::ComponentName),
            _ => None,
        }
    }

    /// Returns the value for a flow from a component, with the name that the flow has.
    pub fn value(self, component: &str, name: Option<&str>) -> Option<String> {
        match self {
            Self::Component => Some(component.to_owned()),
            Self::Name => name.map(str::to_owned),
            Self::ComponentName => name.map(|name| format!("{component}-{name}")),
        }
    }
}

impl Serve {
    /// Returns a way in that asks for nothing.
    pub(super) fn plain(service: Option<Arc<str>>, path: Text) -> Self {
        let origin = path.origin;
        let usual = Endpoint {
            service,
            path,
            tenant: super::flow::Tenancy::None,
            default_tenant: None,
            anonymous: true,
            origin,
        };
        Self {
            usual,
            via: BTreeMap::new(),
            speaks: None,
            datasource: None,
            secret_keys: BTreeMap::new(),
            one_of: BTreeMap::new(),
            forced: BTreeMap::new(),
            hints: BTreeMap::new(),
            secret_type: None,
            oidc: BTreeMap::new(),
            tells: BTreeMap::new(),
            doubles: false,
        }
    }

    /// Returns whether the other side has to show credentials: always for databases and object stores, else where the
    /// facts name their keys.
    pub fn needs_secret(&self, kind: FlowKind) -> bool {
        matches!(kind, FlowKind::Database | FlowKind::Objects) || !self.secret_keys.is_empty()
    }
}

/// One way in.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The id of the service; none where pods are asked one by one.
    pub service: Option<Arc<str>>,
    /// The path of URLs.
    pub path: Traced<Arc<str>>,
    /// Whether callers have to name a tenant.
    pub tenant: super::flow::Tenancy,
    /// The tenant that this way in gives those who name none, where that is known.
    pub default_tenant: Option<Arc<str>>,
    /// Whether callers bring no credentials of their own here, although they do on the usual way.
    pub anonymous: bool,
    /// The line of the facts.
    pub origin: OriginId,
}

/// Reads the services that a facts template rendered.
pub(super) fn services(
    cx: &mut Resolver<'_>,
    doc: Option<&Doc>,
    namespace: &Traced<Arc<str>>,
    domains: &Domains,
) -> Vec<Service> {
    let Some(map) = doc.and_then(Doc::as_map) else { return Vec::new() };
    let mut all = Vec::with_capacity(map.len());
    for (id, fields) in map.iter() {
        if matches!(fields.at(&["when"]).map(|when| &when.value), Some(Value::Bool(false))) {
            continue;
        }
        let (Some(name), Some(port)) = (text(fields, "name"), port(fields)) else {
            bad_facts(cx, fields.origin, &format!("service `{}` has no `name` or no `port`", id.text));
            continue;
        };
        let namespace = text(fields, "namespace").unwrap_or_else(|| namespace.clone());
        let scheme = match fields.at(&["scheme"]).and_then(Doc::as_str) {
            Some("none") => None,
            Some(scheme) => Some(Arc::from(scheme)),
            None => Some(Arc::from("http")),
        };
        let host = [&*name.value, ".", &*namespace.value, ".svc.", &*domains.cluster.value].concat();
        let origin =
            cx.origins.derived("the DNS name of a Service", &[name.origin, namespace.origin, domains.cluster.origin]);
        let host = Traced::new(Arc::from(host), origin);
        all.push(Service {
            id: id.text.clone().into(),
            name,
            namespace,
            port,
            port_name: text(fields, "portName"),
            scheme,
            host,
            other_ports: fields.at(&["otherPorts"]).and_then(Doc::as_list).map(|ports| numbers(ports)),
        });
    }
    all
}

fn numbers(ports: &[Doc]) -> Vec<u16> {
    let number = |port: &Doc| match port.value {
        Value::Int(number) => u16::try_from(number).ok(),
        _ => None,
    };
    ports.iter().filter_map(number).collect()
}

/// Reads the flows that a facts template rendered.
pub(super) fn serves(cx: &mut Resolver<'_>, doc: Option<&Doc>) -> BTreeMap<FlowKind, Serve> {
    let mut all = BTreeMap::new();
    for (kind, fields) in doc.and_then(Doc::as_map).into_iter().flat_map(crate::doc::Map::iter) {
        if matches!(fields.at(&["when"]).map(|when| &when.value), Some(Value::Bool(false))) {
            continue;
        }
        let Some(word) = FlowKind::from_word(&kind.text) else {
            let near = crate::diag::did_you_mean(&kind.text, FlowKind::WORDS.iter().copied());
            let near = near.map_or_else(String::new, |near| format!("; {near}"));
            bad_facts(cx, kind.origin, &format!("`{}` is not a kind of flow{near}", kind.text));
            continue;
        };
        let Some(usual) = endpoint(cx, fields, None) else { continue };
        let mut via = BTreeMap::new();
        for (name, way) in fields.at(&["via"]).and_then(Doc::as_map).into_iter().flat_map(crate::doc::Map::iter) {
            if let Some(way) = endpoint(cx, way, Some(&usual)) {
                via.insert(name.text.clone().into(), way);
            }
        }
        let keys = fields.at(&["secret", "keys"]).and_then(Doc::as_map).into_iter().flat_map(crate::doc::Map::iter);
        let secret_keys =
            keys.filter_map(|(key, value)| Some((key.text.clone().into(), Arc::from(value.as_str()?)))).collect();
        let forced = forced(cx, fields);
        let hints = texts(fields, &["secret", "hints"]).collect();
        let secret_type = fields.at(&["secret", "type"]).and_then(Doc::as_str).map(Arc::from);
        let choices = fields.at(&["oneOf"]).and_then(Doc::as_map).into_iter().flat_map(crate::doc::Map::iter);
        let one_of =
            choices.filter_map(|(key, value)| Some((key.text.clone().into(), Arc::from(value.as_str()?)))).collect();
        let doubles = fields.at(&["copies"]).and_then(Doc::as_str) == Some("doubled");
        let (speaks, datasource) = (text(fields, "speaks"), text(fields, "datasource"));
        let oidc = texts(fields, &["oidc"]).collect();
        let tells = texts(fields, &["tells"]).collect();
        all.insert(
            word,
            Serve {
                usual,
                via,
                speaks,
                datasource,
                secret_keys,
                one_of,
                forced,
                hints,
                secret_type,
                oidc,
                tells,
                doubles,
            },
        );
    }
    all
}

/// Reports flows that are answered by a service that the facts do not have. Returns whether there are any.
pub(super) fn check_served(cx: &mut Resolver<'_>, component: &Component) -> bool {
    let parts = component.parts.iter().filter(|part| part.enabled.value);
    let all = component.serves.values().chain(parts.flat_map(|part| part.serves.values()));
    let endpoints = all.flat_map(|serve| std::iter::once(&serve.usual).chain(serve.via.values()));
    let ids = || component.services.iter().map(|service| &*service.id);
    let mut found = false;
    for endpoint in endpoints {
        let Some(named) = endpoint.service.as_ref().filter(|id| component.service(id).is_none()) else { continue };
        let near = crate::diag::did_you_mean(named, ids());
        let near = near.map_or_else(String::new, |near| format!("; {near}"));
        let message = format!("there is no service `{named}` among `services`{near}");
        bad_facts(cx, endpoint.origin, &message);
        found = true;
    }
    found
}

/// Returns the texts of a map, by its keys.
fn texts<'a>(fields: &'a Doc, path: &[&str]) -> impl Iterator<Item = (Arc<str>, Text)> + 'a {
    let map = fields.at(path).and_then(Doc::as_map).into_iter().flat_map(crate::doc::Map::iter);
    map.filter_map(|(key, value)| {
        Some((key.text.clone().into(), Traced::new(Arc::from(value.as_str()?), value.origin)))
    })
}

fn forced(cx: &mut Resolver<'_>, fields: &Doc) -> BTreeMap<Arc<str>, Forced> {
    let mut all = BTreeMap::new();
    for (key, value) in fields.at(&["secret", "is"]).and_then(Doc::as_map).into_iter().flat_map(crate::doc::Map::iter) {
        match value.as_str().and_then(Forced::from_word) {
            Some(forced) => {
                all.insert(key.text.clone().into(), forced);
            }
            None => bad_facts(cx, value.origin, "a forced value is `component`, `name` or `component-name`"),
        }
    }
    all
}

fn endpoint(cx: &mut Resolver<'_>, fields: &Doc, usual: Option<&Endpoint>) -> Option<Endpoint> {
    let service =
        text(fields, "service").map(|service| service.value).or_else(|| usual.and_then(|usual| usual.service.clone()));
    let Some(service) = service else {
        bad_facts(cx, fields.origin, "an entry of `serves` has no `service`");
        return None;
    };
    let path = text(fields, "path").or_else(|| usual.map(|usual| usual.path.clone()));
    let path = path.unwrap_or_else(|| Traced::new(Arc::from(""), fields.origin));
    let tenant = match fields.at(&["tenant"]).and_then(Doc::as_str) {
        Some("required") => super::flow::Tenancy::Required,
        Some("optional") => super::flow::Tenancy::Optional,
        _ => super::flow::Tenancy::None,
    };
    let anonymous = matches!(fields.at(&["anonymous"]).map(|flag| &flag.value), Some(Value::Bool(true)));
    let default_tenant = fields.at(&["defaultTenant"]).and_then(Doc::as_str).map(Arc::from);
    Some(Endpoint { service: Some(service), path, tenant, default_tenant, anonymous, origin: fields.origin })
}

fn text(fields: &Doc, key: &str) -> Option<Traced<Arc<str>>> {
    let doc = fields.at(&[key])?;
    match &doc.value {
        Value::Str(text) => Some(Traced::new(text.clone().into(), doc.origin)),
        _ => None,
    }
}

fn port(fields: &Doc) -> Option<Traced<u16>> {
    let doc = fields.at(&["port"])?;
    match doc.value {
        Value::Int(number) => u16::try_from(number).ok().map(|port| Traced::new(port, doc.origin)),
        _ => None,
    }
}

pub(super) fn bad_facts(cx: &mut Resolver<'_>, origin: OriginId, message: &str) {
    let span = match cx.origins.get(origin) {
        crate::source::Origin::Template { span, .. } => Some(span),
        _ => cx.origins.written_span(origin),
    };
    if let Some(span) = span {
        cx.out.push(Diagnostic::error(BAD_FACTS, span, message.to_owned()));
    }
}
