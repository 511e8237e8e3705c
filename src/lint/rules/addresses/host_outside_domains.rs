//! Hosts outside of the domains of the platform.

use super::routes::routes;
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, Parameter, Setting, rule};
use crate::lint::subject::Subject;

const DOMAINS: Parameter =
    Parameter { name: "domains", about: "further domains that hosts may lie in.", default: Setting::Domains(&[]) };

rule! {
    /// A host does not lie in the domain of the platform.
    ///
    /// ## What it does
    ///
    /// Compares the hosts of `expose`, of Ingresses in `values:`, and of manifests with `domains.external` and `domains.node`.
    /// A platform without these domains is left alone, and so are components that somebody else installs.
    ///
    /// ## Why it matters
    ///
    /// The name servers of the domain do not know the host, and certificates for the domain do not cover it. It is often the
    /// old name of a domain that was changed elsewhere.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// domains: { external: example.internal }
    /// components:
    ///   grafana: { expose: { host: grafana.example.local } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// domains: { external: example.internal }
    /// components:
    ///   grafana: { expose: { host: grafana.example.internal } }
    /// ```
    ///
    /// ## Source
    ///
    /// cert-manager, "Securing Ingress Resources"; RFC 6762 (`.local` belongs to multicast DNS).
    pub(super) static RULE =
        Kind::new("host-outside-domains", "DV1011"), Addresses, Warn, fix: None, Check::Platform(check),
        parameters: &[DOMAINS];
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let domains = &subject.platform.domains;
    let Some(external) = &domains.external else { return };
    let further = subject.words(&RULE, DOMAINS.name);
    let own = [Some(external), domains.node.as_ref()].into_iter().flatten().map(|domain| &domain.value);
    let known: Vec<_> = own.chain(&further).collect();
    let mut seen = std::collections::BTreeSet::new();
    // What somebody else installs may well have a host in a domain of theirs.
    let others = |name: &str| subject.platform.component(name).is_some_and(|component| !component.is_installed());
    let routes = routes(subject).into_iter().filter(|one| one.about.is_none_or(|name| !others(name)));
    let mut hosts: Vec<_> = routes.map(|one| (one.host, one.span, one.about)).collect();
    // What a tunnel leads to a machine is a host like the others.
    let tunnels = subject.platform.tunnels.iter().flat_map(|tunnel| &tunnel.routes);
    hosts.extend(tunnels.filter_map(|one| Some((one.host.value.clone(), subject.line(one.host.origin)?, None))));
    for (host, span, about) in &hosts {
        let (host, span) = (&**host, *span);
        let within = |domain: &str| host == domain || host.strip_suffix(domain).is_some_and(|head| head.ends_with('.'));
        // A name without a dot is of no domain.
        if !host.contains('.') || known.iter().any(|domain| within(domain)) || !seen.insert(span) {
            continue;
        }
        let message = format!("host `{host}` does not lie in `{}`", external.value);
        let mut problem = RULE.at(span, message).why("the name servers of the platform's domain do not know it");
        if let Some(line) = subject.line(external.origin) {
            problem = problem.related(line, "the domain of the platform");
        }
        problem = problem.help(format!("write a host below `{}`", external.value));
        problem = problem.help("or add its domain to the parameter `domains` of this rule, under `policies`");
        out.push(about.iter().copied().fold(problem, Diagnostic::about));
    }
}
