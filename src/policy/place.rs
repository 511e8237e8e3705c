//! Where the text of an expression stands in its file, also when YAML folds it over lines or escapes it.

use crate::source::Span;
use crate::yaml::{Node, NodeKind, Style};

/// Maps the text of a scalar to its file.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The whole scalar, for everything that cannot be told more precisely.
    pub(super) whole: Span,
    /// Where each byte of the text stands, and the end; empty where the text cannot be followed.
    starts: Vec<u32>,
}

impl Place {
    /// Returns the place of a scalar in the text of its file.
    pub(super) fn of(node: &Node, source: &str) -> Self {
        let NodeKind::Scalar { text, style } = &node.kind else {
            return Self { whole: node.span, starts: Vec::new() };
        };
        let starts = Follow::new(node.span, *style, source).and_then(|follow| follow.text(text));
        Self { whole: node.span, starts: starts.unwrap_or_default() }
    }

    /// Returns the span of the bytes `from..to` of the text.
    pub(super) fn at(&self, from: usize, to: usize) -> Span {
        let last = self.starts.len().saturating_sub(1);
        let place = |offset: usize| self.starts.get(offset.min(last)).copied();
        match (place(from), place(to.max(from))) {
            (Some(start), Some(end)) => Span { start, end: end.max(start), ..self.whole },
            _ => self.whole,
        }
    }
}

/// Walks through the written text of a scalar beside what it means.
struct Follow<'s> {
    source: &'s str,
    at: usize,
    quote: Option<char>,
}

impl<'s> Follow<'s> {
    fn new(span: Span, style: Style, source: &'s str) -> Option<Self> {
        let written = source.get(span.start as usize..)?;
        let quote = written.chars().next().filter(|first| style == Style::Quoted && matches!(first, '"' | '\''));
        let mut at = span.start as usize + quote.map_or(0, char::len_utf8);
        if style == Style::Block && written.starts_with(['|', '>']) {
            at += written.find('\n')? + 1;
        }
        Some(Self { source, at, quote })
    }

    fn next(&self) -> Option<char> {
        self.source.get(self.at..)?.chars().next()
    }

    /// Returns where each byte of the text stands, and the end of the last one.
    fn text(mut self, text: &str) -> Option<Vec<u32>> {
        let mut starts = Vec::with_capacity(text.len() + 1);
        for char in text.chars() {
            if char.is_whitespace() {
                self.mark(&mut starts, char);
                if self.next().is_some_and(char::is_whitespace) {
                    self.at += 1;
                } else if self.next() == Some('\\') {
                    self.escape()?;
                }
                continue;
            }
            while self.next().is_some_and(char::is_whitespace) {
                self.at += 1;
            }
            self.mark(&mut starts, char);
            match (self.quote, self.next()?) {
                (Some('"'), '\\') => self.escape()?,
                (Some('\''), '\'') => self.at += 2,
                (_, written) if written == char => self.at += char.len_utf8(),
                _ => return None,
            }
        }
        starts.push(u32::try_from(self.at).ok()?);
        Some(starts)
    }

    fn mark(&self, starts: &mut Vec<u32>, char: char) {
        let at = u32::try_from(self.at).unwrap_or(u32::MAX);
        starts.extend(std::iter::repeat_n(at, char.len_utf8()));
    }

    /// Steps over an escape of a string in double quotes.
    fn escape(&mut self) -> Option<()> {
        let letter = self.source.get(self.at + 1..)?.chars().next()?;
        let digits = match letter {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        self.at += 1 + letter.len_utf8() + digits;
        self.source.is_char_boundary(self.at).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;
    use crate::yaml::{Dialect, load};

    /// Returns the text that `part` of the scalar `x` is said to be written as.
    fn written(yaml: &str, part: &str) -> String {
        let mut sources = SourceMap::new();
        let file = sources.add("x.yaml", yaml);
        let tree = load(file, yaml, Dialect::Spec, &mut Vec::new()).expect("a tree").0;
        let node = tree.get("x").expect("x");
        let text = node.as_scalar().expect("a scalar");
        let from = text.find(part).expect("a part");
        sources.text(Place::of(node, yaml).at(from, from + part.len())).to_owned()
    }

    #[test]
    fn parts_are_found_in_every_style() {
        assert_eq!(written("x: a.b == 1 && c\n", "c"), "c");
        assert_eq!(written("x: a.b\n  && c.d\n", "c.d"), "c.d");
        assert_eq!(written("x: 'a == ''v'' && c.d'\n", "c.d"), "c.d");
        assert_eq!(written("x: \"a == \\\"v\\\" && c.d\"\n", "\"v\""), "\\\"v\\\"");
        assert_eq!(written("x: \"a == \\u0041 && c.d\"\n", "c.d"), "c.d");
        assert_eq!(written("x: |\n  a.b &&\n    c.d\ny: 1\n", "c.d"), "c.d");
        assert_eq!(written("x: >-\n  a.b\n\n  && c.é\n", "c.é"), "c.é");
        assert_eq!(written("k: 1\nx: >\n    a.b\n    && c\n", "a.b"), "a.b");
    }
}
