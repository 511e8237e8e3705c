//! A cluster in a zone of another region than its cloud.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::spec::ClusterKind;

rule! {
    /// The zone of a cluster is not in the region of its cloud.
    ///
    /// ## What it does
    ///
    /// Looks at clusters of kind `gke`: a `location` that is a zone (`asia-east1-a`) has to lie in the `region` of the cloud,
    /// and one that is a region has to be that one.
    ///
    /// ## Why it matters
    ///
    /// Registries and networks are in the region of the cloud. Images and traffic would go from one region to the other, slowly
    /// and for money; and a misspelt region is a place that there is not, which only `terraform apply` says.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// clouds: { shop: { kind: gcp, project: shop-prod, region: asia-east1 } }
    /// clusters:
    ///   main: { kind: gke, cloud: shop, location: asia-west1-a }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// clusters:
    ///   main: { kind: gke, cloud: shop, location: asia-east1-a }
    /// ```
    ///
    /// ## Source
    ///
    /// Google Cloud, "Regions and zones".
    pub(super) static RULE =
        Kind::new("zone-outside-region", "DV1196"), Topology, Error, fix: None, Check::Platform(check);
}

/// Returns the region of a place: a zone is a region, a hyphen and a letter.
fn region_of(place: &str) -> &str {
    match place.rsplit_once('-') {
        Some((region, zone)) if zone.len() == 1 => region,
        _ => place,
    }
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    // What an environment shares is judged where it is made.
    if platform.shares_cluster() {
        return;
    }
    let Some(cluster) = platform.own_cluster().filter(|cluster| cluster.kind.value == ClusterKind::Gke) else { return };
    let Some(cloud) = platform.cloud_of(cluster) else { return };
    let (Some(location), Some(region)) = (&cluster.location, &cloud.region) else { return };
    let place = region_of(&location.value);
    if place == &*region.value {
        return;
    }
    let Some(span) = subject.line(location.origin) else { return };
    let what = if place == &*location.value { "is not" } else { "is a zone of another region than" };
    let message = format!(
        "cluster `{}` is at `{}`, which {what} `{}`, the region of cloud `{}`",
        cluster.name.value, location.value, region.value, cloud.name.value
    );
    let problem = RULE.at(span, message).why("images and traffic would go from one region to the other");
    let problem = subject
        .line(region.origin)
        .into_iter()
        .fold(problem, |problem, span| problem.related(span, "the region of the cloud"));
    let zone = location.value.strip_prefix(place).unwrap_or_default();
    out.push(problem.help(format!("write `location: {}{zone}`, or change the `region` of the cloud", region.value)));
}
