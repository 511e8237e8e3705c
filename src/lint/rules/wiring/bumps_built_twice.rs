//! Two who build the outputs of one branch.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::source::Span;
use crate::yaml::{Node, NodeKind};

rule! {
    /// Renovate and a workflow both build the outputs of its branches.
    ///
    /// ## What it does
    ///
    /// Looks for `postUpgradeTasks` with `dvgen build` beside a workflow with `does: outputs`.
    ///
    /// ## Why it matters
    ///
    /// Two writers of one branch race: one pushes onto a state that the other has changed, and is refused. Which version of dvgen
    /// made the outputs depends on who was last.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// renovate: { postUpgradeTasks: { commands: [dvgen build] } }
    /// pipelines: { workflows: { outputs: { does: outputs } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// pipelines: { workflows: { outputs: { does: outputs } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Renovate, postUpgradeTasks and gitIgnoredAuthors.
    pub(super) static RULE = Kind::new("bumps-built-twice", "DV1476"), Wiring, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    let Some(workflow) = platform.pipelines.as_ref().and_then(crate::model::Pipelines::builds_outputs) else { return };
    let Some(renovate) = platform.renovate.as_ref().filter(|_| !platform.is_overlay) else { return };
    let values = renovate.values().filter_map(|named| named.value.as_ref());
    let Some(span) = values.into_iter().find_map(|field| command(&field.value)) else { return };
    let name = &workflow.name.value;
    let mut problem = RULE
        .at(span, format!("Renovate builds the outputs of its branches, and so does workflow `{name}`"))
        .why("two writers of one branch race, and either may undo what the other wrote")
        .help("remove this command where the workflow builds, or the workflow where Renovate does");
    let place = subject.line(workflow.name.origin);
    problem = place.into_iter().fold(problem, |problem, span| problem.related(span, "the workflow"));
    out.push(problem);
}

/// Returns where a command of dvgen stands.
fn command(node: &Node) -> Option<Span> {
    match &node.kind {
        NodeKind::Mapping(map) => map.entries.iter().find_map(|entry| command(&entry.value)),
        NodeKind::Sequence(items) => items.iter().find_map(command),
        NodeKind::Scalar { text, .. } => text.contains("dvgen build").then_some(node.span),
    }
}
