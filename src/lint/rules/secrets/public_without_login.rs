//! Hosts at which nobody asks who comes.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{Component, Guard, MachineKind, Route};
use crate::source::Span;
use crate::spec::{Access, Tls};

rule! {
    /// A component without a login has a host at which nobody else asks for one.
    ///
    /// ## What it does
    ///
    /// Looks at the hosts of components and parts whose facts say that they let in whoever reaches them (`login: false` in the
    /// `component.yaml`), by an ingress controller or a tunnel, and at public routes of tunnels to the ports of such components on
    /// machines. `access: identity` has somebody sign people in before them; a component with `tls: mutual` asks for a certificate.
    ///
    /// ## Why it matters
    ///
    /// Who reaches Alertmanager can silence alerts, who reaches Ollama can load models and use the processors, and who reaches
    /// Prometheus reads the names of everything that there is.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// alertmanager: { version: 1.42.0, expose: { host: alerts.example.org, access: public } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// alertmanager: { version: 1.42.0, expose: { host: alerts.example.org, access: identity } }
    /// flows:
    ///   - auth: { from: traefik, to: authentik, via: forward }
    /// ```
    ///
    /// ## Source
    ///
    /// Prometheus, Security Model: "It is presumed that untrusted users have access to the Prometheus HTTP endpoint"; Alertmanager,
    /// the same page.
    pub(super) static RULE =
        Kind::new("public-without-login", "DV1691"), Secrets, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for exposure in subject.platform.exposures().filter(|exposure| exposure.expose.guard == Guard::None) {
        let (component, expose) = (exposure.component, exposure.expose);
        if !exposure.part.map_or_else(|| is_open(component), |part| !part.login && component.is_installed()) {
            continue;
        }
        // Where somebody should sign people in and nobody can, that is reported.
        if expose.access.as_ref().is_some_and(|access| access.value == Access::Identity) {
            continue;
        }
        let access = expose.access.as_ref().map_or(expose.host.origin, |access| access.origin);
        let Some(span) = subject.line(access) else { continue };
        let problem = finding(exposure.who(), &expose.host.value, span).about(&component.name.value);
        let line = subject.line(expose.host.origin).filter(|line| *line != span);
        out.push(line.into_iter().fold(problem, |problem, line| problem.related(line, "the host")));
    }
    for route in subject.platform.tunnels.iter().flat_map(|tunnel| &tunnel.routes) {
        if route.access.value != Access::Public {
            continue;
        }
        let Some(span) = subject.line(route.access.origin) else { continue };
        let found = behind(subject, route).map(|component| &component.name.value);
        out.extend(found.map(|name| finding(name, &route.host.value, span).about(name)));
    }
}

fn is_open(component: &Component) -> bool {
    let asks = component.tls.as_ref().is_some_and(|tls| tls.value == Tls::Mutual);
    component.variant.facts.login.value() == Some(&false) && component.is_installed() && !asks
}

/// Returns the component on the machine of a route that has the port of it.
fn behind<'a>(subject: &Subject<'a>, route: &Route) -> Option<&'a Component> {
    let platform = subject.platform;
    let port: u16 = route.service.value.rsplit(':').next()?.parse().ok()?;
    let here = |component: &&Component| {
        let on = component.machines.iter().any(|machine| {
            let name = match machine.kind {
                MachineKind::Node(at) => platform.topology.nodes.get(at).map(|node| &node.name),
                MachineKind::Hypervisor(at) => platform.topology.hypervisors.get(at).map(|host| &host.name),
                MachineKind::Address(_) => None,
            };
            name.is_some_and(|name| name.value == route.to.value)
        });
        on && is_open(component) && component.services.iter().any(|service| service.port.value == port)
    };
    platform.components.iter().find(here)
}

fn finding(name: &str, host: &str, span: Span) -> Diagnostic {
    RULE.at(span, format!("`{name}` asks nobody for a login, and is at `{host}` for everybody"))
        .why("whoever reaches the host can do all that it can do")
        .help("write `access: identity`, and let an ingress controller or a tunnel sign people in by an `auth` flow")
        .help("or leave the host out, and reach it by `kubectl port-forward` or over SSH")
}
