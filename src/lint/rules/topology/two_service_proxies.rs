//! Who makes the addresses of Services reachable on the nodes.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Component;
use crate::spec::ClusterKind;
use crate::template::DataValue;

rule! {
    /// The addresses of Services are made reachable twice, or not at all.
    ///
    /// ## What it does
    ///
    /// Compares `talos.kubeProxy` of the cluster with a network of pods that takes the place of kube-proxy (`serviceProxy` in its
    /// facts, unless its setting `kubeProxyReplacement` is `false`).
    ///
    /// ## Why it matters
    ///
    /// Two of them write rules for the same addresses: connections are lost when one of the two has not noticed a change yet.
    /// Without any, nothing reaches a Service, and the API server itself is one.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// clusters:
    ///   home: { kind: talos, talos: { version: 1.12.0, cni: none } }
    /// components:
    ///   cilium: { version: 1.19.1 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// clusters:
    ///   home: { kind: talos, talos: { version: 1.12.0, cni: none, kubeProxy: false } }
    /// components:
    ///   cilium: { version: 1.19.1 }
    /// ```
    ///
    /// ## Source
    ///
    /// Cilium, Kubernetes Without kube-proxy; Talos Linux, Deploy Cilium CNI.
    pub(super) static RULE = Kind::new("two-service-proxies", "DV1116"), Topology, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    let Some(cluster) = platform.own_cluster().filter(|cluster| cluster.kind.value == ClusterKind::Talos) else {
        return;
    };
    let Some(talos) = &cluster.talos else { return };
    let able = |component: &&Component| component.variant.facts.service_proxy.value() == Some(&true);
    let replaces = |component: &Component| {
        component.settings.get("kubeProxyReplacement").is_none_or(|flag| !matches!(flag.value, DataValue::Bool(false)))
    };
    let found = platform.components.iter().find(able);
    let replacing = found.filter(|component| replaces(component));
    let name = &cluster.name.value;
    if let (Some(component), true) = (replacing, talos.kube_proxy.value) {
        let Some(here) = subject.line(talos.version.origin) else { return };
        let here = platform.origins.written_span(talos.kube_proxy.origin).unwrap_or(here);
        let message = format!("cluster `{name}` runs kube-proxy, and `{}` takes its place", component.name.value);
        let mut problem = RULE.at(here, message);
        if let Some(there) = subject.line(component.name.origin) {
            problem = problem.related(there, "takes the place of kube-proxy");
        }
        out.push(
            problem
                .why("both write rules for the addresses of Services, and connections are lost in between")
                .help("write `kubeProxy: false` beside the version of Talos"),
        );
    }
    if let (None, false) = (replacing, talos.kube_proxy.value) {
        let Some(here) = subject.line(talos.kube_proxy.origin) else { return };
        let message = format!("cluster `{name}` has no kube-proxy, and nothing takes its place");
        out.push(
            RULE.at(here, message)
                .why("nothing would reach a Service, and the API server itself is one for every pod")
                .help("remove it, or add a network of pods that takes its place, such as `cilium`"),
        );
    }
}
