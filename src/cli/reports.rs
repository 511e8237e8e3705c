//! Reports to files: several formats in one run.

use std::path::Path;

use super::args::Reports;
use super::place::{Place, caller};
use super::show::{self, Found};
use super::{REPORT, USAGE};
use crate::diag::Diagnostic;

/// Writes every report that was asked for. Paths are relative to the caller.
pub(super) fn write(reports: &Reports, place: &Place, found: &Found<'_>) -> Vec<Diagnostic> {
    let here = match caller() {
        Ok(here) => here,
        Err(problem) => return vec![*problem],
    };
    let mut problems = Vec::new();
    let mut seen = Vec::new();
    for (format, file) in &reports.files {
        let full = here.join(file);
        if seen.contains(&full) {
            let message = format!("two reports go to `{}`", file.display());
            problems.push(Diagnostic::without_span(USAGE, message).help("give each report a file of its own"));
            continue;
        }
        let text = show::text(found, &place.prefix(*format), *format, false);
        if let Err(error) = put(&full, &text) {
            let message = format!("the report `{}` cannot be written: {error}", file.display());
            problems.push(Diagnostic::without_span(REPORT, message).help("paths are relative to where you are"));
        }
        seen.push(full);
    }
    problems
}

/// Writes a file at once: a reader never sees half of it.
pub(super) fn put(path: &Path, text: &str) -> std::io::Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".dvgen-tmp");
    let part = directory.join(name);
    write_and_rename(&part, path, text)
}

#[expect(clippy::disallowed_methods, reason = "no output of the platform: reports and repaired specs are the caller's")]
fn write_and_rename(part: &Path, path: &Path, text: &str) -> std::io::Result<()> {
    std::fs::write(part, text)?;
    if let Ok(old) = std::fs::metadata(path) {
        std::fs::set_permissions(part, old.permissions())?;
    }
    std::fs::rename(part, path)
}
