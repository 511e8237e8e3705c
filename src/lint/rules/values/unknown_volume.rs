//! Mounts of volumes that a pod does not have, and probes of ports that a container does not have.

use crate::diag::{Diagnostic, Kind, did_you_mean, nearest};
use crate::doc::{Doc, Value};
use crate::lint::facts::Object;
use crate::lint::rule::{Check, rule};

rule! {
    /// A container names a volume or a port that its pod does not have.
    ///
    /// ## What it does
    ///
    /// Compares `volumeMounts` of containers with the volumes of the pod and the claims of its StatefulSet, and the ports that
    /// probes name with the ports of the container. It looks at workloads of manifests.
    ///
    /// ## Why it matters
    ///
    /// The server refuses a mount without a volume. A probe of a port without a number fails for ever, and the pod is never
    /// ready.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// volumes: [{ name: config, configMap: { name: web } }]
    /// containers: [{ name: web, volumeMounts: [{ name: conf, mountPath: /etc/web }] }]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// volumes: [{ name: config, configMap: { name: web } }]
    /// containers: [{ name: web, volumeMounts: [{ name: config, mountPath: /etc/web }] }]
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes API, `VolumeMount` and `Probe`.
    pub(super) static RULE = Kind::new("unknown-volume", "DV1511"), Values, Error, fix: Unsafe, Check::Object(check);
}

fn check(object: &Object<'_>, out: &mut Vec<Diagnostic>) {
    let path: &[&str] = match object.kind {
        "Pod" => &["spec"],
        "CronJob" => &["spec", "jobTemplate", "spec", "template", "spec"],
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" => &["spec", "template", "spec"],
        _ => return,
    };
    let Some(pod) = object.at(path) else { return };
    let mut volumes = named(pod.at(&["volumes"]), &["name"]);
    volumes.extend(named(object.at(&["spec", "volumeClaimTemplates"]), &["metadata", "name"]));
    for containers in ["containers", "initContainers"] {
        for container in list(pod.at(&[containers])) {
            for mount in list(container.at(&["volumeMounts"])) {
                let why = "the server refuses the workload";
                unknown(object, ("volume", why), mount.at(&["name"]), &volumes, out);
            }
            let ports = named(container.at(&["ports"]), &["name"]);
            for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
                for way in ["httpGet", "tcpSocket"] {
                    let why = "the probe fails for ever, and the pod is never ready";
                    unknown(object, ("port", why), container.at(&[probe, way, "port"]), &ports, out);
                }
            }
        }
    }
}

fn list(doc: Option<&Doc>) -> impl Iterator<Item = &Doc> {
    doc.and_then(Doc::as_list).into_iter().flatten()
}

fn named(docs: Option<&Doc>, path: &[&str]) -> Vec<String> {
    list(docs).filter_map(|doc| Some(doc.at(path)?.as_str()?.to_owned())).collect()
}

/// Reports a name that is not among those that are known.
fn unknown(
    object: &Object<'_>,
    (what, why): (&str, &str),
    name: Option<&Doc>,
    known: &[String],
    out: &mut Vec<Diagnostic>,
) {
    let Some((name, Value::Str(_))) = name.map(|name| (name, &name.value)) else { return };
    let Some(text) = name.as_str().filter(|text| text.parse::<u16>().is_err()) else { return };
    let Some(span) = object.line(name).filter(|_| known.iter().all(|known| known != text)) else { return };
    let owner = if what == "port" { "the container" } else { "the pod" };
    let mut problem = RULE.at(span, format!("{owner} of {} has no {what} `{text}`", object.shown())).why(why);
    let names = || known.iter().map(String::as_str);
    problem = match did_you_mean(text, names()) {
        Some(help) => problem.help(help),
        None => problem.help(format!("{owner} has no {what}s with names: add one, or remove this")),
    };
    if let Some(near) = nearest(text, names())
        && (span.end - span.start) as usize == text.len()
    {
        problem = problem.fix(false, format!("change to `{near}`"), span, near);
    }
    out.push(match object.document.component {
        Some(component) => problem.about(&component.name.value),
        None => problem,
    });
}
