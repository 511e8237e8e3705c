//! Phrases that all formats for people share.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diff::report::{Change, ChangeKind, EnvironmentState, FileChange, LeftOut, Presence, Report, Section, Side};
use crate::diff::risk::Level;
use crate::emit::TargetName;

/// Most environments that are named.
const NAMES: usize = 8;

/// Most causes that are written out.
const CAUSES: usize = 2;

/// Returns "1 file" or "2 files".
pub(super) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Returns the name of a side: `main (3f2a91c04e5f)`, `worktree`.
pub(super) fn side(side: &Side) -> String {
    match &side.commit {
        Some(commit) if side.label.starts_with(commit.as_str()) => commit.clone(),
        Some(commit) => format!("{} ({commit})", side.label),
        None => side.label.clone(),
    }
}

/// Returns the names of environments, or that it is all of them, or all but a few.
pub(super) fn environments(report: &Report, names: &[Arc<str>]) -> String {
    let list = |names: &[&str]| match names.split_at_checked(NAMES) {
        Some((first, rest)) if rest.len() > 1 => format!("{} and {} more", first.join(", "), rest.len()),
        _ => names.join(", "),
    };
    let compared: Vec<&str> = report.compared().map(|state| &*state.name).collect();
    let missing: Vec<&str> =
        compared.iter().copied().filter(|name| names.iter().all(|other| **other != **name)).collect();
    if compared.len() > 3 && missing.len() < 3 && names.len() + missing.len() == compared.len() {
        let but = if missing.is_empty() { String::new() } else { format!(" but {}", missing.join(", ")) };
        let number = if missing.is_empty() { format!(" {} environments", compared.len()) } else { String::new() };
        return format!("all{number}{but}");
    }
    list(&names.iter().map(|name| &**name).collect::<Vec<_>>())
}

/// Returns what caused something, as phrases: `platform.yaml:77 components.mimir.version 5.6.0 → 6.2.0`.
pub(super) fn causes(report: &Report, causes: &[usize]) -> Vec<String> {
    let edits = causes.iter().filter_map(|cause| report.edits.get(*cause));
    let mut words: Vec<String> = edits.take(CAUSES).map(|edit| format!("{} {}", edit.place(), edit.words())).collect();
    let more = causes.len().saturating_sub(CAUSES);
    if more > 0 {
        words.push(format!("{more} more edit{}", if more == 1 { "" } else { "s" }));
    }
    words
}

/// Returns the places of causes: `platform.yaml:77`.
pub(super) fn places(report: &Report, causes: &[usize]) -> String {
    let mut places: Vec<String> = Vec::new();
    for edit in causes.iter().filter_map(|cause| report.edits.get(*cause)) {
        if !places.contains(&edit.place()) {
            places.push(edit.place());
        }
    }
    let more = places.len().saturating_sub(CAUSES);
    places.truncate(CAUSES);
    if more > 0 {
        places.push(format!("{more} more"));
    }
    places.join(", ")
}

/// Returns the causes that all visible changes of a section have, if they have the same.
pub(super) fn common<'a>(files: &[&'a FileChange]) -> Option<&'a [usize]> {
    let mut all =
        files.iter().flat_map(|file| &file.changes).filter(|change| !change.noise).map(|change| &change.causes);
    let first = all.next()?;
    all.all(|causes| causes == first).then_some(first.as_slice()).filter(|causes| !causes.is_empty())
}

/// Returns the files of a section that are shown.
pub(super) fn visible(section: &Section, noise: bool) -> Vec<&FileChange> {
    let says = |file: &&FileChange| {
        !follows(file) && (noise || file.was.is_some() || file.changes.iter().any(|change| !change.noise))
    };
    section.files.iter().filter(says).collect()
}

/// Returns what a section is about.
pub(super) fn title(section: &Section) -> &str {
    section.component.as_deref().unwrap_or("the platform")
}

