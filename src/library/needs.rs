//! What facts say of what a component needs: kinds, volumes, steps of people, and machines that will do.

use std::sync::Arc;

use crate::yaml::decode::OneOrMany;
use crate::yaml::{Field, Names};
use crate::{choice, record};

record! {
    /// What a component needs before it can be deployed.
    pub struct Needs as "what a component needs" {
        /// The custom kinds that its chart creates objects of, as `Kind.group`.
        crds: Vec<Field<Arc<str>>> = "crds",
        /// Whether it makes volume claims.
        storage: bool = "storage",
        /// Whether it has a Service of type `LoadBalancer`.
        load_balancer: bool = "loadBalancer",
        /// The custom kinds that it needs where it opens a flow of a kind, by the kind.
        flows: Names<OneOrMany<Arc<str>>> = "flows",
        /// The custom kinds that it needs where a setting is there and true, by the name of the setting.
        settings: Names<OneOrMany<Arc<str>>> = "settings",
        /// That its files want a file system of the node itself.
        local_disk: LocalDisk = "localDisk",
        /// What a person has to do before it starts, to come after "before".
        gate: Arc<str> = "gate",
    }
}

record! {
    /// That files want a disk of the node, and no share of another machine.
    pub struct LocalDisk as "the wish for a disk of the node" {
        /// What happens on a share, in the words of a report: a sentence without a full stop.
        why: Arc<str> = "why" required,
        /// The parts whose files these are; without them those of the whole component.
        parts: Vec<Field<Arc<str>>> = "parts",
    }
}

record! {
    /// What a component can be installed on outside of clusters.
    pub struct RunsOnFacts as "what a component can be installed on" {
        /// The kinds of machine.
        kinds: Vec<Field<MachineSort>> = "kinds" required,
        /// Why no others, in a sentence.
        why: Arc<str> = "why" required,
    }
}

choice! {
    /// A kind of machine.
    pub enum MachineSort as "a kind of machine" {
        /// A node of the spec.
        Node = "node",
        /// A hypervisor.
        Hypervisor = "hypervisor",
    }
}
