//! SARIF 2.1.0 (OASIS standard, 2020) in the shape that GitHub code scanning takes.
//!
//! GitHub wants a rule with texts for every result, one location each with a path relative to the repository, and a
//! fingerprint `primaryLocationLineHash` by which it recognises a finding in the next run. The fingerprint is made
//! of kind, file and message, so it survives that lines move.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::fingerprint::Fingerprints;
use super::place::{self, Place};
use super::{RenderOptions, RuleText, clean, word};
use crate::diag::{Diagnostic, Fix, Severity, Verdict};
use crate::source::{LineColumn, SourceMap};

/// The most results that GitHub takes in one run.
const LIMIT: usize = 25_000;

/// Returns one SARIF log with one run.
pub(super) fn render(diagnostics: &[Diagnostic], sources: &SourceMap, options: &RenderOptions) -> String {
    let rules = rules(diagnostics, options);
    let index: BTreeMap<&str, usize> = rules.iter().enumerate().map(|(at, rule)| (&*rule.name, at)).collect();
    // Errors first: were there more than GitHub takes, warnings would be the ones to miss.
    let ordered = [Severity::Error, Severity::Warning]
        .into_iter()
        .flat_map(|severity| diagnostics.iter().filter(move |diagnostic| diagnostic.severity == severity));
    let mut seen = Fingerprints::default();
    let waived = options.waived.iter().map(|(waived, reason)| (waived, Some(reason)));
    let results: Vec<Value> = ordered
        .map(|diagnostic| (diagnostic, None))
        .chain(waived)
        .take(LIMIT)
        .map(|(diagnostic, reason)| {
            let rule = index.get(diagnostic.name()).copied().unwrap_or(0);
            let mut found = result(diagnostic, rule, &mut seen, sources, options);
            if let (Some(reason), Some(fields)) = (reason, found.as_object_mut()) {
                // A waiver is written in a source file (SARIF 2.1.0, 3.35).
                let justification = clean::lines(reason, 1000);
                let suppression = json!({ "kind": "inSource", "status": "accepted", "justification": justification });
                fields.insert("suppressions".to_owned(), json!([suppression]));
            }
            found
        })
        .collect();
    let reached = diagnostics.iter().all(|diagnostic| diagnostic.kind.verdict == Verdict::Judged);
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "dvgen",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(rule).collect::<Vec<_>>(),
            } },
            "invocations": [{ "executionSuccessful": reached }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    let text = serde_json::to_string_pretty(&log).expect("internal error: a JSON value can be written");
    clean::json(&text)
}

/// Returns the known rules and the kinds that occur, by code.
fn rules(diagnostics: &[Diagnostic], options: &RenderOptions) -> Vec<RuleText> {
    let mut rules: BTreeMap<String, RuleText> =
        options.rules.iter().map(|rule| (rule.name.clone(), rule.clone())).collect();
    for diagnostic in diagnostics.iter().chain(options.waived.iter().map(|(waived, _)| waived)) {
        rules.entry(diagnostic.name().to_owned()).or_insert_with(|| unknown(diagnostic));
    }
    let mut rules: Vec<RuleText> = rules.into_values().collect();
    rules.sort_by(|a, b| (&a.code, &a.name).cmp(&(&b.code, &b.name)));
    rules
}

/// What there is to say of a kind that is no rule.
fn unknown(diagnostic: &Diagnostic) -> RuleText {
    let (name, code) = (diagnostic.name(), diagnostic.kind.code);
    RuleText {
        name: name.to_owned(),
        code: code.to_owned(),
        summary: format!("{} ({code}).", name.replace('-', " ")),
        page: format!("The message of each result says what to do about `{name}`."),
        uri: None,
        level: Some(Severity::Error),
        tags: Vec::new(),
    }
}

fn rule(rule: &RuleText) -> Value {
    let tags = ["configuration", "gitops"].into_iter().chain(rule.tags.iter().map(String::as_str));
    let level = rule.level.map_or("none", word);
    let mut declared = json!({
        "id": rule.name,
        "name": pascal(&rule.name),
        "shortDescription": { "text": clean::lines(&rule.summary, 1000) },
        "fullDescription": { "text": clean::lines(&rule.summary, 1000) },
        "help": { "text": clean::lines(&rule.page, 8000), "markdown": clean::lines(&rule.page, 8000) },
        "defaultConfiguration": { "enabled": rule.level.is_some(), "level": level },
        "properties": { "code": rule.code, "precision": "very-high", "tags": tags.collect::<Vec<_>>() },
    });
    if let (Some(uri), Some(fields)) = (&rule.uri, declared.as_object_mut()) {
        fields.insert("helpUri".to_owned(), json!(uri));
    }
    declared
}

