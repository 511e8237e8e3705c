//! Registries and repositories that are closed.

use crate::diag::{Diagnostic, Kind};
use crate::lint::facts::ImageFact;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Component;

rule! {
    /// An image or a chart comes from a place that is closed.
    ///
    /// ## What it does
    ///
    /// Compares images in values and manifests, and the repositories of charts, with places that were closed or are not
    /// updated any more: Bitnami's free images on Docker Hub, `k8s.gcr.io`, and others.
    ///
    /// ## Why it matters
    ///
    /// The image cannot be pulled as soon as a node does not have it, or gets no fixes any more.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// containers: [{ name: kubectl, image: bitnami/kubectl:1.32.1 }]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// containers: [{ name: kubectl, image: registry.k8s.io/kubectl:v1.32.1 }]
    /// ```
    ///
    /// ## Source
    ///
    /// bitnami/charts#35164; Kubernetes blog, "k8s.gcr.io Image Registry Will Be Frozen From the 3rd of April 2023"; Helm blog,
    /// "New Location For Stable and Incubator Charts".
    pub(super) static RULE = Kind::new("retired-registry", "DV1708"), Supply, Error, fix: Unsafe, Check::Platform(check);
}

/// A place, what became of it, and what to write instead.
struct Closed {
    place: &'static str,
    since: &'static str,
    instead: Option<&'static str>,
    help: &'static str,
}

const fn closed(place: &'static str, since: &'static str, instead: Option<&'static str>, help: &'static str) -> Closed {
    Closed { place, since, instead, help }
}

/// Where images came from. Docker Hub is written without its host here.
const IMAGES: [Closed; 10] = [
    closed(
        "bitnami/",
        "Bitnami removed its versions from Docker Hub in 2025",
        Some("bitnamilegacy/"),
        "use the image of the product itself; `bitnamilegacy/` has the old ones, without updates",
    ),
    closed(
        "k8s.gcr.io/",
        "it is frozen since April 2023",
        Some("registry.k8s.io/"),
        "its images are at registry.k8s.io",
    ),
    closed(
        "gcr.io/google_containers/",
        "it moved in 2020",
        Some("registry.k8s.io/"),
        "its images are at registry.k8s.io",
    ),
    closed(
        "gcr.io/google-containers/",
        "it moved in 2020",
        Some("registry.k8s.io/"),
        "its images are at registry.k8s.io",
    ),
    closed(
        "us.gcr.io/k8s-artifacts-prod/",
        "it is frozen since April 2023",
        Some("registry.k8s.io/"),
        "its images are at registry.k8s.io",
    ),
    closed(
        "gcr.io/kubebuilder/",
        "it was closed in 2025",
        None,
        "kube-rbac-proxy is at quay.io/brancz/kube-rbac-proxy",
    ),
    closed(
        "quay.io/kubernetes-ingress-controller/",
        "the controller moved in 2020",
        None,
        "it is at registry.k8s.io/ingress-nginx/controller",
    ),
    closed(
        "quay.io/external_storage/",
        "the provisioners moved in 2020",
        None,
        "they are at registry.k8s.io/sig-storage",
    ),
    closed(
        "jettech/kube-webhook-certgen",
        "it is not built any more",
        None,
        "it is at registry.k8s.io/ingress-nginx/kube-webhook-certgen",
    ),
    closed("docker.pkg.github.com/", "GitHub closed it", None, "its images are at ghcr.io"),
];

/// Where charts came from, without the scheme.
const CHARTS: [Closed; 4] = [
    closed(
        "charts.helm.sh/stable",
        "it is an archive since November 2020",
        None,
        "each project has its own repository now",
    ),
    closed(
        "charts.helm.sh/incubator",
        "it is an archive since November 2020",
        None,
        "each project has its own repository now",
    ),
    closed(
        "kubernetes-charts.storage.googleapis.com",
        "it was closed in 2020",
        None,
        "each project has its own repository now",
    ),
    closed(
        "kubernetes-charts-incubator.storage.googleapis.com",
        "it was closed in 2020",
        None,
        "each project has its own repository now",
    ),
];

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (at, facts) in subject.facts.iter().enumerate() {
        for image in facts.images.iter().filter(|image| image.written) {
            let component = subject.component(at);
            out.extend(
                of_image(image)
                    .map(|problem| component.into_iter().fold(problem, |p, component| p.about(&component.name.value))),
            );
        }
    }
    for component in &subject.platform.components {
        out.extend(of_chart(subject, component));
    }
}

/// Returns the repository without the host of Docker Hub.
fn plain(repository: &str) -> &str {
    let hosts = ["docker.io/", "index.docker.io/", "registry-1.docker.io/"];
    hosts.into_iter().find_map(|host| repository.strip_prefix(host)).unwrap_or(repository)
}

fn of_image(image: &ImageFact) -> Option<Diagnostic> {
    let name = plain(&image.repository);
    let closed = IMAGES.iter().find(|closed| name.starts_with(closed.place))?;
    let (text, span) = image.named.as_ref()?;
    let problem = RULE
        .at(*span, format!("image `{}` is in a place that is closed", image.repository))
        .why(format!("{}: the image cannot be pulled, or gets no fixes", closed.since))
        .help(closed.help);
    let instead = closed.instead.filter(|_| text.contains(closed.place));
    Some(match instead {
        Some(instead) => {
            let text = text.replacen(closed.place, instead, 1);
            problem.fix(false, format!("write `{text}`"), *span, text)
        }
        None => problem,
    })
}

fn of_chart(subject: &Subject<'_>, component: &Component) -> Option<Diagnostic> {
    let (repo, _) = component.chart.as_ref().filter(|_| component.by_argocd())?;
    let place = repo.value.split_once("://").map_or(&*repo.value, |(_, place)| place).trim_end_matches('/');
    let closed = CHARTS.iter().find(|closed| closed.place == place)?;
    let name = &component.name.value;
    let problem = RULE
        .at(subject.line(repo.origin)?, format!("the chart of `{name}` is in a repository that is closed"))
        .why(format!("{}: nothing in it is updated", closed.since));
    Some(problem.help(closed.help).about(name))
}
