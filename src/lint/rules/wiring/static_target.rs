//! Targets of Prometheus that are typed by hand although the spec knows them.

use crate::diag::{Diagnostic, Kind};
use crate::doc::Doc;
use crate::lint::facts::Place;
use crate::lint::rule::{Check, rule};
use crate::model::{Component, Platform};

rule! {
    /// A scrape of Prometheus names a machine of the platform by hand.
    ///
    /// ## What it does
    ///
    /// Looks at static targets in scrape configurations (`static_configs`, `staticConfigs`), wherever a person writes them:
    /// `values:`, `settings:`, `manifests:`. One whose host is a node, a hypervisor or a component on a machine of the
    /// spec, by name or address, is reported. What the spec does not know, such as a printer, may be static.
    ///
    /// ## Why it matters
    ///
    /// The list drifts: a machine gets another address or goes, and Prometheus asks where nobody is, or somebody else. An
    /// exporter that was added is never asked.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// settings:
    ///   scrapeConfigs:
    ///     - job_name: node
    ///       static_configs: [{ targets: ["192.168.40.31:9100"] }]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// flows:
    ///   - discover: { from: prometheus, to: consul }
    ///   - scrape:   { from: prometheus, to: node-exporter }
    /// ```
    ///
    /// ## Source
    ///
    /// Prometheus, Configuration, `static_config` and the mechanisms of service discovery.
    pub(super) static RULE = Kind::new("static-target", "DV1420"), Wiring, Warn, fix: None, Check::Map(check);
}

fn check(place: &Place<'_>, out: &mut Vec<Diagnostic>) {
    let lists = ["static_configs", "staticConfigs"].into_iter().filter_map(|key| place.map.get(key)?.as_list());
    let targets = lists.flatten().filter_map(|config| config.at(&["targets"])?.as_list()).flatten();
    for target in targets {
        let Some(text) = target.as_str() else { continue };
        let Some(what) = known(place.document.platform, host(text)) else { continue };
        out.extend(report(place, target, text, &what));
    }
}

fn report(place: &Place<'_>, target: &Doc, text: &str, what: &str) -> Option<Diagnostic> {
    let span = place.document.line(target.origin)?;
    let problem = RULE
        .at(span, format!("`{text}` is typed by hand, and the spec knows it: {what}"))
        .why("when the machine moves or goes, Prometheus asks where nobody is, or somebody else")
        .help("write a flow `scrape` to the component, and leave the target out: dvgen finds it by a registry or writes it");
    Some(match place.document.component {
        Some(component) => problem.about(&component.name.value),
        None => problem,
    })
}

/// Returns the host of a target: without scheme, port and path.
fn host(target: &str) -> &str {
    let rest = target.split_once("://").map_or(target, |(_, rest)| rest);
    let rest = rest.split('/').next().unwrap_or(rest);
    match rest.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or(v6),
        None => rest.split(':').next().unwrap_or(rest),
    }
}

/// Returns what of the platform a host is.
fn known(platform: &Platform, host: &str) -> Option<String> {
    let topology = &platform.topology;
    for node in &topology.nodes {
        let named = *node.name.value == *host
            || platform
                .domains
                .node
                .as_ref()
                .is_some_and(|domain| format!("{}.{}", node.name.value, domain.value) == host);
        if named || node.addresses.iter().any(|address| address.ip.value.to_string() == host) {
            return Some(format!("node `{}`", node.name.value));
        }
    }
    if let Some(found) = topology.hypervisors.iter().find(|found| *found.address.value == *host) {
        return Some(format!("hypervisor `{}`", found.name.value));
    }
    let answers = |component: &&Component| {
        component.on_machines && component.services.iter().any(|service| *service.host.value == *host)
    };
    platform.components.iter().find(answers).map(|found| format!("component `{}`", found.name.value))
}
