//! Texts of several lines: programs read many of them as YAML, or as lines of keys and values. What stands in them is
//! collected as what stands beside them is.

mod lines;

pub use lines::Lines;

use std::sync::Arc;

use super::{ComponentFacts, Document, Place, UrlFact};
use crate::doc::{Doc, Key, Map, Name};
use crate::emit;
use crate::source::{FileId, Origin, OriginId, Origins, SourceMap, Span};
use crate::yaml::{Dialect, Entry, Key as NodeKey, Mapping, Node, NodeKind, Style, load_all};

/// The longest text that is read as a tree.
const LONGEST: usize = 64 << 10;

/// A text of several lines.
#[derive(Clone, Debug)]
pub struct TextFact {
    /// The keys above it, and its own.
    pub keys: Vec<Arc<str>>,
    /// The text.
    pub text: Name,
    /// Where it comes from.
    pub origin: OriginId,
    /// The namespace that names in it are resolved in.
    pub namespace: Option<Arc<str>>,
    /// The `type` beside it.
    pub kind: Option<Arc<str>>,
}

/// Keeps a text for later: what is in it has places of its own.
pub(super) fn keep(place: &Place<'_>, key: &str, text: &Name, origin: OriginId, facts: &mut ComponentFacts) {
    facts.texts.push(TextFact {
        keys: place.keys.iter().copied().chain([key]).map(Arc::from).collect(),
        text: text.clone(),
        origin,
        namespace: super::refs::namespace(place),
        kind: place.map.get("type").and_then(Doc::as_str).map(Arc::from),
    });
}

/// Adds the URLs in the lines of a text that are no comments.
pub fn urls(text: &TextFact, document: &Document<'_>, lines: Option<&Lines>, facts: &mut ComponentFacts) {
    let Some(span) = document.line(text.origin).filter(|_| text.text.len() <= super::collect::LONGEST) else { return };
    let mut offset = 0;
    for raw in text.text.split_inclusive('\n') {
        let start = offset + (raw.len() - raw.trim_start().len());
        offset += raw.len();
        let line = raw.trim();
        if ["#", "//", ";", "--"].iter().any(|mark| line.starts_with(mark)) || !super::collect::names(line) {
            continue;
        }
        let own = lines.and_then(|lines| lines.span(start, start + line.len()));
        facts.urls.push(UrlFact {
            text: line.into(),
            keys: text.keys.join("."),
            span: own.unwrap_or(span),
            written: document.is_given(text.origin),
            path: document.path.into(),
            namespace: text.namespace.clone(),
            kind: text.kind.clone(),
            whole: own.is_some(),
            beside: None,
        });
    }
}

/// Returns the lines of a text in the file that it was written in, if they stand there as they are.
pub fn lines(text: &TextFact, document: &Document<'_>, sources: &SourceMap) -> Option<Lines> {
    let Origin::Written { span, .. } = document.origins.get(text.origin) else { return None };
    Lines::of(sources, span, &text.text)
}

/// Returns the tree of a text as a document: below the keys that the text has, and with the head of the object around it. Its
/// origins are new ones.
pub fn tree(text: &TextFact, document: &Document<'_>, lines: &Lines, origins: &mut Origins) -> Vec<Doc> {
    let Origin::Written { what, .. } = document.origins.get(text.origin) else { return Vec::new() };
    if text.text.len() > LONGEST || text.text.contains("{{") {
        return Vec::new();
    }
    let found = match Form::of(&text.text) {
        Some(Form::Yaml) => {
            let documents = load_all(lines.file(), &text.text, Dialect::Foreign, &mut Vec::new());
            documents.map(|(documents, _)| documents).unwrap_or_default()
        }
        Some(Form::Pairs) => vec![pairs(lines.file(), &text.text)],
        None => Vec::new(),
    };
    let trees = found.into_iter().filter(|node| node.as_scalar().is_none()).filter_map(|mut node| {
        lines.shift(&mut node)?;
        Some(emit::written(origins, &node, what))
    });
    let trees: Vec<Doc> = trees.collect();
    trees.into_iter().map(|tree| around(text, document, tree)).collect()
}

