//! The facts of a component: what a chart provides, creates, needs and names, and for which versions.
//!
//! `values/<component>/component.yaml` holds them. Fields with computed values (`services`, `serves`, `secrets`,
//! `fullname`) are templates and are evaluated for each component; the others are plain.

use std::sync::Arc;

use super::habits::{Apart, ConfigFact, Guard, HostPort, Program, SharedVolume, TimeFact, Unlock};
use super::home::Home;
use super::needs::{Needs, RunsOnFacts};
use super::settings::SettingType;
use crate::spec::scalars::{Date, DnsLabel, MachinePath, Quantity, Word};
use crate::spec::{Chart, FlowKind};
use crate::yaml::decode::OneOrMany;
use crate::yaml::{Field, Names, Node};
use crate::{choice, record};

record! {
    /// What is known about a component.
    pub struct Facts as "the facts of a component" {
        /// Its name for people; a datasource is called so.
        title: Arc<str> = "title" required,
        /// What it is, in a sentence.
        description: Arc<str> = "description",
        /// Its chart; without one it consists of manifests only.
        chart: Chart = "chart",
        /// Other homes of the same chart.
        also: Vec<Field<Home>> = "also",
        /// The versions of the chart that the facts were read in.
        tested: Arc<str> = "tested",
        /// The namespace that it lives in unless the spec says otherwise.
        namespace: DnsLabel = "namespace",
        /// How many copies run unless the spec says otherwise.
        replicas: u16 = "replicas",
        /// The chart's rule for its full name: a template, or `contains` and `truncate`.
        fullname: Node = "fullname",
        /// The Services that the chart creates.
        services: Node = "services",
        /// The names of all further Services that it may make, in whatever way it is set up. `{fullname}` and `{release}`
        /// stand for its names, `*` at the end for any ending, and ` if KEY` for one that is there only where the values
        /// have this key. With it, another name in its namespace is a wrong one, in the versions that were `tested`.
        other_services: Vec<Field<Arc<str>>> = "otherServices",
        /// What other components need from it.
        provides: Provides = "provides",
        /// The kinds that the chart creates.
        kinds: Kinds = "kinds",
        /// Where values name objects that the chart creates.
        creates: Vec<Field<Creates>> = "creates",
        /// The versions of Kubernetes that the chart takes, as its `kubeVersion`.
        kubernetes: Arc<str> = "kubernetes",
        /// The newest program in these versions of the chart, as major and minor.
        app: Word = "app",
        /// The ingress class that it answers for (`class`), and the annotation that tells it of a Service with TLS
        /// (`backendProtocol`), if it is an ingress controller.
        ingress: Node = "ingress",
        /// The kinds of flow that it answers.
        serves: Node = "serves",
        /// The kinds of flow that it opens.
        opens: Vec<Field<FlowKind>> = "opens",
        /// The protocols that will do at the other end, by the kind of flow, where the kind leaves them open: a `database` is
        /// many things. Any will do unless written.
        speaks: Names<OneOrMany<Word>> = "speaks",
        /// The kinds of flow that it opens although the product has no setting for the other end: the addresses are
        /// published in a `ConfigMap`, for whoever configures it.
        publishes: Vec<Field<FlowKind>> = "publishes",
        /// What to do with these addresses, in a sentence.
        publishes_note: Arc<str> = "publishesNote",
        /// The extensions that its database has to have, in the order in which they are made, and the versions that will do.
        extensions: Vec<Field<Extension>> = "extensions",
        /// What it asks of the other end of a flow, by the kind: said where the other end does not answer it.
        asks: Names<Asks> = "asks",
        /// What it is expected to answer and does not, by the kind of flow: said to whoever sends one to it.
        refuses: Names<Asks> = "refuses",
        /// The paths of it that a browser comes back to after signing in, for a component that opens `auth` flows.
        callbacks: Vec<Field<Arc<str>>> = "callbacks",
        /// Labels that the Secrets of the component have to have for it to read them.
        secret_labels: Names<Arc<str>> = "secretLabels",
        /// Where versions of it come from, for a component without a chart.
        pin: Pin = "pin",
        /// Settings that pin versions of something else, such as plugins: maps of names to versions, by the name of the
        /// setting.
        pins: Names<SettingPins> = "pins",
        /// What its settings take, by the name of the setting.
        settings: Names<SettingType> = "settings",
        /// What the settings of its flows take, whether it opens or answers them: by the kind of flow and the name.
        flow_settings: Names<Names<SettingType>> = "flowSettings",
        /// The kinds of flow of which it can open one only, such as the database that it keeps its own state in.
        single: Vec<Field<FlowKind>> = "single",
        /// The kinds of flow of which it can open several to one component, each for another tenant.
        per_tenant: Vec<Field<FlowKind>> = "perTenant",
        /// The kinds of flow without which it runs once, whatever `replicas` says, such as the object store that copies share.
        copies_need: Vec<Field<FlowKind>> = "copiesNeed",
        /// The parts that play roles of their own.
        parts: Names<PartFacts> = "parts",
        /// What it needs before it can be deployed.
        needs: Needs = "needs",
        /// The secrets that it reads.
        secrets: Node = "secrets",
        /// What it may do in Vault besides reading its secrets, and the service accounts that log in (`serviceAccounts`,
        /// the full name unless written; `audience`; `pki` with `mount` and `role`).
        vault: Node = "vault",
        /// That it applies what the repository says, again and again: how often it looks (`every`), and what tells it sooner
        /// (`told`). Each is a text, where it is known.
        follows: Node = "follows",
        /// Where its metrics are.
        metrics: Node = "metrics",
        /// The Argo CD options that it needs.
        sync: Sync = "sync",
        /// What a person does in the place of the playbook, where Ansible installs it without a chart: lists of commands,
        /// on the first control-plane node `beforeInit` and `afterInit`, and on each other one `beforeJoin`. They run where
        /// its files of Ansible lie. And for whatever is installed: what a person does as soon as it answers, `whenReady` (`title`,
        /// `says`, `commands`), and how it comes back, `restore` (`says`, `row`, `steps`).
        by_hand: Node = "byHand",
        /// The labels that a monitor finds its Services by, and its pods unless `pods` says otherwise.
        labels: Node = "labels",
        /// Whether pods run for it; `true` unless written. One that is objects only needs no network policy.
        runs: bool = "runs",
        /// The labels that all its pods have, and no others, for network policies.
        pods: Node = "pods",
        /// The labels of pods that it makes in namespaces of other components while a certificate is asked for, and that anybody
        /// has to reach.
        guests: Names<Arc<str>> = "guests",
        /// What of it runs on every node: pods of a `DaemonSet`.
        agents: Agents = "agents",
        /// The volumes that it asks for unless the spec says otherwise.
        storage: StorageFacts = "storage",
        /// Its volumes, where they are not one for each copy: `name`, `size`, `count`, and `class` where it is another.
        /// Like the templates of files it can read flows.
        volumes: Node = "volumes",
        /// The folders that keep its data where it runs on machines: `path`, `media` (`ssd`, or `safe` for one that outlives
        /// a disk) and `why`. Like the templates of files it can read flows.
        data: Node = "data",
        /// The kinds of machine that it can be installed on, where these are not all.
        runs_on: RunsOnFacts = "runsOn",
        /// The file of its configuration where it runs on machines; the `values` of the spec are merged into it.
        config: MachinePath = "config",
        /// The units of systemd that it runs as on machines; `<name>.service` unless written, where systemd runs it. `*` stands
        /// for any text.
        units: Vec<Field<Word>> = "units",
        /// How it can encrypt connections where it runs on machines.
        tls: TlsFacts = "tls",
        /// Volumes that all copies of a Deployment share.
        shared: Vec<Field<SharedVolume>> = "shared",
        /// Whether it brings the network of pods, without which nothing else starts.
        network: bool = "network",
        /// Whether it takes the place of kube-proxy, unless its setting `kubeProxyReplacement` is `false`.
        service_proxy: bool = "serviceProxy",
        /// What it leaves free on each node in a volume group that it makes volumes in.
        spare: Quantity = "spare",
        /// What its pods may do, where that is more than a cluster may allow: `privileged` or `baseline` (kubernetes.io, Pod
        /// Security Standards).
        pod_security: PodSecurity = "podSecurity",
        /// Ports of the nodes that its pods take wherever they run.
        host_ports: Vec<Field<HostPort>> = "hostPorts",
        /// Copies that its chart keeps on nodes of their own unless the values say otherwise.
        apart: Vec<Field<Apart>> = "apart",
        /// The name of its CSI driver, for the storage classes that it provides.
        provisioner: Word = "provisioner",
        /// Whether its volumes are directories on a disk of a node: they have no file system of their own, and no limit that
        /// could grow.
        directories: bool = "directories",
        /// The parameter of a storage class that names the device class.
        device_class_parameter: Word = "deviceClassParameter",
        /// The parameter of a storage class that names the server of a shared directory.
        server_parameter: Word = "serverParameter",
        /// The parameter of a storage class that names the directory that the server shares.
        share_parameter: Word = "shareParameter",
        /// The configuration that dvgen builds for it in a ConfigMap: `alloy`.
        builds: Word = "builds",
        /// Helm values that facts and flows rely on, by an id: a spec that sets them otherwise is refused.
        guards: Names<Guard> = "guards",
        /// Helm values that become parts of the configuration of its program.
        configs: Vec<Field<ConfigFact>> = "configs",
        /// Lengths of time among its Helm values, and which its program takes.
        times: Vec<Field<TimeFact>> = "times",
        /// Whether it asks people for a login; `false` for one that lets in whoever reaches it.
        login: bool = "login",
        /// Helm values that let everybody in where they are true.
        unlocks: Vec<Field<Unlock>> = "unlocks",
        /// Programs that come to its host by themselves, and that no page could sign in.
        programs: Vec<Field<Program>> = "programs",
        /// Settings by which it believes others about who calls: lists of addresses and ranges.
        believes: Vec<Field<Word>> = "believes",
        /// Helm values that are texts which the chart or the program reads as YAML, each key by key.
        texts: Vec<Field<Vec<Field<Arc<str>>>>> = "texts",
        /// How a text names a key of a Secret that the program looks up, with `NAME` and `KEY` in it, such as `$NAME:KEY`.
        lookups: Arc<str> = "lookups",
        /// When nobody repairs it any more, and what to take instead.
        end_of_life: EndOfLife = "endOfLife",
        /// What keeps it unhealthy until its gates are done; without it nothing waits for a gate.
        gated: Arc<str> = "gated",
        /// Facts that hold for some versions only, laid over these.
        variants: Node = "variants",
    }
}

