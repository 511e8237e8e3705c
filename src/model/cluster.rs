//! Clouds and clusters as meant: which cluster this environment runs in, and what a cloud keeps for it.

use std::sync::Arc;

use super::resolve::{Resolver, Section};
use super::{INCOMPLETE, NO_EFFECT, Text, Traced, UNKNOWN_CLOUD, UNKNOWN_CLUSTER};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::spec::scalars::Quantity;
use crate::spec::{self, CloudKind, ClusterKind, Dataplane, RegistryFormat, ReleaseChannel, TalosCni};
use crate::yaml::Field;

/// Index of a cloud in [`Platform::clouds`](super::Platform::clouds).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CloudId(pub usize);

/// Index of a cluster in [`Platform::clusters`](super::Platform::clusters).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClusterId(pub usize);

/// The cluster that an environment runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunsIn {
    /// The cluster.
    pub cluster: ClusterId,
    /// Whether the base environment runs in it too, and makes it.
    pub shared: bool,
}

/// A project of a cloud.
#[derive(Clone, Debug)]
pub struct Cloud {
    /// Its name in the spec.
    pub name: Text,
    /// Whose cloud it is.
    pub kind: CloudKind,
    /// The id of the project.
    pub project: Text,
    /// The region of what names none.
    pub region: Option<Text>,
    /// The APIs that the spec asks for.
    pub apis: Vec<Text>,
    /// The registries of images, by name.
    pub registries: Vec<Registry>,
}

/// A registry of images.
#[derive(Clone, Debug)]
pub struct Registry {
    /// Its name.
    pub name: Text,
    /// The region that it is in.
    pub location: Text,
    /// What it keeps.
    pub format: Traced<RegistryFormat>,
    /// Whether a tag always means the same image.
    pub immutable_tags: Traced<bool>,
    /// The start of the names of its images: `REGION-docker.pkg.dev/PROJECT/NAME`.
    pub host: Text,
}

/// A cluster.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Its name.
    pub name: Text,
    /// What runs Kubernetes.
    pub kind: Traced<ClusterKind>,
    /// The cloud that it runs in.
    pub cloud: Option<CloudId>,
    /// Its zone or region.
    pub location: Option<Text>,
    /// How soon new versions come.
    pub release_channel: Option<Traced<ReleaseChannel>>,
    /// What carries the packets of pods.
    pub dataplane: Option<Traced<Dataplane>>,
    /// The machines that pods run on, by name.
    pub node_pools: Vec<NodePool>,
    /// What machines of Talos are told.
    pub talos: Option<Talos>,
}

/// What the machines of a Talos cluster are told.
#[derive(Clone, Debug)]
pub struct Talos {
    /// The version of Talos Linux.
    pub version: Text,
    /// Whether control planes run workloads too.
    pub schedules: Traced<bool>,
    /// Who makes the network of pods.
    pub cni: Traced<TalosCni>,
    /// Whether Talos runs kube-proxy.
    pub kube_proxy: Traced<bool>,
    /// The servers of the time.
    pub ntp: Vec<Text>,
    /// The system extensions of the image.
    pub extensions: Vec<Text>,
    /// The disk that Talos is installed on.
    pub disk: Text,
}

/// Machines of one kind that a cloud adds and removes.
#[derive(Clone, Debug)]
pub struct NodePool {
    /// Its name.
    pub name: Text,
    /// The kind of machine.
    pub machine_type: Text,
    /// How many there are at least.
    pub min: Traced<u16>,
    /// How many there are at most.
    pub max: Traced<u16>,
    /// The size of their disks.
    pub disk: Option<Traced<Quantity>>,
    /// Whether the cloud may take them away at any time.
    pub spot: Traced<bool>,
}

/// Reads the clouds.
pub(super) fn clouds(cx: &mut Resolver<'_>, spec: &spec::Platform) -> Vec<Cloud> {
    let mut all = Vec::new();
    for (name, named) in spec.clouds.value().into_iter().flatten() {
        let Some(written) = &named.value else { continue };
        let written = &written.value;
        let (Some(kind), Some(project)) = (written.kind.value(), cx.word(&written.project, "project")) else {
            continue;
        };
        super::cloud::check(cx, written);
        let name = cx.name("cloud", name, named.key);
        let region = cx.word(&written.region, "region");
        let apis = written.apis.value().into_iter().flatten().filter_map(Field::get);
        let apis = apis.map(|api| cx.traced("API", api.value.0.clone(), api.span)).collect();
        let registries = registries(cx, written, &project, region.as_ref());
        all.push(Cloud { name, kind: *kind, project, region, apis, registries });
    }
    all
}

