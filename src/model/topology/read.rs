//! Reads the sections below Kubernetes into the model.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::{Address, Claim, Hypervisor, MetricServer, Network, Pool, StorageClass, Topology, check, node};
use crate::diag::Diagnostic;
use crate::model::resolve::Resolver;
use crate::model::{INCOMPLETE, OUTSIDE_NETWORK, Text, Traced, UNUSABLE_NAME};
use crate::source::Span;
use crate::spec::{self, Overlay, Purpose, Reclaim};
use crate::yaml::{BAD_VALUE, Field};

/// Resolves everything below Kubernetes.
pub(in crate::model) fn resolve(cx: &mut Resolver<'_>, spec: &spec::Platform) -> Topology {
    let hypervisors = hypervisors(cx, spec);
    let networks = networks(cx, spec);
    let addresses = addresses(cx, spec);
    let mut topology = Topology { hypervisors, networks, addresses, ..Topology::default() };
    topology.nodes = node::nodes(cx, spec, &topology);
    topology.find_volume_groups();
    topology.choose_networks();
    topology.choose_api();
    derive_mtu(cx, &mut topology);
    topology.storage_classes = storage_classes(cx, spec);
    check::check(cx, spec, &topology);
    topology
}

/// A name that the spec does not write is that of the hypervisor.
fn named_after(cx: &mut Resolver<'_>, name: &Text) -> Text {
    Traced::new(name.value.clone(), cx.origins.derived("the name of the hypervisor", &[name.origin]))
}

fn hypervisors(cx: &mut Resolver<'_>, spec: &spec::Platform) -> Vec<Hypervisor> {
    let mut all = Vec::new();
    for (name, named) in spec.hypervisors.value().into_iter().flatten() {
        let Some(written) = &named.value else { continue };
        let written = &written.value;
        let Some(endpoint) = written.endpoint.get() else { continue };
        let name = cx.name("hypervisor", name, named.key);
        let node = cx.word(&written.node, "hypervisor").unwrap_or_else(|| named_after(cx, &name));
        let host_id = cx.word(&written.host_id, "hypervisor").unwrap_or_else(|| named_after(cx, &name));
        let endpoint = cx.traced("endpoint", endpoint.value.0.clone(), endpoint.span);
        let host = host_of(&endpoint.value);
        let address = Traced::new(host, cx.origins.derived("the host of the endpoint", &[endpoint.origin]));
        let token = written.token.value().map(|token| cx.traced("token", token.item.clone(), token.span));
        let template = written.template.value().and_then(|template| {
            let (name, id) = (template.name.get()?, template.id.get()?);
            Some((cx.traced("template", name.value.0.clone(), name.span), cx.traced("template", id.value, id.span)))
        });
        let insecure = cx.given_or(&written.insecure, "hypervisor", false, "certificates are checked", named.key);
        let (user, storage) = (cx.word(&written.user, "user"), cx.word(&written.storage, "storage pool"));
        let cores = written.cores.get().map(|cores| cx.traced("cores", cores.value, cores.span));
        let memory = written.memory.get().map(|memory| cx.traced("memory", memory.value.clone(), memory.span));
        let pools = pools(cx, written);
        all.push(Hypervisor {
            name,
            node,
            host_id,
            endpoint,
            address,
            user,
            token,
            storage,
            template,
            cores,
            memory,
            insecure,
            pools,
            metrics: metric_server(cx, written),
        });
    }
    all
}

fn pools(cx: &mut Resolver<'_>, written: &spec::Hypervisor) -> Vec<Pool> {
    let mut all = Vec::new();
    for (name, named) in written.pools.value().into_iter().flatten() {
        let Some(pool) = &named.value else { continue };
        let Some(media) = pool.value.media.get() else { continue };
        let media = cx.traced("storage pool", media.value, media.span);
        let none = "nothing is said of copies";
        let redundancy = cx.given_or(&pool.value.redundancy, "storage pool", spec::Redundancy::None, none, named.key);
        all.push(Pool { name: cx.name("storage pool", name, named.key), media, redundancy });
    }
    all
}

fn metric_server(cx: &mut Resolver<'_>, written: &spec::Hypervisor) -> Option<MetricServer> {
    let written = written.metric_server.value()?;
    let to = written.to.get()?;
    let token = written.token.value()?;
    Some(MetricServer {
        to: cx.traced("metric server", to.value.clone(), to.span),
        bucket: cx.word(&written.bucket, "bucket"),
        token: cx.traced("secret", token.item.clone(), token.span),
    })
}

