//! Flows to databases that are called nearly like one that is listed.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Diagnostic, Kind, nearest};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::ComponentId;
use crate::spec::FlowKind;

rule! {
    /// A flow opens a database that is called nearly like a listed one, which nobody opens.
    ///
    /// ## What it does
    ///
    /// Compares the `name` of `database` flows with the `databases` of the component that they go to. A name that is not
    /// listed makes one more database, which is meant so most of the time; not where it differs by a letter or two from one
    /// that is listed and that no flow opens.
    ///
    /// ## Why it matters
    ///
    /// The component starts with an empty database beside the one with its data.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   postgresql: { library: cnpg-cluster, version: 0.8.1, databases: [grafana] }
    /// flows:
    ///   - database: { from: grafana, to: postgresql, name: grafna }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   postgresql: { library: cnpg-cluster, version: 0.8.1, databases: [grafana] }
    /// flows:
    ///   - database: { from: grafana, to: postgresql, name: grafana }
    /// ```
    ///
    /// ## Source
    ///
    /// Design of dvgen.
    pub(super) static RULE = Kind::new("unlisted-database", "DV1454"), Wiring, Warn, fix: Unsafe, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let flows = || subject.platform.flows.iter().filter(|flow| flow.kind == FlowKind::Database);
    let mut opened: BTreeMap<ComponentId, BTreeSet<&str>> = BTreeMap::new();
    for flow in flows() {
        opened.entry(flow.to.component).or_default().extend(flow.name.as_ref().map(|name| &*name.value));
    }
    for flow in flows() {
        let Some((name, to)) = flow.name.as_ref().zip(subject.platform.components.get(flow.to.component.0)) else {
            continue;
        };
        if to.databases.iter().any(|listed| listed.value == name.value) {
            continue;
        }
        let known = opened.get(&flow.to.component);
        let idle = to.databases.iter().filter(|one| known.is_none_or(|known| !known.contains(&*one.value)));
        let Some(near) = nearest(&name.value, idle.clone().map(|one| &*one.value)) else { continue };
        let Some(span) = subject.line(name.origin) else { continue };
        let message = format!("`{}` has no database `{}` among its `databases`", to.name.value, name.value);
        let place = idle.clone().find(|one| *one.value == *near).and_then(|one| subject.line(one.origin));
        let problem = RULE
            .at(span, message)
            .why("the component would start with an empty database beside the one that is listed, which nobody opens")
            .help(format!("did you mean `{near}`?"))
            .fix(false, format!("change to `{near}`"), span, near);
        let problem = place.into_iter().fold(problem, |problem, place| problem.related(place, "nobody opens this one"));
        out.push(problem.about(&to.name.value));
    }
}
