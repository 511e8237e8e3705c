//! Environments against each other: two of them in one cluster, on one machine's number, or at one address.

use std::net::IpAddr;

use super::claims::{Claims, Range, Reach};
use super::facts::differences;
use crate::diag::{Diagnostic, Kind};
use crate::model::TAKEN_TWICE;
use crate::source::Span;

/// Two environments would deploy the same things to one cluster.
const SHARED_CLUSTER: Kind = Kind::new("shared-cluster", "DV0803");

/// One environment would write into the namespace of another.
const OTHER_ENVIRONMENT: Kind = Kind::new("reaches-other-environment", "DV0804");

/// How many things a report names.
const NAMED: usize = 3;

/// Reports what two environments both claim. The first `asked` are built; others are only compared with these.
pub(super) fn report(claims: &[Claims], asked: usize, out: &mut Vec<Diagnostic>) {
    for (at, one) in claims.iter().enumerate().take(asked) {
        for other in claims.iter().skip(at + 1) {
            // One whose name could not be read has been reported; nothing can be said of it by name.
            if one.name.is_empty() || other.name.is_empty() {
                continue;
            }
            // An overlay is what a person would change.
            let (one, other) = if one.overlay && !other.overlay { (other, one) } else { (one, other) };
            let pair = Pair { first: one, second: other, together: one.shares_cluster(other) };
            out.extend(pair.cluster());
            if pair.together {
                out.extend(differences(one, other));
            }
            out.extend(reaching(&pair));
            out.extend(pair.machines());
            out.extend(pair.addresses());
        }
    }
}

/// Returns the nodes of an environment that have addresses in the ranges of another: in words, and the places of both.
fn inside<'a>(
    ranges: &'a Claims,
    nodes: &'a Claims,
) -> impl Iterator<Item = (String, Option<Span>, Option<Span>)> + 'a {
    ranges.ranges.iter().filter_map(|range| Some((range, range.network.as_ref()?))).flat_map(move |(range, network)| {
        let within = nodes.addresses.range((network.clone(), range.first)..=(network.clone(), range.last));
        within.map(move |((_, ip), owner)| {
            let (node, name, owners) = (&owner.node, &range.name, &ranges.name);
            (format!("{ip} of node `{node}`, which lies in `{name}` of `{owners}`"), range.span, owner.span)
        })
    })
}

/// Reports what one environment would write into a namespace of the other, in one cluster.
fn reaching(pair: &Pair<'_>) -> Vec<Diagnostic> {
    let (one, two) = (pair.first, pair.second);
    let mut all = Vec::new();
    for (from, to) in [(one, two), (two, one)].into_iter().filter(|_| pair.together) {
        for Reach { component, kind, namespace, span } in &from.reaches {
            // Guests in a namespace that environments share are meant; the place of the same component in the other is not.
            let (own, other) = (from.namespaces.get(component), to.namespaces.get(component));
            if other != Some(namespace) || own == Some(namespace) {
                continue;
            }
            let message = format!(
                "{kind} of `{component}` in environment `{}` goes to `{namespace}`, the namespace that it has in `{}`",
                from.name, to.name
            );
            let problem = Diagnostic::error(OTHER_ENVIRONMENT, *span, message)
                .why("both run in one cluster, so what is tried in one environment would change the other");
            let own = own.map_or_else(String::new, |own| format!(", here `{own}`"));
            all.push(problem.help(format!("leave the namespace out to get that of the component{own}")));
        }
    }
    all
}

fn shown(first: IpAddr, last: IpAddr) -> String {
    if first == last { first.to_string() } else { format!("{first}-{last}") }
}

struct Pair<'a> {
    first: &'a Claims,
    second: &'a Claims,
    /// Whether both run in one cluster.
    together: bool,
}

/// A thing that both claim: what it is, and where each of them says so.
struct Both {
    what: String,
    first: Option<Span>,
    second: Option<Span>,
}

