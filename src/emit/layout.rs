//! Where files lie below the output root.

use std::sync::Arc;

use super::print::Note;
use crate::model::{Component, Platform};
use crate::source::OriginId;

/// How Argo CD gets what dvgen makes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// From files in the repository.
    #[default]
    Committed,
    /// From dvgen itself, which runs as a config management plugin of Argo CD: nothing but the spec is in the repository.
    Plugin,
}

/// The folders of one environment. The base lies at the paths that the tools are used to; every other
/// environment lies below `environments/<name>/` with the same structure.
#[derive(Clone, Debug)]
pub struct Layout {
    prefix: String,
    repository: String,
    /// The comment at the head of each file.
    header: Arc<str>,
    delivery: Delivery,
}

impl Layout {
    /// Returns the layout of a platform. `spec` is the name of the spec's file, for headers.
    pub fn new(platform: &Platform, spec: &str) -> Self {
        let prefix =
            if platform.is_overlay { format!("environments/{}/", platform.environment.value) } else { String::new() };
        let path = platform.repository.as_ref().map_or("", |repository| &repository.path.value);
        let repository = if path.is_empty() { prefix.clone() } else { format!("{path}/{prefix}") };
        let spec = super::shell::line(spec);
        let header = ["Made by dvgen from ", &*spec, ". Change that, not this file."].concat().into();
        Self { prefix, repository, header, delivery: Delivery::Committed }
    }

    /// Returns the same layout with another delivery.
    #[must_use]
    pub fn delivered(self, delivery: Delivery) -> Self {
        Self { delivery, ..self }
    }

    /// Returns how Argo CD gets the files.
    pub(super) const fn delivery(&self) -> Delivery {
        self.delivery
    }

    /// Returns the path of a file below the output root.
    pub fn file(&self, path: &str) -> String {
        [&*self.prefix, path].concat()
    }

    /// Returns the path of a file or folder as Argo CD sees it, from the root of the repository.
    pub(super) fn in_repository(&self, path: &str) -> String {
        [&*self.repository, path].concat()
    }

    /// Returns the path of a file beside the spec as it is from the root of the repository.
    pub(super) fn beside_spec(&self, path: &str) -> String {
        let root = self.repository.strip_suffix(&*self.prefix).unwrap_or(&self.repository);
        [root, path].concat()
    }

    /// Returns the file of a component's Helm values: by group, as teams own them, or else by namespace.
    pub(super) fn values(component: &Component) -> String {
        let folder = component.group.as_ref().map_or(&component.namespace.value, |group| &group.value);
        ["gitops/values/", &**folder, "/", &*component.name.value, ".yaml"].concat()
    }

    /// Returns the folder of a component's manifests.
    pub(super) fn manifests(name: &str) -> String {
        ["gitops/manifests/", name].concat()
    }

    /// Returns the file of an Application.
    pub(super) fn application(name: &str) -> String {
        ["gitops/apps/", name, ".yaml"].concat()
    }

    /// Returns the comment at the head of a file.
    pub(super) fn header(&self, origin: OriginId) -> Note {
        Note::new(self.header.clone(), origin)
    }
}
