//! `dvgen contract add`.

use std::path::{Path, PathBuf};

use super::args::{AddContract, Args};
use super::place::{Place, caller};
use super::{Exit, archive, show};
use crate::diag::render::Format;
use crate::diag::{Diagnostic, Kind};
use crate::library::contract::{BAD_CHART, ChartFiles, make};
use crate::source::SourceMap;
use crate::world::{RelPath, SystemWorld, WorldError, read_text};
use crate::yaml::MAX_BYTES;

/// A contract cannot be written.
const NOT_WRITTEN: Kind = Kind::no_verdict("contract-not-written", "DV0955");

/// Runs the command: makes the contract of a chart and writes it.
pub(super) fn add(args: &Args, add: &AddContract) -> Exit {
    let (mut sources, mut out) = (SourceMap::new(), Vec::new());
    let text = run(args, add, &mut sources, &mut out);
    let inside = format!("{}/", add.chart.display().to_string().trim_end_matches('/'));
    show::diagnostics(&out, &sources, &inside, Format::Full, args.color);
    match text {
        Some(text) if out.is_empty() => show::err(&format!("dvgen: {text}\n")),
        _ => show::err("dvgen: nothing written\n"),
    }
    Exit::of(&out)
}

fn run(args: &Args, add: &AddContract, sources: &mut SourceMap, out: &mut Vec<Diagnostic>) -> Option<String> {
    let keep = |out: &mut Vec<Diagnostic>, problem: Box<Diagnostic>| out.push(*problem);
    let files = files(&add.chart).map_err(|problem| keep(out, problem)).ok()?;
    let made = make(&files, &add.repositories, sources, out)?;
    let target = match &add.out {
        Some(file) if file.as_os_str() == "-" => {
            let arrived = show::out(&made.text);
            return arrived.then(|| format!("made the contract of {} {}", made.name, made.version));
        }
        Some(file) => file.clone(),
        None => {
            let place =
                Place::find(args.directory.as_deref(), None, None).map_err(|problem| keep(out, problem)).ok()?;
            let folder = place.out.join("dvgen/schemas/charts").join(&made.name);
            folder.join(format!("{}.contract", made.version))
        }
    };
    write(&target, &made.text).map_err(|problem| keep(out, problem)).ok()?;
    let count = made.text.lines().count();
    Some(format!("wrote {}: chart {} {}, {count} lines", target.display(), made.name, made.version))
}

/// Reads the files of a chart: of a directory, or of a packed chart.
fn files(path: &Path) -> Result<ChartFiles, Box<Diagnostic>> {
    let shown = path.display().to_string();
    let full = caller()?.join(path);
    let bad = |error: &WorldError| Box::new(error.diagnostic(&shown));
    let full = full.canonicalize().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => bad(&WorldError::NotFound),
        _ => bad(&WorldError::Other(error.to_string())),
    })?;
    if !full.is_dir() {
        let (Some(folder), Some(name)) = (full.parent(), full.file_name().and_then(|name| name.to_str())) else {
            return Err(bad(&WorldError::Other("it is no file".to_owned())));
        };
        return archive::read(&SystemWorld::new(folder.to_path_buf()), name, &shown);
    }
    let world = SystemWorld::new(full);
    let read = |name: &str| -> Result<Option<String>, Box<Diagnostic>> {
        let Some(file) = RelPath::root().join(name) else { return Ok(None) };
        match read_text(&world, &file, MAX_BYTES) {
            Ok(text) => Ok(Some(text)),
            Err(problem) if problem.kind == crate::world::NOT_FOUND => Ok(None),
            Err(problem) => Err(problem),
        }
    };
    let Some(chart) = read("Chart.yaml")? else {
        let message = format!("`{shown}` is not a chart: it has no `Chart.yaml`");
        let problem = Diagnostic::without_span(BAD_CHART, message);
        return Err(Box::new(problem.help("name the folder that holds `Chart.yaml`, or a packed chart (.tgz)")));
    };
    Ok(ChartFiles { chart, values: read("values.yaml")?, schema: read("values.schema.json")? })
}

/// Writes a contract; a file that is something else is left alone.
#[expect(clippy::disallowed_methods, reason = "this command writes one file, where it is told to")]
fn write(target: &Path, text: &str) -> Result<(), Box<Diagnostic>> {
    let shown = target.display().to_string();
    let target: PathBuf = caller()?.join(target);
    let problem = |message: String| Box::new(Diagnostic::without_span(NOT_WRITTEN, message));
    let failed = |error: std::io::Error| problem(format!("`{shown}` cannot be written: {error}"));
    match std::fs::read(&target) {
        Ok(old) if !old.starts_with(b"dvgen-contract ") => {
            let message = format!("`{shown}` is there already, and is not a contract");
            return Err(Box::new(
                Diagnostic::without_span(NOT_WRITTEN, message).help("name another file with `--out`"),
            ));
        }
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    // A contract that is half written would be read by the next build.
    let beside = target.with_extension("contract.new");
    std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, &target)).map_err(failed)
}
