//! Sync options that Argo CD does not have.

use super::application::spec;
use crate::diag::{Diagnostic, Kind, did_you_mean};
use crate::doc::Doc;
use crate::lint::Object;
use crate::lint::rule::{Check, rule};
use crate::lint::rules::order::hooks::items;

rule! {
    /// A sync option does not exist, has no such value, or does not count where it stands.
    ///
    /// ## What it does
    ///
    /// Compares `syncOptions` of Applications and the annotation `argocd.argoproj.io/sync-options` of objects with the options
    /// of Argo CD at its version. Upper and lower case count.
    ///
    /// ## Why it matters
    ///
    /// Argo CD ignores an option that it does not know, and says nothing.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// application: { spec: { syncPolicy: { syncOptions: [CreateNameSpace=true] } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// application: { spec: { syncPolicy: { syncOptions: [CreateNamespace=true] } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Sync Options.
    pub(super) static RULE = Kind::new("unknown-sync-option", "DV1321"), Argocd, Error, fix: Safe, Check::Object(check);
}

/// Where an option counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Application,
    Both,
}

/// A name, its values, where it counts, and since which version of Argo CD for a whole Application.
type Known = (&'static str, &'static [&'static str], At, (u64, u64));

/// The options, their values, where they count, and since when for a whole Application (Argo CD, Sync Options).
const OPTIONS: [Known; 14] = [
    ("ApplyOutOfSyncOnly", FLAG, At::Application, (2, 0)),
    ("ClientSideApplyMigration", FLAG, At::Both, (3, 3)),
    ("CreateNamespace", FLAG, At::Application, (1, 7)),
    ("Delete", &["true", "false", "confirm"], At::Both, (3, 4)),
    ("FailOnSharedResource", FLAG, At::Application, (2, 2)),
    ("Force", FLAG, At::Both, (2, 12)),
    ("Prune", &["true", "false", "confirm"], At::Both, (3, 4)),
    ("PruneLast", FLAG, At::Both, (2, 0)),
    ("PrunePropagationPolicy", &["foreground", "background", "orphan"], At::Application, (2, 0)),
    ("Replace", FLAG, At::Both, (2, 0)),
    ("RespectIgnoreDifferences", FLAG, At::Application, (2, 3)),
    ("ServerSideApply", FLAG, At::Both, (2, 5)),
    ("SkipDryRunOnMissingResource", FLAG, At::Both, (1, 5)),
    ("Validate", FLAG, At::Both, (1, 2)),
];

const FLAG: &[&str] = &["true", "false"];

fn check(object: &Object<'_>, out: &mut Vec<Diagnostic>) {
    let options = spec(object).and_then(|spec| spec.at(&["syncPolicy", "syncOptions"])).and_then(Doc::as_list);
    for option in options.into_iter().flatten() {
        let Some(text) = option.as_str().filter(|text| !text.contains("{{")) else { continue };
        out.extend(judge(object, option, text, At::Application, true));
    }
    let Some(annotation) = object.at(&["metadata", "annotations", "argocd.argoproj.io/sync-options"]) else { return };
    let Some(all) = annotation.as_str().filter(|text| !text.contains("{{")) else { return };
    for text in items(all) {
        out.extend(judge(object, annotation, text, At::Both, text == all));
    }
}

/// Judges one option; `alone` is whether the place holds nothing else.
fn judge(object: &Object<'_>, doc: &Doc, text: &str, at: At, alone: bool) -> Option<Diagnostic> {
    let span = object.line(doc)?;
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let Some((_, values, counts, since)) = OPTIONS.iter().find(|(known, ..)| *known == name) else {
        let mut problem = RULE.at(span, format!("Argo CD has no sync option `{name}`")).why(IGNORED);
        problem.help.extend(did_you_mean(name, OPTIONS.map(|(known, ..)| known)));
        let right = OPTIONS.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name.trim()));
        let right = right.filter(|_| alone && object.document.is_written(doc.origin));
        return Some(match right {
            Some((right, ..)) => {
                let right = format!("{right}={}", value.trim());
                problem.fix(true, format!("write `{right}`"), span, right)
            }
            None => problem,
        });
    };
    if !values.contains(&value) {
        let message = match value {
            "" => format!("sync option `{name}` needs a value"),
            _ => format!("sync option `{name}` has no value `{value}`"),
        };
        let list: Vec<String> = values.iter().map(|value| format!("`{name}={value}`")).collect();
        return Some(RULE.at(span, message).why(IGNORED).help(format!("write {}", list.join(" or "))));
    }
    if at == At::Both && *counts == At::Application {
        let message = format!("sync option `{name}` does not count on a single object");
        let help = "write it under `application: { spec: { syncPolicy: { syncOptions: […] } } }` of the component";
        return Some(RULE.at(span, message).why("Argo CD reads it only from the Application").help(help));
    }
    let version =
        object.document.platform.argocd_version().filter(|version| at == At::Application && version < since)?;
    let (major, minor) = since;
    let message =
        format!("sync option `{name}` came with Argo CD {major}.{minor}, and this is {}.{}", version.0, version.1);
    Some(RULE.at(span, message).why(IGNORED).help("raise the version of Argo CD, or remove the option"))
}

const IGNORED: &str = "Argo CD ignores an option that it does not know, and says nothing";
