//! Applies edits to a text: the hands of `--fix`.

use std::fmt;

use super::Edit;
use crate::source::Span;

/// The reason why edits cannot be applied together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditConflict {
    /// Two edits want the same bytes, or insert different texts at the same place.
    Overlap(Span, Span),
    /// An edit lies outside of the text, inside of a character, or in another file than the first.
    Outside(Span),
}

impl fmt::Display for EditConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overlap(a, b) => {
                write!(f, "the edits of bytes {}–{} and {}–{} overlap", a.start, a.end, b.start, b.end)
            }
            Self::Outside(span) => write!(f, "the edit of bytes {}–{} lies outside of the text", span.start, span.end),
        }
    }
}

impl std::error::Error for EditConflict {}

/// Returns the text after all edits, whose order does not matter.
///
/// The same edit given twice counts once, for two diagnostics may ask for the same thing. Edits may touch: an
/// insertion goes before a replacement that starts at the same place.
pub fn apply(text: &str, edits: &[&Edit]) -> Result<String, EditConflict> {
    let mut edits: Vec<&Edit> = edits.to_vec();
    edits.sort_by(|a, b| (a.span, &a.text).cmp(&(b.span, &b.text)));
    edits.dedup();
    let mut out = String::with_capacity(text.len());
    let mut last: Option<Span> = None;
    for edit in edits {
        let Span { file, start, end } = edit.span;
        let done = last.map_or(0, |last| last.end);
        if let Some(last) = last {
            if last.file != file {
                return Err(EditConflict::Outside(edit.span));
            }
            if start < last.end || (last.start, last.end) == (start, end) {
                return Err(EditConflict::Overlap(last, edit.span));
            }
        }
        let fits = start <= end && text.is_char_boundary(end as usize);
        let before =
            text.get(done as usize..start as usize).filter(|_| fits).ok_or(EditConflict::Outside(edit.span))?;
        out.push_str(before);
        out.push_str(&edit.text);
        last = Some(edit.span);
    }
    out.push_str(text.get(last.map_or(0, |last| last.end as usize)..).unwrap_or(""));
    Ok(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::{FileId, SourceMap};

    fn file() -> FileId {
        SourceMap::new().add("platform.yaml", "")
    }

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit { span: Span::new(file(), start, end), text: text.to_owned() }
    }

    fn applied(text: &str, edits: &[Edit]) -> Result<String, EditConflict> {
        apply(text, &edits.iter().collect::<Vec<_>>())
    }

    #[test]
    fn edits_apply_in_the_order_of_the_text() {
        let edits = [edit(6, 7, "B"), edit(0, 1, "A"), edit(7, 7, "!"), edit(0, 0, ">")];
        assert_eq!(applied("a: 1, b: 2", &edits).unwrap(), ">A: 1, B!: 2");
    }

    #[test]
    fn a_repeated_edit_counts_once() {
        assert_eq!(applied("a", &[edit(1, 1, "x"), edit(1, 1, "x")]).unwrap(), "ax");
    }

    #[test]
    fn overlaps_are_refused() {
        let span = |start, end| Span::new(file(), start, end);
        let cases = [
            ([edit(0, 2, ""), edit(1, 3, "")], span(0, 2), span(1, 3)),
            ([edit(1, 1, "b"), edit(1, 1, "a")], span(1, 1), span(1, 1)),
            ([edit(0, 4, ""), edit(2, 2, "x")], span(0, 4), span(2, 2)),
        ];
        for (edits, first, second) in cases {
            assert_eq!(applied("abcdef", &edits), Err(EditConflict::Overlap(first, second)));
        }
    }

    #[test]
    fn edits_outside_of_the_text_are_refused() {
        for bad in [edit(2, 4, ""), edit(9, 9, ""), edit(1, 2, ""), edit(3, 0, "")] {
            assert_eq!(applied("é!", std::slice::from_ref(&bad)), Err(EditConflict::Outside(bad.span)));
        }
        let mut sources = SourceMap::new();
        let (one, two) = (sources.add("a", ""), sources.add("b", ""));
        let far = Edit { span: Span::new(two, 0, 0), text: String::new() };
        let near = Edit { span: Span::new(one, 0, 0), text: String::new() };
        assert_eq!(applied("", &[near, far.clone()]), Err(EditConflict::Outside(far.span)));
    }

    proptest! {
        #[test]
        fn any_edits_apply_or_are_refused_in_any_order(
            text in any::<String>(),
            edits in prop::collection::vec((0..40_u32, 0..6_u32, "[a-c]{0,2}"), 0..6),
        ) {
            let mut edits: Vec<_> = edits.into_iter().map(|(start, len, text)| edit(start, start + len, &text)).collect();
            let forward = applied(&text, &edits);
            edits.reverse();
            prop_assert_eq!(&forward, &applied(&text, &edits));
            if let Ok(new) = forward {
                edits.dedup();
                edits.sort_by(|a, b| (a.span, &a.text).cmp(&(b.span, &b.text)));
                edits.dedup();
                let gone: usize = edits.iter().map(|edit| (edit.span.end - edit.span.start) as usize).sum();
                let come: usize = edits.iter().map(|edit| edit.text.len()).sum();
                prop_assert_eq!(new.len() + gone, text.len() + come);
            }
        }
    }
}
