//! What the rules about Applications have in common.

use crate::doc::Doc;
use crate::lint::Object;

/// Returns the spec of the Application that an object is, or that an `ApplicationSet` makes.
pub(super) fn spec<'a>(object: &Object<'a>) -> Option<&'a Doc> {
    if !object.api_version.starts_with("argoproj.io/") {
        return None;
    }
    match object.kind {
        "Application" => object.at(&["spec"]),
        "ApplicationSet" => object.at(&["spec", "template", "spec"]),
        _ => None,
    }
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
