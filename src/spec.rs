//! The platform spec as written: one type a section, each field with its span.
//!
//! [`read()`] takes the root file and its includes, applies an environment and the shared fields
//! (`layers`), and decodes the result, reporting everything that is wrong. The types here are also the
//! source of the JSON Schema ([`schema`]).

mod alerts;
mod backup;
mod base;
mod cluster;
mod component;
pub mod composition;
mod dialect;
mod edge;
mod flow;
mod format;
pub mod labels;
mod layers;
mod others;
mod pieces;
mod pins;
mod pipelines;
mod platform;
pub mod plugin;
mod policies;
mod read;
pub mod scalars;
pub mod schema;
mod sections;
mod topology;
mod workload;
mod written;

pub use alerts::{
    AlertGroup, AlertRoute, AlertRule, AlertTest, Alerts, EmailReceiver, Inhibition, MuteTime, PagerDutyReceiver,
    Receiver, RecordRule, SlackReceiver, WebhookReceiver,
};
pub use backup::{BackupJob, BackupMode, BackupStore, Backups, RestoreTest, Retention, Share, ShareKind};
pub use base::BaseArgocd;
pub use cluster::{
    Cloud, CloudKind, Cluster, ClusterKind, Dataplane, NodePool, Registry, RegistryFormat, ReleaseChannel, Talos,
    TalosCni,
};
pub use component::{
    Affinity, Chart, Component, Effect, Expose, InstalledBy, Operator, Part, Placement, Storage, Strength, Tls,
    Toleration,
};
pub use edge::{Access, Certificate, Protocol, Route, Tunnel, TunnelKind};
pub use flow::{Flow, FlowFields, FlowKind};
pub use labels::{LabelValue, Labels};
pub use layers::{Changes, Removed};
pub use others::OtherEnvironment;
pub use pieces::{Piece, Pieces};
pub use pins::{ChartOf, Pin, Pinned, Pins, Step, entry_on_machines};
pub use pipelines::{CloudIdentity, Does, Pipelines, Program, RiskWord, Workflow, Writer};
pub use platform::{
    Ansible, Defaults, Domains, Gate, Level, Metadata, Platform, Repository, SecretKeys, SecretMaker, SecretRef,
    SecretStore, Secrets, StoreKind,
};
pub use policies::{Pack, Policies, RuleSetting, Scope, Selector, Waiver};
pub use read::{SpecFiles, read_files};
pub use topology::{
    Address, Disk, Hypervisor, HypervisorKind, Media, MetricServer, Network, Node, Overlay, Pool, Purpose, Reclaim,
    Redundancy, Role, StorageClass, StorageSection, Taint, Template, VmTemplate,
};
pub use workload::{
    Amounts, Autoscale, Controller, Disruption, Files, Image, PodSecurity, PortProtocol, Probe, Probes, Resources,
    ServiceType, Sidecar, Workload, WorkloadMetrics, WorkloadPort, WorkloadService, WorkloadVolume,
};
pub use written::{Written, read};

use crate::diag::Kind;
use crate::yaml::decode::Record;

/// The records of a spec. A field that stands in one of them may belong to another.
const RECORDS: &[Record] = &[
    Component::RECORD,
    Part::RECORD,
    Storage::RECORD,
    Expose::RECORD,
    Placement::RECORD,
    Affinity::RECORD,
    Toleration::RECORD,
    Chart::RECORD,
    FlowFields::RECORD,
    Node::RECORD,
    Disk::RECORD,
    Taint::RECORD,
    Network::RECORD,
    Address::RECORD,
    Hypervisor::RECORD,
    VmTemplate::RECORD,
    Cluster::RECORD,
    NodePool::RECORD,
    Cloud::RECORD,
    Registry::RECORD,
    Workload::RECORD,
    WorkloadPort::RECORD,
    WorkloadService::RECORD,
    Sidecar::RECORD,
    Certificate::RECORD,
    Tunnel::RECORD,
    Backups::RECORD,
    BackupStore::RECORD,
    BackupJob::RECORD,
    StorageSection::RECORD,
    StorageClass::RECORD,
    Secrets::RECORD,
    SecretStore::RECORD,
    Metadata::RECORD,
    Domains::RECORD,
    Repository::RECORD,
    Ansible::RECORD,
    Gate::RECORD,
    Policies::RECORD,
    Platform::RECORD,
];

/// An include that leads outside the repository, to itself or nowhere.
pub const INCLUDE: Kind = Kind::new("bad-include", "DV0201");
/// One thing is written in two files.
pub const WRITTEN_TWICE: Kind = Kind::new("written-twice", "DV0202");
/// An environment that the spec does not have.
pub const UNKNOWN_ENVIRONMENT: Kind = Kind::no_verdict("unknown-environment", "DV0203");
/// A removal marker where there is nothing to remove.
pub const NOTHING_TO_REMOVE: Kind = Kind::new("nothing-to-remove", "DV0204");
/// A group that no component is in.
pub const UNUSED_GROUP: Kind = Kind::new("unused-group", "DV0291");
/// An overlay changes what the base does not have.
pub const NOT_IN_BASE: Kind = Kind::new("not-in-base", "DV0290");
/// A secret value where a reference belongs.
pub const SECRET_VALUE: Kind = Kind::new("secret-value", "DV0205");
/// A version, unit or kind of document that this dvgen does not know.
pub const API_VERSION: Kind = Kind::new("unknown-api-version", "DV0206");
/// A component names a group that does not exist.
pub const UNKNOWN_GROUP: Kind = Kind::new("unknown-group", "DV0207");
