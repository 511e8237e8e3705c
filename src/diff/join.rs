//! Says of several environments once what happens in all of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::mask::without;
use super::risk::{COUNTS, Finding, Level, OTHER, waves};

/// A finding, and what it says apart from its environment.
struct Joined {
    finding: Finding,
    says: (String, String),
    /// Whether it counts something else in another environment.
    differs: bool,
    /// How much it counts in each environment.
    counts: Vec<(Arc<str>, usize)>,
    /// Its parts, each with its environments.
    parts: Vec<(String, Vec<Arc<str>>)>,
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
            let mut one = Joined { says, differs: false, counts: Vec::new(), parts: Vec::new(), finding };
            let finding = one.finding.clone();
            note(&mut one, &finding);
            joined.push(one);
        }
    }
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

fn told(one: Joined) -> Finding {
    let mut finding = one.finding;
    if one.parts.iter().any(|(_, environments)| environments.len() < finding.environments.len()) {
        finding.message = parted(&finding, &one.parts);
    } else if one.differs {
        finding.message = counted(&finding, &one.counts);
    }
    finding
}

/// Returns what happens in all environments, and then what happens in some.
fn parted(finding: &Finding, parts: &[(String, Vec<Arc<str>>)]) -> String {
    let mut groups: Vec<(&[Arc<str>], Vec<&str>)> = Vec::new();
    for (part, environments) in parts {
        match groups.iter_mut().find(|(known, _)| known == environments) {
            Some((_, words)) => words.push(part),
            None => groups.push((environments, vec![part])),
        }
    }
    groups.sort_by_key(|(environments, _)| std::cmp::Reverse(environments.len()));
    let start = finding.message.split_once(": ").map_or("", |(start, _)| start);
    let all = finding.environments.len();
    let words = groups.iter().map(|(environments, words)| {
        if environments.len() == all {
            waves(words)
        } else {
            format!("only in {}: {}", environments.join(", "), waves(words))
        }
    });
    format!("{start}: {}", words.collect::<Vec<_>>().join("; "))
}

/// From so many different numbers on only the greatest is told.
const NUMBERS: usize = 4;

/// Returns how much it counts in each environment, by the words of the one where it counts most.
fn counted(finding: &Finding, counts: &[(Arc<str>, usize)]) -> String {
    let mut groups: BTreeMap<std::cmp::Reverse<usize>, Vec<&str>> = BTreeMap::new();
    for (environment, count) in counts {
        groups.entry(std::cmp::Reverse(*count)).or_default().push(environment);
    }
    let Some((head, text)) = finding.message.split_once(": ").filter(|_| finding.rule.name == OTHER) else {
        return format!("up to {}", finding.message);
    };
    let mut groups = groups.into_iter();
    match (groups.len(), groups.next()) {
        (1, _) => format!("{head} in each environment: {text}"),
        (2..NUMBERS, Some((_, most))) => {
            let rest = groups.map(|(count, names)| format!(", {} in {}", count.0, names.join(" and ")));
            format!("{head} in {}{}: {text}", most.join(" and "), rest.collect::<String>())
        }
        _ => format!("up to {head}: {text}"),
    }
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
    old.says.1 == says.1 || counts || !known.parts.is_empty() && !finding.parts.is_empty()
}

/// Remembers what a finding says of its environments.
fn note(old: &mut Joined, finding: &Finding) {
    old.counts.extend(finding.environments.iter().map(|name| (name.clone(), finding.weight)));
    for part in &finding.parts {
        match old.parts.iter_mut().find(|(known, _)| known == part) {
            Some((_, environments)) => environments.extend(finding.environments.iter().cloned()),
            None => old.parts.push((part.clone(), finding.environments.clone())),
        }
    }
}

fn add(old: &mut Joined, finding: Finding) {
    note(old, &finding);
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

#[cfg(test)]
mod tests {
    use super::{Finding, join};
    use crate::diff::risk::{Level, RULES};

    fn finding(rule: &str, environment: &str, message: &str, weight: usize) -> Finding {
        let rule = RULES.iter().find(|one| one.name == rule).expect("a rule");
        let mut one = Finding::new(rule, Level::Caution, "the platform", message).because(vec![0]).weighing(weight);
        one.environments.push(environment.into());
        one
    }

    fn said(all: Vec<Finding>) -> Vec<String> {
        join(all).into_iter().map(|one| one.message).collect()
    }

    #[test]
    fn what_is_counted_is_told_of_each_environment() {
        let other = |environment: &str, count: usize, text: &str| {
            let noun = if count == 1 { "change" } else { "changes" };
            finding("other-change", environment, &format!("{count} other {noun}: {text}"), count)
        };
        let one = |environment: &str| other(environment, 1, &format!("`{environment}[4]`"));
        assert_eq!(said(vec![one("a"), other("b", 1, "`x[3]`")]), ["1 other change in each environment: `a[4]`"]);
        let three = vec![one("a"), other("b", 3, "`x`"), other("c", 3, "`x`")];
        assert_eq!(said(three), ["3 other changes in b and c, 1 in a: `x`"]);
        assert_eq!(said(vec![other("a", 2, "`x`"), other("b", 2, "`x`")]), ["2 other changes: `x`"]);
    }

    #[test]
    fn what_moves_in_some_environments_is_told_with_the_rest() {
        let moved = |environment: &str, parts: &[&str]| {
            let mut one = finding("order-changed", environment, &format!("other waves: {}", parts.join(", ")), 0);
            one.parts = parts.iter().map(|part| (*part).to_owned()).collect();
            one
        };
        let all =
            vec![moved("production", &["a 6 → 5", "b 7 → 6", "c 6 → 5"]), moved("staging", &["a 6 → 5", "c 6 → 5"])];
        assert_eq!(said(all), ["other waves: a 6 → 5, c 6 → 5; only in production: b 7 → 6"]);
        let same = vec![moved("production", &["a 6 → 5"]), moved("staging", &["a 6 → 5"])];
        assert_eq!(said(same), ["other waves: a 6 → 5"]);
    }
}
