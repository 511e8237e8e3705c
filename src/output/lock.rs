//! The ownership lock: which files dvgen wrote, and with what content.
//!
//! ```text
//! dvgen-lock 1 detectviz
//! # The files that dvgen owns. Commit this file; `dvgen build` keeps it.
//! 5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03 production/argocd gitops/argocd/root.yaml
//! ```
//!
//! The first line names the format's version and the platform. Then one line a file, sorted by path: digest, owner
//! (environment/target), path. No line speaks of any other, so two branches conflict only where they changed the
//! same or neighbouring files. Even then nothing has to be resolved by hand: conflict markers are skipped and the
//! lines of both sides hold. A path may so have several contents that dvgen is known to have written; the next
//! build leaves one.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::digest::Digest;
use super::{DAMAGED_LOCK, LOCK_PATH, NEWER_LOCK, OTHER_PLATFORM, Outcome, Tag, path};
use crate::diag::Diagnostic;

const VERSION: u32 = 1;
const NAME: &str = "dvgen-lock";
const COMMENT: &str = "# The files that dvgen owns. Commit this file; `dvgen build` keeps it.";

/// One content that dvgen wrote, and for whom.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Claim {
    pub(super) digest: Digest,
    pub(super) tag: Tag,
}

/// What dvgen has written, by path. Every path has at least one claim.
pub(super) type Lock = BTreeMap<String, Vec<Claim>>;

/// Reads a lock.
pub(super) fn parse(bytes: &[u8], platform: &str) -> Outcome<Lock> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Err(damaged("it is not UTF-8 text")) };
    if !text.ends_with('\n') {
        return Err(damaged("it is cut off: its last line does not end"));
    }
    let mut lock = Lock::new();
    let mut platforms: Vec<&str> = Vec::new();
    let mut last_tag: Option<Tag> = None;
    for (number, line) in text.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') || is_marker(line) {
            continue;
        }
        if let Some(header) = line.strip_prefix(NAME) {
            platforms.push(parse_header(header, number)?);
            continue;
        }
        if platforms.is_empty() {
            return Err(damaged(format!("it does not start with `{NAME} {VERSION}`")));
        }
        let (path, claim) =
            parse_line(line, &mut last_tag).map_err(|reason| damaged(format!("line {}: {reason}", number + 1)))?;
        let claims = lock.entry(path.to_owned()).or_default();
        if !claims.contains(&claim) {
            claims.push(claim);
        }
    }
    match platforms.first() {
        None => Err(damaged("it is empty")),
        Some(_) if platforms.contains(&platform) => Ok(lock),
        Some(other) => Err(vec![
            Diagnostic::without_span(OTHER_PLATFORM, format!("the outputs here belong to platform `{other}`"))
                .why(format!("a build of `{platform}` would remove every output of `{other}`"))
                .help("give each platform an output root of its own")
                .help(format!("if the platform was renamed, write its new name in the first line of `{LOCK_PATH}`")),
        ]),
    }
}

/// Most lines with a digest, a tag and a path are shorter.
pub(super) const USUAL_LINE: usize = 144;

/// Returns the lock's text; entries come sorted by path.
pub(super) fn print<'a>(platform: &str, entries: impl Iterator<Item = (&'a str, &'a Claim)>) -> String {
    let mut out = String::with_capacity(USUAL_LINE * (entries.size_hint().0 + 3));
    let _ = writeln!(out, "{NAME} {VERSION} {platform}\n{COMMENT}");
    for (path, claim) in entries {
        claim.digest.push_to(&mut out);
        out.push(' ');
        out.push_str(claim.tag.as_str());
        out.push(' ');
        out.push_str(path);
        out.push('\n');
    }
    out
}

/// Git's markers, which stand alone or before a space; the middle part of three-way styles is an old state of
/// ours, and counts too.
fn is_marker(line: &str) -> bool {
    ["<<<<<<<", "=======", ">>>>>>>", "|||||||"]
        .iter()
        .any(|marker| line.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
}

fn parse_header(rest: &str, number: usize) -> Outcome<&str> {
    let bad = || damaged(format!("line {}: `{NAME}` needs a version and the platform's name", number + 1));
    let (version, platform) = rest.strip_prefix(' ').and_then(|rest| rest.split_once(' ')).ok_or_else(bad)?;
    match version.parse::<u32>() {
        Ok(VERSION) if !platform.is_empty() => Ok(platform),
        Ok(newer) if newer > VERSION => Err(newer_than_this(LOCK_PATH)),
        _ => Err(bad()),
    }
}

fn parse_line<'a>(line: &'a str, last_tag: &mut Option<Tag>) -> Result<(&'a str, Claim), &'static str> {
    let mut parts = line.splitn(3, ' ');
    let (Some(digest), Some(tag), Some(path)) = (parts.next(), parts.next(), parts.next()) else {
        return Err("it is not a digest, an owner and a path");
    };
    let digest = Digest::parse(digest).ok_or("its digest is not a SHA-256")?;
    let tag = match last_tag {
        Some(last) if last.as_str() == tag => last.clone(),
        _ => tag
            .split_once('/')
            .and_then(|(environment, target)| Tag::new(environment, target))
            .ok_or("its owner is not `environment/target`")?,
    };
    *last_tag = Some(tag.clone());
    match path::problem(path) {
        None => Ok((path, Claim { digest, tag })),
        Some(_) => Err("its path is not one that dvgen writes"),
    }
}

/// Returns the diagnostic for a file of a later format.
pub(super) fn newer_than_this(path: &str) -> Vec<Diagnostic> {
    vec![
        Diagnostic::without_span(NEWER_LOCK, format!("`{path}` was written by a newer dvgen"))
            .why("an older dvgen cannot tell which files it may replace")
            .help("use the dvgen version that the repository is built with"),
    ]
}

fn damaged(reason: impl Into<String>) -> Vec<Diagnostic> {
    let reason = reason.into();
    vec![
        Diagnostic::without_span(DAMAGED_LOCK, format!("`{LOCK_PATH}` is damaged: {reason}"))
            .why("it says which files dvgen may replace and remove, so nothing is written without it")
            .help(format!("restore it with `git checkout -- {LOCK_PATH}`"))
            .help("or delete it: outputs that are up to date are taken over, and all others are named"),
    ]
}

#[cfg(test)]
#[path = "lock/tests.rs"]
mod tests;
