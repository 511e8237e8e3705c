//! Levels: what `policies` says about each rule.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{FIXED_LEVEL, RULES, SECRET_IN_VALUES, UNKNOWN_RULE};
use crate::diag::{Diagnostic, Kind, Severity};
use crate::library::{LibraryFiles, Loader};
use crate::record;
use crate::source::Spanned;
use crate::spec::Level;
use crate::yaml::{Decode, Decoder, Dialect, Field, Names, load};

record! {
    /// A pack of rules: the levels that it sets.
    pub struct Pack as "a rule pack" {
        /// What the pack is for.
        description: Arc<str> = "description",
        /// Levels by the name or code of the rule.
        rules: Names<Level> = "rules",
    }
}

/// The levels that are in force.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    levels: BTreeMap<&'static str, Level>,
}

impl Levels {
    /// Returns the diagnostics at their levels: those of rules that are off are gone.
    pub fn apply(&self, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let keep = |mut diagnostic: Diagnostic| match self.levels.get(diagnostic.kind.name) {
            Some(Level::Off) => None,
            Some(Level::Warn) => {
                diagnostic.severity = Severity::Warning;
                Some(diagnostic)
            }
            Some(Level::Error) => {
                diagnostic.severity = Severity::Error;
                Some(diagnostic)
            }
            None => Some(diagnostic),
        };
        diagnostics.into_iter().filter_map(keep).collect()
    }

    fn set(&mut self, rule: &Spanned<Arc<str>>, level: Level, own: &[Kind], out: &mut Vec<Diagnostic>) {
        if let Some(known) = RULES.iter().chain(own).find(|known| known.name == &*rule.value || known.code == &*rule.value) {
            self.levels.insert(known.name, level);
        } else if [SECRET_IN_VALUES.name, SECRET_IN_VALUES.code].contains(&&*rule.value) {
            let message = format!("`{}` has no level: it is always an error", rule.value);
            let problem = Diagnostic::error(FIXED_LEVEL, rule.span, message)
                .why("that no secret is written to an output is a promise of dvgen, and not a rule of this platform")
                .help(
                    "remove this line; where something is no secret, write a reference such as `${NAME}` in its place",
                );
            out.push(problem);
        } else {
            let names = RULES.iter().chain(own).map(|rule| rule.name);
            out.push(Decoder::unknown_name(UNKNOWN_RULE, rule.span, "rule", &rule.value, names));
        }
    }
}

/// Reads the packs that a spec names, and its own levels over them. `own` are the rules of the platform's own.
pub fn packs(loader: &mut Loader<'_>, policies: &Field<crate::spec::Policies>, own: &[Kind]) -> Levels {
    let mut all = Levels::default();
    let named = policies.value().map(|policies| &policies.packs).and_then(Field::value);
    for pack in named.into_iter().flatten().filter_map(Field::get) {
        let path = format!("policies/{}.yaml", pack.value);
        if !loader.files.has(&path) {
            let known = known_packs(loader.files);
            let packs = known.iter().map(|name| &**name);
            loader.out.push(Decoder::unknown_name(UNKNOWN_RULE, pack.span, "rule pack", &pack.value, packs));
            continue;
        }
        let Some((file, text)) = loader.files.open(&path, loader.world, loader.sources, loader.out) else { continue };
        let Some((root, _)) = load(file, &text, Dialect::Spec, loader.out) else { continue };
        let mut cx = Decoder::default();
        let read = Pack::decode(&root, &mut cx);
        loader.out.append(&mut cx.diagnostics);
        for (rule, named) in read.as_ref().and_then(|pack| pack.rules.value()).into_iter().flatten() {
            if let Some(level) = &named.value {
                all.set(&Spanned::new(rule.clone(), named.key), level.value, own, loader.out);
            }
        }
    }
    let written = policies.value().and_then(|policies| policies.rules.value());
    for (rule, named) in written.into_iter().flatten() {
        if let Some(level) = &named.value {
            all.set(&Spanned::new(rule.clone(), named.key), level.value, own, loader.out);
        }
    }
    all
}

fn known_packs(files: &LibraryFiles) -> Vec<String> {
    let names = files.below("policies/").filter_map(|path| path.strip_prefix("policies/")?.strip_suffix(".yaml"));
    names.map(str::to_owned).collect()
}
