//! The rules of the platform's own.

use super::Kept;
use crate::diag::Diagnostic;
use crate::emit::Draft;
use crate::model::ComponentId;
use crate::policy::{self, Engine, Rules, View};
use crate::source::Origins;

/// The rules of the platform's own, and what they read.
pub(super) struct Own<'a> {
    pub(super) rules: &'a Rules,
    pub(super) view: &'a View<'a>,
    pub(super) asked: &'a [bool],
    /// Whether a rule looks at all documents together.
    pub(super) keep: bool,
}

impl Own<'_> {
    /// Judges the platform. Returns how many things each rule judged.
    pub(super) fn platform(&self, out: &mut Vec<Diagnostic>) -> Vec<usize> {
        let verdicts = self.rules.judge(self.view, self.asked);
        out.extend(verdicts.diagnostics);
        verdicts.matched
    }

    /// Judges by the rules that look at all documents together. Returns how many things each rule judged.
    pub(super) fn all<'k>(&self, view: View<'k>, kept: &'k [Kept], out: &mut Vec<Diagnostic>) -> Vec<usize> {
        let documents =
            kept.iter().flat_map(|(draft, origins, component)| policy::Document::of(draft, origins, *component));
        let mut documents: Vec<_> = documents.collect();
        documents.sort_by(|a, b| a.place().cmp(&b.place()));
        let view = view.with(&documents);
        let verdicts = self.rules.judge_all(&view, &documents, self.asked);
        out.extend(verdicts.diagnostics);
        verdicts.matched
    }

    /// Judges the documents of a file. Returns how many of them each rule judged.
    pub(super) fn documents(
        &self,
        draft: &Draft,
        origins: &Origins,
        component: Option<ComponentId>,
        out: &mut Vec<Diagnostic>,
    ) -> Vec<usize> {
        if self.rules.is_empty() {
            return Vec::new();
        }
        let documents: Vec<_> = policy::Document::of(draft, origins, component).collect();
        let verdicts = self.rules.judge_documents(self.view, &documents, self.asked);
        out.extend(verdicts.diagnostics);
        verdicts.matched
    }
}
