//! Takes secrets out of the words of diagnostics: a message about a value repeats it.

use super::Diagnostic;
use crate::source::SourceMap;

/// Shorter texts occur in words by chance.
const LEAST: usize = 4;

/// As many characters of a value are in any message that shows it.
const START: usize = 24;

/// Stands for a secret.
const MASK: &str = "(not shown)";

/// Returns the texts that concealed diagnostics point at.
pub fn concealed(diagnostics: &[Diagnostic], sources: &SourceMap) -> Vec<String> {
    let concealed = diagnostics.iter().filter(|problem| problem.concealed);
    let spans = concealed.filter_map(|problem| problem.primary.as_ref()).map(|label| label.span);
    let texts = spans.map(|span| sources.text(span).trim().trim_matches(['"', '\'']).to_owned());
    texts.filter(|text| text.len() >= LEAST && !text.contains('\n')).collect()
}

/// Replaces, in the words of all diagnostics, the texts that concealed ones point at.
pub fn redact(diagnostics: &mut [Diagnostic], sources: &SourceMap) {
    let mut secrets = concealed(diagnostics, sources);
    // A message may show only the start of a long value.
    let starts: Vec<String> = secrets
        .iter()
        .filter(|text| text.chars().count() > START)
        .map(|text| text.chars().take(START).collect())
        .collect();
    secrets.extend(starts);
    // The longest first: one may be a part of another.
    secrets.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    secrets.dedup();
    if secrets.is_empty() {
        return;
    }
    // What conceals a place says nothing of it, and its words may be those of the secret: `password: password`.
    for problem in diagnostics.iter_mut().filter(|problem| !problem.concealed) {
        let labels = problem.primary.iter_mut().chain(&mut problem.secondary).map(|label| &mut label.text);
        let words = labels.chain([&mut problem.message]).chain(&mut problem.why).chain(&mut problem.help);
        for text in words {
            for secret in &secrets {
                if text.contains(secret.as_str()) {
                    *text = text.replace(secret.as_str(), MASK);
                }
            }
        }
        let repeats = |text: &str| secrets.iter().any(|secret| text.contains(secret.as_str()));
        if problem
            .fix
            .as_ref()
            .is_some_and(|fix| repeats(&fix.title) || fix.edits.iter().any(|edit| repeats(&edit.text)))
        {
            problem.fix = None;
        }
    }
}
