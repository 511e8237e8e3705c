//! Applications whose deletion takes the whole platform along.

use crate::diag::{Diagnostic, Kind};
use crate::doc::Doc;
use crate::lint::Object;
use crate::lint::rule::{Check, rule};
use crate::source::Origin;

rule! {
    /// An Application that holds other ones takes all that they deployed along when it is deleted.
    ///
    /// ## What it does
    ///
    /// Looks at Applications of manifests that deploy a folder to the namespace of Argo CD, as one that holds Applications does,
    /// and carry the finalizer `resources-finalizer.argocd.argoproj.io`. The folder may hold something else: so it is off unless
    /// a platform asks for it.
    ///
    /// ## Why it matters
    ///
    /// Whoever deletes it, to make it anew or by a slip, deletes every Application below it, and with them every workload.
    /// dvgen's own root has no such finalizer for this reason.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Application
    /// metadata: { name: team, finalizers: [resources-finalizer.argocd.argoproj.io] }
    /// spec: { destination: { namespace: argocd }, source: { path: team/apps } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Application
    /// metadata: { name: team }
    /// spec: { destination: { namespace: argocd }, source: { path: team/apps } }
    /// ```
    ///
    /// ## Source
    ///
    /// argoproj/argo-cd, issue 6046.
    pub(super) static RULE = Kind::new("cascade-finalizer", "DV1323"), Argocd, Off, fix: None, Check::Object(check);
}

/// The finalizer; a word behind it says how what is deployed is deleted.
const FINALIZER: &str = "resources-finalizer.argocd.argoproj.io";

fn check(object: &Object<'_>, out: &mut Vec<Diagnostic>) {
    if object.kind != "Application" || !object.api_version.starts_with("argoproj.io/") {
        return;
    }
    let Some(component) = object.document.component else { return };
    let finalizers = object.at(&["metadata", "finalizers"]).and_then(Doc::as_list).into_iter().flatten();
    let is_cascade = |doc: &&Doc| doc.as_str().is_some_and(|word| word.split('/').next() == Some(FINALIZER));
    // What dvgen makes of the spec has it where it should.
    let by_hand =
        |doc: &&Doc| matches!(object.document.origins.get(doc.origin), Origin::Written { what: "manifest", .. });
    let Some(finalizer) = finalizers.filter(by_hand).find(is_cascade) else {
        return;
    };
    let one = object.at(&["spec", "source"]).into_iter();
    let many = object.at(&["spec", "sources"]).and_then(Doc::as_list).into_iter().flatten();
    let folder = one.chain(many).find_map(|source| source.at(&["path"]));
    let place = object.at(&["spec", "destination", "namespace"]);
    let argocd = object.document.platform.argocd_namespace();
    let Some(place) = place.filter(|place| place.as_str() == Some(&*argocd.value) && folder.is_some()) else { return };
    let Some(span) = object.line(finalizer) else { return };
    let mut problem = RULE
        .at(span, format!("deleting {} deletes the Applications in it, and all that they deployed", object.shown()))
        .why("it is done in a second, by whoever makes the Application anew, and cannot be undone")
        .help("remove the finalizer here; the Applications below keep theirs")
        .about(&component.name.value);
    if let Some(there) = object.line(place) {
        problem = problem.related(there, "here Applications live");
    }
    out.push(problem);
}
