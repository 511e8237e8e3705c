//! Files by the paths that a reader knows them by.

use super::report::Report;

impl Report {
    /// Writes files as they are seen from another directory: `prefix` is the one of the spec, with a `/` at its end.
    pub fn below(&mut self, prefix: &str) {
        if prefix.is_empty() {
            return;
        }
        for edit in &mut self.edits {
            edit.file.insert_str(0, prefix);
            let names = [&mut edit.before, &mut edit.after].into_iter().flatten();
            names.filter(|_| edit.renamed && edit.path == ["file"]).for_each(|name| name.insert_str(0, prefix));
        }
        self.rewritten.iter_mut().for_each(|name| name.insert_str(0, prefix));
        let subjects = self.findings.iter_mut().map(|finding| &mut finding.subject);
        for text in subjects.chain(self.left_out.iter_mut().map(|left| &mut left.why)) {
            let place = text.split(' ').next().and_then(|word| word.rsplit_once(':'));
            if place.is_some_and(|(_, line)| line.parse::<usize>().is_ok()) {
                text.insert_str(0, prefix);
            }
        }
    }
}
