//! Argo CD: its installation, and the waves of Applications.

use super::Writer;
use crate::diag::Diagnostic;
use crate::emit::page::{code, codes, marked, prose};
use crate::emit::shell::word;
use crate::emit::{Layout, endpoints};
use crate::graph::Strength;
use crate::model::{Component, ComponentId, GateStep};
use crate::spec::{InstalledBy, StoreKind};

impl Writer<'_> {
    /// What is there before Argo CD, and the root Application.
    pub(super) fn bootstrap(&mut self) {
        let platform = self.source.platform;
        let before = platform.components.iter().filter(|one| !one.on_machines);
        let before = before.filter(|one| matches!(one.installed_by.value, InstalledBy::Ansible | InstalledBy::Helm));
        let before: Vec<&Component> = before.collect();
        if before.is_empty() && self.deployed.is_empty() {
            return;
        }
        self.phase(if self.deployed.is_empty() { "Charts" } else { "Argo CD" }, self.here);
        let releases = before.iter().filter_map(|one| self.release(one)).collect::<Vec<_>>();
        if !releases.is_empty() {
            let variable = if self.has_nodes() { " (`helm_releases` in `group_vars`)" } else { "" };
            self.say(&format!("These charts are there before Argo CD{variable}; by hand it is:"));
            self.page.commands(releases);
        }
        let bare: Vec<&str> = before.iter().filter(|one| one.chart.is_none()).map(|one| &*one.name.value).collect();
        if !bare.is_empty() {
            self.say(&format!("{}: installed by Ansible with Kubernetes, without a chart.", codes(bare)));
        }
        let outside = platform.components.iter().filter(|one| one.installed_by.value == InstalledBy::External);
        let outside: Vec<&str> = outside.map(|one| &*one.name.value).collect();
        if !outside.is_empty() {
            let text = format!("{}: somebody else installs them, and they have to be there now.", codes(outside));
            self.say(&text);
        }
        if self.deployed.is_empty() {
            return;
        }
        let namespace = platform.argocd_namespace();
        if let Some(repository) = &platform.repository {
            let text = format!(
                "Argo CD needs read access to {}, and the branch {} with all outputs in it. A private\nrepository is made known to it by `argocd repo add`, with credentials that may only read.",
                code(&repository.url.value),
                code(&repository.revision.value)
            );
            self.page.text(&text, repository.url.origin);
            self.moved(&repository.revision);
        }
        let own = platform.argocd.and_then(|id| platform.components.get(id.0)).filter(|one| one.by_argocd());
        if let Some(line) = own.and_then(|one| self.release(one)) {
            self.say("Argo CD installs all charts, its own too. It is installed once by hand, with the values that it has from then on:");
            self.page.commands([line]);
        }
        let root = self.path("gitops/app-of-apps.yaml");
        let apply = format!("kubectl apply -f {root}");
        let list = format!("kubectl -n {} get applications", namespace.value);
        self.page.commands([(apply, self.here), (list, namespace.origin)]);
        if platform.argocd.and_then(|id| platform.components.get(id.0)).is_some_and(|one| one.chart.is_some()) {
            let text =
                "Its first user is `admin`. The password is in the cluster; delete the Secret when it is changed:";
            self.page.text(text, namespace.origin);
            let read = format!(
                "kubectl -n {} get secret argocd-initial-admin-secret -o jsonpath='{{.data.password}}' | base64 -d",
                namespace.value
            );
            self.page.commands([(read, namespace.origin)]);
        }
    }

    pub(super) fn release(&mut self, component: &Component) -> Option<(String, crate::source::OriginId)> {
        let (repo, chart) = component.chart.as_ref()?;
        let version = component.version.as_ref()?;
        let values = self.path(&Layout::values(component));
        let from = match repo.value.strip_prefix("oci://") {
            Some(_) => word(&format!("{}/{}", repo.value.trim_end_matches('/'), chart.value)),
            None => format!("{} --repo {}", word(&chart.value), word(&repo.value)),
        };
        let line = format!(
            "helm upgrade --install {} {from} --version {} --namespace {} --create-namespace -f {values} --wait",
            component.release.value, version.value.text, component.namespace.value
        );
        let reads = [version.origin, component.release.origin, component.namespace.origin, chart.origin, repo.origin];
        Some((line, self.origins.derived("the installation of a chart", &reads)))
    }

    /// The waves, each with its Applications, its manual steps, and what to check.
    pub(super) fn waves(&mut self, out: &mut Vec<Diagnostic>) {
        if self.deployed.is_empty() {
            return;
        }
        let platform = self.source.platform;
        self.phase("Applications", self.here);
        if platform.waits_in_waves {
            self.say(
                "The root creates the Applications in waves, and begins a wave when those before are healthy. That is so when they\nare created. A wave does not order later syncs: after a change in Git each Application syncs by itself, at once.\nWhere one thing needs another at any time, its own retries have to bridge the gap.",
            );
        } else {
            self.say(
                "Argo CD has no health check for Applications in this platform, so it keeps no order: all of them are created at\nonce, and each retries until what it needs is there.",
            );
        }
        let mut order: Vec<(u32, ComponentId)> = self.deployed.iter().map(|id| (self.wave(*id), *id)).collect();
        order.sort_by_key(|(wave, id)| (*wave, id.0));
        for wave in order.chunk_by(|(a, _), (b, _)| a == b) {
            let number = wave.first().map_or(0, |(number, _)| *number);
            if platform.waits_in_waves {
                self.page.heading(3, &format!("Wave {number}"), self.here);
            }
            self.wave_of(&wave.iter().map(|(_, id)| *id).collect::<Vec<_>>(), out);
        }
    }

    fn wave(&self, id: ComponentId) -> u32 {
        if !self.platform().waits_in_waves {
            return 0;
        }
        self.source.graph.waves.get(id.0).map_or(0, |wave| wave.number)
    }

    fn wave_of(&mut self, ids: &[ComponentId], out: &mut Vec<Diagnostic>) {
        let platform = self.source.platform;
        let components: Vec<(ComponentId, &Component)> =
            ids.iter().filter_map(|id| Some((*id, platform.components.get(id.0)?))).collect();
        let mut rows = Vec::new();
        for (id, component) in &components {
            let application = self.source.application_name(component);
            let cells = vec![code(&application), code(&component.namespace.value), self.needs(*id)];
            let mut reads = vec![component.name.origin, component.namespace.origin];
            reads.extend(self.source.graph.edges_of(*id).iter().map(|edge| edge.origin));
            rows.push((cells, self.origins.derived("an Application and what it waits for", &reads)));
        }
        self.page.table(&["Application", "namespace", "needs"], &rows);
        for (_, component) in &components {
            for gate in &component.gates {
                self.gate(component, gate);
            }
            self.store(component);
        }
        for (id, component) in &components {
            self.published(*id, component);
        }
        self.wave_checks(&components);
        for (id, component) in &components {
            self.when_ready(*id, component, out);
        }
    }

    /// Names the components that one waits for, each with the first of the reasons.
    fn needs(&self, id: ComponentId) -> String {
        let mut named: Vec<ComponentId> = Vec::new();
        let mut all = String::new();
        let kept = || self.source.graph.edges_of(id).iter().filter(|edge| edge.kept);
        let hard = kept().filter(|edge| edge.strength == Strength::Hard);
        for edge in hard.chain(kept().filter(|edge| edge.strength == Strength::Soft)) {
            if named.contains(&edge.to) {
                continue;
            }
            named.push(edge.to);
            if let Some(other) = self.platform().components.get(edge.to.0) {
                let apart = if all.is_empty() { "" } else { "; " };
                all.extend([apart, &code(&other.name.value), " ", &marked(&edge.reason.phrase())]);
            }
        }
        all
    }

    /// Addresses that no product has a setting for are for a person to enter.
    fn published(&mut self, id: ComponentId, component: &Component) {
        let Some(object) = endpoints::config_map(self.source, id, component, self.origins) else { return };
        let note = object.at(&["metadata", "annotations", endpoints::NOTE]).and_then(crate::doc::Doc::as_str);
        let name = object.at(&["metadata", "name"]).and_then(crate::doc::Doc::as_str).unwrap_or_default();
        let text = format!("{} holds addresses for you to enter. {}", code(name), prose(note.unwrap_or_default()));
        self.page.text(&text, component.name.origin);
        let line = format!("kubectl -n {} get configmap {name} -o yaml", component.namespace.value);
        self.page.commands([(line, component.namespace.origin)]);
    }

    /// The store is empty of rules after its first start: nobody could log in to it.
    fn store(&mut self, component: &Component) {
        let store = self.platform().secret_store.as_ref().filter(|store| store.kind == StoreKind::Vault);
        let Some(name) = store.and_then(|store| store.component.as_ref()) else { return };
        let Some(api) = component.store_service().filter(|_| name.value == component.name.value) else { return };
        let (name, namespace, port) = (api.name.value.clone(), api.namespace.value.clone(), api.port.value);
        let (origin, address) = (component.name.origin, api.host.origin);
        let text = format!(
            "Then tell {} who may read what, once and whenever {} changes, and write the items of Secrets above into it:",
            code(&component.name.value),
            code(&self.path("vault/"))
        );
        self.page.text(&text, origin);
        self.page.commands([
            (format!("kubectl -n {namespace} port-forward svc/{name} {port} &"), address),
            (format!("export VAULT_ADDR=http://127.0.0.1:{port}"), address),
            ("vault login".to_owned(), origin),
            (self.path("vault/setup.sh"), origin),
        ]);
        self.authority();
        self.page.text(
            "Take the time that this needs. The next wave begins without it and fails, and the root tries it again by itself, at most\nthree minutes later and without end.",
            origin,
        );
        self.check("when External Secrets is there, the store is `Ready`:");
        self.page.commands([("kubectl get clustersecretstores".to_owned(), origin)]);
    }

    /// The root of an authority is made by a person: it decides how long everything below it is trusted.
    fn authority(&mut self) {
        let platform = self.source.platform;
        let mount = |component: &Component| {
            let mount = component.vault.as_ref()?.at(&["pki", "mount"])?;
            Some((mount.as_str()?.to_owned(), mount.origin))
        };
        let Some((mount, origin)) = platform.components.iter().find_map(mount) else { return };
        self.page.text("Once, after the script: the root of the authority that signs certificates. It is valid as long as you say:", origin);
        let name = &platform.name.value;
        let line = format!("vault write {}/root/generate/internal common_name={name} ttl=87600h", word(&mount));
        self.page.commands([(line, origin)]);
    }

    /// A manual step, in the words of the spec.
    fn gate(&mut self, component: &Component, gate: &GateStep) {
        let name = |id: &ComponentId| self.platform().components.get(id.0).map(|other| code(&other.name.value));
        let after: Vec<String> =
            std::iter::once(code(&component.name.value)).chain(gate.after.iter().filter_map(name)).collect();
        let before: Vec<String> = gate.before.iter().filter_map(name).collect();
        let title = format!("Gate {}, after {}", code(&gate.name.value), after.join(" and "));
        self.page.heading(4, &title, gate.name.origin);
        self.page.text(&prose(&gate.action.value), gate.action.origin);
        let waits = if before.is_empty() {
            format!("Until this is done, {} is not healthy, and what needs it waits.", code(&component.name.value))
        } else {
            format!("{} wait for this.", before.join(", "))
        };
        self.page.text(&waits, gate.name.origin);
    }
}
