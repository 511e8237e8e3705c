//! Secrets: from the store by who makes them to who reads them; and certificates from their issuers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Drawing, Line, Mark, Shape, Sketch, View};
use crate::emit::CLUSTER_ISSUER;
use crate::graph::Graph;
use crate::model::composition::Composition;
use crate::model::plugin::ConfigValue;
use crate::model::{Component, Platform, SecretStore, SecretUse};
use crate::spec::SecretMaker;

/// The kind that External Secrets makes Secrets of.
const EXTERNAL_SECRET: &str = "ExternalSecret.external-secrets.io";

/// Draws the way of each secret and certificate. What is in the store only is a line in a Secret's box: its item.
pub fn secrets(platform: &Platform, graph: &Graph) -> Drawing {
    let title = format!("Secrets of {}, {}", platform.name.value, platform.environment.value);
    let mut canvas =
        Canvas { sketch: Sketch::new(View::Secrets, title, true), platform, graph, frames: BTreeMap::new() };
    if let Some(store) = &platform.secret_store {
        canvas.store(store);
    }
    canvas.certificates();
    let mut drawing = canvas.sketch.drawing;
    let text = match platform.compositions.as_slice() {
        [] => "dashed: put there by Ansible, without a Secret of the cluster",
        _ => "dashed: put there by Ansible or read by the application itself, without a Secret of the cluster",
    };
    drawing.legend.push((Mark::Line(Line::Dashed), text.to_owned()));
    drawing
}

/// Adds the items that a value of a configuration names.
fn read(value: &ConfigValue, items: &mut BTreeSet<String>) {
    match value {
        ConfigValue::Plain(_) => {}
        ConfigValue::Map(values, _) => values.iter().for_each(|(_, value)| read(value, items)),
        ConfigValue::Secret(secret) => {
            items.insert(secret.item.value.to_string());
        }
    }
}

struct Canvas<'a> {
    sketch: Sketch,
    platform: &'a Platform,
    graph: &'a Graph,
    frames: BTreeMap<Arc<str>, usize>,
}

