//! What an environment claims for itself: objects of its cluster, machines, addresses.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use super::facts::ClusterFacts;
use super::memory::Loads;
use super::shared::Uses;
use super::skew::Versions;
use crate::library::Facts;
use crate::model::{Claim, Component, Network, Platform};
use crate::source::Span;
use crate::spec::{InstalledBy, Purpose, Role, Written};
use crate::yaml::{Names, Node};

/// What an environment claims that no other may have.
pub(super) struct Claims {
    pub(super) name: Arc<str>,
    pub(super) overlay: bool,
    /// Where the environment is named.
    pub(super) place: Option<Span>,
    /// What its overlay says of things that the base has.
    named: Vec<(Span, Span)>,
    /// The cluster that the spec names.
    pub(super) cluster: Option<Arc<str>>,
    /// The addresses of its control plane, each with the machine if Terraform makes it; `None` where its nodes cannot be read.
    pub(super) masters: Option<Vec<Master>>,
    /// What it makes in its cluster, as a person would name it.
    pub(super) objects: BTreeMap<String, Option<Span>>,
    /// The namespaces of its components, by component.
    pub(super) namespaces: BTreeMap<Arc<str>, Arc<str>>,
    /// What its manifests name of namespaces.
    pub(super) reaches: Vec<Reach>,
    /// Virtual machines that Terraform makes: API and number.
    pub(super) machines: BTreeMap<(Arc<str>, u32), Owner>,
    /// Addresses of nodes.
    pub(super) addresses: BTreeMap<(NetworkKey, IpAddr), Owner>,
    /// Virtual addresses and pools: network, first, last.
    pub(super) ranges: Vec<Range>,
    /// What it uses of hosts, shares and stores.
    pub(super) uses: Uses,
    /// What it says of its cluster.
    pub(super) facts: ClusterFacts,
    /// What it asks of hypervisors.
    pub(super) loads: Loads,
    /// The versions of its components.
    pub(super) versions: Versions,
}

/// Name, range and bridge: a network of the same name somewhere else is another network.
pub(super) type NetworkKey = (Arc<str>, String, Option<Arc<str>>);

/// A node of the control plane: its address, and its number on the host.
type Master = (NetworkKey, IpAddr, Option<(Arc<str>, u32)>);

/// A node that has a number or an address.
pub(super) struct Owner {
    pub(super) node: Arc<str>,
    /// Whether Terraform makes it.
    pub(super) made: bool,
    pub(super) span: Option<Span>,
}

/// An object in a manifest that names its namespace.
pub(super) struct Reach {
    pub(super) component: Arc<str>,
    pub(super) kind: Arc<str>,
    pub(super) namespace: Arc<str>,
    pub(super) span: Span,
}

pub(super) struct Range {
    pub(super) network: Option<NetworkKey>,
    pub(super) first: IpAddr,
    pub(super) last: IpAddr,
    pub(super) name: Arc<str>,
    pub(super) span: Option<Span>,
}

fn key(network: &Network) -> NetworkKey {
    let bridge = network.bridge.as_ref().map(|bridge| bridge.value.clone());
    (network.name.value.clone(), network.cidr.value.to_string(), bridge)
}

impl Claims {
    /// Returns where to write what this environment has otherwise than the base has it at `inherited`: where its overlay
    /// names the thing already, or else where the environment is named.
    pub(super) fn place_of(&self, inherited: Option<Span>) -> Option<Span> {
        let inherited = inherited.filter(|_| self.overlay);
        let around = self.named.iter().filter(|(base, _)| inherited.is_some_and(|span| base.holds(span)));
        around.min_by_key(|(base, _)| base.end - base.start).map(|(_, over)| *over).or(self.place)
    }

    /// Returns the claims of an environment.
    pub(super) fn of(platform: &Platform, written: &Written) -> Self {
        let nodes = &written.platform.nodes;
        let topology = &platform.topology;
        let placed = |node: &crate::model::Node| {
            let written = nodes.value().and_then(|nodes| nodes.get(&node.name.value)?.value.as_ref());
            written.is_none_or(|node_written| {
                node_written.value.ip.value().is_none_or(|ip| ip.len() == node.addresses.len())
            })
        };
        let readable = !nodes.is_broken()
            && !written.changes.strange
            && nodes.value().map_or(0, Names::len) == topology.nodes.len()
            && topology.nodes.iter().all(placed);
        let mut claims = Self {
            name: platform.environment.value.clone(),
            overlay: platform.is_overlay,
            place: platform.origins.written_span(platform.environment.origin),
            named: written.changes.named.clone(),
            cluster: platform.cluster.as_ref().map(|cluster| cluster.value.clone()),
            masters: readable.then(Vec::new),
            objects: BTreeMap::new(),
            namespaces: BTreeMap::new(),
            reaches: Vec::new(),
            machines: BTreeMap::new(),
            addresses: BTreeMap::new(),
            ranges: Vec::new(),
            uses: super::shared::uses(platform),
            facts: ClusterFacts::of(platform),
            loads: super::memory::loads(platform),
            versions: super::skew::versions(platform),
        };
        // Whoever cannot be read to install it, it may be somebody else than Argo CD.
        let unsure = |component: &Component| {
            let components = written.platform.components.value();
            let written = components.and_then(|all| all.get(&component.name.value)?.value.as_ref());
            written.is_some_and(|written| written.value.installed_by.is_broken())
        };
        for component in platform.components.iter().filter(|component| !unsure(component)) {
            claims.component(platform, component);
        }
        for class in platform.topology.storage_classes.iter().filter(|class| class.component.is_some()) {
            let span = platform.origins.written_span(class.name.origin);
            claims.objects.insert(format!("storage class `{}`", class.name.value), span);
        }
        claims.nodes(platform);
        claims.ranges(platform);
        claims
    }

