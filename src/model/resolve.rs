//! Spec to platform.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;

use super::alerts::{self, Alerts};
use super::backup::{self, Backups};
use super::basics;
use super::cluster::{self, Cloud, Cluster, RunsIn};
use super::component::{self, Component, ComponentId};
use super::composition::{self, Composition};
use super::context::Shared;
use super::demand::{self, Demand};
use super::edge::{self, Certificate, Tunnel};
use super::flow::{self, Flow};
use super::image::{self, Image};
use super::pipelines::{self, Pipelines};
use super::place::{self, Place};
use super::plugin::{self, Layer, Plugin, PluginSecurity};
use super::secret::{self, SecretItem, SecretStore};
use super::topology::{self, Collection, Domains, Repository, Toolchain, Topology};
use super::{TAKEN_TWICE, Text, Traced};
use crate::diag::{Diagnostic, Kind, Spelling};
use crate::library::Library;
use crate::source::{OriginId, Origins, Span};
use crate::spec::scalars::FileLabel;
use crate::spec::{self, Written};
use crate::yaml::{Decoder, Field, Names, Node};

/// A platform in one environment, as meant.
#[derive(Debug)]
pub struct Platform {
    /// Its name.
    pub name: Traced<Arc<str>>,
    /// Its environment.
    pub environment: Traced<Arc<str>>,
    /// The name of the cluster that it runs in, where the spec says so.
    pub cluster: Option<Text>,
    /// The clouds by name.
    pub clouds: Vec<Cloud>,
    /// The clusters by name.
    pub clusters: Vec<Cluster>,
    /// What is watched, and who is told.
    pub alerts: Option<Alerts>,
    /// What builds images, and what sees to it that they are deployed.
    pub pipelines: Option<Pipelines>,
    /// The images by name.
    pub images: Vec<Image>,
    /// The one of [`Platform::clusters`] that it runs in.
    pub runs_in: Option<RunsIn>,
    /// Whether this is an overlay of the base environment.
    pub is_overlay: bool,
    /// Its domains.
    pub domains: Domains,
    /// The versions of the platform as a whole.
    pub versions: Vec<Toolchain>,
    /// The collections of Ansible, by name.
    pub collections: Vec<Collection>,
    /// The repository.
    pub repository: Option<Repository>,
    /// Everything below Kubernetes.
    pub topology: Topology,
    /// The secret store.
    pub secret_store: Option<SecretStore>,
    /// The items of the store.
    pub secret_items: BTreeMap<Arc<str>, SecretItem>,
    /// Whether namespaces let in nobody but whom network policies name, where the spec says so.
    pub deny_by_default: Option<Traced<bool>>,
    /// The certificates for several hosts.
    pub certificates: Vec<Certificate>,
    /// The tunnels.
    pub tunnels: Vec<Tunnel>,
    /// The components by name.
    pub components: Vec<Component>,
    /// The component that is Argo CD itself; the first one, if there are several.
    pub argocd: Option<ComponentId>,
    /// The namespace of the Argo CD of the base environment, where this one has none of its own.
    pub argocd_of_base: Option<Text>,
    /// Whether Argo CD waits for one Application before the next: only where its values, which dvgen makes, give
    /// Applications a health check (argo-cd.readthedocs.io, resource health, since 1.8 it has none of its own).
    pub waits_in_waves: bool,
    /// What the templates of all components read.
    pub(super) shared: Shared,
    /// Whether all components of the spec could be resolved.
    pub complete: bool,
    /// The flows: by kind, from and to.
    pub flows: Vec<Flow>,
    /// The backups of machines.
    pub backups: Backups,
    /// The folders on machines that keep data.
    pub places: Vec<Place>,
    /// The volumes that are planned, by component.
    pub demands: Vec<Demand>,
    /// The plugins that compositions choose from, by name.
    pub plugins: Vec<Plugin>,
    /// Whom plugins are taken from.
    pub plugin_security: PluginSecurity,
    /// What the code below a folder may import, by folder.
    pub layers: Vec<Layer>,
    /// The compositions, by name.
    pub compositions: Vec<Composition>,
    /// Fields of Renovate's configuration.
    pub renovate: Option<Names<Node>>,
    /// The origins of everything above.
    pub origins: Arc<Origins>,
}

/// What a platform is resolved from.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The spec of one environment.
    pub written: &'a Written,
    /// The library entries that it uses.
    pub library: &'a Library,
    /// Texts of the manifest files that components name, by path.
    pub manifests: &'a BTreeMap<Arc<str>, component::ManifestText>,
}

/// Collects origins and problems while the spec is resolved.
pub(super) struct Resolver<'a> {
    pub(super) origins: Origins,
    pub(super) out: &'a mut Vec<Diagnostic>,
    pub(super) spec: &'a spec::Platform,
    pub(super) spelling: Spelling,
}