impl Pair<'_> {
    fn cluster(&self) -> Option<Diagnostic> {
        let both = self.first.objects.iter().filter(|_| self.together).filter_map(|(what, first)| {
            let second = self.second.objects.get(what)?;
            Some(Both { what: what.clone(), first: *first, second: *second })
        });
        // Releases say most, so they come first.
        let mut both: Vec<Both> = both.collect();
        both.sort_by_key(|both| !both.what.starts_with("release"));
        let problem = self.problem(SHARED_CLUSTER, "deploy to one cluster, and both make", &both)?;
        Some(
            problem
                .why("each would undo what the other one deploys, for ever, and removing one removes both")
                .help(format!(
                    "if `{}` has a cluster of its own, name it: `metadata: {{ cluster: … }}` in the environment",
                    self.second.name
                ))
                .help("in one cluster give its components other namespaces, or remove those that it shares"),
        )
    }

    fn machines(&self) -> Option<Diagnostic> {
        let both = self.first.machines.iter().filter_map(|(key, first)| {
            let second = self.second.machines.get(key)?;
            let what = format!("virtual machine {} (`{}`)", key.1, first.node);
            Some(Both { what, first: first.span, second: second.span })
        });
        let problem = self.problem(TAKEN_TWICE, "both make", &both.collect::<Vec<_>>())?;
        Some(
            problem
                .why("each environment has a Terraform state of its own, and one would take the machine of the other")
                .help("give the nodes of one environment other numbers and addresses, or `$remove` them there"),
        )
    }

    fn addresses(&self) -> Option<Diagnostic> {
        let mut both = Vec::new();
        for (key, first) in &self.first.addresses {
            let Some(second) = self.second.addresses.get(key) else { continue };
            // In one cluster a node that both list is one machine, unless Terraform makes it twice.
            if !(self.together && first.node == second.node) || (first.made && second.made) {
                let what = format!("address {} of `{}`", key.1, first.node);
                both.push(Both { what, first: first.span, second: second.span });
            }
        }
        for one in self.first.ranges.iter().filter(|_| !self.together) {
            let meets =
                |other: &&Range| one.network == other.network && one.first <= other.last && other.first <= one.last;
            if let Some(other) = self.second.ranges.iter().find(meets) {
                let same = (one.first, one.last) == (other.first, other.last);
                let common = shown(one.first.max(other.first), one.last.min(other.last));
                let what = if same {
                    format!("`{}` at {common}", one.name)
                } else if one.name == other.name {
                    format!("{common} in `{}`", one.name)
                } else {
                    format!("{common} in `{}` and `{}`", one.name, other.name)
                };
                both.push(Both { what, first: one.span, second: other.span });
            }
        }
        if !self.together {
            both.extend(inside(self.first, self.second).map(|(what, range, node)| Both {
                what,
                first: range,
                second: node,
            }));
            both.extend(inside(self.second, self.first).map(|(what, range, node)| Both {
                what,
                first: node,
                second: range,
            }));
        }
        let problem = self.problem(TAKEN_TWICE, "both have", &both)?;
        Some(
            problem.why("two machines would answer at one address").help(
                "give one environment other addresses; a network of the same range elsewhere has another `bridge`",
            ),
        )
    }

    /// One report for all of a sort: an overlay that changes nothing has everything in common with its base.
    fn problem(&self, kind: Kind, verb: &str, both: &[Both]) -> Option<Diagnostic> {
        let first = both.first()?;
        let named: Vec<&str> = both.iter().take(NAMED).map(|both| &*both.what).collect();
        let more = both.len().saturating_sub(NAMED);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let (one, other) = (&self.first.name, &self.second.name);
        let message = format!("environments `{one}` and `{other}` {verb} {}{more}", named.join(", "));
        // What the overlay does not write itself is a line of the base; then the environment is the line to change, and where
        // something is to be given other values there, what it says around it.
        let of_overlay = || match kind {
            SHARED_CLUSTER => self.second.place,
            _ => self.second.place_of(first.first),
        };
        let place = first.second.filter(|span| Some(*span) != first.first).or_else(of_overlay).or(first.second)?;
        let problem = Diagnostic::error(kind, place, message);
        let there = first.first.filter(|span| *span != place);
        Some(
            there.into_iter().fold(problem, |problem, span| problem.related(span, format!("`{one}` has it from here"))),
        )
    }
}
