//! What has to be there before what.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::storage::Classes;
use super::{CYCLE, Edge, NO_PROVIDER, Reason, Strength};
use crate::diag::Diagnostic;
use crate::library::Facts;
use crate::model::{Component, ComponentId, Platform, SecretStore};
use crate::source::{OriginId, Span};
use crate::spec::{FlowKind, InstalledBy};
use crate::yaml::{Field, Node};

/// A component that needs a kind, and its line.
type User = (Arc<str>, Span);

/// The kind by which External Secrets makes Secrets.
const EXTERNAL_SECRET: &str = "ExternalSecret.external-secrets.io";

/// The kind by which the operator of 1Password makes Secrets.
const ONEPASSWORD_ITEM: &str = "OnePasswordItem.onepassword.com";

/// The kind by which cert-manager makes certificates.
const CERTIFICATE: &str = "Certificate.cert-manager.io";

/// The kind by which External Secrets reaches the store.
const SECRET_STORE: &str = "ClusterSecretStore.external-secrets.io";

/// The kind by which the Prometheus operator finds what to scrape.
const SERVICE_MONITOR: &str = "ServiceMonitor.monitoring.coreos.com";

/// The kinds of monitors that charts make where their values ask for them.
const MONITORS: [&str; 2] = [SERVICE_MONITOR, "PodMonitor.monitoring.coreos.com"];

/// Collects the edges, sorted by the names of their ends; of several reasons for one pair all are kept.
pub(super) fn collect(platform: &Platform, providers: &Providers, out: &mut Vec<Diagnostic>) -> Vec<Edge> {
    let monitors = platform.flows.iter().filter(|flow| flow.kind == FlowKind::Scrape);
    let scraped = monitors.map(|flow| flow.to.component).collect();
    let opened = platform.flows.iter().map(|flow| (flow.from.component, flow.kind)).collect();
    let (edges, missing) = (Vec::new(), BTreeMap::new());
    let mut collector = Collector { platform, providers, scraped, opened, edges, missing, out };
    for (at, component) in platform.components.iter().enumerate() {
        collector.component(ComponentId(at), component);
    }
    collector.flows();
    collector.report_missing();
    collector.store();
    let mut edges = collector.edges;
    edges.retain(|edge| edge.from != edge.to);
    edges.sort_by(|a, b| (a.from, a.to, a.strength, &a.reason).cmp(&(b.from, b.to, b.strength, &b.reason)));
    edges.dedup_by(|a, b| (a.from, a.to, &a.reason) == (b.from, b.to, &b.reason));
    edges
}

/// Who provides what.
pub(super) struct Providers {
    pub(super) crds: BTreeMap<Arc<str>, ComponentId>,
    webhooks: BTreeMap<Arc<str>, ComponentId>,
    /// The controllers by ingress class.
    ingress: BTreeMap<Arc<str>, ComponentId>,
    load_balancer: Option<ComponentId>,
    classes: Classes,
}

impl Providers {
    pub(super) fn new(platform: &Platform) -> Self {
        let (mut crds, mut webhooks, mut ingress) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut load_balancer = None;
        for (at, component) in platform.components.iter().enumerate() {
            if let Some(controller) = &component.ingress {
                ingress.entry(controller.class.value.clone()).or_insert(ComponentId(at));
            }
            for kind in component.brings() {
                crds.entry(kind.value.clone()).or_insert(ComponentId(at));
            }
            let Some(provides) = component.variant.facts.provides.value() else { continue };
            if provides.load_balancer.value() == Some(&true) {
                load_balancer = load_balancer.or(Some(ComponentId(at)));
            }
            for kind in Facts::words(&provides.crds) {
                crds.entry(Arc::from(kind)).or_insert(ComponentId(at));
            }
            for kind in Facts::words(&provides.webhooks) {
                webhooks.entry(Arc::from(kind)).or_insert(ComponentId(at));
            }
        }
        Self { crds, webhooks, ingress, load_balancer, classes: Classes::new(platform) }
    }
}

struct Collector<'a> {
    platform: &'a Platform,
    providers: &'a Providers,
    scraped: BTreeSet<ComponentId>,
    opened: BTreeSet<(ComponentId, FlowKind)>,
    edges: Vec<Edge>,
    /// The kinds that nobody provides, and the components that create them.
    missing: BTreeMap<Arc<str>, Vec<ComponentId>>,
    out: &'a mut Vec<Diagnostic>,
}

