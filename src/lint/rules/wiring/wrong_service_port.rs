//! Ports that a Service does not have.

use super::target::{fix, mentions_port, targets};
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// An address names a port that its Service does not have.
    ///
    /// ## What it does
    ///
    /// Compares the ports of in-cluster addresses in `values:`, `settings:` and `manifests:` with those of the Service, where
    /// all of them are known, which they are only in versions that the facts were read in. A URL without a port means 80, or
    /// 443 with `https`. Host and port may stand in two keys of one map (`host` and `port`, `dbHost` and `dbPort`), or be two
    /// variables (`DB_HOST` and `DB_PORT`).
    ///
    /// ## Why it matters
    ///
    /// The connection is refused, or waits until it times out.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// url: http://loki-gateway.monitoring.svc:3100
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// url: http://loki-gateway.monitoring.svc        # the gateway listens at 80
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, Service.
    pub(super) static RULE = Kind::new("wrong-service-port", "DV1402"), Wiring, Error, fix: Unsafe, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let services = || subject.known_services();
    for target in targets(subject) {
        let (name, namespace) = (target.name.service, target.namespace);
        let Some(known) = services().get(namespace, name).filter(|known| known.closed) else { continue };
        let default = match target.found.scheme {
            Some("http") => Some(80),
            Some("https") => Some(443),
            _ => None,
        };
        let Some(port) = target.found.port.or(default) else { continue };
        if target.name.deeper || known.ports.contains(&port) || mentions_port(subject, known.component, port) {
            continue;
        }
        let ports: Vec<String> = known.ports.iter().map(ToString::to_string).collect();
        let place = target.url.beside.map_or(target.url.span, |(_, span)| span);
        let mut problem = RULE
            .at(place, format!("Service `{name}` of `{namespace}` has no port {port}"))
            .why("nothing listens there: the connection is refused, or waits until it times out")
            .help(match ports.as_slice() {
                [one] => format!("its port is {one}"),
                _ => format!("its ports are {}", ports.join(", ")),
            });
        problem = known.span.into_iter().fold(problem, |problem, there| problem.related(there, "the Service"));
        let apart = target.url.beside.filter(|(_, span)| *span != target.url.span);
        if let ([one], Some(_)) = (ports.as_slice(), apart) {
            problem = problem.related(target.url.span, "the host of the port");
            let quoted = (place.end - place.start) as usize == port.to_string().len() + 2;
            let text = if quoted { format!("\"{one}\"") } else { one.clone() };
            problem = problem.fix(false, format!("change to {one}"), place, text);
        } else if let [one] = ports.as_slice() {
            let host = target.found.host;
            let (old, new) = match target.found.port {
                Some(port) => (format!("{host}:{port}"), format!("{host}:{one}")),
                None => (host.to_owned(), format!("{host}:{one}")),
            };
            problem = fix(problem, &target, &old, &new);
        }
        out.push(subject.about(target.facts, problem));
    }
}
