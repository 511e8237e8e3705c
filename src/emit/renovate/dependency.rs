//! Where the newer releases of a pinned thing are found.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::library::{Library, SettingPins, Variant};
use crate::source::{FileId, SourceMap, Span};
use crate::spec::{Pin, Pinned, Pins, Step};

/// Where the releases of well-known tools are: the name in `versions`, and the repository on GitHub.
const TOOLS: [(&str, &str); 19] = [
    ("argocd", "argoproj/argo-cd"),
    ("calico", "projectcalico/calico"),
    ("cilium", "cilium/cilium"),
    ("cni-plugins", "containernetworking/plugins"),
    ("containerd", "containerd/containerd"),
    ("crictl", "kubernetes-sigs/cri-tools"),
    ("etcd", "etcd-io/etcd"),
    ("flannel", "flannel-io/flannel"),
    ("helm", "helm/helm"),
    ("k3s", "k3s-io/k3s"),
    ("kube-vip", "kube-vip/kube-vip"),
    ("kubernetes", "kubernetes/kubernetes"),
    ("kustomize", "kubernetes-sigs/kustomize"),
    ("opentofu", "opentofu/opentofu"),
    ("runc", "opencontainers/runc"),
    ("talos", "siderolabs/talos"),
    ("terraform", "hashicorp/terraform"),
    ("vault", "hashicorp/vault"),
    ("velero", "vmware-tanzu/velero"),
];

/// Tools that are packages of Python.
const PYTHON: [&str; 3] = ["ansible", "ansible-core", "ansible-lint"];

/// Something that is released by others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The kind of place, in Renovate's words.
    pub datasource: Arc<str>,
    /// What people call it.
    pub name: Arc<str>,
    /// Its name at that place, where that is another one.
    pub package: Option<Arc<str>>,
    /// The place.
    pub registry: Option<Arc<str>>,
    /// What stands before the number there, and not in the spec.
    pub prefix: Option<Arc<str>>,
    /// For a datasource that Renovate does not have: the URL that tells the versions, and the query for what it answers.
    pub custom: Option<(Arc<str>, Arc<str>)>,
}

/// A pin of the spec with what it is a version of.
#[derive(Clone, Debug)]
pub struct Dependent {
    /// The file, from the directory of the spec.
    pub file: Arc<str>,
    /// The path in it.
    pub steps: Vec<Step>,
    /// What is pinned.
    pub of: Pinned,
    /// The version or image as written.
    pub text: Arc<str>,
    /// Where it stands.
    pub span: Span,
    /// Where newer releases are found, if that is known.
    pub dependency: Option<Dependency>,
}

/// Returns the pins of a spec, all environments taken together.
pub fn dependents(pins: Pins, library: &Library, sources: &SourceMap) -> Vec<Dependent> {
    let mut settings = Settings { pins: &pins, library, last: None };
    let of = |pin| settings.is_pin(pin).then(|| dependency(&pins, pin, library));
    let known: Vec<Option<Option<Dependency>>> = pins.all.iter().map(of).collect();
    let mut files = BTreeMap::<FileId, Arc<str>>::new();
    let mut all = Vec::with_capacity(known.iter().flatten().count());
    for (pin, known) in pins.all.into_iter().zip(known) {
        let Some(dependency) = known else { continue };
        let Pin { steps, of, text, span, .. } = pin;
        let file = files.entry(span.file).or_insert_with(|| sources.file(span.file).name().into()).clone();
        all.push(Dependent { file, steps, of, text, span, dependency });
    }
    all
}

/// Tells which settings are pins.
struct Settings<'a> {
    pins: &'a Pins,
    library: &'a Library,
    /// The facts of the component whose settings were asked for last, as those of one component follow each other.
    last: Option<Asked<'a>>,
}

/// The environment, the component, and its facts.
type Asked<'a> = (&'a Option<Arc<str>>, &'a Arc<str>, Option<Arc<Variant>>);

impl<'a> Settings<'a> {
    /// What a setting lists is a pin where the facts of the component say so.
    fn is_pin(&mut self, pin: &'a Pin) -> bool {
        let Pinned::Setting { component, setting, .. } = &pin.of else { return true };
        let (pins, library) = (self.pins, self.library);
        let known = self.last.take().filter(|(environment, name, _)| {
            Arc::ptr_eq(name, component) && environment.as_deref() == pin.environment.as_deref()
        });
        let (.., variant) = self
            .last
            .insert(known.unwrap_or_else(|| (&pin.environment, component, variant(pins, pin, component, library))));
        variant.as_ref().is_some_and(|variant| setting_pins(variant, setting).is_some())
    }
}

