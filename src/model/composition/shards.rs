//! Shares of the work: of each plugin, from 0 to 100 percent, without a gap and without doing anything twice.

use std::collections::{BTreeMap, BTreeSet};

use super::check::Use;
use super::names::MemberNames;
use super::{Composition, MemberId, Shard};
use crate::diag::Diagnostic;
use crate::model::resolve::Resolver;
use crate::model::{SHARDS, TAKEN_TWICE, Traced};
use crate::source::{Span, Spanned};
use crate::spec::composition::{LoadBalancing, Scaling};
use crate::yaml::Field;

/// Reads the shares of all nodes, and whether all their names were found.
pub(super) fn read(
    cx: &mut Resolver<'_>,
    scaling: &Spanned<Scaling>,
    names: &MemberNames<'_>,
    uses: &mut Vec<Use>,
) -> (Vec<Shard>, bool) {
    let mut all = Vec::new();
    let mut unknown = BTreeSet::new();
    let mut nodes = BTreeMap::<std::sync::Arc<str>, Span>::new();
    let mut twice = false;
    let shares = scaling.value.distribution.value().into_iter().flatten().filter_map(Field::get);
    for share in shares {
        let (Some(node), Some(plugins)) = (share.value.node.get(), share.value.plugins.value()) else { continue };
        if let Some(first) = nodes.insert(node.value.0.clone(), node.span) {
            let problem = Diagnostic::error(TAKEN_TWICE, node.span, format!("node `{}` has two shares", node.value.0));
            cx.out.push(problem.related(first, "the first one").help("write all plugins of a node in one share"));
            twice = true;
        }
        for (name, named) in plugins {
            let Some(shard) = &named.value else { continue };
            let (Some(id), Some(range)) = (&shard.value.shard.get(), shard.value.range.get()) else { continue };
            // A name that means nothing is reported once, however many nodes have it.
            if unknown.contains(name) {
                continue;
            }
            let Some(member) = names.find(cx, &Spanned::new(name.clone(), named.key)) else {
                unknown.insert(name.clone());
                continue;
            };
            let what = format!("node `{}` has a share of it", node.value.0);
            uses.push(Use { member, place: named.key, what, why: "its part of the work would not be done" });
            all.push(Shard {
                node: cx.traced("node", node.value.0.clone(), node.span),
                member,
                name: cx.traced("shard", id.value.0.clone(), id.span),
                range: cx.traced("range", range.value, range.span),
            });
        }
    }
    if let Some(count) = scaling.value.nodes.get().filter(|_| !twice && !scaling.value.distribution.is_broken()) {
        let written = nodes.len();
        if written > 0 && usize::try_from(count.value.0) != Ok(written) {
            let message = format!("there are to be {} nodes, and {written} have a share", count.value.0);
            let problem = Diagnostic::error(SHARDS, count.span, message);
            cx.out.push(problem.help(format!("write `nodes: {written}`, or give each node its share")));
        }
    }
    (all, unknown.is_empty())
}

/// Reports what is done by nobody or by two.
pub(super) fn check(cx: &mut Resolver<'_>, scaling: &Scaling, composition: &Composition) {
    let mut of = BTreeMap::<MemberId, Vec<&Shard>>::new();
    for shard in &composition.shards {
        of.entry(shard.member).or_default().push(shard);
    }
    // Only where each does a part is there a whole.
    let whole = scaling.strategy.value() == Some(&LoadBalancing::Horizontal);
    if let Some(strategy) = scaling.strategy.get().filter(|_| !whole) {
        let part =
            composition.shards.iter().find(|shard| (shard.range.value.first, shard.range.value.last) != (0, 100));
        if let Some(span) = part.and_then(|shard| cx.origins.written_span(shard.range.origin)) {
            let word = strategy.value.word();
            let message =
                format!("with strategy `{word}` each node does all of the work, and this range is a part of it");
            let problem = Diagnostic::error(SHARDS, span, message).related(strategy.span, "the strategy");
            cx.out.push(problem.help("write `strategy: horizontal` for parts, or `range: 0-100%` for all of it"));
        }
    }
    for (member, mut shards) in of.into_iter().filter(|_| whole) {
        let Some(member) = composition.member(member) else { continue };
        shards.sort_by_key(|shard| shard.range.value);
        let name = &member.name.value;
        let mut next: u16 = 0;
        let mut before: Option<&Shard> = None;
        for shard in &shards {
            let (first, last) = (u16::from(shard.range.value.first), u16::from(shard.range.value.last));
            if first > next {
                gap(cx, name, (next, first - 1), shard, before);
            } else if first < next
                && let Some(before) = before
            {
                overlap(cx, name, shard, before);
            }
            if last + 1 > next {
                next = last + 1;
                before = Some(shard);
            }
        }
        if let Some(last) = before.filter(|_| next <= 100) {
            gap(cx, name, (next, 100), last, None);
        }
        same_names(cx, name, &shards);
    }
}

fn gap(cx: &mut Resolver<'_>, name: &str, (first, last): (u16, u16), at: &Shard, before: Option<&Shard>) {
    let Some(span) = cx.origins.written_span(at.range.origin) else { return };
    let which = if first == last { format!("percent {first}") } else { format!("percent {first} to {last}") };
    let mut problem = Diagnostic::error(SHARDS, span, format!("nobody does {which} of `{name}`"));
    if let Some(place) = before.and_then(|before| cx.origins.written_span(before.range.origin)) {
        problem = problem.related(place, "the share before");
    }
    let problem = problem.why("both ends of a range are included, and what is in none of them is lost");
    cx.out.push(problem.help("let the ranges go from 0 to 100, each beginning one after the end of the one before"));
}

fn overlap(cx: &mut Resolver<'_>, name: &str, shard: &Shard, before: &Shard) {
    let Some(span) = cx.origins.written_span(shard.range.origin) else { return };
    let first = shard.range.value.first;
    let last = shard.range.value.last.min(before.range.value.last);
    let which = if first == last { format!("percent {first}") } else { format!("percent {first} to {last}") };
    let message = format!("`{}` and `{}` both do {which} of `{name}`", before.node.value, shard.node.value);
    let mut problem = Diagnostic::error(SHARDS, span, message);
    if let Some(place) = cx.origins.written_span(before.range.origin) {
        problem = problem.related(place, format!("`{}` does it already", before.node.value));
    }
    let begin = before.range.value.last.saturating_add(1);
    cx.out.push(
        problem
            .why("both ends of a range are included, and what is in two of them is done twice")
            .help(format!("begin at {begin}")),
    );
}

fn same_names(cx: &mut Resolver<'_>, name: &str, shards: &[&Shard]) {
    let mut seen = BTreeMap::<&str, &Traced<std::sync::Arc<str>>>::new();
    for shard in shards {
        let Some(first) = seen.insert(&shard.name.value, &shard.name) else { continue };
        let (Some(a), Some(b)) = (cx.origins.written_span(first.origin), cx.origins.written_span(shard.name.origin))
        else {
            continue;
        };
        let (first, second) = (a.min(b), a.max(b));
        let message = format!("two shards of `{name}` are called `{}`", shard.name.value);
        let problem = Diagnostic::error(TAKEN_TWICE, second, message).related(first, "the first one");
        cx.out.push(problem.help("give one of them another name"));
    }
}
