//! What the pods of an object need to start: objects of their namespace.

use crate::doc::{Doc, Value};

/// An object that a pod cannot start without.
#[derive(Clone, Copy)]
pub(super) struct Need<'a> {
    /// Its kind.
    pub(super) kind: &'static str,
    /// Its name, where the pod says it.
    pub(super) name: &'a Doc,
}

/// Returns the objects without which the pods of an object do not start.
pub(super) fn needs(object: &Doc) -> Vec<Need<'_>> {
    const PLACES: [&[&str]; 3] =
        [&["spec", "template", "spec"], &["spec", "jobTemplate", "spec", "template", "spec"], &["spec"]];
    let Some(pod) = PLACES.iter().find_map(|path| object.at(path).filter(|pod| pod.at(&["containers"]).is_some()))
    else {
        return Vec::new();
    };
    let mut all = Vec::new();
    add(&mut all, "ServiceAccount", pod.at(&["serviceAccountName"]));
    for volume in items(pod, "volumes") {
        source(&mut all, volume);
        for projected in volume.at(&["projected"]).into_iter().flat_map(|volume| items(volume, "sources")) {
            source(&mut all, projected);
        }
    }
    for container in ["initContainers", "containers"].into_iter().flat_map(|key| items(pod, key)) {
        for variable in items(container, "env") {
            reference(&mut all, "ConfigMap", variable.at(&["valueFrom", "configMapKeyRef"]));
            reference(&mut all, "Secret", variable.at(&["valueFrom", "secretKeyRef"]));
        }
        for from in items(container, "envFrom") {
            reference(&mut all, "ConfigMap", from.at(&["configMapRef"]));
            reference(&mut all, "Secret", from.at(&["secretRef"]));
        }
    }
    all
}

fn items<'a>(doc: &'a Doc, key: &str) -> &'a [Doc] {
    doc.at(&[key]).and_then(Doc::as_list).map_or(&[], Vec::as_slice)
}

fn source<'a>(all: &mut Vec<Need<'a>>, volume: &'a Doc) {
    reference(all, "ConfigMap", volume.at(&["configMap"]));
    let secret = volume.at(&["secret"]).filter(|secret| !optional(secret));
    add(all, "Secret", secret.and_then(|secret| secret.at(&["secretName"]).or_else(|| secret.at(&["name"]))));
    add(all, "PersistentVolumeClaim", volume.at(&["persistentVolumeClaim", "claimName"]));
}

fn reference<'a>(all: &mut Vec<Need<'a>>, kind: &'static str, reference: Option<&'a Doc>) {
    add(all, kind, reference.filter(|reference| !optional(reference)).and_then(|reference| reference.at(&["name"])));
}

fn optional(reference: &Doc) -> bool {
    reference.at(&["optional"]).is_some_and(|doc| doc.value == Value::Bool(true))
}

fn add<'a>(all: &mut Vec<Need<'a>>, kind: &'static str, name: Option<&'a Doc>) {
    all.extend(name.filter(|name| name.as_str().is_some()).map(|name| Need { kind, name }));
}
