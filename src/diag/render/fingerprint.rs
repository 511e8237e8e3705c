//! What makes a finding the same finding in the next run.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::diag::Diagnostic;
use crate::source::{SourceMap, Span};

/// The fingerprints of one report; no two findings have the same.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    seen: BTreeMap<String, usize>,
}

impl Fingerprints {
    /// Returns the fingerprint of the next finding. It is made of rule, file and message, so it survives that lines move;
    /// a number tells findings apart that have all in common.
    pub(super) fn next(&mut self, diagnostic: &Diagnostic, sources: &SourceMap) -> String {
        let hash = hash(diagnostic, sources);
        let count = self.seen.entry(hash.clone()).and_modify(|count| *count += 1).or_insert(1);
        format!("{hash}:{count}")
    }
}

fn hash(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let name = |span: Span| sources.file(span.file).name();
    let file = diagnostic.primary.as_ref().map_or("", |label| name(label.span));
    let mut hash = Sha256::new();
    for part in [diagnostic.name(), file, &diagnostic.message] {
        hash.update(part);
        hash.update([0]);
    }
    hash.finalize().iter().take(8).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
