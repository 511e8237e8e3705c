//! Ignored differences whose fields cannot be found.

use super::application::spec;
use crate::diag::{Diagnostic, Kind};
use crate::doc::Doc;
use crate::lint::Object;
use crate::lint::rule::{Check, rule};

rule! {
    /// An ignored difference names a field in a way that finds nothing.
    ///
    /// ## What it does
    ///
    /// Looks at `ignoreDifferences`: a JSON pointer begins with `/`, an expression of jq with `.` or a function.
    ///
    /// ## Why it matters
    ///
    /// Argo CD finds no field by it and compares all of them, so the Application is never in sync, or fights with whoever
    /// changes the field.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// ignoreDifferences:
    ///   - { group: apps, kind: Deployment, jsonPointers: [spec.replicas] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// ignoreDifferences:
    ///   - { group: apps, kind: Deployment, jsonPointers: [/spec/replicas] }
    /// ```
    ///
    /// ## Source
    ///
    /// RFC 6901; Argo CD, Diff Customization.
    pub(super) static RULE = Kind::new("bad-ignore-pointer", "DV1303"), Argocd, Error, fix: Unsafe, Check::Object(check);
}

/// Functions of jq that lead to a field and take no argument.
const FUNCTIONS: [&str; 5] = ["first", "last", "recurse", "if", "reduce"];

fn check(object: &Object<'_>, out: &mut Vec<Diagnostic>) {
    let ignored = spec(object).and_then(|spec| spec.at(&["ignoreDifferences"])).and_then(Doc::as_list);
    for entry in ignored.into_iter().flatten() {
        let all = |name: &str| entry.at(&[name]).and_then(Doc::as_list).into_iter().flatten();
        for pointer in all("jsonPointers") {
            let Some(text) = pointer.as_str().filter(|text| !text.starts_with('/') && !text.contains("{{")) else {
                continue;
            };
            let right = format!("/{}", text.trim_start_matches('.').replace(['.', '/'], "/"));
            out.extend(finding(object, pointer, (text, "a JSON pointer begins with `/`"), &right));
        }
        for expression in all("jqPathExpressions") {
            let Some(text) = expression.as_str().filter(|text| is_no_expression(text)) else { continue };
            let right = format!(".{}", text.trim_start_matches('/').replace('/', "."));
            out.extend(finding(object, expression, (text, "an expression of jq begins with `.`"), &right));
        }
    }
}

/// Returns whether a text is neither a path of jq nor a call.
fn is_no_expression(text: &str) -> bool {
    if text.starts_with('/') {
        return true;
    }
    let word: String = text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    let rest = text.get(word.len()..).unwrap_or_default().trim_start();
    !word.is_empty() && !rest.starts_with('(') && !FUNCTIONS.contains(&word.as_str())
}

fn finding(object: &Object<'_>, doc: &Doc, (text, rule): (&str, &str), right: &str) -> Option<Diagnostic> {
    let span = object.line(doc)?;
    let problem = RULE
        .at(span, format!("`{text}` finds no field: {rule}"))
        .why(
            "Argo CD ignores no difference by it, and the Application is never in sync or fights with the other writer",
        )
        .help(format!("write `{right}`"));
    let written = object.document.is_written(doc.origin);
    // YAML would read some letters of a path as its own.
    let plain = right.chars().all(|c| c.is_ascii_alphanumeric() || "/._-~".contains(c));
    let text = if plain { right.to_owned() } else { format!("'{}'", right.replace('\'', "''")) };
    Some(if written { problem.fix(false, format!("write `{right}`"), span, text) } else { problem })
}