    /// What Ansible or somebody else installs may be one installation that environments share, Argo CD before all.
    fn component(&mut self, platform: &Platform, component: &Component) {
        if component.installed_by.value != InstalledBy::Argocd {
            return;
        }
        let span = |origin| platform.origins.written_span(origin);
        let here = span(component.name.origin);
        let (namespace, release) = (&component.namespace.value, &component.release.value);
        self.objects.insert(format!("release `{release}` in namespace `{namespace}`"), here);
        self.objects.insert(format!("namespace `{namespace}`"), span(component.namespace.origin));
        self.namespaces.insert(component.name.value.clone(), namespace.clone());
        self.reach(component);
        let facts = &component.variant.facts;
        if facts.kinds.value().is_some_and(|kinds| Facts::words(&kinds.cluster).next().is_some()) {
            let (library, fullname) = (&component.library, &component.fullname.value);
            self.objects.insert(format!("cluster-wide objects of `{library}` called `{fullname}`"), here);
        }
        if facts.provides.value().is_some_and(|provides| Facts::words(&provides.crds).next().is_some()) {
            self.objects.insert(format!("custom kinds of `{}`", component.library), here);
        }
        let application = platform.environment_name(&component.name.value);
        self.objects.insert(format!("Application `{application}`"), here);
        let project = platform.environment_name(&component.project.value);
        self.objects.insert(format!("AppProject `{project}`"), span(component.project.origin));
    }

    /// What a person wrote into an object may lead to any namespace.
    fn reach(&mut self, component: &Component) {
        let at = |node: &Node, path: &[&str]| {
            let found = path.iter().try_fold(node, |node, key| node.get(key))?;
            Some((found.as_scalar().filter(|_| !found.is_null())?.clone(), found.span))
        };
        for document in component.manifests.iter().flat_map(|manifest| &manifest.documents) {
            if let Some((namespace, span)) = at(document, &["metadata", "namespace"]) {
                let kind = at(document, &["kind"]).map_or_else(|| "an object".into(), |(kind, _)| kind);
                self.reaches.push(Reach { component: component.name.value.clone(), kind, namespace, span });
            }
        }
    }

    fn nodes(&mut self, platform: &Platform) {
        let topology = &platform.topology;
        for node in &topology.nodes {
            let api = node.host.and_then(|host| topology.hypervisors.get(host.0)).map(|host| &host.endpoint.value);
            let owner = |origin| {
                let span = platform.origins.written_span(origin);
                Owner { node: node.name.value.clone(), made: api.is_some(), span }
            };
            if let (Some(api), Some(vmid)) = (api, &node.vmid) {
                let owner = owner(vmid.origin);
                self.machines.insert((api.clone(), vmid.value), owner);
            }
            for address in &node.addresses {
                let Some(network) = topology.networks.get(address.network.0).map(key) else { continue };
                if node.role.value == Role::ControlPlane {
                    let machine = api.zip(node.vmid.as_ref()).map(|(api, vmid)| (api.clone(), vmid.value));
                    let master = (network.clone(), address.ip.value, machine);
                    self.masters.iter_mut().for_each(|all| all.push(master.clone()));
                }
                self.addresses.insert((network, address.ip.value), owner(address.ip.origin));
            }
        }
    }

    fn ranges(&mut self, platform: &Platform) {
        let topology = &platform.topology;
        for address in topology.addresses.iter().filter(|address| address.purpose != Purpose::Reserved) {
            let (first, last) = match address.claim.value {
                Claim::One(ip) => (ip, ip),
                Claim::Range(first, last) => (first, last),
            };
            let network = topology.networks.iter().find(|network| network.cidr.value.contains(&first)).map(key);
            let span = platform.origins.written_span(address.claim.origin);
            self.ranges.push(Range { network, first, last, name: address.name.value.clone(), span });
        }
    }

    /// An environment without control-plane nodes has no cluster of its own; where the spec names clusters, it decides.
    pub(super) fn shares_cluster(&self, other: &Self) -> bool {
        match (&self.cluster, &other.cluster) {
            (Some(own), Some(other)) => own == other,
            (Some(_), None) | (None, Some(_)) => false,
            (None, None) => {
                let (Some(own), Some(other)) = (&self.masters, &other.masters) else { return false };
                // Two machines at one address are a mistake, and no cluster.
                let same = |one: &Master, two: &Master| {
                    (&one.0, one.1) == (&two.0, two.1) && (one.2.is_none() || two.2.is_none() || one.2 == two.2)
                };
                own.is_empty() || other.is_empty() || own.iter().any(|one| other.iter().any(|two| same(one, two)))
            }
        }
    }
}