/// Returns the host of a URL, without port and user.
fn host_of(url: &str) -> Arc<str> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or(rest);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or(v6),
        None => host.split(':').next().unwrap_or(host),
    };
    Arc::from(host)
}

fn networks(cx: &mut Resolver<'_>, spec: &spec::Platform) -> Vec<Network> {
    let mut all = Vec::new();
    for (name, named) in spec.networks.value().into_iter().flatten() {
        let Some(written) = &named.value else { continue };
        let written = &written.value;
        let Some(cidr) = written.cidr.get() else { continue };
        let net = cidr.value.0;
        let gateway = written.gateway.get().map(|ip| cx.traced("gateway", ip.value.0, ip.span));
        if let Some(ip) = written.gateway.get().filter(|ip| !net.contains(&ip.value.0)) {
            cx.out.push(outside(ip.value.0, ip.span, name, net, cidr.span, "the gateway"));
        }
        let servers = written.dns.value().into_iter().flatten().filter_map(Field::get);
        let dns = servers.map(|ip| cx.traced("name server", ip.value.0, ip.span)).collect();
        all.push(Network {
            name: cx.name("network", name, named.key),
            cidr: cx.traced("network", net, cidr.span),
            gateway,
            dns,
            bridge: cx.word(&written.bridge, "bridge"),
            interface: cx.word(&written.interface, "interface"),
            mtu: written.mtu.get().map(|mtu| cx.traced("MTU", mtu.value.0, mtu.span)),
            overlay: written.overlay.value().copied(),
        });
    }
    all
}

pub(super) fn outside(ip: IpAddr, span: Span, network: &str, net: IpNet, cidr: Span, what: &str) -> Diagnostic {
    Diagnostic::error(OUTSIDE_NETWORK, span, format!("{what} {ip} does not lie in network `{network}`"))
        .related(cidr, format!("`{network}` is {net}"))
        .why("packets to it would leave by another way, or not at all")
        .help("correct the address, or the range of the network")
}

/// An overlay takes its header out of every packet of the network below (RFC 7348 for VXLAN: 50 bytes).
fn derive_mtu(cx: &mut Resolver<'_>, topology: &mut Topology) {
    let below = topology.internal_network().and_then(|id| topology.networks.get(id.0)).and_then(|net| net.mtu.clone());
    let Some(below) = below else { return };
    for network in topology.networks.iter_mut().filter(|network| network.mtu.is_none()) {
        let header = match network.overlay {
            Some(Overlay::Vxlan) => 50,
            Some(Overlay::Ipip) => 20,
            Some(Overlay::None) => 0,
            None => continue,
        };
        let origin =
            cx.origins.derived("the MTU below less the header of the overlay", &[below.origin, network.cidr.origin]);
        network.mtu = Some(Traced::new(below.value.saturating_sub(header), origin));
    }
}

fn addresses(cx: &mut Resolver<'_>, spec: &spec::Platform) -> Vec<Address> {
    let mut all = Vec::new();
    for (name, named) in spec.addresses.value().into_iter().flatten() {
        let Some(written) = &named.value else { continue };
        let written = &written.value;
        let claim = match (&written.ip, &written.range) {
            (Field::Given(ip), Field::Absent) => cx.traced("address", Claim::One(ip.value.0), ip.span),
            (Field::Absent, Field::Given(range)) => {
                cx.traced("address", Claim::Range(range.value.first, range.value.last), range.span)
            }
            (Field::Broken, _) | (_, Field::Broken) => continue,
            _ => {
                let both = written.ip.get().is_some();
                let what = if both { "both `ip` and `range`" } else { "neither `ip` nor `range`" };
                let message = format!("address `{name}` has {what}");
                let help = if both { "remove one" } else { "write `ip` for one address, `range` for several" };
                cx.out.push(Diagnostic::error(INCOMPLETE, named.key, message).help(help));
                continue;
            }
        };
        let Some(purpose) = written.purpose.value().copied() else { continue };
        if let (Purpose::ControlPlaneVip, Claim::Range(..)) = (purpose, claim.value) {
            let span = cx.origins.written_span(claim.origin).unwrap_or(named.key);
            let message = format!("`{name}` is a range, and a control-plane VIP is one address");
            cx.out.push(Diagnostic::error(INCOMPLETE, span, message).help("write `ip:` with one address"));
        }
        let owner = written.owner.get().map(|owner| cx.traced("owner", owner.value.clone(), owner.span));
        all.push(Address { name: cx.name("address", name, named.key), claim, purpose, owner });
    }
    all
}

