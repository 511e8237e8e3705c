//! What is wrong with flows that can be resolved: written twice, one too many, settings without effect.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ends::shown;
use super::{End, Flow};
use crate::diag::{Diagnostic, did_you_mean};
use crate::library::SettingType;
use crate::model::component::{Component, ComponentId};
use crate::model::names::Target;
use crate::model::resolve::{Platform, Resolver};
use crate::model::{NO_EFFECT, TAKEN_TWICE, Text};
use crate::source::{Span, Spanned};
use crate::spec;
use crate::spec::FlowKind;
use crate::yaml::{Decoder, Field};

/// Reports the settings of a flow that no template of either end reads, and those that are not of the type that an end gives
/// them. Returns the names of the latter.
pub(super) fn settings(
    cx: &mut Resolver<'_>,
    platform: &Platform,
    written: &Spanned<spec::Flow>,
    from: &[ComponentId],
    to: &[ComponentId],
) -> Vec<Arc<str>> {
    let mut broken = Vec::new();
    let kind = written.value.kind.word();
    let ends = || {
        let variants = |ids: &'_ [ComponentId]| -> Vec<_> {
            ids.iter().filter_map(|id| Some(platform.components.get(id.0)?.variant.clone())).collect()
        };
        let opened = variants(from).into_iter().map(|variant| (variant, format!("flows.{kind}.options")));
        opened.chain(variants(to).into_iter().map(|variant| (variant, format!("served.{kind}.options"))))
    };
    let complete = |ends: &Field<crate::yaml::decode::OneOrMany<Arc<str>>>, found: &[ComponentId]| {
        ends.value().is_some_and(|ends| ends.0.len() == found.len())
    };
    let fields = &written.value.fields;
    if !complete(&fields.from, from) || !complete(&fields.to, to) {
        return broken;
    }
    let all: Vec<ComponentId> = from.iter().chain(to).copied().collect();
    let workload = from.iter().any(|id| platform.components.get(id.0).is_some_and(|one| one.workload.is_some()));
    for (setting, named) in fields.settings.value().into_iter().flatten() {
        if workload && &**setting == crate::model::workload::FLOW_SETTING {
            continue;
        }
        if ends().any(|(variant, path)| variant.reads(&format!("{path}.{setting}"))) {
            let typed = all.iter().find_map(|id| typed(platform.components.get(id.0)?, kind, setting));
            let mut decoder = Decoder::default();
            if let (Some(of), Some(value)) = (typed, &named.value)
                && !of.check(setting, &value.value, &mut decoder)
            {
                cx.out.append(&mut decoder.diagnostics);
                broken.push(setting.clone());
            }
            continue;
        }
        let known: Vec<String> = ends()
            .flat_map(|(variant, path)| variant.read_below(&path).map(str::to_owned).collect::<Vec<_>>())
            .collect();
        let message = format!("setting `{setting}` of this `{kind}` flow has no effect");
        let problem = Diagnostic::warning(NO_EFFECT, named.key, message)
            .why("no template of either end reads it, so no output changes with it");
        let near = did_you_mean(setting, known.iter().map(|name| &**name));
        let problem = near.into_iter().fold(problem, Diagnostic::help);
        cx.out.push(problem.help("remove it, or use `values:` of the component"));
    }
    broken
}

/// Returns what a setting of a flow takes, as one of its ends says.
pub(super) fn typed<'a>(end: &'a Component, kind: &str, setting: &str) -> Option<&'a SettingType> {
    let kinds = end.variant.facts.flow_settings.value()?;
    let settings = &kinds.get(kind)?.value.as_ref()?.value;
    settings.get(setting)?.value.as_ref().map(|of| &of.value)
}

