//! Restart policies that a workload cannot have.

use crate::diag::{Diagnostic, Kind};
use crate::lint::facts::Object;
use crate::lint::rule::{Check, rule};

rule! {
    /// A workload has a restart policy that its kind does not take.
    ///
    /// ## What it does
    ///
    /// Looks at `restartPolicy` of the pods of manifests. A Job and a CronJob take `OnFailure` and `Never`, and have to name
    /// one of them; Deployments, StatefulSets, DaemonSets and ReplicaSets take `Always` only.
    ///
    /// ## Why it matters
    ///
    /// The server refuses the workload.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Job
    /// spec: { template: { spec: { restartPolicy: Always, containers: [{ name: migrate }] } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Job
    /// spec: { template: { spec: { restartPolicy: OnFailure, containers: [{ name: migrate }] } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes API, `PodSpec` and `JobSpec`.
    pub(super) static RULE =
        Kind::new("wrong-restart-policy", "DV1510"), Values, Error, fix: Unsafe, Check::Object(check);
}

const POLICIES: [&str; 3] = ["Always", "OnFailure", "Never"];

fn check(object: &Object<'_>, out: &mut Vec<Diagnostic>) {
    let (path, once): (&[&str], bool) = match object.kind {
        "Job" => (&["spec", "template", "spec"], true),
        "CronJob" => (&["spec", "jobTemplate", "spec", "template", "spec"], true),
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" => (&["spec", "template", "spec"], false),
        _ => return,
    };
    if !object.api_version.starts_with("apps/") && !object.api_version.starts_with("batch/") {
        return;
    }
    let Some(pod) = object.at(path).filter(|pod| pod.as_map().is_some()) else { return };
    let (kind, right) = (object.kind, if once { "OnFailure" } else { "Always" });
    let problem = match pod.at(&["restartPolicy"]) {
        Some(policy) => {
            let Some(text) = policy.as_str().filter(|text| POLICIES.contains(text)) else { return };
            let Some(span) = object.line(policy).filter(|_| (text == "Always") == once) else { return };
            let takes = if once { "`OnFailure` and `Never`" } else { "`Always` only" };
            let message = format!("{} cannot have the restart policy `{text}`: a {kind} takes {takes}", object.shown());
            let problem = RULE.at(span, message).help(if once {
                "write `OnFailure` to try again in the same pod, or `Never` to try in another"
            } else {
                "leave it out; what is to run once is a Job"
            });
            // The text may stand in quotes.
            let plain = (span.end - span.start) as usize == text.len();
            if plain { problem.fix(false, format!("change to `{right}`"), span, right) } else { problem }
        }
        None if once => {
            let Some(span) = object.line(pod) else { return };
            let message =
                format!("{} names no restart policy, and `Always`, the usual one, is not for a {kind}", object.shown());
            RULE.at(span, message).help("write `restartPolicy: OnFailure`, or `Never`, beside `containers`")
        }
        None => return,
    };
    let problem = problem.why("the server refuses the workload");
    out.push(match object.document.component {
        Some(component) => problem.about(&component.name.value),
        None => problem,
    });
}
