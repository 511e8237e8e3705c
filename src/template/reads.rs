//! Which names a template reads: the paths from the roots of its expressions.
//!
//! A list is transparent: `flows.query[0].url` and a loop over `flows.query` both read `flows.query.url`. Where it
//! is not clear which of several things is read, all of them are.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::data::DataValue;
use super::expr::{Ex, ExKind};
use super::node::{Node, NodeKind};
use super::text::Part;

/// The paths that something may be, each joined by dots.
type Paths = Vec<String>;

/// Collects what is read; `locals` are what loops bind, from the outermost on.
struct Reads<'a> {
    locals: Vec<Paths>,
    found: &'a mut BTreeSet<Arc<str>>,
}

impl super::Template {
    /// Adds the paths that the template reads, such as `settings.retention`.
    pub fn reads(&self, found: &mut BTreeSet<Arc<str>>) {
        Reads { locals: Vec::new(), found }.node(&self.root);
    }
}

impl Reads<'_> {
    fn node(&mut self, node: &Node) {
        match &node.kind {
            NodeKind::Null | NodeKind::Bool(_) | NodeKind::Int(_) | NodeKind::Float(_) | NodeKind::Str(_) => {}
            NodeKind::List(nodes) | NodeKind::Merge(nodes) | NodeKind::Lines(nodes) => {
                for node in nodes {
                    self.node(node);
                }
            }
            NodeKind::Json(inner) => self.node(inner),
            NodeKind::Map(entries) => entries.iter().for_each(|(_, node)| self.node(node)),
            NodeKind::Expr(ex) => self.whole(ex),
            NodeKind::Text(parts) => {
                for part in parts {
                    if let Part::Computed(ex) = part {
                        self.whole(ex);
                    }
                }
            }
            NodeKind::If(choice) => {
                self.node(&choice.when);
                self.node(&choice.then);
                choice.otherwise.iter().for_each(|node| self.node(node));
            }
            NodeKind::For(each) => {
                let items = self.paths(&each.over);
                self.note(&items);
                self.locals.push(items);
                each.only.iter().for_each(|ex| self.whole(ex));
                each.key.iter().for_each(|node| self.node(node));
                self.node(&each.body);
                self.locals.pop();
            }
        }
    }

    /// An expression whose value is used as it is.
    fn whole(&mut self, ex: &Ex) {
        let paths = self.paths(ex);
        self.note(&paths);
    }

    fn note(&mut self, paths: &Paths) {
        self.found.extend(paths.iter().map(|path| Arc::from(path.as_str())));
    }

    /// Returns what an expression may be a part of, and notes what it reads on the way.
    fn paths(&mut self, ex: &Ex) -> Paths {
        match &ex.kind {
            ExKind::Const(_) => Vec::new(),
            ExKind::Root(name) => vec![name.to_string()],
            ExKind::Local(slot, _) => self.locals.get(*slot).cloned().unwrap_or_default(),
            ExKind::Attr(base, name) => below(self.paths(base), name),
            ExKind::Index(base, index) => {
                let base = self.paths(base);
                match &index.kind {
                    ExKind::Const(DataValue::Str(name)) => below(base, name),
                    ExKind::Const(_) => base,
                    _ => {
                        self.whole(index);
                        self.note(&base);
                        base
                    }
                }
            }
            ExKind::Slice(base, ends) => {
                ends.iter().flatten().for_each(|end| self.whole(end));
                self.paths(base)
            }
            ExKind::And(left, right) | ExKind::Or(left, right) | ExKind::Binary(_, left, right) => {
                let (left, right) = (self.paths(left), self.paths(right));
                self.note(&left);
                self.note(&right);
                [left, right].concat()
            }
            ExKind::If { test, yes, no } => {
                self.whole(test);
                let mut paths = self.paths(yes);
                paths.extend(no.iter().flat_map(|no| self.paths(no)));
                paths
            }
            ExKind::Not(part) | ExKind::Neg(part) | ExKind::Defined(part) => {
                self.whole(part);
                Vec::new()
            }
            ExKind::Chain(first, rest) => {
                self.whole(first);
                for (_, ex) in rest {
                    self.whole(ex);
                }
                Vec::new()
            }
            ExKind::List(items) => items.iter().flat_map(|item| self.paths(item)).collect(),
            ExKind::Map(entries) => {
                for (key, value) in entries {
                    self.whole(key);
                    self.whole(value);
                }
                Vec::new()
            }
            ExKind::Call(_, args) => self.call(args),
        }
    }

    /// A filter may be told the name of a field: `flows.query|map(attribute='url')`.
    fn call(&mut self, args: &[Option<Ex>]) -> Paths {
        let Some((first, rest)) = args.split_first() else { return Vec::new() };
        let mut paths = first.iter().flat_map(|first| self.paths(first)).collect::<Paths>();
        self.note(&paths);
        let mut fields = Vec::new();
        for arg in rest.iter().flatten() {
            match &arg.kind {
                ExKind::Const(DataValue::Str(name)) => fields.extend(below(paths.clone(), name)),
                _ => self.whole(arg),
            }
        }
        self.note(&fields);
        paths.extend(fields);
        paths
    }
}

fn below(mut paths: Paths, name: &str) -> Paths {
    for path in &mut paths {
        path.push('.');
        path.push_str(name);
    }
    paths
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use crate::source::SourceMap;
    use crate::template::{Shape, Template};
    use crate::yaml::{Dialect, load};

    fn reads(text: &str) -> Vec<String> {
        let (mut sources, mut out) = (SourceMap::new(), Vec::new());
        let file = sources.add("t.yaml", text.to_owned());
        let (root, _) = load(file, text, Dialect::Template, &mut out).expect("YAML");
        let names = ["a", "b", "settings", "flows"].map(|name| (name, Shape::Any));
        let template = Template::load(&root, &Shape::map(names), &mut out).expect("a template");
        let mut found = BTreeSet::<Arc<str>>::new();
        template.reads(&mut found);
        found.into_iter().map(|path| path.to_string()).collect()
    }

    #[test]
    fn paths_of_expressions() {
        let cases: [(&str, &[&str]); 9] = [
            ("x: settings.a", &[]),
            ("x: !expr settings.a", &["settings.a"]),
            ("x: !text 'y << settings.a >> z'", &["settings.a"]),
            ("x: !expr settings['a'].b", &["settings.a.b"]),
            ("x: !expr \"settings.a if settings.b is defined else 'c'\"", &["settings.a", "settings.b"]),
            ("x: !if { when: !expr a, then: !expr b }", &["a", "b"]),
            (
                "x: !for { as: f, in: !expr flows.query, if: !expr f.to, do: !expr f.url }",
                &["flows.query", "flows.query.to", "flows.query.url"],
            ),
            ("x: !expr flows.query|map(attribute='options')|list", &["flows.query", "flows.query.options"]),
            ("x: !expr (flows.a + flows.b)[0].url", &["flows.a", "flows.a.url", "flows.b", "flows.b.url"]),
        ];
        for (text, wanted) in cases {
            assert_eq!(reads(text), wanted, "{text}");
        }
    }
}
