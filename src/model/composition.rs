//! Compositions as meant: plugins resolved to versions, names to members, and what runs where.

mod bounds;
mod check;
mod members;
mod names;
mod pages;
mod read;
mod runtime;
mod scraping;
mod shards;
mod telemetry;
mod versions;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) use read::resolve;

use super::plugin::{ConfigValue, PluginId};
use super::{ComponentId, Text, Traced};
use crate::source::OriginId;
use crate::spec::composition::{Language, TopicData};
use crate::spec::scalars::PercentRange;
use crate::spec::{self, FlowKind};

/// Index of a plugin in [`Composition::members`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MemberId(pub usize);

/// Plugins that make one application.
#[derive(Clone, Debug)]
pub struct Composition {
    /// Its name.
    pub name: Text,
    /// Its version, if it has one.
    pub version: Option<Text>,
    /// Its name for people.
    pub title: Text,
    /// What it is, in one sentence.
    pub description: Option<Text>,
    /// The packages that it builds upon.
    pub imports: Vec<Text>,
    /// Its plugins, by name.
    pub members: Vec<Member>,
    /// The plugins that are watched; `None` where nothing is.
    pub watched: Option<Watched>,
    /// Its topics, by name.
    pub topics: Vec<Topic>,
    /// The parts of the work of plugins, in the order of nodes.
    pub shards: Vec<Shard>,
    /// The agent that passes on what it tells.
    pub telemetry: Option<Telemetry>,
    /// The names by which its sections call its plugins.
    pub names: BTreeMap<Arc<str>, MemberId>,
    /// Its sections as they are written.
    pub written: Arc<spec::composition::Composition>,
}

/// A plugin of a composition.
#[derive(Clone, Debug)]
pub struct Member {
    /// The plugin.
    pub plugin: PluginId,
    /// Its name.
    pub name: Text,
    /// The version that is taken.
    pub version: Text,
    /// Whether it runs.
    pub enabled: Traced<bool>,
    /// Whether the spec lists it; else another one depends on it.
    pub listed: bool,
    /// Its configuration.
    pub config: Vec<(Arc<str>, ConfigValue)>,
    /// The members that it needs.
    pub needs: Vec<MemberNeed>,
}

/// A member that has to run before another one.
#[derive(Clone, Debug)]
pub struct MemberNeed {
    /// Which.
    pub on: MemberId,
    /// Why.
    pub reason: MemberReason,
    /// Where it is written.
    pub origin: OriginId,
}

/// Why a plugin comes before another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MemberReason {
    /// The plugin cannot work without it.
    Dependency,
    /// The composition says so.
    DependsOn,
    /// It carries the events.
    Bus,
}

impl MemberReason {
    /// Returns the word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dependency => "dependency",
            Self::DependsOn => "depends_on",
            Self::Bus => "event_bus",
        }
    }

    /// Returns the reason as a phrase after "A needs B".
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Dependency => "as its `dependencies` say",
            Self::DependsOn => "as its `dependsOn` says",
            Self::Bus => "for its events",
        }
    }
}

/// The plugins that are watched.
#[derive(Clone, Debug)]
pub struct Watched {
    /// Whether they are all of them.
    pub all: bool,
    /// Which.
    pub members: Vec<MemberId>,
    /// Where it is written.
    pub origin: OriginId,
}

/// A topic of events.
#[derive(Clone, Debug)]
pub struct Topic {
    /// Its name.
    pub name: Text,
    /// What it carries.
    pub carries: Option<Traced<TopicData>>,
    /// The members that write to it, each with the line that says so.
    pub publishers: Vec<(MemberId, OriginId)>,
    /// The members that read it, each with the line that says so.
    pub subscribers: Vec<(MemberId, OriginId)>,
}

/// A part of the work of a plugin.
#[derive(Clone, Debug)]
pub struct Shard {
    /// The node.
    pub node: Text,
    /// The plugin.
    pub member: MemberId,
    /// Its name.
    pub name: Text,
    /// Which part.
    pub range: Traced<PercentRange>,
}

/// An agent on the machine of the application.
#[derive(Clone, Debug)]
pub struct Telemetry {
    /// Where each kind of telemetry goes.
    pub targets: Vec<TelemetryTarget>,
    /// What the agent reads metrics from.
    pub scrape: Option<Scrape>,
    /// Where it is written.
    pub origin: OriginId,
    /// The languages that examples are made for.
    pub examples: Vec<Language>,
}

/// What an agent reads metrics from.
#[derive(Clone, Debug)]
pub struct Scrape {
    /// How often.
    pub interval: Text,
    /// How long one read may take.
    pub timeout: Text,
    /// What is read, by name.
    pub targets: Vec<ScrapeTarget>,
    /// Where it is written.
    pub origin: OriginId,
}

/// Something that an agent reads metrics from.
#[derive(Clone, Debug)]
pub struct ScrapeTarget {
    /// Its name, which is the job of its metrics.
    pub name: Text,
    /// The URL, as it is written.
    pub url: Text,
    /// `http` or `https`.
    pub scheme: &'static str,
    /// Host and port.
    pub address: Text,
    /// The path.
    pub path: Text,
}

/// Where one kind of telemetry goes.
#[derive(Clone, Debug)]
pub struct TelemetryTarget {
    /// `traces`, `logs`, or `remoteWrite` for metrics.
    pub signal: FlowKind,
    /// The component that keeps it.
    pub to: ComponentId,
    /// The URL that is written to, or host and port where the protocol has no URLs.
    pub address: Text,
    /// Whether the address is a URL.
    pub has_scheme: bool,
    /// The URL that is read from.
    pub query: Option<Text>,
    /// The type of its datasource.
    pub datasource: Option<Text>,
    /// The tenant.
    pub tenant: Option<Text>,
    /// Whether the other side has no certificate.
    pub insecure: bool,
    /// Whether the address is known outside of the cluster.
    pub outside: bool,
    /// Where it is written.
    pub origin: OriginId,
}

impl Composition {
    /// Returns a member.
    pub fn member(&self, id: MemberId) -> Option<&Member> {
        self.members.get(id.0)
    }

    /// Returns the name of the plugin that a section names.
    pub fn called<'a>(&'a self, name: &'a str) -> &'a str {
        self.names.get(name).and_then(|id| self.member(*id)).map_or(name, |member| &*member.name.value)
    }

    /// Iterates over the members that run.
    pub fn running(&self) -> impl Iterator<Item = (MemberId, &Member)> {
        self.members
            .iter()
            .enumerate()
            .filter(|(_, member)| member.enabled.value)
            .map(|(at, member)| (MemberId(at), member))
    }
}