/// Returns how much a section adds, removes and changes: `+3 −2 ~5`.
pub(super) fn sums(section: &Section) -> String {
    let changes = || section.files.iter().filter(|file| !follows(file)).flat_map(|file| &file.changes);
    let of = |wanted: fn(&ChangeKind) -> bool| changes().filter(|change| !change.noise && wanted(&change.kind)).count();
    let added = of(|kind| *kind == ChangeKind::Added);
    let removed = of(|kind| *kind == ChangeKind::Removed);
    let other = of(|kind| !matches!(kind, ChangeKind::Added | ChangeKind::Removed));
    let parts = [("+", added), ("−", removed), ("~", other)];
    let parts: Vec<_> = parts.into_iter().filter(|(_, n)| *n > 0).map(|(mark, n)| format!("{mark}{n}")).collect();
    parts.join(" ")
}

/// Returns whether a file is for people to read, and follows what the others say.
pub(super) fn follows(file: &FileChange) -> bool {
    file.target == TargetName::Pages && file.presence == Presence::Both
}

/// Returns the mark of a change.
pub(super) fn mark(change: &Change) -> char {
    match change.kind {
        ChangeKind::Added => '+',
        ChangeKind::Removed => '-',
        _ => '~',
    }
}

/// Returns where in its file a change is: the object and the path.
pub(super) fn place(change: &Change) -> String {
    match (&change.object, change.path.as_str()) {
        (Some(object), "") => object.words(),
        (Some(object), path) => format!("{}: {path}", object.words()),
        (None, path) => path.to_owned(),
    }
}

/// Returns how many lines of a text were added and removed: `+1 −2 lines`.
pub(super) fn lines(change: &Change) -> String {
    let ChangeKind::Text(lines) = &change.kind else { return String::new() };
    let sum = lines.added + lines.removed;
    let parts = [("+", lines.added), ("−", lines.removed)];
    let parts = parts.into_iter().filter(|(_, number)| *number > 0).map(|(mark, number)| format!("{mark}{number}"));
    format!("{} {}", parts.collect::<Vec<_>>().join(" "), if sum == 1 { "line" } else { "lines" })
}

/// Returns the names of files that follow, with how much changes in them.
pub(super) fn following(report: &Report) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for file in report.sections.iter().flat_map(|section| &section.files).filter(|file| follows(file)) {
        if !all.contains(&file.path) {
            all.push(file.path.clone());
        }
    }
    all.sort();
    all
}

/// Returns the headline after the name of the platform: how much changed and how much care it needs.
pub(super) fn headline(report: &Report) -> Vec<String> {
    let (all, same) = report.components;
    let mut parts = vec![if report.compares() { touched(report) } else { "nothing was compared".to_owned() }];
    if all > 0 || report.removed > 0 {
        let words = match all - same {
            0 => format!("{} unchanged", count(all, "component")),
            changed => format!("{} changed, {same} unchanged", count(changed, "component")),
        };
        let removed = if report.removed > 0 { format!(", {} removed", report.removed) } else { String::new() };
        parts.push(words + &removed);
    }
    let told = super::group::findings(report);
    for level in Level::ALL.into_iter().rev() {
        let number = told.iter().filter(|finding| finding.level == level).count();
        if number > 0 {
            parts.push(format!("{}: {number}", level.word()));
        }
    }
    parts
}

/// Returns the environments in which something changes, and of how many.
fn touched(report: &Report) -> String {
    let sections = report.sections.iter().filter(|section| !visible(section, false).is_empty());
    let sets = sections.map(|section| &section.environments).chain(report.shared.iter().map(|one| &one.environments));
    let changed: BTreeSet<&Arc<str>> =
        sets.chain(report.findings.iter().map(|finding| &finding.environments)).flatten().collect();
    let all: Vec<Arc<str>> = report.environments.iter().map(|state| state.name.clone()).collect();
    let names: Vec<Arc<str>> = all.iter().filter(|name| changed.contains(name)).cloned().collect();
    let known = environments(report, &names);
    match names.len() {
        0 => all.iter().map(|name| &**name).collect::<Vec<_>>().join(", "),
        some if some < all.len() && !known.starts_with("all") => {
            format!("{some} of {} environments: {known}", all.len())
        }
        _ => known,
    }
}

/// Returns which environments were looked at, where not all of them were.
pub(super) fn only(report: &Report) -> Option<String> {
    let verb = if report.only.len() == 1 { "was" } else { "were" };
    let names = report.only.join(", ");
    (!report.only.is_empty()).then(|| format!("Only {names} {verb} compared: no other environment was looked at."))
}

