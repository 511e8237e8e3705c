//! What runs on machines outside of Kubernetes.

use super::Writer;
use crate::emit::hosts;
use crate::emit::page::{code, codes};
use crate::model::Component;
use crate::spec::StoreKind;

impl Writer<'_> {
    /// Ansible puts the files on the machines and starts what they configure.
    pub(super) fn services(&mut self) {
        if hosts::machines(self.source).is_empty() {
            return;
        }
        self.phase("Services on machines, by Ansible", self.here);
        let inventory = self.path("ansible/inventory.ini");
        let playbook = self.path("ansible/services.yml");
        self.say(&format!(
            "{} puts the files below {} where they belong, the secrets beside them, and starts the services. It is made by\ndvgen, and can be run at any time; with `--check --diff` it only says what it would change.",
            code(&playbook),
            code(&self.path("hosts/")),
        ));
        if let Some(store) = &self.source.platform.secret_store
            && store.kind == StoreKind::Vault
        {
            let address = store.server.as_ref().map_or("the address of the store", |server| &*server.value);
            let text = format!(
                "It looks secrets up in Vault while it runs: where you run it, Python has to have `hvac`, and the environment `VAULT_ADDR`\n({}) and `VAULT_TOKEN`.",
                if store.server.is_some() { code(address) } else { address.to_owned() }
            );
            self.page.text(&text, store.origin);
        }
        let run = |more: &str| format!("ansible-playbook -i {inventory} {playbook}{more}");
        self.commands(&[&run(" --check --diff"), &run("")]);
        self.say(
            "The playbook takes nothing away. What has left the spec, a component, a rule file or a job, stays on its machine and goes on\nuntil somebody stops its unit (`systemctl disable --now NAME`, `docker compose down`) and removes its files; `dvgen diff`\nnames what a change leaves out.",
        );
        self.say("What others need comes first; the services find each other in whatever order they start.");
        let platform = self.source.platform;
        let mut all: Vec<(u32, &Component)> = Vec::new();
        for (at, component) in platform.components.iter().enumerate() {
            if component.on_machines && component.is_installed() {
                let wave = self.source.graph.waves.get(at).map_or(0, |wave| wave.number);
                all.push((wave, component));
            }
        }
        all.sort_by_key(|(wave, component)| (*wave, component.name.value.clone()));
        let mut rows = Vec::new();
        for (_, component) in &all {
            let machines = codes(component.machines.iter().map(|machine| &*machine.name.value));
            let version = component.version.as_ref().map(|version| version.value.text.to_string());
            let address = component.services.first().map(|service| match &service.scheme {
                Some(scheme) => format!("{scheme}://{}:{}", service.host.value, service.port.value),
                None => format!("{}:{}", service.host.value, service.port.value),
            });
            let cells = vec![
                code(&component.name.value),
                machines,
                component.installed_by.value.word().to_owned(),
                version.unwrap_or_default(),
                address.map(|address| code(&address)).unwrap_or_default(),
            ];
            let mut reads = vec![component.name.origin, component.installed_by.origin];
            reads.extend(component.machines.iter().map(|machine| machine.name.origin));
            rows.push((cells, self.origins.derived("a service to check", &reads)));
        }
        self.check("each answers:");
        self.page.table(&["service", "on", "by", "version", "address"], &rows);
        for (_, component) in &all {
            for gate in &component.gates {
                let title = format!("Gate {}, after {}", code(&gate.name.value), code(&component.name.value));
                self.page.heading(4, &title, gate.name.origin);
                self.page.text(&gate.action.value, gate.action.origin);
            }
        }
    }
}
