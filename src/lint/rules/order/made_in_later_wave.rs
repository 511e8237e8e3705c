//! What pods wait for, and a component of a later wave brings.

use std::collections::BTreeSet;

use super::after::{Order, Pair};
use super::{hooks, pod};
use crate::diag::{Diagnostic, Kind};
use crate::graph::Graph;
use crate::lint::facts::ComponentFacts;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::ComponentId;
use crate::source::Span;

rule! {
    /// Pods need an object that a component of a later wave brings.
    ///
    /// ## What it does
    ///
    /// Looks for who makes the Secrets that Helm values and pods name, and the ConfigMaps, ServiceAccounts and claims that
    /// the pods of manifests name, and compares the wave of that component with the wave of the one that reads them. What is
    /// `optional`, and what is made inside the same component, is left alone: of the latter `used-before-creation` speaks.
    ///
    /// ## Why it matters
    ///
    /// Argo CD begins a wave when everything in the one before is healthy. Pods that wait for an object of a later wave never
    /// are: the later wave never begins, and the object never comes.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   queue: { manifests: [queue.yaml] }                        # reads Secret `queue-login`
    ///   shop: { manifests: [shop.yaml, queue-login.yaml], requires: [queue] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   queue: { manifests: [queue.yaml, queue-login.yaml] }
    ///   shop: { manifests: [shop.yaml], requires: [queue] }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Sync Phases and Waves; Kubernetes, Secrets, Using Secrets.
    pub(super) static RULE = Kind::new("made-in-later-wave", "DV1214"), Order, Error, fix: None, Check::Platform(check);
}

/// What a component needs: the kind, the namespace, the name, and the place that says so.
struct Need<'a> {
    kind: &'static str,
    namespace: &'a str,
    name: &'a str,
    span: Option<Span>,
}

/// Who brings it: the index of its facts, and the place.
type Provider = (usize, Option<Span>);

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    if !subject.platform.waits_in_waves {
        return;
    }
    for (user, facts) in subject.facts.iter().enumerate() {
        if subject.component(user).is_none_or(|component| !component.by_argocd()) {
            continue;
        }
        let mut told = BTreeSet::new();
        for need in needs(facts) {
            if told.insert((need.kind, need.namespace, need.name)) {
                out.extend(late(subject, user, &need).and_then(|provider| finding(subject, user, &need, provider)));
            }
        }
    }
}

/// Returns what the pods of a component do not start without: first what values and people say.
fn needs(facts: &ComponentFacts) -> Vec<Need<'_>> {
    let mut all: Vec<Need<'_>> = Vec::new();
    for used in facts.secrets.iter().filter(|used| used.awaited) {
        all.push(Need { kind: "Secret", namespace: &used.namespace, name: &used.name, span: Some(used.span) });
    }
    for object in &facts.objects {
        // Argo CD does not wait for the runs of a CronJob, nor for what is run after the sync or after a failure.
        if object.kind.as_ref() == "CronJob" || hooks::of(&object.doc).iter().any(|hook| *hook != "PreSync") {
            continue;
        }
        let Some(namespace) = object.namespace.as_deref() else { continue };
        for need in pod::needs(&object.doc) {
            let name = need.name.as_str().unwrap_or_default();
            all.push(Need { kind: need.kind, namespace, name, span: facts.line(need.name.origin) });
        }
    }
    all
}

/// Returns the first that brings what is needed, if all that do come in a later wave.
fn late(subject: &Subject<'_>, user: usize, need: &Need<'_>) -> Option<Provider> {
    let secrets = subject.made().of(need.namespace, need.name);
    let providers: Vec<Provider> = if need.kind == "Secret" {
        secrets.iter().map(|maker| Some((maker.at?, maker.span))).collect::<Option<_>>()?
    } else {
        let objects = subject.objects(need.kind, need.namespace, need.name).into_iter();
        let place = |at: usize, object| subject.facts.get(at)?.line_at(object, &[&["metadata", "name"]]);
        objects.map(|(at, object)| (at, place(at, object))).collect()
    };
    let is_late = |(provider, _): &Provider| Pair { user, provider: *provider }.order(subject) == Order::Reversed;
    if providers.iter().all(is_late) { providers.into_iter().next() } else { None }
}

fn finding(subject: &Subject<'_>, user: usize, need: &Need<'_>, (provider, there): Provider) -> Option<Diagnostic> {
    let (reader, maker) = Pair { user, provider }.components(subject)?;
    let id = |at: usize| subject.facts.get(at)?.component;
    let (from, to) = (id(user)?, id(provider)?);
    // A template may say both because of one line, such as that of a flow.
    let here = need.span.filter(|span| Some(*span) != there).or_else(|| subject.line(reader.name.origin))?;
    let wave = |id: ComponentId| subject.graph.waves.get(id.0).map_or(0, |wave| wave.number);
    let Need { kind, name, .. } = need;
    let (user, provider) = (&reader.name.value, &maker.name.value);
    let message = format!("`{user}` of wave {} needs {kind} `{name}`, which comes in wave {}", wave(from), wave(to));
    let problem = RULE.at(here, message).label("its pods wait for it");
    let brings = |problem: Diagnostic, there| problem.related(there, format!("`{provider}` brings it"));
    let problem = there.into_iter().fold(problem, brings);
    let problem = problem.why(format!(
        "Argo CD begins the wave of `{provider}` when `{user}` is healthy, which it never is: its pods wait for the {kind}"
    ));
    let help = if waits(subject.graph, to, from) {
        format!(
            "`{provider}` comes after `{user}`, so let `{user}` bring it: move the {kind} to `manifests` of `{user}`"
        )
    } else {
        format!("write `requires: [{provider}]` in `{user}`, or move the {kind} to `manifests` of `{user}`")
    };
    Some(problem.help(help).about(user))
}

/// Returns whether a component waits for another one, by others or by itself.
fn waits(graph: &Graph, from: ComponentId, to: ComponentId) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(next) = open.pop() {
        for edge in graph.edges_of(next).iter().filter(|edge| edge.kept) {
            if edge.to == to {
                return true;
            }
            if seen.insert(edge.to) {
                open.push(edge.to);
            }
        }
    }
    false
}
