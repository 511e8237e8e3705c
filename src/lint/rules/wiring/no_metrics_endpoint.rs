//! Metrics of programs that have none.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// Metrics are read from a program that has none of Prometheus' kind.
    ///
    /// ## What it does
    ///
    /// Looks at the container whose port a ServiceMonitor reads, and knows the images of programs that speak a protocol of
    /// their own there: MongoDB, PostgreSQL, MySQL, MariaDB, Redis, Memcached, Kafka's brokers.
    ///
    /// ## Why it matters
    ///
    /// The target is down for ever. Its alerts fire for ever or, where they ask for values, never.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// workload:
    ///   image: docker.io/library/mongo:7.0.28
    ///   ports: { mongodb: { port: 27017 } }
    ///   metrics: { port: mongodb }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// workload:
    ///   image: docker.io/library/mongo:7.0.28
    ///   ports: { mongodb: { port: 27017 } }
    ///   sidecars:
    ///     exporter: { image: docker.io/percona/mongodb_exporter:0.47.1, ports: { metrics: { port: 9216 } } }
    ///   metrics: { port: metrics }
    /// ```
    ///
    /// ## Source
    ///
    /// Prometheus, "Exporters and integrations".
    pub(super) static RULE = Kind::new("no-metrics-endpoint", "DV1434"), Wiring, Error, fix: None, Check::Platform(check);
}

/// Programs without metrics of Prometheus' kind, by the last part of their image's name, and what makes some of them.
const SILENT: [(&str, &str); 9] = [
    ("kafka", "kafka_exporter or the JMX exporter"),
    ("mariadb", "mysqld_exporter"),
    ("memcached", "memcached_exporter"),
    ("mongo", "mongodb_exporter"),
    ("mongodb", "mongodb_exporter"),
    ("mysql", "mysqld_exporter"),
    ("postgres", "postgres_exporter"),
    ("postgresql", "postgres_exporter"),
    ("redis", "redis_exporter"),
];

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for component in subject.platform.components.iter().filter(|component| component.workload.is_some()) {
        let Some(metrics) = &component.metrics else { continue };
        let Some(port) = metrics.port_name.as_deref() else { continue };
        let containers = component.workload.as_ref().and_then(|workload| workload.data.get("containers"));
        let has = |container: &&crate::template::Data| {
            let ports = container.get("ports").and_then(crate::template::Data::as_list).into_iter().flatten();
            ports.filter_map(|port| port.get("name")?.as_str()).any(|name| &**name == port)
        };
        let container = containers.and_then(crate::template::Data::as_list).and_then(|all| all.iter().find(has));
        let Some(image) = container.and_then(|container| container.get("image")) else { continue };
        let Some((program, exporter)) = image.as_str().and_then(|image| silent(image)) else { continue };
        let Some(span) = subject.line(metrics.origin) else { continue };
        let name = &component.name.value;
        let mut problem = RULE
            .at(
                span,
                format!("`{name}` has no metrics that Prometheus could read: its port `{port}` is that of {program}"),
            )
            .why("the target would be down for ever, and its alerts mean nothing");
        if let Some(there) = subject.line(image.origin) {
            problem = problem.related(there, "this program answers there");
        }
        out.push(problem.help(format!("put an exporter beside it under `sidecars`, such as {exporter}")).about(name));
    }
}

/// Returns what an image is, where that has no metrics.
fn silent(image: &str) -> Option<(&'static str, &'static str)> {
    let bare = image.split('@').next().unwrap_or(image);
    let last = bare.rsplit('/').next().unwrap_or(bare);
    let name = last.split(':').next().unwrap_or(last);
    SILENT.iter().copied().find(|(program, _)| *program == name)
}
