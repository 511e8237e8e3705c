//! Sources of Applications where dvgen runs inside Argo CD, as a config management plugin: the values stand in the Application,
//! and the manifests are made by dvgen when Argo CD asks for them (Argo CD, "Config Management Plugins").

use super::Source;
use super::application::chart;
use super::argocd::git;
use super::build::{list, lit, map, text};
use super::draft::Draft;
use crate::doc::Doc;
use crate::model::{Component, Repository};
use crate::source::OriginId;

/// The plugin's name with its version, as Applications name it; `docs/plugin.md` has the plugin.
const NAME: &str = "dvgen-v1";

/// What an Application depends on: all that lies beside the spec. Argo CD reads the path from that of the source.
pub(super) const WATCHED: &str = ".";

/// Returns the sources of a component's Application.
pub(super) fn sources(
    source: &Source<'_>,
    component: &Component,
    repository: &Repository,
    values: Option<&Draft>,
    has_manifests: bool,
) -> Vec<Doc> {
    let here = component.name.origin;
    let mut helm = map(here, [("releaseName", text(&component.release))]);
    if let Some(values) = values.and_then(|values| values.documents().first()) {
        helm.merge(map(here, [("valuesObject", values.clone())]));
    }
    let mut sources: Vec<Doc> = chart(component, helm).into_iter().collect();
    if has_manifests {
        sources.push(objects(source, repository, here, text(&component.name)));
    }
    sources
}

/// Returns the source that asks the plugin for the objects of a component.
pub(super) fn objects(source: &Source<'_>, repository: &Repository, here: OriginId, component: Doc) -> Doc {
    let parameter = |name, value: Doc| map(here, [("name", lit(here, name)), ("string", value)]);
    let environment = text(&source.platform.environment);
    let parameters = [parameter("environment", environment), parameter("component", component)];
    let plugin = map(here, [("name", lit(here, NAME)), ("parameters", list(here, parameters))]);
    git(repository, here, [("path", Doc::str(folder(source), here)), ("plugin", plugin)])
}

/// Returns the directory of the spec from the repository's root.
fn folder(source: &Source<'_>) -> String {
    let folder = source.layout.beside_spec("");
    if folder.is_empty() { ".".to_owned() } else { folder.trim_end_matches('/').to_owned() }
}
