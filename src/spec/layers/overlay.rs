//! The overlay of an environment, laid over the base.
//!
//! What an overlay names is a change of what the base has, or an addition. An entry that would be no whole thing is no
//! addition: the base has it under another name, or has it no more. That is said once, at the overlay's line, and the
//! thing that was probably meant is changed, so that nothing else is said of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::flows::{
    cut, flow_identity, flow_removed, is_nearly_remove, meant, misspelt_remove, near_flow, no_such_flow, not_remove,
};
use super::{REMOVE, is_remove};
use crate::diag::{Diagnostic, did_you_mean, nearest};
use crate::source::Span;
use crate::spec::{NOT_IN_BASE, NOTHING_TO_REMOVE, sections};
use crate::yaml::{Entry, Mapping, Node, NodeKind, Style, WRONG_TYPE};

/// What an overlay changes besides fields.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// The entries of sections that it takes away, by name.
    pub removed: BTreeMap<Arc<str>, Removed>,
    /// The components that the base does not have.
    pub added: BTreeSet<Arc<str>>,
    /// What it says of things that the base has: where the base has each, and where the overlay names it.
    pub named: Vec<(Span, Span)>,
    /// Whether it changes what the base does not have, which has been reported.
    pub strange: bool,
}

/// An entry of a section that an overlay takes away.
#[derive(Clone, Debug)]
pub struct Removed {
    /// The section.
    pub section: Arc<str>,
    /// Where the overlay says so.
    pub place: Span,
    /// The entry, as it was below.
    pub entry: Node,
}

/// Where in the spec an overlay is laid.
#[derive(Clone, Copy)]
enum At<'a> {
    /// Among the sections.
    Root,
    /// Among the entries of a section.
    Section(&'a str),
    /// Deeper.
    Inside,
}

/// What makes an entry of a section a whole thing.
struct Whole {
    section: &'static str,
    /// What an entry is called.
    what: &'static str,
    /// One of these fields has to be there.
    fields: &'static [&'static str],
    /// What to write to add one.
    needs: &'static str,
}

const WHOLE: [Whole; 6] = [
    Whole {
        section: "components",
        what: "component",
        fields: &["version", "library", "chart", "manifests", "workload", "kinds"],
        needs: "`version`, and `chart` or `library` where it is not called as the library calls it",
    },
    Whole { section: "nodes", what: "node", fields: &["role"], needs: "`role` and `ip`" },
    Whole { section: "networks", what: "network", fields: &["cidr"], needs: "`cidr`" },
    Whole { section: "addresses", what: "address", fields: &["purpose"], needs: "`ip` or `range`, and `purpose`" },
    Whole { section: "hypervisors", what: "hypervisor", fields: &["endpoint"], needs: "`kind` and `endpoint`" },
    Whole {
        section: "compositions",
        what: "composition",
        fields: &["title", "version", "description"],
        needs: "`title` and `plugins`",
    },
];

/// Sections with entries that are whole without any of those fields: only a name that is near to one of the base is
/// meant as that.
const SMALL: [&str; 2] = ["components", "compositions"];

/// Lays overlays over the base.
struct Layer<'a> {
    out: &'a mut Vec<Diagnostic>,
    changes: Changes,
    /// Whether nodes need not say their role.
    shared_role: bool,
}

/// Lays the overlay of an environment over the base, and returns what it changes.
pub(in crate::spec) fn overlay(base: &mut Node, over: &Node, out: &mut Vec<Diagnostic>) -> Changes {
    let shared = |root: &Node| {
        root.get("defaults")
            .and_then(|defaults| defaults.get("nodes")?.get("role"))
            .is_some_and(|role| !is_remove(role))
    };
    let shared_role = shared(base) || shared(over);
    let changes = Changes { named: named(base, over), ..Changes::default() };
    let mut layer = Layer { out, changes, shared_role };
    layer.node(base, over, At::Root);
    layer.changes
}

/// Returns the sections, and the entries of sections, that both have.
fn named(base: &Node, over: &Node) -> Vec<(Span, Span)> {
    let mut all = Vec::new();
    let both = |old: &Entry, new: &Entry| (old.key.span.to(old.value.span), new.key.span);
    for section in over.as_mapping().into_iter().flat_map(|mapping| &mapping.entries) {
        let Some(old) = base.as_mapping().and_then(|base| base.get(&section.key.text)) else { continue };
        all.push(both(old, section));
        let (Some(old), Some(new)) = (old.value.as_mapping(), section.value.as_mapping()) else { continue };
        all.extend(new.entries.iter().filter_map(|entry| Some(both(old.get(&entry.key.text)?, entry))));
    }
    all
}

