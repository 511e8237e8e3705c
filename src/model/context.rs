//! What templates read: the platform as data.
//!
//! The names are those that [`crate::library::template_shape`] announces; a test keeps the two together. What is the same
//! for all components is built once ([`Shared`]) and shared.

mod edge;
mod machine;
mod shared;

use std::collections::BTreeSet;
use std::sync::Arc;

pub(super) use machine::instances;
pub use shared::Shared;
use shared::secret_store;

use super::Traced;
use super::component::{Component, ComponentId, base, shown};
use super::flow::{End, Flow};
use super::resolve::{Platform, Resolver};
use super::secret::SecretUse;
use super::service::Service;
use crate::library::SettingType;
use crate::source::{OriginId, Origins};
use crate::spec::FlowKind;
use crate::template::{Data, DataValue};
use crate::yaml::{Core, Entry, Field, Names, Node, NodeKind, Style, core};

/// Indices from components to their flows, so that a context costs what it holds.
#[derive(Debug)]
pub struct Contexts<'a> {
    platform: &'a Platform,
    opened: Vec<Vec<usize>>,
    served: Vec<Vec<usize>>,
    none: OriginId,
    store: Data,
    backups: Data,
    exposures: Data,
    tunnels: Data,
    /// The kinds of flow, by word.
    kinds: Vec<(&'static str, FlowKind)>,
}

/// Returns a traced string as data.
pub(super) fn text(value: &Traced<Arc<str>>) -> Data {
    Data::str(value.value.clone(), value.origin)
}

/// Returns an optional string as data; absent is none.
pub(super) fn maybe(value: Option<&Traced<Arc<str>>>, none: OriginId) -> Data {
    value.map_or_else(|| Data::null(none), text)
}

/// Returns a setting as data; what is a text by its type is one, however it is written.
fn setting(origins: &mut Origins, node: &Node, of: Option<&SettingType>) -> Data {
    let origin = origins.written("setting", node.span);
    match &node.kind {
        NodeKind::Scalar { text, .. } if of.is_some_and(SettingType::is_text) => Data::str(text.clone(), origin),
        NodeKind::Scalar { text, style: Style::Plain } => match core(text) {
            Core::Null => Data::null(origin),
            Core::Bool(flag) => Data::bool(flag, origin),
            Core::Int(number) => Data::int(number, origin),
            Core::Float(number) => Data::new(DataValue::Float(number), origin),
            Core::Str => Data::str(text.clone(), origin),
        },
        NodeKind::Scalar { text, .. } => Data::str(text.clone(), origin),
        NodeKind::Sequence(items) => {
            let of = of.and_then(|of| of.inside(None));
            let items = items.iter().map(|item| setting(origins, item, of)).collect();
            Data::list(items, origin)
        }
        NodeKind::Mapping(mapping) => {
            let of = |key: &str| of.and_then(|of| of.inside(Some(key)));
            let mut read =
                |entry: &Entry| (entry.key.text.clone(), setting(origins, &entry.value, of(&entry.key.text)));
            let entries: Vec<_> = mapping.entries.iter().map(&mut read).collect();
            Data::map(entries, origin)
        }
    }
}

/// Returns the `settings` of a component or flow as data, by their types and without those that are broken.
pub(super) fn free<'t>(
    cx: &mut Resolver<'_>,
    settings: &Field<Names<Node>>,
    broken: &[Arc<str>],
    typed: &dyn Fn(&str) -> Option<&'t SettingType>,
    here: OriginId,
) -> Data {
    let mut entries = Vec::with_capacity(settings.value().map_or(0, Names::len));
    for (name, named) in settings.value().into_iter().flatten() {
        if let Some(value) = named.value.as_ref().filter(|_| !broken.contains(name)) {
            entries.push((name.clone(), setting(&mut cx.origins, &value.value, typed(name))));
        }
    }
    Data::map(entries, here)
}

