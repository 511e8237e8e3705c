//! Releases that two components make.

use indexmap::IndexMap;

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Component;
use crate::spec::InstalledBy;

rule! {
    /// Two components make one Helm release.
    ///
    /// ## What it does
    ///
    /// Compares the releases of all components with a chart: their names, and the namespaces that they are in.
    ///
    /// ## Why it matters
    ///
    /// A chart names its objects after the release. Both components would own the same objects: each undoes what the other one
    /// does, and removing one removes both.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   grafana: { version: 12.11.1 }
    ///   dashboards: { library: grafana, version: 12.11.1, release: grafana }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   grafana: { version: 12.11.1 }
    ///   dashboards: { library: grafana, version: 12.11.1 }
    /// ```
    ///
    /// ## Source
    ///
    /// Helm, "Using Helm"; Argo CD, "Shared Resource Warning".
    pub(super) static RULE = Kind::new("release-twice", "DV1350"), Argocd, Error, fix: None, Check::Platform(check);
}

/// Returns the release that a component makes in the cluster; what somebody else installs may be known by two names.
pub(super) fn release(component: &Component) -> Option<(&str, &str)> {
    let made = component.chart.is_some() && component.installed_by.value != InstalledBy::External;
    made.then(|| (&*component.namespace.value, &*component.release.value))
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let mut first = IndexMap::<(&str, &str), &Component>::new();
    for component in &subject.platform.components {
        let Some(key) = release(component) else { continue };
        let other = *first.entry(key).or_insert(component);
        if other.name.value != component.name.value {
            out.extend(finding(subject, other, component));
        }
    }
}

fn finding(subject: &Subject<'_>, one: &Component, two: &Component) -> Option<Diagnostic> {
    let place = |component: &Component| subject.line(component.name.origin);
    // The one that names its release by hand is the one to change.
    let named = |component: &Component| component.release.value != component.name.value;
    let (two, one) = if named(one) && !named(two) { (one, two) } else { (two, one) };
    let (first, second) = (&one.name.value, &two.name.value);
    let (release, namespace) = (&two.release.value, &two.namespace.value);
    let problem = RULE
        .at(place(two)?, format!("`{first}` and `{second}` both make release `{release}` in namespace `{namespace}`"))
        .related(place(one)?, "the other one")
        .why("both own the same objects: each undoes what the other one does, and removing one removes both")
        .help(format!("keep one of them, or give `{second}` a `release:` or a `namespace:` of its own"));
    Some(problem.about(second))
}
