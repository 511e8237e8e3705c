//! Documents of every tool.
//!
//! A target is a function from the model and the graph to [`Draft`]s: documents with a path. Components are drafted
//! one by one ([`component()`]), each in an arena of origins of its own, so that they can be judged, printed and
//! dropped one after another; what speaks of the whole platform ([`platform()`]) comes last, because Argo CD's
//! projects are derived from what the components turned out to contain.

mod alloy;
mod ansible;
mod application;
mod argocd;
mod build;
mod component;
mod composition;
mod derived;
mod dns;
mod draft;
mod endpoints;
mod footprint;
mod free;
mod hosts;
mod inventory;
mod kubeadm;
mod labels;
mod layout;
mod manifests;
mod metric_server;
mod network;
mod page;
mod platform;
mod plugin;
pub mod print;
mod project;
mod proxmox_role;
mod renovate;
mod requirements;
mod root;
mod runbook;
mod secrets;
mod shell;
mod talos;
mod terraform;
mod topology;
mod values;
mod variables;
mod vault;
mod wiring;
mod workflows;

pub use component::{ComponentDrafts, component};
pub use derived::{DERIVED_ANNOTATIONS, DERIVED_FIELDS};
pub use draft::{Artifact, Body, Draft, TargetName};
pub use footprint::{Footprint, KindName};
pub use free::doc as written;
pub use labels::of as node_labels;
pub use layout::{Delivery, Layout};
pub use platform::{PlatformDrafts, pages, platform};
pub use renovate::{Dependency, Dependent, dependents};

use crate::diag::Kind;
use crate::graph::Graph;
use crate::library::kinds::KindTables;
use crate::model::{Component, ComponentId, Contexts, Flow, Platform};

/// Something that a target needs is missing in the spec.
pub const MISSING_FACT: Kind = Kind::new("missing-fact", "DV0601");
/// A template made an object of a kind that the facts do not announce.
pub const UNANNOUNCED: Kind = Kind::new("unannounced-kind", "DV0602");
/// A template made something that is not a Kubernetes object.
pub const NOT_AN_OBJECT: Kind = Kind::new("not-an-object", "DV0603");
/// Hypervisors that one Terraform module cannot reach alike.
pub const TWO_APIS: Kind = Kind::new("two-proxmox-apis", "DV0606");
/// A certificate issuer that nothing makes.
pub const UNKNOWN_ISSUER: Kind = Kind::new("unknown-issuer", "DV0607");
/// The kind of the issuers that `issuer` names.
pub const CLUSTER_ISSUER: &str = "ClusterIssuer.cert-manager.io";
/// A version that Renovate cannot raise, because nobody told where its releases are.
pub const UNSEEN_PIN: Kind = Kind::new("unseen-pin", "DV0630");
/// Two components set one variable of Ansible.
pub const SAME_VARIABLE: Kind = Kind::new("variable-set-twice", "DV0620");
/// Ansible would install one thing twice.
pub const INSTALLED_TWICE: Kind = Kind::new("installed-twice", "DV0621");
/// A component whose pods are not known, so that it has no network policy.
pub const NO_NETWORK_POLICY: Kind = Kind::new("no-network-policy", "DV0610");
/// A value that dvgen derived is replaced by the user's.
pub const OVERWRITTEN: Kind = Kind::new("overwritten-wiring", "DV0608");
/// A value that follows from a field of the spec is replaced by one of `values:`.
pub const BYPASSED_FIELD: Kind = Kind::new("bypassed-field", "DV1570");
/// Nothing makes Argo CD keep an order.
pub const NO_ORDER: Kind = Kind::new("no-order", "DV0605");
/// The kinds of a chart are not known, so its project allows all of them.
pub const OPEN_PROJECT: Kind = Kind::new("open-project", "DV0604");

/// What every target reads.
#[derive(Debug)]
pub struct Source<'a> {
    /// The platform.
    pub platform: &'a Platform,
    /// Its order.
    pub graph: &'a Graph,
    /// What templates read.
    pub contexts: &'a Contexts<'a>,
    /// Where files lie.
    pub layout: &'a Layout,
    /// The tables of kinds.
    pub kinds: &'a KindTables,
    /// The versions that the spec pins, in all environments.
    pub pins: &'a [Dependent],
}

impl Source<'_> {
    /// Returns the flows that a component answers.
    fn flows_to(&self, id: ComponentId) -> impl Iterator<Item = &Flow> {
        self.contexts.served_by(id).iter().filter_map(|at| self.platform.flows.get(*at))
    }

    /// Returns the flows that a component opens.
    fn flows_from(&self, id: ComponentId) -> impl Iterator<Item = &Flow> {
        self.contexts.opened_by(id).iter().filter_map(|at| self.platform.flows.get(*at))
    }

    /// Returns the name of a component's Application. All environments may live in one Argo CD.
    fn application_name(&self, component: &Component) -> String {
        self.environment_name(&component.name.value)
    }

    /// Returns the name of a project.
    fn project_name(&self, name: &str) -> String {
        self.environment_name(name)
    }

    fn environment_name(&self, name: &str) -> String {
        self.platform.environment_name(name)
    }
}
