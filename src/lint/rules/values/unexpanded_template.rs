//! Templates that nobody expands.

use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Value};
use crate::lint::facts::Object;
use crate::lint::rule::{Check, rule};

rule! {
    /// A manifest holds a template of Helm that nobody expands.
    ///
    /// ## What it does
    ///
    /// Looks for `{{ .Values…`, `{{ .Release…`, `{{ .Chart…` and `{{ include…` in the files of `manifests:`, but for the data of
    /// ConfigMaps and Secrets, and for objects of tools that expand templates themselves.
    ///
    /// ## Why it matters
    ///
    /// The text is sent to the server as it stands: it is refused, or becomes a name or an image that nobody has.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Deployment
    /// metadata: { name: "{{ .Release.Name }}-web" }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Deployment
    /// metadata: { name: shop-web }
    /// ```
    ///
    /// ## Source
    ///
    /// Helm, Chart Template Guide.
    pub(super) static RULE = Kind::new("unexpanded-template", "DV1509"), Values, Warn, fix: None, Check::Object(check);
}

fn check(object: &Object<'_>, out: &mut Vec<Diagnostic>) {
    let tools = ["argoproj.io", "fluxcd.io", "helm.cattle.io", "crossplane.io", "kyverno.io"];
    if tools.iter().any(|tool| object.api_version.split('/').next().is_some_and(|group| group.ends_with(tool))) {
        return;
    }
    let Some(map) = object.document.doc.as_map() else { return };
    for (key, value) in map.iter().filter(|(key, _)| !matches!(&*key.text, "data" | "stringData" | "binaryData")) {
        walk(object, &key.text, value, out);
    }
}

const OPEN: [&str; 4] = [".Values.", ".Release.", ".Chart.", "include \""];

/// Deeper documents are refused where they are read.
fn walk(object: &Object<'_>, key: &str, doc: &Doc, out: &mut Vec<Diagnostic>) {
    match &doc.value {
        Value::Map(map) => map.iter().for_each(|(key, value)| walk(object, &key.text, value, out)),
        Value::List(items) => items.iter().for_each(|item| walk(object, key, item, out)),
        Value::Str(text) if text.contains("{{") && !text.contains('\n') => {
            let inner = text.split("{{").skip(1).filter_map(|rest| rest.split("}}").next());
            let found = inner.map(|inner| inner.trim_start_matches('-').trim());
            if !found
                .into_iter()
                .any(|inner| OPEN.iter().any(|open| inner.starts_with(open) || inner.contains(&format!(" {open}"))))
            {
                return;
            }
            let Some(span) = object.line(doc) else { return };
            let problem = RULE
                .at(span, format!("nobody expands the template in `{key}` of `{}`", object.shown()))
                .why("a manifest goes to the server as it stands")
                .help("write what it stands for, or make a chart of it");
            out.push(match object.document.component {
                Some(component) => problem.about(&component.name.value),
                None => problem,
            });
        }
        _ => {}
    }
}
