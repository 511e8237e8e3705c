//! Access without a name.

use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Value};
use crate::lint::facts::Place;
use crate::lint::rule::{Check, rule};

rule! {
    /// Everybody is let in, and may do too much.
    ///
    /// ## What it does
    ///
    /// Looks in Helm values and manifests for Grafana's anonymous access with a role above Viewer (`auth.anonymous`,
    /// `GF_AUTH_ANONYMOUS_ORG_ROLE`), and for Argo CD's anonymous access (`users.anonymous.enabled`) with a default role.
    ///
    /// ## Why it matters
    ///
    /// Whoever reaches the host can change dashboards and datasources, or deploy; with `exec.enabled` also run commands in pods.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// argocd:
    ///   values:
    ///     configs:
    ///       cm: { users.anonymous.enabled: "true", exec.enabled: "true" }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// flows:
    ///   - auth: { from: argocd, to: keycloak }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, User Management; Grafana, Anonymous authentication.
    pub(super) static RULE = Kind::new("anonymous-admin", "DV1607"), Secrets, Warn, fix: None, Check::Map(|key| KEYS.contains(&key), check);
}

/// The keys that let everybody in.
const KEYS: [&str; 3] = ["users.anonymous.enabled", "auth.anonymous", "GF_AUTH_ANONYMOUS_ENABLED"];

fn check(place: &Place<'_>, out: &mut Vec<Diagnostic>) {
    for (key, value) in place.map.iter() {
        let (what, further) = match &*key.text {
            "users.anonymous.enabled" if is_on(value) => {
                ("Argo CD", place.map.get("exec.enabled").filter(|on| is_on(on)))
            }
            "auth.anonymous" => match role(value, "enabled", "org_role") {
                Some(role) => ("Grafana", Some(role)),
                None => continue,
            },
            "GF_AUTH_ANONYMOUS_ENABLED" if is_on(value) => match above(place.map.get("GF_AUTH_ANONYMOUS_ORG_ROLE")) {
                Some(role) => ("Grafana", Some(role)),
                None => continue,
            },
            _ => continue,
        };
        let here = if &*key.text == "auth.anonymous" {
            further.map_or(value.origin, |role| role.origin)
        } else {
            value.origin
        };
        let message = match what {
            "Grafana" => format!("{what} lets everybody in as {}", further.and_then(Doc::as_str).unwrap_or("Editor")),
            _ => format!("{what} lets everybody in"),
        };
        let Some(mut problem) = place.finding(&RULE, here, message) else { continue };
        if let Some(there) = further.filter(|doc| doc.origin != here).and_then(|doc| place.document.line(doc.origin)) {
            problem =
                problem.related(there, if what == "Grafana" { "with this role" } else { "and runs commands in pods" });
        }
        if let Some(expose) = place.document.component.and_then(|component| component.expose.as_ref())
            && let Some(there) = place.document.line(expose.host.origin)
        {
            problem = problem.related(there, "at this host");
        }
        out.push(
            problem
                .why("whoever reaches the host can change what it holds")
                .help("sign people in with an `auth` flow; let nobody in without a name, or only to look"),
        );
    }
}

fn is_on(value: &Doc) -> bool {
    matches!(value.value, Value::Bool(true)) || value.as_str() == Some("true")
}

/// Returns a role that may change something.
fn above(role: Option<&Doc>) -> Option<&Doc> {
    role.filter(|role| matches!(role.as_str(), Some("Admin" | "Editor")))
}

fn role<'a>(section: &'a Doc, on: &str, role: &str) -> Option<&'a Doc> {
    section.at(&[on]).filter(|on| is_on(on))?;
    above(section.at(&[role]))
}
