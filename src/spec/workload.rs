//! Workloads as written: one's own images, without a chart.

use std::sync::Arc;

use super::flow::FlowKind;
use super::labels::Labels;
use super::scalars::{
    AbsolutePath, Cidr, Cpu, Digest, Duration, EnvName, Folder, ImageRef, ObjectName, PortName, Quantity, Share, Word,
};
use crate::yaml::decode::OneOrMany;
use crate::yaml::schema::Schema;
use crate::yaml::{Decode, Decoder, Field, Names, Node, NodeKind, Style};
use crate::{choice, record};

record! {
    /// An image that the platform names: its own, or somebody else's at one digest.
    pub struct Image as "an image" {
        /// The registry of a cloud that it is kept in.
        registry: Arc<str> = "registry",
        /// Where it is, without tag and digest: for an image of somebody else's registry.
        repository: ImageRef = "repository",
        /// The tag; of one's own images the commit that they were built from.
        tag: Word = "tag",
        /// The digest, by which the same bits are meant for ever.
        digest: Digest = "digest",
        /// For an image that a pipeline builds: the folder that is built, from the root of the repository.
        context: Folder = "context",
        /// For an image that a pipeline builds: its Dockerfile, from the root of the repository; `Dockerfile` in `context`
        /// unless written.
        dockerfile: Folder = "dockerfile",
    }
}

choice! {
    /// What keeps the pods of a workload.
    pub enum Controller as "a controller of pods" {
        /// Copies that are all alike.
        Deployment = "deployment",
        /// Copies with names and volumes of their own.
        StatefulSet = "statefulSet",
        /// A copy on each node.
        DaemonSet = "daemonSet",
    }
}

record! {
    /// Pods of one's own image, and what belongs to them.
    pub struct Workload as "a workload" {
        /// The image: an entry of `images`, or a whole name with tag or digest.
        image: ImageRef = "image" required,
        /// What keeps the pods; `deployment` unless written.
        controller: Controller = "controller",
        /// What is started in the place of the image's own.
        command: Vec<Field<Arc<str>>> = "command",
        /// Its arguments.
        args: Vec<Field<Arc<str>>> = "args",
        /// The ports of the container, by name.
        ports: Names<WorkloadPort> = "ports",
        /// The Service before the ports.
        service: WorkloadService = "service",
        /// Variables of the environment. What comes from flows and secrets is not written here.
        env: Names<Arc<str>> = "env",
        /// Secrets, as variables of the environment: item of `secrets.items` → key → variable.
        secrets: Names<Names<EnvName>> = "secrets",
        /// Files that are put into the container: path → text.
        files: Files = "files",
        /// What is asked for, and what may be taken.
        resources: Resources = "resources",
        /// How Kubernetes knows that it works.
        probes: Probes = "probes",
        /// How the number of copies follows the load.
        autoscale: Autoscale = "autoscale",
        /// How many copies stay while nodes are drained.
        disruption: Disruption = "disruption",
        /// Volumes, by name.
        volumes: Names<WorkloadVolume> = "volumes",
        /// Where its metrics are.
        metrics: WorkloadMetrics = "metrics",
        /// Containers beside the main one, such as an exporter.
        sidecars: Names<Sidecar> = "sidecars",
        /// Who it runs as, and what it may do.
        security: PodSecurity = "security",
        /// Annotations of its service account, such as the account of a cloud that it acts as.
        identity: Names<Arc<str>> = "identity",
        /// Labels of its pods, besides those that dvgen gives.
        pod_labels: Labels = "podLabels",
        /// Annotations of its pods.
        pod_annotations: Names<Arc<str>> = "podAnnotations",
    }
}

choice! {
    /// The protocols of a port.
    pub enum PortProtocol as "a protocol" {
        /// TCP.
        Tcp = "TCP",
        /// UDP.
        Udp = "UDP",
    }
}

