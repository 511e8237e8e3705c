//! What is asked of a platform as a whole: names, versions, places.

use std::sync::Arc;

use super::{Component, Platform, Traced};

impl Platform {
    /// Returns the version of Kubernetes, if the spec has one.
    pub fn kubernetes(&self) -> Option<&Traced<Arc<str>>> {
        self.versions.iter().find(|tool| &*tool.name == "kubernetes").map(|tool| &tool.version)
    }

    /// Returns where the outputs of this environment lie in the repository: a folder with a `/` at its end, or nothing.
    pub fn outputs(&self) -> String {
        let path = self.repository.as_ref().map_or("", |repository| &repository.path.value);
        let path = if path.is_empty() { String::new() } else { format!("{path}/") };
        if self.is_overlay { format!("{path}environments/{}/", self.environment.value) } else { path }
    }

    /// Returns the repository as its forge names it: `OWNER/NAME`.
    pub fn repository_path(&self) -> Option<&str> {
        let url = &self.repository.as_ref()?.url.value;
        let rest = url.split_once("://").map_or(&**url, |(_, rest)| rest);
        let (_, path) = rest.split_once(['/', ':'])?;
        Some(path.trim_end_matches('/').trim_end_matches(".git"))
    }

    /// Returns the label of nodes that names their hypervisor, as monitoring relabels on it.
    pub fn host_label(&self) -> Arc<str> {
        format!("{}.io/proxmox-host", self.name.value).into()
    }

    /// Returns the name that something of this environment has in Argo CD, which environments may share.
    pub fn environment_name(&self, name: &str) -> String {
        if self.is_overlay { format!("{name}-{}", self.environment.value) } else { name.to_owned() }
    }

    /// Returns a component by name.
    pub fn component(&self, name: &str) -> Option<&Component> {
        let at = self.components.binary_search_by(|component| (*component.name.value).cmp(name)).ok()?;
        self.components.get(at)
    }
}
