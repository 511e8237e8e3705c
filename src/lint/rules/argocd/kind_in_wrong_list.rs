//! Kinds in the list of a project that does not count for them.

use super::unknown_project::list;
use crate::diag::{Diagnostic, Kind};
use crate::doc::Doc;
use crate::library::kinds::Scope;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// A project allows a kind in the list that does not count for it.
    ///
    /// ## What it does
    ///
    /// Looks at AppProjects among the manifests: kinds with a namespace belong to `namespaceResourceWhitelist`, others to
    /// `clusterResourceWhitelist`. Projects that dvgen makes are derived from what their Applications contain.
    ///
    /// ## Why it matters
    ///
    /// Argo CD looks only into the list that fits, and refuses the object.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: AppProject
    /// spec: { namespaceResourceWhitelist: [{ group: networking.k8s.io, kind: IngressClass }] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: AppProject
    /// spec: { clusterResourceWhitelist: [{ group: networking.k8s.io, kind: IngressClass }] }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Projects.
    pub(super) static RULE = Kind::new("kind-in-wrong-list", "DV1318"), Argocd, Error, fix: None, Check::Platform(check);
}

const LISTS: [(&str, Scope, &str); 4] = [
    ("clusterResourceWhitelist", Scope::Namespaced, "namespaceResourceWhitelist"),
    ("namespaceResourceWhitelist", Scope::Cluster, "clusterResourceWhitelist"),
    ("clusterResourceBlacklist", Scope::Namespaced, "namespaceResourceBlacklist"),
    ("namespaceResourceBlacklist", Scope::Cluster, "clusterResourceBlacklist"),
];

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (at, project) in subject.objects_of("AppProject") {
        for (name, wrong, right) in LISTS {
            for entry in list(&project.doc, name) {
                let text = |key: &str| entry.at(&[key]).and_then(Doc::as_str);
                let (Some(group), Some(kind)) = (text("group"), text("kind")) else { continue };
                if subject.kinds.scope(group, kind) != Some(wrong) {
                    continue;
                }
                let place = entry.at(&["kind"]).map_or(entry.origin, |kind| kind.origin);
                let Some(span) = subject.facts.get(at).and_then(|facts| facts.line(place)) else { continue };
                let is = if wrong == Scope::Cluster { "is in no namespace" } else { "is in a namespace" };
                let problem = RULE
                    .at(span, format!("{kind} {is}: `{name}` of project `{}` does not count for it", project.name))
                    .why("Argo CD looks only into the list that fits the kind")
                    .help(format!("move it to `{right}`"));
                let component = subject.component(at);
                out.push(
                    component.into_iter().fold(problem, |problem, component| problem.about(&component.name.value)),
                );
            }
        }
    }
}