/// Reports ends that a flow names twice, and returns each once: a pair of ends is one flow.
pub(super) fn doubled(cx: &mut Resolver<'_>, platform: &Platform, ends: Vec<(Target, Span)>) -> Vec<(Target, Span)> {
    let mut seen = BTreeMap::new();
    let mut once = Vec::with_capacity(ends.len());
    for (target, span) in ends {
        let Some(first) = seen.get(&(target.component, target.part)).copied() else {
            seen.insert((target.component, target.part), span);
            once.push((target, span));
            continue;
        };
        let name = platform.components.get(target.component.0).map_or("", |found| shown(found, target.part));
        let problem = Diagnostic::warning(NO_EFFECT, span, format!("this flow names `{name}` twice"))
            .related(first, "the first time")
            .why("a pair of ends is one flow, however often it is named");
        cx.out.push(problem.help("remove it, or name the component that was meant"));
    }
    once
}

/// The identity of a flow is its kind, its ends and the name of what is used: written twice, one of them would be lost.
/// Two databases of one server are two flows, each with its name, and so are two tenants where the component has room for them.
pub(super) fn repeated(cx: &mut Resolver<'_>, platform: &Platform, flows: &[Flow]) {
    let mut seen: BTreeMap<_, BTreeMap<Option<Arc<str>>, Span>> = BTreeMap::new();
    for flow in flows {
        let Some(span) = flow.span else { continue };
        let key = (flow.kind, flow.from.component, flow.from.part, flow.to.component, flow.to.part);
        let name = flow.name.as_ref().or_else(|| tenant(platform, flow)).map(|name| name.value.clone());
        let before = seen.entry(key).or_default();
        // Without a name it is a flow to all of the other side.
        let any = || before.values().next().filter(|_| name.is_none());
        let first = before.get(&name).or_else(|| before.get(&None)).or_else(any).copied();
        before.insert(name, span);
        let Some(first) = first.filter(|first| *first != span) else { continue };
        let (first, span) = if first <= span { (first, span) } else { (span, first) };
        let end = |end: &End| platform.components.get(end.component.0).map_or("", |found| shown(found, end.part));
        let (kind, from, to) = (flow.kind.word(), end(&flow.from), end(&flow.to));
        let message = format!("the `{kind}` flow from `{from}` to `{to}` is written twice");
        let problem = Diagnostic::error(TAKEN_TWICE, span, message).related(first, "the first one");
        cx.out.push(problem.help("keep one of the two"));
    }
}

/// Returns the tenant by which a flow differs from others of its ends.
fn tenant<'a>(platform: &Platform, flow: &'a Flow) -> Option<&'a Text> {
    let from = platform.components.get(flow.from.component.0)?;
    let mut kinds = from.variant.facts.per_tenant.value().into_iter().flatten().filter_map(Field::value);
    flow.tenant.as_ref().filter(|_| kinds.any(|kind| *kind == flow.kind))
}

/// A component may have room for one flow of a kind: a second one would be left out without a word.
pub(super) fn second(cx: &mut Resolver<'_>, platform: &Platform, flows: &[Flow]) {
    let mut first = BTreeMap::new();
    for flow in flows {
        let (Some(span), Some(component)) = (flow.span, platform.components.get(flow.from.component.0)) else {
            continue;
        };
        let mut single = component.variant.facts.single.value().into_iter().flatten().filter_map(Field::value);
        if !single.any(|kind| *kind == flow.kind) {
            continue;
        }
        let Some(there) = first.get(&(flow.kind, flow.from.component)).copied() else {
            first.insert((flow.kind, flow.from.component), span);
            continue;
        };
        // Flows are in the order of their ends; people read them in the order of the file.
        let (there, here) = if there <= span { (there, span) } else { (span, there) };
        let (kind, name) = (flow.kind.word(), &component.name.value);
        let message = format!("`{name}` opens two `{kind}` flows, and has room for one");
        let problem = Diagnostic::error(TAKEN_TWICE, here, message).related(there, "the first one");
        let problem = match flow.kind {
            FlowKind::Database => problem
                .why("it keeps its own state in the database of the flow, and nothing says which of the two that is")
                .help("write `query` instead of `database` for the one that it only reads, as a datasource"),
            _ => problem.why("its configuration has no place for a second one").help("keep one of the two"),
        };
        cx.out.push(problem);
    }
}
