//! Keeps secrets out of reports. A spec with one does not build, but its diff is still shown.

use super::edits::Placed;
use super::report::{Change, ChangeKind, Report, Shown};
use crate::diag::{self, Diagnostic};
use crate::pipeline::Compilation;
use crate::source::Span;

/// What stands for a value that is not shown.
const MASK: &str = "(sensitive, changed)";

/// Takes the secrets of both sides out of a report.
pub(super) fn apply(report: &mut Report, placed: &[Placed], base: &Compilation, head: &Compilation) {
    let mut secrets = diag::concealed(&base.diagnostics, &base.sources);
    secrets.extend(diag::concealed(&head.diagnostics, &head.sources));
    let hidden: Vec<bool> = placed
        .iter()
        .map(|placed| covers(placed.base, &base.diagnostics) || covers(placed.head, &head.diagnostics))
        .collect();
    let is_hidden = |at: &usize| hidden.get(*at).copied().unwrap_or_default();
    if secrets.is_empty() && !hidden.iter().any(|hidden| *hidden) {
        return;
    }
    // The longest first: one may be a part of another.
    secrets.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    let clean = |text: &mut String| {
        for secret in &secrets {
            if text.contains(secret.as_str()) {
                *text = text.replace(secret.as_str(), MASK);
            }
        }
    };
    for (at, edit) in report.edits.iter_mut().enumerate() {
        for text in edit.before.iter_mut().chain(&mut edit.after) {
            if is_hidden(&at) { MASK.clone_into(text) } else { clean(text) }
        }
    }
    let change = |change: &mut Change| {
        let whole = change.causes.iter().any(is_hidden);
        for Shown { text, .. } in change.before.iter_mut().chain(&mut change.after) {
            if whole { MASK.clone_into(text) } else { clean(text) }
        }
        if let ChangeKind::Text(lines) = &mut change.kind {
            if whole {
                lines.shown = vec![('@', MASK.to_owned())];
            }
            for (_, line) in &mut lines.shown {
                clean(line);
            }
        }
        clean(&mut change.path);
    };
    let sections = report.sections.iter_mut().flat_map(|section| &mut section.files).flat_map(|file| &mut file.changes);
    sections.chain(report.shared.iter_mut().flat_map(|shared| &mut shared.changes)).for_each(change);
    report.left_out.iter_mut().for_each(|left| clean(&mut left.why));
    for finding in &mut report.findings {
        clean(&mut finding.message);
        clean(&mut finding.why);
    }
}

/// Returns whether a place holds something that a diagnostic conceals.
fn covers(span: Option<Span>, diagnostics: &[Diagnostic]) -> bool {
    let concealed =
        diagnostics.iter().filter(|problem| problem.concealed).filter_map(|problem| problem.primary.as_ref());
    let hit = |at: Span| span.is_some_and(|span| span.file == at.file && span.start <= at.end && at.start <= span.end);
    concealed.map(|label| label.span).any(hit)
}
