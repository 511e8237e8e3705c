//! Argo CD Applications.
//!
//! A chart is a source of its own, its values come from the Git repository by `$values` (Argo CD, multiple
//! sources), and manifests of ours are a plain directory. The wave is real because the root syncs Applications
//! as resources and `argocd-cm` has the health check of Applications.

use std::sync::Arc;

use super::argocd::{Application, Sources, git, retry};
use super::build::{list, lit, map, named, some, text, unless_empty};
use super::derived::without_derived;
use super::draft::{Draft, TargetName};
use super::footprint::Footprint;
use super::{Delivery, Layout, Source, free, plugin};
use crate::doc::Doc;
use crate::model::{Component, ComponentId, Platform, Repository};
use crate::source::{OriginId, Origins};

/// Waves below zero belong to projects and namespaces; components start here.
const FIRST_WAVE: i64 = 0;

/// Returns the Application of a component: its chart if Argo CD installs it, and its manifests. Without a repository
/// there is none.
pub(super) fn draft(
    source: &Source<'_>,
    id: ComponentId,
    component: &Component,
    values: Option<&Draft>,
    has_manifests: bool,
    origins: &mut Origins,
    footprint: &mut Footprint,
) -> Option<Draft> {
    let repository = source.platform.repository.as_ref()?;
    let chart = component.chart.as_ref().filter(|_| component.by_argocd());
    let values = values.filter(|_| chart.is_some());
    if chart.is_none() && !has_manifests {
        return None;
    }
    let here = component.name.origin;
    footprint.repositories.entry(repository.url.value.clone()).or_insert(repository.url.origin);
    let paths = Paths {
        values: values.map(|_| source.layout.in_repository(&Layout::values(component))),
        manifests: has_manifests.then(|| source.layout.in_repository(&Layout::manifests(&component.name.value))),
    };
    let sources: Vec<Doc> = match source.layout.delivery() {
        Delivery::Committed => committed(component, repository, &paths),
        Delivery::Plugin => plugin::sources(source, component, repository, values, has_manifests),
    };
    let watched = watched(source, &paths);
    let application = Application {
        origin: here,
        name: source.application_name(component),
        argocd: &source.platform.argocd_namespace(),
        labels: Some(labels(source, component)),
        annotations: Some(annotations(source, id, component, &watched, origins)),
        project: Doc::str(source.project_name(&component.project.value), component.project.origin),
        namespace: &component.namespace,
        from: Sources::Many(sources),
        cascade: true,
        info: Some(gates(component)),
        sync: sync(source.platform, component),
        ignore_differences: ignored(component, origins),
    };
    let mut application = application.doc();
    if let Some(own) = &component.application {
        application.merge(free::doc(origins, &without_derived(own), "application"));
    }
    let path = source.layout.file(&Layout::application(&component.name.value));
    Some(Draft::yaml(path, TargetName::Argocd, source.layout.header(here), vec![application]))
}

/// Returns the URL of a chart repository as Argo CD takes it, which knows one of images by the chart.
fn image_host(url: &Arc<str>) -> Arc<str> {
    url.strip_prefix("oci://").map_or_else(|| url.clone(), Arc::from)
}

/// What the repository holds of a component, by its path there.
struct Paths {
    values: Option<String>,
    manifests: Option<String>,
}

/// The chart, with its values from the repository, and the manifests there.
fn committed(component: &Component, repository: &Repository, paths: &Paths) -> Vec<Doc> {
    let here = component.name.origin;
    let mut sources = Vec::new();
    let files = paths.values.as_ref().map(|path| {
        let file = ["$values/", &**path].concat();
        list(here, [Doc::str(file, here)])
    });
    let helm = some(here, [("releaseName", Some(text(&component.release))), ("valueFiles", files)]);
    if let Some(chart) = chart(component, helm) {
        sources.push(chart);
        if paths.values.is_some() {
            sources.push(git(repository, here, [("ref", lit(here, "values"))]));
        }
    }
    if let Some(path) = &paths.manifests {
        sources.push(git(repository, here, [("path", Doc::str(path.clone(), here))]));
    }
    sources
}

