//! The jobs of scrape configurations.

use std::sync::Arc;

use super::{ComponentFacts, Place};
use crate::doc::{Doc, Value};

/// A job of Prometheus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobFact {
    /// The label `job` of what it reads; none where that is not said here: targets and relabeling can set it.
    pub name: Option<Arc<str>>,
}

/// Keeps the job that a map describes.
pub(super) fn collect(place: &Place<'_>, facts: &mut ComponentFacts) {
    let Some(name) = place.map.get("job_name").and_then(Doc::as_str) else { return };
    let honors = matches!(place.map.get("honor_labels").map(|flag| &flag.value), Some(Value::Bool(true)));
    let sets = |doc: &Doc| doc.at(&["target_label"]).and_then(Doc::as_str) == Some("job");
    let relabels = ["relabel_configs", "metric_relabel_configs"].into_iter();
    let relabels = relabels.filter_map(|key| place.map.get(key)?.as_list()).flatten().any(sets);
    let labelled = |doc: &Doc| doc.at(&["labels", "job"]).is_some();
    let labels = place.map.get("static_configs").and_then(Doc::as_list).into_iter().flatten().any(labelled);
    facts.jobs.push(JobFact { name: (!honors && !relabels && !labels).then(|| name.into()) });
}
