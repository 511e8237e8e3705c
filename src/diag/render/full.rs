//! The format for people: the source with the places marked, why it matters, what to do, and the fix as a patch.

use std::fmt::Write as _;

use annotate_snippets::renderer::{
    DEFAULT_ADDITION_STYLE, DEFAULT_EMPHASIS_STYLE, DEFAULT_ERROR_STYLE, DEFAULT_HELP_STYLE, DEFAULT_LINE_NUM_STYLE,
    DEFAULT_REMOVAL_STYLE, DEFAULT_WARNING_STYLE, Style,
};

use super::cap::Capped;
use super::excerpt::{self, Look, Mark, Piece};
use super::hidden::Hidden;
use super::patch::{self, Hunk};
use super::place::{self, Place};
use super::{RenderOptions, clean, plural, word};
use crate::diag::{Diagnostic, Edit, Fix, Label, Severity};
use crate::source::{FileId, SourceMap};

/// The most places that one diagnostic shows; of a longer cycle the rest is counted.
const PLACES: usize = 16;
/// The most reports of one kind.
const KIND: usize = 50;
/// The most characters of a message; a name in it may be as long as a file.
const MESSAGE: usize = 2000;
/// The width below which text is not wrapped: the terminal does it as well.
const NARROW: usize = 30;

/// Returns the diagnostics one below the other, with an empty line between.
pub(super) fn render(diagnostics: &[Diagnostic], sources: &SourceMap, options: &RenderOptions) -> String {
    let hidden = Hidden::of(diagnostics, sources);
    let capped = Capped::new(diagnostics, KIND);
    let reports = capped.shown.iter().map(|diagnostic| Report::new(diagnostic, sources, &hidden, options).draw());
    let notes = capped.notes().collect::<String>();
    reports.chain((!notes.is_empty()).then_some(notes)).collect::<Vec<_>>().join("\n")
}

/// The places of one file, drawn.
struct Section {
    header: String,
    pieces: Vec<Piece>,
}

/// The changed lines of one file; the path is absent for the file that the diagnostic is about.
struct Change {
    path: Option<String>,
    hunks: Vec<Hunk>,
}

struct Report<'a> {
    diagnostic: &'a Diagnostic,
    options: &'a RenderOptions,
    sections: Vec<Section>,
    left_out: usize,
    changes: Vec<Change>,
    gutter: usize,
}

impl<'a> Report<'a> {
    fn new(diagnostic: &'a Diagnostic, sources: &SourceMap, hidden: &Hidden, options: &'a RenderOptions) -> Self {
        let primary = diagnostic.primary.iter().map(|label| (label, true));
        let all: Vec<_> = primary.chain(diagnostic.secondary.iter().map(|label| (label, false))).collect();
        let shown = all.get(..PLACES).unwrap_or(&all);
        let home = shown.first().map(|(label, _)| label.span.file);
        let sections: Vec<_> = files(shown.iter().map(|(label, _)| label.span.file))
            .into_iter()
            .map(|file| section(file, shown, diagnostic.severity, sources, hidden, options))
            .collect();
        let changes = diagnostic.fix.as_ref().map(|fix| changes(fix, home, sources, hidden, options));
        let changes = changes.unwrap_or_default();
        let numbers = changes.iter().flat_map(|change| &change.hunks).map(|hunk| hunk.last_line().to_string().len());
        let gutters = sections.iter().flat_map(|section| &section.pieces).map(|piece| piece.gutter);
        let gutter = gutters.chain(numbers).max().unwrap_or(1);
        Self { diagnostic, options, sections, left_out: all.len() - shown.len(), changes, gutter }
    }

    fn draw(&self) -> String {
        let mut out = String::new();
        self.title(&mut out);
        for (at, section) in self.sections.iter().enumerate() {
            let corner = if at == 0 { "┌─" } else { "├─" };
            let _ = writeln!(out, "{} {} {}", self.pad(), self.dim(corner), section.header);
            if !section.pieces.is_empty() {
                self.bar(&mut out);
            }
            for (at, piece) in section.pieces.iter().enumerate() {
                if at > 0 {
                    let _ = writeln!(out, "{} {}", self.pad(), self.dim("·"));
                }
                let indent = " ".repeat(self.gutter - piece.gutter);
                for line in &piece.lines {
                    let _ = writeln!(out, "{indent}{line}");
                }
            }
            let last = at + 1 == self.sections.len();
            if !last || self.has_notes() {
                self.bar(&mut out);
            }
        }
        self.notes(&mut out);
        defused(out)
    }

    fn title(&self, out: &mut String) {
        let Diagnostic { severity, message, .. } = self.diagnostic;
        let style = match severity {
            Severity::Error => DEFAULT_ERROR_STYLE,
            Severity::Warning => DEFAULT_WARNING_STYLE,
        };
        let head = self.paint(style, &format!("{}[{}]", word(*severity), self.diagnostic.name()));
        let mut lines = clean::lines(message, MESSAGE);
        if lines.contains('\n') {
            lines = lines.replace('\n', "\n    ");
        }
        let _ = writeln!(out, "{head}{}", self.paint(DEFAULT_EMPHASIS_STYLE, &format!(": {lines}")));
    }

    fn has_notes(&self) -> bool {
        let Diagnostic { why, help, fix, .. } = self.diagnostic;
        why.is_some() || !help.is_empty() || fix.is_some() || self.left_out > 0
    }

