//! The tokens of `InfluxDB`, which it issues itself: one for each who reads or writes, for its buckets only.

use super::Writer;
use crate::emit::page::code;
use crate::emit::shell::{line, word};
use crate::model::{Component, Text};
use crate::source::OriginId;
use crate::spec::FlowKind;

/// A token to make: for whom, whether it writes, and the bucket.
struct Token {
    of: String,
    writes: bool,
    bucket: String,
    item: String,
    origin: OriginId,
}

impl Writer<'_> {
    /// Says how the tokens are made that a component issues: as soon as it answers, since those who use them may be of the
    /// next wave.
    pub(super) fn tokens(&mut self, component: &Component) {
        if issues(component) {
            let tokens = self.tokens_of(component);
            let Some(first) = tokens.first() else { return };
            let name = &component.name.value;
            self.page.heading(4, &format!("Tokens of {}", code(name)), first.origin);
            let text = format!(
                "{} issues its tokens itself. As soon as it answers, make each of these there, and put what it says under\n`Token` into the item of the comment. Pods that use one do not run before, and later waves wait for them.",
                code(name)
            );
            self.page.text(&text, component.name.origin);
            let told = component.serves.get(&FlowKind::Query).and_then(|serve| serve.tells.get("organization"));
            let organization = told.map_or_else(String::new, |told| format!(" --org {}", word(&told.value)));
            let (namespace, pod) = (&component.namespace.value, &component.fullname.value);
            let mut lines = vec![
                (format!("kubectl -n {namespace} exec -it {pod}-0 -- bash"), component.name.origin),
                ("export INFLUX_TOKEN=\"$DOCKER_INFLUXDB_INIT_ADMIN_TOKEN\"".to_owned(), component.name.origin),
                (
                    "id() { influx bucket list".to_owned()
                        + &organization
                        + " --name \"$1\" --hide-headers | cut -f 1; }",
                    component.name.origin,
                ),
            ];
            for token in tokens {
                let way = if token.writes { "write" } else { "read" };
                let command = format!(
                    "influx auth create{organization} --description {} --{way}-bucket \"$(id {})\"   # {}",
                    token.of,
                    word(&token.bucket),
                    line(&token.item)
                );
                lines.push((command, token.origin));
            }
            self.page.commands(lines);
        }
    }

    fn tokens_of(&mut self, store: &Component) -> Vec<Token> {
        let platform = self.source.platform;
        let bucket = store.serves.get(&FlowKind::Query).and_then(|serve| serve.tells.get("bucket"));
        let usual = bucket.map(|bucket| bucket.value.to_string()).unwrap_or_default();
        let mut all = Vec::new();
        for component in &platform.components {
            for used in &component.secrets {
                let Some(flow) = used.flow.and_then(|at| platform.flows.get(at)) else { continue };
                let to = platform.components.get(flow.to.component.0);
                let from = platform.components.get(flow.from.component.0);
                if to.is_none_or(|to| to.name.value != store.name.value)
                    || from.is_none_or(|from| from.name.value != component.name.value)
                {
                    continue;
                }
                let named = flow.name.as_ref().map_or_else(|| usual.clone(), |name| name.value.to_string());
                let origin = self.origins.derived("who has a token", &[used.item.origin, store.name.origin]);
                all.push(Token {
                    of: component.name.value.to_string(),
                    writes: flow.kind == FlowKind::Database,
                    bucket: named,
                    item: self.item(&used.item),
                    origin,
                });
            }
        }
        all.extend(self.token_of_hypervisors(store, &usual));
        all
    }

    fn token_of_hypervisors(&self, store: &Component, usual: &str) -> Option<Token> {
        let hosts = &self.source.platform.topology.hypervisors;
        let metrics = hosts.iter().filter_map(|host| host.metrics.as_ref());
        let metrics = metrics.into_iter().find(|metrics| *metrics.to.value == *store.name.value)?;
        let bucket = metrics.bucket.as_ref().map_or_else(|| usual.to_owned(), |bucket| bucket.value.to_string());
        let item = self.item(&metrics.token);
        Some(Token { of: "proxmox".to_owned(), writes: true, bucket, item, origin: metrics.token.origin })
    }
}

impl Writer<'_> {
    /// Returns what the store calls an item.
    fn item(&self, item: &Text) -> String {
        let store = self.source.platform.secret_store.as_ref();
        store.map_or_else(|| item.value.to_string(), |store| store.title(&item.value).clone())
    }
}

/// Returns whether it runs in the cluster and issues tokens of this kind.
fn issues(component: &Component) -> bool {
    &*component.library == "influxdb2" && component.is_installed() && !component.on_machines
}