record! {
    /// A port of a container.
    pub struct WorkloadPort as "a port of a workload" {
        /// Its number in the container.
        port: u16 = "port" required,
        /// Its number at the Service; the same unless written. `0` leaves it out of the Service.
        service: u16 = "service",
        /// `TCP` unless written.
        protocol: PortProtocol = "protocol",
        /// What comes before `://` in its URLs; `http` unless written, `none` for a protocol without URLs.
        scheme: Word = "scheme",
        /// Whether it stays inside the cluster where a load balancer stands before the others; it has a Service of its own then.
        internal: bool = "internal",
        /// The kinds of flow that it answers.
        serves: OneOrMany<FlowKind> = "serves",
        /// The path of its URLs.
        path: AbsolutePath = "path",
    }
}

choice! {
    /// The types of Services.
    pub enum ServiceType as "a type of Service" {
        /// An address inside the cluster.
        ClusterIp = "ClusterIP",
        /// An address outside, of a load balancer.
        LoadBalancer = "LoadBalancer",
        /// A port of each node.
        NodePort = "NodePort",
    }
}

record! {
    /// The Service of a workload.
    pub struct WorkloadService as "the Service of a workload" {
        /// Where it is reached from; `ClusterIP` unless written.
        kind: ServiceType = "type",
        /// Its annotations, by which a cloud is told what kind of load balancer it is to make.
        annotations: Names<Arc<str>> = "annotations",
        /// Who may come to a load balancer; everybody unless written.
        source_ranges: Vec<Field<Cidr>> = "sourceRanges",
    }
}

record! {
    /// What is asked for, and what may be taken.
    pub struct Resources as "resources" {
        /// What a node keeps for it; autoscaling counts in parts of this.
        requests: Amounts = "requests",
        /// What it may take at most.
        limits: Amounts = "limits",
    }
}

record! {
    /// Processor time and memory.
    pub struct Amounts as "amounts" {
        /// Processor time, in cores: `2`, `500m`.
        cpu: Cpu = "cpu",
        /// Memory.
        memory: Quantity = "memory",
    }
}

record! {
    /// How Kubernetes knows that a container works.
    pub struct Probes as "probes" {
        /// While this fails the others wait: for what starts slowly.
        startup: Probe = "startup",
        /// While this fails no requests come.
        readiness: Probe = "readiness",
        /// When this fails the container is started anew.
        liveness: Probe = "liveness",
    }
}

record! {
    /// A question that a container answers: a path, a command, or an open port.
    pub struct Probe as "a probe" {
        /// The path that answers with 2xx or 3xx.
        path: AbsolutePath = "path",
        /// The port, by name; the first one unless written.
        port: PortName = "port",
        /// A command that ends with 0.
        command: Vec<Field<Arc<str>>> = "command",
        /// Seconds before the first question.
        initial_delay: u16 = "initialDelay",
        /// Seconds between questions.
        period: u16 = "period",
        /// Seconds that an answer may take.
        timeout: u16 = "timeout",
        /// How many answers in a row have to be wrong.
        failures: u16 = "failures",
    }
}

record! {
    /// How the number of copies follows the load.
    pub struct Autoscale as "autoscaling" {
        /// At least so many copies.
        min: u16 = "min" required,
        /// At most so many.
        max: u16 = "max" required,
        /// How much of the processor time that is asked for is to be used, in percent.
        cpu: u16 = "cpu",
        /// How much of the memory that is asked for is to be used, in percent.
        memory: u16 = "memory",
        /// Seconds for which fewer have to be enough before copies go; 300 unless written.
        down_after: u16 = "downAfter",
    }
}

record! {
    /// How many copies stay while nodes are drained.
    pub struct Disruption as "a disruption budget" {
        /// So many stay: a number or a percentage.
        min_available: Share = "minAvailable",
        /// So many may be away: a number or a percentage.
        max_unavailable: Share = "maxUnavailable",
    }
}

