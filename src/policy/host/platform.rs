//! Functions that look things up in the platform, each in an index.

use super::{Call, Host, Style, Takes, param};
use crate::diag::did_you_mean;
use crate::model::ComponentId;
use crate::policy::eval::Outcome;
use crate::policy::objects::{COMPONENT, NODE, SERVICE};
use crate::policy::types::Type;
use crate::policy::value::{Item, Map, Value};
use crate::policy::view::Thing;

pub(super) static TABLE: &[Host] = &[
    Host {
        name: "component",
        style: Style::Function,
        params: &[param("name", Takes::Str)],
        needed: 1,
        gives: |_| Type::Object(&COMPONENT),
        run: |call| {
            let name = call.text(0)?;
            let found = call.eval.view.component_id(&name).and_then(|id| call.eval.view.component(id));
            Ok(found.unwrap_or(Item::made(Value::Null)))
        },
        doc: "the component of a name, or `null`",
    },
    Host {
        name: "service",
        style: Style::Function,
        params: &[param("namespace", Takes::Str), param("name", Takes::Str)],
        needed: 2,
        gives: |_| Type::Object(&SERVICE),
        run: |call| {
            let (namespace, name) = (call.text(0)?, call.text(1)?);
            let view = call.eval.view;
            Ok(view.service(&namespace, &name).map_or(Item::made(Value::Null), |thing| view.item(thing)))
        },
        doc: "the Service of a namespace and name, or `null`",
    },
    Host {
        name: "node",
        style: Style::Function,
        params: &[param("name", Takes::Str)],
        needed: 1,
        gives: |_| Type::Object(&NODE),
        run: |call| {
            let name = call.text(0)?;
            let view = call.eval.view;
            Ok(view.node(&name).map_or(Item::made(Value::Null), |thing| view.item(thing)))
        },
        doc: "the node of a name, or `null`",
    },
    Host {
        name: "waveOf",
        style: Style::Function,
        params: &[param("component", Takes::Component)],
        needed: 1,
        gives: |_| Type::Int,
        run: |call| {
            let id = component(call, 0)?;
            Ok(call.eval.view.wave(id).unwrap_or(Item::int(0)))
        },
        doc: "the wave of a component, given by name or as it is",
    },
    Host {
        name: "reaches",
        style: Style::Function,
        params: &[param("a", Takes::Component), param("b", Takes::Component)],
        needed: 2,
        gives: |_| Type::Bool,
        run: |call| {
            let (a, b) = (component(call, 0)?, component(call, 1)?);
            call.eval.spend(20, call.span)?;
            Ok(Item::bool(call.eval.view.reaches(a, b)))
        },
        doc: "whether component `a` needs `b`, directly or through others, so that it comes after it",
    },
];

/// Returns the number of a component that is given by name or as it is.
fn component(call: &mut Call<'_, '_>, at: usize) -> Outcome<ComponentId> {
    match call.value(at) {
        Value::Map(Map::Thing(_, Thing::Component(id, _))) => Ok(id),
        Value::Str(name) => call.eval.view.component_id(&name).ok_or_else(|| {
            let names = call.eval.view.platform.components.iter().map(|component| &*component.name.value);
            let help = did_you_mean(&name, names).unwrap_or_else(|| "ask first: `component(name) != null`".to_owned());
            call.fault(format!("there is no component `{}`", &*name)).help(help)
        }),
        other => Err(call.wrong(at, &other)),
    }
}