fn registries(cx: &mut Resolver<'_>, cloud: &spec::Cloud, project: &Text, region: Option<&Text>) -> Vec<Registry> {
    let mut all = Vec::new();
    for (name, named) in cloud.registries.value().into_iter().flatten() {
        let Some(written) = &named.value else { continue };
        let written = &written.value;
        if written.location.is_broken() || cloud.region.is_broken() {
            continue;
        }
        let Some(location) = cx.word(&written.location, "location").or_else(|| region.cloned()) else {
            let message = format!("registry `{name}` has no `location`");
            let problem = Diagnostic::error(INCOMPLETE, named.key, message)
                .why("images are kept in a region, and their names begin with it");
            cx.out.push(problem.help("write `location`, or the `region` of the cloud, for example asia-east1"));
            continue;
        };
        let format =
            cx.given_or(&written.format, "format", RegistryFormat::Docker, "registries keep images", named.key);
        let immutable_tags =
            cx.given_or(&written.immutable_tags, "registry", true, "a tag always means the same image", named.key);
        let name = cx.name("registry", name, named.key);
        // cloud.google.com, Artifact Registry, "Repository and image names".
        let host = format!("{}-docker.pkg.dev/{}/{}", location.value, project.value, name.value);
        let reads = [name.origin, project.origin, location.origin];
        let host = Traced::new(Arc::from(host), cx.origins.derived("the name of a registry", &reads));
        all.push(Registry { name, location, format, immutable_tags, host });
    }
    all
}

/// Reads the clusters.
pub(super) fn clusters(cx: &mut Resolver<'_>, spec: &spec::Platform, clouds: &[Cloud]) -> Vec<Cluster> {
    let mut all = Vec::new();
    for (name, named) in spec.clusters.value().into_iter().flatten() {
        let Some(written) = &named.value else { continue };
        let written = &written.value;
        let Some(kind) = written.kind.get() else { continue };
        foreign_fields(cx, written, name, kind.value, kind.span);
        let kind = cx.traced("kind", kind.value, kind.span);
        let cloud = cloud_of(cx, written, clouds);
        complete(cx, written, name, kind.value, named.key);
        if kind.value == ClusterKind::Gke {
            super::cloud::check_location(cx, &written.location);
        }
        let name = cx.name("cluster", name, named.key);
        let location = cx.word(&written.location, "location");
        let release_channel = (kind.value == ClusterKind::Gke).then(|| {
            let default = ReleaseChannel::Regular;
            cx.given_or(&written.release_channel, "release channel", default, "the regular channel", named.key)
        });
        let dataplane = (kind.value == ClusterKind::Gke).then(|| {
            let why = "with Dataplane V2 network policies hold";
            cx.given_or(&written.dataplane, "data plane", Dataplane::V2, why, named.key)
        });
        let node_pools = node_pools(cx, written);
        let talos = talos(cx, written, named.key);
        all.push(Cluster { name, kind, cloud, location, release_channel, dataplane, node_pools, talos });
    }
    all
}

