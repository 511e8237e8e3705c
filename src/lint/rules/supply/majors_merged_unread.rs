//! Major versions that a bot merges by itself.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::source::Span;
use crate::yaml::{Node, NodeKind};

rule! {
    /// Renovate merges major versions by itself.
    ///
    /// ## What it does
    ///
    /// Reads `renovate`: `automerge: true` at its top, below `major`, and in `packageRules`, whose last one that fits wins. A rule
    /// fits major versions if it names them in `matchUpdateTypes`, or names no types at all.
    ///
    /// ## Why it matters
    ///
    /// A major version renames Services and values, and changes what is on disk. Tests of a pull request see what dvgen makes of
    /// it, but nobody has read the notes on what to do before.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// renovate:
    ///   packageRules: [{ matchDatasources: [helm], automerge: true }]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// renovate:
    ///   packageRules:
    ///     - { matchDatasources: [helm], matchUpdateTypes: [minor, patch], automerge: true }
    /// ```
    ///
    /// ## Source
    ///
    /// Renovate, Configuration Options, `automerge`, `packageRules` and `matchUpdateTypes`; its presets, `:automergeAll`.
    pub(super) static RULE =
        Kind::new("majors-merged-unread", "DV1790"), Supply, Warn, fix: None, Check::Platform(check);
}

/// What a rule of packages says besides whom it is for.
const SAYS: [&str; 2] = ["matchUpdateTypes", "description"];

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    let Some(renovate) = platform.renovate.as_ref().filter(|_| !platform.is_overlay) else { return };
    let field = |name: &str| renovate.get(name).and_then(|named| named.value.as_ref()).map(|field| &field.value);
    let mut merging: Vec<Span> = Vec::new();
    for preset in field("extends").into_iter().flat_map(items) {
        if preset.as_scalar().is_some_and(|text| &**text == ":automergeAll") {
            merging.push(preset.span);
        }
    }
    let mut decide = |node: Option<&Node>, all: bool| {
        let Some(node) = node else { return };
        match node.as_scalar().map(|text| &**text) {
            Some("true") => merging.push(node.span),
            // What is for all packages takes back what was said before.
            Some("false") if all => merging.clear(),
            _ => {}
        }
    };
    decide(field("automerge"), true);
    decide(field("major").and_then(|major| major.get("automerge")), true);
    for rule in field("packageRules").into_iter().flat_map(items) {
        let narrow = match &rule.kind {
            NodeKind::Mapping(map) => map.entries.iter().any(|entry| {
                let key = &*entry.key.text;
                (key.starts_with("match") || key.starts_with("exclude")) && !SAYS.contains(&key)
            }),
            _ => true,
        };
        if for_majors(rule) {
            decide(rule.get("automerge"), !narrow);
        }
        decide(rule.get("major").and_then(|major| major.get("automerge")), !narrow);
    }
    for span in merging {
        let problem = RULE.at(span, "Renovate merges major versions by itself, too");
        out.push(
            problem
                .why("a major version asks for steps that a person has to read about first")
                .help("say `matchUpdateTypes: [minor, patch, digest]` beside it")
                .help("or end `packageRules` with `{ matchUpdateTypes: [major], automerge: false }`"),
        );
    }
}

fn items(node: &Node) -> &[Node] {
    match &node.kind {
        NodeKind::Sequence(items) => items,
        _ => std::slice::from_ref(node),
    }
}

/// Returns whether a rule is about major versions, among others or alone.
fn for_majors(rule: &Node) -> bool {
    let Some(types) = rule.get("matchUpdateTypes") else { return true };
    items(types).iter().any(|one| one.as_scalar().is_some_and(|text| &**text == "major"))
}
