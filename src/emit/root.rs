//! The root Application: it syncs projects and Applications as resources, in waves.

use super::Source;
use super::application::IN_CLUSTER;
use super::build::{list, lit, map, text};
use super::draft::{Draft, TargetName};
use crate::doc::Doc;

/// Returns the root. Its project is `default`: a project that the root itself makes cannot be there before it.
pub(super) fn draft(source: &Source<'_>) -> Option<Draft> {
    let platform = source.platform;
    let repository = platform.repository.as_ref()?;
    let here = platform.name.origin;
    let namespace = platform.argocd_namespace();
    let git = map(
        here,
        [
            ("repoURL", text(&repository.url)),
            ("targetRevision", text(&repository.revision)),
            ("path", Doc::str(source.layout.in_repository("gitops/apps"), repository.path.origin)),
            ("directory", map(here, [("recurse", Doc::bool(true, here))])),
        ],
    );
    let automated = map(here, [("prune", Doc::bool(true, here)), ("selfHeal", Doc::bool(true, here))]);
    let spec = map(
        here,
        [
            ("project", lit(here, "default")),
            ("destination", map(here, [("server", lit(here, IN_CLUSTER)), ("namespace", text(&namespace))])),
            ("source", git),
            ("syncPolicy", map(here, [("automated", automated)])),
        ],
    );
    let name = if platform.is_overlay {
        format!("{}-{}", platform.name.value, platform.environment.value)
    } else {
        platform.name.value.to_string()
    };
    let metadata = map(
        here,
        [
            ("name", Doc::str(name, here)),
            ("namespace", text(&namespace)),
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
    let path = source.layout.file("gitops/app-of-apps.yaml");
    Some(Draft::yaml(path, TargetName::Argocd, source.layout.header(here), vec![doc]))
}
