//! Environments against each other: two of them in one cluster, on one machine's number, or at one address.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use super::facts::{ClusterFacts, differences};
use super::memory::Loads;
use super::shared::Uses;
use super::skew::Versions;
use crate::diag::{Diagnostic, Kind};
use crate::library::Facts;
use crate::model::{Claim, Component, Network, Platform, TAKEN_TWICE};
use crate::source::Span;
use crate::spec::{InstalledBy, Purpose, Role, Written};
use crate::yaml::{Names, Node};

/// Two environments would deploy the same things to one cluster.
const SHARED_CLUSTER: Kind = Kind::new("shared-cluster", "DV0803");

/// One environment would write into the namespace of another.
const OTHER_ENVIRONMENT: Kind = Kind::new("reaches-other-environment", "DV0804");

/// How many things a report names.
const NAMED: usize = 3;

/// What an environment claims that no other may have.
pub(super) struct Claims {
    pub(super) name: Arc<str>,
    pub(super) overlay: bool,
    /// Where the environment is named.
    pub(super) place: Option<Span>,
    /// The cluster that the spec names.
    cluster: Option<Arc<str>>,
    /// The addresses of its control plane; `None` where its nodes cannot be read.
    masters: Option<Vec<(NetworkKey, IpAddr)>>,
    /// What it makes in its cluster, as a person would name it.
    objects: BTreeMap<String, Option<Span>>,
    /// The namespaces of its components, by component.
    namespaces: BTreeMap<Arc<str>, Arc<str>>,
    /// What its manifests name of namespaces.
    reaches: Vec<Reach>,
    /// Virtual machines that Terraform makes: API and number.
    machines: BTreeMap<(Arc<str>, u32), Owner>,
    /// Addresses of nodes.
    addresses: BTreeMap<(NetworkKey, IpAddr), Owner>,
    /// Virtual addresses and pools: network, first, last.
    ranges: Vec<Range>,
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
type NetworkKey = (Arc<str>, String, Option<Arc<str>>);

/// A node that has a number or an address.
struct Owner {
    node: Arc<str>,
    /// Whether Terraform makes it.
    made: bool,
    span: Option<Span>,
}

/// An object in a manifest that names its namespace.
struct Reach {
    component: Arc<str>,
    kind: Arc<str>,
    namespace: Arc<str>,
    span: Span,
}

struct Range {
    network: Option<NetworkKey>,
    first: IpAddr,
    last: IpAddr,
    name: Arc<str>,
    span: Option<Span>,
}

fn key(network: &Network) -> NetworkKey {
    let bridge = network.bridge.as_ref().map(|bridge| bridge.value.clone());
    (network.name.value.clone(), network.cidr.value.to_string(), bridge)
}

impl Claims {
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
                    self.masters.iter_mut().for_each(|all| all.push((network.clone(), address.ip.value)));
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
    fn shares_cluster(&self, other: &Self) -> bool {
        match (&self.cluster, &other.cluster) {
            (Some(own), Some(other)) => own == other,
            (Some(_), None) | (None, Some(_)) => false,
            (None, None) => {
                let (Some(own), Some(other)) = (&self.masters, &other.masters) else { return false };
                own.is_empty() || other.is_empty() || own.iter().any(|master| other.contains(master))
            }
        }
    }
}

/// Reports what two environments both claim. The first `asked` are built; others are only compared with these.
pub(super) fn report(claims: &[Claims], asked: usize, out: &mut Vec<Diagnostic>) {
    for (at, one) in claims.iter().enumerate().take(asked) {
        for other in claims.iter().skip(at + 1) {
            // One whose name could not be read has been reported; nothing can be said of it by name.
            if one.name.is_empty() || other.name.is_empty() {
                continue;
            }
            // An overlay is what a person would change.
            let (one, other) = if one.overlay && !other.overlay { (other, one) } else { (one, other) };
            let pair = Pair { first: one, second: other, together: one.shares_cluster(other) };
            out.extend(pair.cluster());
            if pair.together {
                out.extend(differences(one, other));
            }
            out.extend(reaching(&pair));
            out.extend(pair.machines());
            out.extend(pair.addresses());
        }
    }
}

/// Returns the nodes of an environment that have addresses in the ranges of another: in words, and the places of both.
fn inside<'a>(
    ranges: &'a Claims,
    nodes: &'a Claims,
) -> impl Iterator<Item = (String, Option<Span>, Option<Span>)> + 'a {
    ranges.ranges.iter().filter_map(|range| Some((range, range.network.as_ref()?))).flat_map(move |(range, network)| {
        let within = nodes.addresses.range((network.clone(), range.first)..=(network.clone(), range.last));
        within.map(move |((_, ip), owner)| {
            let (node, name, owners) = (&owner.node, &range.name, &ranges.name);
            (format!("{ip} of node `{node}`, which lies in `{name}` of `{owners}`"), range.span, owner.span)
        })
    })
}

