//! Variables that come from flows: `settings: { env: … }` of a flow that a workload opens.
//!
//! A word is the variable of the address. A map gives a variable to each part: `url`, `host`, `port`, `address` (both),
//! `path`, `name`, `tenant`, or a key of the flow's secret.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::{Diagnostic, did_you_mean};
use crate::model::component::Component;
use crate::model::flow::Flow;
use crate::model::resolve::{Platform, Resolver};
use crate::model::secret::SecretUse;
use crate::model::service::Service;
use crate::model::{TAKEN_TWICE, UNKNOWN_OPTION};
use crate::source::{OriginId, Origins};
use crate::template::{Data, DataValue};

/// The setting of a flow.
pub(in crate::model) const SETTING: &str = "env";

/// The parts of an address.
const PARTS: [&str; 7] = ["url", "host", "port", "address", "path", "name", "tenant"];

/// Returns the variables of a flow: those of secrets first, because an address may name them.
pub(in crate::model) fn flow_env(
    flow: &Flow,
    service: Option<&Service>,
    used: Option<&SecretUse>,
    origins: &mut Origins,
) -> Vec<Data> {
    let Some(asked) = flow.settings.get(SETTING) else { return Vec::new() };
    let wanted: Vec<(Arc<str>, &Data)> = match &asked.value {
        DataValue::Str(_) => vec![("url".into(), asked)],
        DataValue::Map(map) => map.iter().map(|(part, variable)| (part.clone().into(), variable)).collect(),
        _ => return Vec::new(),
    };
    let mut all = Vec::new();
    let mut credentials = (None, None);
    for (part, variable) in &wanted {
        let Some((name, key)) = variable.as_str().zip(used.and_then(|used| key_of(used, part))) else { continue };
        match &**part {
            "user" => credentials.0 = Some(name.clone()),
            "password" => credentials.1 = Some(name.clone()),
            _ => {}
        }
        let Some(used) = used else { continue };
        all.push(entry(variable.origin, name, [("secret", used.name.value.clone()), ("key", key)]));
    }
    let Some(service) = service else { return all };
    let reads = [flow.origin, flow.endpoint.origin, service.host.origin, service.port.origin];
    let origin = origins.derived("the address of a flow", &reads);
    for (part, variable) in &wanted {
        if used.is_some_and(|used| key_of(used, part).is_some()) {
            continue;
        }
        let value = value(flow, service, part, (credentials.0.as_ref(), credentials.1.as_ref()));
        if let (Some(name), Some(value)) = (variable.as_str(), value) {
            let fields = [("name", Data::str(name.clone(), variable.origin)), ("value", Data::str(value, origin))];
            all.push(Data::map(fields, origin));
        }
    }
    all
}

fn key_of(used: &SecretUse, part: &str) -> Option<Arc<str>> {
    used.keys.iter().find(|key| &*key.id == part).map(|key| key.inside.value.clone())
}

