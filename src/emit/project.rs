//! Argo CD projects, derived from what their Applications contain.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Source;
use super::argocd::{destination, object};
use super::build::{list, lit, map};
use super::draft::{Draft, TargetName};
use super::footprint::{Footprint, KindName};
use crate::doc::Doc;
use crate::model::Traced;
use crate::source::OriginId;

/// A project with everything that its Applications contain.
#[derive(Clone, Debug)]
pub(super) struct Project {
    pub(super) name: Traced<Arc<str>>,
    pub(super) footprint: Footprint,
}

/// Returns the projects, each with the sum of the footprints of its components.
pub(super) fn collect(members: Vec<(Traced<Arc<str>>, Footprint)>) -> Vec<Project> {
    let mut projects = BTreeMap::<Arc<str>, Project>::new();
    for (name, footprint) in members {
        let project = projects
            .entry(name.value.clone())
            .or_insert_with(|| Project { name: name.clone(), footprint: Footprint::default() });
        project.footprint.extend(footprint);
    }
    projects.into_values().collect()
}

/// Returns the `AppProject`.
pub(super) fn draft(source: &Source<'_>, project: &Project) -> Draft {
    let here = project.name.origin;
    let footprint = &project.footprint;
    let repositories = footprint
        .repositories
        .iter()
        .map(|(url, origin)| Doc::str(Arc::from(url.strip_prefix("oci://").unwrap_or(url)), *origin));
    let destinations = footprint
        .namespaces
        .iter()
        .map(|(namespace, origin)| destination(*origin, Doc::str(namespace.clone(), *origin)));
    let description = format!("Components of {} in project {}", source.platform.name.value, project.name.value);
    let spec = map(
        here,
        [
            ("description", Doc::str(description, here)),
            ("sourceRepos", list(here, repositories)),
            ("destinations", list(here, destinations)),
            ("clusterResourceWhitelist", kinds(here, &footprint.cluster, footprint.open)),
            ("namespaceResourceWhitelist", kinds(here, &footprint.namespaced, footprint.open)),
        ],
    );
    // The first wave of all: an Application whose project is not there yet is refused.
    let annotations = map(here, [("argocd.argoproj.io/sync-wave", lit(here, "-20"))]);
    let namespace = source.platform.argocd_namespace();
    let metadata = map(
        here,
        [
            ("name", Doc::str(source.project_name(&project.name.value), here)),
            ("namespace", super::build::text(&namespace)),
            ("annotations", annotations),
        ],
    );
    let doc = object(here, "AppProject", metadata, spec);
    let path = source.layout.file(&format!("gitops/apps/projects/{}.yaml", project.name.value));
    Draft::yaml(path, TargetName::Argocd, source.layout.header(here), vec![doc])
}

fn kinds(here: OriginId, kinds: &BTreeMap<KindName, OriginId>, open: Option<OriginId>) -> Doc {
    if let Some(open) = open {
        return list(open, [map(open, [("group", lit(open, "*")), ("kind", lit(open, "*"))])]);
    }
    let entries = kinds.iter().map(|(name, origin)| {
        map(*origin, [("group", Doc::str(name.group.clone(), *origin)), ("kind", Doc::str(name.kind.clone(), *origin))])
    });
    list(here, entries)
}
