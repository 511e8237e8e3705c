//! Components as meant.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::edge::Guard;
use super::machine::Machine;
use super::secret::CERTIFICATE;
use super::secret::SecretUse;
use super::service::{Endpoint, Serve, Service};
use super::{Text, Traced};
use crate::library::{Variant, kinds as library_kinds};
use crate::source::FileId;
use crate::spec::scalars::{Quantity, Version};
use crate::spec::{Access, FlowKind, InstalledBy, Tls};
use crate::template::Data;
use crate::yaml::Node;

mod brings;
mod check;
mod compute;
mod effect;
mod entry;
mod exposed;
mod exposure;
mod manifests;
mod owners;
mod parts;
mod placement;
mod read;
pub(super) mod relations;
mod services;

pub(super) use compute::{base, shown};
pub use exposed::Exposure;
pub(super) use read::resolve;

/// Index of a component in [`super::Platform::components`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ComponentId(pub usize);

/// Index of a part in [`Component::parts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartId(pub usize);

/// A thing that is deployed.
#[derive(Clone, Debug)]
pub struct Component {
    /// Its name.
    pub name: Traced<Arc<str>>,
    /// Its library entry.
    pub library: Arc<str>,
    /// The facts that hold for its version.
    pub variant: Arc<Variant>,
    /// Its name for people.
    pub title: Traced<Arc<str>>,
    /// Repository and name of its chart.
    pub chart: Option<(Text, Text)>,
    /// The version of the chart.
    pub version: Option<Traced<Version>>,
    /// Its group.
    pub group: Option<Traced<Arc<str>>>,
    /// The labels that the spec gives it.
    pub own_labels: Vec<(Text, Text)>,
    /// Its namespace.
    pub namespace: Traced<Arc<str>>,
    /// Its Argo CD project.
    pub project: Traced<Arc<str>>,
    /// Its Helm release.
    pub release: Traced<Arc<str>>,
    /// The full name that the chart gives its objects.
    pub fullname: Traced<Arc<str>>,
    /// How many copies run.
    pub replicas: Option<Traced<u16>>,
    /// Who installs it.
    pub installed_by: Traced<InstalledBy>,
    /// Whether it runs on machines, outside of Kubernetes.
    pub on_machines: bool,
    /// The machines that it runs on, by name.
    pub machines: Vec<Machine>,
    /// How its connections are encrypted where it runs on machines.
    pub tls: Option<Traced<Tls>>,
    /// Pods of one's own image, if it is a workload.
    pub workload: Option<super::workload::Workload>,
    /// Where its pods run, as templates read it.
    pub placement: Data,
    /// Its storage class and volume size.
    pub storage: (Option<Traced<Arc<str>>>, Option<Traced<Quantity>>),
    /// How people reach it.
    pub expose: Option<Box<Expose>>,
    /// What it is as an ingress controller, if it is one.
    pub ingress: Option<Box<IngressController>>,
    /// Components that the spec says it needs.
    pub requires: Vec<Requirement>,
    /// Manual steps after it.
    pub gates: Vec<GateStep>,
    /// Its parts.
    pub parts: Vec<Part>,
    /// The databases that it serves.
    pub databases: Vec<Traced<Arc<str>>>,
    /// Choices of its template, as templates read them.
    pub settings: Data,
    /// Helm values of the spec, merged last.
    pub values: Option<Arc<Node>>,
    /// Fields of the Application of the spec, merged last.
    pub application: Option<Arc<Node>>,
    /// Manifest files of the user.
    pub manifests: Vec<Manifest>,
    /// The kinds that its chart creates, where the spec lists them: `Kind.group`, or `Kind` for the core group.
    pub kinds: Option<Vec<Traced<Arc<str>>>>,
    /// Whether its facts are not certain: its version or its settings could not be read. What follows from them is then
    /// no problem of its own.
    pub doubtful: bool,
    /// The Services that it creates, by id.
    pub services: Vec<Service>,
    /// The flows that it answers.
    pub serves: BTreeMap<FlowKind, Serve>,
    /// The secrets that it reads.
    pub secrets: Vec<SecretUse>,
    /// Where its metrics are: service id, port name and path.
    pub metrics: Option<Box<Metrics>>,
    /// The labels that all its pods have, and no others, if the facts know them.
    pub pods: Option<crate::doc::Doc>,
    /// Whether it gets a network policy.
    pub network_policy: Traced<bool>,
    /// What it may do in Vault besides reading its secrets, if the facts know something.
    pub vault: Option<crate::doc::Doc>,
    /// How it follows the repository, if it applies what that says: `every` and `told`.
    pub follows: Option<crate::doc::Doc>,
    /// The labels of its pods, if the facts know them.
    pub labels: Option<crate::doc::Doc>,
}

