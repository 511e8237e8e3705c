//! Hosts that no certificate is good for.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// A host has no certificate of its own, and that of its ingress controller is not good for it.
    ///
    /// ## What it does
    ///
    /// Compares hosts without an `issuer` with the certificates under `certificates` that their ingress controller keeps. A `*`
    /// stands for one label: `*.example.org` is good for `a.example.org`, and not for `a.b.example.org`.
    ///
    /// ## Why it matters
    ///
    /// The controller shows what it has, and browsers refuse it; programs do so without a word to anybody.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// certificates: { wildcard: { hosts: "*.example.org", issuer: letsencrypt, component: traefik } }
    /// components: { music: { expose: { host: music.home.example.org } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// certificates: { wildcard: { hosts: "*.example.org", issuer: letsencrypt, component: traefik } }
    /// components: { music: { expose: { host: music.example.org } } }
    /// ```
    ///
    /// ## Source
    ///
    /// RFC 6125, wildcard certificates.
    pub(super) static RULE = Kind::new("uncovered-host", "DV1182"), Topology, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    for component in &platform.components {
        let Some(expose) = component.expose.as_ref().filter(|one| one.issuer.is_none() && one.tunnel.is_none()) else {
            continue;
        };
        let Some(class) = &expose.class else { continue };
        let controller = platform
            .components
            .iter()
            .find(|one| one.ingress.as_ref().is_some_and(|controller| controller.class.value == class.value));
        let Some(controller) = controller else { continue };
        let kept = || platform.certificates.iter().filter(|one| one.component.value == controller.name.value);
        let (host, Some(first)) = (&expose.host.value, kept().next()) else { continue };
        if kept().any(|certificate| certificate.covers(host)) {
            continue;
        }
        let Some(span) = subject.line(expose.host.origin) else { continue };
        let names: Vec<String> = kept().flat_map(|one| &one.hosts).map(|host| format!("`{}`", host.value)).collect();
        let message =
            format!("no certificate of `{}` is good for `{host}`: it has {}", controller.name.value, names.join(", "));
        let mut problem = RULE
            .at(span, message)
            .why("a `*` stands for one label, so browsers refuse the certificate that they are shown")
            .help("write a host that the certificate is good for, add this one to its `hosts`, or give it an `issuer` of its own")
            .about(&component.name.value);
        let place = first.hosts.first().and_then(|host| subject.line(host.origin));
        problem = place.into_iter().fold(problem, |problem, span| problem.related(span, "the certificate"));
        out.push(problem);
    }
}
