//! Options of Renovate with a value that it does not take.

use crate::diag::{Diagnostic, Kind, did_you_mean, nearest};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::spec::scalars::Zone;
use crate::yaml::{Node, NodeKind};

rule! {
    /// An option of Renovate has a value that it does not take.
    ///
    /// ## What it does
    ///
    /// Looks at `renovate`, its `packageRules` and what it says of kinds of updates: the types and the words of common options.
    /// Others are left to Renovate; names that are misspelt are reported by `misspelt-setting`.
    ///
    /// ## Why it matters
    ///
    /// Renovate takes no configuration with a wrong option: it opens an issue, and no update comes any more. A word that is none
    /// of its words, such as an update type, fits nothing, so a rule about it never holds.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// renovate:
    ///   packageRules:
    ///     - { matchUpdateTypes: [patch], automerge: yess }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// renovate:
    ///   packageRules:
    ///     - { matchUpdateTypes: [patch], automerge: true }
    /// ```
    ///
    /// ## Source
    ///
    /// Renovate, "Configuration Options" and "Config validation".
    pub(super) static RULE =
        Kind::new("renovate-option", "DV1713"), Supply, Error, fix: Unsafe, Check::Platform(check);
}

/// What the options take.
const TABLE: &str = include_str!("renovate_options.txt");

/// How deep rules lie in rules.
const DEPTH: u8 = 4;

fn options() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '))
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    // There is one configuration for all environments.
    if subject.platform.is_overlay {
        return;
    }
    for (name, named) in subject.platform.renovate.iter().flatten() {
        if let Some(value) = &named.value {
            option(name, &value.value, 0, out);
        }
    }
}

fn option(name: &str, value: &Node, depth: u8, out: &mut Vec<Diagnostic>) {
    let Some((_, takes)) = options().find(|(known, _)| *known == name) else { return };
    let (kind, words) = takes.split_once(' ').unwrap_or((takes, ""));
    let words: Vec<&str> = words.split(' ').filter(|word| !word.is_empty()).collect();
    match kind {
        "any" => {}
        "words" => out.extend(word(name, value, &words)),
        "wordlist" => {
            for item in value.as_sequence().unwrap_or(std::slice::from_ref(value)) {
                out.extend(word(name, item, &words));
            }
        }
        "zone" => out.extend(zone(name, value)),
        "map" => {
            if !inside(value, depth, out) {
                out.push(wrong(name, value, "a map"));
            }
        }
        "maps" => match value.as_sequence() {
            Some(items) => {
                for item in items {
                    if !inside(item, depth, out) {
                        out.push(wrong(name, item, "a list of maps"));
                    }
                }
            }
            None => out.push(wrong(name, value, "a list of maps")),
        },
        _ => out.extend(scalar(name, value, kind)),
    }
}

/// Judges the options of a map. Returns whether it is one.
fn inside(value: &Node, depth: u8, out: &mut Vec<Diagnostic>) -> bool {
    let Some(mapping) = value.as_mapping() else { return false };
    for entry in mapping.entries.iter().filter(|_| depth < DEPTH) {
        option(&entry.key.text, &entry.value, depth + 1, out);
    }
    true
}

fn zone(name: &str, value: &Node) -> Option<Diagnostic> {
    let text = value.as_scalar().filter(|text| !Zone::exists(text) && !value.is_null())?;
    let problem =
        RULE.at(value.span, format!("`{name}` of Renovate cannot be `{text}`: there is no such time zone")).why(WHY);
    let problem = match Zone::near(text) {
        Some(near) => problem.fix(false, format!("change to `{near}`"), value.span, near),
        None => problem,
    };
    Some(problem.help(Zone::help(text)))
}

fn scalar(name: &str, value: &Node, kind: &str) -> Option<Diagnostic> {
    let text = value.as_scalar().map(|text| &**text);
    let (fits, what) = match kind {
        "bool" => (matches!(text, Some("true" | "false")), "`true` or `false`"),
        "count" => (text.is_some_and(|text| text.parse::<i32>().is_ok()), "a whole number"),
        "text" => (text.is_some(), "a text"),
        _ => {
            let items = value.as_sequence().unwrap_or_default();
            (
                text.is_some() || value.as_sequence().is_some() && items.iter().all(|item| item.as_scalar().is_some()),
                "a list of texts",
            )
        }
    };
    // What is empty takes an option of a preset back.
    let empty = matches!(value.kind, NodeKind::Scalar { .. }) && value.is_null();
    (!fits && !empty).then(|| wrong(name, value, what))
}

fn word(name: &str, value: &Node, words: &[&str]) -> Option<Diagnostic> {
    let text = value.as_scalar()?;
    if words.contains(&&**text) || value.is_null() {
        return None;
    }
    let message = format!("`{name}` of Renovate cannot be `{text}`");
    let mut problem = RULE.at(value.span, message).why(WHY);
    if let Some(near) = nearest(text, words.iter().copied()) {
        problem = problem.fix(false, format!("change to `{near}`"), value.span, near);
    }
    let list = || format!("it takes {}", words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "));
    Some(problem.help(did_you_mean(text, words.iter().copied()).unwrap_or_else(list)))
}

const WHY: &str = "Renovate takes no configuration with it: no update comes any more, not even one of security";

fn wrong(name: &str, value: &Node, what: &str) -> Diagnostic {
    let given = value.as_scalar().map_or_else(|| value.describe().clone(), |text| format!("`{text}`"));
    RULE.at(value.span, format!("`{name}` of Renovate takes {what}, not {given}"))
        .why(WHY)
        .help(format!("write {what}"))
}
