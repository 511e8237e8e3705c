//! Buckets in Helm values that belong to another component.

use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Value};
use crate::lint::facts::Place;
use crate::lint::rule::{Check, rule};
use crate::model::Flow;
use crate::spec::FlowKind;

rule! {
    /// Helm values name a bucket that another component keeps its data in.
    ///
    /// ## What it does
    ///
    /// Compares the names under keys of buckets (`bucket`, `bucket_name`, `bucketNames` and the like) in `values:` with the
    /// buckets of `objects` and `backup` flows. A bucket that a flow of the component uses too is its own, and one beside an
    /// address that is written out may lie in another store.
    ///
    /// ## Why it matters
    ///
    /// Each takes what it does not know in its bucket for leftovers, and deletes it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   mimir: { values: { mimir: { structuredConfig: { blocks_storage: { s3: { bucket_name: loki } } } } } }
    /// flows:
    ///   - objects: { from: loki, to: minio, name: loki }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// flows:
    ///   - objects: { from: loki, to: minio, name: loki }
    ///   - objects: { from: mimir, to: minio, name: mimir }
    /// ```
    ///
    /// ## Source
    ///
    /// Grafana Mimir, Configure object storage: no other system may use its buckets.
    pub(super) static RULE =
        Kind::new("bucket-of-another", "DV1440"), Wiring, Warn, fix: None, Check::Map(concerns, check);
}

/// Returns whether a bucket stands under a key.
fn concerns(key: &str) -> bool {
    key.len() >= 6 && key.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("bucket"))
}

fn check(place: &Place<'_>, out: &mut Vec<Diagnostic>) {
    if place.document.is_object() || place.map.get("endpoint").is_some_and(|doc| place.document.is_written(doc.origin))
    {
        return;
    }
    let buckets = place.map.iter().filter(|(key, _)| concerns(&key.text)).flat_map(|(_, value)| match &value.value {
        Value::Map(map) => map.iter().map(|(_, value)| value).collect(),
        _ => vec![value],
    });
    for bucket in buckets {
        let problem = foreign(place, bucket, out);
        out.extend(problem);
    }
}

fn foreign(place: &Place<'_>, bucket: &Doc, out: &[Diagnostic]) -> Option<Diagnostic> {
    let (platform, component) = (place.document.platform, place.document.component?);
    let here = place.document.line(bucket.origin)?;
    let said = out.iter().filter_map(|problem| problem.primary.as_ref()).any(|label| label.span == here);
    let name = bucket.as_str().filter(|_| !said).filter(|_| place.document.is_written(bucket.origin))?;
    let owner = |flow: &Flow| platform.components.get(flow.from.component.0);
    let bucket_of = |flow: &Flow| {
        let named = flow.name.as_ref().map(|name| &name.value);
        named.or_else(|| Some(&owner(flow)?.name.value)).is_some_and(|own| **own == *name)
    };
    let keeps =
        |flow: &&Flow| matches!(flow.kind, FlowKind::Objects | FlowKind::Backup) && bucket_of(flow) && !flow.shared;
    let mut flows = platform.flows.iter().filter(keeps).peekable();
    flows.peek()?;
    let is_own = |flow: &Flow| owner(flow).is_some_and(|owner| owner.name.value == component.name.value);
    let flows: Vec<&Flow> = flows.collect();
    let flow = flows.first().filter(|_| !flows.iter().any(|flow| is_own(flow)))?;
    let message = format!(
        "`{}` names bucket `{name}`, which `{}` keeps its data in",
        component.name.value,
        owner(flow)?.name.value
    );
    let problem =
        place.finding(&RULE, bucket.origin, message)?.why("each deletes or reads as its own what the other one wrote");
    let there = flow.span.and_then(|_| platform.origins.written_span(flow.origin));
    let problem = there.into_iter().fold(problem, |problem, there| problem.related(there, "it has it from here"));
    Some(problem.help("give the component an `objects` flow with a `name` of its own, and remove the value"))
}
