//! The manifest files that components name, read once for all environments.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::model::{BAD_MANIFEST, ManifestText};
use crate::source::SourceMap;
use crate::spec::Written;
use crate::world::{RelPath, World, read_text};
use crate::yaml::{Dialect, Field, MAX_BYTES, load_all};

/// Reads every manifest file that a component of an environment names, relative to the platform's directory.
pub(super) fn read(
    world: &dyn World,
    dir: &RelPath,
    written: &[Written],
    sources: &mut SourceMap,
    out: &mut Vec<Diagnostic>,
) -> BTreeMap<Arc<str>, ManifestText> {
    let mut all = BTreeMap::new();
    for named in written.iter().flat_map(|written| written.platform.components.value().into_iter().flatten()) {
        let Some(component) = &named.1.value else { continue };
        for path in component.value.manifests.value().into_iter().flatten().filter_map(Field::get) {
            if all.contains_key(&path.value) {
                continue;
            }
            let Some(full) = dir.join(&path.value) else {
                let message = format!("`{}` leads outside the repository", path.value);
                out.push(Diagnostic::error(BAD_MANIFEST, path.span, message));
                continue;
            };
            match read_text(world, &full, MAX_BYTES) {
                Err(problem) => out.push(Diagnostic::error(BAD_MANIFEST, path.span, problem.message)),
                Ok(text) => {
                    let file = sources.add(full.below(dir).unwrap_or(full.as_str()), text);
                    let text = sources.file(file).text().clone();
                    if let Some((documents, _)) = load_all(file, &text, Dialect::Spec, out) {
                        all.insert(path.value.clone(), ManifestText { file, documents });
                    }
                }
            }
        }
    }
    all
}
