//! What the rules about Applications have in common.

use crate::doc::Doc;
use crate::lint::Object;
use crate::lint::facts::ObjectFact;
use crate::lint::subject::Subject;

/// Returns the spec of the Application that an object is, or that an `ApplicationSet` makes.
pub(super) fn spec<'a>(object: &Object<'a>) -> Option<&'a Doc> {
    spec_of(object.api_version, object.kind, object.document.doc)
}

/// Returns the same of an object that is kept.
pub(super) fn kept(object: &ObjectFact) -> Option<&Doc> {
    spec_of(&object.api_version, &object.kind, &object.doc)
}

fn spec_of<'a>(api_version: &str, kind: &str, doc: &'a Doc) -> Option<&'a Doc> {
    if !api_version.starts_with("argoproj.io/") {
        return None;
    }
    match kind {
        "Application" => doc.at(&["spec"]),
        "ApplicationSet" => doc.at(&["spec", "template", "spec"]),
        _ => None,
    }
}

/// Iterates over the Applications and `ApplicationSets` among the manifests, each with the index of its facts.
pub(super) fn applications<'a>(subject: &Subject<'a>) -> impl Iterator<Item = (usize, &'a ObjectFact)> {
    ["Application", "ApplicationSet"].into_iter().flat_map(|kind| subject.objects_of(kind))
}

/// Returns the generators of an `ApplicationSet` that read git, also where they stand in others.
pub(super) fn git_generators(object: &Doc) -> Vec<&Doc> {
    let mut found = Vec::new();
    let mut left: Vec<&Doc> = list(object, &["spec", "generators"]).collect();
    while let Some(generator) = left.pop() {
        found.extend(generator.at(&["git"]));
        left.extend(["matrix", "merge"].into_iter().flat_map(|kind| list(generator, &[kind, "generators"])));
    }
    found
}

/// Iterates over the list at a path.
pub(super) fn list<'a>(doc: &'a Doc, path: &[&str]) -> impl Iterator<Item = &'a Doc> + use<'a> {
    doc.at(path).and_then(Doc::as_list).into_iter().flatten()
}

/// Returns the sources of an Application, whether it has one or several.
pub(super) fn sources(spec: &Doc) -> impl Iterator<Item = &Doc> {
    let several = spec.at(&["sources"]).and_then(Doc::as_list);
    several.into_iter().flatten().chain(spec.at(&["source"]))
}

/// Returns a text of a map that is not made out of parameters.
pub(super) fn text<'a>(doc: &'a Doc, path: &[&str]) -> Option<(&'a str, &'a Doc)> {
    let doc = doc.at(path)?;
    Some((doc.as_str().filter(|text| !text.contains("{{"))?, doc))
}
