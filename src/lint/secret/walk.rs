//! Trees: what stands under which key, in free YAML, in manifests, in what templates made, and in texts that hold YAML.

use std::borrow::Cow;

use super::keys::{Grade, grade};
use super::lines::{self, Signs};
use super::values::{is_basic, is_count, is_key_name, is_written_out};
use crate::doc::{Doc, Map, Value, joined};
use crate::source::FileId;
use crate::yaml::{Core, Dialect, Node, NodeKind, Style, core, load_all};

/// Texts in texts in texts: no deeper.
const MAX_DEPTH: usize = 3;

/// Beside these, `secretKey` and the like are names of keys in a Secret.
const REFERS: [&str; 9] = [
    "secretName",
    "existingSecret",
    "secretRef",
    "remoteRef",
    "sourceRef",
    "secretPath",
    "objectName",
    "secretname",
    "existingSecretName",
];

/// One level of a tree.
pub(super) enum View<'a, T> {
    /// A text, or a number.
    Text(Cow<'a, str>, bool),
    /// A list.
    List(&'a [T]),
    /// A map.
    Map(Vec<(&'a str, &'a T)>),
    /// A boolean or nothing.
    Other,
}

/// A tree that can be walked.
pub(super) trait Tree: Sized {
    /// Returns what the node is.
    fn view(&self) -> View<'_, Self>;
}

impl Tree for Node {
    fn view(&self) -> View<'_, Self> {
        match &self.kind {
            NodeKind::Sequence(items) => View::List(items),
            NodeKind::Mapping(mapping) => {
                View::Map(mapping.entries.iter().map(|entry| (&*entry.key.text, &entry.value)).collect())
            }
            NodeKind::Scalar { text, style: Style::Plain } => match core(text) {
                Core::Null | Core::Bool(_) => View::Other,
                Core::Int(_) | Core::Float(_) => View::Text(Cow::Borrowed(text), true),
                Core::Str => View::Text(Cow::Borrowed(text), false),
            },
            NodeKind::Scalar { text, .. } => View::Text(Cow::Borrowed(text), false),
        }
    }
}

impl Tree for Doc {
    fn view(&self) -> View<'_, Self> {
        match &self.value {
            Value::Null | Value::Bool(_) => View::Other,
            Value::Int(number) => View::Text(Cow::Owned(number.to_string()), true),
            Value::Float(number) => View::Text(Cow::Owned(number.to_string()), true),
            Value::Str(text) => View::Text(Cow::Borrowed(text), false),
            Value::Text(lines) => View::Text(Cow::Owned(joined(lines)), false),
            Value::List(items) => View::List(items),
            Value::Map(map) => View::Map(Map::iter(map).map(|(key, doc)| (&*key.text, doc)).collect()),
        }
    }
}

/// What was found.
pub(super) enum Found<'a> {
    /// A value under a key.
    Key(&'a str),
    /// An object of kind Secret with values.
    Object,
}

/// Where in a tree something stands.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    /// The key, and what its value is.
    pub(super) key: Option<(&'a str, Grade)>,
    /// Whether the tree is that of the spec, whose own fields hold references.
    pub(super) strict: bool,
    /// Whether it is a description.
    prose: bool,
    /// How many texts are around it.
    depth: usize,
}

impl At<'static> {
    /// Returns the top of free YAML or of the spec.
    pub(super) const fn top(strict: bool) -> Self {
        Self { key: None, strict, prose: false, depth: 0 }
    }
}

/// Looks for secrets; `found` gets the node and what it is.
pub(super) fn walk<T: Tree>(node: &T, at: At<'_>, file: Option<FileId>, found: &mut dyn FnMut(&T, Found<'_>)) {
    match node.view() {
        View::Other => {}
        View::Text(text, number) => scalar(node, &text, number, at, file, found),
        View::List(items) => list(items, at, file, found),
        View::Map(entries) => map(&entries, at, file, found),
    }
}

fn list<T: Tree>(items: &[T], at: At<'_>, file: Option<FileId>, found: &mut dyn FnMut(&T, Found<'_>)) {
    let mut flag: Option<String> = None;
    for item in items {
        let View::Text(text, _) = item.view() else {
            walk(item, at, file, found);
            flag = None;
            continue;
        };
        // `--password` and its value are two items of the arguments.
        if let Some(name) = flag.take().filter(|_| !text.starts_with('-') && is_written_out(&text, Grade::Secret)) {
            found(item, Found::Key(&name));
            continue;
        }
        flag = text.strip_prefix("--").filter(|name| grade(name) == Grade::Secret).map(str::to_owned);
        walk(item, at, file, found);
    }
}

