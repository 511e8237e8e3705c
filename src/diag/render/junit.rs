//! `JUnit`'s XML, as test reports of CI servers read it (the schema of Jenkins' xUnit plug-in).
//!
//! Each rule is a test: it passes when it found nothing, and each finding of it is a failed test of its own, with the place
//! in its name. A problem that kept dvgen from judging is an error and no failure.

use std::fmt::Write as _;

use super::place::Place;
use super::{RenderOptions, clean};
use crate::diag::{Diagnostic, Verdict};
use crate::source::SourceMap;

/// Returns one XML document.
pub(super) fn render(diagnostics: &[Diagnostic], sources: &SourceMap, options: &RenderOptions) -> String {
    let passed: Vec<&str> = options
        .rules
        .iter()
        .map(|rule| rule.name.as_str())
        .filter(|name| diagnostics.iter().all(|diagnostic| diagnostic.name() != *name))
        .collect();
    // A report without a test is taken for a run that was lost.
    let lone = usize::from(passed.is_empty() && diagnostics.is_empty());
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.kind.verdict == Verdict::None).count();
    let tests = passed.len() + diagnostics.len() + lone;
    let counts = format!("tests=\"{tests}\" failures=\"{}\" errors=\"{errors}\"", diagnostics.len() - errors);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(out, "<testsuites name=\"dvgen\" {counts}>");
    let _ = writeln!(out, "  <testsuite name=\"dvgen lint\" {counts} skipped=\"0\">");
    for name in passed.into_iter().chain((lone > 0).then_some("dvgen")) {
        let _ = writeln!(out, "    <testcase classname=\"dvgen\" name=\"{}\"/>", escaped(name));
    }
    for diagnostic in diagnostics {
        case(&mut out, diagnostic, sources, options);
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

fn case(out: &mut String, diagnostic: &Diagnostic, sources: &SourceMap, options: &RenderOptions) {
    let name = diagnostic.name();
    let place = diagnostic.primary.as_ref().map(|label| Place::shown(sources, options, label.span));
    let shown = place.as_ref().map(|place| format!(" {}:{}", place.path, place.from.line)).unwrap_or_default();
    let title = escaped(&clean::one_line(&format!("{name}{shown}")));
    let tag = if diagnostic.kind.verdict == Verdict::None { "error" } else { "failure" };
    let message = escaped(&clean::one_line(&diagnostic.message));
    let _ = write!(out, "    <testcase classname=\"dvgen\" name=\"{title}\"");
    if let Some(place) = &place {
        let _ = write!(out, " file=\"{}\" line=\"{}\"", escaped(&clean::one_line(&place.path)), place.from.line);
    }
    let kind = super::word(diagnostic.severity);
    let _ =
        writeln!(out, ">\n      <{tag} type=\"{kind}\" message=\"{message}\">{}</{tag}>", escaped(&body(diagnostic)));
    out.push_str("    </testcase>\n");
}

fn body(diagnostic: &Diagnostic) -> String {
    let mut text = diagnostic.message.clone();
    let why = diagnostic.why.iter().map(|why| ("why", why));
    for (word, part) in why.chain(diagnostic.help.iter().map(|help| ("help", help))) {
        let _ = write!(text, "\n{word}: {part}");
    }
    clean::lines(&text, 4000)
}

/// Returns a text as XML: what XML 1.0 has no character for is gone.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(character),
            '\u{fffe}' | '\u{ffff}' => {}
            control if control < ' ' => {}
            other => out.push(other),
        }
    }
    out
}
