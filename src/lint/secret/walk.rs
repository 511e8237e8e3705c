//! Trees: what stands under which key, in free YAML, in manifests, in what templates made, and in texts that hold YAML.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;

use super::keys::{Grade, grade};
use super::lines::{self, Signs};
use super::quiet::Quiet;
use super::values::{is_basic, is_count, is_key_name, is_written_out};
use crate::doc::{Doc, Map, Name, Value, joined};
use crate::source::FileId;
use crate::yaml::{Core, Dialect, Node, NodeKind, Style, core, load_all};

/// Texts in texts in texts: no deeper.
const MAX_DEPTH: usize = 3;

/// Beside these, `secretKey` and the like are names of keys in a Secret.
pub(super) const REFERS: [&str; 9] = [
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

/// Keys that the search knows, beside those of secrets.
const SPECIAL: [&str; 17] = [
    "data",
    "stringData",
    "encryptedData",
    "secrets",
    "policies",
    "gates",
    "gate",
    "secret",
    "values",
    "application",
    "settings",
    "description",
    "summary",
    "value",
    "plaintext",
    "secureJsonData",
    "auth",
];

/// One level of a tree.
pub(super) enum View<'a, T> {
    /// A text, or a number.
    Text(Cow<'a, str>, bool),
    /// A list.
    List(&'a [T]),
    /// A map.
    Map,
    /// A boolean or nothing.
    Other,
}

/// A tree that can be walked.
pub(super) trait Tree: Sized {
    /// A key of a map.
    type Key: Deref<Target = str>;

    /// Returns what the node is.
    fn view(&self) -> View<'_, Self>;

    /// Returns whether the node is a scalar in which nothing is, whatever it is under; if that is quick to say.
    fn is_quiet(&self, quiet: &mut Quiet) -> bool;

    /// Returns what the value of a key is, and whether the key means something else to the search.
    fn key(key: &Self::Key, quiet: &mut Quiet) -> (Grade, bool);

    /// Iterates over the entries of a map.
    fn entries(&self) -> impl Iterator<Item = (&Self::Key, &Self)>;

    /// Returns the text under a key of a map.
    fn text_at(&self, key: &str) -> Option<Cow<'_, str>> {
        let (_, node) = self.entries().find(|(own, _)| ***own == *key)?;
        match node.view() {
            View::Text(text, _) => Some(text),
            _ => None,
        }
    }
}

impl Tree for Node {
    type Key = Arc<str>;

    fn view(&self) -> View<'_, Self> {
        match &self.kind {
            NodeKind::Sequence(items) => View::List(items),
            NodeKind::Mapping(_) => View::Map,
            NodeKind::Scalar { text, style: Style::Plain } => match core(text) {
                Core::Null | Core::Bool(_) => View::Other,
                Core::Int(_) | Core::Float(_) => View::Text(Cow::Borrowed(text), true),
                Core::Str => View::Text(Cow::Borrowed(text), false),
            },
            NodeKind::Scalar { text, .. } => View::Text(Cow::Borrowed(text), false),
        }
    }

    fn is_quiet(&self, _: &mut Quiet) -> bool {
        false
    }

    fn key(key: &Arc<str>, quiet: &mut Quiet) -> (Grade, bool) {
        quiet.key(key, judge)
    }

    fn entries(&self) -> impl Iterator<Item = (&Arc<str>, &Self)> {
        self.as_mapping().into_iter().flat_map(|map| &map.entries).map(|entry| (&entry.key.text, &entry.value))
    }
}

impl Tree for Doc {
    type Key = Name;

