//! Projects that do not exist.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, Kind, Spelling, did_you_mean};
use crate::doc::Doc;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// An Application is in a project that does not exist.
    ///
    /// ## What it does
    ///
    /// Compares `project` of Applications and ApplicationSets among the manifests with the projects that dvgen makes, with
    /// AppProjects among the manifests, and with `default`.
    ///
    /// ## Why it matters
    ///
    /// Argo CD refuses the Application, and deploys nothing of it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Application
    /// spec: { project: infrastucture }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Application
    /// spec: { project: infrastructure }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Projects.
    pub(super) static RULE = Kind::new("unknown-project", "DV1317"), Argocd, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    let users: Vec<_> =
        ["Application", "ApplicationSet"].into_iter().flat_map(|kind| subject.objects_of(kind)).collect();
    if users.is_empty() {
        return;
    }
    let own = platform.components.iter().map(|component| platform.environment_name(&component.project.value));
    let mut known: BTreeSet<String> = own.chain(["default".to_owned()]).collect();
    known.extend(subject.objects_of("AppProject").map(|(_, object)| object.name.to_string()));
    let mut spelling = Spelling::default();
    for (at, object) in users {
        let path: &[&str] = match &*object.kind {
            "Application" => &["spec", "project"],
            _ => &["spec", "template", "spec", "project"],
        };
        let Some(project) = object.doc.at(path) else { continue };
        let Some(name) = project.as_str().filter(|name| !known.contains(*name) && !name.contains("{{")) else {
            continue;
        };
        let Some(span) = subject.facts.get(at).and_then(|facts| facts.line(project.origin)) else { continue };
        let mut problem = RULE
            .at(span, format!("there is no project `{name}`"))
            .why(format!("Argo CD refuses {} `{}`, and deploys nothing of it", object.kind, object.name));
        let names = spelling.look(known.iter().map(String::as_str));
        problem.help.extend(names.and_then(|names| did_you_mean(name, names)));
        let component = subject.component(at);
        out.push(component.into_iter().fold(problem, |problem, component| problem.about(&component.name.value)));
    }
}

/// Returns the list of a project.
pub(super) fn list<'a>(project: &'a Doc, name: &str) -> impl Iterator<Item = &'a Doc> {
    project.at(&["spec", name]).and_then(Doc::as_list).into_iter().flatten()
}