    fn notes(&self, out: &mut String) {
        if self.left_out > 0 {
            self.note(out, "note", &format!("… and {}", plural(self.left_out, "more place")));
        }
        if let Some(why) = &self.diagnostic.why {
            self.note(out, "why", why);
        }
        for help in &self.diagnostic.help {
            self.note(out, "help", help);
        }
        if let Some(fix) = &self.diagnostic.fix {
            self.note(out, if fix.safe { "fix" } else { "unsafe fix" }, &fix.title);
            for change in &self.changes {
                self.change(out, change);
            }
        }
    }

    fn note(&self, out: &mut String, word: &str, text: &str) {
        let head = format!("{} = {word}: ", self.pad());
        let hang = " ".repeat(head.len());
        let lines = wrap(&clean::lines(text, MESSAGE), self.options.width.saturating_sub(head.len()));
        let word = self.paint(DEFAULT_HELP_STYLE, &format!("{word}:"));
        let _ = writeln!(out, "{} {} {word} {}", self.pad(), self.dim("="), lines.join(&format!("\n{hang}")));
    }

    fn change(&self, out: &mut String, change: &Change) {
        if let Some(path) = &change.path {
            let _ = writeln!(out, "{} {} {path}", self.pad(), self.dim("├─"));
        }
        for (at, hunk) in change.hunks.iter().enumerate() {
            if at > 0 {
                let _ = writeln!(out, "{} {}", self.pad(), self.dim("·"));
            } else {
                self.bar(out);
            }
            for (number, sign, text) in hunk.rows(self.options.width.saturating_sub(self.gutter + 3)) {
                let number = number.map_or_else(String::new, |number| number.to_string());
                let number = self.dim(&format!("{number:>width$}", width = self.gutter));
                let style = if sign == '+' { DEFAULT_ADDITION_STYLE } else { DEFAULT_REMOVAL_STYLE };
                let _ = writeln!(out, "{number} {}", self.paint(style, format!("{sign} {text}").trim_end()));
            }
        }
    }

    fn bar(&self, out: &mut String) {
        let _ = writeln!(out, "{} {}", self.pad(), self.dim("│"));
    }

    fn pad(&self) -> String {
        " ".repeat(self.gutter)
    }

    fn dim(&self, text: &str) -> String {
        self.paint(DEFAULT_LINE_NUM_STYLE, text)
    }

    fn paint(&self, style: Style, text: &str) -> String {
        if self.options.color { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

fn section(
    file: FileId,
    labels: &[(&Label, bool)],
    severity: Severity,
    sources: &SourceMap,
    hidden: &Hidden,
    options: &RenderOptions,
) -> Section {
    let source = sources.file(file);
    let here: Vec<_> = labels.iter().filter(|(label, _)| label.span.file == file).collect();
    let marks: Vec<_> = here
        .iter()
        .map(|(label, primary)| Mark {
            bytes: place::visible(source.text(), label.span),
            label: &label.text,
            primary: *primary,
        })
        .collect();
    let header = here.first().map_or_else(String::new, |(label, _)| {
        let place = Place::shown(sources, options, label.span);
        format!("{}:{}:{}", clean::one_line(&place.path), place.from.line, place.from.column)
    });
    if hidden.touches(sources, here.iter().map(|(label, _)| label.span), excerpt::NEAR) {
        return Section { header: format!("{header} (source line not shown)"), pieces: Vec::new() };
    }
    let look = Look { severity, color: options.color, width: options.width };
    Section { header, pieces: excerpt::draw(source, &marks, look) }
}

fn changes(
    fix: &Fix,
    home: Option<FileId>,
    sources: &SourceMap,
    hidden: &Hidden,
    options: &RenderOptions,
) -> Vec<Change> {
    files(fix.edits.iter().map(|edit| edit.span.file))
        .into_iter()
        .map(|file| {
            let edits: Vec<&Edit> = fix.edits.iter().filter(|edit| edit.span.file == file).collect();
            let source = sources.file(file);
            let path = clean::one_line(&place::path(options, source.name())).into_owned();
            let path = Some(path).filter(|_| home != Some(file));
            let shown = !hidden.touches(sources, edits.iter().map(|edit| edit.span), 0);
            Change { path, hunks: if shown { patch::hunks(source, &edits) } else { Vec::new() } }
        })
        .collect()
}

/// Returns a text in which no line is a workflow command.
///
/// The runner of GitHub Actions obeys any line of a log that starts with `::` after blanks, and a line of a message
/// can start with whatever a spec says.
fn defused(text: String) -> String {
    if !text.contains("::") {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 1);
    for line in text.split_inclusive('\n') {
        let words = line.trim_start();
        let blanks = line.len() - words.len();
        match words.strip_prefix("::") {
            Some(rest) => out.extend([line.get(..blanks).unwrap_or(""), ": :", rest]),
            None => out.push_str(line),
        }
    }
    out
}

/// Returns the files in the order in which they come first.
fn files(all: impl Iterator<Item = FileId>) -> Vec<FileId> {
    let mut files = Vec::new();
    for file in all {
        if !files.contains(&file) {
            files.push(file);
        }
    }
    files
}

/// Returns the lines of a text, broken at blanks so that each fits into `width` columns where words allow.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        let mut used = 0;
        for word in paragraph.split(' ') {
            let columns: usize = word.chars().map(columns).sum();
            if used > 0 && used + 1 + columns > width && width >= NARROW {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            if !line.is_empty() {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += columns;
        }
        lines.push(line);
    }
    lines
}

/// Returns how many columns a character may need; too many is harmless where only line breaks depend on it.
fn columns(c: char) -> usize {
    if c >= '\u{1100}' && !matches!(c, '\u{2000}'..='\u{2bff}') { 2 } else { 1 }
}
