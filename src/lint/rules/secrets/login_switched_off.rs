//! Values by which a program lets everybody in.

use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Value};
use crate::library::Facts;
use crate::lint::facts::Document;
use crate::lint::rule::{Check, rule};
use crate::yaml::Field;

rule! {
    /// A value switches off the login of a component.
    ///
    /// ## What it does
    ///
    /// Looks at the values that the facts of a component know to let everybody in (`unlocks` in its `component.yaml`), such as
    /// `api.insecure` of Traefik or a server of Vault in dev mode.
    ///
    /// ## Why it matters
    ///
    /// Such a value is made for a laptop. In a cluster each pod reaches the port, and with an Ingress, a tunnel or a load balancer
    /// everybody does.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// traefik: { version: 41.3.0, values: { api: { insecure: true } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// traefik: { version: 41.3.0 }
    /// ```
    ///
    /// ## Source
    ///
    /// Traefik, API, `insecure`: "not recommended for production"; Argo CD, `server.disable.auth`; Vault, "Dev" server mode.
    pub(super) static RULE = Kind::new("login-switched-off", "DV1690"), Secrets, Warn, fix: None, Check::Values(check);
}

fn check(document: &Document<'_>, out: &mut Vec<Diagnostic>) {
    let Some(component) = document.component else { return };
    let unlocks = component.variant.facts.unlocks.value().into_iter().flatten().filter_map(Field::value);
    for unlock in unlocks {
        let path: Vec<&str> = Facts::words(&unlock.path).collect();
        let Some(found) = document.doc.at(&path).filter(|found| is_on(found)) else { continue };
        let (Some(span), Some(why)) = (document.line(found.origin), unlock.why.value()) else { continue };
        let message = format!("`{}` of `{}` lets everybody in", path.join("."), component.name.value);
        let mut problem = RULE.at(span, message).why(why.to_string());
        if let Some(line) = component.expose.as_ref().and_then(|expose| document.line(expose.host.origin)) {
            problem = problem.related(line, "at this host");
        }
        let help = unlock.help.value().map_or_else(|| "remove it".to_owned(), ToString::to_string);
        out.push(problem.help(help).about(&component.name.value));
    }
}

fn is_on(value: &Doc) -> bool {
    matches!(value.value, Value::Bool(true)) || value.as_str() == Some("true")
}
