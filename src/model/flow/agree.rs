//! What the two ends of a flow, and several flows to one end, have to agree on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Flow;
use crate::diag::{Diagnostic, did_you_mean, nearest};
use crate::model::names::Target;
use crate::model::resolve::{Platform, Resolver};
use crate::model::{Component, ComponentId};
use crate::model::{TAKEN_TWICE, UNKNOWN_OPTION, UNUSABLE_NAME};
use crate::source::{Span, Spanned};
use crate::spec::scalars::is_bucket;
use crate::spec::{self, FlowKind, InstalledBy};
use crate::yaml::{Field, Names, Node};

/// A flow that uses a bucket or a database.
struct User<'a> {
    flow: &'a Flow,
    from: &'a Component,
    span: Span,
}

impl User<'_> {
    /// Returns whether the component keeps its own state in what the flow names.
    fn keeps_state(&self) -> bool {
        let mut single = self.from.variant.facts.single.value().into_iter().flatten().filter_map(Field::value);
        self.flow.kind == FlowKind::Objects || single.any(|kind| *kind == self.flow.kind)
    }
}

/// Two components that keep their state in one bucket delete what the other one wrote: each takes what it does not know
/// for leftovers. In one database they take the tables of the other one for their own.
pub(super) fn stores(cx: &mut Resolver<'_>, platform: &Platform, flows: &[Flow]) {
    let mut users = Users::new();
    for flow in flows.iter().filter(|flow| matches!(flow.kind, FlowKind::Objects | FlowKind::Database)) {
        let (Some(span), Some(from)) = (flow.span, platform.components.get(flow.from.component.0)) else { continue };
        let name = flow.name.as_ref().unwrap_or(&from.name);
        let span = cx.origins.written_span(name.origin).filter(|_| flow.name.is_some()).unwrap_or(span);
        users.entry((flow.kind, flow.to.component, name.value.clone())).or_default().push(User { flow, from, span });
    }
    for ((kind, _, bucket), used) in &users {
        let Some(user) = used.first().filter(|_| *kind == FlowKind::Objects && !is_bucket(bucket)) else { continue };
        let message = format!("`{bucket}` cannot be the name of a bucket");
        let problem = Diagnostic::error(UNUSABLE_NAME, user.span, message);
        cx.out.push(problem.help("object stores take 3 to 63 lower-case letters, digits, `-` and `.`"));
    }
    alone(cx, platform, &users);
    for ((kind, store, name), mut users) in users {
        users.sort_by_key(|user| user.span);
        let Some((first, rest)) = users.split_first() else { continue };
        let (word, why) = match kind {
            FlowKind::Objects => ("bucket", "each removes or reads as its own what the other one wrote"),
            _ => {
                ("database", "each makes tables of its own at its start, and changes or refuses those of the other one")
            }
        };
        let both = |user: &&User<'_>| {
            user.flow.from.component != first.flow.from.component
                && (user.keeps_state() || first.keeps_state())
                && !(user.flow.shared && first.flow.shared)
        };
        for other in rest.iter().filter(both) {
            let store = platform.components.get(store.0).map_or("", |store| &store.name.value);
            let (one, two) = (&first.from.name.value, &other.from.name.value);
            let problem = Diagnostic::error(
                TAKEN_TWICE,
                other.span,
                format!("`{one}` and `{two}` both use {word} `{name}` of `{store}`"),
            )
            .related(first.span, format!("`{one}` has it already"))
            .why(why)
            .help(format!("give each a {word} of its own, by `name`"));
            cx.out.push(problem.help("where the two are to share it, write `shared: true` in both flows"));
        }
    }
}

/// The users of buckets and databases: by the kind of flow, the store and the name.
type Users<'a> = BTreeMap<(FlowKind, ComponentId, Arc<str>), Vec<User<'a>>>;

