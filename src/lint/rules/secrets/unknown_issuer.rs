//! Issuers that do not exist.

use super::issuers::issuers;
use crate::diag::{Diagnostic, did_you_mean};
use crate::emit::UNKNOWN_ISSUER;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// A certificate is asked of an issuer that does not exist.
    ///
    /// ## What it does
    ///
    /// Compares the issuers that `expose`, Certificates and annotations of Ingresses name with those of the platform. An Issuer is
    /// good for its own namespace only. A chart that brings issuers of its own is given the benefit of the doubt.
    ///
    /// ## Why it matters
    ///
    /// The certificate is never signed, and the host has no TLS.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Certificate
    /// spec: { issuerRef: { kind: ClusterIssuer, name: letsencrypt-prod } }     # there is only `selfsigned`
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Certificate
    /// spec: { issuerRef: { kind: ClusterIssuer, name: selfsigned } }
    /// ```
    ///
    /// ## Source
    ///
    /// argoproj/argoproj-deployments, issue 3.
    pub(super) static RULE = UNKNOWN_ISSUER, Secrets, Error, fix: Unsafe, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    // Where cert-manager or a chart comes from elsewhere, so may its issuers.
    let is_issuer = |kind: &str| kind.ends_with("Issuer.cert-manager.io");
    if platform.components.iter().any(|component| component.may_bring(is_issuer)) {
        return;
    }
    for (facts, user) in issuers(subject) {
        let (kind, namespace) = if user.cluster { ("ClusterIssuer", "") } else { ("Issuer", user.namespace) };
        if !subject.objects(kind, namespace, user.name).is_empty() {
            continue;
        }
        let Some(span) = facts.line(user.origin).filter(|span| !subject.is_reported(*span)) else { continue };
        let place = if user.cluster { String::new() } else { format!(" in namespace `{namespace}`") };
        let mut problem = RULE
            .at(span, format!("there is no {kind} `{}`{place}", user.name))
            .why("the certificate would never be signed, and the host would have no TLS");
        let known: Vec<&str> = subject
            .objects_of(kind)
            .filter(|(_, it)| user.cluster || it.namespace.as_deref() == Some(namespace))
            .map(|(_, it)| &*it.name)
            .collect();
        let other = if user.cluster { "Issuer" } else { "ClusterIssuer" };
        problem = match subject.objects_of(other).find(|(_, issuer)| *issuer.name == *user.name) {
            Some(_) => {
                problem.help(format!("`{}` is an {other}: write `kind: {other}`", user.name).replace("an C", "a C"))
            }
            None => match did_you_mean(user.name, known.iter().copied()) {
                Some(hint) => problem.help(hint),
                None => problem.help("name an issuer that is there, or add one to `manifests`"),
            },
        };
        out.push(subject.about(facts, problem));
    }
}