/// Sections whose names are named elsewhere.
#[derive(Clone, Copy, Debug)]
pub(super) enum Section {
    Clouds,
    Clusters,
    Registries,
    Images,
    Components,
    Hypervisors,
    Networks,
    Nodes,
    Addresses,
    StorageClasses,
    SecretItems,
}

/// Returns whether a section has a name, or cannot be read and may have it.
fn has<T>(section: &Field<Names<T>>, name: &str) -> bool {
    section.is_broken() || section.value().is_some_and(|names| names.contains_key(name) || !names.is_whole())
}

impl Resolver<'_> {
    /// Returns whether the spec declares a name, readable or not. What names a broken thing is no problem of its own.
    pub(super) fn is_declared(&self, section: Section, name: &str) -> bool {
        let spec = self.spec;
        match section {
            Section::Clouds => has(&spec.clouds, name),
            Section::Clusters => has(&spec.clusters, name),
            Section::Images => has(&spec.images, name),
            Section::Registries => {
                spec.clouds.is_broken()
                    || spec
                        .clouds
                        .value()
                        .into_iter()
                        .flat_map(Names::values)
                        .any(|cloud| cloud.value.as_ref().is_none_or(|cloud| has(&cloud.value.registries, name)))
            }
            Section::Components => has(&spec.components, name),
            Section::Hypervisors => has(&spec.hypervisors, name),
            Section::Nodes => has(&spec.nodes, name),
            Section::Addresses => has(&spec.addresses, name),
            Section::Networks => has(&spec.networks, name),
            Section::StorageClasses => {
                spec.storage.is_broken() || spec.storage.value().is_some_and(|storage| has(&storage.classes, name))
            }
            Section::SecretItems => {
                spec.secrets.is_broken() || spec.secrets.value().is_some_and(|secrets| has(&secrets.items, name))
            }
        }
    }

    /// Returns a written value.
    pub(super) fn traced<T>(&mut self, what: &'static str, value: T, span: Span) -> Traced<T> {
        Traced::new(value, self.origins.written(what, span))
    }

    /// Returns a name, written as a key.
    pub(super) fn name(&mut self, what: &'static str, name: &Arc<str>, key: Span) -> Traced<Arc<str>> {
        self.traced(what, name.clone(), key)
    }

    /// Returns a written word.
    pub(super) fn word<T>(&mut self, field: &Field<T>, what: &'static str) -> Option<Text>
    where
        T: Clone + Into<Arc<str>>,
    {
        field.get().map(|word| self.traced(what, word.value.clone().into(), word.span))
    }

    /// Returns a written folder or file of the repository, without slashes at its ends.
    pub(super) fn folder(&mut self, field: &Field<spec::scalars::Folder>, what: &'static str) -> Option<Text> {
        field.get().map(|path| self.traced(what, Arc::from(path.value.0.trim_matches('/')), path.span))
    }

    /// Returns a written value, or a default named `by`.
    pub(super) fn given_or<T: Clone>(
        &mut self,
        field: &Field<T>,
        what: &'static str,
        default: T,
        by: &'static str,
        near: Span,
    ) -> Traced<T> {
        match field.get() {
            Some(given) => self.traced(what, given.value.clone(), given.span),
            None => Traced::new(default, self.origins.defaulted(by, Some(near))),
        }
    }

    /// Reports an unknown name, with the nearest spelling while there is time to look for one.
    pub(super) fn unknown_name<'n>(
        &mut self,
        kind: Kind,
        span: Span,
        what: &str,
        name: &str,
        known: impl Iterator<Item = &'n str>,
    ) {
        let problem = Decoder::unknown_among(&mut self.spelling, kind, span, what, name, known);
        self.out.push(problem);
    }

    /// Looks at names that may be meant, or does without them once that has cost too much.
    pub(super) fn spell<'n, T>(
        &mut self,
        known: impl Iterator<Item = &'n str>,
        without: impl FnOnce() -> T,
        with: impl FnOnce(&[&'n str]) -> T,
    ) -> T {
        match self.spelling.look(known) {
            Some(known) => with(&known),
            None => without(),
        }
    }

    /// Reports a value that two things claim.
    pub(super) fn report_twice<K: Ord + Display + Copy>(
        &mut self,
        seen: &mut BTreeMap<K, (OriginId, Arc<str>)>,
        value: K,
        origin: OriginId,
        owner: &Arc<str>,
        what: &str,
    ) {
        let Some((first, name)) = seen.get(&value) else {
            seen.insert(value, (origin, owner.clone()));
            return;
        };
        let (Some(here), Some(there)) = (self.origins.written_span(origin), self.origins.written_span(*first)) else {
            return;
        };
        let message = format!("{what} {value} belongs to both `{name}` and `{owner}`");
        let problem = Diagnostic::error(TAKEN_TWICE, here, message).related(there, format!("`{name}` has it already"));
        self.out.push(problem.help("give one of them another"));
    }
}

