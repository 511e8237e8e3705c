//! Objects whose removal removes data.

use crate::diag::{Diagnostic, Kind};
use crate::doc::Doc;
use crate::lint::ComponentFacts;
use crate::lint::facts::ObjectFact;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// A namespace, volume claim or definition is pruned as soon as it leaves Git.
    ///
    /// ## What it does
    ///
    /// Looks at Namespaces, PersistentVolumeClaims and CustomResourceDefinitions among the manifests of Applications that
    /// prune, for `Prune=false` or `Prune=confirm`. Namespaces that dvgen makes have it.
    ///
    /// ## Why it matters
    ///
    /// With a namespace goes everything in it, with a claim its data, with a definition all objects of the kind. A renamed
    /// file is enough.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: PersistentVolumeClaim
    /// metadata: { name: models }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: PersistentVolumeClaim
    /// metadata: { name: models, annotations: { argocd.argoproj.io/sync-options: Prune=false } }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Sync Options (No Prune Resources); argoproj/argo-cd#22607.
    pub(super) static RULE = Kind::new("pruned-namespace-or-volume", "DV1313"), Argocd, Warn, fix: None,
        Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (at, facts) in subject.facts.iter().enumerate() {
        let (Some(component), Some(application)) = (subject.component(at), &facts.application) else { continue };
        let kept = application.has("Prune=false") || application.has("Prune=confirm");
        if application.prune && !kept {
            let found = facts.objects.iter().filter_map(|object| finding(facts, object));
            out.extend(found.map(|problem| problem.about(&component.name.value)));
        }
    }
}

fn finding(facts: &ComponentFacts, object: &ObjectFact) -> Option<Diagnostic> {
    let lost = match &*object.kind {
        "Namespace" => "everything in it goes with it",
        "PersistentVolumeClaim" => "its data goes with it",
        "CustomResourceDefinition" => "all objects of the kind go with it",
        _ => return None,
    };
    let annotation = |name: &str| object.doc.at(&["metadata", "annotations", name]).and_then(Doc::as_str);
    let options = annotation("argocd.argoproj.io/sync-options").unwrap_or_default();
    let kept = options.contains("Prune=false") || options.contains("Prune=confirm");
    if kept || annotation("helm.sh/resource-policy") == Some("keep") || !facts.is_written(object.doc.origin) {
        return None;
    }
    let span = facts.line_at(object, &[&["metadata", "name"]])?;
    let problem = RULE
        .at(span, format!("{} `{}` is deleted as soon as it leaves Git", object.kind, object.name))
        .why(format!("the Application prunes, and {lost}: a renamed file or a wrong path is enough"))
        .help("annotate it with `argocd.argoproj.io/sync-options: Prune=false`, or `Prune=confirm` to be asked");
    Some(problem)
}
