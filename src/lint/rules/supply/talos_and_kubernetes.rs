//! Versions of Talos against versions of Kubernetes.

use super::kubernetes::version;
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// A version of Talos does not support the version of Kubernetes.
    ///
    /// ## What it does
    ///
    /// Compares `talos.version` of each cluster with `versions.kubernetes`, by the support matrix of Talos. It knows
    /// Talos 1.0 to 1.3 and 1.7 to 1.12; other versions are left alone.
    ///
    /// ## Why it matters
    ///
    /// Talos writes the configuration of Kubernetes' programs itself. With a newer version it refuses to upgrade, with an older one
    /// their static pods do not start.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// versions: { kubernetes: 1.35.0 }
    /// clusters: { home: { kind: talos, talos: { version: 1.9.5 } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// versions: { kubernetes: 1.35.0 }
    /// clusters: { home: { kind: talos, talos: { version: 1.12.0 } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Talos Linux, Support Matrix.
    pub(super) static RULE = Kind::new("talos-and-kubernetes", "DV1711"), Supply, Error, fix: None, Check::Platform(check);
}

/// What each version of Talos supports.
const TABLE: &str = include_str!("talos_kubernetes.txt");

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    let Some(kubernetes) = platform.kubernetes() else { return };
    let Some(cluster) = version(&kubernetes.value) else { return };
    for talos in
        platform.clusters.iter().filter(|one| is_meant(subject, &one.name.value)).filter_map(|one| one.talos.as_ref())
    {
        let Some(own) = version(&talos.version.value) else { continue };
        let Some((oldest, newest)) = supported(&format!("{}.{}", own.major, own.minor)) else { continue };
        let fits = |text| version(text);
        let (Some(first), Some(last), Some(span)) = (fits(oldest), fits(newest), subject.line(talos.version.origin))
        else {
            continue;
        };
        let minor = (cluster.major, cluster.minor);
        if minor >= (first.major, first.minor) && minor <= (last.major, last.minor) {
            continue;
        }
        let message = format!("Talos {} does not support Kubernetes {}", talos.version.value, kubernetes.value);
        let problem = RULE
            .at(span, message)
            .why("Talos configures the programs of Kubernetes itself: it refuses to upgrade, or they do not start")
            .help(format!("this one supports Kubernetes {oldest} to {newest}"));
        let there = subject.line(kubernetes.origin);
        out.push(
            there.into_iter().fold(problem, |problem, there| problem.related(there, "the version of the cluster")),
        );
    }
}

/// Where an environment names its cluster, the others are not its own.
fn is_meant(subject: &Subject<'_>, name: &str) -> bool {
    subject.platform.cluster.as_ref().is_none_or(|cluster| *cluster.value == *name)
}

fn supported(talos: &str) -> Option<(&'static str, &'static str)> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(str::split_whitespace)
        .find_map(|mut words| (words.next() == Some(talos)).then(|| Some((words.next()?, words.next()?)))?)
}
