//! Who judges the rules of a group, and for which tenant.

use std::collections::BTreeSet;

use super::Alerts;
use crate::diag::Diagnostic;
use crate::model::component::{Component, ComponentId};
use crate::model::flow::{Flow, Tenancy};
use crate::model::resolve::{Platform, Resolver, Section};
use crate::model::{INCOMPLETE, NO_EFFECT, TENANT, UNKNOWN_COMPONENT};
use crate::source::Span;
use crate::spec::FlowKind;
use crate::template::Data;

/// Reports groups that nobody could judge.
pub(super) fn check(cx: &mut Resolver<'_>, platform: &Platform, alerts: &Alerts) {
    silent(cx, platform, alerts);
    for group in alerts.data.get("groups").and_then(Data::as_list).into_iter().flatten() {
        let tenant = group.get("tenant").filter(|tenant| tenant.as_str().is_some());
        let Some(by) = group.get("by").filter(|by| by.as_str().is_some()) else {
            if let Some(span) = tenant.and_then(|tenant| cx.origins.written_span(tenant.origin)) {
                let problem = Diagnostic::warning(NO_EFFECT, span, "`tenant` has no effect here")
                    .why("Prometheus, which judges the rules of this group, has no tenants");
                cx.out.push(problem.help("remove it, or say who judges the rules: `by: loki`"));
            }
            continue;
        };
        if let (Some(name), Some(span)) = (by.as_str(), cx.origins.written_span(by.origin)) {
            judge(cx, platform, (name, span), tenant);
        }
    }
}

/// What judges rules has to send the alerts to somebody.
fn silent(cx: &mut Resolver<'_>, platform: &Platform, alerts: &Alerts) {
    if !platform.complete {
        return;
    }
    let mut said = BTreeSet::new();
    for group in alerts.data.get("groups").and_then(Data::as_list).into_iter().flatten() {
        if group.get("rules").and_then(Data::as_list).is_none_or(<[Data]>::is_empty) {
            continue;
        }
        let by = group.get("by").and_then(Data::as_str);
        for (at, component) in platform.components.iter().enumerate().filter(|(_, one)| judges(one)) {
            let own = by.map_or_else(|| is_prometheus(component), |by| *by == component.name.value);
            let sends = |flow: &Flow| flow.kind == FlowKind::Alerts && flow.from.component == ComponentId(at);
            let double = platform.components.iter().any(|other| component.doubles(other));
            if !own || double || platform.flows.iter().any(sends) || !said.insert(at) {
                continue;
            }
            let Some(span) = cx.origins.written_span(group.origin) else { continue };
            let name = &component.name.value;
            let message = format!("`{name}` judges these rules, and sends alerts to nobody");
            let problem = Diagnostic::warning(NO_EFFECT, span, message).why("nobody is told when one of them fires");
            cx.out.push(problem.help(format!("add a flow: `- alerts: {{ from: {name}, to: <Alertmanager> }}`")));
        }
    }
}

fn is_prometheus(component: &Component) -> bool {
    let datasource = component.serves.get(&FlowKind::Query).and_then(|serve| serve.datasource.as_ref());
    datasource.is_some_and(|kind| &*kind.value == "prometheus")
}

fn judge(cx: &mut Resolver<'_>, platform: &Platform, (name, span): (&str, Span), tenant: Option<&Data>) {
    let Some(at) = platform.components.iter().position(|one| *one.name.value == *name) else {
        if !cx.is_declared(Section::Components, name) {
            let known = platform.components.iter().filter(|one| judges(one)).map(|one| &*one.name.value);
            cx.unknown_name(UNKNOWN_COMPONENT, span, "component", name, known);
        }
        return;
    };
    let Some(component) = platform.components.get(at).filter(|one| !one.variant.unknown) else { return };
    if !judges(component) {
        let message = format!("`{name}` judges no rules of alerts");
        let problem = Diagnostic::error(INCOMPLETE, span, message).why("its templates have no place for them");
        cx.out.push(problem.help("name a Prometheus or a Loki that runs on a machine"));
        return;
    }
    tenants(cx, platform, (ComponentId(at), component), span, tenant);
}

/// What asks for tenants has rules of tenants, and rules of one that nobody writes are about nothing.
fn tenants(
    cx: &mut Resolver<'_>,
    platform: &Platform,
    (id, component): (ComponentId, &Component),
    span: Span,
    tenant: Option<&Data>,
) {
    let asks = component.serves.get(&FlowKind::Logs).is_some_and(|serve| serve.usual.tenant == Tenancy::Required);
    let Some(tenant) = tenant else {
        if asks {
            let name = &component.name.value;
            let problem = Diagnostic::error(TENANT, span, format!("`{name}` has tenants, and the group names none"))
                .why("it judges rules tenant by tenant, over the logs of that tenant only");
            cx.out.push(problem.help("write `tenant:` beside it"));
        }
        return;
    };
    let writes = platform.flows.iter().filter(|flow| flow.kind == FlowKind::Logs && flow.to.component == id);
    let known: Vec<&str> = writes.filter_map(|flow| flow.tenant.as_ref()).map(|tenant| &*tenant.value).collect();
    let (Some(text), Some(place)) = (tenant.as_str(), cx.origins.written_span(tenant.origin)) else { return };
    // A tenant that a flow reads is known by its name, and that nobody writes it is said of that flow.
    let mut reads = platform.flows.iter().filter(|flow| flow.kind == FlowKind::Query && flow.to.component == id);
    if reads.any(|flow| flow.tenant.as_ref().is_some_and(|tenant| *tenant.value == **text)) {
        return;
    }
    if asks && platform.complete && !known.contains(&&**text) {
        cx.unknown_name(TENANT, place, "tenant", text, known.into_iter());
    }
}

fn judges(component: &Component) -> bool {
    let mut opens = component.variant.facts.opens.value().into_iter().flatten().filter_map(|kind| kind.value());
    component.on_machines && component.variant.reads("alerts") && opens.any(|kind| *kind == FlowKind::Alerts)
}
