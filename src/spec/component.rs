//! Components as written.

use std::sync::Arc;

use super::edge::Access;
use super::labels::{LabelValue, Labels};
use super::scalars::{
    AbsolutePath, DnsLabel, DnsName, Duration, FileLabel, ObjectName, Quantity, SimpleName, Url, Version, Word,
};
use super::workload::Workload;
use crate::yaml::decode::OneOrMany;
use crate::yaml::{Field, Names, Node as YamlNode};
use crate::{choice, record};

choice! {
    /// Who installs a component.
    pub enum InstalledBy as "an installer" {
        /// Argo CD, from an Application.
        Argocd = "argocd",
        /// Ansible, before Argo CD is there.
        Ansible = "ansible",
        /// A person with Helm, before Argo CD is there: for a cluster that no Ansible made.
        Helm = "helm",
        /// Somebody else; dvgen only knows that it is there.
        External = "external",
        /// A unit of systemd, on the nodes that `runsOn` names.
        Systemd = "systemd",
        /// A service of Docker Compose, on the nodes that `runsOn` names.
        Compose = "compose",
    }
}

choice! {
    /// How what answers on a node is encrypted.
    pub enum Tls as "a kind of TLS" {
        /// It shows a certificate.
        Server = "server",
        /// It shows a certificate, and whoever comes has to show one of the same authority.
        Mutual = "mutual",
    }
}

record! {
    /// Something that is deployed.
    pub struct Component as "a component" {
        /// The entry of the component library; the component's own name unless written.
        library: Arc<str> = "library",
        /// The version of the chart.
        version: Version = "version",
        /// The group that it takes shared fields from.
        group: Arc<str> = "group",
        /// The namespace that it lives in.
        namespace: DnsLabel = "namespace",
        /// Labels of its Application, by which policies can name it too.
        labels: Labels = "labels",
        /// The Argo CD project; the group's name unless written.
        project: FileLabel = "project",
        /// The Helm release; the component's name unless written.
        release: DnsLabel = "release",
        /// How many copies run.
        replicas: u16 = "replicas",
        /// Who installs it; Argo CD unless written.
        installed_by: InstalledBy = "installedBy",
        /// The machines that it runs on outside of Kubernetes: nodes, hypervisors, or claimed addresses.
        runs_on: OneOrMany<Arc<str>> = "runsOn",
        /// How its connections are encrypted where it runs on machines; each flow to it follows.
        tls: Tls = "tls",
        /// Pods of one's own image, for a component without a chart.
        workload: Box<Workload> = "workload",
        /// Where its pods run.
        placement: Box<Placement> = "placement",
        /// The volumes that it asks for.
        storage: Box<Storage> = "storage",
        /// How people reach it from outside the cluster.
        expose: Box<Expose> = "expose",
        /// Whether it gets a network policy that lets in what its flows say; `defaults.networkPolicies` unless written.
        network_policy: bool = "networkPolicy",
        /// Components that have to be there before it, besides those that dvgen finds itself.
        requires: OneOrMany<Arc<str>> = "requires",
        /// Manual steps that have to be done after it is deployed and before others use it: name to instruction.
        gate: Names<Arc<str>> = "gate",
        /// The parts of an umbrella chart.
        parts: Names<Part> = "parts",
        /// Databases that it serves.
        databases: Vec<Field<SimpleName>> = "databases",
        /// Choices that the component's template offers.
        settings: Names<YamlNode> = "settings",
        /// The chart of a component that the library does not have, or another home of its chart.
        chart: Box<Chart> = "chart",
        /// For a component that the library does not have: the kinds that its chart creates, or, where somebody else installs
        /// it, the custom kinds that are there with it.
        kinds: Vec<Field<Arc<str>>> = "kinds",
        /// Helm values that are merged last, checked against the chart at its version.
        values: Arc<YamlNode> = "values",
        /// Fields that are merged into its Argo CD Application.
        application: Arc<YamlNode> = "application",
        /// Files with Kubernetes manifests that are deployed with it, relative to this file.
        manifests: Vec<Field<Arc<str>>> = "manifests",
    }
}

/// The entry of the library that makes the objects of a workload.
const WORKLOAD: &str = "workload";

impl Component {
    /// Returns whether it runs on machines, outside of Kubernetes.
    pub fn on_machines(&self) -> bool {
        let installer = self.installed_by.value();
        !matches!(self.runs_on, Field::Absent) || matches!(installer, Some(InstalledBy::Systemd | InstalledBy::Compose))
    }