    fn view(&self) -> View<'_, Self> {
        match &self.value {
            Value::Null | Value::Bool(_) => View::Other,
            Value::Int(number) => View::Text(Cow::Owned(number.to_string()), true),
            Value::Float(number) => View::Text(Cow::Owned(number.to_string()), true),
            Value::Str(text) => View::Text(Cow::Borrowed(text), false),
            Value::Text(lines) => View::Text(Cow::Owned(joined(lines)), false),
            Value::List(items) => View::List(items),
            Value::Map(_) => View::Map,
        }
    }

    fn is_quiet(&self, quiet: &mut Quiet) -> bool {
        match &self.value {
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => true,
            Value::Str(text) => quiet.holds(text),
            _ => false,
        }
    }

    fn key(key: &Name, quiet: &mut Quiet) -> (Grade, bool) {
        quiet.key(key, judge)
    }

    fn entries(&self) -> impl Iterator<Item = (&Name, &Self)> {
        self.as_map().into_iter().flat_map(Map::iter).map(|(key, doc)| (&key.text, doc))
    }
}

/// Returns what the value of a key is, and whether the key means something else to the search.
pub(super) fn judge(key: &str) -> (Grade, bool) {
    (grade(key), SPECIAL.contains(&key))
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

/// A search.
pub(super) struct Hunt<'a, T> {
    /// The file that embedded texts are said to be of.
    pub(super) file: Option<FileId>,
    /// Texts that hold nothing.
    pub(super) quiet: &'a mut Quiet,
    /// Gets each part of the tree in which there may be the shape of a secret.
    pub(super) loud: &'a mut dyn FnMut(&T),
    /// Gets the node and what it is.
    pub(super) found: &'a mut dyn FnMut(&T, Found<'_>),
}

/// Looks for secrets.
pub(super) fn walk<T: Tree>(hunt: &mut Hunt<'_, T>, node: &T, at: At<'_>) {
    if at.key.is_none() && node.is_quiet(hunt.quiet) {
        return;
    }
    match node.view() {
        View::Other => {}
        View::Text(text, number) => scalar(hunt, node, &text, number, at),
        View::List(items) => list(hunt, items, at),
        View::Map => map(hunt, node, at),
    }
}

fn list<T: Tree>(hunt: &mut Hunt<'_, T>, items: &[T], at: At<'_>) {
    let mut flag: Option<String> = None;
    for item in items {
        let View::Text(text, _) = item.view() else {
            walk(hunt, item, at);
            flag = None;
            continue;
        };
        // `--password` and its value are two items of the arguments.
        if let Some(name) = flag.take().filter(|_| !text.starts_with('-') && is_written_out(&text, Grade::Secret)) {
            (hunt.loud)(item);
            (hunt.found)(item, Found::Key(&name));
            continue;
        }
        flag = text.strip_prefix("--").filter(|name| grade(name) == Grade::Secret).map(str::to_owned);
        walk(hunt, item, at);
    }
}

fn map<T: Tree>(hunt: &mut Hunt<'_, T>, map: &T, at: At<'_>) {
    // Nearly every key is none of a secret, so the keys beside it are looked for when they are needed.
    let refers = || map.entries().any(|(key, _)| REFERS.contains(&&**key));
    let object = || !at.strict && map.text_at("kind").is_some_and(|kind| kind == "Secret");
    for (name, node) in map.entries() {
        let (of_name, special) = T::key(name, hunt.quiet);
        if of_name == Grade::Plain && !special {
            walk(hunt, node, At { key: None, prose: false, ..at });
            continue;
        }
        let key = &**name;
        if matches!(key, "data" | "stringData") && object() {
            (hunt.loud)(node);
            if has_values(node) {
                (hunt.found)(node, Found::Object);
            }
            continue;
        }
        // What is sealed is no secret any more; what the spec's own sections hold are references and names.
        let sections = ["secrets", "policies", "gates", "gate", "secret"];
        if key == "encryptedData" || (at.strict && sections.contains(&key)) {
            (hunt.loud)(node);
            continue;
        }
        let strict = at.strict && !matches!(key, "values" | "application" | "settings");
        let prose = matches!(key, "description" | "summary");
        let below = |key| At { key, strict, prose, depth: at.depth };
        let named = (key == "value").then(|| map.text_at("name").or_else(|| map.text_at("key"))).flatten();
        match named.as_deref().map(|name| (name, grade(name))).filter(|(_, grade)| *grade != Grade::Plain) {
            Some(own) => walk(hunt, node, below(Some(own))),
            None if matches!(key, "value" | "plaintext") => walk(hunt, node, below(at.key)),
            None => {
                let grade = of_key((key, of_name), node, &refers, at);
                walk(hunt, node, below((grade != Grade::Plain).then_some((key, grade))));
            }
        }
        // `secureJsonData` keeps its name for the keys below it.
        if key == "secureJsonData" {
            secure(node, hunt.found);
        }
    }
}

