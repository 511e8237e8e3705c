//! The root of the spec, and its small sections.

use std::sync::Arc;

use super::composition::Composition;
use super::edge::{Certificate, Tunnel};
use super::plugin::{Layer, Plugin, PluginSecurity};
use super::scalars::{DnsName, FileLabel, Folder, Mount, SimpleName, Title, Url, Version, Word};
use super::topology::{Address, Hypervisor, Network, Node, StorageSection};
use super::{Alerts, Backups, Cloud, Cluster, Component, Flow, Image, Pipelines, Policies, SECRET_VALUE};
use crate::diag::Diagnostic;
use crate::yaml::decode::OneOrMany;
use crate::yaml::schema::Schema;
use crate::yaml::{Decode, Decoder, Field, Names, Node as YamlNode};
use crate::{choice, record};

record! {
    /// One platform: the facts that a team decides, each written once.
    pub struct Platform as "the platform" {
        /// The version of this format: `dvgen.dev/v1alpha1`.
        api_version: Arc<str> = "apiVersion" required,
        /// The kind of document: `Platform`.
        kind: Arc<str> = "kind" required,
        /// Name and environment of the platform.
        metadata: Metadata = "metadata" required,
        /// Further files of the repository that hold sections of the spec, relative to this file.
        include: Vec<Field<Arc<str>>> = "include",
        /// The domains that hosts and services are named in.
        domains: Domains = "domains",
        /// Versions that belong to the platform as a whole; `kubernetes` is one.
        versions: Names<Version> = "versions",
        /// What Ansible needs.
        ansible: Ansible = "ansible",
        /// The Git repository that Argo CD reads.
        repository: Repository = "repository",
        /// The projects of clouds.
        clouds: Names<Cloud> = "clouds",
        /// The clusters. `metadata.cluster` names the one that an environment runs in.
        clusters: Names<Cluster> = "clusters",
        /// The machines that host virtual machines.
        hypervisors: Names<Hypervisor> = "hypervisors",
        /// The networks with their ranges.
        networks: Names<Network> = "networks",
        /// Addresses and ranges that somebody owns: virtual IPs, load-balancer pools, reservations.
        addresses: Names<Address> = "addresses",
        /// Fields that all entries of a section share unless they say otherwise.
        defaults: Defaults = "defaults",
        /// The nodes: the one list that inventories, variables, labels and host tables are derived from.
        nodes: Names<Node> = "nodes",
        /// Storage classes and what they stand on.
        storage: StorageSection = "storage",
        /// Images that components and pipelines name.
        images: Names<Image> = "images",
        /// Where secrets are kept, and which there are. Values never stand in the spec.
        secrets: Secrets = "secrets",
        /// Fields that components of a group share unless they say otherwise.
        groups: Names<Component> = "groups",
        /// What is deployed.
        components: Names<Component> = "components",
        /// Connections between components. `from` is the side that opens the connection.
        flows: Vec<Field<Flow>> = "flows",
        /// Backups of machines.
        backups: Backups = "backups",
        /// Certificates for several hosts.
        certificates: Names<Certificate> = "certificates",
        /// Ways in that the platform opens from inside.
        tunnels: Names<Tunnel> = "tunnels",
        /// What builds images, and what sees to it that they are deployed.
        pipelines: Pipelines = "pipelines",
        /// What is watched, and who is told.
        alerts: Alerts = "alerts",
        /// Manual steps that have a place in the order.
        gates: Names<Gate> = "gates",
        /// Plugins that compositions can choose.
        plugins: Names<Plugin> = "plugins",
        /// Whom plugins are taken from.
        plugin_security: PluginSecurity = "pluginSecurity",
        /// What the code below a folder may import, by folder.
        layers: Names<Layer> = "layers",
        /// Applications that are made of plugins.
        compositions: Names<Composition> = "compositions",
        /// Which rules apply, and how hard.
        policies: Policies = "policies",
        /// Fields that are merged into Renovate's configuration; those under `routine` are for what `dvgen diff` calls routine.
        renovate: Names<YamlNode> = "renovate",
        /// What differs in other environments, as overlays of this document.
        environments: Names<YamlNode> = "environments",
    }
}

