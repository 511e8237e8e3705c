//! Plugins as written: what is known of each, how far it is trusted, and what may import what.

mod dependencies;
mod texts;

use std::sync::Arc;

pub use dependencies::{Dependencies, Dependency};
pub use texts::{PathPattern, Resource};

use super::composition::{NavigationNode, PagePath};
use super::scalars::{Bytes, Checksum, Cores, Folder, MachinePath, Period, SimpleName, Version, Word};
use crate::yaml::decode::OneOrMany;
use crate::yaml::{Field, Names, Node as YamlNode};
use crate::{choice, record};

choice! {
    /// What a plugin does.
    pub enum PluginType as "a type of plugin" {
        /// It reads data into the platform.
        Importer = "importer",
        /// It writes data out of the platform.
        Exporter = "exporter",
        /// It connects another system.
        Integration = "integration",
        /// It helps developers.
        Tool = "tool",
        /// It knows who somebody is.
        Auth = "auth",
        /// It stands around requests.
        Middleware = "middleware",
        /// It answers events of the platform itself.
        Hook = "hook",
        /// It writes logs.
        Logger = "logger",
        /// It changes data on its way.
        Processor = "processor",
        /// It draws data.
        Visualizer = "visualizer",
        /// It adds pages, components or themes.
        Web = "web",
    }
}

choice! {
    /// Where a plugin comes from.
    pub enum Category as "a category of plugins" {
        /// It belongs to the framework.
        Core = "core",
        /// Others wrote it for everybody.
        Community = "community",
        /// It is the platform's own.
        Custom = "custom",
    }
}

choice! {
    /// How far a plugin is trusted, most first.
    pub enum TrustLevel as "a level of trust" {
        /// Fully.
        Core = "core",
        /// In part: somebody has looked at it.
        Verified = "verified",
        /// Within limits.
        Community = "community",
        /// As little as can be.
        Custom = "custom",
    }
}

choice! {
    /// What a permission allows.
    pub enum Action as "an action" {
        /// To read.
        Read = "read",
        /// To write.
        Write = "write",
        /// To run programs.
        Execute = "execute",
        /// To open connections.
        Network = "network",
    }
}

impl Category {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Core, Self::Community, Self::Custom];

    /// Returns how far a plugin of the category is trusted unless something else is said.
    pub const fn trust(self) -> TrustLevel {
        match self {
            Self::Core => TrustLevel::Core,
            Self::Community => TrustLevel::Community,
            Self::Custom => TrustLevel::Custom,
        }
    }
}

record! {
    /// Something that a plugin may do.
    pub struct Permission as "a permission" {
        /// What it may do.
        action: Action = "action" required,
        /// With what: `file://`, `http://`, `https://`, `tcp://` or `plugin://`, and as much of the name as is known.
        resource: Resource = "resource" required,
        /// Which of these, where not all of them.
        scope: Vec<Field<Arc<str>>> = "scope",
    }
}

record! {
    /// How it is known that a plugin is what it was when it was published.
    pub struct Signature as "a signature" {
        /// The trust store that holds the key.
        store: Arc<str> = "store" required,
        /// Whether its author signed it with a key that nobody vouches for; `false` unless written.
        self_signed: bool = "selfSigned",
    }
}

record! {
    /// What a plugin may use at most.
    pub struct Limits as "the limits of a plugin" {
        /// Memory.
        memory: Bytes = "maxMemory",
        /// Processors.
        cpu: Cores = "maxCpu",
        /// The size of a file that it writes.
        file_size: Bytes = "maxFileSize",
        /// Bytes a second over the network.
        network_io: Bytes = "maxNetworkIo",
        /// Folders that it may open.
        allowed_paths: Vec<Field<MachinePath>> = "allowedPaths",
        /// Hosts that it may not connect to.
        blocked_hosts: Vec<Field<Word>> = "blockedHosts",
        /// How long one run may take.
        timeout: Period = "timeout",
    }
}