/// Reports what one environment would write into a namespace of the other, in one cluster.
fn reaching(pair: &Pair<'_>) -> Vec<Diagnostic> {
    let (one, two) = (pair.first, pair.second);
    let mut all = Vec::new();
    for (from, to) in [(one, two), (two, one)].into_iter().filter(|_| pair.together) {
        for Reach { component, kind, namespace, span } in &from.reaches {
            // Guests in a namespace that environments share are meant; the place of the same component in the other is not.
            let (own, other) = (from.namespaces.get(component), to.namespaces.get(component));
            if other != Some(namespace) || own == Some(namespace) {
                continue;
            }
            let message = format!(
                "{kind} of `{component}` in environment `{}` goes to `{namespace}`, the namespace that it has in `{}`",
                from.name, to.name
            );
            let problem = Diagnostic::error(OTHER_ENVIRONMENT, *span, message)
                .why("both run in one cluster, so what is tried in one environment would change the other");
            let own = own.map_or_else(String::new, |own| format!(", here `{own}`"));
            all.push(problem.help(format!("leave the namespace out to get that of the component{own}")));
        }
    }
    all
}

fn shown(first: IpAddr, last: IpAddr) -> String {
    if first == last { first.to_string() } else { format!("{first}-{last}") }
}

struct Pair<'a> {
    first: &'a Claims,
    second: &'a Claims,
    /// Whether both run in one cluster.
    together: bool,
}

/// A thing that both claim: what it is, and where each of them says so.
struct Both {
    what: String,
    first: Option<Span>,
    second: Option<Span>,
}

impl Pair<'_> {
    fn cluster(&self) -> Option<Diagnostic> {
        let both = self.first.objects.iter().filter(|_| self.together).filter_map(|(what, first)| {
            let second = self.second.objects.get(what)?;
            Some(Both { what: what.clone(), first: *first, second: *second })
        });
        // Releases say most, so they come first.
        let mut both: Vec<Both> = both.collect();
        both.sort_by_key(|both| !both.what.starts_with("release"));
        let problem = self.problem(SHARED_CLUSTER, "deploy to one cluster, and both make", &both)?;
        Some(
            problem
                .why("each would undo what the other one deploys, for ever, and removing one removes both")
                .help(format!(
                    "if `{}` has a cluster of its own, name it: `metadata: {{ cluster: … }}` in the environment",
                    self.second.name
                ))
                .help("in one cluster give its components other namespaces, or remove those that it shares"),
        )
    }

    fn machines(&self) -> Option<Diagnostic> {
        let both = self.first.machines.iter().filter_map(|(key, first)| {
            let second = self.second.machines.get(key)?;
            let what = format!("virtual machine {} (`{}`)", key.1, first.node);
            Some(Both { what, first: first.span, second: second.span })
        });
        let problem = self.problem(TAKEN_TWICE, "both make", &both.collect::<Vec<_>>())?;
        Some(
            problem
                .why("each environment has a Terraform state of its own, and one would take the machine of the other")
                .help("give the nodes of one environment other numbers and addresses, or `$remove` them there"),
        )
    }

    fn addresses(&self) -> Option<Diagnostic> {
        let mut both = Vec::new();
        for (key, first) in &self.first.addresses {
            let Some(second) = self.second.addresses.get(key) else { continue };
            // In one cluster a node that both list is one machine, unless Terraform makes it twice.
            if !(self.together && first.node == second.node) || (first.made && second.made) {
                let what = format!("address {} of `{}`", key.1, first.node);
                both.push(Both { what, first: first.span, second: second.span });
            }
        }
        for one in self.first.ranges.iter().filter(|_| !self.together) {
            let meets =
                |other: &&Range| one.network == other.network && one.first <= other.last && other.first <= one.last;
            if let Some(other) = self.second.ranges.iter().find(meets) {
                let same = (one.first, one.last) == (other.first, other.last);
                let common = shown(one.first.max(other.first), one.last.min(other.last));
                let what = if same {
                    format!("`{}` at {common}", one.name)
                } else if one.name == other.name {
                    format!("{common} in `{}`", one.name)
                } else {
                    format!("{common} in `{}` and `{}`", one.name, other.name)
                };
                both.push(Both { what, first: one.span, second: other.span });
            }
        }
        if !self.together {
            both.extend(inside(self.first, self.second).map(|(what, range, node)| Both {
                what,
                first: range,
                second: node,
            }));
            both.extend(inside(self.second, self.first).map(|(what, range, node)| Both {
                what,
                first: node,
                second: range,
            }));
        }
        let problem = self.problem(TAKEN_TWICE, "both have", &both)?;
        Some(
            problem.why("two machines would answer at one address").help(
                "give one environment other addresses; a network of the same range elsewhere has another `bridge`",
            ),
        )
    }

    /// One report for all of a sort: an overlay that changes nothing has everything in common with its base.
    fn problem(&self, kind: Kind, verb: &str, both: &[Both]) -> Option<Diagnostic> {
        let first = both.first()?;
        let named: Vec<&str> = both.iter().take(NAMED).map(|both| &*both.what).collect();
        let more = both.len().saturating_sub(NAMED);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let (one, other) = (&self.first.name, &self.second.name);
        let message = format!("environments `{one}` and `{other}` {verb} {}{more}", named.join(", "));
        // What the overlay does not write itself is a line of the base; then the environment is the line to change.
        let place = first.second.filter(|span| Some(*span) != first.first).or(self.second.place).or(first.second)?;
        let problem = Diagnostic::error(kind, place, message);
        let there = first.first.filter(|span| *span != place);
        Some(
            there.into_iter().fold(problem, |problem, span| problem.related(span, format!("`{one}` has it from here"))),
        )
    }
}
