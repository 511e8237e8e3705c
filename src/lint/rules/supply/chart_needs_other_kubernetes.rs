//! Charts and the version of the cluster.

use semver::VersionReq;

use super::kubernetes::version;
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Component;
use crate::source::Span;
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

/// From how many charts on it is the version of Kubernetes that has to change.
const MANY: usize = 3;

/// A chart that does not take the version.
struct Misfit<'a> {
    component: &'a Component,
    range: &'a str,
    span: Span,
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let Some(kubernetes) = subject.platform.kubernetes() else { return };
    let Some((number, there)) = version(&kubernetes.value).zip(subject.line(kubernetes.origin)) else { return };
    let mut all = Vec::new();
    for component in &subject.platform.components {
        let Some(range) = component.variant.facts.kubernetes.get() else { continue };
        let fits = VersionReq::parse(&range.value).map_or(true, |range| range.matches(&number));
        if fits || component.installed_by.value == InstalledBy::External {
            continue;
        }
        let origin = component.version.as_ref().map_or(component.name.origin, |version| version.origin);
        all.extend(subject.line(origin).map(|span| Misfit { component, range: &range.value, span }));
    }
    if all.len() >= MANY {
        out.push(many(&all, &kubernetes.value, there));
        return;
    }
    for Misfit { component, range, span } in all {
        let name = &component.name.value;
        let chart =
            component.version.as_ref().map_or_else(String::new, |version| format!(" at {}", version.value.text));
        let message =
            format!("the chart of `{name}`{chart} takes Kubernetes {range}, and this is {}", kubernetes.value);
        let problem = RULE
            .at(span, message)
            .related(there, "the version of the cluster")
            .why(WHY)
            .help("choose a version of the chart that takes this Kubernetes, or raise Kubernetes first");
        out.push(problem.about(name));
    }
}

const WHY: &str = "Helm refuses to render the chart, so the Application cannot be compared";

/// One report for many charts: it is not they that are wrong.
fn many(all: &[Misfit<'_>], kubernetes: &str, there: Span) -> Diagnostic {
    let name = |misfit: &Misfit<'_>| format!("`{}`", misfit.component.name.value);
    let named: Vec<String> = all.iter().take(2).map(name).collect();
    let message =
        format!("the charts of {} and {} more do not take Kubernetes {kubernetes}", named.join(", "), all.len() - 2);
    let problem = RULE
        .at(there, message)
        .why(WHY)
        .help("choose a version of Kubernetes that the charts take, or other versions of these");
    all.iter()
        .take(MANY + 1)
        .fold(problem, |problem, misfit| problem.related(misfit.span, format!("this takes {}", misfit.range)))
}