impl<'a> Contexts<'a> {
    /// Indexes the flows of a platform.
    pub fn new(platform: &'a Platform, none: OriginId) -> Self {
        let count = platform.components.len();
        let (mut opened, mut served) = (vec![Vec::new(); count], vec![Vec::new(); count]);
        for (at, flow) in platform.flows.iter().enumerate() {
            if let Some(list) = opened.get_mut(flow.from.component.0) {
                list.push(at);
            }
            if let Some(list) = served.get_mut(flow.to.component.0) {
                list.push(at);
            }
        }
        let store = secret_store(platform.secret_store.as_ref(), none);
        let exposures = edge::exposures(platform, none);
        let tunnels = edge::tunnels(&platform.tunnels, platform.name.origin, none);
        let words = FlowKind::WORDS.iter();
        let mut kinds: Vec<_> = words.filter_map(|word| Some((*word, FlowKind::from_word(word)?))).collect();
        kinds.sort_unstable();
        let backups = machine::backups(platform, none);
        Self { platform, opened, served, none, store, backups, exposures, tunnels, kinds }
    }

    /// Returns the backups of machines: `stores`, `jobs` and `tests`, each by name.
    pub const fn backups(&self) -> &Data {
        &self.backups
    }

    /// Returns the indices of the flows that a component opens.
    pub fn opened_by(&self, id: ComponentId) -> &[usize] {
        self.opened.get(id.0).map_or(&[], Vec::as_slice)
    }

    /// Returns the indices of the flows that a component answers.
    pub fn served_by(&self, id: ComponentId) -> &[usize] {
        self.served.get(id.0).map_or(&[], Vec::as_slice)
    }

    /// Returns everything that the templates of a component read.
    pub fn of(&self, id: ComponentId, origins: &mut Origins) -> Data {
        let Some(component) = self.platform.components.get(id.0) else { return Data::null(self.none) };
        base(component, &self.platform.shared, &mut |name| self.named(id, component, name, origins))
    }

    /// Returns what is known by one of these names when all components are.
    fn named(&self, id: ComponentId, component: &Component, name: &str, origins: &mut Origins) -> Option<Data> {
        let here = component.name.origin;
        Some(match name {
            "fullname" => text(&component.fullname),
            "services" => {
                let services = component.services.iter();
                let services = services.map(|service| (service.id.clone(), self.service(origins, service)));
                Data::map(services.collect::<Vec<_>>(), here)
            }
            "secrets" => {
                let secrets = component.secrets.iter().filter(|used| used.flow.is_none());
                Data::map(secrets.map(|used| (used.id.clone(), self.secret(component, used))), here)
            }
            "flows" => self.by_kind(component, self.opened_by(id), origins, false),
            "served" => self.by_kind(component, self.served_by(id), origins, true),
            // The facts saw the store before its component was resolved; now its URL is known.
            "secretStore" => self.store.clone(),
            "tls" => machine::tls(component, self.none),
            "backups" => self.backups.clone(),
            "exposures" => self.exposures.clone(),
            "tunnels" => self.tunnels.clone(),
            "certificates" => self.certificates(component),
            "workload" => {
                let mut data = component.workload.as_ref()?.data.clone();
                data.set("flowEnv", Data::list(self.flow_env(component, self.opened_by(id), origins), here));
                data
            }
            _ => return None,
        })
    }

    /// Returns the URL of a flow, with its path.
    pub fn url(&self, flow: &Flow, origins: &mut Origins) -> Option<Traced<Arc<str>>> {
        let to = self.platform.components.get(flow.to.component.0)?;
        let service = to.service_of(&flow.endpoint)?;
        let url = format!("{}{}", base_url(service)?, flow.endpoint.path.value);
        let reads = [flow.origin, flow.endpoint.origin, service.host.origin, service.port.origin];
        Some(Traced::new(url.into(), origins.derived("the address of a flow", &reads)))
    }

    /// Returns the variables that a workload gets from the flows that it opens.
    fn flow_env(&self, component: &Component, opened: &[usize], origins: &mut Origins) -> Vec<Data> {
        let mut all: Vec<Data> = Vec::new();
        // A name that is there twice has been reported.
        let mut names: BTreeSet<Arc<str>> =
            super::workload::own_env(component).into_iter().filter_map(Data::as_str).cloned().collect();
        for at in opened {
            let Some(flow) = self.platform.flows.get(*at) else { continue };
            let to = self.platform.components.get(flow.to.component.0);
            let service = to.and_then(|to| to.service_of(&flow.endpoint));
            let used = component.secrets.iter().find(|used| used.flow == Some(*at));
            let variables = super::workload::flow_env(flow, service, used, origins);
            let name = |variable: &Data| variable.get("name").and_then(Data::as_str).cloned();
            all.extend(variables.into_iter().filter(|one| name(one).is_none_or(|name| names.insert(name))));
        }
        all
    }

