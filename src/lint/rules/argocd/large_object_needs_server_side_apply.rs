//! Objects that are too large for the annotation of a plain apply.

use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Value};
use crate::lint::facts::ObjectFact;
use crate::lint::rule::{Check, Parameter, Setting, rule};
use crate::lint::subject::Subject;

rule! {
    /// An object is too large to be applied without server-side apply.
    ///
    /// ## What it does
    ///
    /// Measures each manifest as JSON, and looks for `ServerSideApply=true` or `Replace=true` in its Application and in its
    /// own annotations. Charts with large definitions say so in their facts.
    ///
    /// ## Why it matters
    ///
    /// A plain apply keeps the whole object in an annotation, and annotations end at 256 KiB: the sync fails with
    /// "metadata.annotations: Too long".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   dashboards: { manifests: [large-dashboards.yaml] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   dashboards:
    ///     manifests: [large-dashboards.yaml]
    ///     application: { spec: { syncPolicy: { syncOptions: [ServerSideApply=true] } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Sync Options (Server-Side Apply); Kubernetes, ValidateAnnotations.
    pub(super) static RULE = Kind::new("large-object-needs-server-side-apply", "DV1307"), Argocd, Error, fix: None,
        Check::Platform(check), parameters: &[BYTES];
}

const BYTES: Parameter =
    Parameter { name: "bytes", about: "how large the JSON of an object may be", default: Setting::Number(262_144) };

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let most = subject.number(&RULE, BYTES.name);
    for (at, facts) in subject.facts.iter().enumerate() {
        let Some(application) = &facts.application else { continue };
        if application.has("ServerSideApply=true") || application.has("Replace=true") {
            continue;
        }
        for object in &facts.objects {
            let size = json(&object.doc);
            if size > u64::from(most) && !applied_otherwise(object) {
                out.extend(finding(subject, at, object, size));
            }
        }
    }
}

fn applied_otherwise(object: &ObjectFact) -> bool {
    let own = object.doc.at(&["metadata", "annotations", "argocd.argoproj.io/sync-options"]).and_then(Doc::as_str);
    own.is_some_and(|own| own.contains("ServerSideApply=true") || own.contains("Replace=true"))
}

/// Returns about how many bytes a document has as JSON.
fn json(doc: &Doc) -> u64 {
    let length = |text: &str| u64::try_from(text.len()).unwrap_or(u64::MAX) + 2;
    match &doc.value {
        Value::Str(text) => length(text),
        Value::Text(lines) => lines.iter().map(|(line, _)| length(line)).sum(),
        Value::List(items) => items.iter().map(|item| json(item) + 1).sum::<u64>() + 2,
        Value::Map(map) => map.iter().map(|(key, value)| length(&key.text) + json(value) + 2).sum::<u64>() + 2,
        _ => 4,
    }
}

fn finding(subject: &Subject<'_>, at: usize, object: &ObjectFact, size: u64) -> Option<Diagnostic> {
    let component = subject.component(at)?;
    let span = subject.facts.get(at)?.line_at(object, &[&["metadata", "name"]])?;
    let problem = RULE
        .at(span, format!("{} `{}` has {size} bytes, too many for a plain apply", object.kind, object.name))
        .why("a plain apply keeps the whole object in an annotation, and the API server refuses such large ones")
        .help(format!(
            "write `application: {{ spec: {{ syncPolicy: {{ syncOptions: [ServerSideApply=true] }} }} }}` in `{}`",
            component.name.value
        ));
    Some(problem.about(&component.name.value))
}
