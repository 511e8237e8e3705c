//! What `dvgen diff` calls routine, in Renovate's words: what people let a bot do by itself is for no more than that.
//!
//! The kinds of step are those of the rules `chart-version`, `image-version` and `tool-version`. Renovate's majors of years
//! and what it knows of no version stay outside: here to be careful costs a look, and no more.

use super::{Doc, OriginId, Origins, Source, free, list, lit, map, sorted};
use crate::diag::{Diagnostic, did_you_mean};
use crate::doc::Value;
use crate::yaml::{NodeKind, UNKNOWN_FIELD, WRONG_TYPE};

/// The field of the spec; Renovate has none of this name.
pub(super) const FIELD: &str = "routine";

/// Some fields that people use here, for suggestions.
const USUAL: [&str; 9] = [
    "addLabels",
    "automerge",
    "automergeType",
    "groupName",
    "labels",
    "minimumReleaseAge",
    "platformAutomerge",
    "reviewers",
    "schedule",
];

/// One kind of step that is routine.
struct Step {
    about: &'static str,
    types: &'static str,
    /// Where it is released.
    sources: &'static [&'static str],
    /// The version that it starts from, where that matters.
    from: Option<&'static str>,
}

const STEPS: [Step; 3] = [
    // Plugins and the like have datasources of their own; no rule knows them, so that they are no routine.
    Step { about: "Routine to dvgen diff: a patch", types: "patch", sources: &["!/^custom\\./"], from: None },
    Step {
        about: "Routine to dvgen diff: a minor step of a chart or an image, from 1.0 on",
        types: "minor",
        sources: &["helm", "docker"],
        from: Some("!/^v?0\\./"),
    },
    Step {
        about: "Routine to dvgen diff: the same version of an image, built anew",
        types: "digest",
        sources: &["docker"],
        from: None,
    },
];

/// Returns the rules with what the spec says of routine steps. `files` are patterns of the files of the spec.
pub(super) fn rules(source: &Source<'_>, origins: &mut Origins, files: &[String]) -> Vec<Doc> {
    let field = source.platform.renovate.as_ref().and_then(|fields| fields.get(FIELD));
    let Some(written) = field.and_then(|named| named.value.as_ref()) else { return Vec::new() };
    let NodeKind::Mapping(_) = written.value.kind else { return Vec::new() };
    let own = sorted(free::doc(origins, &written.value, "renovate"));
    let here = own.origin;
    STEPS.iter().map(|step| rule(step, &own, files, here)).collect()
}

fn rule(step: &Step, own: &Doc, files: &[String], here: OriginId) -> Doc {
    let mut rule = map(
        here,
        [
            ("description", list(here, [lit(here, step.about)])),
            ("matchFileNames", list(here, files.iter().map(|file| Doc::str(file.clone(), here)))),
            ("matchUpdateTypes", list(here, [lit(here, step.types)])),
            ("matchDatasources", list(here, step.sources.iter().map(|name| lit(here, name)))),
        ],
    );
    if let Some(from) = step.from {
        rule.merge(map(here, [("matchCurrentVersion", lit(here, from))]));
    }
    if let (Value::Map(rule), Value::Map(own)) = (&mut rule.value, &own.value) {
        for (key, value) in own.iter().filter(|(key, _)| !decided(&key.text)) {
            rule.set(key.text.clone(), value.clone());
        }
    }
    rule
}

/// Returns whether dvgen itself decides a field of these rules.
fn decided(field: &str) -> bool {
    matches!(field, "description" | "matchFileNames" | "matchUpdateTypes" | "matchDatasources" | "matchCurrentVersion")
}

/// Reports what cannot be said of routine steps.
pub(super) fn problems(source: &Source<'_>, out: &mut Vec<Diagnostic>) {
    let field = source.platform.renovate.as_ref().and_then(|fields| fields.get(FIELD));
    let Some(written) = field.and_then(|named| named.value.as_ref()) else { return };
    let NodeKind::Mapping(mapping) = &written.value.kind else {
        let message = "`renovate.routine` has to be a map of Renovate's fields".to_owned();
        let problem = Diagnostic::error(WRONG_TYPE, written.value.span, message)
            .why("it says what the bot does with the updates that `dvgen diff` calls routine")
            .help("for example `routine: { groupName: routine updates, schedule: [before 6am on monday] }`");
        out.push(problem);
        return;
    };
    for entry in mapping.entries.iter().filter(|entry| decided(&entry.key.text)) {
        let message = format!("`{}` cannot be written under `renovate.routine`", entry.key.text);
        let problem = Diagnostic::error(UNKNOWN_FIELD, entry.key.span, message)
            .why("which updates are routine is what `dvgen diff` says, so dvgen writes this field itself")
            .help("write a rule of your own under `renovate.packageRules`, or narrow this one, for example by `matchPackageNames`");
        out.push(did_you_mean(&entry.key.text, USUAL).into_iter().fold(problem, Diagnostic::help));
    }
}
