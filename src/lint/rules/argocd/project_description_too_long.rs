//! Descriptions of projects.

use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Value, joined};
use crate::lint::Object;
use crate::lint::rule::{Check, rule};

rule! {
    /// The description of a project has more than 255 bytes.
    ///
    /// ## What it does
    ///
    /// Counts the bytes of `description` in AppProjects among the manifests. Those that dvgen makes are short.
    ///
    /// ## Why it matters
    ///
    /// The API server refuses the project, and with it all its Applications. Letters outside of ASCII have two bytes and
    /// more, Chinese ones three.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: AppProject
    /// spec: { description: "… a long text of three lines …" }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: AppProject
    /// spec: { description: Applications of team A }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, the definition of AppProject (`maxLength: 255`).
    pub(super) static RULE = Kind::new("project-description-too-long", "DV1312"), Argocd, Error, fix: None,
        Check::Object(check);
}

const MOST: usize = 255;

fn check(object: &Object<'_>, out: &mut Vec<Diagnostic>) {
    if object.kind != "AppProject" || !object.api_version.starts_with("argoproj.io/") {
        return;
    }
    let Some(description) = object.at(&["spec", "description"]) else { return };
    let bytes = length(description);
    let Some(span) = object.line(description).filter(|_| bytes > MOST) else { return };
    let problem = RULE
        .at(span, format!("the description of project `{}` has {bytes} bytes, and {MOST} are allowed", object.name))
        .why("the API server refuses the project, and Argo CD all its Applications")
        .help("say it in one short sentence; letters outside of ASCII count as two to four bytes");
    out.push(problem);
}

fn length(doc: &Doc) -> usize {
    match &doc.value {
        Value::Str(text) => text.len(),
        Value::Text(lines) => joined(lines).len(),
        _ => 0,
    }
}
