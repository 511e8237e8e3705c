//! Network policies: what flows and facts say is let in, and nothing else (kubernetes.io, network policies).
//!
//! A policy is about pods. Those of a workload have ports that are known, so it says who may come to which; those of a chart
//! have not, so it says who may come ([`ports`]). Who may come is never too few: traffic that the spec does not name but the
//! facts imply, such as that of an operator to what it runs, is let in as well.

pub(super) mod closed;
mod ports;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use self::ports::Allowed;
use super::build::{list, lit, map, named, some, text, unless_empty};
use super::{NO_NETWORK_POLICY, Source};
use crate::diag::Diagnostic;
use crate::doc::Doc;
use crate::library::Facts;
use crate::model::{Component, ComponentId};
use crate::source::{OriginId, Origins};
use crate::spec::{ClusterKind, FlowKind, InstalledBy};

/// The namespaces of Kubernetes itself: other pods than those of the spec live there.
const SHARED: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/// The label by which Kubernetes tells namespaces apart.
const NAMESPACE: &str = "kubernetes.io/metadata.name";

/// The kinds that make the API server call a component.
const CALLED: [&str; 3] = [
    "APIService.apiregistration.k8s.io",
    "MutatingWebhookConfiguration.admissionregistration.k8s.io",
    "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
];

/// Returns the policy of a component that is to have one.
pub(super) fn policy(
    source: &Source<'_>,
    id: ComponentId,
    component: &Component,
    origins: &mut Origins,
    out: &mut Vec<Diagnostic>,
) -> Option<Doc> {
    let runs = (component.chart.is_some() || component.by_argocd()) && has_pods(component);
    let facts = &component.variant.facts;
    // Whoever answers the outside world has nobody to keep out, and needs a policy only where nobody is let in without one.
    let open =
        component.ingress.is_some() || facts.needs.value().is_some_and(|n| n.load_balancer.value() == Some(&true));
    if !component.network_policy.value || !runs {
        return None;
    }
    if open {
        return closed::anybody(source, component);
    }
    let Some(selector) = own_pods(source, component) else {
        unknown(source, component, out);
        return None;
    };
    let here =
        origins.derived("who opens connections to it", &[component.network_policy.origin, component.name.origin]);
    let rules = rules(source, id, component, map(here, [("podSelector", selector.clone())]));
    let ingress = rules.into_iter().map(|(allowed, peers)| {
        some(here, [("from", Some(list(here, peers))), ("ports", ports::rule(component, &allowed, here))])
    });
    let ingress = list(here, ingress);
    let spec = map(
        here,
        [("podSelector", selector), ("policyTypes", list(here, [lit(here, "Ingress")])), ("ingress", ingress)],
    );
    Some(map(
        here,
        [
            ("apiVersion", lit(here, "networking.k8s.io/v1")),
            ("kind", lit(here, "NetworkPolicy")),
            ("metadata", map(here, [("name", text(&component.name)), ("namespace", text(&component.namespace))])),
            ("spec", spec),
        ],
    ))
}

/// Returns who may come, by the ports that they may come to: everywhere, and to some of them.
fn rules(source: &Source<'_>, id: ComponentId, component: &Component, own: Doc) -> BTreeMap<Allowed, Vec<Doc>> {
    let mut rules = BTreeMap::from([(None, vec![own])]);
    // What comes from outside, by a load balancer or a port of the nodes, has the address of the caller or of a node.
    if ports::is_outside(component) {
        rules.entry(ports::open(component)).or_default().extend(anywhere(component.name.origin));
    }
    for caller in callers(source, id, component).into_values() {
        rules.entry(caller.allowed).or_default().push(caller.peer);
    }
    if is_called(component) {
        let all = rules.entry(None).or_default();
        all.extend(nodes(source));
        all.extend(agents(source));
    }
    // A rule that names no port would let in to all of them.
    rules.retain(|allowed, _| allowed.as_ref().is_none_or(|ports| !ports.is_empty()));
    rules
}