/// Who is asked for metrics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The pods behind a service, by its id: a `ServiceMonitor` finds them.
    Service(Arc<str>),
    /// Pods by their labels, without a service: a `PodMonitor` of the chart finds them.
    Pods,
}

impl Asked {
    /// Returns the id of the service, if there is one.
    pub const fn service(&self) -> Option<&Arc<str>> {
        match self {
            Self::Service(id) => Some(id),
            Self::Pods => None,
        }
    }

    /// Returns the kind of the monitor.
    pub const fn monitor(&self) -> &'static str {
        match self {
            Self::Service(_) => "ServiceMonitor.monitoring.coreos.com",
            Self::Pods => "PodMonitor.monitoring.coreos.com",
        }
    }
}

/// Where metrics are.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// Who is asked.
    pub asked: Asked,
    /// The name of the port.
    pub port_name: Option<Arc<str>>,
    /// The names of further ports of the service that have metrics of their own.
    pub more: Vec<Arc<str>>,
    /// The path.
    pub path: Arc<str>,
    /// Whether other Services have the same labels, and would have the same pods scraped once more.
    pub only: bool,
    /// Whether the chart makes the monitor itself, from its values.
    pub by_chart: bool,
    /// Where that is switched on in the values, key by key, if it is known.
    pub switch: Vec<Arc<str>>,
    /// How often they are read unless the spec says otherwise.
    pub interval: Option<Text>,
    /// How often they may be read at most: what is asked behind them has a limit of its own.
    pub least: Option<Text>,
    /// The line of the facts.
    pub origin: crate::source::OriginId,
}

/// How people reach a component, or a part of one.
#[derive(Clone, Debug)]
pub struct Expose {
    /// The host name.
    pub host: Traced<Arc<str>>,
    /// The certificate issuer.
    pub issuer: Option<Traced<Arc<str>>>,
    /// The ingress class; the only one of the platform unless written.
    pub class: Option<Traced<Arc<str>>>,
    /// What the Ingress is annotated with, for the controller and for cert-manager.
    pub annotations: Vec<(Arc<str>, Text)>,
    /// The URL by which people reach it, without a path.
    pub url: Option<Text>,
    /// Who may come in.
    pub access: Option<Traced<Access>>,
    /// The tunnel through which people come, if it is not the ingress controller.
    pub tunnel: Option<Text>,
    /// Who signs people in.
    pub guard: Guard,
    /// Paths where nobody is signed in.
    pub open: Vec<Text>,
}

/// A component that answers for the hosts of an ingress class.
#[derive(Clone, Debug)]
pub struct IngressController {
    /// The class.
    pub class: Text,
    /// The annotation by which it learns that a Service speaks TLS itself.
    pub backend_protocol: Option<Text>,
    /// The annotation that names the chain of a host.
    pub annotation: Option<Text>,
    /// What it does with requests, by the kind of access.
    pub chains: BTreeMap<Arc<str>, Text>,
}

/// A component that another one needs.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// The component that is needed.
    pub on: ComponentId,
    /// Where the spec says so.
    pub origin: crate::source::OriginId,
}

/// A manual step.
#[derive(Clone, Debug)]
pub struct GateStep {
    /// Its name.
    pub name: Traced<Arc<str>>,
    /// What a person does.
    pub action: Traced<Arc<str>>,
    /// Components that wait for it besides those that depend on its component.
    pub before: Vec<ComponentId>,
    /// Further components that have to be there first.
    pub after: Vec<ComponentId>,
}

