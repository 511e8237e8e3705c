//! Machines that a cloud adds and removes.

use super::{Case, Finding, Level, RiskRule};
use crate::model::{NodePool, Platform};
use crate::source::OriginId;

/// A pool of nodes is another one.
pub(super) static RULE: RiskRule = RiskRule {
    name: "node-pool-changed",
    code: "DV2071",
    summary: "A pool of nodes has other machines, or room for fewer.",
    documentation: "\
## What it does
Reports a pool of nodes of a cloud that is gone, has another kind of machine, smaller disks, machines that the cloud may take away at any
time, or another least or largest number of nodes.

## Why it matters
Nodes of another kind are new nodes: the cloud drains and deletes the old ones, and pods have to find room meanwhile. A pool that may
not grow as far leaves pods pending just when there is much to do.

## What to do
See that disruption budgets let pods move, that the new machines have room for the largest pod, and that quotas allow both kinds at once.
",
    judge,
};

fn pools(platform: &Platform) -> &[NodePool] {
    // An environment in the cluster of another one has no nodes of its own.
    let runs_in = platform.runs_in.filter(|runs_in| !runs_in.shared);
    let cluster = runs_in.and_then(|runs_in| platform.clusters.get(runs_in.cluster.0));
    cluster.map_or(&[], |cluster| &cluster.node_pools)
}

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    let (before, after) = (pools(case.base()), pools(case.head()));
    if after.is_empty() {
        return;
    }
    for old in before {
        let subject = format!("node pool {}", old.name.value);
        let Some(new) = after.iter().find(|new| new.name.value == old.name.value) else {
            let why = "`terraform apply` deletes its nodes: what runs there has to find room elsewhere";
            let causes = case.because(Some(old.name.origin), None, None);
            out.push(Finding::new(&RULE, Level::Danger, subject, "is gone").why(why).because(causes));
            continue;
        };
        for (level, message, why, from, to) in differences(old, new) {
            let causes = case.because(Some(from), Some(to), None);
            out.push(Finding::new(&RULE, level, subject.as_str(), message).why(why).because(causes));
        }
    }
}

type Difference = (Level, String, &'static str, OriginId, OriginId);

fn differences(old: &NodePool, new: &NodePool) -> Vec<Difference> {
    let mut all = Vec::new();
    let (from, to) = (&old.machine_type, &new.machine_type);
    if from.value != to.value {
        let message = format!("machines {} → {}", from.value, to.value);
        let why = "its nodes are made anew, and pods move: see that the new ones have room for the largest";
        all.push((Level::Caution, message, why, from.origin, to.origin));
    }
    let fewer = "pods wait where there is no room for them";
    let more = "more nodes cost more, and count against the quota";
    for (word, from, to) in [("at least", &old.min, &new.min), ("at most", &old.max, &new.max)] {
        if from.value != to.value {
            let message = format!("{word} {} nodes instead of {}", to.value, from.value);
            let why = if to.value < from.value { fewer } else { more };
            all.push((Level::Caution, message, why, from.origin, to.origin));
        }
    }
    if let (Some(from), Some(to)) = (&old.disk, &new.disk)
        && from.value.bytes != to.value.bytes
    {
        let message = format!("disks {} → {}", from.value.text, to.value.text);
        all.push((Level::Caution, message, "its nodes are made anew, and pods move", from.origin, to.origin));
    }
    if !old.spot.value && new.spot.value {
        let why = "a node goes within half a minute, whatever runs on it, and all of them may go at once";
        let message = "the cloud may take its nodes away at any time".to_owned();
        all.push((Level::Danger, message, why, old.spot.origin, new.spot.origin));
    }
    all
}
