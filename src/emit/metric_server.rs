//! `terraform/proxmox-metrics.sh`: tells Proxmox hosts to write their own metrics to a store of the platform
//! (Proxmox VE administration guide, "External Metric Server"; pvesh, `/cluster/metrics/server`).

use super::draft::{Body, Draft, TargetName};
use super::shell::word;
use super::{MISSING_FACT, Source};
use crate::diag::Diagnostic;
use crate::model::{Component, Hypervisor, MetricServer, Text};
use crate::source::{OriginId, Origins};
use crate::spec::FlowKind;

/// Returns the script, if a hypervisor writes metrics of its own.
pub(super) fn draft(source: &Source<'_>, origins: &mut Origins, out: &mut Vec<Diagnostic>) -> Option<Draft> {
    let platform = source.platform;
    let here = platform.name.origin;
    let mut lines: Vec<(String, OriginId)> = [
        "#!/bin/sh".to_owned(),
        format!("# {}", source.layout.header(here).text),
        "# Prints the commands that make Proxmox write its own metrics to the store of the platform; with --apply, runs them. It".to_owned(),
        "# belongs on a host of each cluster of Proxmox. The token comes by the environment, as METRICS_TOKEN.".to_owned(),
        "set -eu".to_owned(),
        "run() {".to_owned(),
        "  if [ \"${apply:-}\" = yes ]; then \"$@\"; else printf \"'%s' \" \"$@\"; echo; fi".to_owned(),
        "}".to_owned(),
        "case \"${1:-}\" in".to_owned(),
        "  --apply) apply=yes; : \"${METRICS_TOKEN:?}\" ;;".to_owned(),
        "  '') METRICS_TOKEN='(the token)' ;;".to_owned(),
        "  *) echo \"usage: $0 [--apply]\" >&2; exit 2 ;;".to_owned(),
        "esac".to_owned(),
    ]
    .map(|line| (line, here))
    .into();
    let start = lines.len();
    for hypervisor in &platform.topology.hypervisors {
        let Some(metrics) = &hypervisor.metrics else { continue };
        let Some(component) = platform.component(&metrics.to.value) else { continue };
        match reached(source, hypervisor, metrics, component) {
            Ok(host) => write(metrics, component, &host, origins, &mut lines),
            Err(problem) => out.extend(problem.map(|problem| *problem)),
        }
    }
    if lines.len() == start {
        return None;
    }
    let path = source.layout.file("terraform/proxmox-metrics.sh");
    let (target, body) = (TargetName::Terraform, Body::Lines(lines));
    Some(Draft { path, target, header: Vec::new(), body, executable: true, origin: here })
}

/// A hypervisor is outside of the cluster: it comes by the host of the component.
fn reached(
    source: &Source<'_>,
    hypervisor: &Hypervisor,
    metrics: &MetricServer,
    component: &Component,
) -> Result<Text, Option<Box<Diagnostic>>> {
    let origins = &source.platform.origins;
    let tells = component.serves.get(&FlowKind::Query).map(|serve| &serve.tells);
    let (name, store) = (&hypervisor.name.value, &component.name.value);
    let Some(span) = origins.place(metrics.to.origin) else { return Err(None) };
    if tells.is_none_or(|tells| !tells.contains_key("organization")) {
        let message = format!("`{store}` takes no metrics from `{name}`");
        let problem = Diagnostic::error(MISSING_FACT, span, message)
            .why("Proxmox writes to InfluxDB or Graphite; of these the library has `influxdb2`");
        return Err(Some(Box::new(problem.help("name a component of the library entry `influxdb2`"))));
    }
    component.expose.as_ref().map(|expose| expose.host.clone()).ok_or_else(|| {
        let message = format!("`{name}` cannot reach `{store}`, which has no host");
        let problem = Diagnostic::error(MISSING_FACT, span, message)
            .why("a hypervisor is outside of the cluster, where the names and addresses of Services mean nothing");
        Some(Box::new(problem.help(format!("give `{store}` an `expose: {{ host: …, access: machine }}`"))))
    })
}

fn write(
    metrics: &MetricServer,
    component: &Component,
    host: &Text,
    origins: &mut Origins,
    lines: &mut Vec<(String, OriginId)>,
) {
    let tells = component.serves.get(&FlowKind::Query).map(|serve| &serve.tells);
    let told = |key: &str| tells.and_then(|tells| tells.get(key));
    let secure = component.expose.as_ref().and_then(|expose| expose.url.as_ref());
    let secure = secure.is_some_and(|url| url.value.starts_with("https://"));
    let (port, protocol) = if secure { (443, "https") } else { (80, "http") };
    let mut say = |line: String, reads: &[OriginId]| {
        lines.push((line, origins.derived("where a hypervisor writes its metrics", reads)));
    };
    let at = metrics.to.origin;
    say(format!("run pvesh create /cluster/metrics/server/{} --type influxdb \\", component.name.value), &[at]);
    say(format!("  --server {} --port {port} --influxdbproto {protocol} \\", host.value), &[at, host.origin]);
    let organization = told("organization");
    let bucket = metrics.bucket.as_ref().or_else(|| told("bucket"));
    if let (Some(organization), Some(bucket)) = (organization, bucket) {
        say(
            format!("  --organization {} --bucket {} \\", word(&organization.value), word(&bucket.value)),
            &[at, organization.origin, bucket.origin],
        );
    }
    say("  --token \"$METRICS_TOKEN\"".to_owned(), &[metrics.token.origin]);
}