fn talos(cx: &mut Resolver<'_>, written: &spec::Cluster, key: Span) -> Option<Talos> {
    let settings = written.talos.value()?;
    let version = settings.version.get()?;
    let version = cx.traced("version", version.value.text.clone(), version.span);
    let ntp = settings.ntp.value().into_iter().flatten().filter_map(Field::get);
    let ntp = ntp.map(|ip| cx.traced("time server", ip.value.0.to_string().into(), ip.span)).collect();
    let extensions = settings.extensions.value().into_iter().flatten().filter_map(Field::get);
    let mut extensions: Vec<Text> =
        extensions.map(|name| cx.traced("extension", name.value.0.clone(), name.span)).collect();
    extensions.sort_by(|a, b| a.value.cmp(&b.value));
    let disk = cx.word(&settings.disk, "disk");
    let disk = disk.unwrap_or_else(|| {
        Traced::new("/dev/sda".into(), cx.origins.defaulted("the first disk of a virtual machine", Some(key)))
    });
    let schedules = &settings.schedule_on_control_planes;
    Some(Talos {
        version,
        schedules: cx.given_or(schedules, "scheduling", false, "control planes run no workloads", key),
        cni: cx.given_or(&settings.cni, "network of pods", TalosCni::Flannel, "Talos' own network of pods", key),
        kube_proxy: cx.given_or(&settings.kube_proxy, "kube-proxy", true, "Talos runs kube-proxy", key),
        ntp,
        extensions,
        disk,
    })
}

fn cloud_of(cx: &mut Resolver<'_>, written: &spec::Cluster, clouds: &[Cloud]) -> Option<CloudId> {
    let cloud = written.cloud.get()?;
    let found = clouds.iter().position(|known| known.name.value == cloud.value);
    if found.is_none() && !cx.is_declared(Section::Clouds, &cloud.value) {
        let names = clouds.iter().map(|known| &*known.name.value);
        cx.unknown_name(UNKNOWN_CLOUD, cloud.span, "cloud", &cloud.value, names);
    }
    found.map(CloudId)
}

/// What a kind of cluster does not read is a sign that another kind was meant.
fn foreign_fields(cx: &mut Resolver<'_>, written: &spec::Cluster, name: &str, kind: ClusterKind, at: Span) {
    let gke = [ClusterKind::Gke].as_slice();
    let fields = [
        ("cloud", written.cloud.span(), gke),
        ("location", written.location.span(), gke),
        ("releaseChannel", written.release_channel.span(), gke),
        ("dataplane", written.dataplane.span(), gke),
        ("nodePools", written.node_pools.span(), gke),
        ("talos", written.talos.span(), &[ClusterKind::Talos]),
    ];
    for (field, span, kinds) in fields {
        let Some(span) = span.filter(|_| !kinds.contains(&kind)) else { continue };
        let words: Vec<String> = kinds.iter().map(|kind| format!("`{}`", kind.word())).collect();
        let message = format!("`{field}` means nothing for cluster `{name}`");
        let problem = Diagnostic::warning(NO_EFFECT, span, message)
            .related(at, format!("a cluster of kind `{}`", kind.word()))
            .why(format!("only clusters of kind {} have it, so no output changes with it", words.join(", ")));
        cx.out.push(problem.help("remove it, or change the `kind`"));
    }
}

/// What Terraform could not make a cluster without.
fn complete(cx: &mut Resolver<'_>, written: &spec::Cluster, name: &str, kind: ClusterKind, key: Span) {
    if kind == ClusterKind::Talos && matches!(written.talos, Field::Absent) {
        let problem = Diagnostic::error(INCOMPLETE, key, format!("cluster `{name}` has no `talos`"))
            .why("its machines boot an image of one version, and are told what they are by files for that version");
        cx.out.push(problem.help("write `talos: { version: … }`"));
    }
    if kind != ClusterKind::Gke {
        return;
    }
    let lacks = |name: &'static str, absent: bool| absent.then(|| format!("no `{name}`"));
    let missing = [
        lacks("cloud", matches!(written.cloud, Field::Absent)),
        lacks("location", matches!(written.location, Field::Absent)),
        lacks("nodePools", matches!(written.node_pools, Field::Absent)),
    ];
    let missing: Vec<String> = missing.into_iter().flatten().collect();
    if missing.is_empty() {
        return;
    }
    let problem = Diagnostic::error(INCOMPLETE, key, format!("cluster `{name}` has {}", missing.join(" and ")))
        .why("Google makes a cluster in a project, at a place, out of machines of a kind");
    cx.out.push(problem.help("write for example `cloud: google, location: asia-east1-a, nodePools: { default: { machineType: e2-standard-4 } }`"));
}

