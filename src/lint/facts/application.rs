//! What the Application of a component asks of Argo CD, as far as rules about its objects need it.

use std::sync::Arc;

use crate::doc::{Doc, Value};

/// What an Application asks of Argo CD.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApplicationFact {
    /// Whether what is changed in the cluster is changed back.
    pub self_heal: bool,
    /// Whether what is no longer in Git is removed.
    pub prune: bool,
    /// Its sync options, as written.
    pub options: Vec<Arc<str>>,
    /// The differences that it leaves alone.
    pub ignored: Vec<IgnoredFact>,
}

/// A difference that an Application leaves alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IgnoredFact {
    /// The group of the kind; empty for the core, `*` for all.
    pub group: Arc<str>,
    /// The kind; `*` for all.
    pub kind: Arc<str>,
    /// The name of the object; all unless written.
    pub name: Option<Arc<str>>,
    /// The fields, as JSON pointers and expressions of jq.
    pub fields: Vec<Arc<str>>,
}

impl ApplicationFact {
    /// Reads an Application.
    pub fn of(application: &Doc) -> Self {
        let policy = |path: &[&str]| application.at(&["spec", "syncPolicy"]).and_then(|policy| policy.at(path));
        let flag = |name| policy(&["automated", name]).is_some_and(|doc| doc.value == Value::Bool(true));
        let ignored = application.at(&["spec", "ignoreDifferences"]).and_then(Doc::as_list);
        Self {
            self_heal: flag("selfHeal"),
            prune: flag("prune"),
            options: policy(&["syncOptions"]).map(texts).unwrap_or_default(),
            ignored: ignored.into_iter().flatten().map(IgnoredFact::of).collect(),
        }
    }

    /// Returns whether it has a sync option.
    pub fn has(&self, option: &str) -> bool {
        self.options.iter().any(|own| &**own == option)
    }

    /// Returns whether it leaves a field of an object alone; the field is a JSON pointer such as `/spec/replicas`.
    pub fn ignores(&self, (group, kind, name): (&str, &str, &str), pointer: &str) -> bool {
        let expression = pointer.replace('/', ".");
        let fits = |ignored: &&IgnoredFact| {
            let same = |pattern: &str, text: &str| pattern == "*" || pattern == text;
            same(&ignored.group, group)
                && same(&ignored.kind, kind)
                && ignored.name.as_deref().is_none_or(|own| own == name)
        };
        let mut fields = self.ignored.iter().filter(fits).flat_map(|ignored| &ignored.fields);
        fields.any(|field| **field == *pointer || **field == *expression)
    }
}

impl IgnoredFact {
    fn of(doc: &Doc) -> Self {
        let text = |name: &str| doc.at(&[name]).and_then(shared);
        let all = ["jsonPointers", "jqPathExpressions"].into_iter().filter_map(|name| doc.at(&[name]));
        Self {
            group: text("group").unwrap_or_default(),
            kind: text("kind").unwrap_or_default(),
            name: text("name"),
            fields: all.flat_map(texts).collect(),
        }
    }
}

/// Returns the texts of a list.
fn texts(doc: &Doc) -> Vec<Arc<str>> {
    doc.as_list().into_iter().flatten().filter_map(shared).collect()
}

/// Returns a string, which all Applications of a group may have in common.
fn shared(doc: &Doc) -> Option<Arc<str>> {
    match &doc.value {
        Value::Str(text) => Some(text.clone().into()),
        _ => None,
    }
}
