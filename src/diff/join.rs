//! Says of several environments once what happens in all of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::mask::without;
use super::risk::{COUNTS, Finding, Level, OTHER};

/// A finding, and what it says apart from its environment.
struct Joined {
    finding: Finding,
    says: (String, String),
    /// Whether it counts more in another environment.
    differs: bool,
}

/// Joins what is said of several environments, and puts the worst first.
pub(super) fn join(all: Vec<Finding>) -> Vec<Finding> {
    let mut joined: Vec<Joined> = Vec::new();
    let mut places: BTreeMap<(&'static str, Level, String), Vec<usize>> = BTreeMap::new();
    for finding in all {
        let says = says(&finding);
        let places = places.entry((finding.rule.name, finding.level, says.0.clone())).or_default();
        let same = |at: &&usize| joined.get(**at).is_some_and(|old| is_same(old, &finding, &says));
        if let Some(old) = places.iter().find(same).and_then(|at| joined.get_mut(*at)) {
            add(old, finding);
        } else {
            places.push(joined.len());
            joined.push(Joined { finding, says, differs: false });
        }
    }
    let told = |one: Joined| {
        let mut finding = one.finding;
        if one.differs {
            finding.message = format!("up to {}", finding.message);
        }
        finding
    };
    let mut joined: Vec<Finding> = joined.into_iter().map(told).collect();
    // What no rule knows comes last among its equals.
    let rank = |finding: &Finding| finding.rule.name == OTHER;
    joined.sort_by(|a, b| {
        (b.level, rank(a), &a.subject, a.rule.name, &a.message).cmp(&(
            a.level,
            rank(b),
            &b.subject,
            b.rule.name,
            &b.message,
        ))
    });
    joined
}

/// Returns subject and message as they are in any environment.
fn says(finding: &Finding) -> (String, String) {
    let [environment] = finding.environments.as_slice() else {
        return (finding.subject.clone(), finding.message.clone());
    };
    (without(&finding.subject, environment), without(&finding.message, environment))
}

/// Returns whether two findings of one rule, level and subject say the same.
fn is_same(old: &Joined, finding: &Finding, says: &(String, String)) -> bool {
    let known = &old.finding;
    // What only counts is the same where the same edits are counted.
    let counts = known.weight > 0 && finding.weight > 0 && !known.causes.is_empty() && known.causes == finding.causes;
    old.says.1 == says.1 || counts
}

fn add(old: &mut Joined, finding: Finding) {
    if old.says != says(&finding) {
        old.differs = COUNTS.contains(&finding.rule.name);
        if finding.weight > old.finding.weight {
            old.finding.message.clone_from(&finding.message);
            old.finding.weight = finding.weight;
        }
    }
    let known = &mut old.finding;
    let new: Vec<Arc<str>> =
        finding.environments.into_iter().filter(|name| !known.environments.contains(name)).collect();
    known.environments.extend(new);
    let causes: Vec<usize> = finding.causes.into_iter().filter(|cause| !known.causes.contains(cause)).collect();
    known.causes.extend(causes);
}
