//! Objects of custom kinds before the definition of the kind.

use std::collections::BTreeMap;

use super::after::{Order, Pair};
use super::hooks;
use super::moment::{self, Use};
use crate::diag::{Diagnostic, Kind};
use crate::doc::Doc;
use crate::lint::facts::ObjectFact;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// An object of a custom kind is not synced after the definition.
    ///
    /// ## What it does
    ///
    /// Follows each object of the manifests to the CustomResourceDefinition among the manifests of another component, and
    /// compares their waves. Inside one component it compares the phases and waves of the objects. Definitions that facts
    /// announce order their users by themselves.
    ///
    /// ## Why it matters
    ///
    /// Argo CD tries objects before it applies them, and the API server does not know the kind yet: the sync fails with
    /// "no matches for kind".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   widgets: { manifests: [widget-crd.yaml] }
    ///   shop: { manifests: [widget.yaml] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   widgets: { manifests: [widget-crd.yaml] }
    ///   shop: { manifests: [widget.yaml], requires: [widgets] }
    /// ```
    ///
    /// ## Source
    ///
    /// argoproj/argo-cd#1884, #6489; Argo CD, Sync Options.
    pub(super) static RULE = Kind::new("custom-kind-before-definition", "DV1201"), Order, Error, fix: None,
        Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let definitions = definitions(subject);
    if definitions.is_empty() {
        return;
    }
    for (user, facts) in subject.facts.iter().enumerate() {
        let mut own = Vec::new();
        for object in &facts.objects {
            let group = object.api_version.split_once('/').map_or("", |(group, _)| group);
            let Some((provider, definition)) = definitions.get(&(group, &*object.kind)) else { continue };
            if user == *provider {
                own.push(Use { user: object, provider: definition });
                continue;
            }
            let order = Pair { user, provider: *provider }.order(subject);
            // Without the trial Argo CD repeats the sync until the definition is there, if it comes at the same time.
            if order == Order::Kept || (order == Order::Together && skips(facts.application.as_ref(), object)) {
                continue;
            }
            out.extend(finding(subject, Pair { user, provider: *provider }, object, definition));
        }
        let component = subject.component(user).filter(|component| component.by_argocd());
        out.extend(component.into_iter().flat_map(|component| moment::report(&RULE, (component, facts), &own, why)));
    }
}

/// Returns the first definition of each kind among the manifests, by group and kind.
pub(super) fn definitions<'a>(subject: &Subject<'a>) -> BTreeMap<(&'a str, &'a str), (usize, &'a ObjectFact)> {
    let mut all = BTreeMap::new();
    for (at, object) in subject.objects_of("CustomResourceDefinition") {
        let text = |path: &[&str]| object.doc.at(path).and_then(Doc::as_str);
        if let (Some(group), Some(kind)) = (text(&["spec", "group"]), text(&["spec", "names", "kind"])) {
            all.entry((group, kind)).or_insert((at, object));
        }
    }
    all
}

fn skips(application: Option<&crate::lint::facts::ApplicationFact>, object: &ObjectFact) -> bool {
    const SKIP: &str = "SkipDryRunOnMissingResource=true";
    let own = hooks::annotation(&object.doc, "argocd.argoproj.io/sync-options").and_then(Doc::as_str);
    application.is_some_and(|application| application.has(SKIP))
        || own.is_some_and(|own| hooks::items(own).any(|option| option == SKIP))
}

fn why(one: Use<'_>) -> String {
    format!(
        "the API server does not know the kind {} yet, and the sync fails before the definition is applied",
        one.user.kind
    )
}

fn finding(subject: &Subject<'_>, pair: Pair, object: &ObjectFact, definition: &ObjectFact) -> Option<Diagnostic> {
    let (user, provider) = pair.components(subject)?;
    let line = |at: usize, object: &ObjectFact| subject.facts.get(at)?.line_at(object, &[&["kind"]]);
    let (here, there) = (line(pair.user, object)?, line(pair.provider, definition)?);
    let (kind, name, user, provider) = (&object.kind, &object.name, &user.name.value, &provider.name.value);
    let problem = RULE
        .at(here, format!("`{user}` creates {kind} `{name}`, and may be synced before `{provider}` defines the kind"))
        .related(there, format!("`{provider}` defines it"))
        .why("Argo CD tries an object before it applies it, and fails with \"no matches for kind\"")
        .help(format!("write `requires: [{provider}]` in `{user}`"));
    Some(problem.about(user))
}
