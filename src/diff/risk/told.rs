//! What the head says of itself as a problem is not told a second time as what changed.

use std::collections::BTreeSet;

use super::{Finding, problem};

/// What a rule of the review says that a problem of the head says too, and says more of.
struct Twin {
    /// The rule of the review.
    rule: &'static str,
    /// What its subject begins with.
    of: &'static str,
    /// What its message holds.
    says: &'static str,
    /// The problem.
    problem: &'static str,
    /// Whether the problem names what the finding is about: one edit can have both of several things.
    named: bool,
}

const TWINS: &[Twin] = &[
    Twin {
        rule: "volume-changed",
        of: "",
        says: "is the default no more",
        problem: "no-default-storage-class",
        named: false,
    },
    Twin { rule: "backup-lowered", of: "", says: "is no longer encrypted", problem: "unencrypted-backup", named: true },
    // The problem names the job that is restored no more.
    Twin { rule: "backup-lowered", of: "restore test ", says: "is gone", problem: "untested-restore", named: false },
    Twin { rule: "bot-changed", of: "", says: "may merge by itself", problem: "majors-merged-unread", named: false },
    Twin {
        rule: "exposure-changed",
        of: "",
        says: "lets everybody in without a name, as",
        problem: "anonymous-admin",
        named: false,
    },
    Twin {
        rule: "exposure-changed",
        of: "",
        says: "asks nobody for a login any more",
        problem: "public-without-login",
        named: true,
    },
];

impl Twin {
    /// Returns whether a finding and a problem of the head are one thing.
    fn is(&self, finding: &Finding, fresh: &Finding) -> bool {
        let named = || {
            let name = finding.subject.rsplit(' ').next().unwrap_or_default();
            fresh.message.contains(&format!("`{name}`"))
        };
        finding.rule.name == self.rule
            && finding.subject.starts_with(self.of)
            && finding.message.contains(self.says)
            && fresh.message.contains(&format!("[{}]", self.problem))
            && finding.causes.iter().any(|cause| fresh.causes.contains(cause))
            && finding.environments.iter().all(|name| is_of(&fresh.message, name))
            && (!self.named || named())
    }
}

/// Returns whether a problem is one of an environment: it names those that have it where not all do.
fn is_of(message: &str, environment: &str) -> bool {
    let mut parts = message.split(" (in environment").skip(1).peekable();
    parts.peek().is_none()
        || parts.any(|part| {
            let names = part.split_once(')').map_or(part, |(names, _)| names);
            names.contains(&format!("`{environment}`"))
        })
}

/// Lets a problem of the head stand for what rules say of the same thing: it is as severe as they are, and names the edits that
/// they name, which know where each value comes from.
pub(in crate::diff) fn told(findings: &mut Vec<Finding>) {
    let (mut fresh, others): (Vec<_>, Vec<_>) =
        findings.drain(..).partition(|finding| finding.rule.name == problem::RULE.name);
    let mut causes: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); fresh.len()];
    for finding in others {
        let is_twin = |one: &Finding| TWINS.iter().any(|twin| twin.is(&finding, one));
        let place = fresh.iter().position(is_twin);
        match place.and_then(|at| Some((fresh.get_mut(at)?, causes.get_mut(at)?))) {
            Some((one, causes)) => {
                one.level = one.level.max(finding.level);
                causes.extend(finding.causes);
            }
            None => findings.push(finding),
        }
    }
    for (one, causes) in fresh.iter_mut().zip(causes).filter(|(_, causes)| !causes.is_empty()) {
        one.causes = causes.into_iter().collect();
    }
    findings.extend(fresh);
}

#[cfg(test)]
mod tests {
    use super::super::{Level, RULES, backup, problem};
    use super::{Finding, TWINS, is_of, told};
    use crate::lint;

    #[test]
    fn twins_are_rules_that_there_are() {
        for twin in TWINS {
            assert!(RULES.iter().any(|rule| rule.name == twin.rule), "{}", twin.rule);
            assert!(lint::rules::all().any(|rule| rule.kind.name == twin.problem), "{}", twin.problem);
        }
    }

    #[test]
    fn what_the_head_says_too_is_said_once() {
        let found = |rule, level, subject: &str, message: &str, environment: Option<&str>| {
            let mut one = Finding::new(rule, level, subject, message).because(vec![1]);
            one.environments.extend(environment.map(Into::into));
            one
        };
        let fresh = |of: &str| {
            let message = format!("warning[unencrypted-backup]: backups of `{of}` leave without encryption");
            let mut one = found(&problem::RULE, Level::Caution, "platform.yaml:3", &message, None);
            one.causes = vec![0, 1];
            one
        };
        let changed = |of: &str, environment: &str| {
            let subject = format!("backup job {of}");
            found(&backup::RULE, Level::Danger, &subject, "is no longer encrypted", Some(environment))
        };
        let said = |mut all: Vec<Finding>| -> Vec<String> {
            told(&mut all);
            all.iter().map(|one| format!("{} {} {:?}", one.level.word(), one.subject, one.causes)).collect()
        };
        assert_eq!(said(vec![changed("a", "one"), fresh("a"), changed("a", "two")]), ["danger platform.yaml:3 [1]"]);
        let both = ["danger backup job b [1]", "caution platform.yaml:3 [0, 1]"];
        assert_eq!(said(vec![changed("b", "one"), fresh("a")]), both);
        let mut one = fresh("a");
        one.message.push_str(" (in environment `two`)");
        let apart = ["danger backup job a [1]", "danger platform.yaml:3 [1]"];
        assert_eq!(said(vec![changed("a", "one"), changed("a", "two"), one]), apart);
    }

    #[test]
    fn problems_name_the_environments_that_have_them() {
        assert!(is_of("something is wrong", "one"));
        let some = "a (in environments `one` and `two`); b (in environment `three`)";
        assert!(is_of(some, "two") && is_of(some, "three") && !is_of(some, "four"));
    }
}