/// What stands above what no edit is the cause of.
pub(super) const DRIFT: &str = "Committed at the base, and made otherwise by this dvgen: no edit here is why";

/// Returns which side has no spec.
pub(super) fn absent(report: &Report) -> Option<&'static str> {
    match (report.base.absent, report.head.absent) {
        (true, _) => Some("The base has no spec: all of the platform is new."),
        (_, true) => Some("The head has no spec: all of the platform is gone."),
        _ => None,
    }
}

/// Returns the sentence for a report without changes.
pub(super) fn nothing(report: &Report) -> String {
    let of = if report.only.is_empty() { String::new() } else { format!(" of {}", report.only.join(", ")) };
    let but =
        if report.hidden > 0 { " but for labels, checksums, headers, order of keys and lists of pins" } else { "" };
    let same = format!("every output{of} is the same{but}");
    match report.edits.len() {
        0 if !report.rewritten.is_empty() => {
            let (files, verb) =
                (count(report.rewritten.len(), "file"), if report.rewritten.len() == 1 { "is" } else { "are" });
            format!(
                "No effective change: {files} {verb} only written in another way (comments, layout, order of keys), and {same}."
            )
        }
        0 if report.base.spec != report.head.spec => {
            format!("No effective change: the spec has another place and says the same, and {same}.")
        }
        0 => format!("No change: both sides have the same spec, and {same}."),
        edits => {
            let verb = if edits == 1 { "was made" } else { "were made" };
            format!("No effective change: {} {verb}, and {same}.", count(edits, "edit"))
        }
    }
}

/// Returns what is to be said of sides that could not be compiled.
pub(super) fn broken(report: &Report) -> Option<String> {
    let part =
        |side: &Side, name: &str| (side.errors > 0).then(|| format!("the {name} has {}", count(side.errors, "error")));
    let parts: Vec<String> = [part(&report.base, "base"), part(&report.head, "head")].into_iter().flatten().collect();
    if parts.is_empty() {
        return None;
    }
    let compared: Vec<&str> = report.compared().map(|state| &*state.name).collect();
    let lost = report.environments.iter().any(is_broken) || lost(report);
    let rest = match (compared.as_slice(), lost) {
        ([], _) => "no environment could be compared, only the spec".to_owned(),
        (_, false) if report.left_out.is_empty() => {
            return Some(format!("{}; all of it could be compared.", capital(&parts)));
        }
        (_, false) if report.base.errors + report.head.errors == 1 => "what it is about is left out".to_owned(),
        (_, false) => "what they are about is left out".to_owned(),
        (names, true) => format!("only {} could be compared", names.join(", ")),
    };
    Some(format!("Not a whole report: {}, so {rest}.", parts.join(" and ")))
}

fn is_broken(state: &EnvironmentState) -> bool {
    matches!(state.presence, Presence::BrokenBase | Presence::BrokenHead)
}

/// Returns whether all of an environment was left out.
fn lost(report: &Report) -> bool {
    report.left_out.iter().any(|left| !left.rest)
}

/// Returns parts as the start of a sentence.
fn capital(parts: &[String]) -> String {
    let text = parts.join(" and ");
    let first = text.chars().next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", text.chars().skip(1).collect::<String>())
}

/// Most things that were left out that are named.
const LEFT: usize = 10;

/// Returns what was left out, one line each: what, where, and because of which problem.
pub(super) fn left_out(report: &Report) -> Vec<String> {
    let line = |left: &LeftOut| {
        let side = if left.head { "head" } else { "base" };
        let environments = left.environments.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let what = match (left.component.as_deref().or(left.part.as_deref()), left.rest) {
            (Some(part), true) => format!("`{part}` in {environments}"),
            (None, true) => format!("a part of {environments}"),
            (_, false) => format!("all of {environments}"),
        };
        format!("{what}, because of the {side}: {}", left.why)
    };
    let mut lines: Vec<String> = report.left_out.iter().take(LEFT).map(line).collect();
    let more = report.left_out.len().saturating_sub(LEFT);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn one_is_not_many() {
        assert_eq!((count(1, "file"), count(2, "file")), ("1 file".to_owned(), "2 files".to_owned()));
    }
}
