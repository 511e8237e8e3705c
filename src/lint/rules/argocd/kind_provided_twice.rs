//! Custom kinds that two components define.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Kind};
use crate::library::Facts;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Component;
use crate::spec::InstalledBy;

rule! {
    /// Two components define the same custom kinds.
    ///
    /// ## What it does
    ///
    /// Compares what the facts of components say that they provide.
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
    pub(super) static RULE = Kind::new("kind-provided-twice", "DV1306"), Argocd, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let mut first = BTreeMap::<&str, &Component>::new();
    for component in &subject.platform.components {
        // One that somebody else installed is a note of what is there, often the same thing.
        if component.installed_by.value == InstalledBy::External {
            continue;
        }
        let provides = component.variant.facts.provides.value();
        let kinds = provides.into_iter().flat_map(|provides| Facts::words(&provides.crds));
        let mut said = false;
        for kind in kinds {
            let other = *first.entry(kind).or_insert(component);
            if other.name.value != component.name.value && !said {
                out.extend(finding(subject, kind, (other, component)));
                said = true;
            }
        }
    }
}

fn finding(subject: &Subject<'_>, kind: &str, (one, two): (&Component, &Component)) -> Option<Diagnostic> {
    let (here, there) = (subject.line(two.name.origin)?, subject.line(one.name.origin)?);
    let (first, second) = (&one.name.value, &two.name.value);
    let problem = RULE
        .at(here, format!("`{first}` and `{second}` both define the kind {kind}"))
        .related(there, "the other one")
        .why("a cluster has one definition of a kind: each changes it to its own version, for ever")
        .help("keep one of them, or switch the definitions off in the values of the other one and allow this there");
    Some(problem.about(second))
}
