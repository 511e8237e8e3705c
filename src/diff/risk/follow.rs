//! Findings that follow from another one are not told a second time.

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

/// Leaves out what follows, and lets what it follows from be about its changes too.
pub(super) fn once(mut findings: Vec<Finding>) -> Vec<Finding> {
    let of = |finding: &Finding| findings.iter().position(|from| follows(finding, from));
    let places: Vec<Option<usize>> = findings.iter().map(of).collect();
    for (at, from) in places.iter().enumerate() {
        let covers = findings.get(at).map(|finding| finding.covers.clone()).unwrap_or_default();
        if let Some(from) = from.and_then(|from| findings.get_mut(from)) {
            from.covers.extend(covers);
        }
    }
    findings.into_iter().zip(places).filter(|(_, from)| from.is_none()).map(|(finding, _)| finding).collect()
}
