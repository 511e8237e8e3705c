//! Helm values: the component's template, and the user's values over it.

use super::component::about;
use super::draft::{Draft, TargetName};
use super::{Layout, Source, free, wiring};
use crate::diag::Diagnostic;
use crate::doc::{Doc, Map};
use crate::model::{Component, ComponentId};
use crate::source::Origins;
use crate::template::{Data, Rendered};

/// Returns the values of a component that has a chart.
pub(super) fn draft(
    source: &Source<'_>,
    id: ComponentId,
    component: &Component,
    context: &Data,
    origins: &mut Origins,
    out: &mut Vec<Diagnostic>,
) -> Option<Draft> {
    component.chart.as_ref()?;
    let template = component.variant.values.as_ref();
    let mut values = match template {
        Some(template) => match template.render(context, about(source, component), origins, out) {
            Rendered::Doc(doc) => doc,
            Rendered::LeftOut => Doc::map(Map::new(), component.name.origin),
            Rendered::Failed => return None,
        },
        None => Doc::map(Map::new(), component.name.origin),
    };
    if let Some(own) = &component.values {
        let own = free::doc(origins, own, "values");
        wiring::judge(source, id, &values, &own, origins, out);
        values.merge(own);
    }
    let path = source.layout.file(&Layout::values(component));
    let header = source.layout.header(component.name.origin);
    Some(Draft::yaml(path, TargetName::Values, header, vec![values]))
}
