//! Volumes without a storage class, where none is the default.

use std::sync::Arc;

use super::told::told;
use crate::diag::{Diagnostic, Kind};
use crate::doc::Doc;
use crate::lint::facts::ObjectFact;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Component;
use crate::source::Span;
use crate::spec::{ClusterKind, InstalledBy};

rule! {
    /// Volumes are asked for without a storage class, and no class is the default.
    ///
    /// ## What it does
    ///
    /// Looks for components with `storage` and for claims in manifests that name no class, where neither a class of the spec nor
    /// one in a manifest is the default. Components whose `values:` name a class or a claim by the chart's own key, or switch the
    /// volume off, are left alone, and so is everything where a manifest has a volume without a class. Clusters whose classes
    /// somebody else may bring are left alone: those of a cloud, k3s, charts that make classes or of which nobody knows what they
    /// make, nodes that the spec does not describe, and where a class is `external`.
    ///
    /// ## Why it matters
    ///
    /// A claim without a class waits for a default one, and its pod waits with it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// storage: { classes: { fast: { component: topolvm, volumeGroup: nvme } } }
    /// components: { tempo: { storage: { size: 10Gi } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// storage: { classes: { fast: { component: topolvm, volumeGroup: nvme, default: true } } }
    /// components: { tempo: { storage: { size: 10Gi } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, "Persistent Volumes", class; "Storage Classes", default.
    pub(super) static RULE =
        Kind::new("no-default-storage-class", "DV1197"), Topology, Error, fix: None, Check::Platform(check);
}

/// The annotations that make a class the default one.
const DEFAULT: [&str; 2] =
    ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];

/// So many of those who ask are shown.
const SHOWN: usize = 3;

/// Who asks for volumes of no class.
struct Asks<'a> {
    who: String,
    line: Span,
    about: Option<&'a Arc<str>>,
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    if has_default(subject) || may_have(subject) {
        return;
    }
    let of_spec = subject.platform.topology.storage_classes.iter();
    let of_spec: Vec<(&str, Option<Span>)> =
        of_spec.map(|class| (&*class.name.value, subject.line(class.name.origin))).collect();
    let name = |(at, class): (usize, &ObjectFact)| subject.facts.get(at)?.line_at(class, &[&["metadata", "name"]]);
    let of_manifests = subject.objects_of("StorageClass").map(|found| (&*found.1.name, name(found)));
    let all: Vec<(&str, Option<Span>)> = if of_spec.is_empty() { of_manifests.collect() } else { of_spec };
    let Some(place) = all.iter().find_map(|(_, place)| *place) else { return };
    let asks = asks(subject);
    let Some(first) = asks.first() else { return };
    let who = match asks.len() {
        1 => format!("{} asks", first.who),
        all => format!("{} and {} more ask", first.who, all - 1),
    };
    let message = format!("no storage class is the default, and {who} for volumes without a class");
    let mut problem =
        RULE.at(place, message).why("the claims wait for a default class for ever, and the pods wait with them");
    for one in asks.iter().take(SHOWN) {
        problem = problem.related(one.line, format!("{} names none here", one.who));
    }
    problem = problem.help(match all.as_slice() {
        [(only, _)] => format!("make `{only}` the default: write `default: true` in it"),
        _ => "write `default: true` in the class that is to be used where none is named".to_owned(),
    });
    problem = problem.help("or name a class where the volumes are asked for");
    let same = asks.iter().all(|one| one.about == first.about);
    out.push(first.about.filter(|_| same).into_iter().fold(problem, Diagnostic::about));
}

fn has_default(subject: &Subject<'_>) -> bool {
    let is_true = |object: &ObjectFact, key: &str| {
        object.doc.at(&["metadata", "annotations", key]).and_then(Doc::as_str).is_some_and(|text| text != "false")
    };
    subject.platform.topology.storage_classes.iter().any(|class| class.default.value)
        || subject.objects_of("StorageClass").any(|(_, object)| DEFAULT.iter().any(|key| is_true(object, key)))
}

