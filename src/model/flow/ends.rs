//! The two ends of a flow: who opens it, and who answers.

use super::End;
use crate::diag::Diagnostic;
use crate::model::component::{Component, Part, PartId};
use crate::model::names::Target;
use crate::model::resolve::{Platform, Resolver};
use crate::model::service::Serve;
use crate::model::{NOT_OPENED, NOT_SERVED};
use crate::source::Span;
use crate::spec::FlowKind;
use crate::yaml::Field;

/// Returns the end that opens the connection: the component, or the one part of it that does.
pub(super) fn opener(
    cx: &mut Resolver<'_>,
    platform: &Platform,
    kind: FlowKind,
    (target, span): (Target, Span),
) -> Option<End> {
    let component = platform.components.get(target.component.0)?;
    let origin = cx.origins.written("from", span);
    let end = |part| Some(End { component: target.component, part, origin });
    if let Some(part) = target.part {
        let opens = component.part(part).is_some_and(|part| part.opens.contains(&kind));
        return if opens { end(Some(part)) } else { not_opened(cx, component, Some(part), kind, span) };
    }
    if opens(component, kind) {
        return end(None);
    }
    let mut able =
        component.parts.iter().enumerate().filter(|(_, part)| part.enabled.value && part.opens.contains(&kind));
    match (able.next(), able.next()) {
        (Some((at, _)), None) => end(Some(PartId(at))),
        _ => not_opened(cx, component, None, kind, span),
    }
}

/// A component of the user's own chart is taken at its word.
fn opens(component: &Component, kind: FlowKind) -> bool {
    component.variant.unknown || opened(component).any(|opened| opened == kind)
}

/// Returns the kinds that the facts of a component let it open, with and without a setting for the other end.
fn opened(component: &Component) -> impl Iterator<Item = FlowKind> + '_ {
    let facts = &component.variant.facts;
    let lists = [&facts.opens, &facts.publishes];
    lists.into_iter().flat_map(|list| list.value().into_iter().flatten()).filter_map(Field::value).copied()
}

/// Returns "`scrape`, `query`" for the kinds, or nothing.
fn listed(kinds: impl Iterator<Item = FlowKind>) -> Option<String> {
    let kinds: std::collections::BTreeSet<&str> = kinds.map(FlowKind::word).collect();
    let kinds: Vec<String> = kinds.into_iter().map(|kind| format!("`{kind}`")).collect();
    (!kinds.is_empty()).then(|| kinds.join(", "))
}

/// Returns the part's name, or else the component's.
pub(super) fn shown(component: &Component, part: Option<PartId>) -> &str {
    part.and_then(|part| component.part(part)).map_or(&component.name.value, |part| &part.name)
}

fn not_opened(
    cx: &mut Resolver<'_>,
    component: &Component,
    part: Option<PartId>,
    kind: FlowKind,
    span: Span,
) -> Option<End> {
    let of_part = |part: &Part| part.opens.clone();
    let kinds = match part.and_then(|part| component.part(part)) {
        Some(part) => listed(part.opens.iter().copied()),
        None => listed(opened(component).chain(component.parts.iter().flat_map(of_part))),
    };
    let message = format!("`{}` does not open `{}` connections", shown(component, part), kind.word());
    let problem = Diagnostic::error(NOT_OPENED, span, message)
        .why("`from` is the side that opens the connection, and its configuration has no place for this one")
        .help("swap `from` and `to` if the other side opens the connection");
    cx.out.push(match kinds {
        Some(kinds) => problem.help(format!("it opens {kinds}")),
        None => problem,
    });
    None
}

