//! Compares texts by lines.

use similar::{ChangeTag, TextDiff};

use super::report::{Change, ChangeKind};
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
    let text = |lines: &[(String, OriginId)]| lines.iter().map(|(line, _)| format!("{line}\n")).collect::<String>();
    let (before, after) = (text(base), text(head));
    if before == after {
        return None;
    }
    let diff = TextDiff::from_lines(&before, &after);
    let (mut lines, mut old, mut new) = (Vec::new(), Vec::new(), Vec::new());
    let mut dropped = 0;
    for (number, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if number > 0 {
            lines.push(('@', "…".to_owned()));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let mark = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            let origin = |lines: &[(String, OriginId)], at: Option<usize>| Some(lines.get(at?)?.1);
            match change.tag() {
                ChangeTag::Delete if old.len() < ORIGINS => old.extend(origin(base, change.old_index())),
                ChangeTag::Insert if new.len() < ORIGINS => new.extend(origin(head, change.new_index())),
                _ => {}
            }
            if lines.len() < SHOWN {
                lines.push((mark, change.value().trim_end_matches('\n').to_owned()));
            } else {
                dropped += 1;
            }
        }
    }
    if dropped > 0 {
        lines.push(('@', format!("… {dropped} more lines")));
    }
    let change = Change::new(path.to_owned(), ChangeKind::Text(lines), None, None);
    Some(Raw { change, base: old, head: new })
}