choice! {
    /// What pods may do.
    pub enum PodSecurity as "a level of pod security" {
        /// What no pod should need, but for some.
        Baseline = "baseline",
        /// Everything, the node with it.
        Privileged = "privileged",
    }
}

record! {
    /// An extension of a database.
    pub struct Extension as "an extension of a database" {
        /// Its name.
        name: Word = "name" required,
        /// The versions that will do; any unless written.
        versions: Arc<str> = "versions",
    }
}

record! {
    /// What a component asks of the other end of a flow.
    pub struct Asks as "what a component asks of the other end" {
        /// Why nothing else will do.
        why: Arc<str> = "why" required,
        /// What does.
        help: OneOrMany<Arc<str>> = "help" required,
    }
}

record! {
    /// What other components need from a component.
    pub struct Provides as "what a component provides" {
        /// The custom kinds, as `Kind.group`.
        crds: Vec<Field<Arc<str>>> = "crds",
        /// The kinds that a webhook of the component judges, as `Kind.group`.
        webhooks: Vec<Field<Arc<str>>> = "webhooks",
        /// Whether it gives Services of type `LoadBalancer` their addresses.
        load_balancer: bool = "loadBalancer",
    }
}

record! {
    /// The kinds that a chart creates.
    pub struct Kinds as "the kinds of a chart" {
        /// Those without a namespace, as `Kind.group`, or `Kind` for the core group.
        cluster: Vec<Field<Arc<str>>> = "cluster",
        /// Those in a namespace.
        namespaced: Vec<Field<Arc<str>>> = "namespaced",
        /// Namespaces besides its own that it writes to.
        namespaces: Vec<Field<DnsLabel>> = "namespaces",
    }
}