fn of_key<T: Tree>((key, grade): (&str, Grade), node: &T, refers: &dyn Fn() -> bool, at: At<'_>) -> Grade {
    if grade == Grade::Plain && key != "auth" {
        return grade;
    }
    let View::Text(text, _) = node.view() else { return grade };
    let key_of_key = key.get(key.len().saturating_sub(3)..).is_some_and(|end| end.eq_ignore_ascii_case("key"));
    match grade {
        _ if key_of_key && (refers() || is_key_name(&text)) => Grade::Plain,
        Grade::Plain if !at.strict && is_basic(&text) && text.len() >= 12 => Grade::Secret,
        grade => grade,
    }
}

/// Everything that Grafana keeps there is a secret; the value of a header is one by its shape only.
fn secure<T: Tree>(node: &T, found: &mut dyn FnMut(&T, Found<'_>)) {
    for (key, node) in node.entries() {
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
    data.entries().any(|(_, node)| match node.view() {
        View::Text(text, _) => !text.trim().is_empty() && !super::values::is_reference(&text),
        View::Other => false,
        _ => true,
    })
}

fn scalar<T: Tree>(hunt: &mut Hunt<'_, T>, node: &T, text: &str, number: bool, at: At<'_>) {
    (hunt.loud)(node);
    if let Some((key, grade)) = at.key
        && !(number && is_count(text, key))
        && is_written_out(text, grade)
        // A whole file under such a key is looked into below.
        && !(text.contains('\n') && text.contains(": "))
    {
        return (hunt.found)(node, Found::Key(key));
    }
    if at.strict || number || at.depth >= MAX_DEPTH {
        return;
    }
    // Custom kinds describe their fields, passwords among them, in sentences.
    if at.prose {
        return;
    }
    let marked = text.bytes().any(|byte| matches!(byte, b'\n' | b'='));
    let whole = (marked && text.contains('\n')) || text.trim_start().starts_with(['{', '[']);
    if whole
        && let Some(file) = hunt.file
        && embedded(hunt, node, text, at, file)
    {
        return;
    }
    if marked || whole {
        for (key, _) in lines::find(text, if whole { Signs::All } else { Signs::Equals }) {
            (hunt.found)(node, Found::Key(key));
        }
    }
}

/// Reads a text as YAML or JSON, and looks into it. Returns whether it is a map or a list.
fn embedded<T: Tree>(hunt: &mut Hunt<'_, T>, node: &T, text: &str, at: At<'_>, file: FileId) -> bool {
    let mut problems = Vec::new();
    let Some((documents, _)) = load_all(file, text, Dialect::Foreign, &mut problems) else { return false };
    let tree = |document: &Node| !matches!(document.kind, NodeKind::Scalar { .. });
    if !problems.is_empty() || documents.is_empty() || !documents.iter().all(tree) {
        return false;
    }
    let inner = At { key: None, strict: false, prose: false, depth: at.depth + 1 };
    let mut found = |_: &Node, what: Found<'_>| (hunt.found)(node, what);
    let mut hunt = Hunt { file: Some(file), quiet: &mut *hunt.quiet, loud: &mut |_| {}, found: &mut found };
    for document in &documents {
        walk(&mut hunt, document, inner);
    }
    true
}
