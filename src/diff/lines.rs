//! Compares texts by lines.

use std::collections::BTreeSet;

use similar::{ChangeTag, TextDiff};

use super::report::{Change, ChangeKind, Lines};
use super::tree::Raw;
use crate::source::OriginId;

/// Unchanged lines that are shown around a change.
const CONTEXT: usize = 1;
/// Most lines of one text that are shown.
const SHOWN: usize = 60;
/// Most origins that are followed to their cause.
const ORIGINS: usize = 40;

/// Compares two texts of lines with origins.
pub(super) fn compare(path: &str, base: &[(String, OriginId)], head: &[(String, OriginId)]) -> Option<Raw> {
    let text = |lines: &[(String, OriginId)]| lines.iter().fold(String::new(), |text, (line, _)| text + line + "\n");
    let (before, after) = (text(base), text(head));
    if before == after {
        return None;
    }
    // Columns that were aligned anew are no change, unless nothing else is.
    let (mut old_lines, mut new_lines) = (squeezed(&before), squeezed(&after));
    if old_lines == new_lines {
        (old_lines, new_lines) = (before, after);
    }
    let diff = TextDiff::from_lines(&old_lines, &new_lines);
    let (mut lines, mut old, mut new) = (Lines::default(), Vec::new(), Vec::new());
    let (mut dropped, mut alike) = (0, 0);
    let mut seen = BTreeSet::new();
    for group in diff.grouped_ops(CONTEXT) {
        let mut hunk = Vec::new();
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let origin = |lines: &[(String, OriginId)], at: Option<usize>| Some(lines.get(at?)?.1);
            let mark = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => {
                    lines.removed += 1;
                    old.extend(origin(base, change.old_index()).filter(|_| old.len() < ORIGINS));
                    '-'
                }
                ChangeTag::Insert => {
                    lines.added += 1;
                    new.extend(origin(head, change.new_index()).filter(|_| new.len() < ORIGINS));
                    '+'
                }
            };
            let line = |side: &[(String, OriginId)], at: Option<usize>| Some(side.get(at?)?.0.clone());
            let shown = line(head, change.new_index()).or_else(|| line(base, change.old_index()));
            hunk.push((mark, shown.unwrap_or_default()));
        }
        // What happens in many places of a text is shown at the first of them.
        let essence: Vec<_> = hunk.iter().filter(|(mark, _)| *mark != ' ').cloned().collect();
        if !seen.insert(essence) {
            alike += 1;
            continue;
        }
        if !lines.shown.is_empty() {
            lines.shown.push(('@', "…".to_owned()));
        }
        let room = SHOWN.saturating_sub(lines.shown.len());
        dropped += hunk.len().saturating_sub(room);
        lines.shown.extend(hunk.into_iter().take(room));
    }
    let places = if alike == 1 { "place" } else { "places" };
    let notes = [(alike, format!("… the same in {alike} more {places}")), (dropped, format!("… {dropped} more lines"))];
    lines.shown.extend(notes.into_iter().filter(|(number, _)| *number > 0).map(|(_, note)| ('@', note)));
    let change = Change::new(path.to_owned(), ChangeKind::Text(lines), None, None);
    Some(Raw { change, base: old, head: new })
}

/// A line with its origin.
type Line = (String, OriginId);

/// Most lines of a text that are shown where they only stand at another place.
const MOVED: usize = 4;

/// The same lines in another order are said in one line: in a text that is read as keys always, else where there are many.
pub(super) fn order_only(raw: Raw, (base, head): (&[Line], &[Line]), keys: bool) -> Raw {
    let ChangeKind::Text(lines) = &raw.change.kind else { return raw };
    let sorted = |side: &[Line]| {
        let mut all: Vec<String> = side.iter().map(|(line, _)| line.trim().to_owned()).collect();
        all.sort();
        all
    };
    let few = lines.added + lines.removed <= MOVED;
    if lines.added != lines.removed || few && !keys || sorted(base) != sorted(head) {
        return raw;
    }
    let shown = Some(super::value::words("the same lines"));
    let change = Change::new(raw.change.path, ChangeKind::Reordered, shown.clone(), shown);
    Raw { change, ..raw }
}

/// Returns a text with one space for each run of them, but at the start of a line, where they mean something.
fn squeezed(text: &str) -> String {
    let line = |line: &str| {
        let start = line.len() - line.trim_start().len();
        let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{}{words}\n", line.get(..start).unwrap_or_default())
    };
    text.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::{compare, order_only};
    use crate::diff::report::ChangeKind;
    use crate::source::Origins;

    #[test]
    fn columns_that_move_are_no_change() {
        let origin = Origins::new().defaulted("x", None);
        let lines = |text: &str| text.lines().map(|line| (line.to_owned(), origin)).collect::<Vec<_>>();
        let shown = |before: &str, after: &str| match compare("", &lines(before), &lines(after))?.change.kind {
            ChangeKind::Text(lines) => {
                let shown: Vec<String> = lines.shown.iter().map(|(mark, line)| format!("{mark}{line}|")).collect();
                Some(shown.concat())
            }
            _ => None,
        };
        assert_eq!(
            shown("a  IN 1\nb  IN 2\n", "a   IN 1\nxx  IN 3\nb   IN 2\n").as_deref(),
            Some(" a   IN 1|+xx  IN 3| b   IN 2|")
        );
        let (before, after) = ("x\na\ny\nm\nz\na\nw\n", "x\nb\ny\nm\nz\nb\nw\n");
        assert_eq!(shown(before, after).as_deref(), Some(" x|-a|+b| y|@… the same in 1 more place|"));
        assert_eq!(shown("a  b\n", "a b\n").as_deref(), Some("-a  b|+a b|"));
        assert_eq!(shown("a\n", "a\n"), None);
    }

    #[test]
    fn the_same_lines_in_another_order_are_one_line() {
        let origin = Origins::new().defaulted("x", None);
        let lines = |text: &str| text.lines().map(|line| (line.to_owned(), origin)).collect::<Vec<_>>();
        let kind = |before: &str, after: &str, keys: bool| {
            let (before, after) = (lines(before), lines(after));
            compare("", &before, &after).map(|raw| order_only(raw, (&before, &after), keys).change.kind)
        };
        assert_eq!(kind("a: 1\nb: 2\n", "b: 2\na: 1\n", true), Some(ChangeKind::Reordered));
        assert!(matches!(kind("a\nb\n", "b\na\n", false), Some(ChangeKind::Text(_))), "few lines are shown");
        assert_eq!(kind("a\nb\nc\nd\ne\nf\n", "d\ne\nf\na\nb\nc\n", false), Some(ChangeKind::Reordered));
        assert!(matches!(kind("a: 1\nb: 2\n", "b: 2\na: 3\n", true), Some(ChangeKind::Text(_))));
    }
}
