//! What `dvgen build --check` shows: how the outputs on the disk differ from what the spec gives.

use std::fmt::{self, Write as _};

use similar::TextDiff;

use super::plan::{Item, Plan, State};
use super::{LOCK_PATH, Outcome, fault};

/// Lines of difference that are shown of one file.
const MAX_LINES: usize = 200;
/// Largest file whose difference is shown, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// How the disk differs from the spec, for a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The outputs that differ, sorted by path; empty when there is nothing to build.
    pub differences: Vec<Difference>,
}

/// One output that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its path, relative to the output root.
    pub path: String,
    /// How it differs.
    pub state: State,
    /// A unified diff from the disk to the spec, or a remark in its place.
    pub diff: String,
}

impl State {
    /// Returns the word for a state, and what it means.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Unchanged => ("unchanged", "as it should be"),
            Self::Missing => ("missing", "the spec gives it, and it is not there"),
            Self::Stale => ("stale", "dvgen wrote it, and the spec gives something else now"),
            Self::HandEdited => ("hand-edited", "it was changed since dvgen wrote it"),
            Self::Foreign => ("foreign", "dvgen did not write it, and an output belongs in its place"),
            Self::Leftover => ("left over", "dvgen wrote it, and the spec does not give it any more"),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for one in &self.differences {
            let (word, meaning) = one.state.words();
            writeln!(out, "{word}: {} ({meaning})", one.path)?;
            out.write_str(&one.diff)?;
        }
        let states = [State::Missing, State::Stale, State::HandEdited, State::Foreign, State::Leftover];
        let count = |state| self.differences.iter().filter(|one| one.state == state).count();
        let counts = states.map(|state| (count(state), state.words().0));
        let told: Vec<String> =
            counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
        if told.is_empty() { Ok(()) } else { writeln!(out, "outputs differ: {}", told.join(", ")) }
    }
}

/// Describes every output that differs.
pub fn report(plan: &Plan<'_>) -> Outcome<Report> {
    let mut differences = Vec::new();
    for item in plan.items.iter().filter(|item| item.state != State::Unchanged) {
        differences.push(Difference { path: item.path.clone(), state: item.state, diff: diff(plan, item)? });
    }
    // The lock follows from the rest; it is worth a word only where the rest is as it should be.
    if differences.is_empty() && plan.new_lock.is_some() {
        let state = if plan.old_lock.is_some() { State::Stale } else { State::Missing };
        differences.push(Difference { path: LOCK_PATH.to_owned(), state, diff: String::new() });
    }
    Ok(Report { differences })
}

fn diff(plan: &Plan<'_>, item: &Item) -> Outcome<String> {
    if matches!(item.state, State::Missing | State::Leftover) {
        return Ok(String::new());
    }
    let full = plan.root.join(&item.path);
    let fail = |error| fault("read", &full, &error);
    let Some(found) = plan.fs.look(&full).map_err(fail)? else { return Ok(String::new()) };
    if found.len > MAX_BYTES {
        return Ok("  (too large to show)\n".to_owned());
    }
    let mut bytes = Vec::new();
    plan.fs.read(&full, found.len, &mut bytes).map_err(fail)?;
    let old = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
    let new = item.wanted.as_ref().map(|wanted| wanted.text.replace("\r\n", "\n")).unwrap_or_default();
    if old == new {
        return Ok("  (it is not executable)\n".to_owned());
    }
    let to = if item.wanted.is_some() { item.path.as_str() } else { "/dev/null" };
    Ok(unified(&old, &new, &format!("{} on disk", item.path), &format!("{to} from the spec")))
}

fn unified(old: &str, new: &str, from: &str, to: &str) -> String {
    let lines = TextDiff::from_lines(old, new).unified_diff().header(from, to).to_string();
    let mut out = String::new();
    for (shown, line) in lines.lines().enumerate() {
        if shown == MAX_LINES {
            let _ = writeln!(out, "  ({} more lines)", lines.lines().count() - shown);
            break;
        }
        // What lies on the disk is anyone's text, and must not speak to the terminal.
        for char in line.chars() {
            if char.is_control() && char != '\t' {
                out.extend(char.escape_default());
            } else {
                out.push(char);
            }
        }
        out.push('\n');
    }
    out
}
