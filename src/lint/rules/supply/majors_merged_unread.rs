//! Major versions that a bot merges by itself.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::source::Span;
use crate::yaml::{Node, NodeKind};

rule! {
    /// Renovate merges major versions by itself.
    ///
    /// ## What it does
    ///
    /// Reads `renovate`: `automerge: true` at its top, below `major`, and in `packageRules`, whose last one that fits wins. A rule
    /// fits major versions if it names them in `matchUpdateTypes`, or names no types at all. What a later rule takes back, what is
    /// not `enabled`, and what waits for `dependencyDashboardApproval` is left alone; so are presets other than those of Renovate
    /// that are about major versions.
    ///
    /// ## Why it matters
    ///
    /// A major version renames Services and values, and changes what is on disk. Tests of a pull request see what dvgen makes of
    /// it, but nobody has read the notes on what to do before.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// renovate:
    ///   packageRules: [{ matchDatasources: [helm], automerge: true }]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// renovate:
    ///   packageRules:
    ///     - { matchDatasources: [helm], matchUpdateTypes: [minor, patch], automerge: true }
    /// ```
    ///
    /// ## Source
    ///
    /// Renovate, Configuration Options, `automerge`, `packageRules` and `matchUpdateTypes`; its presets, `:automergeAll`.
    pub(super) static RULE =
        Kind::new("majors-merged-unread", "DV1790"), Supply, Warn, fix: None, Check::Platform(check);
}

/// Presets of Renovate that say something of major versions, each with a switch and its value.
const PRESETS: [(&str, &str, bool); 5] = [
    ("automergeAll", "automerge", true),
    ("automergeMajor", "automerge", true),
    ("automergeDisabled", "automerge", false),
    ("disableMajorUpdates", "enabled", false),
    ("approveMajorUpdates", APPROVAL, true),
];

/// What makes Renovate wait for a person.
const APPROVAL: &str = "dependencyDashboardApproval";

/// A place that says something of major versions, and the packages that it is for.
struct Said<'a> {
    matchers: Vec<(&'a str, Vec<&'a str>)>,
    span: Span,
}

/// What is said of major versions. What comes later wins, for each switch by itself.
#[derive(Default)]
struct Majors<'a> {
    /// They are merged.
    merged: Vec<Said<'a>>,
    /// They are never proposed.
    off: Vec<Said<'a>>,
    /// A person has to ask for them.
    approved: Vec<Said<'a>>,
}

impl<'a> Majors<'a> {
    /// Reads the switches of a node.
    fn read(&mut self, node: &'a Node, matchers: &[(&'a str, Vec<&'a str>)]) {
        for name in ["automerge", "enabled", APPROVAL] {
            if let Some((value, span)) = node.get(name).and_then(switch) {
                self.set(name, value, Said { matchers: matchers.to_vec(), span });
            }
        }
    }

    fn set(&mut self, name: &str, value: bool, said: Said<'a>) {
        let (list, on) = match name {
            "automerge" => (&mut self.merged, value),
            "enabled" => (&mut self.off, !value),
            _ => (&mut self.approved, value),
        };
        if on {
            list.push(said);
        } else {
            list.retain(|before| !said.covers(before));
        }
    }

    /// Iterates over the places that let major versions be merged.
    fn unread(&self) -> impl Iterator<Item = Span> {
        let held = |said: &&Said<'a>| !self.off.iter().chain(&self.approved).any(|other| other.covers(said));
        self.merged.iter().filter(held).map(|said| said.span)
    }
}

impl Said<'_> {
    /// Returns whether this is for all packages that the other one is for.
    fn covers(&self, other: &Self) -> bool {
        self.matchers.iter().all(|(key, values)| {
            other.matchers.iter().any(|(known, others)| {
                // What a list begins with `!`, or leaves out, makes it shorter.
                let plain = !key.starts_with("exclude") && !values.iter().any(|value| value.starts_with('!'));
                known == key && (values == others || plain && others.iter().all(|value| values.contains(value)))
            })
        })
    }
}

/// Returns the value of a switch, and where it stands.
fn switch(node: &Node) -> Option<(bool, Span)> {
    match &**node.as_scalar()? {
        "true" => Some((true, node.span)),
        "false" => Some((false, node.span)),
        _ => None,
    }
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    let Some(renovate) = platform.renovate.as_ref().filter(|_| !platform.is_overlay) else { return };
    let field = |name: &str| renovate.get(name).and_then(|named| named.value.as_ref()).map(|field| &field.value);
    let mut majors = Majors::default();
    for preset in field("extends").into_iter().flat_map(items) {
        let name = preset.as_scalar().and_then(|name| name.strip_prefix("default").unwrap_or(name).strip_prefix(':'));
        for (_, switch, value) in PRESETS.iter().filter(|(known, ..)| name == Some(*known)) {
            majors.set(switch, *value, Said { matchers: Vec::new(), span: preset.span });
        }
    }
    for name in ["automerge", "enabled", APPROVAL] {
        if let Some((value, span)) = field(name).and_then(switch) {
            majors.set(name, value, Said { matchers: Vec::new(), span });
        }
    }
    if let Some(major) = field("major") {
        majors.read(major, &[]);
    }
    for rule in field("packageRules").into_iter().flat_map(items) {
        let matchers = matchers(rule);
        if for_majors(rule) {
            majors.read(rule, &matchers);
        }
        if let Some(major) = rule.get("major") {
            majors.read(major, &matchers);
        }
    }
    for span in majors.unread() {
        let problem = RULE.at(span, "Renovate merges major versions by itself, too");
        out.push(
            problem
                .why("a major version asks for steps that a person has to read about first")
                .help("say `matchUpdateTypes: [minor, patch, digest]` beside it")
                .help("or end `packageRules` with `{ matchUpdateTypes: [major], automerge: false }`"),
        );
    }
}

/// Returns what a rule of packages asks of these, besides the type of the update.
fn matchers(rule: &Node) -> Vec<(&str, Vec<&str>)> {
    let NodeKind::Mapping(map) = &rule.kind else { return Vec::new() };
    let all = map.entries.iter().map(|entry| (&*entry.key.text, &entry.value));
    let all = all.filter(|(key, _)| key.starts_with("match") || key.starts_with("exclude"));
    all.filter(|(key, _)| *key != "matchUpdateTypes").map(|(key, value)| (key, words(value))).collect()
}

fn words(node: &Node) -> Vec<&str> {
    items(node).iter().filter_map(|item| item.as_scalar().map(|text| &**text)).collect()
}

fn items(node: &Node) -> &[Node] {
    match &node.kind {
        NodeKind::Sequence(items) => items,
        _ => std::slice::from_ref(node),
    }
}

/// Returns whether a rule is about major versions, among others or alone.
fn for_majors(rule: &Node) -> bool {
    let Some(types) = rule.get("matchUpdateTypes") else { return true };
    items(types).iter().any(|one| one.as_scalar().is_some_and(|text| &**text == "major"))
}
