//! Network policies that let in more.

use super::pair::pairs;
use super::rights::list;
use super::{Case, Finding, Level, RiskRule};
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

/// Returns whether a selector is there and selects all.
fn is_empty(selector: &Doc) -> bool {
    match &selector.value {
        Value::Map(map) => map.iter().all(|(_, part)| match &part.value {
            Value::Map(labels) => labels.is_empty(),
            Value::List(all) => all.is_empty(),
            other => *other == Value::Null,
        }),
        _ => false,
    }
}

/// Returns whether a selector is missing or selects all.
fn is_open(selector: Option<&Doc>) -> bool {
    selector.is_none_or(|selector| selector.value == Value::Null || is_empty(selector))
}

/// Returns whether somebody at an end is everybody.
fn is_all(peer: &Doc) -> bool {
    let all = peer.at(&["ipBlock", "cidr"]).and_then(Doc::as_str);
    let except = !list(peer, &["ipBlock", "except"]).is_empty();
    let anywhere = is_open(peer.at(&["podSelector"])) && peer.at(&["namespaceSelector"]).is_some_and(is_empty);
    anywhere || !except && matches!(all, Some("0.0.0.0/0" | "::/0"))
}

/// Ports on which somebody is let through.
#[derive(Clone, PartialEq, Eq)]
enum Ports {
    /// All of all protocols.
    All,
    /// All of one protocol.
    Of(String),
    /// One by its name.
    Named(String, String),
    /// One, or all from one to another one.
    Numbers(String, i64, i64),
}

impl Ports {
    fn read(item: &Doc) -> Self {
        let protocol = item.at(&["protocol"]).and_then(Doc::as_str).unwrap_or("TCP").to_owned();
        match item.at(&["port"]).map(|port| &port.value) {
            Some(Value::Int(first)) => match item.at(&["endPort"]).map(|port| &port.value) {
                Some(Value::Int(last)) => Self::Numbers(protocol, *first, *last),
                _ => Self::Numbers(protocol, *first, *first),
            },
            Some(Value::Str(name)) => Self::Named(protocol, name.to_string()),
            _ => Self::Of(protocol),
        }
    }

    /// Returns whether all of these are among others.
    fn is_within(&self, other: &Self) -> bool {
        match (other, self) {
            (Self::All, _) => true,
            (Self::Of(protocol), Self::Of(own) | Self::Named(own, _) | Self::Numbers(own, ..)) => own == protocol,
            (Self::Numbers(protocol, first, last), Self::Numbers(own, from, to)) => {
                own == protocol && first <= from && to <= last
            }
            _ => self == other,
        }
    }
}

/// Returns whether all of some ports are among others, of which several together can hold them.
fn is_known(ports: &Ports, known: &[Ports]) -> bool {
    if known.iter().any(|other| ports.is_within(other)) {
        return true;
    }
    let Ports::Numbers(protocol, first, last) = ports else { return false };
    let range = |other: &Ports| match other {
        Ports::Numbers(own, from, to) if own == protocol => Some((*from, *to)),
        _ => None,
    };
    let mut ranges: Vec<(i64, i64)> = known.iter().filter_map(range).collect();
    ranges.sort_unstable();
    let reach = |next: i64, (from, to): (i64, i64)| if from <= next { next.max(to.saturating_add(1)) } else { next };
    ranges.into_iter().fold(*first, reach) > *last
}

/// Returns the ports on which entries let everybody through.
fn open(entries: &[Doc], way: &Way) -> Vec<Ports> {
    let everybody = |entry: &&Doc| {
        let peers = list(entry, &[way.ends]);
        peers.is_empty() || peers.iter().any(is_all)
    };
    let ports = |entry: &Doc| match list(entry, &["ports"]) {
        [] => vec![Ports::All],
        some => some.iter().map(Ports::read).collect(),
    };
    entries.iter().filter(everybody).flat_map(ports).collect()
}

/// Returns what it means how a policy is now.
fn opened(before: &Doc, after: &Doc, way: &Way) -> Option<String> {
    let old = entries(before, way)?;
    let Some(new) = entries(after, way) else { return Some(way.opens.to_owned()) };
    let (was, is) = (open(old, way), open(new, way));
    let mut come = is.iter().filter(|ports| !is_known(ports, &was)).peekable();
    come.peek()?;
    let some = if come.any(|ports| *ports == Ports::All) { "" } else { " on some ports" };
    Some(format!("{}{some}", way.lets))
}

/// Returns what it means that a policy holds for other pods, by the ways that it holds for.
fn other_pods(before: &Doc, after: &Doc) -> (Level, &'static str) {
    let [ingress, egress] = &WAYS;
    let of = |policy: &Doc| (entries(policy, ingress).is_some(), entries(policy, egress).is_some());
    if is_open(after.at(&["spec", "podSelector"])) {
        let why = match of(after) {
            (true, false) => "it holds for all pods of the namespace: whom it does not name reaches none of them",
            (false, _) => "it holds for all pods of the namespace: none of them goes where it does not say",
            _ => {
                "it holds for all pods of the namespace: whom it does not name reaches none of them, nor do they reach it"
            }
        };
        return (Level::Caution, why);
    }
    match of(before) {
        (true, false) => (
            Level::Danger,
            "those that it held for can be reached from anywhere in the cluster, unless another policy holds for them",
        ),
        (false, _) => (Level::Caution, "those that it held for can go anywhere, unless another policy holds for them"),
        _ => (
            Level::Danger,
            "those that it held for can be reached from anywhere and can go anywhere, unless another policy holds for them",
        ),
    }
}

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    for pair in pairs(case, |object| object.kind == "NetworkPolicy") {
        let (before, after, object) = (pair.before, pair.after, pair.object);
        // One that dvgen makes follows the flows, and rules of their own judge those.
        if pair.component == Some(object.name.as_str()) && pair.file.path.ends_with("/network-policy.yaml") {
            continue;
        }
        let mut say = |level: Level, message: &str, why: &str, below: &[&str]| {
            let subject = pair.component.unwrap_or("the platform");
            let message = format!("{} {message}", object.words());
            out.push(pair.about(Finding::new(&RULE, level, subject, message).why(why).only(), below));
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
            let paths = if message == way.opens { ["spec."] } else { [way.path] };
            say(level, &message, why, &paths);
        }
        if pair.has_below("spec.podSelector") && !both_all(before, after) {
            let (level, why) = other_pods(before, after);
            say(level, "holds for other pods", why, &["spec.podSelector"]);
        }
    }
}

/// Returns whether a policy holds for all pods, as it did.
fn both_all(before: &Doc, after: &Doc) -> bool {
    [before, after].iter().all(|policy| is_open(policy.at(&["spec", "podSelector"])))
}

#[cfg(test)]
mod tests {
    use super::{Ports, is_known};

    #[test]
    fn ports_are_known_by_all_others_together() {
        let of = |first: i64, last: i64| Ports::Numbers("TCP".to_owned(), first, last);
        let known = [of(90, 100), of(80, 89), of(110, 120)];
        assert!(is_known(&of(80, 100), &known) && is_known(&of(85, 95), &known) && is_known(&of(80, 80), &known));
        assert!(!is_known(&of(80, 110), &known) && !is_known(&of(79, 90), &known) && !is_known(&Ports::All, &known));
        assert!(!is_known(&Ports::Numbers("UDP".to_owned(), 80, 80), &known));
        assert!(is_known(&of(1, 2), &[Ports::All]) && is_known(&of(1, 2), &[Ports::Of("TCP".to_owned())]));
    }
}