fn has_pods(component: &Component) -> bool {
    component.variant.facts.runs.value() != Some(&false)
}

/// Returns the labels of a component's pods, where the facts know them.
fn pods(component: &Component) -> Option<Doc> {
    let labels = component.pods.clone().or_else(|| {
        let labels = component.labels.as_ref()?;
        labels.at(&["app.kubernetes.io/name"])?;
        let mut labels = labels.clone();
        labels.merge(named(
            component.release.origin,
            [(Arc::from("app.kubernetes.io/instance"), text(&component.release))],
        ));
        Some(labels)
    })?;
    Some(map(labels.origin, [("matchLabels", labels)]))
}

/// Returns the selector of a component's own pods: all of the namespace, where it is alone in it.
fn own_pods(source: &Source<'_>, component: &Component) -> Option<Doc> {
    let others = source.platform.components.iter();
    let others = others.filter(|other| other.name.value != component.name.value && has_pods(other));
    let alone = others.into_iter().all(|other| other.namespace.value != component.namespace.value);
    if alone && !SHARED.contains(&&*component.namespace.value) {
        return Some(map(component.namespace.origin, []));
    }
    pods(component)
}

/// Who may come.
struct Caller {
    /// As the policy has it.
    peer: Doc,
    /// Where to.
    allowed: Allowed,
}

/// Returns who may come, by namespace and pods: a component that opens several flows is there once.
fn callers(source: &Source<'_>, id: ComponentId, component: &Component) -> BTreeMap<Arc<str>, Caller> {
    let platform = source.platform;
    let mut all: BTreeMap<Arc<str>, Caller> = BTreeMap::new();
    let mut add = |caller: &Component, origin: OriginId, allowed: Allowed| {
        if caller.name.value == component.name.value {
            return;
        }
        match all.entry(caller.name.value.clone()) {
            Entry::Vacant(new) => {
                new.insert(Caller { peer: peer(caller, origin), allowed });
            }
            Entry::Occupied(mut known) => {
                let before = known.get_mut().allowed.take();
                known.get_mut().allowed = ports::both(before, allowed);
            }
        }
    };
    for flow in source.flows_to(id) {
        if let Some(caller) = platform.components.get(flow.from.component.0) {
            add(caller, flow.origin, ports::of(component, flow));
        }
    }
    for caller in &platform.components {
        for expose in component.exposures().map(|exposure| exposure.expose) {
            if let (Some(class), Some(controller)) = (&expose.class, &caller.ingress)
                && class.value == controller.class.value
            {
                add(caller, class.origin, ports::open(component));
            }
            if let Some(tunnel) = &expose.tunnel
                && platform.tunnel(&tunnel.value).is_some_and(|own| own.component.value == caller.name.value)
            {
                add(caller, tunnel.origin, ports::open(component));
            }
        }
    }
    // An operator watches over what it runs.
    for kind in Facts::words(component.variant.facts.needs.value().map_or(&crate::yaml::Field::Absent, |n| &n.crds)) {
        let provider = source.graph.crds.get(kind).and_then(|provider| platform.components.get(provider.0));
        if let Some(provider) = provider.filter(|_| !kind.ends_with(".monitoring.coreos.com")) {
            add(provider, component.name.origin, None);
        }
    }
    if let Some((origin, allowed)) = everybody(source, id, component) {
        // Who may come to all ports need not be named by itself.
        all.retain(|_, caller| allowed.is_some() && caller.allowed != allowed);
        all.insert("".into(), Caller { peer: map(origin, [("namespaceSelector", map(origin, []))]), allowed });
    }
    all
}

/// Returns because of what all pods of the cluster may come, and to which ports.
fn everybody(source: &Source<'_>, id: ComponentId, component: &Component) -> Option<(OriginId, Allowed)> {
    // Traces come from applications, which the spec does not name: whoever has some may bring them.
    let forwards = source.flows_from(id).find(|flow| flow.kind == FlowKind::Traces);
    if let Some(flow) = forwards.filter(|_| component.serves.contains_key(&FlowKind::Traces)) {
        return Some((flow.origin, ports::open(component)));
    }
    // Any pod may read secrets at the store: what the injector or the driver puts there does so by itself.
    let store = source.platform.secret_store.as_ref()?;
    let own = store.component.as_ref().is_some_and(|name| name.value == component.name.value);
    own.then(|| (store.origin, ports::open(component)))
}