/// Returns whether classes may be there that neither the spec nor a manifest has.
fn may_have(subject: &Subject<'_>) -> bool {
    let platform = subject.platform;
    let is_class = |kind: &str| kind == "StorageClass.storage.k8s.io";
    let may_bring = |component: &Component| {
        let unknown = component.variant.unknown && component.installed_by.value != InstalledBy::Argocd;
        component.may_bring(is_class) || unknown && component.kinds.is_none()
    };
    // Of a class that is there by other means, the cluster may have more.
    let external = platform.topology.storage_classes.iter().any(|class| class.component.is_none());
    let elsewhere =
        matches!(platform.cluster_kind(), ClusterKind::Gke | ClusterKind::None) || platform.shares_cluster();
    // k3s brings a default one.
    elsewhere
        || external
        || platform.topology.nodes.is_empty()
        || platform.kubernetes().is_some_and(|version| version.value.contains("k3s"))
        || subject.facts.iter().flat_map(|facts| &facts.made).any(|made| is_class(&made.kind))
        || platform.components.iter().any(may_bring)
}

/// Returns who asks for volumes without a class: components, and claims that people wrote.
fn asks<'a>(subject: &Subject<'a>) -> Vec<Asks<'a>> {
    let platform = subject.platform;
    let mut all: Vec<Asks<'a>> = Vec::new();
    // A volume that somebody made by hand, without a class, is taken by a claim without one.
    if subject.objects_of("PersistentVolume").any(|(_, volume)| is_open(&volume.doc, &[])) {
        return all;
    }
    for demand in platform.demands.iter().filter(|demand| demand.class.is_none()) {
        let component = platform.components.get(demand.component.0).filter(|component| !component.on_machines);
        let component = component.filter(|component| !told(platform, component, demand));
        let (Some(component), Some(line)) = (component, subject.line(demand.size.origin)) else { continue };
        let part = demand.part.and_then(|part| component.part(part)).map(|part| format!("/{}", part.name));
        let who = format!("`{}{}`", component.name.value, part.unwrap_or_default());
        let known = all.iter().any(|other| other.who == who);
        if !known {
            all.push(Asks { who, line, about: Some(&component.name.value) });
        }
    }
    for (at, object) in ["PersistentVolumeClaim", "StatefulSet"].into_iter().flat_map(|kind| subject.objects_of(kind)) {
        let Some(facts) = subject.facts.get(at).filter(|facts| facts.is_written(object.doc.origin)) else { continue };
        let templates = object.doc.at(&["spec", "volumeClaimTemplates"]).and_then(Doc::as_list);
        let claim = (&*object.kind == "PersistentVolumeClaim").then_some(&object.doc);
        let mut open = claim
            .into_iter()
            .chain(templates.into_iter().flatten())
            .filter(|claim| is_open(claim, &["volumeName", "selector"]));
        let line = open.next().and_then(|claim| facts.line(claim.at(&["metadata", "name"]).unwrap_or(claim).origin));
        let about = subject.component(at).map(|component| &component.name.value);
        let who = format!("{} `{}`", if claim.is_some() { "claim" } else { "StatefulSet" }, object.name);
        all.extend(line.map(|line| Asks { who, line, about }));
    }
    all
}

/// Returns whether a claim or a volume names no class, and none of these fields binds it to a volume that is there.
fn is_open(doc: &Doc, bound: &[&str]) -> bool {
    let Some(spec) = doc.at(&["spec"]) else { return false };
    let named = |key: &str| spec.at(&[key]).is_some();
    let old = doc.at(&["metadata", "annotations", "volume.beta.kubernetes.io/storage-class"]).is_some();
    // An empty class asks for a volume without a class, which nobody makes.
    !named("storageClassName") && !old && !bound.iter().any(|key| named(key))
}
