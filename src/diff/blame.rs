//! Which edits a problem of the head comes from: those at its places, else the nearest ones in the spec.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use super::cause::of_component;
use super::edits::Placed;
use crate::diag::Diagnostic;
use crate::source::{FileId, SourceMap, Span};
use crate::yaml::{Dialect, Node, NodeKind, load_all};

/// Finds edits for problems of one side.
pub(super) struct Blame<'a> {
    edits: &'a [Placed],
    sources: &'a SourceMap,
    trees: BTreeMap<FileId, Vec<Node>>,
}

impl<'a> Blame<'a> {
    /// Makes one for the head.
    pub(super) const fn new(edits: &'a [Placed], sources: &'a SourceMap) -> Self {
        Self { edits, sources, trees: BTreeMap::new() }
    }

    /// Returns the edits that a problem comes from. What the base had not comes from an edit: where none is nearer than the
    /// others, it may be each of them.
    pub(super) fn of(&mut self, problem: &Diagnostic) -> Vec<usize> {
        let primary = problem.primary.as_ref().map(|label| label.span);
        let others: Vec<Span> = problem.secondary.iter().map(|label| label.span).collect();
        let path = primary.map(|span| self.path(span)).unwrap_or_default();
        let about = problem.about.as_deref();
        let names: BTreeSet<&str> = problem.message.split('`').skip(1).step_by(2).collect();
        let most = LazyCell::new(|| self.edits.iter().map(|edit| shared(edit, &path)).max().unwrap_or_default());
        let ways: [&dyn Fn(&Placed) -> bool; 7] = [
            &|edit| primary.is_some_and(|span| is_at(edit, span)),
            &|edit| others.iter().any(|span| is_at(edit, *span)),
            &|edit| names.iter().any(|name| lost(edit, name)),
            &|edit| *most > 1 && shared(edit, &path) == *most,
            &|edit| about.is_some_and(|name| of_component(&edit.edit.path, name)),
            &|edit| edit.edit.path.iter().any(|step| names.contains(step.as_str())),
            &|edit| *most > 0 && shared(edit, &path) == *most,
        ];
        let pick = |way: &dyn Fn(&Placed) -> bool| -> Vec<usize> {
            self.edits.iter().enumerate().filter(|(_, edit)| way(edit)).map(|(at, _)| at).collect()
        };
        let found = ways.iter().map(|way| pick(*way)).find(|found| !found.is_empty());
        found.unwrap_or_else(|| (0..self.edits.len()).collect())
    }

    /// Returns the edits at the place of a problem.
    pub(super) fn at(&self, problem: &Diagnostic) -> Vec<usize> {
        let Some(place) = problem.primary.as_ref().map(|label| label.span) else { return Vec::new() };
        self.edits.iter().enumerate().filter(|(_, edit)| is_at(edit, place)).map(|(at, _)| at).collect()
    }

    /// Returns the path of keys of a place in its file.
    fn path(&mut self, span: Span) -> Vec<String> {
        let sources = self.sources;
        let nodes = self.trees.entry(span.file).or_insert_with(|| {
            let file = sources.file(span.file);
            let dialect = if file.name().starts_with("dvgen/") { Dialect::Template } else { Dialect::Spec };
            load_all(span.file, file.text(), dialect, &mut Vec::new()).map(|(nodes, _)| nodes).unwrap_or_default()
        });
        let mut path = Vec::new();
        for node in nodes.iter() {
            descend(node, span, &mut path);
        }
        path
    }
}

/// Returns whether an edit of the head touches a place.
fn is_at(edit: &Placed, at: Span) -> bool {
    edit.head.is_some_and(|edit| edit.file == at.file && edit.start <= at.end && at.start <= edit.end)
}

/// Returns whether an edit took a name away that it had named.
fn lost(edit: &Placed, name: &str) -> bool {
    let says = |text: &Option<String>| {
        let text = text.as_deref().unwrap_or_default();
        text.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_').any(|word| word == name)
    };
    name.len() > 1 && says(&edit.edit.before) && !says(&edit.edit.after)
}

/// Returns how many steps the paths of an edit and of a place have in common, apart from the environment.
fn shared(edit: &Placed, path: &[String]) -> usize {
    let (edit, path) = (inside(&edit.edit.path), inside(path));
    edit.iter().zip(path).take_while(|(a, b)| a == b).count()
}

/// Returns a path without the environment that it is in.
fn inside(path: &[String]) -> &[String] {
    match path {
        [section, _, rest @ ..] if section == "environments" => rest,
        path => path,
    }
}

fn descend(node: &Node, at: Span, path: &mut Vec<String>) {
    let NodeKind::Mapping(mapping) = &node.kind else { return };
    let holds = |span: Span| span.start <= at.start && at.start < span.end;
    for entry in &mapping.entries {
        if holds(entry.key.span.to(entry.value.span)) {
            path.push(entry.key.text.to_string());
            descend(&entry.value, at, path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Blame;
    use crate::diag::{Diagnostic, Kind};
    use crate::diff::Unread;
    use crate::diff::edits::between;
    use crate::source::{SourceMap, Span};

    #[test]
    fn the_nearest_edit_is_blamed() {
        let (mut base, mut head) = (SourceMap::new(), SourceMap::new());
        let text = |version: &str, size: &str| {
            format!("components:\n  a:\n    version: {version}\n    values:\n      x: {{ size: {size} }}\n      y: 1\n")
        };
        base.add("platform.yaml", text("1.0.0", "1"));
        let after = text("1.1.0", "2");
        let at = after.find("y: 1").expect("a place");
        let file = head.add("platform.yaml", after);
        let edits = between(&base, &head, ("platform.yaml", "platform.yaml"), &Unread::default());
        assert_eq!(edits.len(), 2);
        let at = u32::try_from(at).expect("a short text");
        let problem = Diagnostic::error(Kind::new("x", "DV0000"), Span::new(file, at, at + 4), "wrong");
        let found = Blame::new(&edits, &head).of(&problem);
        let paths: Vec<String> = found.iter().filter_map(|at| Some(edits.get(*at)?.edit.path.join("."))).collect();
        assert_eq!(paths, ["components.a.values.x.size"]);
    }
}
