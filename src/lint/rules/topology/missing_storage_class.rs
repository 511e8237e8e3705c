//! Storage classes that values and manifests name, and that nothing provides.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, Kind, Severity, did_you_mean};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Component;
use crate::spec::scalars::is_dns_name;
use crate::spec::{ClusterKind, InstalledBy};

rule! {
    /// Values or a manifest name a storage class that does not exist.
    ///
    /// ## What it does
    ///
    /// Compares `storageClass` and `storageClassName` in `values:` and manifests with the classes of the spec and of manifests. A
    /// platform without storage classes is left alone where they may be somebody else's; where its nodes are its own machines,
    /// and no chart can bring a class, it is warned. The field `storage.class` of a component is
    /// judged by `unknown-storage-class`.
    ///
    /// ## Why it matters
    ///
    /// Nobody makes the volume. The claim waits for ever, and so does the pod with it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// storage: { classes: { fast: { component: topolvm, volumeGroup: nvme } } }
    /// components:
    ///   tempo: { values: { persistence: { enabled: true, storageClassName: detectviz-data } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// storage: { classes: { fast: { component: topolvm, volumeGroup: nvme } } }
    /// components:
    ///   tempo: { values: { persistence: { enabled: true, storageClassName: fast } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, "Persistent Volumes", class.
    pub(super) static RULE =
        Kind::new("missing-storage-class", "DV1106"), Topology, Error, fix: None, Check::Platform(check),
        softer: "where no component of the platform provides storage classes";
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let of_spec = subject.platform.topology.storage_classes.iter().map(|class| &*class.name.value);
    let of_manifests = subject.objects_of("StorageClass").map(|(_, object)| &*object.name);
    let mut known: BTreeSet<&str> = of_spec.chain(of_manifests).collect();
    if known.is_empty() && !is_bare(subject) {
        return;
    }
    // k3s brings its own.
    if subject.platform.kubernetes().is_some_and(|version| version.value.contains("k3s")) {
        known.insert("local-path");
    }
    // A volume that somebody made by hand may have any word for a class.
    let by_hand: BTreeSet<&str> = subject
        .objects_of("PersistentVolume")
        .filter_map(|(_, object)| object.doc.at(&["spec", "storageClassName"])?.as_str())
        .collect();
    for (facts, block) in subject.blocks() {
        for key in ["storageClass", "storageClassName"] {
            let Some((doc, name)) = block.doc.at(&[key]).and_then(|doc| Some((doc, doc.as_str()?))) else { continue };
            // An empty class asks for no class, and `-` does so in many charts.
            // Object stores have storage classes too, in capitals.
            if !is_dns_name(name) || known.contains(name) || by_hand.contains(name) {
                continue;
            }
            let Some(span) = facts.line(doc.origin) else { continue };
            let about = subject.component_of(facts).map(|component| &component.name.value);
            let who = about.map_or_else(String::new, |name| format!(" that `{name}` names"));
            let mut problem = RULE
                .at(span, format!("there is no storage class `{name}`{who}"))
                .why("nobody makes its volumes: claims wait for ever, and pods with them");
            problem = did_you_mean(name, known.iter().copied()).into_iter().fold(problem, Diagnostic::help);
            problem = if known.is_empty() {
                problem.severity = Severity::Warning;
                problem.help(
                    "no component of the platform provides storage classes: add one that does, such as `topolvm`, and declare \
                     the class in `storage.classes`",
                )
            } else {
                problem.help("name one of `storage.classes`, or declare it there with the component that provides it")
            };
            out.push(about.into_iter().fold(problem, Diagnostic::about));
        }
    }
}

/// Returns whether nobody brings storage classes: the machines are the platform's own, so that no cloud does, and the kinds
/// of all charts are known.
fn is_bare(subject: &Subject<'_>) -> bool {
    let platform = subject.platform;
    let is_class = |kind: &str| kind == "StorageClass.storage.k8s.io";
    let may_bring = |component: &Component| {
        let facts = &component.variant.facts;
        let unknown = component.installed_by.value != InstalledBy::Argocd && facts.kinds.value().is_none();
        facts.provisioner.get().is_some() || component.may_bring(is_class) || unknown
    };
    let cloud = platform.own_cluster().is_some_and(|cluster| cluster.kind.value == ClusterKind::Gke);
    !cloud && !platform.topology.nodes.is_empty() && !platform.components.iter().any(may_bring)
}