record! {
    /// A plugin that compositions can choose.
    pub struct Plugin as "a plugin" {
        /// The folder of its code below `plugins/`; its own name unless written.
        path: Folder = "path",
        /// The version that can be had, or several of them.
        version: OneOrMany<Version> = "version" required,
        /// What it does.
        kind: PluginType = "type" required,
        /// Where it comes from; the first folder of its path unless written.
        category: Category = "category",
        /// What it is, in one sentence.
        description: Arc<str> = "description",
        /// Who wrote it.
        author: Arc<str> = "author",
        /// Its license.
        license: SimpleName = "license",
        /// Plugins that it cannot work without: names, each with the versions that will do.
        dependencies: Dependencies = "dependencies",
        /// The packages that its code imports, from the root of the code.
        imports: Vec<Field<Folder>> = "imports",
        /// Its configuration, unless a composition says otherwise. Secrets are references: `{ secret: ITEM, key: KEY }`.
        config: Names<YamlNode> = "config",
        /// Whether compositions that choose it run it unless they say otherwise; `true` unless written.
        enabled: bool = "enabled",
        /// How far it is trusted; as its category is unless written.
        trust: TrustLevel = "trust",
        /// What it may do.
        permissions: Vec<Field<Permission>> = "permissions",
        /// What it may never do, whatever its level of trust allows.
        restrictions: Vec<Field<Action>> = "restrictions",
        /// Who signed it.
        signature: Signature = "signature",
        /// The checksum of its file.
        checksum: Checksum = "checksum",
        /// What it may use at most, unless a composition says otherwise.
        limits: Limits = "limits",
        /// The topics that it writes to.
        publishes: Vec<Field<SimpleName>> = "publishes",
        /// The topics that it reads.
        subscribes: Vec<Field<SimpleName>> = "subscribes",
        /// The paths of the pages that it serves; those that its entries lead to unless written.
        routes: Vec<Field<PagePath>> = "routes",
        /// The entries that it adds to the navigation.
        navigation: Names<NavigationNode> = "navigation",
    }
}

choice! {
    /// How a trust store keeps its keys.
    pub enum TrustStoreKind as "a kind of trust store" {
        /// An X.509 certificate.
        Certificate = "certificate",
        /// A keyring, as `gpg` keeps it.
        Pgp = "pgp",
    }
}

record! {
    /// Keys that signatures are checked with.
    pub struct TrustStore as "a trust store" {
        /// How it keeps them.
        kind: TrustStoreKind = "type" required,
        /// The file of a certificate.
        path: MachinePath = "path",
        /// The file of a keyring.
        keyring: MachinePath = "keyring",
        /// How far a plugin is trusted that they signed.
        trust_level: TrustLevel = "trustLevel" required,
    }
}

record! {
    /// What is asked of plugins before they are loaded.
    pub struct VerificationRule as "a verification rule" {
        /// Their paths, from the root of the code: `plugins/core/*`.
        plugin_pattern: PathPattern = "pluginPattern" required,
        /// How far they have to be trusted.
        required_trust_level: TrustLevel = "requiredTrustLevel",
        /// Whether they have to be signed; `false` unless written.
        require_signature: bool = "requireSignature",
        /// Whether a signature will do that nobody vouches for; `false` unless written.
        allow_self_signed: bool = "allowSelfSigned",
    }
}

record! {
    /// Whom plugins are taken from.
    pub struct PluginSecurity as "the security of plugins" {
        /// The keys that signatures are checked with, by name.
        trust_stores: Names<TrustStore> = "trustStores",
        /// What is asked of plugins; of several rules that a path fits, each holds.
        verification_rules: Vec<Field<VerificationRule>> = "verificationRules",
    }
}

record! {
    /// What the code below a folder may import.
    pub struct Layer as "a layer" {
        /// The folders that it may import from, besides itself.
        imports: Vec<Field<Folder>> = "imports",
        /// Folders that it may not import from, although a folder around them is allowed, or to say it aloud.
        forbids: Vec<Field<Folder>> = "forbids",
        /// Why.
        why: Arc<str> = "why",
    }
}
