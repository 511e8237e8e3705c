//! What components say of each other: `requires`, gates, the secret store.

use std::sync::Arc;

use super::{ComponentId, GateStep, Requirement};
use crate::diag::Diagnostic;
use crate::library::Library;
use crate::model::context;
use crate::model::resolve::{Platform, Resolver, Section};
use crate::model::{INCOMPLETE, Traced, UNKNOWN_COMPONENT};
use crate::source::Spanned;
use crate::spec;
use crate::yaml::Field;
use crate::yaml::decode::OneOrMany;

/// Resolves the relations once all components are there.
pub(super) fn resolve(cx: &mut Resolver<'_>, spec: &spec::Platform, library: &Library, platform: &mut Platform) {
    relations(cx, spec, platform);
    crate::model::storage::check(cx, spec, platform);
    store_server(cx, platform);
    super::owners::check(cx, library, platform);
    crate::model::edge::holders(cx, platform);
    crate::model::edge::check(cx, platform);
    super::exposure::resolve(cx, platform);
    super::exposure::report_missing(cx, platform);
}

/// The store is reached at the service of its component.
fn store_server(cx: &mut Resolver<'_>, platform: &mut Platform) {
    let Some(name) = platform.secret_store.as_ref().and_then(|store| store.component.clone()) else { return };
    let Some(component) = platform.component(&name.value) else {
        report_unknown(cx, platform, &name);
        return;
    };
    let service = component.store_service();
    let server = service.and_then(|service| {
        let reads = [name.origin, service.host.origin, service.port.origin];
        Some(Traced::new(context::base_url(service)?.into(), cx.origins.derived("the URL of the secret store", &reads)))
    });
    let namespace = component.namespace.clone();
    if let Some(store) = &mut platform.secret_store {
        store.server = server;
        store.namespace = Some(namespace);
    }
}

pub(in crate::model) fn report_unknown(cx: &mut Resolver<'_>, platform: &Platform, name: &Traced<Arc<str>>) {
    if cx.is_declared(Section::Components, &name.value) {
        return;
    }
    if let Some(span) = cx.origins.written_span(name.origin) {
        let known = platform.components.iter().map(|component| &*component.name.value);
        cx.unknown_name(UNKNOWN_COMPONENT, span, "component", &name.value, known);
    }
}

/// Resolves what components say of each other: `requires`, and the gates of the platform.
fn relations(cx: &mut Resolver<'_>, spec: &spec::Platform, platform: &mut Platform) {
    let find = |cx: &mut Resolver<'_>, platform: &Platform, name: &Spanned<Arc<str>>| {
        let at = platform.components.binary_search_by(|component| component.name.value.cmp(&name.value)).ok();
        if at.is_none() && !cx.is_declared(Section::Components, &name.value) {
            let known = platform.components.iter().map(|component| &*component.name.value);
            cx.unknown_name(UNKNOWN_COMPONENT, name.span, "component", &name.value, known);
        }
        at.map(ComponentId)
    };
    for (name, named) in spec.components.value().into_iter().flatten() {
        let Some(requires) = named.value.as_ref().and_then(|written| written.value.requires.value()) else { continue };
        let found: Vec<Requirement> = requires
            .0
            .iter()
            .filter_map(|name| {
                let on = find(cx, platform, name)?;
                Some(Requirement { on, origin: cx.origins.written("requires", name.span) })
            })
            .collect();
        if let Ok(at) = platform.components.binary_search_by(|component| component.name.value.cmp(name))
            && let Some(component) = platform.components.get_mut(at)
        {
            component.requires = found;
        }
    }
    for (name, named) in spec.gates.value().into_iter().flatten() {
        let Some(written) = &named.value else { continue };
        let Some(action) = written.value.action.get() else { continue };
        let ends = |cx: &mut Resolver<'_>, field: &Field<OneOrMany<Arc<str>>>| -> Vec<ComponentId> {
            field.value().map_or(&[][..], |names| &names.0).iter().filter_map(|name| find(cx, platform, name)).collect()
        };
        let (mut after, before) = (ends(cx, &written.value.after), ends(cx, &written.value.before));
        let (gate, action) = (cx.name("gate", name, named.key), cx.traced("gate", action.value.clone(), action.span));
        let owner = if after.is_empty() { None } else { Some(after.remove(0)) };
        match owner.and_then(|owner| platform.components.get_mut(owner.0)) {
            Some(owner) => owner.gates.push(GateStep { name: gate, action, before, after }),
            None if matches!(written.value.after, Field::Absent) => {
                let message = format!("gate `{name}` does not say what comes before it");
                let problem = Diagnostic::error(INCOMPLETE, named.key, message);
                cx.out.push(problem.help("write `after: <component>`: a gate holds through that component's health"));
            }
            None => {}
        }
    }
}
