//! Entering an output root: whether it can be one, who else is there, what a killed build left, and the lock.

use std::path::Path;

use super::fs::{Found, Fs, Guard, Kind};
use super::lock::{self, Lock};
use super::terrain::symlink;
use super::{BAD_ROOT, LOCK_PATH, OBSTRUCTED, OWN_DIR, Outcome, RUNNING, Request, STAGING, UNFINISHED, fault, journal};
use crate::diag::Diagnostic;

/// Looks at the root and at dvgen's own directory, and takes the right to them.
pub(super) fn enter(fs: &dyn Fs, request: &Request<'_>) -> Outcome<Option<Guard>> {
    let look = |path: &Path| fs.look(path).map_err(|error| fault("look at", path, &error));
    match look(request.root)?.map(|found| found.kind) {
        None => return ground(request, look).map(|()| None),
        Some(Kind::Dir) => {}
        Some(Kind::Symlink) => return Err(vec![symlink(request.shown_root())]),
        Some(_) => {
            let message = format!("the output root `{}` is not a directory", request.shown_root());
            let problem = Diagnostic::without_span(BAD_ROOT, message);
            return Err(vec![problem.help("name a directory; one that does not exist is made")]);
        }
    }
    let own = request.root.join(OWN_DIR);
    if !is_dir(OWN_DIR, look(&own)?)? {
        return Ok(None);
    }
    let guard = fs.lock(&own, request.check).map_err(|error| fault("lock", &own, &error))?.ok_or_else(running)?;
    if is_dir(STAGING, look(&request.root.join(STAGING))?)? {
        if !request.check {
            journal::recover(fs, request.root)?;
        } else if look(&journal::location(request.root))?.is_some() {
            return Err(vec![unfinished()]);
        }
    }
    Ok(Some(guard))
}

/// Returns an error if a root that does not exist cannot be made, because something above it is no directory.
fn ground(request: &Request<'_>, look: impl Fn(&Path) -> Outcome<Option<Found>>) -> Outcome<()> {
    for above in request.root.ancestors().skip(1) {
        match look(above)?.map(|found| found.kind) {
            None => {}
            Some(Kind::Dir | Kind::Symlink) => return Ok(()),
            Some(_) => {
                let message = format!("the output root `{}` would lie below a file", request.shown_root());
                let problem = Diagnostic::without_span(BAD_ROOT, message);
                return Err(vec![problem.help(format!("`{}` is that file", above.display()))]);
            }
        }
    }
    Ok(())
}

fn is_dir(path: &str, found: Option<Found>) -> Outcome<bool> {
    match found.map(|found| found.kind) {
        None => Ok(false),
        Some(Kind::Dir) => Ok(true),
        Some(Kind::Symlink) => Err(vec![symlink(path)]),
        Some(_) => Err(vec![obstructed(path, "is not a directory, and dvgen keeps its own files there")]),
    }
}

fn unfinished() -> Diagnostic {
    Diagnostic::without_span(UNFINISHED, "a build was interrupted, and the outputs may be half old and half new")
        .help("run `dvgen build`, which undoes what the interrupted one did and builds again")
}

/// Returns the diagnostic for a build that finds another at work.
pub(super) fn running() -> Vec<Diagnostic> {
    vec![
        Diagnostic::without_span(RUNNING, "another build is writing to the same output root")
            .help("wait for it to end, then build again"),
    ]
}

/// Returns the diagnostic for something in the place of a file or directory.
pub(super) fn obstructed(path: &str, why: &str) -> Diagnostic {
    Diagnostic::without_span(OBSTRUCTED, format!("`{path}` {why}"))
        .help("move it away, or change the layout of the outputs")
}

/// Reads the lock; returns its bytes too, if there is one.
pub(super) fn read_lock(fs: &dyn Fs, request: &Request<'_>) -> Outcome<(Lock, Option<Vec<u8>>)> {
    let full = request.root.join(LOCK_PATH);
    let Some(found) = fs.look(&full).map_err(|error| fault("look at", &full, &error))? else {
        return Ok((Lock::new(), None));
    };
    match found.kind {
        Kind::File => {}
        Kind::Symlink => return Err(vec![symlink(LOCK_PATH)]),
        Kind::Dir | Kind::Other => {
            return Err(vec![obstructed(LOCK_PATH, "is not a file, and the lock belongs there")]);
        }
    }
    let mut bytes = Vec::new();
    fs.read(&full, found.len, &mut bytes).map_err(|error| fault("read", &full, &error))?;
    Ok((lock::parse(&bytes, request.platform)?, Some(bytes)))
}
