//! The packs of a platform: read once, named by its environments.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::lint::UNKNOWN_RULE;
use crate::lint::rules::linter::UNUSED_PACK;
use crate::policy::{PolicyFiles, UNREAD};
use crate::source::Span;
use crate::spec::{Pack, Policies};
use crate::yaml::{Decode, Decoder, Field, Node};

/// The packs, by name.
#[derive(Debug, Default)]
pub struct Packs {
    all: BTreeMap<Arc<str>, Read>,
    /// The names of those that no environment names.
    unused: BTreeSet<Arc<str>>,
}

/// A pack as it was read.
#[derive(Debug)]
struct Read {
    /// What it says; `None` where it cannot be read, which is reported.
    pack: Option<Pack>,
    /// Where it begins, of one that a person wrote.
    start: Option<Span>,
}

impl Packs {
    /// Reads all packs, also those that nobody names. `written` is what the environments say.
    pub fn read<'w>(
        files: &PolicyFiles,
        written: impl Iterator<Item = &'w Field<Policies>>,
        out: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut all: BTreeMap<Arc<str>, Read> = BTreeMap::new();
        for file in files.iter().filter(|file| !file.has_rules()) {
            let mut cx = Decoder::default();
            let pack = file.root.as_ref().and_then(|root| Pack::decode(root, &mut cx));
            out.append(&mut cx.diagnostics);
            let start = file.root.as_ref().filter(|_| !file.built_in).map(start);
            if all.contains_key(&file.name) {
                out.extend(start.map(|start| twice(start, &file.name)));
            } else {
                all.insert(file.name.clone(), Read { pack, start });
            }
        }
        let named: BTreeSet<&Arc<str>> = written.flat_map(names).map(|name| &name.value).collect();
        let unused = all.iter().filter(|(name, read)| read.start.is_some() && !named.contains(name));
        let unused = unused.map(|(name, _)| name.clone()).collect();
        Self { all, unused }
    }

    /// Returns the packs that a spec names, and reports names of none.
    pub(super) fn named(&self, written: &Field<Policies>, out: &mut Vec<Diagnostic>) -> Vec<&Pack> {
        let mut found = Vec::new();
        for name in names(written) {
            if let Some(read) = self.all.get(&name.value) {
                found.extend(&read.pack);
            } else {
                let known = self.all.keys().map(|name| &**name);
                out.push(Decoder::unknown_name(UNKNOWN_RULE, name.span, "rule pack", &name.value, known));
            }
        }
        found
    }

    /// Iterates over the packs that nobody names: they have to be right on the day on which somebody does.
    pub(super) fn others(&self) -> impl Iterator<Item = &Pack> {
        self.all.iter().filter(|(name, _)| self.unused.contains(*name)).filter_map(|(_, read)| read.pack.as_ref())
    }

    /// Reports the packs that nobody names.
    pub fn unused(&self) -> Vec<Diagnostic> {
        let unused = self.unused.iter().filter_map(|name| Some((name, self.all.get(name)?.start?)));
        let problem = |(name, start): (&Arc<str>, Span)| {
            let problem = UNUSED_PACK
                .at(start, format!("no environment names pack `{name}`, so nothing of it holds"))
                .why("a level or waiver that somebody wrote here has no effect, and nothing else says so");
            problem.help(format!("name it in the spec: `policies: {{ packs: [{name}] }}`, or remove the file"))
        };
        unused.map(problem).collect()
    }
}

fn twice(start: Span, name: &str) -> Diagnostic {
    Diagnostic::error(UNREAD, start, format!("there are two files for pack `{name}`, and this one is not read"))
        .help("give one of them another name")
}

fn names(written: &Field<Policies>) -> impl Iterator<Item = &crate::source::Spanned<Arc<str>>> {
    let named = written.value().map(|policies| &policies.packs).and_then(Field::value);
    named.into_iter().flatten().filter_map(Field::get)
}

/// Returns the first key of a file.
fn start(root: &Node) -> Span {
    let first = root.as_mapping().and_then(|mapping| mapping.entries.first());
    first.map_or_else(|| root.span.at_start(), |entry| entry.key.span)
}