impl Collector<'_> {
    fn add(&mut self, from: ComponentId, to: ComponentId, strength: Strength, reason: Reason, origin: OriginId) {
        self.edges.push(Edge { from, to, strength, reason, origin, place: None, kept: true });
    }

    fn component(&mut self, id: ComponentId, component: &Component) {
        for requirement in &component.requires {
            if requirement.on == id {
                self.itself(component, requirement.origin);
            }
            self.add(id, requirement.on, Strength::Hard, Reason::Requires, requirement.origin);
        }
        for gate in &component.gates {
            for waiting in &gate.before {
                self.add(*waiting, id, Strength::Hard, Reason::Gate(gate.name.value.clone()), gate.name.origin);
                for first in &gate.after {
                    self.add(*waiting, *first, Strength::Hard, Reason::Gate(gate.name.value.clone()), gate.name.origin);
                }
            }
        }
        if component.installed_by.value == InstalledBy::External {
            return;
        }
        let origin = component.name.origin;
        let monitored = self.monitored(id, component);
        for kind in Facts::words(component.variant.facts.needs.value().map_or(&Field::Absent, |needs| &needs.crds)) {
            if monitored || !MONITORS.contains(&kind) {
                self.kind(id, component, kind, origin, true);
            }
        }
        for kind in self.needed_by_flows(id, component) {
            self.kind(id, component, &kind, origin, true);
        }
        for kind in needed_by_settings(component) {
            self.kind(id, component, &kind, origin, true);
        }
        for document in component.manifests.iter().flat_map(|manifest| &manifest.documents) {
            if let Some(kind) = kind_of(document) {
                self.kind(id, component, &kind, origin, false);
            }
        }
        if self.platform.certificates.iter().any(|one| one.component.value == component.name.value) {
            self.kind(id, component, CERTIFICATE, origin, true);
        }
        self.storage(id, component);
        self.entrance(id, component);
        if !component.secrets.is_empty() {
            self.secrets(id, component);
        }
    }

    /// Returns the kinds that a component needs because of the flows that it opens.
    fn needed_by_flows(&self, id: ComponentId, component: &Component) -> Vec<Arc<str>> {
        let needs = component.variant.facts.needs.value().and_then(|needs| needs.flows.value());
        let opened = |word: &str| FlowKind::from_word(word).is_some_and(|kind| self.opened.contains(&(id, kind)));
        let kinds = needs.into_iter().flatten().filter(|(word, _)| opened(word));
        let kinds = kinds.filter_map(|(_, kinds)| kinds.value.as_ref()).flat_map(|kinds| &kinds.value.0);
        kinds.map(|kind| kind.value.clone()).collect()
    }

    /// A chart whose monitor is a choice of its values makes one only where somebody scrapes it.
    fn monitored(&self, id: ComponentId, component: &Component) -> bool {
        let by_choice = component.metrics.as_ref().is_some_and(|metrics| metrics.by_chart);
        !by_choice || self.scraped.contains(&id)
    }

    /// An object of a kind needs whoever defines the kind, and whoever judges it.
    fn kind(&mut self, id: ComponentId, component: &Component, kind: &str, origin: OriginId, by_facts: bool) {
        let own = |provider: &ComponentId| *provider == id;
        if let Some(provider) = self.providers.crds.get(kind).copied() {
            self.add(id, provider, Strength::Hard, Reason::Crd(kind.into()), origin);
        } else if by_facts && component.by_argocd() {
            self.missing.entry(kind.into()).or_default().push(id);
        }
        if let Some(provider) = self.providers.webhooks.get(kind).copied().filter(|provider| !own(provider)) {
            self.add(id, provider, Strength::Hard, Reason::Webhook(kind.into()), origin);
        }
    }

    fn itself(&mut self, component: &Component, origin: OriginId) {
        let Some(span) = self.platform.origins.written_span(origin) else { return };
        let message = format!("`{}` requires itself", component.name.value);
        let problem = Diagnostic::error(CYCLE, span, message).why("it could never be deployed");
        self.out.push(problem.help("remove the name from its `requires`"));
    }

    /// One report for the kinds that the same components need: what is missing is one thing, and one component mostly brings all.
    fn report_missing(&mut self) {
        // A component that could not be read may well be the one that provides the kind.
        if !self.platform.complete {
            return;
        }
        let mut groups: Vec<(Vec<User>, Vec<String>)> = Vec::new();
        for (kind, users) in &self.missing {
            let place = |id: &ComponentId| {
                let name = &self.platform.components.get(id.0)?.name;
                Some((name.value.clone(), self.platform.origins.written_span(name.origin)?))
            };
            let mut users: Vec<_> = users.iter().filter_map(place).collect();
            users.sort_by_key(|(_, span)| *span);
            users.dedup();
            match groups.iter_mut().find(|(known, _)| *known == users) {
                Some((_, kinds)) => kinds.push(kind.to_string()),
                None => groups.push((users, vec![kind.to_string()])),
            }
        }
        for (users, kinds) in groups {
            let Some(((first, span), others)) = users.split_first() else { continue };
            let (who, verb) = match others.len() {
                0 => (format!("`{first}`"), "creates"),
                count => (format!("`{first}` and {count} more"), "create"),
            };
            let (what, names) = (if kinds.len() == 1 { "kind" } else { "kinds" }, kinds.join(", "));
            let message = format!("{who} {verb} objects of the {what} {names}, which no component provides");
            let problem = Diagnostic::error(NO_PROVIDER, *span, message)
                .why("the API server refuses kinds that it does not know, so the Application never syncs")
                .help(format!("add the component that brings the {what}"))
                .help(format!("if it is there by other means, say so with a component of any name: `{{ installedBy: external, kinds: [{names}] }}`"));
            self.out.push(others.iter().fold(problem, |problem, (_, span)| problem.related(*span, "so does this")));
        }
    }

    fn storage(&mut self, id: ComponentId, component: &Component) {
        let needs = component.variant.facts.needs.value().and_then(|needs| needs.storage.value()) == Some(&true);
        let own = component.storage.0.iter().filter(|_| needs || component.storage.1.is_some());
        let parts =
            component.parts.iter().filter(|part| part.storage.1.is_some()).filter_map(|part| part.storage.0.as_ref());
        // Where the facts list the volumes, it can be that there are none: with a database Grafana has no volume.
        let listed = component.variant.computed.volumes.is_some();
        let planned = self.platform.demands.iter().filter(|demand| listed && demand.component == id);
        let planned = planned.filter_map(|demand| demand.class.as_ref());
        for class in planned.chain(own.filter(|_| !listed)).chain(parts) {
            let known = self.platform.topology.storage_classes.iter().find(|known| known.name.value == class.value);
            let provider = known.and_then(|known| self.find(&known.component.as_ref()?.value));
            if let Some(provider) = provider {
                self.add(id, provider, Strength::Hard, Reason::StorageClass(class.value.clone()), class.origin);
            }
        }
        for (class, to, place) in self.providers.classes.named(component) {
            let (origin, reason) = (component.name.origin, Reason::StorageClass(class));
            let edge = Edge { from: id, to, strength: Strength::Hard, reason, origin, place: Some(place), kept: true };
            self.edges.push(edge);
        }
    }

    /// dvgen makes `ExternalSecrets` or `OnePasswordItems` beside the component, and their values come out of the store.
    fn secrets(&mut self, id: ComponentId, component: &Component) {
        let origin = component.name.origin;
        if component.on_machines {
            return;
        }
        let verbatim = self.platform.secret_store.as_ref().is_some_and(SecretStore::verbatim);
        let maker = if verbatim { ONEPASSWORD_ITEM } else { EXTERNAL_SECRET };
        self.kind(id, component, maker, origin, self.platform.secret_store.is_some());
        let store = self.platform.secret_store.as_ref().and_then(|store| store.component.clone());
        if let Some(provider) = store.and_then(|store| self.find(&store.value)) {
            self.add(id, provider, Strength::Hard, Reason::SecretStore, origin);
        }
    }

    /// What connects the cluster to the store has an object that is healthy once the store is up and unsealed: before that
    /// the Application is not, and Argo CD begins no further wave. The same holds for whoever has the store sign certificates.
    fn store(&mut self) {
        let Some(store) = self.platform.secret_store.as_ref().and_then(|store| store.component.clone()) else { return };
        let Some(to) = self.find(&store.value) else { return };
        if let Some(from) = self.providers.crds.get(SECRET_STORE).copied() {
            self.add(from, to, Strength::Hard, Reason::SecretStore, store.origin);
        }
        for (at, component) in self.platform.components.iter().enumerate() {
            let signs = component.vault.as_ref().and_then(|vault| vault.at(&["pki"]));
            if signs.is_some() && component.is_installed() && !component.on_machines {
                self.add(ComponentId(at), to, Strength::Hard, Reason::Authority, component.name.origin);
            }
        }
    }

    /// A host is answered for, and a Service has an address, once the other side is there; neither stops the deployment.
    fn entrance(&mut self, id: ComponentId, component: &Component) {
        for expose in component.exposures().map(|exposure| exposure.expose) {
            if let Some(class) = &expose.class
                && let Some(controller) = self.providers.ingress.get(&class.value).copied()
            {
                self.add(id, controller, Strength::Soft, Reason::Ingress(class.value.clone()), class.origin);
            }
            let tunnel = expose.tunnel.as_ref();
            if let Some((name, tunnel)) = tunnel.and_then(|name| Some((name, self.platform.tunnel(&name.value)?)))
                && let Some(runs) = self.find(&tunnel.component.value)
            {
                self.add(id, runs, Strength::Soft, Reason::Tunnel(name.value.clone()), name.origin);
            }
        }
        let needs = component.variant.facts.needs.value().and_then(|needs| needs.load_balancer.value().copied());
        let needs = needs == Some(true) || component.workload.as_ref().is_some_and(|workload| workload.load_balancer);
        if let (true, Some(balancer)) = (needs, self.providers.load_balancer) {
            self.add(id, balancer, Strength::Soft, Reason::LoadBalancer, component.name.origin);
        }
    }

    fn find(&self, name: &str) -> Option<ComponentId> {
        let at = self.platform.components.binary_search_by(|component| (*component.name.value).cmp(name));
        at.ok().map(ComponentId)
    }

    /// The side that opens a connection comes after the side that answers. Scrapes are an exception: Prometheus
    /// finds what there is to scrape by itself, and what is scraped brings a monitor of the operator's kind.
    fn flows(&mut self) {
        let platform = self.platform;
        for flow in &platform.flows {
            let word = flow.kind.word();
            if flow.kind == FlowKind::Scrape {
                // What somebody else installed is there already, and waits for nothing.
                let scraped = platform.components.get(flow.to.component.0);
                if let Some(component) = scraped.filter(|one| one.installed_by.value != InstalledBy::External) {
                    let asked = component.metrics.as_ref().map(|metrics| metrics.asked.monitor());
                    self.kind(flow.to.component, component, asked.unwrap_or(SERVICE_MONITOR), flow.origin, false);
                }
            } else {
                self.add(flow.from.component, flow.to.component, Strength::Soft, Reason::Flow(word), flow.origin);
                // Both sides read the credentials, also where one Secret serves both.
                if let Some(component) = platform.components.get(flow.to.component.0)
                    && flow.credentials
                {
                    self.secrets(flow.to.component, component);
                }
            }
        }
    }
}

/// Returns the kinds that a component needs because of its settings.
fn needed_by_settings(component: &Component) -> Vec<Arc<str>> {
    let needs = component.variant.facts.needs.value().and_then(|needs| needs.settings.value());
    let asked = |setting: &str| component.settings.get(setting).is_some_and(crate::template::Data::is_true);
    let kinds = needs.into_iter().flatten().filter(|(setting, _)| asked(setting));
    kinds
        .filter_map(|(_, kinds)| kinds.value.as_ref())
        .flat_map(|kinds| &kinds.value.0)
        .map(|kind| kind.value.clone())
        .collect()
}

/// Returns `Kind.group` of a manifest, or `Kind` for the core group.
fn kind_of(document: &Node) -> Option<String> {
    let kind = document.get("kind")?.as_scalar()?;
    let version = document.get("apiVersion")?.as_scalar()?;
    Some(match version.split_once('/') {
        Some((group, _)) => format!("{kind}.{group}"),
        None => kind.to_string(),
    })
}
