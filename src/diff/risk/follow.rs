//! Findings that follow from another one are not told a second time.

use std::collections::BTreeMap;

use super::Finding;

/// Returns whether a finding says nothing that another one has not said.
fn follows(finding: &Finding, from: &Finding) -> bool {
    if finding.causes.is_empty() || from.level < finding.level || from.rule.name == finding.rule.name {
        return false;
    }
    let causes = finding.causes.iter().all(|cause| from.causes.contains(cause));
    let about = |subject: &str| from.subject == subject || from.subject.starts_with(&format!("{subject}, part "));
    causes
        && match (from.rule.name, finding.rule.name) {
            // Volumes of another class are claims that cannot be changed, and a class that is gone is an object.
            ("volume-changed", "immutable-field") => {
                let parts = ["storageClassName", "volumeClaimTemplates", "accessModes"];
                parts.iter().any(|part| finding.message.contains(part))
            }
            ("volume-changed", "object-removed") => finding.message.starts_with("StorageClass "),
            // The version of a database is in the tag of its image, and what somebody else installs is gone from here.
            ("database-version", "image-version") | ("installer-changed", "object-removed") => {
                from.subject == finding.subject
            }
            // What goes with what a component loses.
            (_, "object-removed") => from.by_cause && from.level > finding.level && about(&finding.subject),
            _ => false,
        }
}

/// What others can follow from, so that not each has to be compared with all.
struct Known<'f> {
    /// Findings by what they are about.
    subjects: BTreeMap<&'f str, Vec<usize>>,
    /// Those of volumes, which are about more than their component, by their causes.
    volumes: BTreeMap<usize, Vec<usize>>,
}

impl<'f> Known<'f> {
    fn of(findings: &'f [Finding]) -> Self {
        let (mut subjects, mut volumes): (BTreeMap<_, Vec<_>>, BTreeMap<_, Vec<_>>) =
            (BTreeMap::new(), BTreeMap::new());
        for (at, finding) in findings.iter().enumerate() {
            subjects.entry(whole(&finding.subject)).or_default().push(at);
            if finding.rule.name == "volume-changed" {
                finding.causes.iter().for_each(|cause| volumes.entry(*cause).or_default().push(at));
            }
        }
        Self { subjects, volumes }
    }

    /// Iterates over the places of those that a finding can follow from.
    fn near(&self, finding: &Finding) -> impl Iterator<Item = usize> {
        let follows = ["immutable-field", "object-removed", "image-version"].contains(&finding.rule.name);
        let own = self.subjects.get(whole(&finding.subject)).filter(|_| follows);
        let volumes = finding.causes.first().and_then(|cause| self.volumes.get(cause)).filter(|_| follows);
        own.into_iter().chain(volumes).flatten().copied()
    }
}

/// Returns what has the part that a finding is about.
fn whole(subject: &str) -> &str {
    subject.split_once(", part ").map_or(subject, |(whole, _)| whole)
}

/// Leaves out what follows, and lets what it follows from be about its changes too.
pub(super) fn once(mut findings: Vec<Finding>) -> Vec<Finding> {
    let known = Known::of(&findings);
    let of = |finding: &Finding| {
        let from = known.near(finding);
        from.filter(|at| findings.get(*at).is_some_and(|from| follows(finding, from))).min()
    };
    let places: Vec<Option<usize>> = findings.iter().map(of).collect();
    for (at, from) in places.iter().enumerate() {
        let covers = findings.get(at).map(|finding| finding.covers.clone()).unwrap_or_default();
        if let Some(from) = from.and_then(|from| findings.get_mut(from)) {
            from.covers.extend(covers);
        }
    }
    findings.into_iter().zip(places).filter(|(_, from)| from.is_none()).map(|(finding, _)| finding).collect()
}