    fn by_kind(&self, component: &Component, flows: &[usize], origins: &mut Origins, served: bool) -> Data {
        let here = component.name.origin;
        let mut kinds = std::collections::BTreeMap::<FlowKind, Vec<Data>>::new();
        for at in flows {
            if let Some(flow) = self.platform.flows.get(*at) {
                kinds.entry(flow.kind).or_default().push(self.flow(component, *at, flow, origins, served));
            }
        }
        // Most kinds have no flow, and one empty list does for all of them.
        let none = Data::list(Vec::new(), here);
        let lists = self.kinds.iter().map(|(word, kind)| {
            let list = kinds.remove(kind).map_or_else(|| none.clone(), |flows| Data::list(flows, here));
            (*word, list)
        });
        Data::map(lists, here)
    }

    fn service(&self, origins: &mut Origins, service: &Service) -> Data {
        let reads = [service.host.origin, service.port.origin];
        let url = base_url(service).map(|url| Data::str(url, origins.derived("the URL of a Service", &reads)));
        let fields = [
            ("name", text(&service.name)),
            ("namespace", text(&service.namespace)),
            ("host", text(&service.host)),
            ("port", Data::int(service.port.value, service.port.origin)),
            ("portName", maybe(service.port_name.as_ref(), self.none)),
            ("url", url.unwrap_or_else(|| Data::null(self.none))),
        ];
        Data::map(fields, service.name.origin)
    }

    /// Returns a secret as data. On a machine it lies in a folder, a file for each key.
    fn secret(&self, own: &Component, used: &SecretUse) -> Data {
        let keys = used.keys.iter().map(|key| (key.id.clone(), text(&key.inside)));
        let folder = own.on_machines.then(|| Data::str(own.secret_folder(used), used.name.origin));
        let fields = [
            ("name", text(&used.name)),
            ("item", text(&used.item)),
            ("title", shared::title(self.platform, &used.item)),
            ("keys", Data::map(keys, used.item.origin)),
            ("folder", folder.unwrap_or_else(|| Data::null(used.name.origin))),
        ];
        Data::map(fields, used.name.origin)
    }

    fn flow(&self, own: &Component, at: usize, flow: &Flow, origins: &mut Origins, served: bool) -> Data {
        let (none, here) = (self.none, flow.origin);
        let to = self.platform.components.get(flow.to.component.0);
        let service = to.and_then(|to| to.service_of(&flow.endpoint));
        let mut fields = vec![
            ("kind", Data::str(flow.kind.word(), here)),
            ("path", text(&flow.endpoint.path)),
            ("tenant", maybe(flow.tenant.as_ref(), none)),
            ("name", maybe(flow.name.as_ref(), none)),
            ("datasource", maybe(flow.datasource.as_ref(), none)),
            ("interval", maybe(flow.interval.as_ref(), none)),
            ("uid", edge::uid(self.platform, flow, origins, none)),
            ("oidc", edge::oidc(self.platform, flow, origins, none)),
            ("tells", Data::map(flow.tells.iter().map(|(name, value)| (name.clone(), text(value))), here)),
            ("options", flow.settings.clone()),
            ("targets", self.targets(flow, here)),
            ("part", self.part(if served { &flow.to } else { &flow.from })),
            ("from", self.end(&flow.from)),
            ("to", self.end(&flow.to)),
        ];
        let used = own.secrets.iter().find(|used| used.flow == Some(at));
        let used = used.or_else(|| {
            let other = self.platform.components.get(flow.from.component.0)?;
            other.secrets.iter().find(|used| used.flow == Some(at))
        });
        fields.push(("secret", used.map_or_else(|| Data::null(none), |used| self.secret(own, used))));
        let tls = to.and_then(|to| to.tls.as_ref());
        fields.push(("tls", tls.map_or_else(|| Data::null(none), |tls| Data::str(tls.value.word(), tls.origin))));
        if let (Some(to), Some(service)) = (to, service) {
            fields.push(("endpoints", machine::endpoints(to, flow, service, here, none, origins)));
        }
        if let Some(service) = service {
            let reads = [flow.origin, flow.endpoint.origin, service.host.origin, service.port.origin];
            let origin = origins.derived("the address of a flow", &reads);
            let base = base_url(service);
            let url = base.as_ref().map(|base| format!("{base}{}", flow.endpoint.path.value));
            fields.push(("host", Data::str(service.host.value.clone(), origin)));
            fields.push(("port", Data::int(service.port.value, origin)));
            fields.push(("portName", maybe(service.port_name.as_ref(), none)));
            let scheme = service.scheme.as_ref().map(|scheme| Data::str(scheme.clone(), origin));
            fields.push(("scheme", scheme.unwrap_or_else(|| Data::null(none))));
            fields.push(("base", base.map_or_else(|| Data::null(none), |base| Data::str(base, origin))));
            fields.push(("url", url.map_or_else(|| Data::null(none), |url| Data::str(url, origin))));
        }
        Data::map(fields, here)
    }