fn entry(origin: OriginId, name: &Arc<str>, rest: [(&'static str, Arc<str>); 2]) -> Data {
    let name = ("name", Data::str(name.clone(), origin));
    let rest = rest.map(|(field, text)| (field, Data::str(text, origin)));
    Data::map(std::iter::once(name).chain(rest), origin)
}

fn value(
    flow: &Flow,
    service: &Service,
    part: &str,
    credentials: (Option<&Arc<str>>, Option<&Arc<str>>),
) -> Option<String> {
    let (host, number) = (&service.host.value, service.port.value);
    let name = flow.name.as_ref().map(|name| name.value.to_string());
    match part {
        "host" => Some(host.to_string()),
        "port" => Some(number.to_string()),
        "address" => Some(format!("{host}:{number}")),
        "path" => Some(flow.endpoint.path.value.to_string()),
        "name" => name,
        "tenant" => flow.tenant.as_ref().map(|tenant| tenant.value.to_string()),
        "url" => Some(match service.scheme.as_deref() {
            None => format!("{host}:{number}"),
            Some("http" | "https") => {
                format!("{}{}", crate::model::context::base_url(service)?, flow.endpoint.path.value)
            }
            // A URL of a database: who, where, and which of them.
            Some(scheme) => {
                let who = match credentials {
                    (Some(user), Some(password)) => format!("$({user}):$({password})@"),
                    _ => String::new(),
                };
                let which = name.map(|name| format!("/{name}")).unwrap_or_default();
                format!("{scheme}://{who}{host}:{number}{which}")
            }
        }),
        _ => None,
    }
}

/// Returns the variables that a component gives its own container by name.
pub(in crate::model) fn own_env(component: &Component) -> Vec<&Data> {
    let containers = component.workload.as_ref().and_then(|workload| workload.data.get("containers")?.as_list());
    let called = |container: &&Data| container.get("name").and_then(Data::as_str) == Some(&component.name.value);
    let own = containers.unwrap_or_default().iter().find(called);
    let all = own.and_then(|own| own.get("env")?.as_list()).unwrap_or_default();
    all.iter().filter_map(|variable| variable.get("name")).collect()
}

/// Reports variables that are set twice; the first one of each name is kept.
fn check_twice(cx: &mut Resolver<'_>, platform: &Platform) {
    let mut first = BTreeMap::<(usize, &str), OriginId>::new();
    for (at, component) in platform.components.iter().enumerate().filter(|(_, one)| one.workload.is_some()) {
        let named = own_env(component).into_iter().filter_map(|name| Some(((at, &**name.as_str()?), name.origin)));
        first.extend(named);
    }
    for flow in &platform.flows {
        let at = flow.from.component.0;
        let Some(from) = platform.components.get(at).filter(|from| from.workload.is_some()) else { continue };
        let asked = flow.settings.get(SETTING);
        let variables = asked.into_iter().flat_map(|asked| match &asked.value {
            DataValue::Map(map) => map.iter().map(|(_, variable)| variable).collect(),
            _ => vec![asked],
        });
        for variable in variables {
            let Some(name) = variable.as_str() else { continue };
            let Some(before) = first.get(&(at, &**name)).copied() else {
                first.insert((at, name), variable.origin);
                continue;
            };
            let Some(span) = cx.origins.written_span(variable.origin) else { continue };
            let message = format!("variable `{name}` of `{}` is set twice", from.name.value);
            let problem = Diagnostic::error(TAKEN_TWICE, span, message)
                .why("the server takes both for one, and refuses the object or loses one")
                .help("give one of them another name");
            let there = cx.origins.written_span(before).filter(|there| *there != span);
            cx.out.push(there.into_iter().fold(problem, |problem, there| problem.related(there, "the first one")));
        }
    }
}

/// Reports what a flow is asked for and does not have, and variables that are set twice.
pub(in crate::model) fn check(cx: &mut Resolver<'_>, platform: &Platform) {
    check_twice(cx, platform);
    for (at, flow) in platform.flows.iter().enumerate() {
        let Some(from) = platform.components.get(flow.from.component.0).filter(|from| from.workload.is_some()) else {
            continue;
        };
        let Some(DataValue::Map(map)) = flow.settings.get(SETTING).map(|asked| &asked.value) else { continue };
        let used = from.secrets.iter().find(|used| used.flow == Some(at));
        for (part, variable) in map.iter() {
            let known = PARTS.contains(&&**part) || used.is_some_and(|used| key_of(used, part).is_some());
            if !known {
                unknown(cx, from, used, flow, (part, variable));
            }
        }
    }
}

fn unknown(
    cx: &mut Resolver<'_>,
    from: &Component,
    used: Option<&SecretUse>,
    flow: &Flow,
    (part, variable): (&str, &Data),
) {
    let Some(span) = cx.origins.written_span(variable.origin) else { return };
    let message = format!("this `{}` flow has no `{part}` that a variable could hold", flow.kind.word());
    let keys: Vec<&str> = used.into_iter().flat_map(|used| used.keys.iter().map(|key| &*key.id)).collect();
    let known: Vec<&str> = PARTS.into_iter().chain(keys).collect();
    let problem =
        Diagnostic::error(UNKNOWN_OPTION, span, message).why(format!("`{}` would start without it", from.name.value));
    let problem = did_you_mean(part, known.iter().copied()).into_iter().fold(problem, Diagnostic::help);
    let listed: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    cx.out.push(problem.help(format!("it has {}", listed.join(", "))));
}
