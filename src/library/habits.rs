//! Facts about what a chart does on its own and with the values that people write: what flows rely on, the ports, volumes and
//! nodes that it takes, what its program takes for a time, and what lets everybody in.

use std::sync::Arc;

use super::Facts;
use crate::spec::scalars::{AbsolutePath, Times, Word};
use crate::yaml::{Field, Node};
use crate::{choice, record};

record! {
    /// A length of time among the Helm values, and what its program takes.
    pub struct TimeFact as "a length of time" {
        /// Where it is in the values, key by key.
        path: Vec<Field<Arc<str>>> = "path" required,
        /// The units that the program knows, in any order; those of Prometheus (`y`, `w`, `d`, `h`, `m`, `s`, `ms`), the
        /// larger ones first, unless written.
        units: Vec<Field<Arc<str>>> = "units",
        /// Whether numbers of these units may have fractions, as in `1.5h`.
        fractions: bool = "fractions",
        /// The shortest that it takes; `0` is for ever, and always taken.
        least: Arc<str> = "least",
        /// What becomes of another one.
        why: Arc<str> = "why" required,
    }
}

impl TimeFact {
    /// Returns whether the shortest that it takes, if there is one, is a time for the program itself.
    pub fn has_readable_least(&self) -> bool {
        let units: Vec<&str> = Facts::words(&self.units).collect();
        let fractions = self.fractions.value() == Some(&true);
        let times =
            if units.is_empty() { Times::PROMETHEUS } else { Times { units: &units, fractions, ordered: false } };
        self.least.value().is_none_or(|least| times.milliseconds(least).is_some())
    }
}

record! {
    /// A place in the Helm values that becomes a part of the program's configuration.
    pub struct ConfigFact as "a configuration in values" {
        /// Where it is in the values, key by key.
        path: Vec<Field<Arc<str>>> = "path" required,
        /// The file, one of those in `schemas/configs`.
        file: Arc<str> = "file" required,
        /// Whether values of the chart's own stand beside the sections of the file: then only what is in a section is judged.
        sections: bool = "sections",
    }
}

record! {
    /// A Helm value that lets everybody in.
    pub struct Unlock as "a value that lets everybody in" {
        /// Where it is in the values, key by key.
        path: Vec<Field<Arc<str>>> = "path" required,
        /// What everybody can do then.
        why: Arc<str> = "why" required,
        /// What to write instead.
        help: Arc<str> = "help",
    }
}

record! {
    /// A program that comes to the host of a component by itself.
    pub struct Program as "a program that comes" {
        /// The path that it comes to, with all below it.
        path: AbsolutePath = "path" required,
        /// Who it is, as the beginning of a sentence.
        who: Arc<str> = "who" required,
        /// The setting that lets it come; it always does unless written.
        setting: Word = "setting",
    }
}

record! {
    /// A Helm value that facts and flows rely on.
    pub struct Guard as "a guarded value" {
        /// Where it is in the values, key by key.
        path: Vec<Field<Arc<str>>> = "path" required,
        /// The one value that it may have; the one of the template unless written. `{fullname}` in it stands for the full name.
        is: Node = "is",
        /// What has to stand somewhere in the value, instead of one value that it may have.
        has: Arc<str> = "has",
        /// The Service that is there, or reached, only with this value: the guard counts where something uses it.
        service: Arc<str> = "service",
        /// What else has to be there for somebody to rely on it.
        uses: GuardUse = "uses",
        /// Other values that make up for it, each key by key: where a person sets one, they know what they do.
        unless: Vec<Field<Vec<Field<Arc<str>>>>> = "unless",
        /// Whether it is only a warning, because people may have reasons that nothing shows.
        warns: bool = "warns",
        /// What breaks with another value.
        why: Arc<str> = "why" required,
        /// What to write instead.
        help: Arc<str> = "help",
    }
}

choice! {
    /// What relies on a guarded value.
    pub enum GuardUse as "what relies on a value" {
        /// Hosts of components, to which the component leads as their ingress controller.
        Hosts = "hosts",
        /// Ranges of addresses that a load balancer may hand out: those of the component, and those of nobody else.
        Addresses = "addresses",
        /// Components that have people sign in here.
        Logins = "logins",
        /// A store of secrets that is reached by a URL.
        Store = "store",
        /// The store, where the component has certificates signed.
        Authority = "authority",
    }
}

record! {
    /// A port of the nodes.
    pub struct HostPort as "a port of the nodes" {
        /// The port.
        port: u16 = "port" required,
        /// Values that change it, each key by key: where a person sets one, nothing is known of the port.
        unless: Vec<Field<Vec<Field<Arc<str>>>>> = "unless",
    }
}

record! {
    /// A volume that all copies of a Deployment mount.
    pub struct SharedVolume as "a shared volume" {
        /// Where the number of copies is in the values, key by key.
        replicas: Vec<Field<Arc<str>>> = "replicas" required,
        /// Where the map is that describes the volume: `enabled`, and `accessModes` or `accessMode`.
        volume: Vec<Field<Arc<str>>> = "volume" required,
    }
}

record! {
    /// Copies that a chart keeps on nodes of their own.
    pub struct Apart as "copies that are kept apart" {
        /// Where their number is in the values, key by key.
        replicas: Vec<Field<Arc<str>>> = "replicas" required,
        /// Where the affinity is that keeps them apart; with another one they may share a node.
        affinity: Vec<Field<Arc<str>>> = "affinity" required,
        /// Whether they have the volumes of the component.
        storage: bool = "storage",
        /// Whether they are of a Deployment that starts a new pod before an old one goes, unless its values say otherwise.
        surges: bool = "surges",
    }
}
