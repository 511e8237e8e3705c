//! Plugins as meant: the catalogue that compositions choose from, and whom plugins are taken from.

mod config;
mod needs;
mod permissions;
mod read;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use config::{ConfigValue, SecretReference};
pub(super) use config::{merged, read as read_config};
pub(super) use read::{folders, is_declared, resolve};

use super::{Text, Traced};
use crate::source::OriginId;
use crate::spec::composition::PagePath;
use crate::spec::plugin::{Action, Category, Limits, PluginType, TrustLevel, TrustStoreKind};
use crate::spec::scalars::{Version, VersionRange};

/// Index of a plugin in [`super::Platform::plugins`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PluginId(pub usize);

/// A plugin.
#[derive(Clone, Debug)]
pub struct Plugin {
    /// Its name.
    pub name: Text,
    /// The folder of its code below `plugins/`.
    pub path: Text,
    /// The versions that can be had, newest first.
    pub releases: Vec<Traced<Version>>,
    /// What it does.
    pub kind: Traced<PluginType>,
    /// Where it comes from.
    pub category: Traced<Category>,
    /// How far it is trusted.
    pub trust: Traced<TrustLevel>,
    /// Whether it runs where nothing else is said.
    pub enabled: Traced<bool>,
    /// What it is, in one sentence.
    pub description: Option<Text>,
    /// Who wrote it.
    pub author: Option<Text>,
    /// Its license.
    pub license: Option<Text>,
    /// Plugins that it cannot work without.
    pub dependencies: Vec<PluginNeed>,
    /// The packages that its code imports.
    pub imports: Vec<Text>,
    /// Its configuration.
    pub config: Vec<(Arc<str>, ConfigValue)>,
    /// What it may do.
    pub permissions: Vec<Permission>,
    /// What it may never do.
    pub restrictions: Vec<Traced<Action>>,
    /// Who signed it.
    pub signature: Option<Signature>,
    /// The checksum of its file.
    pub checksum: Option<Text>,
    /// What it may use at most.
    pub limits: Option<Traced<Limits>>,
    /// The topics that it writes to.
    pub publishes: Vec<Text>,
    /// The topics that it reads.
    pub subscribes: Vec<Text>,
    /// The paths of the pages that it serves; empty where nothing is said of them.
    pub routes: Vec<Traced<PagePath>>,
    /// The entries that it adds to the navigation.
    pub navigation: Vec<(Text, crate::spec::composition::NavigationNode)>,
}

/// A plugin that another one cannot work without.
#[derive(Clone, Debug)]
pub struct PluginNeed {
    /// Which.
    pub on: PluginId,
    /// The versions that will do.
    pub range: Option<Traced<VersionRange>>,
    /// Where it is written.
    pub origin: OriginId,
}

/// Something that a plugin may do.
#[derive(Clone, Debug)]
pub struct Permission {
    /// What it may do.
    pub action: Traced<Action>,
    /// With what.
    pub resource: Text,
    /// Which of these.
    pub scope: Vec<Text>,
    /// Where it is written.
    pub origin: OriginId,
}

/// A signature.
#[derive(Clone, Debug)]
pub struct Signature {
    /// The trust store that holds the key.
    pub store: Text,
    /// Whether nobody vouches for it.
    pub self_signed: Option<Traced<bool>>,
}

/// Whom plugins are taken from.
#[derive(Clone, Debug, Default)]
pub struct PluginSecurity {
    /// The trust stores by name.
    pub stores: BTreeMap<Arc<str>, TrustStore>,
    /// What is asked of plugins.
    pub rules: Vec<VerificationRule>,
    /// Whether all plugins of the catalogue could be read. Else a rule may be for one that is missing.
    pub catalogue_complete: bool,
}

/// Keys that signatures are checked with.
#[derive(Clone, Debug)]
pub struct TrustStore {
    /// Its name.
    pub name: Text,
    /// How it keeps them.
    pub kind: Traced<TrustStoreKind>,
    /// The file of the certificate or the keyring.
    pub file: Option<Text>,
    /// How far a plugin is trusted that they signed.
    pub trust: Traced<TrustLevel>,
}

/// What is asked of plugins before they are loaded.
#[derive(Clone, Debug)]
pub struct VerificationRule {
    /// Their paths, from the root of the code.
    pub pattern: Text,
    /// How far they have to be trusted.
    pub trust: Option<Traced<TrustLevel>>,
    /// Whether they have to be signed.
    pub signature: Option<Traced<bool>>,
    /// Whether a signature will do that nobody vouches for.
    pub self_signed: Option<Traced<bool>>,
}

impl VerificationRule {
    /// Returns whether the rule is for a plugin. A `*` at the end stands for all that is below.
    pub fn is_for(&self, plugin: &Plugin) -> bool {
        fits(&self.pattern.value, &plugin.package())
    }

    /// Returns whether the rule asks for anything.
    pub fn asks(&self) -> bool {
        let wants = |flag: &Option<Traced<bool>>, value| flag.as_ref().is_some_and(|flag| flag.value == value);
        self.trust.is_some() || wants(&self.signature, true) || wants(&self.self_signed, false)
    }
}

/// Returns whether a pattern fits the path of a package.
pub fn fits(pattern: &str, package: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => package.starts_with(start),
        None => package == pattern,
    }
}

impl Plugin {
    /// Returns the folder of its code, from the root of the code.
    pub fn package(&self) -> String {
        ["plugins/", &*self.path.value].concat()
    }
}

/// What the code below a folder may import.
#[derive(Clone, Debug)]
pub struct Layer {
    /// The folder.
    pub folder: Text,
    /// The folders that it may import from.
    pub imports: Vec<Text>,
    /// Folders that it may not import from.
    pub forbids: Vec<Text>,
    /// Why.
    pub why: Option<Text>,
}

impl Layer {
    /// Returns the layer of a package: that of the longest folder that it lies in.
    pub fn of<'a>(layers: &'a [Self], package: &str) -> Option<&'a Self> {
        let around = layers.iter().filter(|layer| is_below(package, &layer.folder.value));
        around.max_by_key(|layer| layer.folder.value.len())
    }

    /// Returns whether the code of the layer may import a folder: the longest folder of the table that fits it decides.
    /// Returns the folder that forbids it as well.
    pub fn allows(&self, folder: &str) -> (bool, Option<&Text>) {
        let longest = |all: &'_ [Text]| {
            let fits = all.iter().enumerate().filter(|(_, one)| is_below(folder, &one.value));
            fits.max_by_key(|(_, one)| one.value.len()).map(|(at, one)| (at, one.value.len()))
        };
        let (allowed, forbidden) = (longest(&self.imports), longest(&self.forbids));
        let length = |found: Option<(usize, usize)>| found.map_or(0, |(_, length)| length);
        let may = allowed.is_some() && length(allowed) > length(forbidden);
        (may, forbidden.and_then(|(at, _)| self.forbids.get(at)))
    }
}

/// Returns whether a path is a folder, or lies in it.
pub fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