record! {
    /// A place in the values that names objects which the chart creates.
    pub struct Creates as "objects of a chart" {
        /// Their kind, as `Kind.group`, or `Kind` for the core group.
        kind: Arc<str> = "kind" required,
        /// Where they are in the values, key by key: a list of maps, or the name of one object.
        path: Vec<Field<Arc<str>>> = "path" required,
        /// The key of the name in a list of maps.
        name: Word = "name",
    }
}

record! {
    /// Where the versions of a component without a chart come from, in the words of Renovate (docs.renovatebot.com,
    /// datasources).
    pub struct Pin as "a source of versions" {
        /// The datasource, such as `docker` or `github-releases`.
        datasource: Word = "datasource" required,
        /// The name of the package there.
        package: Arc<str> = "package" required,
        /// What stands before the number there, and not in the spec, such as `v`.
        prefix: Word = "prefix",
    }
}

record! {
    /// Where the versions that a setting pins come from, in the words of Renovate.
    pub struct SettingPins as "the pins of a setting" {
        /// The datasource; one that begins with `custom.` is described by the two other fields.
        datasource: Word = "datasource" required,
        /// The URL that tells the versions, with `{{packageName}}` in it.
        url: Arc<str> = "url",
        /// The query in `JSONata` that makes `releases` of the answer.
        releases: Arc<str> = "releases",
    }
}