/// A part of an umbrella chart.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name.
    pub name: Arc<str>,
    /// Its name for people.
    pub title: Traced<Arc<str>>,
    /// The role that it plays.
    pub role: Option<Arc<str>>,
    /// Whether it is deployed.
    pub enabled: Traced<bool>,
    /// How many copies run.
    pub replicas: Option<Traced<u16>>,
    /// How long it keeps data.
    pub retention: Option<Traced<Arc<str>>>,
    /// Storage class and size of its volumes.
    pub storage: (Option<Traced<Arc<str>>>, Option<Traced<Quantity>>),
    /// Whether the spec says where its pods run.
    pub placed: bool,
    /// Where its pods run, as templates read it.
    pub placement: Data,
    /// How people reach it.
    pub expose: Option<Box<Expose>>,
    /// Whether it asks people who they are.
    pub login: bool,
    /// The flows that it answers.
    pub serves: BTreeMap<FlowKind, Serve>,
    /// The kinds of flow that it opens.
    pub opens: Vec<FlowKind>,
}

/// A manifest file of the user.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Its path as the spec names it.
    pub path: Traced<Arc<str>>,
    /// Its documents.
    pub documents: Vec<Node>,
}

/// A manifest file that was read before the model is resolved.
#[derive(Clone, Debug)]
pub struct ManifestText {
    /// The source.
    pub file: FileId,
    /// Its documents.
    pub documents: Vec<Node>,
}

impl Metrics {
    /// Returns whether who is asked is there: a service may be a matter of settings.
    pub fn is_there(&self, component: &Component) -> bool {
        self.asked.service().is_none_or(|id| component.service(id).is_some())
    }
}

impl Component {
    /// Returns a service by its id.
    pub fn service(&self, id: &str) -> Option<&Service> {
        self.services.iter().find(|service| &*service.id == id)
    }

    /// Returns the service at which a secret store is reached: that of the copy which answers, where there is one, because a
    /// copy that is sealed has an address too; else the usual one.
    pub fn store_service(&self) -> Option<&Service> {
        self.service("active").or_else(|| self.service("api")).or_else(|| self.services.first())
    }

    /// Returns the service that stands at a way in.
    pub fn service_of(&self, endpoint: &Endpoint) -> Option<&Service> {
        self.service(endpoint.service.as_deref()?)
    }

    /// Returns a part.
    pub fn part(&self, id: PartId) -> Option<&Part> {
        self.parts.get(id.0)
    }

    /// Returns the custom kinds that are there with it, by what the spec says of a component that somebody else installs and
    /// that the library does not have.
    pub fn brings(&self) -> impl Iterator<Item = &Traced<Arc<str>>> {
        let external = self.installed_by.value == InstalledBy::External;
        let listed = self.kinds.iter().filter(move |_| external && self.chart.is_none() && self.variant.unknown);
        listed.flatten().filter(|kind| !library_kinds::is_built_in(&kind.value))
    }

    /// Returns the folder on a machine that holds the files of a secret.
    pub fn secret_folder(&self, used: &SecretUse) -> String {
        format!("/etc/{}/secrets/{}", self.name.value, used.name.value)
    }

    /// Returns the units of systemd that it runs as on a machine; `*` in them stands for any text.
    pub fn units(&self) -> Vec<Arc<str>> {
        let facts = self.variant.facts.units.value().into_iter().flatten().filter_map(|unit| unit.value());
        let mut units: Vec<Arc<str>> = facts.map(|unit| unit.0.clone()).collect();
        if units.is_empty() && self.installed_by.value == InstalledBy::Systemd {
            units.push(format!("{}.service", self.name.value).into());
        }
        units
    }

    /// Returns its certificate, if it needs one.
    pub fn certificate(&self) -> Option<&SecretUse> {
        self.secrets.iter().find(|used| &*used.id == CERTIFICATE)
    }

    /// Returns whether it is installed from here, and not by somebody else.
    pub fn is_installed(&self) -> bool {
        self.installed_by.value != InstalledBy::External
    }

    /// Returns whether it is another one once more on the same machine, in whose file of configuration it would write: of what
    /// else comes of it nothing needs to be said.
    pub fn doubles(&self, other: &Self) -> bool {
        let same = self.name.value != other.name.value && self.library == other.library;
        let meets = || self.machines.iter().any(|on| other.machines.iter().any(|also| also.kind == on.kind));
        same && self.is_installed() && other.is_installed() && self.variant.facts.config.value().is_some() && meets()
    }

    /// Returns whether the component or one of its parts is deployed by Argo CD.
    pub fn by_argocd(&self) -> bool {
        self.installed_by.value == InstalledBy::Argocd
    }
}
