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
                let line = |side: &[(String, OriginId)], at: Option<usize>| Some(side.get(at?)?.0.clone());
                let shown = line(head, change.new_index()).or_else(|| line(base, change.old_index()));
                lines.push((mark, shown.unwrap_or_default()));
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
    use super::compare;
    use crate::diff::report::ChangeKind;
    use crate::source::Origins;

    #[test]
    fn columns_that_move_are_no_change() {
        let origin = Origins::new().defaulted("x", None);
        let lines = |text: &str| text.lines().map(|line| (line.to_owned(), origin)).collect::<Vec<_>>();
        let shown = |before: &str, after: &str| match compare("", &lines(before), &lines(after))?.change.kind {
            ChangeKind::Text(lines) => {
                let shown: Vec<String> = lines.iter().map(|(mark, line)| format!("{mark}{line}|")).collect();
                Some(shown.concat())
            }
            _ => None,
        };
        assert_eq!(
            shown("a  IN 1\nb  IN 2\n", "a   IN 1\nxx  IN 3\nb   IN 2\n").as_deref(),
            Some(" a   IN 1|+xx  IN 3| b   IN 2|")
        );
        assert_eq!(shown("a  b\n", "a b\n").as_deref(), Some("-a  b|+a b|"));
        assert_eq!(shown("a\n", "a\n"), None);
    }
}
