//! Charts and the version of the cluster.

use semver::VersionReq;

use super::kubernetes::version;
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::spec::InstalledBy;

rule! {
    /// A chart does not take the version of Kubernetes that the platform has.
    ///
    /// ## What it does
    ///
    /// Compares `versions.kubernetes` with the range that the facts of a component name, which is the `kubeVersion` of its
    /// chart.
    ///
    /// ## Why it matters
    ///
    /// Helm refuses to render the chart, and the Application cannot be compared.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// versions: { kubernetes: 1.27.3 }
    /// components:
    ///   cloudnative-pg: { version: 0.29.0 }   # takes Kubernetes 1.29 and newer
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// versions: { kubernetes: 1.32.0 }
    /// components:
    ///   cloudnative-pg: { version: 0.29.0 }
    /// ```
    ///
    /// ## Source
    ///
    /// Helm, the field `kubeVersion` of charts.
    pub(super) static RULE = Kind::new("chart-needs-other-kubernetes", "DV1702"), Supply, Error, fix: None,
        Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let Some(kubernetes) = subject.platform.kubernetes() else { return };
    let Some(number) = version(&kubernetes.value) else { return };
    for component in &subject.platform.components {
        let Some(range) = component.variant.facts.kubernetes.get() else { continue };
        let fits = VersionReq::parse(&range.value).map_or(true, |range| range.matches(&number));
        if fits || component.installed_by.value == InstalledBy::External {
            continue;
        }
        let origin = component.version.as_ref().map_or(component.name.origin, |version| version.origin);
        let (Some(here), Some(there)) = (subject.line(origin), subject.line(kubernetes.origin)) else { continue };
        let name = &component.name.value;
        let chart =
            component.version.as_ref().map_or_else(String::new, |version| format!(" at {}", version.value.text));
        let problem = RULE
            .at(
                here,
                format!(
                    "the chart of `{name}`{chart} takes Kubernetes {}, and this is {}",
                    range.value, kubernetes.value
                ),
            )
            .related(there, "the version of the cluster")
            .why("Helm refuses to render the chart, so the Application cannot be compared")
            .help("choose a version of the chart that takes this Kubernetes, or raise Kubernetes first");
        out.push(problem.about(name));
    }
}
