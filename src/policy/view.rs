//! The platform as expressions see it: nothing is built before it is read, and everything has its origin.

mod component;
mod document;
mod index;
mod platform;
mod plugins;
mod topology;

use std::sync::Arc;

pub use document::Document;
use index::Index;

use super::objects;
use super::types::Object;
use super::value::{From, Item, List, Map, Text, Value};
use crate::graph::{Edge, Graph};
use crate::model::composition::{Composition, Member, Topic};
use crate::model::plugin::{Permission, Plugin};
use crate::model::{
    Address, Component, ComponentId, Contexts, Disk, End, Expose, Flow, GateStep, Hypervisor, Network, Node, Part,
    Platform, SecretItem, SecretUse, Service, StorageClass, Taint, Traced,
};
use crate::source::{OriginId, Origins};
use crate::spec::scalars::Quantity;

/// What rules read of one environment.
#[derive(Debug)]
pub struct View<'a> {
    pub(super) platform: &'a Platform,
    pub(super) graph: &'a Graph,
    contexts: &'a Contexts<'a>,
    /// All documents; none before all of them are made.
    documents: &'a [Document<'a>],
    pub(super) index: Index,
}

/// A thing that expressions read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Thing<'a> {
    Platform,
    Domains,
    Repository,
    SecretItem(&'a SecretItem),
    Component(ComponentId, &'a Component),
    Need(&'a Edge),
    Service(ComponentId, &'a Service),
    Expose(&'a Component, &'a Expose),
    Storage(&'a (Option<Traced<Arc<str>>>, Option<Traced<Quantity>>), OriginId),
    Part(&'a Component, &'a Part),
    Secret(&'a SecretUse),
    Gate(&'a GateStep),
    Flow(&'a Flow),
    End(&'a End),
    Node(&'a Node),
    Disk(&'a Disk),
    Taint(&'a Taint),
    Address(&'a Address),
    Network(&'a Network),
    Hypervisor(&'a Hypervisor),
    Class(&'a StorageClass),
    Plugin(&'a Plugin),
    Permission(&'a Permission),
    Composition(usize, &'a Composition),
    Member(&'a Composition, &'a Member),
    Topic(&'a Composition, &'a Topic),
    Document(&'a Document<'a>),
}

/// A list of things that the platform has.
#[derive(Clone, Copy, Debug)]
pub(super) enum Group<'a> {
    Components,
    Nodes,
    Flows,
    Addresses,
    Networks,
    Hypervisors,
    Classes,
    Documents,
    Plugins,
    Compositions,
    Permissions(&'a Plugin),
    Members(&'a Composition),
    Topics(&'a Composition),
    /// Flows, by their places.
    FlowsAt(&'a [usize]),
    /// Hypervisors, by their places.
    Targets(&'a Flow),
    Needs(&'a [Edge]),
    Services(ComponentId, &'a Component),
    Secrets(&'a Component),
    Parts(&'a Component),
    Gates(&'a Component),
    Disks(&'a Node),
    Taints(&'a Node),
}

impl<'a> View<'a> {
    /// Returns the view of a platform.
    #[must_use]
    pub fn new(platform: &'a Platform, graph: &'a Graph, contexts: &'a Contexts<'a>) -> Self {
        Self { platform, graph, contexts, documents: &[], index: Index::default() }
    }

    /// Returns the view with all documents in it.
    #[must_use]
    pub fn with(self, documents: &'a [Document<'a>]) -> Self {
        Self { documents, ..self }
    }

    pub(super) fn origins(&self) -> &'a Origins {
        &self.platform.origins
    }

    pub(super) fn from(&self, origin: OriginId) -> From<'a> {
        From::Origin(self.origins(), origin)
    }

    pub(super) fn item(&'a self, thing: Thing<'a>) -> Item<'a> {
        Item { value: Value::Map(Map::Thing(self, thing)), from: self.place(thing) }
    }

    fn group(&'a self, group: Group<'a>, from: OriginId) -> Item<'a> {
        Item { value: Value::List(List::Things(self, group)), from: self.from(from) }
    }

    pub(super) fn all(&'a self, group: Group<'a>) -> Item<'a> {
        self.group(group, self.platform.name.origin)
    }

    fn text(&self, text: &'a Traced<Arc<str>>) -> Item<'a> {
        self.str(&text.value, text.origin)
    }

    fn str(&self, text: &'a str, origin: OriginId) -> Item<'a> {
        Item { value: Value::Str(Text::Of(text)), from: self.from(origin) }
    }

    fn made(&self, text: impl std::fmt::Display, origin: OriginId) -> Item<'a> {
        Item { value: Value::Str(Text::Made(text.to_string().into())), from: self.from(origin) }
    }

    fn int(&self, number: impl Into<i64>, origin: OriginId) -> Item<'a> {
        Item { value: Value::Int(number.into()), from: self.from(origin) }
    }

    fn flag(&self, flag: bool, origin: OriginId) -> Item<'a> {
        Item { value: Value::Bool(flag), from: self.from(origin) }
    }

    fn strings(&self, texts: impl Iterator<Item = Item<'a>>, origin: OriginId) -> Item<'a> {
        Item { from: self.from(origin), ..Item::list(texts.collect()) }
    }

    fn entries(&self, entries: impl Iterator<Item = (&'a str, Item<'a>)>, origin: OriginId) -> Item<'a> {
        let map = entries.map(|(key, item)| (key.into(), item)).collect();
        Item { value: Value::Map(Map::Made(std::rc::Rc::new(map))), from: self.from(origin) }
    }

    pub(super) fn component(&'a self, id: ComponentId) -> Option<Item<'a>> {
        self.platform.components.get(id.0).map(|component| self.item(Thing::Component(id, component)))
    }

    /// Returns how many things a list has.
    pub(super) fn count(&self, group: Group<'a>) -> usize {
        let topology = &self.platform.topology;
        match group {
            Group::Components => self.platform.components.len(),
            Group::Nodes => topology.nodes.len(),
            Group::Flows => self.platform.flows.len(),
            Group::Addresses => topology.addresses.len(),
            Group::Networks => topology.networks.len(),
            Group::Hypervisors => topology.hypervisors.len(),
            Group::Classes => topology.storage_classes.len(),
            Group::Documents => self.documents.len(),
            Group::Plugins => self.platform.plugins.len(),
            Group::Compositions => self.platform.compositions.len(),
            Group::Permissions(plugin) => plugin.permissions.len(),
            Group::Members(composition) => composition.members.len(),
            Group::Topics(composition) => composition.topics.len(),
            Group::FlowsAt(places) => places.len(),
            Group::Targets(flow) => flow.targets.len(),
            Group::Needs(edges) => edges.len(),
            Group::Services(_, component) => component.services.len(),
            Group::Secrets(component) => component.secrets.len(),
            Group::Parts(component) => component.parts.len(),
            Group::Gates(component) => component.gates.len(),
            Group::Disks(node) => node.disks.len(),
            Group::Taints(node) => node.taints.len(),
        }
    }

    /// Returns a thing of a list.
    pub(super) fn member(&self, group: Group<'a>, at: usize) -> Option<Thing<'a>> {
        let platform = self.platform;
        let topology = &platform.topology;
        Some(match group {
            Group::Components => Thing::Component(ComponentId(at), platform.components.get(at)?),
            Group::Nodes => Thing::Node(topology.nodes.get(at)?),
            Group::Flows => Thing::Flow(platform.flows.get(at)?),
            Group::Addresses => Thing::Address(topology.addresses.get(at)?),
            Group::Networks => Thing::Network(topology.networks.get(at)?),
            Group::Hypervisors => Thing::Hypervisor(topology.hypervisors.get(at)?),
            Group::Classes => Thing::Class(topology.storage_classes.get(at)?),
            Group::Documents => Thing::Document(self.documents.get(at)?),
            Group::Plugins => Thing::Plugin(platform.plugins.get(at)?),
            Group::Compositions => Thing::Composition(at, platform.compositions.get(at)?),
            Group::Permissions(plugin) => Thing::Permission(plugin.permissions.get(at)?),
            Group::Members(composition) => Thing::Member(composition, composition.members.get(at)?),
            Group::Topics(composition) => Thing::Topic(composition, composition.topics.get(at)?),
            Group::FlowsAt(places) => Thing::Flow(platform.flows.get(*places.get(at)?)?),
            Group::Targets(flow) => Thing::Hypervisor(topology.hypervisors.get(flow.targets.get(at)?.0.0)?),
            Group::Needs(edges) => Thing::Need(edges.get(at)?),
            Group::Services(id, component) => Thing::Service(id, component.services.get(at)?),
            Group::Secrets(component) => Thing::Secret(component.secrets.get(at)?),
            Group::Parts(component) => Thing::Part(component, component.parts.get(at)?),
            Group::Gates(component) => Thing::Gate(component.gates.get(at)?),
            Group::Disks(node) => Thing::Disk(node.disks.get(at)?),
            Group::Taints(node) => Thing::Taint(node.taints.get(at)?),
        })
    }

    /// Returns where a thing stands.
    pub(super) fn place(&self, thing: Thing<'a>) -> From<'a> {
        let named = self.platform.name.origin;
        self.from(match thing {
            Thing::Platform | Thing::Domains => named,
            Thing::Repository => self.platform.repository.as_ref().map_or(named, |repository| repository.url.origin),
            Thing::SecretItem(item) => item.path.origin,
            Thing::Component(_, component) | Thing::Part(component, _) => component.name.origin,
            Thing::Need(edge) => edge.origin,
            Thing::Service(_, service) => service.name.origin,
            Thing::Expose(_, expose) => expose.host.origin,
            Thing::Storage(_, origin) => origin,
            Thing::Secret(used) => used.item.origin,
            Thing::Gate(gate) => gate.name.origin,
            Thing::Flow(flow) => flow.origin,
            Thing::End(end) => end.origin,
            Thing::Node(node) => node.name.origin,
            Thing::Disk(disk) => disk.size.origin,
            Thing::Taint(taint) => taint.key.origin,
            Thing::Address(address) => address.name.origin,
            Thing::Network(network) => network.name.origin,
            Thing::Hypervisor(hypervisor) => hypervisor.name.origin,
            Thing::Class(class) => class.name.origin,
            Thing::Plugin(plugin) => plugin.name.origin,
            Thing::Permission(permission) => permission.origin,
            Thing::Composition(_, composition) => composition.name.origin,
            Thing::Member(_, member) => member.name.origin,
            Thing::Topic(_, topic) => topic.name.origin,
            Thing::Document(document) => return From::Origin(document.origins, document.doc.origin),
        })
    }

    /// Returns a field of a thing, if it has a value.
    pub(super) fn field(&'a self, thing: Thing<'a>, name: &str) -> Option<Item<'a>> {
        match thing {
            Thing::Platform => self.of_platform(name),
            Thing::Domains => self.of_domains(name),
            Thing::Repository => self.of_repository(name),
            Thing::SecretItem(item) => self.of_secret_item(item, name),
            Thing::Component(id, component) => self.of_component(id, component, name),
            Thing::Need(edge) => self.of_need(edge, name),
            Thing::Service(id, service) => self.of_service(id, service, name),
            Thing::Expose(component, expose) => self.of_expose(component, expose, name),
            Thing::Storage(storage, _) => self.of_storage(storage, name),
            Thing::Part(component, part) => self.of_part(component, part, name),
            Thing::Secret(used) => self.of_secret(used, name),
            Thing::Gate(gate) => self.of_gate(gate, name),
            Thing::Flow(flow) => self.of_flow(flow, name),
            Thing::End(end) => self.of_end(end, name),
            Thing::Node(node) => self.of_node(node, name),
            Thing::Disk(disk) => self.of_disk(disk, name),
            Thing::Taint(taint) => self.of_taint(taint, name),
            Thing::Address(address) => self.of_address(address, name),
            Thing::Network(network) => self.of_network(network, name),
            Thing::Hypervisor(hypervisor) => self.of_hypervisor(hypervisor, name),
            Thing::Class(class) => self.of_class(class, name),
            Thing::Plugin(plugin) => self.of_plugin(plugin, name),
            Thing::Permission(permission) => self.of_permission(permission, name),
            Thing::Composition(at, composition) => self.of_composition(at, composition, name),
            Thing::Member(composition, member) => self.of_member(composition, member, name),
            Thing::Topic(composition, topic) => self.of_topic(composition, topic, name),
            Thing::Document(document) => self.of_document(document, name),
        }
    }
}

impl Group<'_> {
    /// Returns a number for a list that the platform has once; `None` for one that belongs to a thing.
    pub(super) const fn whole(self) -> Option<usize> {
        Some(match self {
            Group::Components => 0,
            Group::Nodes => 1,
            Group::Flows => 2,
            Group::Addresses => 3,
            Group::Networks => 4,
            Group::Hypervisors => 5,
            Group::Classes => 6,
            Group::Documents => 9,
            Group::Plugins => 7,
            Group::Compositions => 8,
            _ => return None,
        })
    }
}

impl Thing<'_> {
    /// Returns whether two things are one: of one kind, and at one place.
    pub(super) fn is(&self, other: Self) -> bool {
        use std::ptr::eq;
        match (*self, other) {
            (Self::Platform, Self::Platform)
            | (Self::Domains, Self::Domains)
            | (Self::Repository, Self::Repository) => true,
            (Self::SecretItem(a), Self::SecretItem(b)) => eq(a, b),
            (Self::Component(a, _), Self::Component(b, _)) => a == b,
            (Self::Need(a), Self::Need(b)) => eq(a, b),
            (Self::Service(_, a), Self::Service(_, b)) => eq(a, b),
            (Self::Expose(_, a), Self::Expose(_, b)) => eq(a, b),
            (Self::Storage(a, _), Self::Storage(b, _)) => eq(a, b),
            (Self::Part(_, a), Self::Part(_, b)) => eq(a, b),
            (Self::Secret(a), Self::Secret(b)) => eq(a, b),
            (Self::Gate(a), Self::Gate(b)) => eq(a, b),
            (Self::Flow(a), Self::Flow(b)) => eq(a, b),
            (Self::End(a), Self::End(b)) => eq(a, b),
            (Self::Node(a), Self::Node(b)) => eq(a, b),
            (Self::Disk(a), Self::Disk(b)) => eq(a, b),
            (Self::Taint(a), Self::Taint(b)) => eq(a, b),
            (Self::Address(a), Self::Address(b)) => eq(a, b),
            (Self::Network(a), Self::Network(b)) => eq(a, b),
            (Self::Hypervisor(a), Self::Hypervisor(b)) => eq(a, b),
            (Self::Class(a), Self::Class(b)) => eq(a, b),
            (Self::Plugin(a), Self::Plugin(b)) => eq(a, b),
            (Self::Permission(a), Self::Permission(b)) => eq(a, b),
            (Self::Composition(_, a), Self::Composition(_, b)) => eq(a, b),
            (Self::Member(_, a), Self::Member(_, b)) => eq(a, b),
            (Self::Topic(_, a), Self::Topic(_, b)) => eq(a, b),
            (Self::Document(a), Self::Document(b)) => eq(a, b),
            _ => false,
        }
    }

    /// Returns which fields the thing can have.
    pub(super) const fn object(&self) -> &'static Object {
        match self {
            Self::Platform => &objects::PLATFORM,
            Self::Domains => &objects::DOMAINS,
            Self::Repository => &objects::REPOSITORY,
            Self::SecretItem(_) => &objects::ITEM,
            Self::Component(..) => &objects::COMPONENT,
            Self::Need(_) => &objects::NEED,
            Self::Service(..) => &objects::SERVICE,
            Self::Expose(..) => &objects::EXPOSE,
            Self::Storage(..) => &objects::STORAGE,
            Self::Part(..) => &objects::PART,
            Self::Secret(_) => &objects::SECRET,
            Self::Gate(_) => &objects::GATE,
            Self::Flow(_) => &objects::FLOW,
            Self::End(_) => &objects::END,
            Self::Node(_) => &objects::NODE,
            Self::Disk(_) => &objects::DISK,
            Self::Taint(_) => &objects::TAINT,
            Self::Address(_) => &objects::ADDRESS,
            Self::Network(_) => &objects::NETWORK,
            Self::Hypervisor(_) => &objects::HYPERVISOR,
            Self::Class(_) => &objects::CLASS,
            Self::Plugin(_) => &objects::PLUGIN,
            Self::Permission(_) => &objects::PERMISSION,
            Self::Composition(..) => &objects::COMPOSITION,
            Self::Member(..) => &objects::MEMBER,
            Self::Topic(..) => &objects::TOPIC,
            Self::Document(_) => &objects::DOCUMENT,
        }
    }
}
