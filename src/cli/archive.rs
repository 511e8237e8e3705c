//! Packed charts. Nothing is unpacked: three files are read into memory, and sizes and numbers are bounded.

use std::io::Read;

use flate2::read::GzDecoder;

use crate::diag::Diagnostic;
use crate::library::contract::{BAD_CHART, ChartFiles};
use crate::world::{RelPath, SystemWorld, World};
use crate::yaml::MAX_BYTES;

/// The largest archive that is read, in bytes.
const MAX_PACKED: u64 = 32 * 1024 * 1024;
/// How much it may unpack to: a small file can hold a very large one.
const MAX_UNPACKED: u64 = 256 * 1024 * 1024;
/// How many files it may hold.
const MAX_ENTRIES: usize = 20_000;

/// Reads the files of a packed chart. `shown` is how the caller writes its path.
pub(super) fn read(world: &SystemWorld, name: &str, shown: &str) -> Result<ChartFiles, Box<Diagnostic>> {
    let bad = |message: String| Box::new(Diagnostic::without_span(BAD_CHART, message));
    let path = RelPath::root().join(name).ok_or_else(|| bad(format!("`{shown}` is no file name")))?;
    let bytes = world.read(&path, MAX_PACKED).map_err(|error| Box::new(error.diagnostic(shown)))?;
    let broken = |error: std::io::Error| {
        let problem = Diagnostic::without_span(BAD_CHART, format!("`{shown}` is not a packed chart: {error}"));
        Box::new(problem.help("a packed chart is a `.tgz`, as `helm pull` and `helm package` make it"))
    };
    let mut archive = tar::Archive::new(GzDecoder::new(bytes.as_slice()).take(MAX_UNPACKED));
    let mut files = ChartFiles::default();
    let mut found = false;
    for (number, entry) in archive.entries().map_err(broken)?.enumerate() {
        let mut entry = entry.map_err(broken)?;
        if number >= MAX_ENTRIES {
            return Err(bad(format!("`{shown}` holds more than {MAX_ENTRIES} files")));
        }
        // `NAME/Chart.yaml`; charts inside of the chart lie deeper.
        let path = entry.path_bytes().into_owned();
        let path = String::from_utf8_lossy(&path).into_owned();
        let Some((_, file)) = path.trim_start_matches("./").split_once('/') else { continue };
        if !matches!(file, "Chart.yaml" | "values.yaml" | "values.schema.json") {
            continue;
        }
        if !entry.header().entry_type().is_file() {
            return Err(bad(format!("`{path}` in `{shown}` is not a plain file")));
        }
        let mut bytes = Vec::new();
        entry.by_ref().take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(broken)?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(bad(format!("`{path}` in `{shown}` is larger than {} MiB", MAX_BYTES / 1024 / 1024)));
        }
        let text = String::from_utf8(bytes).map_err(|_| bad(format!("`{path}` in `{shown}` is not UTF-8 text")))?;
        match file {
            "Chart.yaml" => (files.chart, found) = (text, true),
            "values.yaml" => files.values = Some(text),
            _ => files.schema = Some(text),
        }
    }
    if !found {
        let problem = Diagnostic::without_span(BAD_CHART, format!("`{shown}` is not a chart: it has no `Chart.yaml`"));
        return Err(Box::new(problem.help("a packed chart holds `NAME/Chart.yaml`")));
    }
    Ok(files)
}
