//! Texts of several lines in values and manifests: read as the programs read them that get them.

use super::Judged;
use crate::diag::Diagnostic;
use crate::doc::{Doc, Name};
use crate::emit::TargetName;
use crate::lint::facts::{self, Seen};
use crate::lint::{self, Document};
use crate::source::Origins;

impl Judged<'_> {
    /// Looks into the texts that the walk over a document kept.
    pub(super) fn texts(
        &mut self,
        document: &Document<'_>,
        target: TargetName,
        seen: &mut Seen,
        out: &mut Vec<Diagnostic>,
    ) {
        let texts = std::mem::take(&mut self.facts.texts);
        if texts.is_empty() {
            return;
        }
        // One arena for the texts of all documents: what is kept may name these origins too.
        let mut origins = self.in_texts.take().unwrap_or_else(|| Origins::above(self.origins.clone()));
        let mut trees = Vec::new();
        // Machines have files of many forms, and objects of other kinds have texts that are no files.
        let kind = document.doc.at(&["kind"]).and_then(Doc::as_str).filter(|_| document.is_object());
        let read = target != TargetName::Machines && kind.is_none_or(|kind| matches!(kind, "ConfigMap" | "Secret"));
        for text in &texts {
            let lines = facts::lines(text, document, self.sources);
            facts::urls(text, document, lines.as_ref(), &mut self.facts);
            if !read || !document.is_written(text.origin) {
                continue;
            }
            facts::dashboard(text, document, lines.as_ref(), &mut self.facts);
            if let Some(problem) = lint::broken_text(text, document, lines.as_ref()) {
                out.push(problem);
            } else if let Some(lines) = lines {
                trees.extend(facts::tree(text, document, &lines, &mut origins));
            }
        }
        for doc in &trees {
            let document = Document { doc, origins: &origins, ..*document };
            let Self { running, facts, .. } = self;
            let mut meaning = |key: &Name| seen.marks.of(key, |key| running.marks(key));
            facts::maps(document, &mut meaning, &mut |place| {
                facts::besides(&place, facts);
                if kind.is_none() {
                    facts::block(&place, true, facts);
                    running.map(&place, out);
                }
            });
        }
        self.in_texts = Some(origins);
    }
}
