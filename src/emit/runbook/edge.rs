//! What is outside of the cluster and leads to it: the tunnels at Cloudflare, and what hypervisors write.

use super::Writer;
use crate::emit::page::code;
use crate::emit::shell::{jq, line, quoted, word};
use crate::emit::terraform::edge;
use crate::model::Text;
use crate::spec::StoreKind;

impl Writer<'_> {
    /// Terraform tells the outer end of each tunnel which host leads where.
    pub(super) fn edge(&mut self) {
        let source = self.source;
        let Some(tunnel) = edge::tunnels(source).next() else { return };
        self.phase("The edge, by Terraform", tunnel.name.origin);
        let account = |key: &str, variable: &str, this: &Self| {
            let line = format!("export TF_VAR_{variable}=\"{}\"", this.read(&tunnel.account, key));
            (line, tunnel.account.origin)
        };
        let mut lines = vec![
            account("accountId", "cloudflare_account_id", self),
            account("apiToken", "cloudflare_api_token", self),
        ];
        if let Some((flow, client)) = edge::sign_in(source, tunnel) {
            let used = client.secrets.iter().find(|used| {
                used.flow.and_then(|at| source.platform.flows.get(at)).is_some_and(|other| other.origin == flow.origin)
            });
            if let Some(used) = used
                && let Some(key) = used.keys.first()
            {
                let read = self.read(&used.item, &key.stored);
                lines.push((format!("export TF_VAR_identity_client_secret=\"{read}\""), used.item.origin));
            }
        }
        self.page.commands(lines);
        let folder = self.path("terraform/cloudflare");
        self.commands(&[&format!("terraform -chdir={folder} init"), &format!("terraform -chdir={folder} apply")]);
        self.say("The module is yours; its variables are made by dvgen. The token of a tunnel that it makes goes into the secret store.");
    }

    /// Tells what a hypervisor is told once the store of metrics answers.
    pub(super) fn metric_servers(&mut self) {
        let source = self.source;
        let metrics = source.platform.topology.hypervisors.iter().find_map(|host| host.metrics.as_ref());
        let Some(metrics) = metrics else { return };
        self.phase("Metrics of the hypervisors", metrics.to.origin);
        let text = format!(
            "Once {} answers, the hosts are told to write to it, with the token that was made there for them.",
            code(&metrics.to.value)
        );
        self.page.text(&text, metrics.to.origin);
        let script = self.path("terraform/proxmox-metrics.sh");
        let token = format!("export METRICS_TOKEN=\"{}\"", self.read(&metrics.token, "token"));
        self.page.commands([(token, metrics.token.origin), (format!("{script} --apply"), metrics.to.origin)]);
    }

    /// Returns how a shell reads a key of an item.
    pub(super) fn read(&self, item: &Text, key: &str) -> String {
        match &self.platform().secret_store {
            Some(store) if store.kind == StoreKind::OnePassword => {
                let vault = store.vault.as_ref().map_or("", |vault| &*vault.value);
                format!("$(op read {})", quoted(&format!("op://{vault}/{}/{key}", store.title(&item.value))))
            }
            Some(store) if store.kind == StoreKind::Gcp => {
                let name = store.title(&item.value);
                format!("$(gcloud secrets versions access latest --secret {name} | jq -r {})", jq(key))
            }
            Some(store) => {
                let (key, item) = (word(key), word(&item.value));
                format!("$(vault kv get -mount={} -field={key} {item})", store.mount.value)
            }
            None => format!("…  # key {} of {}", line(key), line(&item.value)),
        }
    }
}
