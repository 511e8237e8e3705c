//! The platform as meant: names resolved, defaults applied, component facts evaluated.
//!
//! [`resolve()`] turns the spec of one environment into a [`Platform`]. A value that can come from a default or a
//! computation is [`Traced`]: it carries the origin that `dvgen why` prints. What could not be resolved has been
//! reported, and whatever depends on it is left out; such a platform is never emitted.

mod alerts;
mod argocd;
mod auth;
mod backup;
mod basics;
mod cloud;
mod cluster;
mod component;
pub mod composition;
mod context;
mod demand;
mod edge;
mod flow;
pub(crate) mod glob;
mod image;
mod machine;
mod names;
mod pipelines;
mod place;
mod platform;
pub mod plugin;
mod resolve;
mod scrape;
mod secret;
mod service;
mod storage;
mod topology;
mod workload;

pub use alerts::{Alerts, regex_fault};
pub use backup::{BackupJob, BackupShare, BackupStore, Backups, JobId, NodeId, RestoreTest, StoreId};
pub use cluster::{Cloud, CloudId, Cluster, ClusterId, NodePool, Registry, RunsIn, Talos};
pub use component::{
    Asked, Component, ComponentId, Expose, Exposure, GateStep, IngressController, Manifest, ManifestText, Metrics,
    Part, PartId, Requirement,
};
pub use context::{Contexts, Shared};
pub use demand::Demand;
pub use edge::{Certificate, Guard, Route, Tunnel};
pub use flow::{End, Flow, Tenancy};
pub use image::Image;
pub use machine::{Machine, MachineKind};
pub use pipelines::{Pipelines, Workflow};
pub use place::{Place, Wanted};
pub use resolve::{Input, Platform, resolve};
pub use secret::{STORE_NAME, STORE_ROLE, SecretItem, SecretKey, SecretStore, SecretUse};
pub use service::{Endpoint, Forced, Serve, Service};
pub use topology::{
    Address, Claim, Collection, Disk, Domains, Hypervisor, HypervisorId, MetricServer, Network, NetworkId, Node,
    NodeAddress, Pool, Repository, StorageClass, Taint, Toolchain, Topology, VolumeGroup,
};

pub use workload::Workload;

use std::sync::Arc;

use crate::diag::Kind;
use crate::source::OriginId;

/// A value and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traced<T> {
    /// The value.
    pub value: T,
    /// Where it comes from.
    pub origin: OriginId,
}

/// A text and where it comes from.
pub type Text = Traced<Arc<str>>;

impl<T> Traced<T> {
    /// Returns `value` with its origin.
    pub const fn new(value: T, origin: OriginId) -> Self {
        Self { value, origin }
    }
}

