//! What environments say of the cluster that they share: there is one of it, so all of them have to say the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::claims::Claims;
use crate::diag::{Diagnostic, Kind};
use crate::model::{Cluster, Platform};
use crate::source::{OriginId, Span};

/// Two environments describe their one cluster differently.
const DIFFERS: Kind = Kind::new("cluster-described-differently", "DV0890");

/// What an environment says of its cluster: the values by their paths, each where it stands.
#[derive(Default)]
pub(super) struct ClusterFacts {
    name: Option<Arc<str>>,
    all: BTreeMap<String, (String, Option<Span>)>,
}

impl ClusterFacts {
    /// Returns what an environment says.
    pub(super) fn of(platform: &Platform) -> Self {
        let mut facts =
            Self { name: platform.own_cluster().map(|cluster| cluster.name.value.clone()), ..Self::default() };
        let mut add = |path: &str, value: String, origin: OriginId| {
            facts.all.insert(path.to_owned(), (value, platform.origins.written_span(origin)));
        };
        if let Some(version) = platform.kubernetes() {
            add("versions.kubernetes", version.value.to_string(), version.origin);
        }
        if let Some(cluster) = platform.own_cluster() {
            described(cluster, &mut add);
        }
        facts
    }
}

fn described(cluster: &Cluster, add: &mut dyn FnMut(&str, String, OriginId)) {
    add("kind", cluster.kind.value.word().to_owned(), cluster.kind.origin);
    if let Some(location) = &cluster.location {
        add("location", location.value.to_string(), location.origin);
    }
    if let Some(channel) = &cluster.release_channel {
        add("releaseChannel", channel.value.word().to_owned(), channel.origin);
    }
    for pool in &cluster.node_pools {
        let path = |field: &str| format!("nodePools.{}.{field}", pool.name.value);
        add(&path("machineType"), pool.machine_type.value.to_string(), pool.machine_type.origin);
        add(&path("min"), pool.min.value.to_string(), pool.min.origin);
        add(&path("max"), pool.max.value.to_string(), pool.max.origin);
    }
    if let Some(talos) = &cluster.talos {
        add("talos.version", talos.version.value.to_string(), talos.version.origin);
        add("talos.cni", talos.cni.value.word().to_owned(), talos.cni.origin);
        add("talos.kubeProxy", talos.kube_proxy.value.to_string(), talos.kube_proxy.origin);
        add("talos.scheduleOnControlPlanes", talos.schedules.value.to_string(), talos.schedules.origin);
    }
}

/// Reports what two environments in one cluster say differently of it, at the second of them.
pub(super) fn differences(first: &Claims, second: &Claims) -> Vec<Diagnostic> {
    let (one, two) = (&first.facts, &second.facts);
    if one.name != two.name {
        return Vec::new();
    }
    let differ = two.all.iter().filter_map(|(path, (value, place))| {
        let (other, there) = one.all.get(path).filter(|(other, _)| other != value)?;
        let place = place.or(second.place)?;
        let message = format!(
            "`{path}` is {value} in environment `{}`, and {other} in `{}`, and both run in one cluster",
            second.name, first.name
        );
        let problem = Diagnostic::error(DIFFERS, place, message)
            .why("there is one cluster: what is made of the environments would say one thing and the other in turn");
        let there = there.filter(|there| *there != place);
        let problem = there.into_iter().fold(problem, |problem, there| problem.related(there, "the other value"));
        let help = "write it once, outside of `environments`, or give one of them a cluster of its own";
        Some(problem.help(help))
    });
    differ.collect()
}