fn map<T: Tree>(entries: &[(&str, &T)], at: At<'_>, file: Option<FileId>, found: &mut dyn FnMut(&T, Found<'_>)) {
    let text = |name: &str| {
        entries.iter().find(|(key, _)| *key == name).and_then(|(_, node)| match node.view() {
            View::Text(text, _) => Some(text),
            _ => None,
        })
    };
    let object = !at.strict && text("kind").is_some_and(|kind| kind == "Secret");
    let refers = entries.iter().any(|(key, _)| REFERS.contains(key));
    let pair = text("name").or_else(|| text("key"));
    for (key, node) in entries {
        if object && matches!(*key, "data" | "stringData") {
            if has_values(*node) {
                found(node, Found::Object);
            }
            continue;
        }
        // What is sealed is no secret any more; what the spec's own sections hold are references and names.
        let sections = ["secrets", "policies", "gates", "gate", "secret"];
        if *key == "encryptedData" || (at.strict && sections.contains(key)) {
            continue;
        }
        let strict = at.strict && !matches!(*key, "values" | "application" | "settings");
        let own = match (*key, &pair) {
            ("value", Some(name)) if grade(name) != Grade::Plain => Some((&**name, grade(name))),
            ("value" | "plaintext", _) => at.key,
            (key, _) => Some((key, of_key(key, *node, refers, at))),
        };
        let own = own.filter(|(_, grade)| *grade != Grade::Plain);
        let prose = matches!(*key, "description" | "summary");
        walk(*node, At { key: own, strict, prose, depth: at.depth }, file, found);
        // `secureJsonData` keeps its name for the keys below it.
        if *key == "secureJsonData" {
            secure(*node, found);
        }
    }
}

fn of_key<T: Tree>(key: &str, node: &T, refers: bool, at: At<'_>) -> Grade {
    let View::Text(text, _) = node.view() else { return grade(key) };
    let grade = grade(key);
    let names_a_key = key.to_ascii_lowercase().ends_with("key") && (refers || is_key_name(&text));
    match grade {
        _ if names_a_key => Grade::Plain,
        Grade::Plain if key == "auth" && !at.strict && is_basic(&text) && text.len() >= 12 => Grade::Secret,
        grade => grade,
    }
}

/// Everything that Grafana keeps there is a secret; the value of a header is one by its shape only.
fn secure<T: Tree>(node: &T, found: &mut dyn FnMut(&T, Found<'_>)) {
    let View::Map(entries) = node.view() else { return };
    for (key, node) in entries {
        if let View::Text(text, _) = node.view()
            && grade(key) == Grade::Plain
            && !key.starts_with("httpHeaderValue")
            && is_written_out(&text, Grade::Secret)
        {
            found(node, Found::Key(key));
        }
    }
}

/// Returns whether the data of a Secret has a value that is none of a reference.
fn has_values<T: Tree>(data: &T) -> bool {
    let View::Map(entries) = data.view() else { return false };
    entries.iter().any(|(_, node)| match node.view() {
        View::Text(text, _) => !text.trim().is_empty() && !super::values::is_reference(&text),
        View::Other => false,
        _ => true,
    })
}

fn scalar<T: Tree>(
    node: &T,
    text: &str,
    number: bool,
    at: At<'_>,
    file: Option<FileId>,
    found: &mut dyn FnMut(&T, Found<'_>),
) {
    if let Some((key, grade)) = at.key
        && !(number && is_count(text, key))
        && is_written_out(text, grade)
        // A whole file under such a key is looked into below.
        && !(text.contains('\n') && text.contains(": "))
    {
        return found(node, Found::Key(key));
    }
    if at.strict || number || at.depth >= MAX_DEPTH {
        return;
    }
    // Custom kinds describe their fields, passwords among them, in sentences.
    if at.prose {
        return;
    }
    let whole = text.contains('\n') || text.trim_start().starts_with(['{', '[']);
    if whole
        && let Some(file) = file
        && embedded(node, text, at, file, found)
    {
        return;
    }
    if text.contains('=') || whole {
        for (key, _) in lines::find(text, if whole { Signs::All } else { Signs::Equals }) {
            found(node, Found::Key(key));
        }
    }
}

/// Reads a text as YAML or JSON, and looks into it. Returns whether it is a map or a list.
fn embedded<T: Tree>(node: &T, text: &str, at: At<'_>, file: FileId, found: &mut dyn FnMut(&T, Found<'_>)) -> bool {
    let mut problems = Vec::new();
    let Some((documents, _)) = load_all(file, text, Dialect::Foreign, &mut problems) else { return false };
    let tree = |document: &Node| !matches!(document.kind, NodeKind::Scalar { .. });
    if !problems.is_empty() || documents.is_empty() || !documents.iter().all(tree) {
        return false;
    }
    let inner = At { key: None, strict: false, prose: false, depth: at.depth + 1 };
    for document in &documents {
        walk(document, inner, Some(file), &mut |_, what| found(node, what));
    }
    true
}