/// A class is made by a component of the spec, or is there by other means: one of the two has to be said.
fn has_one_provider(cx: &mut Resolver<'_>, class: &spec::StorageClass, name: &str, key: Span) -> bool {
    let external = class.external.get().filter(|external| external.value);
    match (class.component.get(), external) {
        (Some(component), Some(external)) => {
            let message = format!("storage class `{name}` has a `component`, and is said to be external");
            let problem =
                Diagnostic::error(BAD_VALUE, external.span, message).related(component.span, "this one provides it");
            cx.out.push(problem.help("keep one of the two: an external class is there without a component"));
            false
        }
        (None, None) => {
            let problem =
                Diagnostic::error(INCOMPLETE, key, format!("nothing says who provides storage class `{name}`"))
                    .why("a class without a provider makes no volumes, and claims would wait for ever")
                    .help("write `component`, the component that makes its volumes")
                    .help("where it is there by other means, as those of a cloud are, write `external: true`");
            cx.out.push(problem);
            false
        }
        _ => true,
    }
}

/// A server is an address of the spec by its name, so that it is written once, or a host as it is.
fn server(cx: &mut Resolver<'_>, spec: &spec::Platform, written: &Field<spec::scalars::SimpleName>) -> Option<Text> {
    let written = written.get()?;
    let origin = cx.origins.written("server", written.span);
    let claims = spec.addresses.value();
    let claim = claims.and_then(|claims| claims.get(&written.value.0)?.value.as_ref()?.value.ip.get());
    if let Some(ip) = claim {
        let reads = [origin, cx.origins.written("address", ip.span)];
        let origin = cx.origins.derived("the address of the server", &reads);
        return Some(Traced::new(ip.value.0.to_string().into(), origin));
    }
    // A name with a dot is one of the DNS; one without that is nearly that of an address is a slip.
    let name = &written.value.0;
    let known = claims.into_iter().flatten().map(|(name, _)| &**name);
    if let Some(help) = crate::diag::did_you_mean(name, known).filter(|_| !name.contains('.')) {
        let problem = Diagnostic::error(BAD_VALUE, written.span, format!("there is no address `{name}`"))
            .why("it is taken for the name of a host, which nobody is known to have");
        cx.out.push(problem.help(help));
    }
    Some(Traced::new(name.clone(), origin))
}

fn storage_classes(cx: &mut Resolver<'_>, spec: &spec::Platform) -> Vec<StorageClass> {
    let classes = spec.storage.value().and_then(|storage| storage.classes.value());
    let mut all = Vec::new();
    for (name, named) in classes.into_iter().flatten() {
        let Some(written) = &named.value else { continue };
        let written = &written.value;
        if written.component.is_broken()
            || written.external.is_broken()
            || !has_one_provider(cx, written, name, named.key)
        {
            continue;
        }
        if !spec::scalars::is_dns_name(name) {
            let message = format!("`{name}` cannot be the name of a storage class");
            let problem = Diagnostic::error(UNUSABLE_NAME, named.key, message);
            cx.out.push(problem.help("use lower-case letters, digits, `-` and `.`"));
        }
        let class = cx.name("storage class", name, named.key);
        let device_class = cx.word(&written.device_class, "device class").unwrap_or_else(|| {
            Traced::new(name.clone(), cx.origins.derived("the name of the storage class", &[class.origin]))
        });
        all.push(StorageClass {
            name: class,
            component: cx.word(&written.component, "storage class"),
            volume_group: cx.word(&written.volume_group, "volume group"),
            device_class,
            default: cx.given_or(&written.default, "storage class", false, "not the default class", named.key),
            filesystem: cx.word(&written.filesystem, "file system"),
            server: server(cx, spec, &written.server),
            share: cx.word(&written.share, "share"),
            reclaim: cx.given_or(
                &written.reclaim,
                "storage class",
                Reclaim::Delete,
                "volumes go with claims",
                named.key,
            ),
        });
    }
    all
}
