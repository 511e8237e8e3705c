//! Network policies that let in more.

use std::collections::BTreeSet;

use super::rights::{list, same};
use super::{Case, Finding, Level, RiskRule};
use crate::diff::report::ChangeKind;
use crate::diff::value::exact;
use crate::doc::{Doc, Value};

/// A network policy that holds for fewer pods, or lets in more.
pub(super) static RULE: RiskRule = RiskRule {
    name: "isolation-lowered",
    code: "DV2092",
    summary: "A network policy lets more in or out, or holds for other pods.",
    documentation: "\
## What it does
Reports a NetworkPolicy of your own that no longer says who may come in or where its pods may go, one with a new entry for everybody or for all ports, and
one that holds for other pods. What dvgen makes of the flows changes with them, and is judged with them.

## Why it matters
A policy only holds for the pods that it selects and for the ways that it names in `policyTypes`: everything else is open. A `from` that is
missing means everybody, as an empty one does.

## What to do
Say who needs the way, by the labels of its pods and of its namespace, and on which port.
",
    judge,
};

/// A way through a policy: what it is called, who is at its other end, and what is open without it.
struct Way {
    word: &'static str,
    kind: &'static str,
    path: &'static str,
    ends: &'static str,
    opens: &'static str,
    lets: &'static str,
}

const WAYS: [Way; 2] = [
    Way {
        word: "ingress",
        kind: "Ingress",
        path: "spec.ingress",
        ends: "from",
        opens: "no longer says who may come in",
        lets: "lets everybody in",
    },
    Way {
        word: "egress",
        kind: "Egress",
        path: "spec.egress",
        ends: "to",
        opens: "no longer says where its pods may go",
        lets: "lets its pods go anywhere",
    },
];

/// Returns the entries of a policy for a way; none where it does not hold for it.
fn entries<'d>(policy: &'d Doc, way: &Way) -> Option<&'d [Doc]> {
    let entries = list(policy, &["spec", way.word]);
    // Without a word about it, it holds for what comes in, and for what goes out where it has entries for that.
    let holds = match policy.at(&["spec", "policyTypes"]).and_then(Doc::as_list) {
        Some(kinds) => kinds.iter().any(|kind| kind.as_str() == Some(way.kind)),
        None => way.kind == "Ingress" || !entries.is_empty(),
    };
    holds.then_some(entries)
}

/// Returns whether somebody at an end is everybody.
fn is_all(peer: &Doc) -> bool {
    let is_empty = |doc: &Doc| matches!(&doc.value, Value::Map(map) if map.is_empty());
    let all = peer.at(&["ipBlock", "cidr"]).and_then(Doc::as_str);
    let except = peer.at(&["ipBlock", "except"]).is_some();
    let anywhere = peer.at(&["podSelector"]).is_none() && peer.at(&["namespaceSelector"]).is_some_and(is_empty);
    anywhere || !except && matches!(all, Some("0.0.0.0/0" | "::/0"))
}

/// Returns the ports of an entry, as a text; for all of them none.
fn ports(entry: &Doc) -> Option<String> {
    let list = entry.at(&["ports"]).filter(|ports| ports.as_list().is_some_and(|list| !list.is_empty()))?;
    Some(exact(list))
}

/// Returns the ports on which entries let everybody through.
fn open(entries: &[Doc], way: &Way) -> BTreeSet<Option<String>> {
    let everybody = |entry: &&Doc| {
        let peers = list(entry, &[way.ends]);
        peers.is_empty() || peers.iter().any(is_all)
    };
    entries.iter().filter(everybody).map(ports).collect()
}

/// Returns what it means how a policy is now.
fn opened(before: &Doc, after: &Doc, way: &Way) -> Option<String> {
    let old = entries(before, way)?;
    let Some(new) = entries(after, way) else { return Some(way.opens.to_owned()) };
    let (was, is) = (open(old, way), open(new, way));
    let come = is.iter().find(|ports| !was.contains(*ports) && !was.contains(&None))?;
    let ports = come.as_ref().map(|_| " on some ports").unwrap_or_default();
    Some(format!("{}{ports}", way.lets))
}

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for (at, component, file, change) in case.changes().filter(|(.., change)| change.is_of("NetworkPolicy")) {
        let Some(object) = change.object.as_ref().filter(|_| !change.is_whole_object()) else { continue };
        // One that dvgen makes follows the flows, and rules of their own judge those.
        let made = component == Some(object.name.as_str()) && file.path.ends_with("/network-policy.yaml");
        if made || change.kind == ChangeKind::Reordered || !seen.insert((at.0, object.words())) {
            continue;
        }
        let Some((before, after)) = case.objects(file, change) else { continue };
        let mut say = |level: Level, message: &str, why: &str, below: &[&str]| {
            let subject = component.unwrap_or("the platform");
            let message = format!("{} {message}", object.words());
            let start = Finding::new(&RULE, level, subject, message).why(why).only();
            let is_about = |path: &str| below.iter().any(|prefix| path.starts_with(prefix));
            let about = same(at.0, file, change).filter(|(_, change)| is_about(&change.path));
            out.push(about.fold(start, |finding, (at, change)| finding.about(at, change)));
        };
        for way in &WAYS {
            let Some(message) = opened(before, after, way) else { continue };
            let (level, why) = if way.kind == "Ingress" {
                (
                    Level::Danger,
                    "its pods can then be reached from anywhere in the cluster, unless another policy holds for them",
                )
            } else {
                (
                    Level::Caution,
                    "what breaks into a pod can send what it finds anywhere, unless another policy holds for it",
                )
            };
            // Where it holds for the other way instead, that says nothing more.
            let paths = if message == way.opens { vec!["spec."] } else { vec![way.path] };
            say(level, &message, why, &paths);
        }
        let pods = |doc: &Doc| doc.at(&["spec", "podSelector"]).map(exact).unwrap_or_default();
        if pods(before) != pods(after) {
            let (level, why) = if pods(after) == "{}" {
                (Level::Caution, "it holds for all pods of the namespace: whom it does not name reaches none of them")
            } else {
                (
                    Level::Danger,
                    "those that it held for can be reached from anywhere in the cluster, unless another policy holds for them",
                )
            };
            say(level, "holds for other pods", why, &["spec.podSelector"]);
        }
    }
}
