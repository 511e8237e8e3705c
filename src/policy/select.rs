//! Selectors: which of the things a rule goes through it judges.

use std::sync::Arc;

use super::SHAPE;
use super::file::{Each, Match};
use super::view::{Document, Thing, View};
use crate::diag::{Diagnostic, nearest};
use crate::doc::Doc;
use crate::emit::TargetName;
use crate::library::kinds::built_in;
use crate::model::{Component, ComponentId, Text};
use crate::source::{Span, Spanned};
use crate::yaml::Field;
use crate::yaml::decode::OneOrMany;

/// Which things a rule judges; an empty list asks for nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Selector {
    pub(super) environments: Vec<Spanned<Arc<str>>>,
    components: Vec<Arc<str>>,
    groups: Vec<Arc<str>>,
    labels: Vec<(Arc<str>, Arc<str>)>,
    kinds: Vec<Arc<str>>,
}

impl Selector {
    /// Reads a selector, and reports what says nothing about the things.
    pub(super) fn read(each: Each, written: Option<&Match>, out: &mut Vec<Diagnostic>) -> Self {
        let Some(written) = written else { return Self::default() };
        let list = |field: &Field<OneOrMany<Arc<str>>>| -> Vec<Arc<str>> {
            field.value().into_iter().flat_map(|all| &all.0).map(|one| one.value.clone()).collect()
        };
        let owned = matches!(each, Each::Component | Each::Flow | Each::Document);
        let uses = [
            ("components", written.components.span(), owned),
            ("groups", written.groups.span(), owned),
            ("labels", written.labels.span(), matches!(each, Each::Component | Each::Node | Each::Document)),
            (
                "kinds",
                written.kinds.span(),
                !matches!(each, Each::Platform | Each::Component | Each::Plugin | Each::Composition),
            ),
        ];
        let useless = |span: Span, name: &str| {
            let message = format!("`{name}` says nothing about `each: {}`", each.word());
            Diagnostic::error(SHAPE, span, message).help("remove it, or ask for it in an expression")
        };
        out.extend(uses.iter().filter(|(.., fits)| !fits).filter_map(|(name, span, _)| Some(useless((*span)?, name))));
        let labels = written.labels.value().into_iter().flatten();
        let labels = labels.filter_map(|(key, named)| Some((key.clone(), named.value.as_ref()?.value.clone())));
        Self {
            environments: written.environments.value().map(|all| all.0.clone()).unwrap_or_default(),
            components: list(&written.components),
            groups: list(&written.groups),
            labels: labels.collect(),
            kinds: list(&written.kinds),
        }
    }

    /// Returns what to say of a kind of objects that there is none of, but one that is spelled nearly so.
    pub(super) fn misspelt_kind(&self) -> Option<String> {
        let names = || built_in().filter_map(|name| name.split('.').next());
        let stranger = |kind: &&Arc<str>| !kind.contains('.') && names().all(|name| *name != ***kind);
        let near = |kind: &Arc<str>| {
            let near = nearest(kind, names())?;
            Some(format!("there is no kind `{kind}`: did you mean `{near}`?"))
        };
        self.kinds.iter().filter(stranger).find_map(near)
    }

    /// Returns whether the rule is for an environment.
    pub(super) fn environment(&self, view: &View<'_>) -> bool {
        let name = &view.platform.environment.value;
        self.environments.is_empty() || self.environments.iter().any(|wanted| wanted.value == *name)
    }

    /// Returns whether the rule judges a thing.
    pub(super) fn takes(&self, view: &View<'_>, thing: Thing<'_>) -> bool {
        match thing {
            Thing::Component(_, component) => self.component(component) && self.labelled(&component.own_labels),
            Thing::Flow(flow) => {
                let end = |id: ComponentId| view.platform.components.get(id.0).is_some_and(|one| self.component(one));
                self.kind(flow.kind.word()) && (end(flow.from.component) || end(flow.to.component))
            }
            Thing::Node(node) => self.kind(node.role.value.word()) && self.labelled(&node.labels),
            Thing::Address(address) => self.kind(address.purpose.word()),
            Thing::Document(document) => self.document(view, document),
            _ => true,
        }
    }

    fn component(&self, component: &Component) -> bool {
        let named = |pattern: &Arc<str>| glob(pattern, &component.name.value);
        let group = component.group.as_ref().map(|group| &group.value);
        (self.components.is_empty() || self.components.iter().any(named))
            && (self.groups.is_empty() || group.is_some_and(|group| self.groups.contains(group)))
    }

    /// Returns whether a thing has all labels that are asked for.
    fn labelled(&self, own: &[(Text, Text)]) -> bool {
        let has = |(key, value): &(Arc<str>, Arc<str>)| {
            own.iter().any(|(label, text)| label.value == *key && text.value == *value)
        };
        self.labels.iter().all(has)
    }

    fn kind(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.iter().any(|wanted| **wanted == *kind)
    }

    fn document(&self, view: &View<'_>, document: &Document<'_>) -> bool {
        let component = document.component.and_then(|id| view.platform.components.get(id.0));
        let owned = self.components.is_empty() && self.groups.is_empty();
        if !(owned || component.is_some_and(|component| self.component(component))) {
            return false;
        }
        if self.kinds.is_empty() && self.labels.is_empty() {
            return true;
        }
        let object = matches!(document.draft.target, TargetName::Manifests | TargetName::Argocd);
        let label = |key: &str| document.map(&["metadata", "labels"])?.get(key).and_then(Doc::as_str);
        object
            && (self.kinds.is_empty() || self.kinds.iter().any(|wanted| is_kind(wanted, document)))
            && self.labels.iter().all(|(key, value)| label(key) == Some(value))
    }
}

/// Returns whether a document is of a kind: `Deployment`, or with its group `Ingress.networking.k8s.io`.
fn is_kind(wanted: &str, document: &Document<'_>) -> bool {
    let kind = document.word(&["kind"]).unwrap_or_default();
    match wanted.split_once('.') {
        Some((name, group)) => name == kind && group == document.api_group(),
        None => wanted == kind,
    }
}

/// Returns whether a name is of a pattern in which `*` stands for any characters.
fn glob(pattern: &str, name: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut left) = name.strip_prefix(start) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match left.find(part) {
            Some(at) => left = left.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn patterns_of_names() {
        assert!(glob("loki", "loki") && glob("loki-*", "loki-a") && glob("*", "") && glob("a*b*c", "axbyc"));
        assert!(glob("*-a", "x-a") && glob("a*a", "aa"));
        assert!(!glob("loki", "loki-a") && !glob("a*a", "a") && !glob("a*b*c", "acb") && !glob("*x*", "y"));
    }
}