fn result(
    diagnostic: &Diagnostic,
    rule: usize,
    seen: &mut Fingerprints,
    sources: &SourceMap,
    options: &RenderOptions,
) -> Value {
    let mut result = json!({
        "ruleId": diagnostic.name(),
        "ruleIndex": rule,
        "level": word(diagnostic.severity),
        "message": { "text": text(diagnostic) },
        "locations": [location(diagnostic, sources, options)],
    });
    let mut add = |key: &str, value: Value| {
        if let Some(fields) = result.as_object_mut() {
            fields.insert(key.to_owned(), value);
        }
    };
    if !diagnostic.secondary.is_empty() {
        add("relatedLocations", related(diagnostic, sources, options));
    }
    let hash = seen.next(diagnostic, sources);
    add("partialFingerprints", json!({ "primaryLocationLineHash": &hash, "dvgenDiagnostic/v1": &hash }));
    if let Some(fix) = &diagnostic.fix {
        add("fixes", json!([fix_of(fix, sources, options)]));
    }
    result
}

/// Returns message, why and help; the first sentence is the title that GitHub shows.
fn text(diagnostic: &Diagnostic) -> String {
    let mut text = format!("{}.", clean::lines(&diagnostic.message, 4000));
    let label = diagnostic.primary.as_ref().map(|label| ("Here", &label.text)).filter(|(_, text)| !text.is_empty());
    let why = diagnostic.why.as_ref().map(|why| ("Why", why));
    for (head, part) in label.into_iter().chain(why).chain(diagnostic.help.iter().map(|help| ("Help", help))) {
        let _ = write!(text, "\n\n{head}: {}", clean::lines(part, 4000));
    }
    text
}

/// Returns the place; GitHub refuses a result without one, so a problem of no place is shown where the spec begins.
fn location(diagnostic: &Diagnostic, sources: &SourceMap, options: &RenderOptions) -> Value {
    let start = LineColumn { line: 1, column: 1 };
    let nowhere = || Place { path: place::path(options, "platform.yaml"), bytes: 0..0, from: start, to: start };
    let label = diagnostic.primary.as_ref();
    physical(&label.map_or_else(nowhere, |label| Place::shown(sources, options, label.span)))
}

fn related(diagnostic: &Diagnostic, sources: &SourceMap, options: &RenderOptions) -> Value {
    let locations = diagnostic.secondary.iter().enumerate().map(|(at, label)| {
        let mut location = physical(&Place::shown(sources, options, label.span));
        let text = if label.text.is_empty() { "see also" } else { label.text.as_str() };
        if let Some(fields) = location.as_object_mut() {
            fields.insert("id".to_owned(), json!(at + 1));
            fields.insert("message".to_owned(), json!({ "text": clean::lines(text, 4000) }));
        }
        location
    });
    locations.collect()
}

fn physical(place: &Place) -> Value {
    json!({ "physicalLocation": { "artifactLocation": artifact(&place.path), "region": region(place) } })
}

fn artifact(path: &str) -> Value {
    json!({ "uri": uri(path) })
}

fn region(place: &Place) -> Value {
    json!({
        "startLine": place.from.line,
        "startColumn": place.from.column,
        "endLine": place.to.line,
        "endColumn": place.to.column,
    })
}

fn fix_of(fix: &Fix, sources: &SourceMap, options: &RenderOptions) -> Value {
    let mut files: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for edit in &fix.edits {
        let place = Place::exact(sources, options, edit.span);
        let mut replacement = json!({ "deletedRegion": region(&place) });
        if let Some(fields) = replacement.as_object_mut().filter(|_| !edit.text.is_empty()) {
            fields.insert("insertedContent".to_owned(), json!({ "text": edit.text }));
        }
        files.entry(place.path).or_default().push(replacement);
    }
    let changes =
        files.iter().map(|(path, edits)| json!({ "artifactLocation": artifact(path), "replacements": edits }));
    json!({ "description": { "text": format!("{}.", fix.title) }, "artifactChanges": changes.collect::<Vec<_>>() })
}

/// Returns a path as a URI reference (RFC 3986): what is neither unreserved nor `/` is percent-encoded.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    if path.starts_with('/') {
        out.push_str("file://");
    }
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Returns `VipInPool` for `vip-in-pool`.
fn pascal(name: &str) -> String {
    let word = |word: &str| {
        let mut chars = word.chars();
        chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect::<String>()
    };
    name.split('-').map(word).collect()
}
