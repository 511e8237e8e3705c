//! What a person has to store: each key of each item of the secret store, and what its value has to be.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Writer;
use crate::emit::composition::plugins_reading;
use crate::emit::page::{code, codes, marked};
use crate::emit::vault;
use crate::model::{Component, Forced, Platform, SecretItem, SecretUse};
use crate::source::OriginId;
use crate::spec::InstalledBy;

/// What is said of a value that a person may choose.
const FREE: &str = "free";

/// Returns the components whose manifests or values read items, by item.
fn read_by_objects(platform: &Platform) -> BTreeMap<Arc<str>, BTreeSet<&str>> {
    let mut all = BTreeMap::<Arc<str>, BTreeSet<&str>>::new();
    let Some(store) = &platform.secret_store else { return all };
    for component in &platform.components {
        for (item, _) in vault::items(component, store) {
            all.entry(item).or_default().insert(&component.name.value);
        }
    }
    all
}

/// What a value has to be.
struct Value {
    text: String,
    reads: Vec<OriginId>,
}

impl Writer<'_> {
    /// Returns the keys of all items, each with its value and those who read it, and whether there are free ones, and
    /// forced ones.
    pub(super) fn keys(&mut self) -> (Vec<(Vec<String>, OriginId)>, bool, bool) {
        let mut seen = (false, false);
        let mut rows = Vec::new();
        let mut objects = None;
        for item in self.source.platform.secret_items.values() {
            if self.is_of_others(&item.path.value) {
                continue;
            }
            let mut readers = self.readers(&item.path.value);
            if readers.is_empty() {
                // Objects of the user are looked at only where nothing else reads an item.
                let objects = objects.get_or_insert_with(|| read_by_objects(self.source.platform));
                match objects.get(&item.path.value) {
                    Some(components) => readers = codes(components.iter().copied()),
                    // An overlay has the items of the base, and may have taken away what reads them.
                    None if self.source.platform.is_overlay => continue,
                    None => readers.push_str("nothing that dvgen knows of"),
                }
            }
            for (at, key) in item.keys.iter().enumerate() {
                let value = self.value(item, &key.value);
                seen.0 |= value.text == FREE;
                seen.1 |= value.text.starts_with("**");
                let mut reads = vec![item.path.origin, key.origin];
                reads.extend(value.reads);
                let origin = self.origins.derived("a key of the secret store and those who read it", &reads);
                // The name of the item stands once, at its first key.
                let first = |text: String| if at == 0 { text } else { String::new() };
                let store = self.source.platform.secret_store.as_ref();
                let title = store.map_or_else(|| item.path.value.to_string(), |store| store.title(&item.path.value));
                let cells = vec![first(code(&title)), code(&key.value), value.text, first(readers.clone())];
                rows.push((cells, origin));
            }
        }
        (rows, seen.0, seen.1)
    }

    fn value(&self, item: &SecretItem, key: &str) -> Value {
        let platform = self.platform();
        let readers = || {
            let read = platform.components.iter().flat_map(|component: &Component| &component.secrets);
            read.filter(|used| used.item.value == item.path.value)
        };
        if let Some(found) = readers().find_map(|used| self.forced(used, key)) {
            return found;
        }
        let hint = |used: &SecretUse| {
            let id = &used.keys.iter().find(|known| *known.stored == *key)?.id;
            used.hints.iter().find(|(named, _)| named == id).map(|(_, hint)| hint.clone())
        };
        if let Some(hint) = readers().find_map(hint) {
            return Value { text: marked(&hint.value), reads: vec![hint.origin] };
        }
        if let Some(found) = readers().find_map(|used| self.issued(used)) {
            return found;
        }
        if let Some(found) = self.outside(item, key) {
            return found;
        }
        let mut hosts = platform.topology.hypervisors.iter();
        let host = hosts.find(|host| host.token.as_ref().is_some_and(|token| token.value == item.path.value));
        match (host.and_then(|host| host.user.as_ref()), key) {
            (Some(account), "id") => {
                let text = format!("the id of the token: {}", code(&format!("{}!NAME", account.value)));
                Value { text, reads: vec![account.origin] }
            }
            (Some(account), "token") => {
                Value { text: "its secret, as Proxmox shows it a single time".to_owned(), reads: vec![account.origin] }
            }
            _ if !plugins_reading(platform, &item.path.value).is_empty() => {
                Value { text: "as the plugin takes it".to_owned(), reads: Vec::new() }
            }
            _ => Value { text: FREE.to_owned(), reads: Vec::new() },
        }
    }

    /// What somebody else runs gives the credentials for it.
    fn issued(&self, used: &SecretUse) -> Option<Value> {
        let platform = self.platform();
        let flow = platform.flows.get(used.flow?)?;
        let to = platform.components.get(flow.to.component.0)?;
        let text = format!("issued by {}, which others run", code(&to.name.value));
        let reads = vec![flow.origin, to.name.origin, to.installed_by.origin];
        (to.installed_by.value == InstalledBy::External).then_some(Value { text, reads })
    }

    /// What Terraform and Proxmox read is issued by whom they show it to.
    fn outside(&self, item: &SecretItem, key: &str) -> Option<Value> {
        let platform = self.platform();
        if let Some(tunnel) = platform.tunnels.iter().find(|tunnel| tunnel.account.value == item.path.value) {
            let text = match key {
                "accountId" => "the id of the account, as Cloudflare shows it",
                "apiToken" => "issued by Cloudflare: a token that may edit tunnels, DNS and Access",
                _ => return None,
            };
            return Some(Value { text: text.to_owned(), reads: vec![tunnel.account.origin] });
        }
        let hosts = platform.topology.hypervisors.iter().filter_map(|host| host.metrics.as_ref());
        let metrics = hosts.into_iter().find(|metrics| metrics.token.value == item.path.value)?;
        let text = format!("issued by {}: a token that may write", code(&metrics.to.value));
        Some(Value { text, reads: vec![metrics.to.origin] })
    }

    /// Returns the value that the answering side of a flow knows the other one by.
    fn forced(&self, used: &SecretUse, key: &str) -> Option<Value> {
        let platform = self.platform();
        let flow = platform.flows.get(used.flow?)?;
        let (from, to) =
            (platform.components.get(flow.from.component.0)?, platform.components.get(flow.to.component.0)?);
        let part = flow.to.part.and_then(|part| to.part(part));
        let serve = to.serves.get(&flow.kind).or_else(|| part?.serves.get(&flow.kind))?;
        let id = &used.keys.iter().find(|known| *known.stored == *key)?.id;
        let forced: Forced = *serve.forced.get(id)?;
        let value = forced.value(&from.name.value, flow.name.as_ref().map(|name| &*name.value))?;
        let text = format!("**{}**: {} knows it by this", code(&value), codes([&*to.name.value]));
        let mut reads = vec![flow.origin, from.name.origin];
        reads.extend(flow.name.as_ref().map(|name| name.origin));
        Some(Value { text, reads })
    }
}
