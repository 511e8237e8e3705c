//! Hosts that no certificate is good for.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{Certificate, Expose};

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
    for controller in platform.components.iter().filter(|one| one.ingress.is_some()) {
        let kept: Vec<&Certificate> =
            platform.certificates.iter().filter(|one| one.component.value == controller.name.value).collect();
        let Some(first) = kept.first() else { continue };
        let (mut open, mut covered) = (Vec::new(), false);
        let alone = |expose: &Expose| expose.issuer.is_none() && expose.tunnel.is_none();
        for exposure in platform.exposures().filter(|exposure| alone(exposure.expose)) {
            let (component, expose) = (exposure.component, exposure.expose);
            let class = controller.ingress.as_ref().map(|ingress| &ingress.class.value);
            if class != expose.class.as_ref().map(|class| &class.value) {
                continue;
            }
            if kept.iter().any(|certificate| certificate.covers(&expose.host.value)) {
                covered = true;
            } else if let Some(span) = subject.line(expose.host.origin) {
                open.push((component, &*expose.host.value, span));
            }
        }
        let names: Vec<String> =
            kept.iter().flat_map(|one| &one.hosts).map(|host| format!("`{}`", host.value)).collect();
        let (controller, names) = (&*controller.name.value, names.join(", "));
        let place = first.hosts.first().and_then(|host| subject.line(host.origin));
        // Where it is good for nothing, it is the certificate that is wrong.
        if let (false, Some(place), [one, other, ..]) = (covered, place, open.as_slice()) {
            let more = if open.len() > 2 { format!(" and {} more", open.len() - 2) } else { String::new() };
            let (one, other) = (one.1, other.1);
            let message =
                format!("no certificate of `{controller}` is good for `{one}`, `{other}`{more}: it has {names}");
            let problem = RULE
                .at(place, message)
                .why(WHY)
                .help("write a domain that the hosts are in, or give them an `issuer` each");
            let places = open.iter().take(SHOWN).map(|(_, _, span)| *span);
            out.push(places.fold(problem, |problem, span| problem.related(span, "a host without a certificate")));
            continue;
        }
        for (component, host, span) in open {
            let message = format!("no certificate of `{controller}` is good for `{host}`: it has {names}");
            let problem = RULE
                .at(span, message)
                .why(WHY)
                .help("write a host that the certificate is good for, add this one to its `hosts`, or give it an `issuer` of its own")
                .about(&component.name.value);
            out.push(place.into_iter().fold(problem, |problem, span| problem.related(span, "the certificate")));
        }
    }
}

const WHY: &str = "a `*` stands for one label, so browsers refuse the certificate that they are shown";

/// How many hosts a report shows.
const SHOWN: usize = 4;