fn variant(pins: &Pins, pin: &Pin, component: &Arc<str>, library: &Library) -> Option<Arc<Variant>> {
    let written = pins.chart(pin.environment.as_ref(), component);
    let version = written.version.as_deref().map(|text| text.strip_prefix('v').unwrap_or(text));
    library.variant(&written.library, version.and_then(|text| semver::Version::parse(text).ok()).as_ref())
}

fn setting_pins<'a>(variant: &'a Variant, setting: &str) -> Option<&'a SettingPins> {
    Some(&variant.facts.pins.value()?.get(setting)?.value.as_ref()?.value)
}

/// A version that is none, such as `latest`, cannot be raised.
fn listed(variant: &Variant, setting: &str, entry: &Arc<str>, version: &str) -> Option<Dependency> {
    semver::Version::parse(version.strip_prefix('v').unwrap_or(version)).ok()?;
    let facts = setting_pins(variant, setting)?;
    let custom = facts.url.value().cloned().zip(facts.releases.value().cloned());
    Some(Dependency { custom, ..plain(&facts.datasource.value()?.0, entry) })
}

fn dependency(pins: &Pins, pin: &Pin, library: &Library) -> Option<Dependency> {
    match &pin.of {
        Pinned::Tool(name) => tool(name, &pin.text),
        Pinned::Collection(name) => Some(plain("galaxy-collection", name)),
        Pinned::Component(name) => chart(pins, pin, name, library),
        Pinned::Group(name) => chart(pins, pin, pins.of_group(pin.environment.as_ref(), name)?, library),
        Pinned::Tag { image: Some(image), .. } | Pinned::Image(image) => Some(plain("docker", image)),
        Pinned::Setting { component, setting, entry } => {
            listed(&*variant(pins, pin, component, library)?, setting, entry.as_ref()?, &pin.text)
        }
        Pinned::Tag { image: None, .. } => pins.image_below(pin).map(|image| plain("docker", image)),
    }
}

fn plain(datasource: &str, name: &Arc<str>) -> Dependency {
    Dependency {
        datasource: datasource.into(),
        name: name.clone(),
        package: None,
        registry: None,
        prefix: None,
        custom: None,
    }
}

fn tool(name: &Arc<str>, version: &str) -> Option<Dependency> {
    if PYTHON.contains(&&**name) {
        return Some(plain("pypi", name));
    }
    let (_, repository) = TOOLS.iter().find(|(known, _)| **known == **name)?;
    let prefix = (!version.starts_with('v')).then(|| "v".into());
    Some(Dependency { package: Some((*repository).into()), prefix, ..plain("github-releases", name) })
}

/// Returns the names of the tools whose releases are known.
pub(super) fn tools() -> impl Iterator<Item = &'static str> {
    TOOLS.iter().map(|(name, _)| *name).chain(PYTHON)
}

fn chart(pins: &Pins, pin: &Pin, component: &Arc<str>, library: &Library) -> Option<Dependency> {
    let written = pins.chart(pin.environment.as_ref(), component);
    let pin_text = &pin.text;
    let bare = pin_text.strip_prefix('v').unwrap_or(pin_text);
    let version = semver::Version::parse(bare).ok();
    let variant = library.variant(&written.library, version.as_ref());
    let facts = variant.as_ref().and_then(|variant| variant.facts.chart.value());
    if let Some(source) = variant.as_ref().and_then(|variant| variant.facts.pin.value())
        && facts.is_none()
    {
        let package = source.package.value().cloned();
        let prefix =
            source.prefix.value().map(|prefix| prefix.0.clone()).filter(|prefix| !pin_text.starts_with(&**prefix));
        return Some(Dependency { package, prefix, ..plain(&source.datasource.value()?.0, component) });
    }
    let repo = written.repo.or_else(|| facts?.repo.value().map(|url| url.0.clone()))?;
    let name = written.name.or_else(|| facts?.name.value().map(|name| name.0.clone()))?;
    // An OCI repository is one of images: the chart is an image in it.
    if let Some(host) = repo.strip_prefix("oci://") {
        let package = format!("{}/{name}", host.trim_end_matches('/')).into();
        return Some(Dependency { package: Some(package), ..plain("docker", &name) });
    }
    Some(Dependency { registry: Some(repo), ..plain("helm", &name) })
}
