//! Clusters without a network of pods.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Component;
use crate::spec::{ClusterKind, TalosCni};

rule! {
    /// Talos installs no network of pods, and no component brings one; or both do.
    ///
    /// ## What it does
    ///
    /// Compares `talos.cni` of the cluster with the components whose facts say that they bring the network of pods (`network`).
    ///
    /// ## Why it matters
    ///
    /// Without one all nodes stay `NotReady`, and nothing starts. Two of them give pods addresses of each other's.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// clusters:
    ///   home: { kind: talos, talos: { version: 1.12.0, cni: none } }
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
    /// Talos Linux, Deploy Cilium CNI.
    pub(super) static RULE = Kind::new("no-pod-network", "DV1117"), Topology, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    let Some(cluster) = platform.own_cluster().filter(|cluster| cluster.kind.value == ClusterKind::Talos) else {
        return;
    };
    let Some(talos) = &cluster.talos else { return };
    // What the library does not have may bring one.
    let unknown = platform.components.iter().any(|component| component.variant.unknown);
    let brings = |component: &&Component| component.variant.facts.network.value() == Some(&true);
    let found = platform.components.iter().find(brings);
    let Some(here) = subject.line(talos.cni.origin) else { return };
    let name = &cluster.name.value;
    match (talos.cni.value, found) {
        (TalosCni::None, None) if platform.complete && !unknown => out.push(
            RULE.at(here, format!("nothing brings the network of pods of cluster `{name}`"))
                .why("all nodes would stay `NotReady`, and nothing would start")
                .help("add a component that does, such as `cilium`, or let Talos install its own: `cni: flannel`"),
        ),
        (TalosCni::Flannel, Some(component)) => {
            let Some(place) = subject.line(component.name.origin) else { return };
            let message = format!("`{}` brings a network of pods, and Talos installs one too", component.name.value);
            let here = platform.origins.written_span(talos.cni.origin).or_else(|| subject.line(talos.version.origin));
            let problem =
                RULE.at(place, message).why("pods would get addresses from two of them, and not find each other");
            let problem =
                here.into_iter().fold(problem, |problem, span| problem.related(span, "Talos installs its own"));
            out.push(problem.help("write `cni: none` in the settings of Talos").about(&component.name.value));
        }
        _ => {}
    }
}