record! {
    /// Who the platform is.
    pub struct Metadata as "the metadata" {
        /// The name of the platform and of its cluster.
        name: FileLabel = "name" required,
        /// The name of the base environment; others are overlays under `environments`.
        environment: FileLabel = "environment" required,
        /// The cluster that this environment runs in; where `clusters` has one entry, it is that one. Unless written, an
        /// environment with control-plane nodes of its own has a cluster of its own, and one without shares that of the
        /// others.
        cluster: FileLabel = "cluster",
    }
}

record! {
    /// The domains of the platform.
    pub struct Domains as "the domains" {
        /// The domain that people use: `grafana.<external>`.
        external: DnsName = "external",
        /// The cluster's own DNS domain, `cluster.local` unless kubeadm was told otherwise.
        cluster: DnsName = "cluster",
        /// The domain of the nodes; the external one if nothing is written.
        node: DnsName = "node",
    }
}

record! {
    /// What Ansible needs.
    pub struct Ansible as "what Ansible needs" {
        /// The collections that playbooks use, and the version of each.
        collections: Names<Version> = "collections",
    }
}

record! {
    /// The Git repository that Argo CD reads.
    pub struct Repository as "the repository" {
        /// The URL as Argo CD is to use it.
        url: Url = "url" required,
        /// The branch or tag that Argo CD follows.
        revision: Word = "revision",
        /// The directory of the repository that the outputs are written to; the root if nothing is written.
        path: Folder = "path",
    }
}

record! {
    /// Shared fields.
    pub struct Defaults as "the defaults" {
        /// Fields of every node.
        nodes: Node = "nodes",
        /// Whether Prometheus scrapes every component that has metrics; `true` unless written.
        scrape: bool = "scrape",
        /// Whether each component gets a network policy that lets in what its flows say; `false` unless written.
        network_policies: bool = "networkPolicies",
        /// Whether a namespace lets in nobody but whom network policies name, where each component in it has one; each has one
        /// then unless `networkPolicies` or its own `networkPolicy` is `false`. `false` unless written.
        deny_by_default: bool = "denyByDefault",
    }
}

choice! {
    /// The kinds of secret stores.
    pub enum StoreKind as "a kind of secret store" {
        /// HashiCorp Vault, read by External Secrets.
        Vault = "vault",
        /// 1Password, read through a Connect server.
        OnePassword = "onepassword",
        /// Secret Manager of Google Cloud, read by External Secrets.
        Gcp = "gcp",
    }
}

choice! {
    /// Who makes Secrets of the cluster out of the items of a store.
    pub enum SecretMaker as "a maker of Secrets" {
        /// External Secrets, from `ExternalSecrets`.
        ExternalSecrets = "external-secrets",
        /// The operator of 1Password, from `OnePasswordItems`: the keys of a Secret are the fields of the item.
        Operator = "operator",
    }
}

record! {
    /// Where secrets are kept.
    pub struct SecretStore as "the secret store" {
        /// The kind of store.
        kind: StoreKind = "kind" required,
        /// The component that runs the store.
        component: Arc<str> = "component",
        /// The mount of the key-value engine.
        mount: Mount = "mount",
        /// The version of the key-value engine, 1 or 2.
        version: u8 = "version",
        /// The name of the vault in 1Password.
        vault: Title = "vault",
        /// For `gcp`: the cloud whose project has the secrets.
        cloud: Arc<str> = "cloud",
        /// For `gcp`: what stands before the names of secrets, so that environments in one project have their own.
        prefix: SimpleName = "prefix",
        /// Who makes Secrets out of the items: External Secrets for Vault; for 1Password its operator unless written.
        by: SecretMaker = "by",
    }
}

