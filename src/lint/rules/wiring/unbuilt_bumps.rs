//! Versions that a bot raises, and outputs that nobody builds.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::source::Span;
use crate::yaml::{Node, NodeKind};

rule! {
    /// Renovate merges versions by itself, and nothing builds the outputs.
    ///
    /// ## What it does
    ///
    /// Looks for `automerge: true` under `renovate`, and for what builds the outputs on its branches: a workflow with `does:
    /// outputs`, a `file:` of your own that runs `dvgen build`, or `postUpgradeTasks` that do.
    ///
    /// ## Why it matters
    ///
    /// Renovate changes the spec. Argo CD reads the outputs: without a build the merge deploys nothing, and the next person who
    /// builds deploys all that was merged since, in one step and unseen.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// renovate:
    ///   packageRules: [{ matchUpdateTypes: [patch], automerge: true }]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// renovate:
    ///   packageRules: [{ matchUpdateTypes: [patch], automerge: true }]
    /// pipelines:
    ///   dvgen: { repository: https://…, commit: … }
    ///   workflows: { outputs: { does: outputs } }
    /// ```
    ///
    /// ## Source
    ///
    /// Renovate, postUpgradeTasks and gitIgnoredAuthors.
    pub(super) static RULE = Kind::new("unbuilt-bumps", "DV1475"), Wiring, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    let Some(renovate) = platform.renovate.as_ref().filter(|_| !platform.is_overlay) else { return };
    let values = || renovate.values().filter_map(|named| named.value.as_ref()).map(|field| &field.value);
    let Some(merges) = values().find_map(automerge).or_else(|| {
        let own = renovate.get("automerge").and_then(|named| named.value.as_ref());
        own.filter(|field| field.value.as_scalar().is_some_and(|text| &**text == "true")).map(|field| field.value.span)
    }) else {
        return;
    };
    let by_tasks = renovate.get("postUpgradeTasks").and_then(|named| named.value.as_ref());
    let by_tasks = by_tasks.is_some_and(|tasks| builds(&tasks.value)) || values().any(nested_tasks);
    let pipelines = platform.pipelines.as_ref();
    let by_workflow =
        pipelines.is_some_and(|all| all.builds_outputs().is_some() || all.workflows.iter().any(|one| one.builds));
    if by_tasks || by_workflow {
        return;
    }
    out.push(
        RULE.at(merges, "Renovate merges by itself, and nothing builds the outputs on its branches".to_owned())
            .why("Argo CD reads the outputs: a version that is merged into the spec alone is not deployed, and the next build deploys all of them at once")
            .help("let a workflow build them: `pipelines: { dvgen: { repository: …, commit: … }, workflows: { outputs: { does: outputs } } }`")
            .help("or let Renovate do it, where it runs as your own: `postUpgradeTasks: { commands: [dvgen build], fileFilters: [\"**/*\"], executionMode: branch }`"),
    );
}

/// Returns where something merges by itself.
fn automerge(node: &Node) -> Option<Span> {
    match &node.kind {
        NodeKind::Mapping(map) => map.entries.iter().find_map(|entry| {
            let yes = entry.value.as_scalar().is_some_and(|text| &**text == "true");
            if &*entry.key.text == "automerge" && yes { Some(entry.value.span) } else { automerge(&entry.value) }
        }),
        NodeKind::Sequence(items) => items.iter().find_map(automerge),
        NodeKind::Scalar { .. } => None,
    }
}

/// Returns whether tasks below a rule build.
fn nested_tasks(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Mapping(map) => map.entries.iter().any(|entry| {
            if &*entry.key.text == "postUpgradeTasks" { builds(&entry.value) } else { nested_tasks(&entry.value) }
        }),
        NodeKind::Sequence(items) => items.iter().any(nested_tasks),
        NodeKind::Scalar { .. } => false,
    }
}

/// Returns whether a command of dvgen stands somewhere in these tasks.
fn builds(tasks: &Node) -> bool {
    match &tasks.kind {
        NodeKind::Mapping(map) => map.entries.iter().any(|entry| builds(&entry.value)),
        NodeKind::Sequence(items) => items.iter().any(builds),
        NodeKind::Scalar { text, .. } => text.contains("dvgen build"),
    }
}
