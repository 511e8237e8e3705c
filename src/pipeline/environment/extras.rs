//! Objects that stand in Helm values (`extraObjects`): judged as those of manifests are.

use super::Judged;
use crate::diag::Diagnostic;
use crate::doc::Outlined;
use crate::library::kinds::Sound;
use crate::lint::facts::Seen;
use crate::lint::{self, Document};

impl Judged<'_> {
    /// Judges the objects that Helm values hold as those of manifests are.
    pub(super) fn extras(
        &mut self,
        values: &Document<'_>,
        outlined: Outlined<'_>,
        seen: &mut Seen,
        out: &mut Vec<Diagnostic>,
    ) {
        let kinds = self.shared.kinds;
        let kubernetes = self.platform.kubernetes().map(|version| &*version.value);
        let extras = lint::facts::extras(outlined, seen);
        for doc in &extras {
            lint::object((kinds, &mut Sound::default()), Outlined::alone(doc), &self.origins, kubernetes, out);
            if let Some(object) = (Document { doc, ..*values }).object(kinds) {
                self.running.object(&object, out);
            }
        }
        if !self.running.is_empty() {
            self.facts.keep(self.platform, kinds, values.path, extras.into_iter().cloned().collect());
        }
    }
}
