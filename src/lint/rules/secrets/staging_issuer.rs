//! Certificates of an authority for tests.

use std::collections::BTreeMap;

use super::issuers::issuers;
use crate::diag::{Diagnostic, Kind};
use crate::lint::facts::ComponentFacts;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::source::Span;

rule! {
    /// Production has its certificates signed by an authority for tests.
    ///
    /// ## What it does
    ///
    /// Looks at what uses an issuer whose ACME server is the staging server of an authority, in an environment whose name begins
    /// with `prod`: exposed hosts, and Certificates and Ingresses in manifests.
    ///
    /// ## Why it matters
    ///
    /// Browsers do not trust the certificate.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: ClusterIssuer
    /// metadata: { name: letsencrypt }
    /// spec: { acme: { server: https://acme-staging-v02.api.letsencrypt.org/directory } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: ClusterIssuer
    /// metadata: { name: letsencrypt }
    /// spec: { acme: { server: https://acme-v02.api.letsencrypt.org/directory } }
    /// ```
    ///
    /// ## Source
    ///
    /// Let's Encrypt, Staging Environment.
    pub(super) static RULE = Kind::new("staging-issuer", "DV1608"), Secrets, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    if !platform.environment.value.to_ascii_lowercase().starts_with("prod") {
        return;
    }
    let mut staging: BTreeMap<(&str, &str), (&ComponentFacts, Span)> = BTreeMap::new();
    for kind in ["ClusterIssuer", "Issuer"] {
        for (at, issuer) in subject.objects_of(kind) {
            let Some(facts) = subject.facts.get(at) else { continue };
            let Some(server) = issuer.doc.at(&["spec", "acme", "server"]) else { continue };
            if server.as_str().is_some_and(|server| server.contains("staging"))
                && let Some(span) = facts.line(server.origin)
            {
                staging.insert((issuer.namespace.as_deref().unwrap_or(""), &issuer.name), (facts, span));
            }
        }
    }
    if staging.is_empty() {
        return;
    }
    let mut users: BTreeMap<(&str, &str), Vec<Span>> = BTreeMap::new();
    for issuer in platform.exposures().filter_map(|exposure| exposure.expose.issuer.as_ref()) {
        users.entry(("", &issuer.value)).or_default().extend(subject.line(issuer.origin));
    }
    for (facts, user) in issuers(subject) {
        let namespace = if user.cluster { "" } else { user.namespace };
        users.entry((namespace, user.name)).or_default().extend(facts.line(user.origin));
    }
    for (key, (facts, server)) in staging {
        let Some(spans) = users.get(&key) else { continue };
        let message = format!("issuer `{}` has certificates signed by an authority for tests", key.1);
        let mut problem = RULE
            .at(server, message)
            .why("browsers do not trust them")
            .help("name the production server of the authority, or use another issuer in production");
        // Three places say enough.
        problem = spans.iter().take(3).fold(problem, |problem, span| problem.related(*span, "used here"));
        out.push(subject.about(facts, problem));
    }
}