impl Layer<'_> {
    fn node(&mut self, base: &mut Node, over: &Node, at: At<'_>) {
        let (NodeKind::Mapping(below), NodeKind::Mapping(above)) = (&mut base.kind, &over.kind) else {
            *base = over.clone();
            return;
        };
        for entry in &above.entries {
            self.entry(below, (entry, above), at);
        }
    }

    fn entry(&mut self, below: &mut Mapping, (entry, above): (&Entry, &Mapping), at: At<'_>) {
        let position = below.entries.iter().position(|old| old.key.text == entry.key.text);
        if is_remove(&entry.value) {
            return self.remove(below, entry, position, at);
        }
        let Some(old) = position.and_then(|at| below.entries.get_mut(at)) else {
            return self.add(below, (entry, above), at);
        };
        if is_broken(&old.value, entry, at) {
            return;
        }
        if let Some(problem) = not_removed(&old.value, entry) {
            self.out.push(problem);
            return self.remove(below, entry, position, at);
        }
        match (&*entry.key.text, &mut old.value.kind, &entry.value.kind) {
            ("flows", NodeKind::Sequence(items), NodeKind::Sequence(above)) => self.flows(items, above),
            _ => self.node(&mut old.value, &entry.value, deeper(at, &entry.key.text)),
        }
    }

    fn remove(&mut self, below: &mut Mapping, entry: &Entry, position: Option<usize>, at: At<'_>) {
        let near = || nearest(&entry.key.text, below.entries.iter().map(|old| &*old.key.text));
        let meant = position.or_else(|| {
            let near = near()?;
            below.entries.iter().position(|old| &*old.key.text == near)
        });
        if position.is_none() {
            self.out.push(nothing_to_remove(entry, below));
        }
        // What was probably meant goes too: what is left of it is no problem of its own.
        let Some(removed) = meant.map(|at| below.entries.remove(at)) else { return };
        if let At::Section(section) = at {
            let place = entry.key.span.to(entry.value.span);
            let Entry { key, value: entry } = removed;
            self.changes.removed.entry(key.text).or_insert(Removed { section: section.into(), place, entry });
        }
    }

    fn add(&mut self, below: &mut Mapping, (entry, above): (&Entry, &Mapping), at: At<'_>) {
        if let At::Section(section) = at
            && let Some(whole) = WHOLE.iter().find(|whole| whole.section == section)
            && self.is_change(whole, entry)
        {
            // What the overlay names besides is not meant.
            let names = below.entries.iter().map(|old| &*old.key.text).filter(|name| above.get(name).is_none());
            let near = nearest(&entry.key.text, names).map(Arc::<str>::from);
            // The library has components that need neither version nor chart, and a composition may be plugins alone:
            // whether that is one, the model says.
            if near.is_some() || !SMALL.contains(&section) {
                self.changes.strange = true;
                self.out.push(not_in_base(whole, entry, near.as_deref(), below));
                if let Some(meant) = near.and_then(|near| below.get_mut(&near)) {
                    // The rest of the entry is judged once it is where it belongs.
                    let said = self.out.len();
                    self.node(&mut meant.value, &entry.value, At::Inside);
                    self.out.truncate(said);
                }
                return;
            }
        }
        if matches!(at, At::Section("components")) {
            self.changes.added.insert(entry.key.text.clone());
        }
        // Laid over nothing, so that a marker inside it is found.
        let empty = match &entry.value.kind {
            NodeKind::Mapping(_) => NodeKind::Mapping(Mapping::default()),
            NodeKind::Sequence(_) if &*entry.key.text == "flows" => NodeKind::Sequence(Vec::new()),
            _ => return below.entries.push(entry.clone()),
        };
        let value = Node { kind: empty, ..entry.value.clone() };
        below.entries.push(Entry { key: entry.key.clone(), value });
        self.entry(below, (entry, above), at);
    }

    /// Returns whether an entry can only be meant as a change of one that the base has.
    fn is_change(&self, whole: &Whole, entry: &Entry) -> bool {
        let Some(fields) = entry.value.as_mapping() else { return false };
        let has = |field: &str| fields.get(field).is_some();
        let node = whole.section == "nodes" && self.shared_role && has("ip");
        !node && !whole.fields.iter().any(|field| has(field))
    }

    /// A flow is known by kind, from and to; the same one is merged, `$remove: true` in it takes it away.
    fn flows(&mut self, items: &mut Vec<Node>, above: &[Node]) {
        let mut known = BTreeMap::new();
        for (at, item) in items.iter().enumerate() {
            if let Some(identity) = flow_identity(item) {
                known.entry(identity).or_insert_with(Vec::new).push(at);
            }
        }
        let mut removed = BTreeSet::new();
        for item in above {
            let misspelt = misspelt_remove(item);
            self.out.extend(misspelt.map(not_remove));
            let gone = misspelt.is_some() || flow_removed(item);
            let identity = flow_identity(item);
            let at = identity.as_ref().and_then(|identity| known.get(identity)).and_then(|all| meant(items, all, item));
            match at {
                Some(at) if gone => {
                    removed.insert(at);
                    if let Some(all) = identity.and_then(|identity| known.get_mut(&identity)) {
                        all.retain(|known| *known != at);
                    }
                }
                Some(at) => {
                    if let Some(old) = items.get_mut(at) {
                        self.node(old, item, At::Inside);
                    }
                }
                None if gone => {
                    if let Some((_, empty)) = identity.as_ref().and_then(|wanted| cut(items, &mut known, item, wanted))
                    {
                        removed.extend(empty);
                        continue;
                    }
                    let near = identity.and_then(|identity| near_flow(&identity, &known));
                    self.out.push(no_such_flow(item, near.as_ref()));
                    removed.extend(near.and_then(|near| known.remove(&near)).unwrap_or_default());
                }
                None => {
                    let part = identity.as_ref().and_then(|wanted| cut(items, &mut known, item, wanted));
                    if let Some(identity) = identity {
                        known.entry(identity).or_default().push(items.len());
                    }
                    let mut new = item.clone();
                    if let Some((part, empty)) = part {
                        removed.extend(empty);
                        new = part;
                        self.node(&mut new, item, At::Inside);
                    }
                    items.push(new);
                }
            }
        }
        let mut at = 0..;
        items.retain(|_| at.next().is_none_or(|at| !removed.contains(&at)));
    }
}