/// Returns the source that is the chart, if Argo CD installs one.
pub(super) fn chart(component: &Component, helm: Doc) -> Option<Doc> {
    let (repo, chart) = component.chart.as_ref().filter(|_| component.by_argocd())?;
    let version = component.version.as_ref()?;
    let fields = [
        ("repoURL", Doc::str(image_host(&repo.value), repo.origin)),
        ("chart", text(chart)),
        ("targetRevision", Doc::str(version.value.text.clone(), version.origin)),
        ("helm", helm),
    ];
    Some(map(component.name.origin, fields))
}

/// Returns the paths of the repository whose changes are changes of the Application.
fn watched(source: &Source<'_>, paths: &Paths) -> Vec<String> {
    if source.layout.delivery() == Delivery::Plugin {
        return vec![plugin::WATCHED.to_owned()];
    }
    paths.values.iter().chain(&paths.manifests).map(|path| ["/", &**path].concat()).collect()
}

fn labels(source: &Source<'_>, component: &Component) -> Doc {
    let mut labels = map(
        component.name.origin,
        [("app.kubernetes.io/name", text(&component.name)), ("app.kubernetes.io/part-of", text(&source.platform.name))],
    );
    if !component.own_labels.is_empty() {
        let own = component.own_labels.iter().map(|(key, value)| (key.value.clone(), text(value)));
        labels.merge(named(component.name.origin, own));
    }
    labels
}

fn annotations(
    source: &Source<'_>,
    id: ComponentId,
    component: &Component,
    watched: &[String],
    origins: &mut Origins,
) -> Doc {
    let here = component.name.origin;
    let watched = Doc::str(watched.join(";"), here);
    let wave = source.platform.waits_in_waves.then(|| {
        let number = FIRST_WAVE + source.graph.waves.get(id.0).map_or(0, |wave| i64::from(wave.number));
        Doc::str(number.to_string(), wave_origin(source, id, here, origins))
    });
    let paths = ("argocd.argoproj.io/manifest-generate-paths", Some(watched));
    some(here, [paths, ("argocd.argoproj.io/sync-wave", wave)])
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

/// The manual steps of a component, where the person who waits for it looks first: Argo CD shows `info`.
fn gates(component: &Component) -> Doc {
    let gates = component.gates.iter().map(|gate| {
        let name = Doc::str(format!("gate: {}", gate.name.value), gate.name.origin);
        map(gate.name.origin, [("name", name), ("value", text(&gate.action))])
    });
    list(component.name.origin, gates)
}

/// What something in the cluster changes by itself would be changed back for ever.
fn ignored(component: &Component, origins: &mut Origins) -> Option<Doc> {
    let ignored = component.variant.facts.sync.value()?.ignore_differences.value()?;
    Some(free::library(origins, ignored))
}

/// A chart may need options of Argo CD, and what comes too early is tried again.
fn sync(platform: &Platform, component: &Component) -> [(&'static str, Option<Doc>); 2] {
    let here = component.name.origin;
    let sync = component.variant.facts.sync.get();
    let mut options = Vec::new();
    if sync.and_then(|sync| sync.value.server_side_apply.value()) == Some(&true) {
        options.push(lit(here, "ServerSideApply=true"));
    }
    if sync.is_some_and(|sync| sync.value.ignore_differences.get().is_some()) {
        options.push(lit(here, "RespectIgnoreDifferences=true"));
    }
    for option in sync.and_then(|sync| sync.value.options.value()).into_iter().flatten() {
        options.extend(option.value().map(|option| Doc::str(option.clone(), here)));
    }
    [("syncOptions", unless_empty(Doc::list(options, here))), ("retry", Some(retry(platform, here)))]
}