fn peer(caller: &Component, origin: OriginId) -> Doc {
    let namespace = named(origin, [(Arc::from(NAMESPACE), Doc::str(caller.namespace.value.clone(), origin))]);
    let namespace = map(origin, [("matchLabels", namespace)]);
    // Who runs on the network of its node has no labels to be known by; nor has who is somebody else's.
    let known = (caller.installed_by.value != InstalledBy::External).then(|| pods(caller)).flatten();
    some(origin, [("namespaceSelector", Some(namespace)), ("podSelector", known.and_then(unless_empty))])
}

fn is_called(component: &Component) -> bool {
    let facts = &component.variant.facts;
    let judges = facts.provides.value().is_some_and(|provides| Facts::words(&provides.webhooks).next().is_some());
    let kinds = facts.kinds.value();
    judges || kinds.is_some_and(|kinds| Facts::words(&kinds.cluster).any(|kind| CALLED.contains(&kind)))
}

/// The API server calls from a node. What it sends to a pod of another node may come from the overlay, whose addresses
/// are those of pods.
fn nodes(source: &Source<'_>) -> Vec<Doc> {
    let topology = &source.platform.topology;
    let with_nodes =
        |at: usize| topology.nodes.iter().any(|node| node.addresses.iter().any(|address| address.network.0 == at));
    let networks = topology.networks.iter().enumerate();
    let networks = networks.filter(|(at, network)| with_nodes(*at) || &*network.name.value == "pods");
    let block = |cidr: Doc, origin| map(origin, [("ipBlock", map(origin, [("cidr", cidr)]))]);
    let blocks: Vec<Doc> =
        networks.map(|(_, network)| block(super::build::show(&network.cidr), network.cidr.origin)).collect();
    if blocks.is_empty() {
        // The spec does not say where the API server is.
        return anywhere(source.platform.name.origin).into();
    }
    blocks
}

/// At Google the API server is outside of the network of pods. What it sends comes out of agents in the cluster, which are pods:
/// no block of addresses matches them with Dataplane V2 (cloud.google.com, GKE, Konnectivity service).
fn agents(source: &Source<'_>) -> Option<Doc> {
    let cluster = source.platform.own_cluster().filter(|cluster| cluster.kind.value == ClusterKind::Gke)?;
    let here = cluster.kind.origin;
    let labels = |key: &str, value: &'static str| {
        map(here, [("matchLabels", named(here, [(Arc::from(key), lit(here, value))]))])
    };
    let namespace = labels(NAMESPACE, "kube-system");
    Some(map(here, [("namespaceSelector", namespace), ("podSelector", labels("k8s-app", "konnectivity-agent"))]))
}

/// Whoever has an address.
fn anywhere(here: OriginId) -> [Doc; 2] {
    ["0.0.0.0/0", "::/0"].map(|cidr| map(here, [("ipBlock", map(here, [("cidr", lit(here, cidr))]))]))
}

fn unknown(source: &Source<'_>, component: &Component, out: &mut Vec<Diagnostic>) {
    let Some(span) = source.platform.origins.place(component.name.origin) else { return };
    let name = &component.name.value;
    let message = format!("`{name}` gets no network policy: nobody has said which pods are its own");
    let mut problem = Diagnostic::warning(NO_NETWORK_POLICY, span, message).why(format!(
        "others live in namespace `{}` too, and a policy for all of its pods would cut them off",
        component.namespace.value
    ));
    if let Some(asked) = source.platform.origins.place(component.network_policy.origin) {
        problem = problem.related(asked, "network policies are asked for here");
    }
    out.push(problem.help("give it a namespace of its own, or write `networkPolicy: false`"));
}