    fn targets(&self, flow: &Flow, here: OriginId) -> Data {
        let targets = flow.targets.iter().filter_map(|(id, origin)| {
            let hypervisor = self.platform.topology.hypervisors.get(id.0)?;
            let fields = [
                ("name", text(&hypervisor.name)),
                ("address", text(&hypervisor.address)),
                ("hostId", text(&hypervisor.host_id)),
            ];
            Some(Data::map(fields, *origin))
        });
        Data::list(targets.collect(), here)
    }

    fn part(&self, end: &End) -> Data {
        let component = self.platform.components.get(end.component.0);
        let part = end.part.and_then(|part| component?.part(part));
        part.map_or_else(|| Data::null(self.none), |part| Data::str(part.name.clone(), end.origin))
    }

    fn end(&self, end: &End) -> Data {
        let Some(component) = self.platform.components.get(end.component.0) else { return Data::null(self.none) };
        let part = end.part.and_then(|part| component.part(part));
        let replicas = part.map_or(component.replicas.as_ref(), |part| part.replicas.as_ref());
        let replicas = replicas.map_or_else(|| Data::null(self.none), |count| Data::int(count.value, count.origin));
        let title = part.map_or(&component.title, |part| &part.title);
        let name =
            part.map_or_else(|| text(&component.name), |part| Data::str(part.name.clone(), component.name.origin));
        let expose = shown(component, end.part, self.none);
        let callbacks = component.variant.facts.callbacks.value().into_iter().flatten().filter_map(Field::value);
        let mut callbacks: Vec<Data> = callbacks.map(|path| Data::str(path.clone(), component.name.origin)).collect();
        // Whoever signs in at the outer end of a tunnel comes back there (developers.cloudflare.com, Access, generic OIDC).
        let outer = self.platform.tunnels.iter().filter(|tunnel| tunnel.component.value == component.name.value);
        callbacks.extend(outer.filter_map(|tunnel| tunnel.team.as_ref()).map(|team| {
            Data::str(format!("https://{}.cloudflareaccess.com/cdn-cgi/access/callback", team.value), team.origin)
        }));
        let fields = [
            ("name", name),
            ("callbacks", Data::list(callbacks, component.name.origin)),
            ("extensions", edge::extensions(component)),
            ("component", text(&component.name)),
            ("title", text(title)),
            ("namespace", text(&component.namespace)),
            ("release", text(&component.release)),
            ("part", self.part(end)),
            ("replicas", replicas),
            ("expose", expose),
        ];
        Data::map(fields, end.origin)
    }
}

/// Returns `scheme://host[:port]`, without the port that the scheme implies.
pub(super) fn base_url(service: &Service) -> Option<String> {
    let scheme = service.scheme.as_ref()?;
    let host = &service.host.value;
    Some(match (&**scheme, service.port.value) {
        ("http", 80) | ("https", 443) => format!("{scheme}://{host}"),
        (_, port) => [&**scheme, "://", host, ":", &port.to_string()].concat(),
    })
}
