//! Edits by what their paths say: a change must not cost a walk over all of them.

use std::collections::BTreeMap;

use crate::diff::edits::Placed;
use crate::diff::names::parts;

/// Steps of paths that are no names: whatever is changed has some of them.
const SECTIONS: &[&str] = &[
    "components",
    "groups",
    "environments",
    "values",
    "spec",
    "metadata",
    "settings",
    "application",
    "manifests",
    "name",
    "namespace",
    "kind",
    "data",
    "file",
    "version",
    "port",
    "ports",
    "type",
];

/// Places of edits by a word.
type Named<'a> = BTreeMap<&'a str, Vec<usize>>;

/// The edits by their words.
#[derive(Default)]
pub(super) struct Index<'a> {
    /// Those about a component.
    components: Named<'a>,
    /// Those about a group.
    groups: Named<'a>,
    /// Those of flows, by what they speak of.
    flows: Named<'a>,
    /// Those of other names, by both names.
    renamed: Named<'a>,
    /// All by the names in their paths.
    steps: Named<'a>,
    /// All that can change an output: policies cannot.
    pub(super) effective: Vec<usize>,
    /// All that give something another name.
    pub(super) renames: Vec<usize>,
    /// Those that move machines in the order of their numbers.
    pub(super) machines: Vec<usize>,
}

impl<'a> Index<'a> {
    pub(super) fn new(edits: &'a [Placed]) -> Self {
        let mut index = Self::default();
        for (at, placed) in edits.iter().enumerate() {
            index.add(at, placed);
        }
        index
    }

    fn add(&mut self, at: usize, placed: &'a Placed) {
        let edit = &placed.edit;
        let path = &edit.path;
        let texts = || [&edit.before, &edit.after].into_iter().flatten();
        for two in path.windows(2) {
            match two {
                [section, name] if section == "components" => push(&mut self.components, name, at),
                [section, name] if section == "groups" => push(&mut self.groups, name, at),
                _ => {}
            }
        }
        if path.iter().any(|step| step == "flows") {
            let words = |text: &'a str| text.split(|c: char| !c.is_alphanumeric() && c != '-');
            path.iter().chain(texts()).flat_map(|text| words(text)).for_each(|word| push(&mut self.flows, word, at));
        }
        if placed.is_policy() {
            return;
        }
        self.effective.push(at);
        for step in path {
            let name = step.trim_matches(|c: char| !c.is_alphanumeric());
            if name.len() > 2 && !SECTIONS.contains(&name) {
                push(&mut self.steps, name, at);
            }
            // A document is called by its kind too, which is what a project of Argo CD lists: `[ConfigMap web/one]`.
            let document = step.strip_prefix('[').and_then(|step| step.split_once(' '));
            if let Some((kind, _)) = document.filter(|(kind, _)| kind.starts_with(char::is_uppercase)) {
                push(&mut self.steps, kind, at);
            }
        }
        let is_node = matches!(path.as_slice(), [.., section, _] if section == "nodes");
        if edit.renamed {
            texts().for_each(|name| push(&mut self.renamed, name, at));
            self.renames.push(at);
        }
        if path.last().is_some_and(|last| last == "vmid") || edit.renamed && is_node {
            self.machines.push(at);
        }
    }

    /// Returns the edits about a component.
    pub(super) fn of_component(&self, name: &str) -> &[usize] {
        get(&self.components, name)
    }

    /// Returns the edits about a group.
    pub(super) fn of_group(&self, name: &str) -> &[usize] {
        get(&self.groups, name)
    }

    /// Returns the edits of flows that speak of a component.
    pub(super) fn of_flows(&self, name: &str) -> &[usize] {
        get(&self.flows, name)
    }

    /// Returns the edits of other names that a path speaks of.
    pub(super) fn renamed_in<'i>(&'i self, path: &'i str) -> impl Iterator<Item = usize> + 'i {
        let words = path.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_');
        words.flat_map(|word| get(&self.renamed, word)).copied()
    }

    /// Returns the edits that a text names a step of.
    pub(super) fn named_in<'i>(&'i self, text: &'i str) -> impl Iterator<Item = usize> + 'i {
        parts(text).flat_map(|name| get(&self.steps, name)).copied()
    }
}

fn get<'i>(index: &'i Named<'_>, word: &str) -> &'i [usize] {
    index.get(word).map_or(&[], Vec::as_slice)
}

fn push<'a>(index: &mut Named<'a>, word: &'a str, at: usize) {
    let places = index.entry(word).or_default();
    if places.last() != Some(&at) {
        places.push(at);
    }
}
