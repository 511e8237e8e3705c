//! An Ingress and a Certificate that do not agree on the Secret.

use super::secret_never_made::better;
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// An Ingress names another Secret than the Certificate of its hosts.
    ///
    /// ## What it does
    ///
    /// Compares `tls` of Ingresses, in manifests and Helm values, with the Certificates of the namespace: one of them is good
    /// for the hosts, and nobody makes the Secret that the Ingress names.
    ///
    /// ## Why it matters
    ///
    /// The certificate is signed and never used: the hosts are served with the one of the controller.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Ingress
    /// spec:
    ///   tls: [{ secretName: shop-tls, hosts: [shop.example.org] }]
    /// ---
    /// kind: Certificate
    /// spec: { secretName: shop-server-tls, dnsNames: [shop.example.org] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Ingress
    /// spec:
    ///   tls: [{ secretName: shop-tls, hosts: [shop.example.org] }]
    /// ---
    /// kind: Certificate
    /// spec: { secretName: shop-tls, dnsNames: [shop.example.org] }
    /// ```
    ///
    /// ## Source
    ///
    /// Incident H22 of docs/incidents.md.
    pub(super) static RULE =
        Kind::new("tls-secret-mismatch", "DV1603"), Secrets, Error, fix: Unsafe, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let made = subject.made();
    for facts in subject.facts {
        for tls in facts.tls.iter().filter(|tls| !tls.issued) {
            let Some((name, there)) = better(made, tls) else { continue };
            let message = format!("nobody makes Secret `{}`, and the certificate is kept in `{name}`", tls.secret);
            let mut problem = RULE
                .at(tls.span, message)
                .why("the certificate is never used: the hosts are served with the one of the controller")
                .help("use one name on both sides")
                .fix(false, format!("change to `{name}`"), tls.span, name);
            problem = there.into_iter().fold(problem, |problem, there| problem.related(there, "the certificate"));
            out.push(subject.about(facts, problem));
        }
    }
}
