//! Which Argo CD deploys an environment.

use super::component::{Component, ComponentId};
use super::resolve::{Platform, Resolver};
use super::{Text, Traced};
use crate::spec::{InstalledBy, Written};

/// Looks for Argo CD once: every Application asks for it. An environment without one of its own is deployed by that of the
/// base.
pub(super) fn find(cx: &mut Resolver<'_>, written: &Written, platform: &mut Platform) {
    let is_argocd = |component: &&Component| &*component.library == "argocd";
    platform.argocd = platform.components.iter().position(|one| is_argocd(&one)).map(ComponentId);
    let mut all = platform.components.iter().filter(is_argocd);
    // In the cluster of the base Argo CD is that of the base, which is judged there.
    let shared = platform.runs_in.is_some_and(|place| place.shared);
    platform.waits_in_waves = all.any(|one| shared || one.installed_by.value != InstalledBy::External);
    if let Some(base) = written.argocd.as_ref().filter(|_| platform.argocd.is_none()) {
        platform.waits_in_waves = !base.external;
        platform.argocd_of_base =
            base.namespace.as_ref().map(|(name, span)| cx.traced("namespace", name.clone(), *span));
    }
}

impl Platform {
    /// Returns the namespace that Argo CD runs in: that of its component, or its own default.
    pub fn argocd_namespace(&self) -> Text {
        let argocd = self.argocd.and_then(|id| self.components.get(id.0));
        let own = argocd.map(|component| &component.namespace);
        own.or(self.argocd_of_base.as_ref()).cloned().unwrap_or_else(|| Traced::new("argocd".into(), self.name.origin))
    }

    /// Returns major and minor of the newest Argo CD that the chart at its version brings, if that is known.
    pub fn argocd_version(&self) -> Option<(u64, u64)> {
        let argocd = self.argocd.and_then(|id| self.components.get(id.0))?;
        argocd.version.as_ref()?;
        let (major, minor) = argocd.variant.facts.app.value()?.0.split_once('.')?;
        Some((major.parse().ok()?, minor.parse().ok()?))
    }
}
