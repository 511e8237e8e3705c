//! YAML tree to template, reporting every problem.

use std::sync::Arc;

use super::expr::Ex;
use super::node::{Choice, Key, Loop, Node, NodeKind};
use super::parse::{Broken, Scope, expression, shape};
use super::place::Place;
use super::shape::Shape;
use super::{CUT, STRUCTURE, UNTAGGED, text};
use crate::diag::{Diagnostic, did_you_mean, nearest};
use crate::doc::Name;
use crate::yaml::{self, Core, Entry, Mapping, Style};

const TAGS: [&str; 7] = ["expr", "text", "if", "for", "merge", "lines", "json"];

/// Reads a template.
pub(super) struct Loader<'a> {
    pub(super) root: &'a Shape,
    pub(super) locals: Vec<(Arc<str>, Shape)>,
    pub(super) out: &'a mut Vec<Diagnostic>,
}

/// All keys of `!if` and `!for`: none of them is another one misspelt.
const KEYS: [&str; 8] = ["when", "then", "else", "as", "in", "if", "key", "do"];

impl Loader<'_> {
    /// Reads a node. `None` means that problems were reported.
    pub(super) fn node(&mut self, node: &yaml::Node) -> Option<Node> {
        let kind = match node.tag.as_ref().map(|tag| &*tag.name) {
            None => self.untagged(node)?,
            Some("expr") => NodeKind::Expr(self.expr(node)?),
            Some("text") => self.text(node)?,
            Some("if") => self.choice(node)?,
            Some("for") => self.repeat(node)?,
            Some("merge") => NodeKind::Merge(self.merge(node)?),
            Some("lines") => NodeKind::Lines(self.lines(node)?),
            Some("json") => NodeKind::Json(Box::new(Node { span: node.span, kind: self.untagged(node)? })),
            Some(other) => {
                let span = node.tag.as_ref().map_or(node.span, |tag| tag.span);
                let mut problem = Diagnostic::error(STRUCTURE, span, format!("there is no tag `!{other}`"));
                if let Some(near) = nearest(other, TAGS) {
                    problem = problem.help(format!("did you mean `!{near}`?"));
                } else {
                    problem =
                        problem.help("the tags are `!expr`, `!text`, `!if`, `!for`, `!merge`, `!lines` and `!json`");
                }
                self.out.push(problem);
                return None;
            }
        };
        Some(Node { span: node.span, kind })
    }

    fn untagged(&mut self, node: &yaml::Node) -> Option<NodeKind> {
        match &node.kind {
            yaml::NodeKind::Scalar { text, style } => self.literal(node, text, *style),
            yaml::NodeKind::Sequence(items) => self.all(items).map(NodeKind::List),
            yaml::NodeKind::Mapping(mapping) => {
                let read: Vec<Option<(Key, Node)>> = mapping.entries.iter().map(|entry| self.entry(entry)).collect();
                read.into_iter().collect::<Option<_>>().map(NodeKind::Map)
            }
        }
    }

    fn entry(&mut self, entry: &Entry) -> Option<(Key, Node)> {
        let key = Key { text: Name::lasting(&entry.key.text), span: entry.key.span };
        self.node(&entry.value).map(|value| (key, value))
    }

    /// Reads all nodes also after one is bad, so that every problem is reported.
    fn all(&mut self, nodes: &[yaml::Node]) -> Option<Vec<Node>> {
        let read: Vec<Option<Node>> = nodes.iter().map(|node| self.node(node)).collect();
        read.into_iter().collect()
    }

    fn literal(&mut self, node: &yaml::Node, text: &Arc<str>, style: Style) -> Option<NodeKind> {
        if text::looks_computed(text, self.scope()) {
            let problem =
                Diagnostic::warning(UNTAGGED, node.span, "this string is printed as it stands, with its `<<`");
            self.out.push(problem.help("write `!text` before it to fill in the values"));
        }
        if style != Style::Plain {
            return Some(NodeKind::Str(Name::lasting(text)));
        }
        if yaml::is_yaml11_surprise(text) {
            let message = format!("readers of YAML 1.1 and 1.2 take `{text}` for different things");
            let problem = Diagnostic::error(yaml::AMBIGUOUS, node.span, message);
            self.out.push(problem.help("quote it, or write `true` or `false`"));
            return None;
        }
        Some(match yaml::core(text) {
            Core::Null => NodeKind::Null,
            Core::Bool(flag) => NodeKind::Bool(flag),
            Core::Int(number) => NodeKind::Int(number),
            Core::Float(number) => NodeKind::Float(number),
            Core::Str => NodeKind::Str(Name::lasting(text)),
        })
    }

    fn scope(&self) -> Scope<'_> {
        Scope { root: self.root, locals: &self.locals }
    }

    /// Returns the text of a scalar that holds an expression or a `!text`.
    fn scalar<'n>(&mut self, node: &'n yaml::Node) -> Option<(&'n Arc<str>, Style)> {
        if let yaml::NodeKind::Scalar { text, style } = &node.kind {
            return Some((text, *style));
        }
        let tag = node.tag.as_ref().map_or("expr", |tag| &*tag.name);
        let message = format!("YAML reads this as {}, not as an expression", node.describe());
        let mut problem = Diagnostic::error(CUT, node.span, message);
        problem = if tag == "expr" { problem.help(QUOTE) } else { problem.help("put the text in quotes") };
        self.out.push(problem);
        None
    }

    /// Reads the expression of a `!expr`.
    pub(super) fn expr(&mut self, node: &yaml::Node) -> Option<Ex> {
        let (text, style) = self.scalar(node)?;
        let scope = Scope { root: self.root, locals: &self.locals };
        match expression(&Place::of(node, text), scope, self.out) {
            Ok(ex) => ex,
            Err(broken) => {
                self.out.push(explain(broken, style));
                None
            }
        }
    }

    fn text(&mut self, node: &yaml::Node) -> Option<NodeKind> {
        let (text, style) = self.scalar(node)?;
        let scope = Scope { root: self.root, locals: &self.locals };
        let parts = text::parts(&Place::of(node, text), scope, self.out, |broken| explain(broken, style));
        parts.map(NodeKind::Text)
    }

    /// Returns the map of a `!if` or `!for`, after looking for keys that it does not have.
    fn fields<'n>(&mut self, node: &'n yaml::Node, tag: &str, known: &[&str]) -> Option<&'n Mapping> {
        let Some(mapping) = node.as_mapping() else {
            let message = format!("`!{tag}` needs a map, found {}", node.describe());
            let keys: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
            self.out.push(
                Diagnostic::error(STRUCTURE, node.span, message).help(format!("its keys are {}", keys.join(", "))),
            );
            return None;
        };
        for entry in &mapping.entries {
            if !known.contains(&&*entry.key.text) {
                let message = format!("`!{tag}` knows no `{}`", entry.key.text);
                let mut problem = Diagnostic::error(STRUCTURE, entry.key.span, message);
                if let Some(help) = did_you_mean(&entry.key.text, known.iter().copied()) {
                    problem = problem.help(help);
                }
                self.out.push(problem);
            }
        }
        Some(mapping)
    }

    fn field<'n>(
        &mut self,
        node: &'n yaml::Node,
        mapping: &'n Mapping,
        tag: &str,
        key: &str,
    ) -> Option<&'n yaml::Node> {
        let found = mapping.get(key).map(|entry| &entry.value);
        let misspelt = |entry: &Entry| {
            let name = &*entry.key.text;
            !KEYS.contains(&name) && nearest(name, [key]).is_some()
        };
        if found.is_none() && !mapping.entries.iter().any(misspelt) {
            let span = node.tag.as_ref().map_or(node.span, |tag| tag.span);
            let problem = Diagnostic::error(STRUCTURE, span, format!("`!{tag}` has no `{key}`"));
            self.out.push(problem.help(format!("add `{key}: …`")));
        }
        found
    }

    /// Reads a field that has to be computed: without its tag it would be a text that is always true.
    fn tagged(&mut self, node: &yaml::Node, key: &str, tags: &[&str]) -> Option<Node> {
        let tag = node.tag.as_ref().map(|tag| &*tag.name);
        if tag.is_some_and(|tag| tags.contains(&tag)) {
            return self.node(node);
        }
        let mut problem = Diagnostic::error(STRUCTURE, node.span, format!("`{key}` has to be computed"));
        problem = problem.why("without a tag it is a plain text, not the expression in it");
        self.out.push(problem.help(match node.as_scalar() {
            Some(text) if tag.is_none() => format!("write `{key}: !expr {text}`"),
            _ => format!("write `{key}: !expr …`"),
        }));
        None
    }

    fn choice(&mut self, node: &yaml::Node) -> Option<NodeKind> {
        let mapping = self.fields(node, "if", &["when", "then", "else"])?;
        let when = self.field(node, mapping, "if", "when").map(|when| self.tagged(when, "when", &["expr", "text"]));
        let then = self.field(node, mapping, "if", "then").map(|then| self.node(then));
        let otherwise = mapping.get("else").map(|entry| self.node(&entry.value));
        let otherwise = match otherwise {
            Some(read) => Some(read?),
            None => None,
        };
        Some(NodeKind::If(Box::new(Choice { when: when??, then: then??, otherwise })))
    }

    fn repeat(&mut self, node: &yaml::Node) -> Option<NodeKind> {
        let mapping = self.fields(node, "for", &["as", "in", "if", "key", "do"])?;
        let name = self.field(node, mapping, "for", "as").map(|name| self.binding(name));
        let over = self.field(node, mapping, "for", "in").map(|over| self.tagged(over, "in", &["expr"]));
        let over = over.map(|over| match over.map(|over| over.kind) {
            Some(NodeKind::Expr(over)) => Some(over),
            _ => None,
        });
        let item = match &over {
            Some(Some(over)) => shape(over, self.scope()).item(),
            _ => Shape::Any,
        };
        // A broken name binds too, as nothing that can be misspelled: the loop's body is checked all the same.
        let bound = mapping.get("as").and_then(|entry| entry.value.as_scalar().cloned()).unwrap_or_else(|| "".into());
        self.locals.push((bound, item));
        let only = mapping.get("if").map(|entry| self.tagged(&entry.value, "if", &["expr"]));
        let key = mapping.get("key").map(|entry| self.tagged(&entry.value, "key", &["expr", "text"]));
        let body = self.field(node, mapping, "for", "do").map(|body| self.node(body));
        self.locals.pop();
        name??;
        let only = match only {
            Some(Some(Node { kind: NodeKind::Expr(only), .. })) => Some(only),
            Some(_) => return None,
            None => None,
        };
        let key = match key {
            Some(key) => Some(key?),
            None => None,
        };
        Some(NodeKind::For(Box::new(Loop { over: over??, only, key, body: body?? })))
    }

    /// Checks the name that a loop binds.
    fn binding(&mut self, node: &yaml::Node) -> Option<()> {
        const RESERVED: [&str; 13] =
            ["true", "True", "false", "False", "none", "None", "and", "or", "not", "in", "is", "if", "else"];
        let name = node.as_scalar().filter(|_| node.tag.is_none()).map_or("", |name| &**name);
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let good =
            name.chars().all(word) && name.starts_with(|c: char| !c.is_ascii_digit()) && !RESERVED.contains(&name);
        let mut problem = Diagnostic::error(STRUCTURE, node.span, "`as` has to be a name")
            .help("write a word of letters, digits and `_`");
        if good {
            let taken =
                self.locals.iter().any(|local| *local.0 == *name) || self.root.names().any(|known| known == name);
            if !taken {
                return Some(());
            }
            problem = Diagnostic::error(STRUCTURE, node.span, format!("`{name}` is the name of something else here"))
                .why("inside the loop the other could not be reached")
                .help("choose another name");
        }
        self.out.push(problem);
        None
    }

    fn sequence<'n>(&mut self, node: &'n yaml::Node, tag: &str) -> Option<&'n [yaml::Node]> {
        let items = node.as_sequence();
        if items.is_none() {
            self.out.push(Diagnostic::error(
                STRUCTURE,
                node.span,
                format!("`!{tag}` needs a list, found {}", node.describe()),
            ));
        }
        items
    }

    fn merge(&mut self, node: &yaml::Node) -> Option<Vec<Node>> {
        let items = self.sequence(node, "merge")?;
        let mut good = true;
        for item in items.iter().filter(|item| item.tag.is_none() && item.as_mapping().is_none() && !item.is_null()) {
            self.out.push(Diagnostic::error(
                STRUCTURE,
                item.span,
                format!("`!merge` takes maps, found {}", item.describe()),
            ));
            good = false;
        }
        self.all(items).filter(|_| good)
    }

    fn lines(&mut self, node: &yaml::Node) -> Option<Vec<Node>> {
        let items = self.sequence(node, "lines")?;
        let mut good = true;
        for item in items.iter().filter(|item| item.tag.is_none() && (item.as_scalar().is_none() || item.is_null())) {
            let problem = Diagnostic::error(
                STRUCTURE,
                item.span,
                format!("a line has to be a string, found {}", item.describe()),
            );
            self.out.push(if item.is_null() {
                problem.help("an empty line is `\"\"`")
            } else {
                problem.help("quote the line")
            });
            good = false;
        }
        self.all(items).filter(|_| good)
    }
}

/// What to do about an expression that YAML does not pass on whole.
pub(super) const QUOTE: &str = "put the whole expression in quotes, or write it on a line of its own under `|-`";

/// Makes the diagnostic of an expression that cannot be read; one with an open end has most probably been cut.
fn explain(broken: Broken, style: Style) -> Diagnostic {
    if !(broken.open && style == Style::Plain) {
        return broken.into_diagnostic();
    }
    Diagnostic::error(CUT, broken.span, "the expression ends in the middle of a bracket or string")
        .why("in a plain YAML value ` #` starts a comment, and inside `{ }` and `[ ]` a comma or bracket ends it")
        .help(QUOTE)
}
