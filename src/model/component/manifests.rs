//! Manifest files of the user.

use std::sync::Arc;

use super::Manifest;
use super::read::Reader;
use crate::diag::Diagnostic;
use crate::model::BAD_MANIFEST;
use crate::source::Span;
use crate::spec;
use crate::yaml::Field;

impl Reader<'_, '_> {
    /// Returns a manifest whose output differs from that of `path` only in upper and lower case.
    fn same_file(&self, all: &[Manifest], path: &str) -> Option<(Arc<str>, Option<Span>)> {
        let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
        let alike = |other: &&Manifest| {
            let (one, two) = (name(path), name(&other.path.value));
            one != two && one.eq_ignore_ascii_case(&two)
        };
        let found = all.iter().find(alike)?;
        Some((found.path.value.clone(), self.cx.origins.written_span(found.path.origin)))
    }

    /// Returns the files of the user that belong to a component.
    pub(super) fn manifests(&mut self, spec: &spec::Component) -> Vec<Manifest> {
        let mut all = Vec::new();
        for path in spec.manifests.value().into_iter().flatten().filter_map(Field::get) {
            // A file that could not be read has been reported where it was read.
            if let Some(text) = self.input.manifests.get(&path.value) {
                if let Some((first, place)) = self.same_file(&all, &path.value) {
                    let message = format!("`{}` and `{first}` differ only in upper and lower case", path.value);
                    let problem = Diagnostic::error(BAD_MANIFEST, path.span, message)
                        .why("their outputs lie in one folder, where some machines take the two for one file");
                    let problem =
                        place.into_iter().fold(problem, |problem, place| problem.related(place, "the other one"));
                    self.cx.out.push(problem.help("rename one of the files"));
                }
                let path = self.cx.traced("manifest", path.value.clone(), path.span);
                all.push(Manifest { path, documents: text.documents.clone() });
            }
        }
        all
    }
}
