//! Custom kinds that two components define.

use std::collections::BTreeMap;

use super::release_twice::release;
use crate::diag::{Diagnostic, Kind, Severity};
use crate::library::Facts;
use crate::lint::rule::{Check, rule};
use crate::lint::rules::order::definitions_switched_off::is_switched_off;
use crate::lint::subject::Subject;
use crate::model::Component;
use crate::spec::InstalledBy;

rule! {
    /// Two components define the same custom kinds.
    ///
    /// ## What it does
    ///
    /// Compares what the facts of components say that they provide, but for those whose values switch the definitions off.
    /// Two of one library are an error: each would also do the work of the other one.
    ///
    /// ## Why it matters
    ///
    /// A cluster has one definition of a kind. Two components with different versions of it change it back and forth, and
    /// removing one removes all objects of the kind.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   cert-manager: { version: v1.21.1 }
    ///   certificates: { library: cert-manager, version: v1.21.1 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   cert-manager: { version: v1.21.1 }
    /// ```
    ///
    /// ## Source
    ///
    /// argoproj/argo-cd#22607.
    pub(super) static RULE = Kind::new("kind-provided-twice", "DV1306"), Argocd, Error, fix: None, Check::Platform(check),
        softer: "where the components are of different libraries";
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let mut first = BTreeMap::<&str, &Component>::new();
    for component in &subject.platform.components {
        // One that somebody else installed is a note of what is there, often the same thing.
        if component.installed_by.value == InstalledBy::External || is_switched_off(component) {
            continue;
        }
        let provides = component.variant.facts.provides.value();
        let kinds = provides.into_iter().flat_map(|provides| Facts::words(&provides.crds));
        let mut said = false;
        for kind in kinds {
            let other = *first.entry(kind).or_insert(component);
            // Two components that make one release are reported as that.
            let one = release(other).is_some_and(|one| Some(one) == release(component));
            if other.name.value != component.name.value && !said && !one {
                out.extend(finding(subject, kind, (other, component)));
                said = true;
            }
        }
    }
}

fn finding(subject: &Subject<'_>, kind: &str, (one, two): (&Component, &Component)) -> Option<Diagnostic> {
    let (here, there) = (subject.line(two.name.origin)?, subject.line(one.name.origin)?);
    let (first, second) = (&one.name.value, &two.name.value);
    let mut problem = RULE
        .at(here, format!("`{first}` and `{second}` both define the kind {kind}"))
        .related(there, "the other one")
        .why("a cluster has one definition of a kind: each changes it to its own version, for ever")
        .help("keep one of them, or switch the definitions off in the values of the other one and allow this there");
    if one.library != two.library {
        problem.severity = Severity::Warning;
    }
    Some(problem.about(second))
}
