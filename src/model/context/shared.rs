//! What the templates of all components read alike: the platform, its nodes, networks and classes.

use super::{maybe, text};
use crate::doc::Name;
use crate::model::resolve::{Platform, Resolver};
use crate::model::secret::{STORE_NAME, STORE_ROLE};
use crate::model::topology::{Claim, MetricServer, Topology};
use crate::model::{Domains, SecretStore, Text, Toolchain};
use crate::source::{OriginId, Origins};
use crate::template::{Data, DataMap};

/// The data that all components share.
#[derive(Clone, Debug, Default)]
pub struct Shared {
    entries: DataMap,
}

impl Shared {
    /// Builds the shared data of a platform.
    pub(in crate::model) fn new(cx: &mut Resolver<'_>, platform: &Platform) -> Self {
        let none = cx.origins.derived("nothing is written", &[]);
        let here = platform.name.origin;
        let label = platform.host_label();
        // Prometheus' spelling of a label in metadata (prometheus.io, kubernetes_sd_config).
        let meta: String = label.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let named = [
            ("name", text(&platform.name)),
            ("environment", text(&platform.environment)),
            ("hostLabel", Data::str(label, here)),
            ("hostLabelMeta", Data::str(meta, here)),
        ];
        let named = Data::map(named, here);
        let kind = Data::str(platform.cluster_kind().word(), here);
        let cluster = Data::map([("name", text(platform.cluster_name())), ("kind", kind)], here);
        let entries = [
            ("alerts", platform.alerts.as_ref().map_or_else(|| Data::null(none), |alerts| alerts.data.clone())),
            ("platform", named),
            ("cluster", cluster),
            ("domains", domains(&platform.domains, here, none)),
            ("versions", versions(&platform.versions, here)),
            ("nodes", nodes(&platform.topology, here, none)),
            ("hypervisors", hypervisors(platform, here, none)),
            ("networks", networks(&platform.topology, here, none)),
            ("addresses", addresses(&platform.topology, &mut cx.origins, here, none)),
            ("storageClasses", storage_classes(&platform.topology, here, none)),
            ("secretStore", secret_store(platform.secret_store.as_ref(), none)),
            ("repository", repository(platform, none)),
        ];
        Self { entries: entries.into_iter().map(|(key, data)| (Name::from(key), data)).collect() }
    }

    /// Returns the entries.
    pub(in crate::model) const fn entries(&self) -> &DataMap {
        &self.entries
    }
}

fn domains(domains: &Domains, here: OriginId, none: OriginId) -> Data {
    let external = maybe(domains.external.as_ref(), none);
    let of_nodes = maybe(domains.node.as_ref(), none);
    Data::map([("external", external), ("cluster", text(&domains.cluster)), ("node", of_nodes)], here)
}

fn versions(versions: &[Toolchain], here: OriginId) -> Data {
    Data::map(versions.iter().map(|tool| (tool.name.clone(), text(&tool.version))), here)
}

fn nodes(topology: &Topology, here: OriginId, none: OriginId) -> Data {
    let nodes = topology.nodes.iter().map(|node| {
        let labels = node.labels.iter().map(|(label, value)| (label.value.clone(), text(value)));
        let addresses = node.addresses.iter().filter_map(|address| {
            let network = topology.networks.get(address.network.0)?;
            Some((network.name.value.clone(), Data::str(address.ip.value.to_string(), address.ip.origin)))
        });
        let host = node.host.and_then(|id| topology.hypervisors.get(id.0));
        let fields = [
            ("name", text(&node.name)),
            ("role", Data::str(node.role.value.word(), node.role.origin)),
            ("labels", Data::map(labels, node.name.origin)),
            ("addresses", Data::map(addresses, node.name.origin)),
            ("host", maybe(host.map(|host| &host.host_id), none)),
        ];
        Data::map(fields, node.name.origin)
    });
    Data::list(nodes.collect(), here)
}

/// Returns what the secret store calls an item.
pub(super) fn title(platform: &Platform, item: &Text) -> Data {
    let title = platform.secret_store.as_ref().map(|store| store.title(&item.value));
    title.map_or_else(|| text(item), |title| Data::str(title, item.origin))
}

fn hypervisors(platform: &Platform, here: OriginId, none: OriginId) -> Data {
    let metrics = |server: &MetricServer| {
        let token = title(platform, &server.token);
        let bucket = maybe(server.bucket.as_ref(), none);
        Data::map([("to", text(&server.to)), ("bucket", bucket), ("token", token)], server.to.origin)
    };
    let all = platform.topology.hypervisors.iter().map(|hypervisor| {
        let fields = [
            ("name", text(&hypervisor.name)),
            ("node", text(&hypervisor.node)),
            ("hostId", text(&hypervisor.host_id)),
            ("address", text(&hypervisor.address)),
            ("user", maybe(hypervisor.user.as_ref(), none)),
            ("token", maybe(hypervisor.token.as_ref(), none)),
            ("insecure", Data::bool(hypervisor.insecure.value, hypervisor.insecure.origin)),
            ("metrics", hypervisor.metrics.as_ref().map_or_else(|| Data::null(none), metrics)),
        ];
        Data::map(fields, hypervisor.name.origin)
    });
    Data::list(all.collect(), here)
}