/// Reports a word in the place of the fields of a thing of the base: the thing was probably to be taken away.
fn not_removed(base: &Node, over: &Entry) -> Option<Diagnostic> {
    base.as_mapping()?;
    let Entry { key, value } = over;
    let help = format!("to take it away here, write `{REMOVE}`");
    let NodeKind::Scalar { text, style: Style::Plain } = &value.kind else { return None };
    let message = format!("`{text}` does not take `{}` away", key.text);
    let problem = || Diagnostic::error(WRONG_TYPE, value.span, message).help(help);
    is_nearly_remove(text).then(|| problem().fix(false, format!("change to `{REMOVE}`"), value.span, REMOVE))
}

/// Returns whether the base has something of the wrong form where the overlay has the right one: the base is reported, and
/// what the overlay changes of it is no thing of its own.
fn is_broken(base: &Node, over: &Entry, at: At<'_>) -> bool {
    let fits = |node: &Node| match at {
        At::Root => sections::fits(&over.key.text, node),
        At::Section(section) => sections::entry_fits(section, node),
        At::Inside => true,
    };
    fits(&over.value) && !fits(base)
}

fn deeper<'a>(at: At<'_>, key: &'a str) -> At<'a> {
    if matches!(at, At::Root) { At::Section(key) } else { At::Inside }
}

fn nothing_to_remove(entry: &Entry, below: &Mapping) -> Diagnostic {
    let name = &entry.key.text;
    let message = format!("there is no `{name}` to remove");
    let problem = Diagnostic::error(NOTHING_TO_REMOVE, entry.key.span, message);
    match nearest(name, below.entries.iter().map(|old| &*old.key.text)) {
        Some(near) => problem.help(format!("did you mean `{near}`?")).fix(
            false,
            format!("change to `{near}`"),
            entry.key.span,
            near,
        ),
        None => problem.help("remove this line: the base does not have it"),
    }
}

fn not_in_base(whole: &Whole, entry: &Entry, near: Option<&str>, below: &Mapping) -> Diagnostic {
    let Whole { what, needs, .. } = whole;
    let name = &entry.key.text;
    let message = format!("the base has no {what} `{name}` that this could change");
    let problem = Diagnostic::error(NOT_IN_BASE, entry.key.span, message);
    let known = || below.entries.iter().map(|old| &*old.key.text);
    let problem = match near {
        Some(near) => problem.help(format!("did you mean `{near}`?")).fix(
            false,
            format!("change to `{near}`"),
            entry.key.span,
            near,
        ),
        None => did_you_mean(name, known().filter(|known| nearest(name, [*known]).is_none()))
            .into_iter()
            .fold(problem, Diagnostic::help),
    };
    problem.help(format!("to add it here as a new one, write {needs}"))
}