/// What is to be shared, and is used by one component only, is misspelt in one of the flows.
fn alone(cx: &mut Resolver<'_>, platform: &Platform, users: &Users<'_>) {
    let mut said = BTreeSet::new();
    for ((kind, store, name), used) in users {
        let Some(user) = used.first().filter(|user| user.flow.shared) else { continue };
        let installed = platform.components.get(store.0).is_some_and(Component::is_installed);
        if !installed || used.iter().any(|other| other.from.name.value != user.from.name.value) {
            continue;
        }
        let same = users.iter().filter(|((other, at, _), _)| (other, at) == (kind, store));
        let others =
            same.filter_map(|((.., name), used)| Some((&**name, used.iter().find(|other| other.flow.shared)?)));
        let others: BTreeMap<&str, &User<'_>> = others.collect();
        // Of two that are alone one is misspelt.
        let near = nearest(name, others.keys().copied()).filter(|near| !said.contains(near));
        let Some((near, other)) = near.and_then(|near| others.get_key_value(near)) else { continue };
        said.insert(&**name);
        let message = format!("`{}` is to share `{name}`, and nobody else uses it", user.from.name.value);
        let problem = Diagnostic::warning(crate::model::NO_EFFECT, user.span, message)
            .related(other.span, "is it this one?")
            .why("one writes where the other does not look");
        cx.out.push(problem.help(format!("did you mean `{near}`?")));
    }
}

/// A setting of the flow may name one of what the other side lists in a setting of its own, such as a model.
pub(super) fn options(cx: &mut Resolver<'_>, platform: &Platform, written: &Spanned<spec::Flow>, to: Target) {
    let Some(component) = platform.components.get(to.component.0) else { return };
    let Some(serve) = component.serves.get(&written.value.kind) else { return };
    let settings = cx.spec.components.value().and_then(|all| all.get(&component.name.value)?.value.as_ref());
    let Some(settings) = settings.map(|written| &written.value.settings) else { return };
    // What is installed elsewhere is not described here, and a value of the chart can load things too.
    let elsewhere = component.installed_by.value == InstalledBy::External || component.values.is_some();
    if settings.is_broken() {
        return;
    }
    for (option, list) in &serve.one_of {
        let chosen = written.value.fields.settings.value().and_then(|own| own.get(option)?.value.as_ref());
        let Some((chosen, span)) = chosen.and_then(|node| Some((node.value.as_scalar()?, node.span))) else { continue };
        let listed = settings.value().and_then(|all| all.get(list)?.value.as_ref());
        // A list that is misspelt, or is none, is reported as that.
        let misspelt =
            || settings.value().into_iter().flat_map(Names::keys).any(|key| nearest(key, [&**list]).is_some());
        if listed.is_none() && misspelt() || listed.is_some_and(|node| !is_list(&node.value)) {
            continue;
        }
        let names: Vec<&Arc<str>> = listed.into_iter().flat_map(|node| scalars(&node.value)).collect();
        if (listed.is_none() && elsewhere) || names.iter().any(|name| plain(name) == plain(chosen)) {
            continue;
        }
        let name = &component.name.value;
        let message = format!("`{chosen}` is not one of the `{list}` of `{name}`");
        let problem = Diagnostic::error(UNKNOWN_OPTION, span, message)
            .why(format!("`{name}` would answer every request for it with an error"));
        let place = listed.map(|node| node.span).or_else(|| cx.origins.written_span(component.name.origin));
        let problem = match place {
            Some(place) => {
                problem.related(place, if listed.is_some() { "they are listed here" } else { "it lists none" })
            }
            None => problem,
        };
        let near = did_you_mean(chosen, names.iter().map(|name| &***name));
        let problem = near.into_iter().fold(problem, Diagnostic::help);
        cx.out.push(problem.help(format!("add it to `settings.{list}` of `{name}`, or choose one that is there")));
    }
}

fn is_list(node: &Node) -> bool {
    node.as_sequence().is_some_and(|items| items.iter().all(|item| item.as_scalar().is_some()))
}

fn scalars(node: &Node) -> impl Iterator<Item = &Arc<str>> {
    node.as_sequence().into_iter().flatten().filter_map(Node::as_scalar)
}

/// Without a tag the latest one is meant (docs.ollama.com, model names; images of containers alike).
fn plain(name: &str) -> &str {
    name.strip_suffix(":latest").unwrap_or(name)
}

/// Returns whether a flow may use what others use.
pub(super) fn shared(cx: &mut Resolver<'_>, written: &Spanned<spec::Flow>) -> bool {
    let field = &written.value.fields.shared;
    let fits = matches!(written.value.kind, FlowKind::Objects | FlowKind::Database);
    if let Some(given) = field.get().filter(|_| !fits) {
        let message = format!("`shared` has no effect on `{}` flows", written.value.kind.word());
        let problem = Diagnostic::warning(crate::model::NO_EFFECT, given.span, message);
        cx.out.push(problem.why("only a bucket or a database can have several users").help("remove it"));
    }
    matches!(field, Field::Broken) || field.value() == Some(&true)
}
