//! Where certificates are kept.

use super::each::{Meaning, each};
use super::{Case, Finding, Level, RiskRule};
use crate::diff::report::{Change, ChangeKind};

/// A certificate is kept in another Secret.
pub(super) static RULE: RiskRule = RiskRule {
    name: "certificate-moved",
    code: "DV2054",
    summary: "A certificate is kept in another Secret, or is signed by another issuer.",
    documentation: "\
## What it does
Reports another `secretName` of a Certificate, and another issuer of one or of a host.

## Why it matters
cert-manager asks for a new certificate and writes it into the new Secret. The old Secret stays, is never renewed, and whatever still
reads it serves a certificate that expires one day. A CA that moves so has a new key, and what it signed is no longer trusted.

## What to do
Look for the old name in Ingresses, Gateways and pods, also outside of this platform; delete the old Secret when nothing reads it.
",
    judge,
};

/// Returns what it means that somebody else signs a certificate.
fn signed(change: &Change) -> Option<Meaning> {
    let annotation = matches!(change.key(), "cert-manager.io/cluster-issuer" | "cert-manager.io/issuer");
    let of = change.is_of("Certificate") && change.path == "spec.issuerRef.name";
    let (from, to) = change.values();
    let message = format!("certificate is signed by `{to}` and no longer by `{from}`");
    let why = "it is issued anew: whoever trusts the old authority only refuses it";
    (change.kind == ChangeKind::Changed && (annotation || of)).then_some((Level::Caution, message, why))
}

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    each(case, &RULE, out, |_, change| {
        if let Some(found) = signed(change) {
            return Some(found);
        }
        let moves = change.is_of("Certificate") && change.path == "spec.secretName";
        let (from, to) = change.values();
        let message = format!("certificate is kept in Secret `{to}` and no longer in `{from}`");
        let why = "the old Secret stays and is never renewed: look for whatever still reads it";
        (moves && change.kind == ChangeKind::Changed).then_some((Level::Caution, message, why))
    });
}