/// A component's library entry does not exist.
pub const UNKNOWN_LIBRARY: Kind = Kind::new("unknown-library-component", "DV0301");
/// A component that is named does not exist.
pub const UNKNOWN_COMPONENT: Kind = Kind::new("unknown-component", "DV0302");
/// A hypervisor that is named does not exist.
pub const UNKNOWN_HYPERVISOR: Kind = Kind::new("unknown-hypervisor", "DV0303");
/// A cluster that is named does not exist.
pub const UNKNOWN_CLUSTER: Kind = Kind::new("unknown-cluster", "DV0361");
/// A cloud that is named does not exist.
pub const UNKNOWN_CLOUD: Kind = Kind::new("unknown-cloud", "DV0362");
/// A receiver of alerts that is named does not exist.
pub const UNKNOWN_RECEIVER: Kind = Kind::new("unknown-receiver", "DV0366");
/// A registry that is named does not exist.
pub const UNKNOWN_REGISTRY: Kind = Kind::new("unknown-registry", "DV0363");
/// An image that is named does not exist.
pub const UNKNOWN_IMAGE: Kind = Kind::new("unknown-image", "DV0364");
/// A port of a container that is named does not exist.
pub const UNKNOWN_PORT: Kind = Kind::new("unknown-port", "DV0365");
/// A network that is named does not exist.
pub const UNKNOWN_NETWORK: Kind = Kind::new("unknown-network", "DV0304");
/// A storage class that is named does not exist.
pub const UNKNOWN_STORAGE_CLASS: Kind = Kind::new("unknown-storage-class", "DV0305");
/// A secret item or key that is named does not exist.
pub const UNKNOWN_SECRET: Kind = Kind::new("unknown-secret", "DV0306");
/// A component does not answer this kind of flow.
pub const NOT_SERVED: Kind = Kind::new("flow-not-served", "DV0308");
/// A component does not open this kind of flow.
pub const NOT_OPENED: Kind = Kind::new("flow-not-opened", "DV0309");
/// A role is played by more than one component.
pub const AMBIGUOUS_ROLE: Kind = Kind::new("ambiguous-role", "DV0310");
/// A way into a component that it does not have.
pub const UNKNOWN_VIA: Kind = Kind::new("unknown-via", "DV0311");
/// The two ends of a flow do not agree on a tenant.
pub const TENANT: Kind = Kind::new("tenant-mismatch", "DV0312");
/// An address does not lie in its network.
pub const OUTSIDE_NETWORK: Kind = Kind::new("address-outside-network", "DV0313");
/// Two things have one address or one number.
pub const TAKEN_TWICE: Kind = Kind::new("taken-twice", "DV0314");
/// A field that the component needs is missing.
pub const INCOMPLETE: Kind = Kind::new("incomplete", "DV0315");
/// A name that a tool would not take.
pub const UNUSABLE_NAME: Kind = Kind::new("unusable-name", "DV0316");
/// A version that the facts were not read in.
pub const UNTESTED_VERSION: Kind = Kind::new("untested-version", "DV0318");
/// Something is written that nothing reads.
pub const NO_EFFECT: Kind = Kind::new("no-effect", "DV0320");
/// A setting that no template of the component reads.
pub const UNKNOWN_SETTING: Kind = Kind::new("unknown-setting", "DV0398");
/// A value of the user would break what is wired.
pub const WIRING: Kind = Kind::new("broken-wiring", "DV0321");
/// A part that the component does not have.
pub const UNKNOWN_PART: Kind = Kind::new("unknown-part", "DV0317");
/// A component that cannot answer for the addresses that it owns.
pub const WRONG_OWNER: Kind = Kind::new("wrong-owner", "DV0343");
/// An ingress class that no controller answers for.
pub const UNKNOWN_INGRESS_CLASS: Kind = Kind::new("unknown-ingress-class", "DV0340");
/// Something is exposed and the platform has no ingress controller.
pub const NO_INGRESS: Kind = Kind::new("no-ingress-controller", "DV0341");
/// People are signed in at a host that does not exist, or sent back to one.
pub const NO_HOST: Kind = Kind::new("no-host", "DV0342");
/// A manifest file that cannot be read.
pub const BAD_MANIFEST: Kind = Kind::new("bad-manifest", "DV0319");
/// Two virtual addresses of the Kubernetes API, and no way to tell which is meant.
pub const AMBIGUOUS_ENDPOINT: Kind = Kind::new("ambiguous-endpoint", "DV0331");
/// A tunnel that is named does not exist.
pub const UNKNOWN_TUNNEL: Kind = Kind::new("unknown-tunnel", "DV0370");
/// A route of a tunnel leads to something that does not exist.
pub const UNKNOWN_ROUTE: Kind = Kind::new("unknown-route-target", "DV0371");
/// People are to be signed in, and nobody does.
pub const IDENTITY: Kind = Kind::new("identity-without-provider", "DV0372");
/// Two storage classes are the default.
pub const TWO_DEFAULTS: Kind = Kind::new("two-default-classes", "DV0332");
/// A volume group that no node has.
pub const UNKNOWN_VOLUME_GROUP: Kind = Kind::new("unknown-volume-group", "DV0333");
/// A component that provides no storage classes is to provide one.
pub const NO_PROVISIONER: Kind = Kind::new("no-provisioner", "DV0334");
/// A setting of a flow names what the other side does not have.
pub const UNKNOWN_OPTION: Kind = Kind::new("unknown-option", "DV0336");
/// A machine that the spec does not have.
pub const UNKNOWN_MACHINE: Kind = Kind::new("unknown-machine", "DV0380");
/// A time that Alertmanager would not take.
pub const BAD_TIME: Kind = Kind::new("bad-time", "DV0396");
/// An alert that no rule gives.
pub const UNKNOWN_ALERT: Kind = Kind::new("unknown-alert", "DV0397");
/// Somebody who has no place for certificates is to have a connection with TLS.
pub const NO_TLS: Kind = Kind::new("no-tls", "DV0394");
/// A store or job of backups, or a machine of one, that does not exist or cannot be meant.
pub const BAD_BACKUP: Kind = Kind::new("bad-backup", "DV0395");
/// Two networks hold the same addresses.
pub const OVERLAP: Kind = Kind::new("networks-overlap", "DV0335");
/// A plugin that is named does not exist.
pub const UNKNOWN_PLUGIN: Kind = Kind::new("unknown-plugin", "DV0381");
/// A name that several plugins of a composition have.
pub const AMBIGUOUS_PLUGIN: Kind = Kind::new("ambiguous-plugin", "DV0382");
/// A plugin that another one cannot work without is not in the composition.
pub const MISSING_PLUGIN: Kind = Kind::new("missing-plugin", "DV0383");
/// A plugin that is needed does not run.
pub const DISABLED_PLUGIN: Kind = Kind::new("disabled-plugin-needed", "DV0384");
/// No version of a plugin suits all that use it.
pub const PLUGIN_VERSION: Kind = Kind::new("plugin-version-conflict", "DV0385");
/// What is said of a plugin in one place is not what is said in another.
pub const PLUGIN_FACTS: Kind = Kind::new("plugin-facts-differ", "DV0386");
/// A plugin is to start before itself.
pub const PLUGIN_NEEDS_ITSELF: Kind = Kind::new("plugin-needs-itself", "DV0387");
/// The work of a plugin is done by nobody, or twice.
pub const SHARDS: Kind = Kind::new("shards-not-whole", "DV0388");
/// Two numbers that contradict each other.
pub const BOUNDS: Kind = Kind::new("bounds-contradict", "DV0389");
/// A topic that the composition does not have.
pub const UNKNOWN_TOPIC: Kind = Kind::new("unknown-topic", "DV0390");
/// An entry of the navigation, or a theme, that does not exist.
pub const UNKNOWN_ENTRY: Kind = Kind::new("unknown-page-entry", "DV0391");
/// A trust store that does not exist.
pub const UNKNOWN_TRUST_STORE: Kind = Kind::new("unknown-trust-store", "DV0392");