    /// Returns the entry of the library: what is written, that of workloads for one's own image, else the component's name.
    pub fn library_name(&self, name: &Arc<str>) -> Arc<str> {
        let own = self.workload.get().map(|_| Arc::from(WORKLOAD));
        self.library.value().cloned().or(own).unwrap_or_else(|| name.clone())
    }
}

record! {
    /// A part of an umbrella chart.
    pub struct Part as "a part" {
        /// Whether it is deployed; `true` unless written.
        enabled: bool = "enabled",
        /// How many copies run.
        replicas: u16 = "replicas",
        /// How long it keeps data.
        retention: Duration = "retention",
        /// The volumes that it asks for.
        storage: Storage = "storage",
        /// Where its pods run; what it does not say of that, the component says.
        placement: Box<Placement> = "placement",
        /// How people reach it from outside the cluster.
        expose: Box<Expose> = "expose",
    }
}

record! {
    /// The volumes that a component asks for.
    pub struct Storage as "the storage of a component" {
        /// The storage class; the default one unless written.
        class: Arc<str> = "class",
        /// The size of each volume.
        size: Quantity = "size",
    }
}

record! {
    /// How people reach a component, or a part of one.
    pub struct Expose as "the exposure of a component" {
        /// The host name.
        host: DnsName = "host" required,
        /// The certificate issuer.
        issuer: ObjectName = "issuer",
        /// The ingress class.
        class: ObjectName = "class",
        /// Who may come in.
        access: Access = "access",
        /// Paths where nobody is signed in, because programs bring credentials of their own there.
        open: Vec<Field<AbsolutePath>> = "open",
        /// The tunnel through which people come straight to its Service; the ingress controller unless written.
        tunnel: Arc<str> = "tunnel",
    }
}

record! {
    /// Where pods run.
    pub struct Placement as "a placement" {
        /// Labels that a node has to have.
        node_selector: Labels = "nodeSelector",
        /// Taints that the pods tolerate.
        tolerations: Vec<Field<Toleration>> = "tolerations",
        /// Labels of nodes with several values to choose from, those of nodes to stay off, and those that are liked best.
        affinity: Affinity = "affinity",
        /// Whether no two copies may share a node.
        apart: Strength = "apart",
        /// The labels by whose values the nodes are told apart that copies are spread over evenly: a zone, a rack.
        spread: Labels<Strength> = "spread",
    }
}

record! {
    /// The nodes that pods are drawn to and kept off.
    pub struct Affinity as "an affinity" {
        /// Labels that a node has to have, each with one of these values.
        require: Labels<OneOrMany<LabelValue>> = "require",
        /// Labels that a node may not have with one of these values.
        exclude: Labels<OneOrMany<LabelValue>> = "exclude",
        /// Labels that are better to have, each with one of these values.
        prefer: Labels<OneOrMany<LabelValue>> = "prefer",
    }
}

choice! {
    /// How much copies want to be apart.
    pub enum Strength as "how strict copies are kept apart" {
        /// A copy that finds no such place waits for one.
        Require = "require",
        /// A copy that finds no such place takes another.
        Prefer = "prefer",
    }
}

choice! {
    /// How a toleration compares.
    pub enum Operator as "an operator of a toleration" {
        /// The taint is there.
        Exists = "Exists",
        /// The taint has this value.
        Equal = "Equal",
    }
}

choice! {
    /// What a taint does to pods.
    pub enum Effect as "an effect of a taint" {
        /// New pods stay away.
        NoSchedule = "NoSchedule",
        /// New pods stay away where they can.
        PreferNoSchedule = "PreferNoSchedule",
        /// Pods that run are sent away.
        NoExecute = "NoExecute",
    }
}

record! {
    /// A taint that pods tolerate.
    pub struct Toleration as "a toleration" {
        /// The key of the taint; all taints unless written.
        key: Word = "key",
        /// `Exists` or `Equal`.
        operator: Operator = "operator",
        /// The value of the taint.
        value: LabelValue = "value",
        /// The effect of the taint; all effects unless written.
        effect: Effect = "effect",
    }
}

record! {
    /// A Helm chart.
    pub struct Chart as "a chart" {
        /// The repository that publishes it.
        repo: Url = "repo" required,
        /// Its name there.
        name: Word = "name" required,
    }
}