/// Resolves the spec of one environment. Returns `None` where not even the name of the platform can be read.
pub fn resolve(input: Input<'_>, out: &mut Vec<Diagnostic>) -> Option<Platform> {
    let spec = &input.written.platform;
    let mut cx = Resolver { origins: Origins::new(), out, spec, spelling: Spelling::default() };
    let metadata = spec.metadata.value();
    let name = identity(&mut cx, metadata.map(|metadata| &metadata.name), "platform");
    let environment = identity(&mut cx, metadata.map(|metadata| &metadata.environment), "environment");
    let clouds = cluster::clouds(&mut cx, spec);
    let images = image::images(&mut cx, spec, &clouds);
    let clusters = cluster::clusters(&mut cx, spec, &clouds);
    let runs_in = cluster::chosen(&mut cx, spec, &clusters);
    let runs_in = runs_in.map(|cluster| RunsIn { cluster, shared: input.written.shares_cluster });
    let cluster = metadata.and_then(|metadata| metadata.cluster.get());
    let cluster = cluster.map(|name| cx.traced("cluster", name.value.0.clone(), name.span));
    let cluster = cluster.or_else(|| clusters.get(runs_in?.cluster.0).map(|cluster| cluster.name.clone()));
    let domains = basics::domains(&mut cx, spec);
    let versions = basics::versions(&mut cx, spec);
    let collections = basics::collections(&mut cx, spec);
    let own = input.written.environments.iter().find(|one| one.name == environment.value);
    let own = input.written.overlay.is_none() || own.is_some_and(|one| one.revision.is_some());
    let repository = basics::repository(&mut cx, spec, own);
    let topology = topology::resolve(&mut cx, spec);
    let secret_store = secret::store(&mut cx, spec, &clouds);
    let secret_items = secret::items(&mut cx, spec);
    let certificates = edge::certificates(&mut cx, spec);
    let tunnels = edge::tunnels(&mut cx, spec, &topology);
    let alerts = alerts::resolve(&mut cx, spec, &secret_items);
    let denied = spec.defaults.value().and_then(|defaults| defaults.deny_by_default.get());
    let deny_by_default = denied.map(|denied| cx.traced("closed namespaces", denied.value, denied.span));
    let mut platform = Platform {
        name,
        environment,
        cluster,
        clouds,
        clusters,
        alerts,
        pipelines: None,
        images,
        runs_in,
        is_overlay: input.written.overlay.is_some(),
        domains,
        versions,
        collections,
        repository,
        topology,
        secret_store,
        secret_items,
        deny_by_default,
        certificates,
        tunnels,
        components: Vec::new(),
        argocd: None,
        argocd_of_base: None,
        shared: Shared::default(),
        waits_in_waves: false,
        complete: false,
        flows: Vec::new(),
        backups: Backups::default(),
        places: Vec::new(),
        demands: Vec::new(),
        plugins: Vec::new(),
        plugin_security: PluginSecurity::default(),
        layers: Vec::new(),
        compositions: Vec::new(),
        renovate: spec.renovate.value().cloned(),
        origins: Arc::new(Origins::new()),
    };
    platform.pipelines = pipelines::resolve(&mut cx, spec, input, &platform);
    component::resolve(&mut cx, spec, input, &mut platform);
    super::argocd::find(&mut cx, input.written, &mut platform);
    flow::resolve(&mut cx, spec, &mut platform);
    edge::guard(&mut cx, &mut platform);
    edge::people(&mut cx, &platform);
    super::auth::check(&mut cx, &platform);
    platform.backups = backup::resolve(&mut cx, &platform);
    secret::resolve(&mut cx, &mut platform);
    alerts::check(&mut cx, &platform);
    platform.places = place::resolve(&mut cx, &platform);
    super::workload::check_flow_env(&mut cx, &platform);
    platform.demands = demand::resolve(&mut cx, &platform);
    plugin::resolve(&mut cx, spec, &mut platform);
    composition::resolve(&mut cx, spec, &mut platform);
    platform.origins = Arc::new(cx.origins);
    Some(platform)
}

/// Returns a name of the platform. One that cannot be read has been reported and stops the build; a nameless platform
/// goes on, so that everything else is judged.
fn identity(cx: &mut Resolver<'_>, field: Option<&Field<FileLabel>>, what: &'static str) -> Text {
    match field.and_then(Field::get) {
        Some(name) => cx.traced(what, name.value.0.clone(), name.span),
        None => Traced::new("".into(), cx.origins.defaulted("nothing that can be read", None)),
    }
}
