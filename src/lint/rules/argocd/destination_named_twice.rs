//! Destinations with two names.

use super::application::spec;
use crate::diag::{Diagnostic, Kind};
use crate::lint::Object;
use crate::lint::rule::{Check, rule};

rule! {
    /// The destination of an Application has both a name and a server.
    ///
    /// ## What it does
    ///
    /// Looks at `destination` of Applications and ApplicationSets among the manifests.
    ///
    /// ## Why it matters
    ///
    /// Argo CD refuses the Application: it cannot tell which cluster is meant.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// destination: { name: in-cluster, server: https://kubernetes.default.svc, namespace: web }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// destination: { server: https://kubernetes.default.svc, namespace: web }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Declarative Setup.
    pub(super) static RULE = Kind::new("destination-named-twice", "DV1304"), Argocd, Error, fix: None, Check::Object(check);
}

fn check(object: &Object<'_>, out: &mut Vec<Diagnostic>) {
    let Some(destination) = spec(object).and_then(|spec| spec.at(&["destination"])) else { return };
    let field = |name: &str| destination.at(&[name]).filter(|doc| doc.as_str().is_some_and(|text| !text.is_empty()));
    let (Some(name), Some(server)) = (field("name"), field("server")) else { return };
    let (Some(here), Some(there)) = (object.line(name), object.line(server)) else { return };
    let problem = RULE
        .at(here, format!("the destination of {} has a name and a server", object.shown()))
        .related(there, "the server")
        .why("Argo CD refuses the Application, because it cannot tell which cluster is meant")
        .help("keep one of the two");
    out.push(problem);
}
