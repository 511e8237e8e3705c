//! Files by the paths that a reader knows them by.

use super::report::Report;
use crate::diag::render::joined;

impl Report {
    /// Writes files as they are seen from another directory: `prefix` is the one of the spec, with a `/` at its end.
    pub fn below(&mut self, prefix: &str) {
        let place = |name: &mut String| *name = joined(prefix, name);
        for edit in &mut self.edits {
            place(&mut edit.file);
            let names = [&mut edit.before, &mut edit.after].into_iter().flatten();
            names.filter(|_| edit.renamed && edit.path == ["file"]).for_each(place);
        }
        self.rewritten.iter_mut().for_each(place);
        let subjects = self.findings.iter_mut().map(|finding| &mut finding.subject);
        for text in subjects.chain(self.left_out.iter_mut().map(|left| &mut left.why)) {
            let at = text.split(' ').next().and_then(|word| word.rsplit_once(':'));
            if at.is_some_and(|(_, line)| line.parse::<usize>().is_ok()) {
                place(text);
            }
        }
    }
}
