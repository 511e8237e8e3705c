//! What a chart's JSON Schema states.

use serde_json::Value;

use super::BAD_CHART;
use super::draft::Draft;
use crate::diag::Diagnostic;
use crate::library::contract::Mark;
use crate::source::{SourceMap, Span};

/// Deepest nesting that is followed: a schema may refer to itself.
const MAX_DEPTH: usize = 24;
/// Most nodes that a schema may come to.
const MAX_NODES: usize = 200_000;

/// Reads a schema.
pub(super) fn draft(text: &str, sources: &mut SourceMap, out: &mut Vec<Diagnostic>) -> Option<Draft> {
    let file = sources.add("values.schema.json", text);
    let bad = |at: usize, message: String| {
        let at = u32::try_from(at).unwrap_or(0);
        Diagnostic::error(BAD_CHART, Span::new(file, at, at), message)
    };
    let document: Value = match serde_json::from_str(text) {
        Ok(document) => document,
        Err(error) => {
            let before = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
            out.push(bad(before, format!("`values.schema.json` of the chart is not JSON: {error}")));
            return None;
        }
    };
    let mut reader = Reader { document: &document, nodes: 0 };
    let draft = reader.node(&document, 0);
    if reader.nodes > MAX_NODES {
        out.push(bad(0, "`values.schema.json` of the chart is too large once its references are followed".to_owned()));
        return None;
    }
    Some(draft)
}

struct Reader<'a> {
    document: &'a Value,
    nodes: usize,
}

impl<'a> Reader<'a> {
    /// Follows references; returns the schemas that hold together, the outermost first.
    fn resolve(&self, schema: &'a Value) -> Vec<&'a Value> {
        let mut found = vec![schema];
        while let Some(reference) = found.last().and_then(|schema| schema.get("$ref")).and_then(Value::as_str) {
            let target = reference.strip_prefix('#').and_then(|pointer| self.document.pointer(pointer));
            match target {
                Some(target) if found.len() < MAX_DEPTH && found.iter().all(|old| !std::ptr::eq(*old, target)) => {
                    found.push(target);
                }
                _ => break,
            }
        }
        found
    }

    fn node(&mut self, schema: &'a Value, depth: usize) -> Draft {
        self.nodes += 1;
        let layers = self.resolve(schema);
        let get = |word: &str| layers.iter().find_map(|layer| layer.get(word));
        if depth > MAX_DEPTH || self.nodes > MAX_NODES || !layers.iter().any(|layer| layer.is_object()) {
            return Draft::default();
        }
        let types = types(get("type"));
        let mut node = Draft { exact: !types.is_empty(), ..Draft::of(&types) };
        let properties = get("properties").and_then(Value::as_object);
        for (name, child) in properties.into_iter().flatten() {
            let child = self.node(child, depth + 1);
            node.keys.insert(name.clone(), child);
        }
        let branches = ["anyOf", "oneOf", "allOf"].into_iter().filter_map(get).filter_map(Value::as_array).flatten();
        let branches: Vec<&Value> = branches.filter(|branch| branch.is_object()).collect();
        self.branches(&mut node, &branches, get("anyOf").or_else(|| get("oneOf")).is_some(), depth);
        if let Some(items) = get("items").filter(|items| items.as_object().is_some_and(|items| !items.is_empty())) {
            let item = self.node(items, depth + 1);
            node.item = (!item.types.is_empty() || !item.is_empty()).then(|| Box::new(item));
        }
        let more = get("additionalProperties");
        let pairs = properties.is_some_and(|properties| !properties.is_empty());
        match more {
            Some(Value::Object(rule)) if !rule.is_empty() => {
                node.rest = more.map(|more| Box::new(self.node(more, depth + 1)));
                node.mark = Mark::Open;
            }
            Some(Value::Bool(false)) => node.mark = Mark::Closed,
            Some(Value::Bool(true)) if !pairs => node.mark = Mark::Open,
            _ if node.types.contains('m') && node.keys.is_empty() => node.mark = Mark::Open,
            _ => {}
        }
        if get("patternProperties").is_some() {
            node.mark = Mark::Open;
        }
        node
    }

    /// Adds what any branch of a choice allows.
    fn branches(&mut self, node: &mut Draft, branches: &[&'a Value], choice: bool, depth: usize) {
        let drafts: Vec<Draft> = branches.iter().map(|branch| self.node(branch, depth + 1)).collect();
        if drafts.is_empty() {
            return;
        }
        if node.types.is_empty() {
            let null = |branch: &Value| branch.get("type").and_then(Value::as_str) == Some("null");
            let mut typed = drafts.iter().zip(branches);
            // A branch without a type allows everything.
            if typed.all(|(draft, branch)| !draft.types.is_empty() || null(branch)) {
                let mut letters: Vec<char> = drafts.iter().flat_map(|draft| draft.types.chars()).collect();
                letters.sort_unstable();
                letters.dedup();
                node.types = letters.into_iter().collect();
            }
            node.exact = !node.types.is_empty();
        }
        for draft in drafts {
            if draft.mark == Mark::Open && (choice || !draft.keys.is_empty() || draft.rest.is_some()) {
                node.mark = Mark::Open;
            }
            for (name, child) in draft.keys {
                node.keys.entry(name).or_insert(child);
            }
            node.item = node.item.take().or(draft.item);
            node.rest = node.rest.take().or(draft.rest);
        }
    }
}

/// Returns the letters of a `type`, sorted.
fn types(value: Option<&Value>) -> String {
    let letter = |name: &str| match name {
        "object" => Some('m'),
        "array" => Some('l'),
        "string" => Some('s'),
        "number" => Some('n'),
        "integer" => Some('i'),
        "boolean" => Some('b'),
        _ => None,
    };
    let names: Vec<&str> = match value {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let mut letters: Vec<char> = names.into_iter().filter_map(letter).collect();
    letters.sort_unstable();
    letters.dedup();
    letters.into_iter().collect()
}