fn node_pools(cx: &mut Resolver<'_>, cluster: &spec::Cluster) -> Vec<NodePool> {
    let mut all = Vec::new();
    for (name, named) in cluster.node_pools.value().into_iter().flatten() {
        let Some(written) = &named.value else { continue };
        let written = &written.value;
        let Some(machine_type) = cx.word(&written.machine_type, "kind of machine") else { continue };
        let min = cx.given_or(&written.min, "least number", 1, "one machine", named.key);
        let max = written.max.get().map(|max| cx.traced("largest number", max.value, max.span));
        let max = max.unwrap_or_else(|| {
            Traced::new(min.value, cx.origins.derived("as many machines as there are at least", &[min.origin]))
        });
        if let (true, Some(here), Some(there)) =
            (max.value < min.value, written.max.span(), written.min.span().or(Some(named.key)))
        {
            let message = format!("node pool `{name}` has at most {} machines, and at least {}", max.value, min.value);
            let problem = Diagnostic::error(crate::yaml::BAD_VALUE, here, message).related(there, "the least number");
            cx.out.push(problem.help("swap the two, or leave `max` out for a pool that does not grow"));
        }
        let name = cx.name("node pool", name, named.key);
        let disk = written.disk.get().map(|disk| cx.traced("disk", disk.value.clone(), disk.span));
        let spot = cx.given_or(&written.spot, "node pool", false, "machines stay until they are not needed", named.key);
        all.push(NodePool { name, machine_type, min, max, disk, spot });
    }
    all
}

/// Finds the cluster of the environment: the one that `metadata.cluster` names, else the only one.
pub(super) fn chosen(cx: &mut Resolver<'_>, spec: &spec::Platform, clusters: &[Cluster]) -> Option<ClusterId> {
    let named = spec.metadata.value().map(|metadata| &metadata.cluster);
    match named {
        Some(Field::Given(named)) => {
            let found = clusters.iter().position(|cluster| cluster.name.value == named.value.0);
            let described = spec.clusters.value().is_some_and(|all| !all.is_empty());
            if found.is_none() && described && !cx.is_declared(Section::Clusters, &named.value.0) {
                let known = clusters.iter().map(|cluster| &*cluster.name.value);
                cx.unknown_name(UNKNOWN_CLUSTER, named.span, "cluster", &named.value.0, known);
            }
            found.map(ClusterId)
        }
        Some(Field::Broken) => None,
        Some(Field::Absent) | None => only(cx, spec, clusters),
    }
}

fn only(cx: &mut Resolver<'_>, spec: &spec::Platform, clusters: &[Cluster]) -> Option<ClusterId> {
    if let (Some(metadata), [_, second, ..]) = (spec.metadata.span(), clusters) {
        let message = "the spec has several clusters, and this environment names none".to_owned();
        let problem = Diagnostic::error(INCOMPLETE, metadata, message)
            .why("what is deployed would go to whichever comes first")
            .help("write `cluster: NAME` here, and in `metadata` of each environment that runs in another one");
        let place = cx.origins.written_span(second.name.origin);
        cx.out.push(place.into_iter().fold(problem, |problem, span| problem.related(span, "the second one")));
        return None;
    }
    (!clusters.is_empty()).then_some(ClusterId(0))
}

impl super::Platform {
    /// Returns the cluster that this environment runs in, where the spec describes clusters.
    pub fn own_cluster(&self) -> Option<&Cluster> {
        self.clusters.get(self.runs_in?.cluster.0)
    }

    /// Returns the name of the cluster: that of the platform, where the spec says nothing of clusters.
    pub fn cluster_name(&self) -> &Text {
        self.own_cluster().map_or(&self.name, |cluster| &cluster.name)
    }

    /// Returns what runs Kubernetes here: kubeadm, where the spec says nothing of clusters.
    pub fn cluster_kind(&self) -> ClusterKind {
        self.own_cluster().map_or(ClusterKind::Kubeadm, |cluster| cluster.kind.value)
    }

    /// Returns whether the base environment runs in the same cluster, and makes it.
    pub fn shares_cluster(&self) -> bool {
        self.runs_in.is_some_and(|place| place.shared)
    }

    /// Returns the cloud that a cluster runs in.
    pub fn cloud_of(&self, cluster: &Cluster) -> Option<&Cloud> {
        self.clouds.get(cluster.cloud?.0)
    }
}
