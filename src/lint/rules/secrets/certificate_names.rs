//! Hosts that a certificate is not good for.

use crate::diag::{Diagnostic, Kind};
use crate::lint::made::{Maker, covers};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// A host is served with a certificate that is not good for it.
    ///
    /// ## What it does
    ///
    /// Compares the hosts in `tls` of Ingresses, in manifests and Helm values, with the names of the Certificate that fills
    /// the Secret. `*` stands for one label.
    ///
    /// ## Why it matters
    ///
    /// Browsers refuse the host.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Certificate
    /// spec: { secretName: shop-tls, dnsNames: ["*.example.org"] }
    /// ---
    /// kind: Ingress
    /// spec:
    ///   tls: [{ secretName: shop-tls, hosts: [eu.shop.example.org] }]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Certificate
    /// spec: { secretName: shop-tls, dnsNames: ["*.example.org", eu.shop.example.org] }
    /// ```
    ///
    /// ## Source
    ///
    /// RFC 6125, section 6.4.3; cert-manager, Certificate resources.
    pub(super) static RULE = Kind::new("certificate-names", "DV1604"), Secrets, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let made = subject.made();
    for facts in subject.facts {
        for tls in &facts.tls {
            let makers = made.of(&tls.namespace, &tls.secret);
            let listed = |maker: &Maker| &*maker.kind == "Certificate" && !maker.hosts.is_empty();
            if makers.is_empty() || !makers.iter().all(listed) {
                continue;
            }
            for (host, span) in &tls.hosts {
                if makers.iter().flat_map(|maker| &maker.hosts).any(|name| covers(name, host)) {
                    continue;
                }
                let Some(maker) = makers.first() else { continue };
                let message = format!("certificate `{}` is not good for host `{host}`", maker.name);
                let mut problem = RULE
                    .at(*span, message)
                    .why("browsers refuse the host")
                    .help(format!("add `{host}` to `dnsNames` of the certificate; `*` stands for one label only"));
                problem =
                    maker.span.into_iter().fold(problem, |problem, there| problem.related(there, "the certificate"));
                out.push(subject.about(facts, problem));
            }
        }
    }
}
