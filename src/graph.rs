//! The dependency graph: what has to be there before what, and why.
//!
//! Edges are *hard* (applying fails without the other side: a CRD, a webhook, a storage class, a secret store) or
//! *soft* (it works once the other side is up: data flows). Only a hard cycle is an error; a soft edge that would
//! close a cycle yields, what is only pushed before what is waited for. The waves of Argo CD are the lengths of the longest chains, so a component's wave changes
//! only when something that it depends on does.

mod cycle;
mod edges;
mod gates;
mod order;
mod plugins;
mod storage;

pub use plugins::{MemberEdge, StartOrder};

use std::borrow::Cow;
use std::sync::Arc;

use crate::diag::{Diagnostic, Kind};
use crate::model::{ComponentId, Platform};
use crate::source::{OriginId, Span};
use crate::spec::FlowKind;

/// Components need each other in a circle.
pub const CYCLE: Kind = Kind::new("dependency-cycle", "DV0351");
/// A kind that is created, and that nobody provides.
pub const NO_PROVIDER: Kind = Kind::new("missing-provider", "DV0352");

/// A gate that nothing keeps closed.
pub const GATE_NOT_HELD: Kind = Kind::new("gate-not-held", "DV0353");

/// How much an edge counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Applying fails without it.
    Hard,
    /// It works once the other side is up.
    Soft,
}

/// Why one component comes after another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The spec says so.
    Requires,
    /// It creates objects of a custom kind that the other one defines.
    Crd(Arc<str>),
    /// A webhook of the other one judges objects that it creates.
    Webhook(Arc<str>),
    /// Its volumes are of a class that the other one provides.
    StorageClass(Arc<str>),
    /// Its secrets come out of the store that the other one runs.
    SecretStore,
    /// The store that the other one runs signs the certificates that it issues.
    Authority,
    /// A manual step after the other one comes before it.
    Gate(Arc<str>),
    /// The other one answers for its host.
    Ingress(Arc<str>),
    /// The other one runs the tunnel that its host comes by.
    Tunnel(Arc<str>),
    /// The other one gives its Service an address.
    LoadBalancer,
    /// It opens a connection to the other one.
    Flow(&'static str),
}

impl Reason {
    /// Returns whether it works, and says that it does, without the other side: what it pushes waits, or is lost until then.
    pub fn is_push(&self) -> bool {
        let pushes = [FlowKind::RemoteWrite, FlowKind::Logs, FlowKind::Traces, FlowKind::Alerts];
        matches!(self, Self::Flow(word) if pushes.iter().any(|kind| kind.word() == *word))
    }

    /// Returns the reason as a phrase after "A needs B".
    pub fn phrase(&self) -> Cow<'static, str> {
        let phrase = match self {
            Self::Requires => return "as its `requires` says".into(),
            Self::SecretStore => return "for its secrets".into(),
            Self::Authority => return "for the authority that signs its certificates".into(),
            Self::LoadBalancer => return "for the address of its load balancer".into(),
            Self::Crd(kind) => format!("for the custom kind {kind}"),
            Self::Webhook(kind) => format!("for the webhook that judges {kind}"),
            Self::StorageClass(name) => format!("for storage class `{name}`"),
            Self::Ingress(class) => format!("for ingress class `{class}`"),
            Self::Tunnel(name) => format!("for tunnel `{name}`"),
            Self::Gate(name) => format!("through gate `{name}`"),
            Self::Flow(kind) => format!("for its `{kind}` flow"),
        };
        phrase.into()
    }
}

/// `from` comes after `to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The component that waits.
    pub from: ComponentId,
    /// The component that comes first.
    pub to: ComponentId,
    /// How much it counts.
    pub strength: Strength,
    /// Why.
    pub reason: Reason,
    /// The line that caused it.
    pub origin: OriginId,
    /// The very place, where the line is that of something larger.
    pub place: Option<Span>,
    /// Whether it is part of the order; a soft edge that would close a cycle is not.
    pub kept: bool,
}

/// The order of a platform.
#[derive(Debug)]
pub struct Graph {
    /// All edges, sorted by the names of their ends.
    pub edges: Vec<Edge>,
    /// The wave of each component, by its index.
    pub waves: Vec<Wave>,
    /// Who defines each custom kind, by `Kind.group`.
    pub crds: std::collections::BTreeMap<Arc<str>, ComponentId>,
    /// The order of the plugins of each composition, by its index.
    pub compositions: Vec<StartOrder>,
}

impl Graph {
    /// Returns the edges by which a component waits for others.
    pub fn edges_of(&self, component: ComponentId) -> &[Edge] {
        let start = self.edges.partition_point(|edge| edge.from < component);
        let end = self.edges.partition_point(|edge| edge.from <= component);
        self.edges.get(start..end).unwrap_or_default()
    }
}

/// When a component is created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wave {
    /// The length of the longest chain of components that come first.
    pub number: u32,
    /// The edge that decided it, by index; none for the first wave.
    pub decided_by: Option<usize>,
}

/// Builds the graph of a platform, and reports hard cycles.
pub fn build(platform: &Platform, out: &mut Vec<Diagnostic>) -> Graph {
    let providers = edges::Providers::new(platform);
    let mut edges = edges::collect(platform, &providers, out);
    gates::report(platform, out);
    let acyclic = cycle::report(platform, &edges, out);
    if acyclic {
        order::settle(platform.components.len(), &mut edges);
    } else {
        for edge in &mut edges {
            edge.kept = false;
        }
    }
    let waves = order::waves(platform.components.len(), &edges);
    let compositions = plugins::order(platform, out);
    Graph { edges, waves, crds: providers.crds, compositions }
}
