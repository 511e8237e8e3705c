//! The first lines of a file in a framework's form: what it says that it is.

use crate::diag::{Diagnostic, is_slip, nearest};
use crate::spec::{API_VERSION, INCLUDE, Platform};
use crate::yaml::{Entry, Mapping, UNKNOWN_FIELD};

/// What a composition says that it is.
const KIND: &str = "Composition";

/// The version that frameworks write, and that dvgen writes for them.
const VERSION: &str = "v1";

/// A file with `spec` says what it is: a manifest of something else is no composition.
pub(super) fn check(root: &Mapping, out: &mut Vec<Diagnostic>) {
    let text = |name: &str| root.get(name).and_then(|entry| Some((&**entry.value.as_scalar()?, entry.value.span)));
    if let Some((word, span)) = text("kind").filter(|(word, _)| *word != KIND) {
        let message = format!("a file of kind `{word}` cannot be included");
        let problem = Diagnostic::error(INCLUDE, span, message);
        out.push(if is_slip(word, KIND) {
            problem.help(format!("did you mean `{KIND}`?")).fix(true, format!("change to `{KIND}`"), span, KIND)
        } else {
            problem.why("its `spec` is read as that of a composition").help(
                "include sections of the spec, or compositions; manifests are named by a component: `manifests: […]`",
            )
        });
        return;
    }
    let own = |version: &str| version == VERSION || version.starts_with("dvgen.dev/");
    if let Some((version, span)) = text("apiVersion").filter(|(version, _)| !own(version)) {
        let message = format!("`{version}` is not a version of compositions that dvgen knows");
        let problem = Diagnostic::error(API_VERSION, span, message);
        let problem = problem.why("what its fields mean in another version is not known here");
        out.push(problem.help(format!("write `apiVersion: {VERSION}`")));
    }
}

/// Gives the parts of the form their names where they are misspelt, so that what stands below them is read.
pub(super) fn respell(root: &mut Mapping, out: &mut Vec<Diagnostic>) {
    let is_composition = root.get("kind").and_then(|entry| entry.value.as_scalar()).is_some_and(|kind| &**kind == KIND);
    let present = ["composition", "plugin_security", "spec"].map(|name| (name, root.get(name).is_some()));
    for entry in &mut root.entries {
        if Platform::FIELDS.contains(&&*entry.key.text) {
            continue;
        }
        let near = |(name, is_there): &(&'static str, bool)| {
            let fits = match *name {
                "composition" => is_one(entry),
                "spec" => is_composition,
                _ => true,
            };
            let slip = nearest(&entry.key.text, [*name]).is_some();
            !is_there && fits && slip && entry.value.as_mapping().is_some()
        };
        let Some((name, _)) = present.iter().find(|part| near(part)).copied() else { continue };
        let message = format!("`{}` is not a part of the file of a framework", entry.key.text);
        let problem = Diagnostic::error(UNKNOWN_FIELD, entry.key.span, message).help(format!("did you mean `{name}`?"));
        out.push(problem.fix(true, format!("rename to `{name}`"), entry.key.span, name));
        entry.key.text = name.into();
    }
}

/// Returns whether something is one composition, and no map of several.
fn is_one(entry: &Entry) -> bool {
    entry
        .value
        .as_mapping()
        .is_some_and(|fields| fields.get("name").is_some_and(|name| name.value.as_scalar().is_some()))
}
