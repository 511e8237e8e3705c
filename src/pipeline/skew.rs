//! Versions of one component in all environments: what was tried in one says little about another major.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::claims::Claims;
use crate::diag::Diagnostic;
use crate::lint::{Levels, rules};
use crate::model::Platform;
use crate::source::Span;
use crate::spec::scalars::Version;

/// The rule.
const RULE: &str = "environments-apart";

/// The versions of an environment, by component.
pub(super) type Versions = BTreeMap<Arc<str>, Pinned>;

/// A version, and the chart that it is of.
pub(super) struct Pinned {
    chart: Arc<str>,
    text: Arc<str>,
    major: u64,
    span: Option<Span>,
}

/// Returns the versions of an environment.
pub(super) fn versions(platform: &Platform) -> Versions {
    let pinned = platform.components.iter().filter_map(|component| {
        let (version, chart) = (component.version.as_ref()?, &component.chart.as_ref()?.1);
        let Version { text, number } = &version.value;
        let span = platform.origins.written_span(version.origin);
        let chart = chart.value.clone();
        Some((component.name.value.clone(), Pinned { chart, text: text.clone(), major: number.major, span }))
    });
    pinned.collect()
}

/// Reports components that are too far from the base. The first `asked` environments are built; others only count.
pub(super) fn report(claims: &[Claims], asked: usize, levels: &Levels) -> Vec<Diagnostic> {
    let Some(rule) = rules::find(RULE).filter(|rule| levels.runs(rule)) else { return Vec::new() };
    let Some(base) = claims.iter().find(|claims| !claims.overlay) else { return Vec::new() };
    let allowed = u64::from(levels.number(rule, "majors"));
    let mut out = Vec::new();
    for other in claims.iter().take(asked).filter(|claims| claims.overlay) {
        for (name, here) in &other.versions {
            let Some(there) = base.versions.get(name).filter(|there| there.chart == here.chart) else { continue };
            if here.major.abs_diff(there.major) <= allowed {
                continue;
            }
            let Some(span) = here.span else { continue };
            let message = format!(
                "`{name}` is chart {} {} in environment `{}`, and {} in `{}`",
                here.chart, here.text, other.name, there.text, base.name
            );
            let mut problem = rule
                .at(span, message)
                .why("what was tried in one environment says little about the other one")
                .help("bring them together, or allow this with a last day while the upgrade is under way")
                .about(name);
            problem =
                there.span.into_iter().fold(problem, |problem, there| problem.related(there, "the other version"));
            out.push(problem);
        }
    }
    out
}
