//! What is said about text that is not YAML.

use granit_parser::ScanError;

use super::builder::{Builder, Open};
use super::{MAX_DEPTH, to_u32};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::yaml::decode::is_secretive;
use crate::yaml::{DUPLICATE_KEY, Entry, Key, LIMIT, SYNTAX};

impl Builder<'_> {
    /// Reports what the parser could not read.
    pub(super) fn syntax(&mut self, error: &ScanError) {
        let at = to_u32(error.marker().byte_offset().unwrap_or(self.text.len()).min(self.text.len()));
        let span = Span::new(self.file, at, at);
        let info = error.info();
        if info.contains("nesting") || info.contains("recursion") {
            let message = format!("collections are nested deeper than {MAX_DEPTH} levels");
            self.out.push(Diagnostic::error(LIMIT, span, message).help("flatten the structure"));
            return;
        }
        let mut problem = Diagnostic::error(SYNTAX, span, format!("this is not valid YAML: {info}"));
        let before = self.text.get(..at as usize).unwrap_or("");
        let line_start = before.rfind('\n').map_or(0, |n| n + 1);
        let indent: String =
            self.text.get(line_start..).unwrap_or("").chars().take_while(|c| c.is_whitespace() && *c != '\n').collect();
        let line = self.text.get(line_start..).and_then(|rest| rest.lines().next()).unwrap_or("");
        // A scalar that goes on is left at its beginning, and the tab is on a later line.
        if info.contains("found a tab")
            && let Some(tab) = tab_indent(self.text, at as usize)
        {
            problem = Diagnostic::error(SYNTAX, Span::new(self.file, to_u32(tab), to_u32(tab + 1)), problem.message)
                .help("the line is indented with a tab; YAML allows only spaces");
        } else if line.contains("{{") && line.contains("}}") && !line.contains("\"{{") {
            let help = "`{{ … }}` is a template of Helm, and is not expanded here: a chart belongs under `chart:`, a \
                template of one's own in `dvgen/gitops/`";
            problem = problem.help(help);
        } else if indent.contains('\t') {
            problem = problem.help("the line is indented with a tab; YAML allows only spaces");
        } else if info.contains("quoted scalar") && !info.contains("trailing") {
            if let Some(quote) = before.rfind(['"', '\'']) {
                let open = Span::new(self.file, to_u32(quote), to_u32(quote + 1));
                problem = problem.related(open, "this quote may not be closed");
            }
        } else if info.contains("flow")
            && let Some(open) =
                self.open.iter().rev().map(Open::span).find(|open| open.start < at && self.is_bracket(*open))
        {
            let bracket = Span { end: open.start + 1, ..open };
            problem =
                problem.related(bracket, "opened here").help("close the bracket, or put a comma between the entries");
        } else if info.contains("expected ':'") {
            let key = line.trim().split_once(':').filter(|(_, value)| !value.is_empty() && !value.starts_with(' '));
            problem = problem.help(match key {
                Some((key, value)) => format!("put a space after the colon: `{key}: {value}`"),
                None => "write `key: value`, with a colon and a space".to_owned(),
            });
        } else if info.contains("expected key") || info.contains("expected '-' indicator") {
            problem = problem.help(
                "check that the line is indented as its neighbours are: entries of one map begin in one column, items of \
                 one list with `- ` in one column",
            );
        } else if info.contains("mapping values are not allowed") {
            problem = problem.help(
                "check that the line is indented as its neighbours are; a text with `: ` in it has to be in quotes",
            );
        }
        let shown = problem.secondary.iter().map(|label| label.span.start as usize).chain([at as usize]);
        if shown.into_iter().any(|at| self.has_secretive_key(at)) {
            problem = problem.conceal();
        }
        self.out.push(problem);
    }

    /// Returns whether a secret may stand in the line of a place: it is read without its structure, which is unknown.
    fn has_secretive_key(&self, at: usize) -> bool {
        let start = self.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
        let line = self.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or("");
        let is_word = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-');
        let mut keys = line.split(':').filter_map(|before| before.trim_end().rsplit(|char| !is_word(char)).next());
        keys.any(is_secretive)
    }
}

/// Returns the first tab that a line is indented with, from the line of a place on.
fn tab_indent(text: &str, from: usize) -> Option<usize> {
    let start = text.get(..from)?.rfind('\n').map_or(0, |end| end + 1);
    let mut at = start;
    for line in text.get(start..)?.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line.get(..indent).and_then(|indent| indent.find('\t')) {
            return Some(at + tab);
        }
        at += line.len();
    }
    None
}

/// Returns the report of a key that stands twice.
pub(super) fn duplicate(key: &Key, first: &Entry) -> Diagnostic {
    Diagnostic::error(DUPLICATE_KEY, key.span, format!("`{}` stands twice in one map", key.text))
        .label("the second one")
        .related(first.key.span, "the first one")
        .why("most readers keep the last one silently, so one of the two has no effect")
        .help("merge the two, or remove one")
}