pub(super) fn answerer<'a>(
    cx: &mut Resolver<'_>,
    platform: &'a Platform,
    kind: FlowKind,
    (target, span): (Target, Span),
    from: Option<&Component>,
) -> Option<(End, &'a Serve)> {
    let component = platform.components.get(target.component.0)?;
    let origin = cx.origins.written("to", span);
    let part_serve = |part: PartId| component.part(part).and_then(|part| part.serves.get(&kind));
    let found = match target.part {
        Some(part) => part_serve(part).map(|serve| (Some(part), serve)),
        None => component.serves.get(&kind).map(|serve| (None, serve)).or_else(|| {
            let mut able = (0..component.parts.len()).map(PartId).filter(|part| {
                component.part(*part).is_some_and(|part| part.enabled.value && part.serves.contains_key(&kind))
            });
            let (first, second) = (able.next()?, able.next());
            if second.is_some() { None } else { part_serve(first).map(|serve| (Some(first), serve)) }
        }),
    };
    let Some((part, serve)) = found else {
        // What its ports answer may be what could not be read.
        let written = cx.spec.components.value().and_then(|all| all.get(&component.name.value)?.value.as_ref());
        if written.and_then(|one| one.value.workload.value()).is_some_and(|workload| workload.has_unread_ports()) {
            return None;
        }
        not_served(cx, component, target.part, kind, span, from);
        return None;
    };
    if let Some(problem) = from.and_then(|from| other_protocol(platform, kind, (from, component), serve, span)) {
        cx.out.push(problem);
        return None;
    }
    Some((End { component: target.component, part, origin }, serve))
}

/// One kind of flow may stand for several protocols. Where the facts of both ends say which, these have to be the same.
fn other_protocol(
    platform: &Platform,
    kind: FlowKind,
    (from, to): (&Component, &Component),
    serve: &Serve,
    span: Span,
) -> Option<Diagnostic> {
    let wanted = from.variant.facts.speaks.value()?.get(kind.word())?.value.as_ref()?;
    let wanted: Vec<&str> = wanted.value.0.iter().map(|word| &*word.value.0).collect();
    let speaks = &*serve.speaks.as_ref()?.value;
    if wanted.contains(&speaks) {
        return None;
    }
    let (client, server) = (&from.name.value, &to.name.value);
    let asked = wanted.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ");
    let message = format!("`{server}` speaks `{speaks}`, and the `{}` of `{client}` has to speak {asked}", kind.word());
    let able = |serve: &Serve| serve.speaks.as_ref().is_some_and(|speaks| wanted.contains(&&*speaks.value));
    let fits = |one: &&Component| one.serves.get(&kind).is_some_and(able);
    let others: Vec<String> =
        platform.components.iter().filter(fits).map(|one| format!("`{}`", one.name.value)).collect();
    let problem = Diagnostic::error(NOT_SERVED, span, message)
        .why(format!("`{client}` would greet it in a protocol that it does not know, and never start"));
    Some(if others.is_empty() {
        problem.help(format!("no component here speaks {asked}: add one, and name it in `to`"))
    } else {
        problem.help(format!("of the components here {} would do", others.join(", ")))
    })
}

fn not_served(
    cx: &mut Resolver<'_>,
    component: &Component,
    part: Option<PartId>,
    kind: FlowKind,
    span: Span,
    from: Option<&Component>,
) {
    let kinds = if let Some(part) = part.and_then(|part| component.part(part)) {
        listed(part.serves.keys().copied())
    } else {
        let of_parts = component.parts.iter().flat_map(|part| part.serves.keys().copied());
        listed(component.serves.keys().copied().chain(of_parts))
    };
    let message = format!("`{}` does not answer `{}` connections", shown(component, part), kind.word());
    let problem = Diagnostic::error(NOT_SERVED, span, message);
    let refused = component.variant.facts.refuses.value().and_then(|all| all.get(kind.word())?.value.as_ref());
    let asks = refused.or_else(|| from?.variant.facts.asks.value()?.get(kind.word())?.value.as_ref());
    if let Some((asks, why)) = asks.and_then(|asks| Some((&asks.value, asks.value.why.value()?))) {
        let helps = asks.help.value().into_iter().flat_map(|helps| &helps.0);
        let problem = helps.fold(problem.why(why.to_string()), |problem, help| problem.help(help.value.to_string()));
        cx.out.push(problem);
        return;
    }
    let problem = problem.why("no Service of it speaks this protocol");
    cx.out.push(match kinds {
        Some(kinds) => problem.help(format!("it answers {kinds}")),
        None => problem,
    });
}
