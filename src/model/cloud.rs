//! What an environment makes in a cloud: the project, its APIs, and its cluster.
//!
//! The cluster of an environment is made once: an overlay that runs in the cluster of the base leaves it to the base.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::resolve::Resolver;
use super::{Cloud, Cluster, Platform};
use crate::diag::Diagnostic;
use crate::source::OriginId;
use crate::spec::scalars::DnsLabel;
use crate::spec::{self, ClusterKind, StoreKind};
use crate::yaml::{BAD_VALUE, Field};

impl Platform {
    /// Returns the cloud of the cluster that is made for this environment, else the first cloud.
    pub fn made_cloud(&self) -> Option<&Cloud> {
        if self.shares_cluster() {
            return None;
        }
        self.own_cluster().and_then(|cluster| self.cloud_of(cluster)).or_else(|| self.clouds.first())
    }

    /// Returns the cluster that Terraform makes in a cloud for this environment.
    pub fn made_cluster(&self) -> Option<&Cluster> {
        self.own_cluster().filter(|cluster| cluster.kind.value == ClusterKind::Gke && !self.shares_cluster())
    }

    /// Returns the APIs that have to be enabled in a cloud, each with what asks for it.
    pub fn needed_apis(&self, cloud: &Cloud) -> BTreeMap<Arc<str>, OriginId> {
        let mut all: BTreeMap<Arc<str>, OriginId> =
            cloud.apis.iter().map(|api| (api.value.clone(), api.origin)).collect();
        let mut need = |name: &'static str, origin| {
            all.entry(name.into()).or_insert(origin);
        };
        if let Some(cluster) = self.own_cluster().filter(|cluster| cluster.kind.value == ClusterKind::Gke) {
            need("compute.googleapis.com", cluster.kind.origin);
            need("container.googleapis.com", cluster.kind.origin);
        }
        if let Some(store) = self.secret_store.as_ref().filter(|store| store.kind == StoreKind::Gcp) {
            need("secretmanager.googleapis.com", store.origin);
        }
        if let Some((_, account)) = self.signed().map(|(_, provider, account)| (provider, account)).next() {
            need("iam.googleapis.com", account.origin);
            need("iamcredentials.googleapis.com", account.origin);
            need("sts.googleapis.com", account.origin);
        }
        if let Some(registry) = cloud.registries.first() {
            need("artifactregistry.googleapis.com", registry.name.origin);
        }
        all
    }
}

/// Multi-regions of Artifact Registry (cloud.google.com, Artifact Registry, "Locations").
const MULTI_REGIONS: [&str; 3] = ["asia", "europe", "us"];

/// Says which names of a cloud Google cannot have given.
pub(super) fn check(cx: &mut Resolver<'_>, cloud: &spec::Cloud) {
    if let Some(project) = cloud.project.get().filter(|project| !is_project(&project.value.0)) {
        let message = format!("`{}` cannot be the id of a project of Google Cloud", project.value.0);
        let problem = Diagnostic::error(BAD_VALUE, project.span, message)
            .why("the names of images begin with it, and no pod starts from a name that is not lower case");
        let small = project.value.0.to_ascii_lowercase();
        let help = "an id has 6 to 30 lower-case letters, digits and `-`, and begins with a letter; `gcloud projects list` shows it, beside the name, which may differ";
        let meant = (small != *project.value.0 && is_project(&small)).then(|| format!("did you mean `{small}`?"));
        cx.out.push(meant.into_iter().fold(problem, Diagnostic::help).help(help));
    }
    place(cx, &cloud.region, is_region, "a region of Google Cloud, such as asia-east1");
    for registry in cloud.registries.value().into_iter().flat_map(crate::yaml::Names::values) {
        let Some(registry) = &registry.value else { continue };
        let fits = |text: &str| is_region(text) || MULTI_REGIONS.contains(&text);
        place(
            cx,
            &registry.value.location,
            fits,
            "a region of Google Cloud, such as asia-east1, or one of asia, europe, us",
        );
    }
}

/// Says where a cluster of GKE cannot be.
pub(super) fn check_location(cx: &mut Resolver<'_>, location: &Field<DnsLabel>) {
    let fits = |text: &str| is_region(text) || is_zone(text);
    place(cx, location, fits, "a region of Google Cloud, such as asia-east1, or a zone of one, such as asia-east1-a");
}

fn place(cx: &mut Resolver<'_>, field: &Field<DnsLabel>, fits: impl Fn(&str) -> bool, what: &str) {
    let Some(place) = field.get().filter(|place| !fits(&place.value.0)) else { return };
    let message = format!("`{}` is not {what}", place.value.0);
    let problem = Diagnostic::error(BAD_VALUE, place.span, message);
    cx.out.push(problem.help("`gcloud compute zones list` shows regions and zones"));
}

/// Returns whether a text has the form of the id of a project (cloud.google.com, Resource Manager, "Creating and managing
/// projects").
fn is_project(text: &str) -> bool {
    (6..=30).contains(&text.len())
        && text.starts_with(|char: char| char.is_ascii_lowercase())
        && !text.ends_with('-')
        && text.chars().all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-')
}

/// Returns whether a text has the form of a region: a part of the world, a direction, and a number (cloud.google.com, "Regions
/// and zones").
fn is_region(text: &str) -> bool {
    let Some((world, rest)) = text.split_once('-') else { return false };
    let direction = rest.trim_end_matches(|char: char| char.is_ascii_digit());
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|char| char.is_ascii_lowercase());
    is_word(world) && is_word(direction) && direction.len() < rest.len()
}

/// Returns whether a text has the form of a zone: a region and a letter.
fn is_zone(text: &str) -> bool {
    let Some((region, letter)) = text.rsplit_once('-') else { return false };
    is_region(region) && letter.len() == 1 && letter.chars().all(|char| char.is_ascii_lowercase())
}
