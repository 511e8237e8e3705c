//! Where the spec, the repository and the outputs are.

use std::path::{Path, PathBuf};

use super::{NO_SPEC, USAGE};
use crate::diag::Diagnostic;
use crate::diag::render::Format;
use crate::world::git::Repository;
use crate::world::{RelPath, SystemWorld};

/// The name of a spec.
const SPEC: &str = "platform.yaml";

/// A spec that was found.
#[derive(Debug)]
pub(super) struct Place {
    /// The repository.
    pub(super) world: SystemWorld,
    /// The spec, from the repository's root.
    pub(super) spec: RelPath,
    /// How the caller would write the spec's directory, with a `/` at its end; empty for its own.
    pub(super) prefix: String,
    /// The root of the repository.
    pub(super) root: PathBuf,
    /// Where outputs are written.
    pub(super) out: PathBuf,
}

/// Returns the directory of the caller.
pub(super) fn caller() -> Result<PathBuf, Box<Diagnostic>> {
    #[expect(clippy::disallowed_methods, reason = "cli is the room that reads the environment")]
    let here = std::env::current_dir();
    let problem = |error| Diagnostic::without_span(USAGE, format!("the current directory cannot be read: {error}"));
    here.and_then(|here| here.canonicalize()).map_err(|error| Box::new(problem(error)))
}

impl Place {
    /// Finds the spec: `spec` as the caller writes it, or the nearest `platform.yaml` at or above the start.
    pub(super) fn find(start: Option<&Path>, spec: Option<&Path>, out: Option<&Path>) -> Result<Self, Box<Diagnostic>> {
        let here = caller()?;
        let start = match start {
            Some(start) => directory(&here, start)?,
            None => here.clone(),
        };
        // A link counts where it stands: its directory is the platform's, and the repository's walls hold for it.
        let file = match spec {
            Some(spec) => beside(&here, spec, "--spec")?,
            None => nearest(&start)?,
        };
        let directory = file.parent().map_or_else(|| start.clone(), Path::to_path_buf);
        let root = repository(&directory);
        let below = file.strip_prefix(&root).ok().and_then(Path::to_str).and_then(|text| RelPath::root().join(text));
        let Some(relative) = below else {
            let message = format!("the path `{}` is not UTF-8 text", file.display());
            return Err(Box::new(Diagnostic::without_span(USAGE, message)));
        };
        let out = match out {
            Some(out) => here.join(out),
            None => directory.clone(),
        };
        let prefix = prefix(&here, &directory);
        Ok(Self { world: SystemWorld::new(root.clone()), spec: relative, prefix, root, out })
    }

    /// Returns where a spec would be that is not there: a change may delete it. Only a repository can know of it.
    pub(super) fn of_missing(start: Option<&Path>, spec: Option<&Path>) -> Option<Self> {
        let here = caller().ok()?;
        let start = start.map_or_else(|| Ok(here.clone()), |start| directory(&here, start)).ok()?;
        let file = spec.map_or_else(|| start.join(SPEC), |spec| normal(&here.join(spec)));
        let directory = file.ancestors().skip(1).find_map(|dir| dir.canonicalize().ok())?;
        let root = repository(&directory);
        let below = file.strip_prefix(&root).ok()?.to_str()?;
        let spec = RelPath::root().join(below).filter(|_| is_repository(&root))?;
        let prefix = prefix(&here, &directory);
        Some(Self { world: SystemWorld::new(root.clone()), spec, prefix, root, out: directory })
    }

    /// Returns what goes before the names of sources in a format: code hosts know paths from the root of the repository,
    /// people and editors from where the caller is.
    pub(super) fn prefix(&self, format: Format) -> String {
        let host = matches!(format, Format::Sarif | Format::Github | Format::Gitlab);
        if host && self.root.join(".git").exists() { self.in_repository() } else { self.prefix.clone() }
    }