fn networks(topology: &Topology, here: OriginId, none: OriginId) -> Data {
    let all = topology.networks.iter().map(|network| {
        let written = network.cidr.origin;
        let mtu = network.mtu.as_ref().map_or_else(|| Data::null(none), |mtu| Data::int(mtu.value, mtu.origin));
        let gateway = network.gateway.as_ref();
        let gateway = gateway.map_or_else(|| Data::null(none), |ip| Data::str(ip.value.to_string(), ip.origin));
        let overlay = network.overlay.map_or_else(|| Data::null(none), |overlay| Data::str(overlay.word(), written));
        let fields = [
            ("name", text(&network.name)),
            ("cidr", Data::str(network.cidr.value.to_string(), written)),
            ("prefix", Data::int(network.cidr.value.prefix_len(), written)),
            ("gateway", gateway),
            ("bridge", maybe(network.bridge.as_ref(), none)),
            ("interface", maybe(network.interface.as_ref(), none)),
            ("mtu", mtu),
            ("overlay", overlay),
        ];
        (network.name.value.clone(), Data::map(fields, network.name.origin))
    });
    Data::map(all.collect::<Vec<_>>(), here)
}

/// A single address is a range of one: `first` and `last` are the same.
fn addresses(topology: &Topology, origins: &mut Origins, here: OriginId, none: OriginId) -> Data {
    let all = topology.addresses.iter().map(|address| {
        let origin = address.claim.origin;
        let (first, last) = match address.claim.value {
            Claim::One(ip) => (ip, ip),
            Claim::Range(first, last) => (first, last),
        };
        let around = topology.networks.iter().filter(|network| network.cidr.value.contains(&first));
        let network = around.max_by_key(|network| network.cidr.value.prefix_len());
        let network = network.map_or_else(
            || Data::null(none),
            |network| {
                let reads = [origin, network.cidr.origin, network.name.origin];
                Data::str(network.name.value.clone(), origins.derived("the network that holds the address", &reads))
            },
        );
        let fields = [
            ("name", text(&address.name)),
            ("purpose", Data::str(address.purpose.word(), address.name.origin)),
            ("owner", maybe(address.owner.as_ref(), none)),
            ("first", Data::str(first.to_string(), origin)),
            ("last", Data::str(last.to_string(), origin)),
            ("network", network),
        ];
        Data::map(fields, address.name.origin)
    });
    Data::list(all.collect(), here)
}

fn storage_classes(topology: &Topology, here: OriginId, none: OriginId) -> Data {
    let all = topology.storage_classes.iter().map(|class| {
        let fields = [
            ("name", text(&class.name)),
            ("component", maybe(class.component.as_ref(), none)),
            ("volumeGroup", maybe(class.volume_group.as_ref(), none)),
            ("deviceClass", text(&class.device_class)),
            ("default", Data::bool(class.default.value, class.default.origin)),
            ("filesystem", maybe(class.filesystem.as_ref(), none)),
            ("server", maybe(class.server.as_ref(), none)),
            ("share", maybe(class.share.as_ref(), none)),
        ];
        Data::map(fields, class.name.origin)
    });
    Data::list(all.collect(), here)
}

fn repository(platform: &Platform, none: OriginId) -> Data {
    let Some(repository) = &platform.repository else { return Data::null(none) };
    let fields = [
        ("url", text(&repository.url)),
        ("revision", text(&repository.revision)),
        ("path", text(&repository.path)),
        ("outputs", Data::str(platform.outputs(), repository.path.origin)),
    ];
    Data::map(fields, repository.url.origin)
}

pub(super) fn secret_store(store: Option<&SecretStore>, none: OriginId) -> Data {
    let Some(store) = store else { return Data::null(none) };
    let fields = [
        ("kind", Data::str(store.kind.word(), store.origin)),
        ("component", maybe(store.component.as_ref(), none)),
        ("name", Data::str(STORE_NAME, store.origin)),
        ("mount", text(&store.mount)),
        ("version", Data::int(store.version.value, store.version.origin)),
        ("vault", maybe(store.vault.as_ref(), none)),
        ("project", maybe(store.project.as_ref(), none)),
        ("by", Data::str(store.by.value.word(), store.by.origin)),
        ("namespace", maybe(store.namespace.as_ref(), none)),
        ("server", maybe(store.server.as_ref(), none)),
        ("role", Data::str(STORE_ROLE, store.origin)),
    ];
    Data::map(fields, store.origin)
}