/// Puts a tree below the keys of its text, with what an object says of itself.
fn around(text: &TextFact, document: &Document<'_>, tree: Doc) -> Doc {
    let below = |doc: Doc, key: &Arc<str>| {
        let mut map = Map::with_capacity(1);
        map.push_new(Key { text: key.clone().into(), origin: text.origin }, doc);
        Doc::map(map, text.origin)
    };
    let mut doc = text.keys.iter().rev().fold(tree, below);
    if document.is_object() {
        let mut head = Map::new();
        for path in [["apiVersion"].as_slice(), &["kind"], &["metadata", "name"], &["metadata", "namespace"]] {
            let (Some(value), Some(key)) = (document.doc.at(path), path.first()) else { continue };
            let rest = path.get(1..).unwrap_or_default().iter().rev();
            let value = rest.fold(value.clone(), |doc, key| below(doc, &Arc::from(*key)));
            match head.get_mut(key) {
                Some(known) => known.merge(value),
                None => head.push_new(Key { text: Arc::<str>::from(*key).into(), origin: text.origin }, value),
            }
        }
        doc.merge(Doc::map(head, text.origin));
    }
    doc
}

/// What programs read a text as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Yaml,
    /// Lines of `KEY=value`, perhaps below `[section]`.
    Pairs,
}

impl Form {
    /// Returns what the first line looks like.
    fn of(text: &str) -> Option<Self> {
        let mut lines = significant(text);
        let first = lines.next()?;
        let is_key = |key: &str| {
            let fits = |b: u8| b.is_ascii_alphanumeric() || b"_.-/\"'".contains(&b);
            !key.is_empty() && key.bytes().all(fits)
        };
        let pair = |line: &str| {
            is_section(line)
                || line
                    .strip_prefix("export ")
                    .unwrap_or(line)
                    .split_once('=')
                    .is_some_and(|(key, _)| is_key(key.trim()))
        };
        if first.starts_with("- ") || first == "---" {
            return Some(Self::Yaml);
        }
        if pair(first) {
            return lines.all(pair).then_some(Self::Pairs);
        }
        let (key, rest) = first.split_once(':')?;
        (is_key(key) && (rest.is_empty() || rest.starts_with(' '))).then_some(Self::Yaml)
    }
}

fn significant(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', ';']))
}

fn is_section(line: &str) -> bool {
    line.starts_with('[') && line.ends_with(']') && !line.contains(['"', ',', '{'])
}

/// Returns lines of keys and values as a map, each section as a map of its own.
fn pairs(file: FileId, text: &str) -> Node {
    let (mut root, mut section) = (Mapping::default(), None::<(NodeKey, Mapping)>);
    let at = |from: usize, length: usize| {
        let to_u32 = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Span::new(file, to_u32(from), to_u32(from + length))
    };
    let mut offset = 0;
    for raw in text.split_inclusive('\n') {
        let (start, line) = (offset + (raw.len() - raw.trim_start().len()), raw.trim());
        offset += raw.len();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if is_section(line) {
            root.entries.extend(section.take().map(entry_of));
            let name = line.trim_matches(['[', ']']);
            section = Some((NodeKey { text: name.into(), span: at(start, line.len()) }, Mapping::default()));
            continue;
        }
        let Some((key, value)) = line.split_once('=') else { continue };
        let shown = value.trim();
        let value_at = start + key.len() + 1 + (value.len() - value.trim_start().len());
        let inner = shown.trim_matches(['"', '\'']);
        let quote = usize::from(inner.len() < shown.len());
        let name = key.trim().trim_start_matches("export ").trim();
        let key = NodeKey { text: name.into(), span: at(start, key.trim().len()) };
        let kind = NodeKind::Scalar { text: inner.into(), style: Style::Quoted };
        let value = Node { span: at(value_at + quote, inner.len()), tag: None, kind };
        let entries = section.as_mut().map_or(&mut root.entries, |(_, mapping)| &mut mapping.entries);
        entries.push(Entry { key, value });
    }
    root.entries.extend(section.map(entry_of));
    Node { span: at(0, text.len()), tag: None, kind: NodeKind::Mapping(root) }
}

fn entry_of((key, mapping): (NodeKey, Mapping)) -> Entry {
    let value = Node { span: key.span, tag: None, kind: NodeKind::Mapping(mapping) };
    Entry { key, value }
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn texts_are_known_by_their_lines() {
        let form = |text| Form::of(text);
        assert_eq!(form("# why\n- name: A\n  value: b\n"), Some(Form::Yaml));
        assert_eq!(form("issuer: https://a\nclientID: b\n"), Some(Form::Yaml));
        assert_eq!(form("A=b\n# c\nexport D=e f\n"), Some(Form::Pairs));
        assert_eq!(form("[database]\nhost = a\n"), Some(Form::Pairs));
        assert_eq!(form("A=b\necho hello\n"), None);
        assert_eq!(form("loki.write \"x\" {\n}\n"), None);
        assert_eq!(form("#!/bin/sh\nset -e\n"), None);
        assert_eq!(form("Dear reader, note this: all\nis well\n"), None);
    }
}