    /// Returns how the repository writes the spec's directory, with a `/` at its end; empty for its root.
    pub(super) fn in_repository(&self) -> String {
        let parent = self.spec.parent();
        if parent.as_str().is_empty() { String::new() } else { format!("{parent}/") }
    }

    /// Returns the output root with the symbolic links above it resolved, also where it does not exist yet.
    pub(super) fn output_root(&self) -> PathBuf {
        let mut missing = Vec::new();
        let mut at = normal(&self.out);
        while let (Some(name), Some(above)) =
            (at.file_name().map(ToOwned::to_owned), at.parent().map(Path::to_path_buf))
        {
            if let Ok(real) = above.canonicalize() {
                at = real.join(name);
                break;
            }
            missing.push(name);
            at = above;
        }
        at.extend(missing.into_iter().rev());
        at
    }
}

/// Returns a path without `.` and `..`, as text: parts of it may not exist yet.
pub(super) fn normal(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean
}

/// Returns the real path of the directory to start in.
fn directory(here: &Path, path: &Path) -> Result<PathBuf, Box<Diagnostic>> {
    let real = real(here, path, "-C")?;
    if real.is_dir() {
        return Ok(real);
    }
    let message = format!("`-C {}` is not a directory", path.display());
    Err(Box::new(Diagnostic::without_span(USAGE, message).help("a spec is named with `--spec`")))
}

/// Returns the real path of what a flag names.
fn real(here: &Path, path: &Path, flag: &str) -> Result<PathBuf, Box<Diagnostic>> {
    here.join(path).canonicalize().map_err(|error| {
        let message = match error.kind() {
            std::io::ErrorKind::NotFound => format!("`{flag} {}` does not exist", path.display()),
            _ => format!("`{flag} {}` cannot be opened: {error}", path.display()),
        };
        Box::new(Diagnostic::without_span(NO_SPEC, message).help("paths are relative to where you are"))
    })
}

/// Returns the path of a file in the real path of its directory; the file has to be there.
fn beside(here: &Path, path: &Path, flag: &str) -> Result<PathBuf, Box<Diagnostic>> {
    let target = real(here, path, flag)?;
    if !target.is_file() && !target.is_dir() {
        let message = format!("`{flag} {}` is a device or a pipe, not a file", path.display());
        return Err(Box::new(Diagnostic::without_span(NO_SPEC, message).help("name a file of YAML text")));
    }
    let full = here.join(path);
    let (Some(dir), Some(name)) = (full.parent(), full.file_name()) else { return Ok(target) };
    Ok(dir.canonicalize().map_or(target, |dir| dir.join(name)))
}

fn nearest(start: &Path) -> Result<PathBuf, Box<Diagnostic>> {
    let found = start.ancestors().map(|dir| dir.join(SPEC)).find(|file| file.exists());
    let found = found.and_then(|file| Some(file.parent()?.canonicalize().ok()?.join(file.file_name()?)));
    found.ok_or_else(|| {
        let message = format!("there is no `{SPEC}` in `{}` or above it", start.display());
        let problem = Diagnostic::without_span(NO_SPEC, message);
        Box::new(problem.help("go to the platform's directory, or name it with `-C DIR` or `--spec FILE`"))
    })
}

/// The repository is the nearest directory with `.git`, or one that is bare; without one it is the spec's own directory.
fn repository(directory: &Path) -> PathBuf {
    let found = directory.ancestors().find(|dir| is_repository(dir));
    found.unwrap_or(directory).to_path_buf()
}

fn is_repository(dir: &Path) -> bool {
    dir.join(".git").exists() || Repository::is_bare(dir)
}

/// Returns how a caller in `here` writes a directory, with a `/` at its end; empty for its own.
pub(super) fn prefix(here: &Path, directory: &Path) -> String {
    if let Ok(below) = directory.strip_prefix(here) {
        let text = below.to_string_lossy();
        return if text.is_empty() { String::new() } else { format!("{text}/") };
    }
    match here.strip_prefix(directory) {
        Ok(below) => "../".repeat(below.components().count()),
        Err(_) => format!("{}/", directory.display()),
    }
}
