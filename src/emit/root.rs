//! The root Application: it syncs projects and Applications as resources, in waves.

use super::Source;
use super::argocd::{Application, Sources, git, retry};
use super::build::{lit, map};
use super::draft::{Draft, TargetName};
use crate::doc::Doc;
use crate::model::Platform;

/// Returns the name of the root: that of the platform, in an overlay with the environment's.
pub(super) fn name(platform: &Platform) -> String {
    if platform.is_overlay {
        format!("{}-{}", platform.name.value, platform.environment.value)
    } else {
        platform.name.value.to_string()
    }
}

/// Returns the root. Its project is `default`: a project that the root itself makes cannot be there before it.
pub(super) fn draft(source: &Source<'_>) -> Option<Draft> {
    let platform = source.platform;
    let repository = platform.repository.as_ref()?;
    let here = platform.name.origin;
    let namespace = platform.argocd_namespace();
    let apps = Doc::str(source.layout.in_repository("gitops/apps"), repository.path.origin);
    let directory = map(here, [("recurse", Doc::bool(true, here))]);
    let root = Application {
        origin: here,
        name: name(platform),
        argocd: &namespace,
        labels: None,
        annotations: None,
        project: lit(here, "default"),
        namespace: &namespace,
        from: Sources::One(git(repository, here, [("path", apps), ("directory", directory)])),
        cascade: false,
        info: None,
        sync: [("syncOptions", None), ("retry", Some(retry(platform, here)))],
        ignore_differences: None,
    };
    let path = source.layout.file("gitops/app-of-apps.yaml");
    Some(Draft::yaml(path, TargetName::Argocd, source.layout.header(here), vec![root.doc()]))
}
