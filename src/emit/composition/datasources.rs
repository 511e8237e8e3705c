//! `grafana/*.yaml`: the datasources by which Grafana reads what the agent passed on (grafana.com, "Provisioning").
//!
//! Each has its uid, so that they name each other: from a trace to its logs and metrics, from a line of a log to its trace.

use super::telemetry::Agent;
use crate::doc::Doc;
use crate::emit::build::{list, lit, map, some, text};
use crate::emit::draft::Draft;
use crate::model::composition::TelemetryTarget;
use crate::spec::FlowKind;

/// Where the trace stands in a line: `otelcol.exporter.loki` writes each as an object of JSON.
const TRACE_OF_LINE: &str = r#""traceid":"([0-9a-f]+)""#;

/// What there is of a service. A `$` is doubled: Grafana replaces variables of its own environment in files.
const METRICS_OF_SERVICE: &str = "count by (__name__) ({$$__tags})";

/// Returns the files.
pub(super) fn drafts(agent: &Agent<'_>) -> Vec<Draft> {
    agent.telemetry.targets.iter().filter_map(|target| draft(agent, target)).collect()
}

fn draft(agent: &Agent<'_>, target: &TelemetryTarget) -> Option<Draft> {
    let here = target.origin;
    let to = agent.part.source.platform.components.get(target.to.0)?;
    let (query, kind) = (target.query.as_ref()?, target.datasource.as_ref()?);
    let mut data = links(agent, target);
    let mut secure = None;
    if let Some(tenant) = &target.tenant {
        data.push(("httpHeaderName1", lit(tenant.origin, "X-Scope-OrgID")));
        secure = Some(map(tenant.origin, [("httpHeaderValue1", text(tenant))]));
    }
    let mut settings = Doc::map(crate::doc::Map::new(), here);
    for (name, doc) in data {
        settings.merge(map(here, [(name, doc)]));
    }
    let datasource = some(
        here,
        [
            ("name", Some(text(&to.title))),
            ("type", Some(text(kind))),
            ("uid", Some(text(&to.name))),
            ("access", Some(lit(here, "proxy"))),
            ("url", Some(text(query))),
            ("jsonData", crate::emit::build::unless_empty(settings)),
            ("secureJsonData", secure),
        ],
    );
    let doc = map(here, [("apiVersion", Doc::int(1, here)), ("datasources", list(here, [datasource]))]);
    Some(agent.part.yaml(&format!("grafana/{}.yaml", to.name.value), doc))
}

/// Returns how this datasource leads to the others.
fn links(agent: &Agent<'_>, target: &TelemetryTarget) -> Vec<(&'static str, Doc)> {
    let here = target.origin;
    let other = |signal: FlowKind| {
        let other = agent.telemetry.targets.iter().find(|other| other.signal == signal && other.query.is_some())?;
        let to = agent.part.source.platform.components.get(other.to.0)?;
        Some(Doc::str(to.name.value.clone(), other.origin))
    };
    let (logs, metrics, traces) = (other(FlowKind::Logs), other(FlowKind::RemoteWrite), other(FlowKind::Traces));
    match target.signal {
        FlowKind::Traces => {
            // Both exporters of the agent call it so (Alloy, `otelcol.exporter.loki` and `otelcol.exporter.prometheus`).
            let tags = || list(here, [map(here, [("key", lit(here, "service.name")), ("value", lit(here, "job"))])]);
            let to_logs = logs.map(|uid| {
                let fields = [
                    ("datasourceUid", uid),
                    ("filterByTraceID", Doc::bool(true, here)),
                    // Lines are written a little before and after the span that they belong to.
                    ("spanStartTimeShift", lit(here, "-5m")),
                    ("spanEndTimeShift", lit(here, "5m")),
                    ("tags", tags()),
                ];
                ("tracesToLogsV2", map(here, fields))
            });
            let to_metrics = metrics.clone().map(|uid| {
                let query = [("name", lit(here, "Metrics of the service")), ("query", lit(here, METRICS_OF_SERVICE))];
                let queries = list(here, [map(here, query)]);
                ("tracesToMetrics", map(here, [("datasourceUid", uid), ("tags", tags()), ("queries", queries)]))
            });
            let service_map = metrics.map(|uid| ("serviceMap", map(here, [("datasourceUid", uid)])));
            [to_logs, to_metrics, service_map].into_iter().flatten().collect()
        }
        FlowKind::Logs => {
            let field = traces.map(|uid| {
                let fields = [
                    ("name", lit(here, "TraceID")),
                    ("matcherRegex", lit(here, TRACE_OF_LINE)),
                    ("datasourceUid", uid),
                    ("url", lit(here, "$${__value.raw}")),
                    ("urlDisplayLabel", lit(here, "The trace")),
                ];
                list(here, [map(here, fields)])
            });
            field.map(|field| ("derivedFields", field)).into_iter().collect()
        }
        _ => {
            let exemplars =
                traces.map(|uid| list(here, [map(here, [("name", lit(here, "trace_id")), ("datasourceUid", uid)])]));
            exemplars.map(|list| ("exemplarTraceIdDestinations", list)).into_iter().collect()
        }
    }
}
