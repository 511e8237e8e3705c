//! What speaks of the whole platform; drafted last, when the contents of all components are known.

use std::sync::Arc;

use super::application::IN_CLUSTER;
use super::build::{list, lit, map, text};
use super::draft::{Draft, TargetName};
use super::footprint::Footprint;
use super::project::{self, Project};
use super::{Layout, Source, ansible, labels, manifests, root, terraform};
use crate::doc::Doc;
use crate::model::{ComponentId, Traced};
use crate::source::Origins;

/// The name of the Application that holds what belongs to no component: namespaces.
const BASE: &str = "platform-base";

/// Drafts the root, the projects, the base and the files of Terraform and Ansible, with the arena of their origins.
pub fn platform(source: &Source<'_>, footprints: Vec<(ComponentId, Footprint)>) -> (Vec<Draft>, Arc<Origins>) {
    let mut origins = Origins::above(source.platform.origins.clone());
    let mut drafts = Vec::new();
    let mut members: Vec<(Traced<Arc<str>>, Footprint)> = Vec::new();
    for (id, footprint) in footprints {
        let deployed =
            |component: &&crate::model::Component| component.by_argocd() || !footprint.repositories.is_empty();
        if let Some(component) = source.platform.components.get(id.0).filter(deployed) {
            members.push((component.project.clone(), footprint));
        }
    }
    if source.platform.repository.is_some() && !members.is_empty() {
        base(source, &mut drafts, &mut members);
        let projects: Vec<Project> = project::collect(members);
        drafts.extend(projects.iter().map(|project| project::draft(source, project)));
        drafts.extend(root::draft(source));
    }
    drafts.extend(terraform::drafts(source, &mut origins));
    drafts.extend(ansible::drafts(source));
    drafts.extend(labels::drafts(source));
    (drafts, Arc::new(origins))
}

/// Namespaces have an Application of their own before all others: deleting a component never deletes its namespace,
/// and two components can share one.
fn base(source: &Source<'_>, drafts: &mut Vec<Draft>, members: &mut Vec<(Traced<Arc<str>>, Footprint)>) {
    let platform = source.platform;
    let Some(repository) = &platform.repository else { return };
    let here = platform.name.origin;
    let namespaces = manifests::namespaces(source);
    if namespaces.is_empty() {
        return;
    }
    let argocd = platform.argocd_namespace();
    let mut footprint = Footprint::default();
    for namespace in &namespaces {
        footprint.object(namespace, &argocd.value);
        let name = namespace.at(&["metadata", "name"]).and_then(Doc::as_str).map(Arc::from);
        footprint.namespaces.extend(name.map(|name| (name, namespace.origin)));
    }
    footprint.namespaces.entry(argocd.value.clone()).or_insert(argocd.origin);
    footprint.repositories.insert(repository.url.value.clone(), repository.url.origin);
    members.push((Traced::new(platform.name.value.clone(), here), footprint));
    let folder = Layout::manifests(BASE);
    let header = || source.layout.header(here);
    let file = source.layout.file(&format!("{folder}/namespaces.yaml"));
    drafts.push(Draft::yaml(file, TargetName::Manifests, header(), namespaces));
    let path = source.layout.in_repository(&folder);
    let annotations = map(
        here,
        [
            ("argocd.argoproj.io/manifest-generate-paths", Doc::str(format!("/{path}"), here)),
            ("argocd.argoproj.io/sync-wave", lit(here, "-10")),
        ],
    );
    let automated = map(here, [("prune", Doc::bool(true, here)), ("selfHeal", Doc::bool(true, here))]);
    let git = map(
        here,
        [
            ("repoURL", text(&repository.url)),
            ("targetRevision", text(&repository.revision)),
            ("path", Doc::str(path, here)),
        ],
    );
    let spec = map(
        here,
        [
            ("project", Doc::str(source.project_name(&platform.name.value), here)),
            ("destination", map(here, [("server", lit(here, IN_CLUSTER)), ("namespace", text(&argocd))])),
            ("sources", list(here, [git])),
            ("syncPolicy", map(here, [("automated", automated)])),
        ],
    );
    let metadata = map(
        here,
        [
            ("name", Doc::str(source.environment_name(BASE), here)),
            ("namespace", text(&argocd)),
            ("annotations", annotations),
            ("finalizers", list(here, [lit(here, "resources-finalizer.argocd.argoproj.io")])),
        ],
    );
    let doc = map(
        here,
        [
            ("apiVersion", lit(here, "argoproj.io/v1alpha1")),
            ("kind", lit(here, "Application")),
            ("metadata", metadata),
            ("spec", spec),
        ],
    );
    drafts.push(Draft::yaml(source.layout.file(&Layout::application(BASE)), TargetName::Argocd, header(), vec![doc]));
}
