//! How secrets get into the store and into the environment of the commands.

use super::Writer;
use crate::emit::composition::{keeping_keys, plugins_reading};
use crate::emit::page::{code, codes};
use crate::emit::shell::quoted;
use crate::model::{SecretStore, SecretUse};
use crate::spec::StoreKind;

impl Writer<'_> {
    /// Lists the items of the store with those who read them.
    pub(super) fn secrets(&mut self) {
        let (rows, free, forced) = self.keys();
        if rows.is_empty() {
            return;
        }
        self.page.heading(2, "Secrets", self.here);
        self.say(
            "No file of the repository holds a secret. These items have to be in the store before what reads them can work:",
        );
        self.page.table(&["item", "key", "value", "read by"], &rows);
        if free {
            self.say("`free` is a value of your choice, such as `openssl rand -hex 24`; for a user, a name. Any other is issued by\nsomebody, or has to be as it says: one that is made up is refused there.");
        }
        let later = |used: &SecretUse| used.hints.iter().any(|(_, hint)| hint.value.contains("once it is installed"));
        if self.platform().components.iter().flat_map(|one| &one.secrets).any(later) {
            self.say("What is there only once something is installed: write any text into the key until then, then the value, and run\nthe playbook again.");
        }
        if forced {
            let text = "A value in bold is one that the other side is configured with: with another one it refuses the connection.";
            self.say(text);
        }
        let Some(store) = &self.source.platform.secret_store else { return };
        self.write_items(store);
    }

    fn write_items(&mut self, store: &SecretStore) {
        match store.kind {
            StoreKind::Vault => self.write_to_vault(store),
            StoreKind::OnePassword => self.write_to_onepassword(store),
            StoreKind::Gcp => self.write_to_secret_manager(store),
        }
    }

    /// A secret is a JSON document with the keys of the item. Who may read it is said by the identity of the pods.
    fn write_to_secret_manager(&mut self, store: &SecretStore) {
        let Some(project) = store.project.clone() else { return };
        let origin = project.origin;
        let prefix = store.prefix.as_ref().map(|prefix| format!(", and {} before it", code(&prefix.value)));
        self.page.text(
            &format!(
                "Each item is a secret of project {}, called like it with `-` in the place of `/`{}. Make it out of a\nfile that you delete afterwards, so that no value is in the history of your shell:",
                code(&project.value),
                prefix.unwrap_or_default()
            ),
            store.origin,
        );
        let example = self
            .platform()
            .secret_items
            .keys()
            .find(|item| !self.is_of_others(item))
            .map_or_else(|| "ITEM".to_owned(), |item| store.title(item));
        let create = format!(
            "gcloud secrets create {example} --project {} --replication-policy automatic --data-file item.json   # {{\"KEY\": \"VALUE\", …}}",
            project.value
        );
        self.page.commands([(create, origin)]);
        let reader = self.platform().components.iter().find(|one| &*one.library == "external-secrets");
        let Some(reader) = reader.map(|one| (one.namespace.value.clone(), one.fullname.value.clone())) else { return };
        let checked = if self.source.platform.made_cluster().is_some() { ", which its phase below checks" } else { "" };
        let text = format!(
            "External Secrets reads them as the service account of its pods. Google knows that where the cluster has Workload\nIdentity{checked}. Once, after the cluster is there, since it makes the pool:"
        );
        self.page.text(&text, origin);
        let member = format!(
            "principal://iam.googleapis.com/projects/$NUMBER/locations/global/workloadIdentityPools/{}.svc.id.goog/subject/ns/{}/sa/{}",
            project.value, reader.0, reader.1
        );
        let number = format!("NUMBER=$(gcloud projects describe {} --format='value(projectNumber)')", project.value);
        let bind = format!(
            "gcloud projects add-iam-policy-binding {} --role roles/secretmanager.secretAccessor --member \"{member}\"",
            project.value
        );
        self.page.commands([(number, origin), (bind, origin)]);
    }

    /// Connect only reads: a person makes the items in 1Password, which is there before the platform is.
    fn write_to_onepassword(&mut self, store: &SecretStore) {
        let Some(vault) = &store.vault else { return };
        if store.verbatim() {
            self.page.text(
                "An item of 1Password is found by its title, which is the name of the item with `-` in the place of `/`. Its fields are\ncalled like the keys, since the operator gives a key of a Secret no other name.",
                store.origin,
            );
        }
        self.page.text(
            "Make an item out of a file that you delete afterwards, so that no value is in the history of your shell:",
            store.origin,
        );
        let template =
            "op item template get \"API Credential\" --out-file item.json   # then fill in `fields`".to_owned();
        let create = format!("op item create --vault {} --title TITLE --template item.json", quoted(&vault.value));
        self.page.commands([(template, store.origin), (create, vault.origin)]);
    }

    fn write_to_vault(&mut self, store: &SecretStore) {
        let mount = &store.mount.value;
        self.page.text(
            "Write an item out of a file that you delete afterwards, so that no value is in the history of your shell:",
            store.origin,
        );
        let put = format!("vault kv put -mount={mount} ITEM @item.json   # {{\"KEY\": \"VALUE\", …}}");
        self.page.commands([(put, store.mount.origin)]);
        if let Some(name) = self.inside_store() {
            let text = format!(
                "The store is {} of this platform, which is not there yet. Until it is unsealed, take what the first phases need\nfrom a safe place of your own, and write it into the store as soon as it is up.",
                code(&name.value)
            );
            self.page.text(&text, name.origin);
        }
    }

    /// Returns the component of the store, if this platform deploys it.
    pub(super) fn inside_store(&self) -> Option<crate::model::Text> {
        let name = self.platform().secret_store.as_ref()?.component.as_ref()?;
        let own = |id: &crate::model::ComponentId| {
            self.platform().components.get(id.0).is_some_and(|one| one.name.value == name.value)
        };
        self.deployed.iter().any(own).then(|| name.clone())
    }

    /// Returns whether only components that somebody else installs read an item: its Secret is theirs to make.
    pub(super) fn is_of_others(&self, item: &str) -> bool {
        let components = self.platform().components.iter();
        let mut readers = components.filter(|one| one.secrets.iter().any(|secret| &*secret.item.value == item));
        let external = |one: &crate::model::Component| one.installed_by.value == crate::spec::InstalledBy::External;
        readers.next().is_some_and(|first| external(first) && readers.all(external))
    }

    pub(super) fn readers(&self, item: &str) -> String {
        let platform = self.platform();
        let of =
            |component: &crate::model::Component| component.secrets.iter().any(|secret| &*secret.item.value == item);
        let mut readers: Vec<&str> =
            platform.components.iter().filter(|component| of(component)).map(|one| &*one.name.value).collect();
        readers.dedup();
        let mut text = codes(readers);
        let terraform = platform.topology.hypervisors.iter().filter_map(|host| host.token.as_ref());
        let tunnels = platform.tunnels.iter().map(|tunnel| &tunnel.account);
        let mut metrics = platform.topology.hypervisors.iter().filter_map(|host| host.metrics.as_ref());
        let others = [
            (terraform.chain(tunnels).any(|read| *read.value == *item), "Terraform"),
            (metrics.any(|metrics| *metrics.token.value == *item), "Proxmox"),
        ];
        for (_, name) in others.into_iter().filter(|(reads, _)| *reads) {
            let and = if text.is_empty() { "" } else { ", " };
            text.push_str(and);
            text.push_str(name);
        }
        let of = |compositions: &[&str]| codes(compositions.iter().copied());
        let plugins = plugins_reading(platform, item).into_iter();
        let plugins = plugins.map(|(plugin, compositions)| format!("{} of {}", code(plugin), of(&compositions)));
        let keys = keeping_keys(platform, item).into_iter().map(|name| format!("{} for its keys", code(name)));
        let all = (!text.is_empty()).then_some(text).into_iter().chain(plugins).chain(keys);
        all.collect::<Vec<_>>().join("; ")
    }
}
