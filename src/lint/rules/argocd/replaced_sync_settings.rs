//! Settings that a component needs and that `application:` replaces.

use crate::diag::{Diagnostic, Kind};
use crate::doc::Doc;
use crate::lint::Object;
use crate::lint::facts::ApplicationFact;
use crate::lint::rule::{Check, rule};
use crate::model::Component;
use crate::yaml::{Field, Node};

rule! {
    /// A list under `application:` replaces one that the component needs.
    ///
    /// ## What it does
    ///
    /// Looks at `syncOptions` and `ignoreDifferences` under `application:`. Lists are replaced, not joined, so what the facts
    /// of the component ask for has to be repeated there.
    ///
    /// ## Why it matters
    ///
    /// Without its options the chart does not sync: its definitions are too large for a plain apply, or something in the
    /// cluster changes a field that Argo CD then changes back for ever.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kube-prometheus-stack:
    ///   application: { spec: { syncPolicy: { syncOptions: [PruneLast=true] } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kube-prometheus-stack:
    ///   application: { spec: { syncPolicy: { syncOptions: [PruneLast=true, ServerSideApply=true] } } }
    /// ```
    ///
    /// ## Source
    ///
    /// `sync` in `values/<component>/component.yaml`.
    pub(super) static RULE = Kind::new("replaced-sync-settings", "DV1315"), Argocd, Error, fix: None, Check::Object(check);
}

fn check(object: &Object<'_>, out: &mut Vec<Diagnostic>) {
    let Some(component) = object.document.component.filter(|component| component.application.is_some()) else { return };
    let Some(sync) = component.variant.facts.sync.value() else { return };
    if object.kind != "Application" || !object.document.path.contains("/apps/") {
        return;
    }
    let ignored = sync.ignore_differences.value();
    let mut options: Vec<&str> = Vec::new();
    options.extend((sync.server_side_apply.value() == Some(&true)).then_some("ServerSideApply=true"));
    options.extend(ignored.map(|_| "RespectIgnoreDifferences=true"));
    options.extend(sync.options.value().into_iter().flatten().filter_map(Field::value).map(|option| &**option));
    // Who writes null over the whole policy has been told so.
    let place = object.at(&["spec", "syncPolicy", "syncOptions"]);
    let listed = || place.and_then(Doc::as_list).into_iter().flatten().filter_map(Doc::as_str);
    options.retain(|option| listed().all(|own| own != *option));
    if let Some(list) = place.filter(|_| !options.is_empty()) {
        out.extend(finding(
            object,
            component,
            list,
            &options.iter().map(|o| format!("`{o}`")).collect::<Vec<_>>().join(", "),
        ));
    }
    let text = |entry: &Node, name: &str| entry.get(name).and_then(Node::as_scalar).cloned().unwrap_or_default();
    let there = ignored.map(|_| ApplicationFact::of(object.document.doc)).unwrap_or_default();
    let lost = ignored.and_then(Node::as_sequence).into_iter().flatten().find(|entry| {
        let (group, kind) = (text(entry, "group"), text(entry, "kind"));
        !there.ignored.iter().any(|own| own.group == group && own.kind == kind)
    });
    if let (Some(lost), Some(list)) = (lost, object.at(&["spec", "ignoreDifferences"])) {
        out.extend(finding(object, component, list, &format!("the difference of {}", text(lost, "kind"))));
    }
}

fn finding(object: &Object<'_>, component: &Component, list: &Doc, missing: &str) -> Option<Diagnostic> {
    let span = object.line(list)?;
    let name = &component.name.value;
    let problem = RULE
        .at(span, format!("this list leaves out {missing}, which `{name}` needs"))
        .label("it replaces the list of dvgen")
        .why(format!("`{}` does not sync without it, or is changed back and forth", component.library));
    Some(problem.help("repeat it in the list: lists under `application:` are replaced, not joined"))
}