/// The keys of a secret item. Their values in its place are refused and never shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretKeys(pub Vec<Field<Word>>);

impl Decode for SecretKeys {
    fn decode(node: &YamlNode, cx: &mut Decoder) -> Option<Self> {
        let plain = |item: &YamlNode| item.as_scalar().is_some();
        if node.is_refused() || node.is_null() || node.as_sequence().is_some_and(|items| items.iter().all(plain)) {
            return Vec::decode(node, cx).map(Self);
        }
        let message = format!("something else than a list of keys stands{}", cx.place());
        let problem = Diagnostic::error(SECRET_VALUE, node.span, message)
            .why("only the names of keys belong here; their values are in the store, and the spec is in Git")
            .help("write the names of the keys as a list: `[user, password]`")
            .help("if there was a real value here, replace it in the store: it has been written to a file");
        cx.report(problem.conceal());
        None
    }

    fn schema(schema: &mut Schema) -> serde_json::Value {
        Vec::<Field<Word>>::schema(schema)
    }
}

record! {
    /// The secrets of the platform: references only.
    pub struct Secrets as "the secrets" {
        /// Where they are kept.
        store: SecretStore = "store",
        /// The items of the store and the keys of each.
        items: Names<SecretKeys> = "items",
    }
}

record! {
    /// A manual step between deployments.
    pub struct Gate as "a gate" {
        /// What a person does, in one sentence.
        action: Arc<str> = "do" required,
        /// The components that have to be there first.
        after: OneOrMany<Arc<str>> = "after",
        /// The components that wait for the step.
        before: OneOrMany<Arc<str>> = "before",
    }
}

choice! {
    /// How hard a rule is.
    pub enum Level as "a level" {
        /// The rule does not run.
        Off = "off",
        /// A finding is shown.
        Warn = "warn",
        /// A finding stops the build.
        Error = "error",
    }
}

/// A reference to an item of `secrets.items`. A value in its place is refused and never shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretRef {
    /// The item.
    pub item: Arc<str>,
    /// Where it is named.
    pub span: crate::source::Span,
}

impl SecretRef {
    /// Reports what stands in the place of a reference without showing it.
    fn refuse(place: crate::source::Span, message: String, cx: &mut Decoder) {
        let problem = Diagnostic::error(SECRET_VALUE, place, message)
            .why("the spec is in Git, and whoever can read Git could use the secret")
            .help("write `{ secret: <item> }` with an item of `secrets.items`, and put the value into the store")
            .help("if this was a real value, replace it in the store: it has been written to a file");
        cx.report(problem.conceal());
    }
}

impl Decode for SecretRef {
    fn decode(node: &YamlNode, cx: &mut Decoder) -> Option<Self> {
        let Some(mapping) = node.as_mapping().filter(|mapping| !mapping.entries.is_empty()) else {
            if !node.is_refused() {
                let message = format!("something else than a reference to a secret stands{}", cx.place());
                Self::refuse(node.span, message, cx);
            }
            return None;
        };
        let mut found = None;
        for entry in &mapping.entries {
            if &*entry.key.text == "secret" && (entry.value.as_scalar().is_some() || entry.value.is_refused()) {
                found =
                    cx.field::<Arc<str>>(entry).get().map(|item| Self { item: item.value.clone(), span: item.span });
            } else {
                // The key is not named: it may be the secret.
                let message = "something else than `secret: <item>` stands in a reference to a secret".to_owned();
                Self::refuse(entry.key.span.to(entry.value.span), message, cx);
                return None;
            }
        }
        found
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({
            "type": "object",
            "description": "A reference to an item of `secrets.items`.",
            "properties": { "secret": { "type": "string", "description": "The item of `secrets.items`." } },
            "required": ["secret"],
            "additionalProperties": false
        })
    }
}
