//! Argo CD Applications.
//!
//! A chart is a source of its own, its values come from the Git repository by `$values` (Argo CD, multiple
//! sources), and manifests of ours are a plain directory. The wave is real because the root syncs Applications
//! as resources and `argocd-cm` has the health check of Applications.

use super::build::{list, lit, map, named, text, unless_empty};
use super::draft::{Draft, TargetName};
use super::footprint::Footprint;
use super::{Layout, Source, free};
use crate::doc::Doc;
use crate::model::{Component, ComponentId, Repository};
use crate::source::{OriginId, Origins};

/// The API server of the cluster that Argo CD runs in.
pub(super) const IN_CLUSTER: &str = "https://kubernetes.default.svc";

/// Waves below zero belong to projects and namespaces; components start here.
const FIRST_WAVE: i64 = 0;

/// Returns the Application of a component: its chart if Argo CD installs it, and its manifests. Without a repository
/// there is none.
pub(super) fn draft(
    source: &Source<'_>,
    id: ComponentId,
    component: &Component,
    has_values: bool,
    has_manifests: bool,
    origins: &mut Origins,
    footprint: &mut Footprint,
) -> Option<Draft> {
    let repository = source.platform.repository.as_ref()?;
    let chart = component.chart.as_ref().filter(|_| component.by_argocd());
    let has_values = has_values && chart.is_some();
    if chart.is_none() && !has_manifests {
        return None;
    }
    let here = component.name.origin;
    footprint.repositories.entry(repository.url.value.clone()).or_insert(repository.url.origin);
    let values = Layout::values(component);
    let folder = Layout::manifests(&component.name.value);
    let mut sources = Vec::new();
    if let (Some((repo, chart)), Some(version)) = (chart, &component.version) {
        let file = format!("$values/{}", source.layout.in_repository(&values));
        let mut helm = vec![("releaseName", text(&component.release))];
        if has_values {
            helm.push(("valueFiles", list(here, [Doc::str(file, here)])));
        }
        let fields = [
            ("repoURL", Doc::str(repo.value.strip_prefix("oci://").unwrap_or(&repo.value), repo.origin)),
            ("chart", text(chart)),
            ("targetRevision", Doc::str(version.value.text.clone(), version.origin)),
            ("helm", named(here, helm.into_iter().map(|(key, doc)| (key.into(), doc)))),
        ];
        sources.push(map(here, fields));
        if has_values {
            sources.push(git(repository, here, [("ref", lit(here, "values"))]));
        }
    }
    if has_manifests {
        let path = Doc::str(source.layout.in_repository(&folder), here);
        sources.push(git(repository, here, [("path", path)]));
    }
    let mut watched = Vec::new();
    if has_values {
        watched.push(format!("/{}", source.layout.in_repository(&values)));
    }
    if has_manifests {
        watched.push(format!("/{}", source.layout.in_repository(&folder)));
    }
    let metadata = metadata(source, id, component, &watched, origins);
    let destination = map(here, [("server", lit(here, IN_CLUSTER)), ("namespace", text(&component.namespace))]);
    let spec = map(
        here,
        [
            ("project", Doc::str(source.project_name(&component.project.value), component.project.origin)),
            ("destination", destination),
            ("sources", Doc::list(sources, here)),
            ("syncPolicy", sync_policy(component)),
        ],
    );
    let mut application = map(
        here,
        [
            ("apiVersion", lit(here, "argoproj.io/v1alpha1")),
            ("kind", lit(here, "Application")),
            ("metadata", metadata),
            ("spec", spec),
        ],
    );
    if let Some(own) = &component.application {
        application.merge(free::doc(origins, own, "application"));
    }
    let path = source.layout.file(&Layout::application(&component.name.value));
    Some(Draft::yaml(path, TargetName::Argocd, source.layout.header(here), vec![application]))
}

fn git<const N: usize>(repository: &Repository, here: OriginId, extra: [(&'static str, Doc); N]) -> Doc {
    let mut doc = map(here, [("repoURL", text(&repository.url)), ("targetRevision", text(&repository.revision))]);
    doc.merge(map(here, extra));
    doc
}

fn metadata(
    source: &Source<'_>,
    id: ComponentId,
    component: &Component,
    watched: &[String],
    origins: &mut Origins,
) -> Doc {
    let here = component.name.origin;
    let mut annotations =
        map(here, [("argocd.argoproj.io/manifest-generate-paths", Doc::str(watched.join(";"), here))]);
    if source.platform.waits_in_waves {
        let number = FIRST_WAVE + source.graph.waves.get(id.0).map_or(0, |wave| i64::from(wave.number));
        let wave = Doc::str(number.to_string(), wave_origin(source, id, here, origins));
        annotations.merge(map(here, [("argocd.argoproj.io/sync-wave", wave)]));
    }
    let labels = map(
        here,
        [("app.kubernetes.io/name", text(&component.name)), ("app.kubernetes.io/part-of", text(&source.platform.name))],
    );
    let namespace = source.platform.argocd_namespace();
    map(
        here,
        [
            ("name", Doc::str(source.application_name(component), here)),
            ("namespace", text(&namespace)),
            ("labels", labels),
            ("annotations", annotations),
            ("finalizers", list(here, [lit(here, "resources-finalizer.argocd.argoproj.io")])),
        ],
    )
}

/// A wave comes from the edge that decided it; flows that had to yield are named too.
fn wave_origin(source: &Source<'_>, id: ComponentId, here: OriginId, origins: &mut Origins) -> OriginId {
    let decided =
        source.graph.waves.get(id.0).and_then(|wave| wave.decided_by).and_then(|at| source.graph.edges.get(at));
    let mut reads = Vec::new();
    if let Some(edge) = decided {
        reads.push(edge.origin);
        reads.extend(source.platform.components.get(edge.to.0).map(|component| component.name.origin));
    } else {
        reads.push(here);
    }
    for edge in source.graph.edges_of(id).iter().filter(|edge| !edge.kept) {
        reads.push(origins.derived("does not count here: it would close a circle", &[edge.origin]));
    }
    let by = match decided {
        Some(_) => "one wave after the component that has to be there first",
        None => "nothing has to be there first",
    };
    origins.derived(by, &reads)
}

/// Automated, with retries: a gate holds through the health of what comes first, never by a manual sync.
fn sync_policy(component: &Component) -> Doc {
    let here = component.name.origin;
    let sync = component.variant.facts.sync.get();
    let mut options = Vec::new();
    if sync.and_then(|sync| sync.value.server_side_apply.value()) == Some(&true) {
        options.push(lit(here, "ServerSideApply=true"));
    }
    for option in sync.and_then(|sync| sync.value.options.value()).into_iter().flatten() {
        options.extend(option.value().map(|option| Doc::str(option.clone(), here)));
    }
    let automated = map(here, [("prune", Doc::bool(true, here)), ("selfHeal", Doc::bool(true, here))]);
    let backoff =
        map(here, [("duration", lit(here, "10s")), ("factor", Doc::int(2, here)), ("maxDuration", lit(here, "3m"))]);
    let retry = map(here, [("limit", Doc::int(10, here)), ("backoff", backoff)]);
    super::build::some(
        here,
        [
            ("automated", Some(automated)),
            ("syncOptions", unless_empty(Doc::list(options, here))),
            ("retry", Some(retry)),
        ],
    )
}
