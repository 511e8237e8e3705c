//! Where certificates are kept.

use super::each::each;
use super::{Case, Finding, Level, RiskRule};
use crate::diff::report::ChangeKind;

/// A certificate is kept in another Secret.
pub(super) static RULE: RiskRule = RiskRule {
    name: "certificate-moved",
    code: "DV2054",
    summary: "A certificate is kept in another Secret.",
    documentation: "\
## What it does
Reports another `secretName` of a Certificate.

## Why it matters
cert-manager asks for a new certificate and writes it into the new Secret. The old Secret stays, is never renewed, and whatever still
reads it serves a certificate that expires one day. A CA that moves so has a new key, and what it signed is no longer trusted.

## What to do
Look for the old name in Ingresses, Gateways and pods, also outside of this platform; delete the old Secret when nothing reads it.
",
    judge,
};

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    each(case, &RULE, out, |_, change| {
        let moves = change.is_of("Certificate") && change.path == "spec.secretName";
        let (from, to) = change.values();
        let message = format!("certificate is kept in Secret `{to}` and no longer in `{from}`");
        let why = "the old Secret stays and is never renewed: look for whatever still reads it";
        (moves && change.kind == ChangeKind::Changed).then_some((Level::Caution, message, why))
    });
}