record! {
    /// A volume of a workload.
    pub struct WorkloadVolume as "a volume of a workload" {
        /// Where it is in the container.
        path: AbsolutePath = "path" required,
        /// How large it is; without one it is a folder that goes with the pod.
        size: Quantity = "size",
        /// The storage class; the component's or the default one unless written.
        class: Arc<str> = "class",
        /// The name of its claim; that of component and volume unless written.
        claim: ObjectName = "claim",
        /// Whether several nodes write to it at once; `false` unless written.
        shared: bool = "shared",
    }
}

record! {
    /// Where the metrics of a workload are.
    pub struct WorkloadMetrics as "the metrics of a workload" {
        /// The port, by name.
        port: PortName = "port" required,
        /// The path; `/metrics` unless written.
        path: AbsolutePath = "path",
        /// How often they are read.
        interval: Duration = "interval",
    }
}

record! {
    /// A container beside the main one.
    pub struct Sidecar as "a sidecar" {
        /// The image: an entry of `images`, or a whole name with tag or digest.
        image: ImageRef = "image" required,
        /// What is started in the place of the image's own.
        command: Vec<Field<Arc<str>>> = "command",
        /// Its arguments.
        args: Vec<Field<Arc<str>>> = "args",
        /// Its ports, by name.
        ports: Names<WorkloadPort> = "ports",
        /// Variables of the environment.
        env: Names<Arc<str>> = "env",
        /// Secrets, as variables of the environment: item of `secrets.items` → key → variable.
        secrets: Names<Names<EnvName>> = "secrets",
        /// What is asked for, and what may be taken.
        resources: Resources = "resources",
        /// How Kubernetes knows that it works.
        probes: Probes = "probes",
    }
}

record! {
    /// Who a workload runs as, and what it may do.
    pub struct PodSecurity as "the security of a workload" {
        /// The number of the user; the image has to name one that is not root unless written.
        user: u32 = "user",
        /// The number of the group.
        group: u32 = "group",
        /// The group that volumes belong to; `group` unless written.
        volume_group: u32 = "volumeGroup",
        /// Whether it may run as root; `false` unless written.
        root: bool = "root",
        /// Whether it may write to the files of its image; `false` unless written.
        writable_image: bool = "writableImage",
        /// Whether it calls the API of Kubernetes, and needs the token for that; `false` unless written.
        api_token: bool = "apiToken",
    }
}

/// Files by path: paths are no names.
#[derive(Clone, Debug, PartialEq)]
pub struct Files(pub Vec<(Field<AbsolutePath>, Field<Arc<str>>)>);

impl Decode for Files {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let mapping = cx.mapping(node, "a map from paths to texts")?;
        let mut all = Vec::with_capacity(mapping.entries.len());
        for entry in &mapping.entries {
            let kind = NodeKind::Scalar { text: entry.key.text.clone(), style: Style::Quoted };
            let key = Node { span: entry.key.span, tag: None, kind };
            let path = AbsolutePath::decode(&key, cx)
                .map_or(Field::Broken, |path| Field::Given(crate::source::Spanned::new(path, entry.key.span)));
            all.push((path, cx.field::<Arc<str>>(entry)));
        }
        Some(Self(all))
    }

    fn schema(schema: &mut Schema) -> serde_json::Value {
        let text = <Arc<str>>::schema(schema);
        serde_json::json!({ "type": "object", "propertyNames": { "pattern": "^/" }, "additionalProperties": text })
    }
}

impl Workload {
    /// Returns whether a port, or what it answers, could not be read: what the workload answers is not known then.
    pub fn has_unread_ports(&self) -> bool {
        let unread = |port: &Option<crate::source::Spanned<WorkloadPort>>| {
            port.as_ref().is_none_or(|port| port.value.serves.is_broken())
        };
        self.ports.is_broken() || self.ports.value().into_iter().flatten().any(|(_, named)| unread(&named.value))
    }
}
