//! Pages of Markdown: headings, paragraphs, lists, tables and commands, with an origin for each line.
//!
//! Texts of the spec are escaped, so that a page shows them as they were written, and none of them can end a table, open
//! a link or start a block (`CommonMark` 0.31 §2.4, GFM §4.10).

use super::draft::{Body, Draft, TargetName};
use crate::source::OriginId;

/// A page that grows by blocks.
#[derive(Debug)]
pub(super) struct Page {
    lines: Vec<(String, OriginId)>,
    here: OriginId,
}

impl Page {
    /// Returns a page with its title and the notice that it is made.
    pub(super) fn new(title: &str, header: &super::print::Note) -> Self {
        let mut page = Self { lines: Vec::new(), here: header.origin };
        page.lines.push((format!("# {title}"), header.origin));
        page.text(&escaped(&header.text), header.origin);
        page
    }

    /// Returns blocks without a title, to be added to a page.
    pub(super) const fn blocks(here: OriginId) -> Self {
        Self { lines: Vec::new(), here }
    }

    /// Adds the blocks of another one.
    pub(super) fn append(&mut self, blocks: Self) {
        self.lines.extend(blocks.lines);
    }

    fn blank(&mut self) {
        if !self.lines.last().is_some_and(|(line, _)| line.is_empty()) {
            self.lines.push((String::new(), self.here));
        }
    }

    /// Adds a heading.
    pub(super) fn heading(&mut self, level: usize, text: &str, origin: OriginId) {
        self.blank();
        self.lines.push((format!("{} {text}", "#".repeat(level)), origin));
    }

    /// Adds a paragraph of one or several lines, which is Markdown already.
    pub(super) fn text(&mut self, text: &str, origin: OriginId) {
        self.blank();
        self.lines.extend(text.lines().map(|line| (line.to_owned(), origin)));
    }

    /// Adds a list; its items are Markdown already, and further lines of an item stand below it.
    pub(super) fn list(&mut self, items: impl IntoIterator<Item = (String, OriginId)>) {
        let mut first = true;
        for (item, origin) in items {
            if std::mem::take(&mut first) {
                self.blank();
            }
            let mut lines = item.lines();
            self.lines.push((format!("- {}", lines.next().unwrap_or_default()), origin));
            let more = lines.map(|line| if line.is_empty() { String::new() } else { format!("  {line}") });
            self.lines.extend(more.map(|line| (line, origin)));
        }
    }

    /// Adds commands for a shell.
    pub(super) fn commands(&mut self, lines: impl IntoIterator<Item = (String, OriginId)>) {
        self.fence("sh", lines);
    }

    /// Adds a block of code. The lines are names and commands of ours: no line of a spec can be a fence.
    pub(super) fn fence(&mut self, language: &str, lines: impl IntoIterator<Item = (String, OriginId)>) {
        let lines: Vec<_> = lines.into_iter().collect();
        let Some(origin) = lines.first().map(|(_, origin)| *origin) else { return };
        self.blank();
        self.lines.push((format!("```{language}"), origin));
        self.lines.extend(lines);
        self.lines.push(("```".to_owned(), origin));
    }

    /// Adds a table; columns that are empty in all rows are left out, and without rows there is no table.
    pub(super) fn table(&mut self, head: &[&str], rows: &[(Vec<String>, OriginId)]) {
        if rows.is_empty() {
            return;
        }
        let used: Vec<usize> = (0..head.len())
            .filter(|at| rows.iter().any(|(cells, _)| cells.get(*at).is_some_and(|cell| !cell.is_empty())))
            .collect();
        self.blank();
        let origin = rows.first().map_or(self.here, |(_, origin)| *origin);
        self.lines.push((row(&used, head), origin));
        self.lines.push((format!("|{}", "---|".repeat(used.len())), origin));
        self.lines.extend(rows.iter().map(|(cells, origin)| (row(&used, cells), *origin)));
    }

    /// Returns the page as a file.
    pub(super) fn draft(self, path: String, target: TargetName) -> Draft {
        let origin = self.here;
        Draft { path, target, header: Vec::new(), body: Body::Lines(self.lines), executable: false, origin }
    }
}

/// Returns a row of a table with some of the cells.
fn row(used: &[usize], cells: &[impl AsRef<str>]) -> String {
    let shown = || used.iter().map(|at| cells.get(*at).map_or("", AsRef::as_ref));
    let mut line = String::with_capacity(3 + shown().map(|cell| cell.len() + 3).sum::<usize>());
    line.push('|');
    for cell in shown() {
        line.extend([" ", cell, " |"]);
    }
    line
}

/// Returns whether a text has nothing that Markdown could misread. Nearly all are such.
fn is_words(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b','))
}

/// Returns whether a text can stand between two backticks as it is, in a table too. Nearly all are names.
fn is_bare(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'`' && byte != b'|')
}

/// Returns a text as Markdown shows it: one line.
pub(super) fn escaped(text: &str) -> String {
    if is_words(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        if matches!(
            char,
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '!' | '$'
        ) {
            out.push('\\');
        }
        let shown = matches!(char, ' '..='~') || !super::print::is_hidden(char);
        out.push(if shown { char } else { ' ' });
    }
    out
}

/// Returns a text of several lines as Markdown shows it; none of its lines starts a block.
pub(super) fn prose(text: &str) -> String {
    let line = |line: &str| {
        let line = escaped(line.trim());
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let marks = line.starts_with(['-', '+', '=']);
        let (head, tail) = line.split_at_checked(digits).unwrap_or((&line, ""));
        match (marks, digits > 0 && tail.starts_with(['.', ')'])) {
            (true, _) => format!("\\{line}"),
            (_, true) => format!("{head}\\{tail}"),
            _ => line,
        }
    };
    text.trim().lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Returns a text as a span of code, in a table too.
pub(super) fn code(text: &str) -> String {
    if is_bare(text) {
        return ["`", text, "`"].concat();
    }
    let longest = text.split(|char| char != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    let text: String = text.chars().map(|char| if super::print::is_hidden(char) { ' ' } else { char }).collect();
    format!("{fence}{pad}{}{pad}{fence}", text.replace('|', "\\|"))
}

/// Returns a sentence of ours, in which names stand in backticks, as Markdown.
pub(super) fn marked(sentence: &str) -> String {
    let mut out = String::with_capacity(sentence.len());
    for (at, part) in sentence.split('`').enumerate() {
        match at % 2 == 0 {
            true if is_words(part) => out.push_str(part),
            true => out.push_str(&escaped(part)),
            false if is_bare(part) => out.extend(["`", part, "`"]),
            false => out.push_str(&code(part)),
        }
    }
    out
}

/// Returns several texts as spans of code.
pub(super) fn codes<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts.into_iter().map(code).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_leave_their_place() {
        assert_eq!(escaped("a|b <script> [x](y) *z* `q` $m$"), r"a\|b \<script\> \[x\](y) \*z\* \`q\` \$m\$");
        assert_eq!(escaped("a\u{202e}b\nc"), "a b c");
        assert_eq!(prose("- one\n\n1. two\n# three\n    four"), "\\- one\n\n1\\. two\n\\# three\nfour");
        assert_eq!(code("a`b|c"), "``a`b\\|c``");
        assert_eq!(code("`x"), "`` `x ``");
    }
}