record! {
    /// A part of an umbrella chart.
    pub struct PartFacts as "the facts of a part" {
        /// Its name for people.
        title: Arc<str> = "title",
        /// The role that it plays; flows may name it.
        role: Word = "role",
        /// Whether it is deployed unless the spec says otherwise; `true` unless written.
        enabled: bool = "enabled",
        /// How many copies run unless the spec says otherwise.
        replicas: u16 = "replicas",
        /// How long it keeps data unless the spec says otherwise.
        retention: Word = "retention",
        /// The kinds of flow that it answers.
        serves: Node = "serves",
        /// The kinds of flow that it opens.
        opens: Vec<Field<FlowKind>> = "opens",
        /// Ports of the nodes that its pods take wherever they run.
        host_ports: Vec<Field<HostPort>> = "hostPorts",
        /// That it runs on every node, as pods of a `DaemonSet`.
        agents: Agents = "agents",
        /// The volumes that it asks for unless the spec says otherwise.
        storage: StorageFacts = "storage",
        /// Whether it asks people who they are; `true` unless written.
        login: bool = "login",
    }
}

record! {
    /// Pods that run on every node.
    pub struct Agents as "the agents of a component" {
        /// Whether nothing else of it runs; `false` unless written. A part is one thing anyway.
        alone: bool = "alone",
        /// Whether they run on nodes with taints too, whatever the spec tolerates; `false` unless written.
        taints: bool = "taints",
    }
}

record! {
    /// The volumes that a component asks for by default.
    pub struct StorageFacts as "the default storage of a component" {
        /// The size of each volume.
        size: Quantity = "size",
    }
}

record! {
    /// The end of a product.
    pub struct EndOfLife as "the end of a product" {
        /// The last day on which mistakes are repaired.
        date: Date = "date" required,
        /// The component of the library that takes its place.
        instead: Word = "instead",
    }
}

record! {
    /// How a component can encrypt connections.
    pub struct TlsFacts as "what a component can encrypt" {
        /// Whether it can show a certificate.
        serves: bool = "serves",
        /// Whether it can ask its clients for one too, which is so unless it says otherwise.
        mutual: bool = "mutual",
        /// The kinds of flow that it can open with TLS and a certificate of its own.
        opens: Vec<Field<FlowKind>> = "opens",
    }
}

record! {
    /// The Argo CD options that a component needs.
    pub struct Sync as "the sync options of a component" {
        /// Whether its manifests are too large for the last-applied annotation (256 KiB).
        server_side_apply: bool = "serverSideApply",
        /// Differences that something in the cluster makes by itself, as Argo CD's `ignoreDifferences`.
        ignore_differences: Node = "ignoreDifferences",
        /// Further sync options, as Argo CD writes them.
        options: Vec<Field<Arc<str>>> = "options",
    }
}

impl Facts {
    /// Returns the values of a list of words, without those that could not be read.
    pub fn words<T: AsRef<str>>(list: &Field<Vec<Field<T>>>) -> impl Iterator<Item = &str> {
        list.value().into_iter().flatten().filter_map(|field| field.value()).map(AsRef::as_ref)
    }
}