impl Canvas<'_> {
    fn store(&mut self, store: &SecretStore) {
        let kept = store.vault.as_ref().or(store.project.as_ref()).map(|place| place.value.to_string());
        let lines = std::iter::once(store.kind.word().to_owned()).chain(kept).collect();
        let source = self.sketch.node("store".to_owned(), || (lines, Shape::Store, None));
        let maker = self.maker(store, source);
        let platform = self.platform;
        for component in &platform.components {
            for used in component.secrets.iter().filter(|_| component.is_installed()) {
                if component.on_machines {
                    let reader = self.component(component);
                    self.sketch.edge(source, reader, Some(used.item.value.to_string()), Line::Dashed);
                } else {
                    self.secret(maker, component, used);
                }
            }
        }
        for composition in &platform.compositions {
            self.composition(source, composition);
        }
    }

    /// The plugins of a composition read what their configuration names, and the composition its keys.
    fn composition(&mut self, source: usize, composition: &Composition) {
        let name = &composition.name.value;
        let mut edges = Vec::new();
        for (_, member) in composition.running() {
            let mut items = BTreeSet::new();
            member.config.iter().for_each(|(_, value)| read(value, &mut items));
            if !items.is_empty() {
                edges.push((super::plugins::id(composition, member), member.name.value.to_string(), items));
            }
        }
        let keys = composition.written.keys.value();
        if let Some((prefix, ids)) = keys.and_then(|keys| Some((keys.key_prefix.get()?, keys.ids.value()?))) {
            let below = prefix.value.0.trim_end_matches('/');
            let items: BTreeSet<String> =
                ids.iter().filter_map(|id| Some(format!("{below}/{}", id.value()?.0))).collect();
            if !items.is_empty() {
                edges.push((format!("plugin/{name}/"), "keys".to_owned(), items));
            }
        }
        if edges.is_empty() {
            return;
        }
        let frame = self.sketch.frame(format!("composition {name}"), None);
        for (id, line, items) in edges {
            let node = self.sketch.node(id, || (vec![line], Shape::Box, Some(frame)));
            for item in items {
                self.sketch.edge(source, node, Some(item), Line::Dashed);
            }
        }
    }

    /// Returns who makes Secrets out of the store: the store's own operator, or External Secrets.
    fn maker(&mut self, store: &SecretStore, source: usize) -> usize {
        let platform = self.platform;
        let maker = match store.by.value {
            SecretMaker::Operator => store.component.as_ref().and_then(|name| platform.component(&name.value)),
            SecretMaker::ExternalSecrets => {
                let provider = self.graph.crds.get(EXTERNAL_SECRET);
                provider.and_then(|id| platform.components.get(id.0))
            }
        };
        let Some(maker) = maker else { return source };
        let node = self.component(maker);
        self.sketch.edge(source, node, Some("items".to_owned()), Line::Solid);
        // Whoever runs in the cluster is there for the store to be read; a store of its own has its items from a person.
        let runs = store.component.as_ref().and_then(|name| platform.component(&name.value));
        if let Some(runs) = runs.filter(|runs| runs.name.value != maker.name.value) {
            let server = self.component(runs);
            self.sketch.edge(server, source, Some("keeps".to_owned()), Line::Solid);
        }
        node
    }

    fn secret(&mut self, maker: usize, component: &Component, used: &SecretUse) {
        let frame = self.frame(&component.namespace.value);
        let (namespace, name) = (&component.namespace.value, &used.name.value);
        let lines = vec![name.to_string(), format!("item {}", used.item.value)];
        let node = self.sketch.node(format!("secret/{namespace}/{name}"), || (lines, Shape::Store, Some(frame)));
        self.sketch.edge(maker, node, None, Line::Solid);
        let reader = self.component(component);
        self.sketch.edge(node, reader, None, Line::Solid);
    }

    /// Draws the certificates that issuers sign, each in the Secret that it is kept in.
    fn certificates(&mut self) {
        let platform = self.platform;
        let mut all = Vec::new();
        for certificate in &platform.certificates {
            let hosts: Vec<String> = certificate.hosts.iter().map(|host| host.value.to_string()).collect();
            if let Some(keeper) = platform.component(&certificate.component.value) {
                all.push((&certificate.issuer, certificate.secret.value.to_string(), hosts, keeper));
            }
        }
        for exposure in platform.exposures().filter(|exposure| exposure.expose.tunnel.is_none()) {
            if let (Some(issuer), Some(name)) = (&exposure.expose.issuer, exposure.tls_secret()) {
                all.push((issuer, name, vec![exposure.expose.host.value.to_string()], exposure.component));
            }
        }
        let signs = self.graph.crds.get(CLUSTER_ISSUER).and_then(|id| platform.components.get(id.0));
        for (issuer, secret, hosts, keeper) in all {
            let name = issuer.value.to_string();
            let node =
                self.sketch.node(format!("issuer/{name}"), || (vec![name, "issuer".to_owned()], Shape::Box, None));
            if let Some(signs) = signs {
                let signs = self.component(signs);
                self.sketch.edge(signs, node, None, Line::Solid);
            }
            let frame = self.frame(&keeper.namespace.value);
            let id = format!("secret/{}/{secret}", keeper.namespace.value);
            let lines = std::iter::once(secret).chain(hosts).collect();
            let kept = self.sketch.node(id, || (lines, Shape::Store, Some(frame)));
            self.sketch.edge(node, kept, Some("signs".to_owned()), Line::Solid);
            let reader = self.component(keeper);
            self.sketch.edge(kept, reader, None, Line::Solid);
        }
    }

    fn component(&mut self, component: &Component) -> usize {
        let frame = if component.on_machines { None } else { Some(self.frame(&component.namespace.value)) };
        let name = component.name.value.to_string();
        self.sketch.node(format!("component/{name}"), || (vec![name], Shape::Box, frame))
    }

    fn frame(&mut self, namespace: &Arc<str>) -> usize {
        let sketch = &mut self.sketch;
        *self.frames.entry(namespace.clone()).or_insert_with(|| sketch.frame(&**namespace, None))
    }
}
