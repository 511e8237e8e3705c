//! Charts that are deployed at several versions.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{Component, Traced};
use crate::spec::scalars::Version;

rule! {
    /// One chart is deployed at two versions.
    ///
    /// ## What it does
    ///
    /// Compares the components of one environment that have the same chart.
    ///
    /// ## Why it matters
    ///
    /// While one is moved to a newer version this is as it should be; when it stays so, two versions have to be kept alive.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   orders: { library: cnpg-cluster, version: 0.8.1 }
    ///   billing: { library: cnpg-cluster, version: 0.8.2 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// groups: { databases: { version: 0.8.2 } }
    /// components:
    ///   orders: { library: cnpg-cluster, group: databases }
    ///   billing: { library: cnpg-cluster, group: databases }
    /// ```
    ///
    /// ## Source
    ///
    /// The practice of those who raise versions by bots.
    pub(super) static RULE = Kind::new("chart-in-two-versions", "DV1709"), Supply, Off, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let mut first = BTreeMap::<(&str, &str), (&Component, &Traced<Version>)>::new();
    for component in subject.platform.components.iter().filter(|component| component.by_argocd()) {
        let (Some((repo, chart)), Some(version)) = (&component.chart, &component.version) else { continue };
        let key = (repo.value.trim_end_matches('/'), &*chart.value);
        let (other, known) = *first.entry(key).or_insert((component, version));
        if known.value.number == version.value.number {
            continue;
        }
        let (Some(here), Some(there)) = (subject.line(version.origin), subject.line(known.origin)) else { continue };
        let (one, two) = (&other.name.value, &component.name.value);
        let message =
            format!("chart `{}` is {} here, and {} for `{one}`", chart.value, version.value.text, known.value.text);
        let problem = RULE
            .at(here, message)
            .related(there, format!("the version of `{one}`"))
            .why("two versions of one chart have to be kept alive")
            .help("give both one version, for example that of a group");
        out.push(problem.about(two));
    }
}
