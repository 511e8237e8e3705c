//! What to look at after each wave, and where something is not healthy.

use std::collections::BTreeSet;

use super::Writer;
use crate::emit::page::code;
use crate::emit::root;
use crate::model::{Component, ComponentId, Platform, SecretStore};
use crate::spec::Role;

impl Writer<'_> {
    /// The commands that show whether a wave is healthy.
    pub(super) fn wave_checks(&mut self, components: &[(ComponentId, &Component)]) {
        let argocd = self.source.platform.argocd_namespace();
        self.check("all are `Synced` and `Healthy`, and every pod runs:");
        let names: Vec<String> = components.iter().map(|(_, one)| self.source.application_name(one)).collect();
        let mut lines =
            vec![(format!("kubectl -n {} get applications {}", argocd.value, names.join(" ")), argocd.origin)];
        let mut seen = BTreeSet::new();
        for (_, component) in components {
            let namespace = &component.namespace;
            if seen.insert(namespace.value.clone()) {
                lines.push((format!("kubectl -n {} get pods", namespace.value), namespace.origin));
            }
        }
        for (id, component) in components {
            let namespace = &component.namespace.value;
            if !component.secrets.is_empty() && seen.insert(format!("secrets {namespace}").into()) {
                let origin = component.namespace.origin;
                let store = self.source.platform.secret_store.as_ref();
                let objects =
                    if store.is_some_and(SecretStore::verbatim) { "onepassworditems" } else { "externalsecrets" };
                lines.push((format!("kubectl -n {namespace} get {objects}   # Ready: True"), origin));
            }
            let claims = self.source.platform.demands.iter().any(|demand| demand.component == *id);
            if claims && seen.insert(format!("claims {namespace}").into()) {
                lines.push((format!("kubectl -n {namespace} get pvc   # Bound"), component.namespace.origin));
            }
            for class in &self.source.platform.topology.storage_classes {
                if class.is_of(&component.name.value) {
                    lines.push((format!("kubectl get storageclass {}", class.name.value), class.name.origin));
                }
            }
        }
        for (_, component) in components.iter().filter(|(_, one)| one.workload.is_some()) {
            let (namespace, name) = (&component.namespace.value, &component.fullname.value);
            let kind = component.workload.as_ref().map_or("deployment", |workload| workload.kind());
            let line = format!("kubectl -n {namespace} rollout status {kind}/{name}");
            lines.push((line, component.name.origin));
            if component.workload.as_ref().is_some_and(|workload| workload.load_balancer) {
                let line = format!("kubectl -n {namespace} get service {name}   # EXTERNAL-IP: within a minute or two");
                lines.push((line, component.name.origin));
            }
        }
        for (_, component) in components {
            for expose in component.exposures().map(|exposure| exposure.expose) {
                let Some(url) = &expose.url else { continue };
                // The certificate may be of an authority that this machine does not know; the answer is what counts.
                let insecure = if expose.issuer.is_some() { "-k " } else { "" };
                lines.push((format!("curl -sSI {insecure}{}/", url.value), expose.host.origin));
            }
        }
        self.page.commands(lines);
    }

    /// What to do where something is not healthy.
    pub(super) fn unhealthy(&mut self) {
        let platform = self.source.platform;
        self.page.heading(2, "When something is not healthy", self.here);
        let here = self.here;
        let argocd = platform.argocd_namespace();
        let mut items: Vec<(String, crate::source::OriginId)> = Vec::new();
        if !self.deployed.is_empty() {
            let describe = code(&format!("kubectl -n {} describe application NAME", argocd.value));
            items.push((
                format!("**`OutOfSync` or `Unknown`**: {describe} names the object and the reason. Change the spec, build, commit;\nwhat is changed in the cluster by hand is put back."),
                argocd.origin,
            ));
            items.push((
                "**`Progressing` for long**: look at the pods of its namespace: `kubectl describe pod`, `kubectl logs`, and\n`kubectl get events --sort-by=.lastTimestamp`.".to_owned(),
                here,
            ));
        }
        if platform.waits_in_waves && !self.deployed.is_empty() {
            items.push((waits(platform, &root::name(platform), &argocd.value), argocd.origin));
        }
        let reads = platform.components.iter().any(|one| !one.secrets.is_empty() && !one.on_machines);
        let operator = platform.secret_store.as_ref().is_some_and(crate::model::SecretStore::verbatim);
        if reads && operator {
            items.push((
                "**A Secret is missing**: the item or its vault is not in 1Password, or Connect may not read it (see Secrets):\n`kubectl get onepassworditems -A`, then `kubectl describe` the one that is not `Ready`.".to_owned(),
                here,
            ));
        }
        if reads && !operator {
            items.push((
                "**An ExternalSecret is not `Ready`**: the item or one of its keys is not in the store (see Secrets), or the store\nis sealed: `kubectl get clustersecretstore`.".to_owned(),
                here,
            ));
        }
        if !platform.topology.storage_classes.is_empty() && platform.topology.volume_groups.is_empty() {
            items.push((
                "**A volume stays `Pending`**: `kubectl describe pvc` says why; a class that binds late waits for the first pod.".to_owned(),
                here,
            ));
        }
        if !platform.topology.volume_groups.is_empty() && !platform.topology.storage_classes.is_empty() {
            items.push((
                "**A volume stays `Pending`**: `kubectl describe pvc`; the volume group of the node may be full (`vgs`), or no node\nthat the pod may run on has it.".to_owned(),
                here,
            ));
        }
        if platform.topology.nodes.iter().any(|node| node.role.value != Role::Machine) {
            items.push((
                "**A node is `NotReady`**: `kubectl describe node`, then `journalctl -u kubelet` on it.".to_owned(),
                here,
            ));
        }
        if !crate::emit::hosts::machines(self.source).is_empty() {
            items.push((
                "**A service on a machine does not answer**: `systemctl status NAME` or `docker compose ls` there, then `journalctl -u NAME`\nor `docker logs NAME`; the files of `hosts/` are what it should have.".to_owned(),
                here,
            ));
        }
        items.push((
            "**A file looks wrong**: `dvgen why FILE:LINE` names the line of the spec that it comes from, and\n`dvgen build --check` shows what differs from the spec.".to_owned(),
            here,
        ));
        self.page.list(items);
    }
}

/// Says why a wave does not begin, and how to go on.
fn waits(platform: &Platform, root: &str, argocd: &str) -> String {
    let says =
        code(&format!("kubectl -n {argocd} get application {root} -o jsonpath='{{.status.operationState.message}}'"));
    let mut text = format!(
        "**A wave does not begin**: an Application of an earlier one is not healthy, or a gate before it is not done. {says}\nsays which. Where one is `Degraded`, the sync of `{root}` counts as failed; it begins again by itself, at most three minutes later."
    );
    if platform.argocd_version().is_none_or(|version| version < (3, 2)) {
        let end = code(&format!("argocd app terminate-op {root}"));
        text.push_str("\nEach attempt takes the commit of the first: a repair in Git counts after ");
        text.push_str(&end);
        text.push('.');
    }
    text
}
