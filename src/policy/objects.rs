//! The things that expressions read, with their fields: one table for the checker, the view and the documentation.

mod component;
mod plugins;
mod topology;

pub use component::{COMPONENT, END, EXPOSE, FLOW, GATE, NEED, PART, SECRET, SERVICE, STORAGE};
pub use plugins::{COMPOSITION, MEMBER, PERMISSION, PLUGIN, TOPIC};
pub use topology::{ADDRESS, CLASS, DISK, HYPERVISOR, NETWORK, NODE, TAINT};

use super::expr::Root;
use super::types::{Field, Object, Type};

/// Declares a kind of thing.
macro_rules! object {
    ($(#[doc = $doc:literal])* $name:ident, $what:literal, { $($field:literal $($optional:ident)?: $kind:expr, $text:literal;)* }) => {
        $(#[doc = $doc])*
        pub static $name: Object = Object {
            what: $what,
            fields: &[$(Field {
                name: $field,
                kind: || $kind,
                optional: $crate::policy::objects::object!(@optional $($optional)?),
                doc: $text,
            }),*],
        };
    };
    (@optional optional) => { true };
    (@optional) => { false };
}
use object;

object! {
    /// The platform as a whole.
    PLATFORM, "the platform", {
        "name": Type::Str, "its name";
        "environment": Type::Str, "the environment that is judged";
        "cluster" optional: Type::Str, "the cluster that it runs in";
        "domains": Type::Object(&DOMAINS), "its domains";
        "versions": Type::Str.map(), "versions by name, such as `kubernetes`";
        "repository" optional: Type::Object(&REPOSITORY), "the repository that Argo CD reads";
        "components": Type::Object(&COMPONENT).list(), "all components, by name";
        "nodes": Type::Object(&NODE).list(), "all nodes";
        "flows": Type::Object(&FLOW).list(), "all flows, also those that nobody wrote";
        "addresses": Type::Object(&ADDRESS).list(), "all claimed addresses, by name";
        "networks": Type::Object(&NETWORK).list(), "all networks, by name";
        "hypervisors": Type::Object(&HYPERVISOR).list(), "all hypervisors, by name";
        "storageClasses": Type::Object(&CLASS).list(), "all storage classes, by name";
        "secrets": Type::Object(&ITEM).list(), "the items of the secret store, by path";
        "backups": Type::Any.map(), "the backups of machines: `stores`, `jobs` and `tests` by name";
        "plugins": Type::Object(&PLUGIN).list(), "the plugins that compositions can choose, by name";
        "compositions": Type::Object(&COMPOSITION).list(), "the compositions, by name";
    }
}

object! {
    /// Domains.
    DOMAINS, "the domains", {
        "external" optional: Type::Str, "the domain that people use";
        "cluster": Type::Str, "the cluster's DNS domain";
        "node" optional: Type::Str, "the domain of the nodes";
    }
}

object! {
    /// The repository.
    REPOSITORY, "the repository", {
        "url": Type::Str, "its URL";
        "revision": Type::Str, "the revision that is followed";
        "path": Type::Str, "the directory of the outputs; empty for the root";
    }
}

object! {
    /// An item of the secret store.
    ITEM, "a secret item", {
        "path": Type::Str, "its path";
        "keys": Type::Str.list(), "its keys";
    }
}

object! {
    /// A document of an output.
    DOCUMENT, "a document", {
        "path": Type::Str, "the path of its file, below the output root";
        "target": Type::Str, "the kind of output, as `--target` names it";
        "apiVersion" optional: Type::Str, "the version of its kind, of an object of Kubernetes";
        "kind" optional: Type::Str, "its kind, of an object of Kubernetes";
        "name" optional: Type::Str, "its name, of an object of Kubernetes";
        "namespace" optional: Type::Str, "its namespace, of an object that has one";
        "labels": Type::Str.map(), "its labels";
        "annotations": Type::Str.map(), "its annotations";
        "object": Type::Any.map(), "its tree";
        "component" optional: Type::Object(&COMPONENT), "the component that it is made for";
    }
}

/// Returns the names that are always there.
pub(super) fn roots() -> Vec<(&'static str, Root, Type)> {
    vec![
        ("platform", Root::Platform, Type::Object(&PLATFORM)),
        ("environment", Root::Environment, Type::Str),
        ("components", Root::Components, Type::Object(&COMPONENT).list()),
        ("nodes", Root::Nodes, Type::Object(&NODE).list()),
        ("flows", Root::Flows, Type::Object(&FLOW).list()),
        ("addresses", Root::Addresses, Type::Object(&ADDRESS).list()),
        ("networks", Root::Networks, Type::Object(&NETWORK).list()),
        ("plugins", Root::Plugins, Type::Object(&PLUGIN).list()),
        ("compositions", Root::Compositions, Type::Object(&COMPOSITION).list()),
    ]
}

/// All kinds of things, in the order of the documentation.
pub static ALL: &[&Object] = &[
    &PLATFORM,
    &COMPONENT,
    &SERVICE,
    &NEED,
    &EXPOSE,
    &STORAGE,
    &PART,
    &SECRET,
    &GATE,
    &FLOW,
    &END,
    &NODE,
    &DISK,
    &TAINT,
    &ADDRESS,
    &NETWORK,
    &HYPERVISOR,
    &CLASS,
    &PLUGIN,
    &PERMISSION,
    &COMPOSITION,
    &MEMBER,
    &TOPIC,
    &ITEM,
    &DOMAINS,
    &REPOSITORY,
    &DOCUMENT,
];
