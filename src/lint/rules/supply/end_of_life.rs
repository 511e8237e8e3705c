//! Products that nobody repairs any more.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// A component is a product whose makers have ended it.
    ///
    /// ## What it does
    ///
    /// Looks at the facts of each component: some say on which day its makers stop repairing it, and what takes its place.
    ///
    /// ## Why it matters
    ///
    /// Holes that are found later stay open, and what it speaks to goes on changing.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   promtail: { installedBy: systemd, runsOn: monitoring, version: 3.5.3 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   alloy: { installedBy: systemd, runsOn: monitoring, version: 1.10.2 }
    /// ```
    ///
    /// ## Source
    ///
    /// Grafana, Promtail end of life (2 March 2026).
    pub(super) static RULE = Kind::new("end-of-life", "DV1720"), Supply, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for component in subject.platform.components.iter().filter(|one| one.is_installed()) {
        let Some(end) = component.variant.facts.end_of_life.value() else { continue };
        let (Some(date), Some(span)) = (end.date.value(), subject.line(component.name.origin)) else { continue };
        let (name, title) = (&component.name.value, &component.title.value);
        let mut problem = RULE
            .at(span, format!("`{name}` is {title}, which nobody repairs after {date}"))
            .why("holes that are found later stay open");
        if let Some(fact) = end.date.span() {
            problem = problem.related(fact, "the day, as the facts know it");
        }
        if let Some(instead) = end.instead.value() {
            problem = problem.help(format!("`library: {}` takes its place", instead.0));
        }
        out.push(problem.about(name));
    }
}
