//! Texts that a program reads as YAML or JSON, and that are neither.

use crate::diag::{Diagnostic, Kind, Label};
use crate::lint::facts::{Document, Lines, TextFact};
use crate::lint::rule::{Check, rule};
use crate::source::Span;
use crate::yaml::{DUPLICATE_KEY, Dialect, Field, SYNTAX, load_all};

rule! {
    /// A text that a program reads as YAML or JSON is neither.
    ///
    /// ## What it does
    ///
    /// Reads texts of several lines in Helm values and ConfigMaps: those under a key that ends in `.yaml`, `.yml` or `.json`,
    /// the values that the facts of a component call so (`texts`), and lists of a chart's `extra…` values. A text with parts
    /// that are filled in (`{{ … }}`) is left alone; so is one of JSON, unless they all stand inside of its texts.
    ///
    /// ## Why it matters
    ///
    /// To dvgen, Helm and Kubernetes it is a text like any other. The program that gets it does not start, or passes over all
    /// of it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// keycloak:
    ///   values:
    ///     extraEnv: |
    ///       - name: KC_LOG_LEVEL
    ///        value: debug
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// keycloak:
    ///   values:
    ///     extraEnv: |
    ///       - name: KC_LOG_LEVEL
    ///         value: debug
    /// ```
    ///
    /// ## Source
    ///
    /// Helm, The Chart Template Guide: a value that is a text is pasted as it is.
    pub(super) static RULE = Kind::new("broken-text", "DV1512"), Values, Error, fix: None, Check::Raised;
}

/// What a text has to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Yaml,
    Json,
}

/// Judges a text that somebody wrote.
pub fn judge(text: &TextFact, document: &Document<'_>, lines: Option<&Lines>) -> Option<Diagnostic> {
    let whole = document.line(text.origin)?;
    let form = form(text, document)?;
    let (place, fault, more) = match form {
        Form::Yaml => yaml(text, whole, lines)?,
        Form::Json => json(text, lines)?,
    };
    let name = if form == Form::Yaml { "YAML" } else { "JSON" };
    let owner = document.component.map(|component| format!(" of `{}`", component.name.value)).unwrap_or_default();
    let mut problem = RULE
        .at(place.unwrap_or(whole), format!("`{}`{owner} is a text that is not valid {name}: {fault}", text.keys.join(".")))
        .why("to Helm and Kubernetes it is a text like any other; what reads it does not start, or passes over all of it");
    problem.secondary.extend(more);
    Some(document.component.into_iter().fold(problem, |problem, component| problem.about(&component.name.value)))
}

fn form(text: &TextFact, document: &Document<'_>) -> Option<Form> {
    let last = &**text.keys.last()?;
    let ends = |ending: &str| last.ends_with(ending) && last.len() > ending.len();
    if ends(".json") || last == "json" {
        return filled_in_texts(&text.text).then_some(Form::Json);
    }
    // What a chart fills in is no YAML yet.
    if text.text.contains("{{") {
        return None;
    }
    let known = || {
        let texts = document.component?.variant.facts.texts.value()?;
        let named = |path: &Vec<Field<_>>| path.iter().filter_map(Field::value).eq(&text.keys);
        texts.iter().filter_map(Field::value).any(named).then_some(())
    };
    let of_extras = || last.starts_with("extra") && text.text.trim_start().starts_with("- name:");
    let yaml = ends(".yaml") || ends(".yml") || !document.is_object() && (of_extras() || known().is_some());
    yaml.then_some(Form::Yaml)
}

/// Returns whether all that is filled in stands inside texts of JSON, and leaves them texts.
fn filled_in_texts(text: &str) -> bool {
    let (mut rest, mut inside) = (text, false);
    while let Some(at) = rest.find(['"', '\\', '{']) {
        let (_, found) = rest.split_at(at);
        rest = if let Some(behind) = found.strip_prefix("{{") {
            let Some((part, behind)) = behind.split_once("}}") else { return false };
            if !inside || part.replace("\\\"", "").contains('"') {
                return false;
            }
            behind
        } else {
            inside ^= found.starts_with('"');
            // What stands behind a backslash ends no text.
            let signs = 1 + usize::from(inside && found.starts_with('\\'));
            found.char_indices().nth(signs).and_then(|(at, _)| found.get(at..)).unwrap_or_default()
        };
    }
    true
}

/// Where something is wrong, what, and what belongs to it.
type Fault = (Option<Span>, String, Vec<Label>);

fn yaml(text: &TextFact, whole: Span, lines: Option<&Lines>) -> Option<Fault> {
    let mut found = Vec::new();
    load_all(whole.file, &text.text, Dialect::Foreign, &mut found);
    let problem = found.into_iter().find(|problem| [SYNTAX, DUPLICATE_KEY].contains(&problem.kind))?;
    let place = |span: Span| lines?.place(span);
    let fault =
        problem.message.rsplit_once("not valid YAML: ").map_or(&*problem.message, |(_, fault)| fault).to_owned();
    let more = problem.secondary.into_iter().filter_map(|label| Some(Label { span: place(label.span)?, ..label }));
    Some((problem.primary.and_then(|label| place(label.span)), fault, more.collect()))
}

fn json(text: &TextFact, lines: Option<&Lines>) -> Option<Fault> {
    let error = serde_json::from_str::<serde::de::IgnoredAny>(&text.text).err()?;
    let before: usize = text.text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let at = (before + error.column().saturating_sub(1)).min(text.text.len());
    let message = error.to_string();
    let comma = text.text.get(..at).is_some_and(|before| before.trim_end().ends_with(','));
    let fault = match message.split(" at line ").next() {
        Some("key must be a string") if comma => "nothing follows upon the last comma".to_owned(),
        fault => fault.unwrap_or(&message).to_owned(),
    };
    Some((lines.and_then(|lines| lines.span(at, at)), fault, Vec::new()))
}

#[cfg(test)]
mod tests {
    use super::filled_in_texts;

    #[test]
    fn json_is_judged_where_its_texts_alone_are_filled_in() {
        let inside =
            [r#"{ "a": 1 }"#, r#"{"a": "{{ .b }}", "c\"": "x {{c}} {{ printf \"d\" }}" }"#, r#"["\\", "{{ x }}"]"#];
        for text in inside {
            assert!(filled_in_texts(text), "{text}");
        }
        let outside = [
            r#"{ "port": {{ .Values.port }} }"#,
            r#"{{- if .a }}{ "b": 1 }{{ end }}"#,
            r#"{ "a": "{{ .b | default "c" }}" }"#,
            r#"["\\", {{ x }}]"#,
            r#"{ "a": "{{ b" }"#,
        ];
        for text in outside {
            assert!(!filled_in_texts(text), "{text}");
        }
    }
}
