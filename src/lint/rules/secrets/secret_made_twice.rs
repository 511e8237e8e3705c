//! Two that make one Secret.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// Two objects make one Secret.
    ///
    /// ## What it does
    ///
    /// Compares the Secrets that ExternalSecrets, SealedSecrets, Certificates and others fill, and those that are written
    /// as objects. An ExternalSecret with `creationPolicy: Merge` adds to one, and is left alone.
    ///
    /// ## Why it matters
    ///
    /// Each writes its own contents over those of the other, for ever.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: ExternalSecret
    /// spec: { target: { name: shop-database } }
    /// ---
    /// kind: SealedSecret
    /// metadata: { name: shop-database }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: ExternalSecret
    /// spec: { target: { name: shop-database } }
    /// ```
    ///
    /// ## Source
    ///
    /// External Secrets Operator, Ownership and Deletion Policy.
    pub(super) static RULE = Kind::new("secret-made-twice", "DV1605"), Secrets, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let made = subject.made();
    for (namespace, secrets) in &made.secrets {
        for (name, makers) in secrets {
            let Some((first, others)) = makers.split_first() else { continue };
            for other in others {
                // One object that is written twice is another mistake, and copies of an Ingress share their Secret.
                if first.kind == other.kind && (first.name == other.name || &*first.kind == "Ingress") {
                    continue;
                }
                // The one that a person wrote is the one to change.
                let (Some(here), Some(there)) = (other.span, first.span) else { continue };
                let (one, two) = (format!("{}/{}", other.kind, other.name), format!("{}/{}", first.kind, first.name));
                let message = format!("`{one}` makes Secret `{name}` of `{namespace}`, and so does `{two}`");
                out.push(
                    RULE.at(here, message)
                        .related(there, "it is made here too")
                        .why("each writes its own contents over those of the other, for ever")
                        .help("remove one of the two, or give its Secret another name"),
                );
            }
        }
    }
}
