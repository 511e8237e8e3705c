//! Flows to a database that the server has under another name.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Diagnostic, Kind, nearest};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::spec::FlowKind;

rule! {
    /// The database of a flow is not the one that the server lists.
    ///
    /// ## What it does
    ///
    /// Looks for a `name` of a `database` or `query` flow that `databases` of the server does not list, while it lists a name
    /// that is almost the same and that no flow uses. A flow may name a database that is not listed: it is made all the same.
    ///
    /// ## Why it matters
    ///
    /// Two databases are made: an empty one for the client, and the listed one without a user who could log in.
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
    /// dvgen: both sides of a flow are made from it.
    pub(super) static RULE = Kind::new("unlisted-database", "DV1454"), Wiring, Warn, fix: Unsafe, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let flows = subject.platform.flows.iter();
    let flows = flows.filter(|flow| matches!(flow.kind, FlowKind::Database | FlowKind::Query));
    let mut used: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
    for flow in flows.clone() {
        used.entry(flow.to.component).or_default().extend(flow.name.as_ref().map(|name| &*name.value));
    }
    for flow in flows {
        let Some(server) = subject.platform.components.get(flow.to.component.0) else { continue };
        let Some(name) = flow.name.as_ref() else { continue };
        let listed = || server.databases.iter().filter(|listed| subject.line(listed.origin).is_some());
        if listed().any(|listed| listed.value == name.value) {
            continue;
        }
        let used = used.get(&flow.to.component);
        let free = listed().filter(|listed| used.is_none_or(|used| !used.contains(&*listed.value)));
        let free: BTreeMap<&str, _> = free.map(|listed| (&*listed.value, listed.origin)).collect();
        let Some(near) = nearest(&name.value, free.keys().copied()) else { continue };
        let there = free.get(near).and_then(|origin| subject.line(*origin));
        let (Some(here), Some(there)) = (subject.line(name.origin), there) else { continue };
        let written =
            flow.span.is_some_and(|span| span.file == here.file && span.start <= here.start && here.end <= span.end);
        let (server_name, wanted) = (&server.name.value, &name.value);
        let found = if written {
            RULE.at(here, format!("`{server_name}` has no database `{wanted}`"))
                .related(there, format!("it lists `{near}`, which no flow uses"))
        } else {
            RULE.at(there, format!("no flow uses the database `{near}` of `{server_name}`"))
                .related(here, format!("the database of this client is called like it, `{wanted}`"))
        };
        let found = found.why(format!("two databases are made, and nobody can log in to `{near}`")).about(server_name);
        out.push(if written {
            found.help(format!("did you mean `{near}`? If both are meant, list both")).fix(
                false,
                format!("rename to `{near}`"),
                here,
                near,
            )
        } else {
            found.help(format!("did you mean `{wanted}`? Otherwise write `name` in the flow")).fix(
                false,
                format!("rename to `{wanted}`"),
                there,
                &**wanted,
            )
        });
    }
}
