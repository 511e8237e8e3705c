//! Rules of the platform's own, in CEL (cel.dev).
//!
//! A rule file, `dvgen/policies/*.yaml` with `kind: Rules`, is shaped like a `ValidatingAdmissionPolicy` of Kubernetes:
//! what a rule goes through (`match`), `variables`, and `validations` with their messages. [`Rules::load`] reads and
//! checks all of them: names, fields, functions and types are known before anything is judged, so a misspelt word is a
//! problem of the rule file, at its place in it. [`Engine::judge`] and [`Engine::judge_documents`] judge.
//!
//! - The `cel` crate's parser reads expressions (`parse`); `check` and `eval` are ours, over the model itself (`view`):
//!   nothing is copied to be read, and every value has its origin. So what a false clause read (`eval::blame`) is a line
//!   of the spec, and a rule of the platform's own reports like one of dvgen.
//! - Each step is counted, so that every evaluation ends, and alike on every machine; patterns are linear.
//! - A rule that fails to evaluate, or that matches nothing, is a problem of its own and never passes.
//!
//! [`Engine`] is the door to a language; another one could stand beside [`Rules`].

mod check;
mod eval;
mod expr;
pub mod file;
mod host;
mod judge;
pub mod objects;
mod parse;
mod pattern;
mod place;
mod printed;
mod rules;
mod select;
pub mod types;
mod value;
mod view;

use std::sync::Arc;

pub use host::documented;
pub use rules::Test;
pub use view::{Document, View};

use crate::diag::{Diagnostic, Kind, Severity};
use crate::library::Loader;
use crate::source::{Span, Spanned};
use crate::yaml::{Dialect, load};
use rules::Rule;

/// A rule of the platform's own does not hold; levels and waivers speak of it by the rule's name.
pub const BROKEN: Kind = Kind::new("own-rule", "DV0779");
/// An expression cannot be read.
pub const SYNTAX: Kind = Kind::new("expression-syntax", "DV0780");
/// An expression uses a name or field that does not exist.
pub const NAME: Kind = Kind::new("expression-name", "DV0781");
/// An expression uses a function that does not exist, or uses it wrongly.
pub const FUNCTION: Kind = Kind::new("expression-function", "DV0782");
/// The types of an expression do not go together.
pub const TYPE: Kind = Kind::new("expression-type", "DV0783");
/// A rule goes through a list once for each of its items.
pub const NESTED: Kind = Kind::new("nested-scan", "DV0784");
/// A pattern, range of versions or range of addresses that is not one.
pub const PATTERN: Kind = Kind::new("bad-pattern", "DV0785");
/// A rule could not be evaluated.
pub const FAILED: Kind = Kind::no_verdict("rule-failed", "DV0786");
/// A rule matched nothing.
pub const NOTHING: Kind = Kind::no_verdict("nothing-matched", "DV0787");
/// A rule is not made as it has to be.
pub const SHAPE: Kind = Kind::new("bad-rule", "DV0788");
/// An expression is too long or too deep.
pub const LIMIT: Kind = Kind::new("expression-limit", "DV0789");

/// A language in which rules are written: what is compiled, judged and tested through it reports alike.
pub trait Engine: Sync {
    /// Adds the rules of a file, reporting every problem of them.
    fn compile(&mut self, file: &Source<'_>, out: &mut Vec<Diagnostic>);

    /// Returns the names of the rules, by which levels and waivers speak of them.
    fn names(&self) -> Vec<Arc<str>>;

    /// Judges the platform of an environment. `asked` says of each rule whether it is asked.
    fn judge(&self, view: &View<'_>, asked: &[bool]) -> Verdicts;

    /// Judges documents of an environment.
    fn judge_documents(&self, view: &View<'_>, documents: &[Document<'_>], asked: &[bool]) -> Verdicts;

    /// Returns whether a rule that is asked reads the list of all documents: then all of them have to be kept.
    fn reads_documents(&self, asked: &[bool]) -> bool;

    /// Judges by the rules that read the list of all documents, when the view has all of them.
    fn judge_all(&self, view: &View<'_>, documents: &[Document<'_>], asked: &[bool]) -> Verdicts;

    /// Returns the tests of each rule.
    fn tests(&self) -> Vec<Tested>;
}

/// A file with rules.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its tree.
    pub root: &'a crate::yaml::Node,
    /// Its text.
    pub text: &'a str,
}

/// What rules found.
#[derive(Debug, Default)]
pub struct Verdicts {
    /// How many things each rule judged, in the order of the rules.
    pub matched: Vec<usize>,
    /// What does not hold, or could not be evaluated.
    pub diagnostics: Vec<Diagnostic>,
}

/// A rule and its tests.
#[derive(Clone, Debug)]
pub struct Tested {
    /// The rule.
    pub rule: Spanned<Arc<str>>,
    /// Its tests.
    pub tests: Vec<Test>,
}

/// What people are told of a rule.
#[derive(Clone, Debug)]
pub struct About {
    /// Its name.
    pub name: Spanned<Arc<str>>,
    /// How bad it is where it does not hold: the worst of its validations.
    pub severity: Severity,
    /// What is said then; none where that is computed.
    pub message: Option<Arc<str>>,
    /// Why it matters.
    pub why: Option<Arc<str>>,
    /// What to do.
    pub help: Option<Arc<str>>,
    /// What it goes through.
    pub each: &'static str,
    /// The expressions that have to hold.
    pub clauses: Vec<Span>,
    /// How many tests it has.
    pub tests: usize,
}

/// The rules of a platform.
#[derive(Debug, Default)]
pub struct Rules {
    rules: Vec<Rule>,
    /// The names of all rules that are written, also of those with problems.
    written: Vec<Arc<str>>,
}

impl Engine for Rules {
    fn compile(&mut self, file: &Source<'_>, out: &mut Vec<Diagnostic>) {
        self.rules.extend(rules::read(file.root, file.text, &mut self.written, out));
        rules::once(&mut self.rules, out);
    }

    fn names(&self) -> Vec<Arc<str>> {
        self.rules.iter().map(|rule| rule.name.value.clone()).collect()
    }

    fn judge(&self, view: &View<'_>, asked: &[bool]) -> Verdicts {
        self.with(asked, |rule| !rule.documents, |rule| judge::platform(rule, view))
    }

    fn judge_documents(&self, view: &View<'_>, documents: &[Document<'_>], asked: &[bool]) -> Verdicts {
        self.with(asked, |rule| !rule.documents, |rule| judge::documents(rule, view, documents))
    }

    fn reads_documents(&self, asked: &[bool]) -> bool {
        self.rules.iter().enumerate().any(|(at, rule)| rule.documents && asked.get(at) != Some(&false))
    }

    fn judge_all(&self, view: &View<'_>, documents: &[Document<'_>], asked: &[bool]) -> Verdicts {
        let judge = |rule: &Rule| match rule.each {
            file::Each::Document => judge::documents(rule, view, documents),
            _ => judge::platform(rule, view),
        };
        self.with(asked, |rule| rule.documents, judge)
    }

    fn tests(&self) -> Vec<Tested> {
        let tested = |rule: &Rule| Tested { rule: rule.name.clone(), tests: rule.tests.clone() };
        self.rules.iter().map(tested).collect()
    }
}

impl Rules {
    /// Reads the rule files of a platform, in the order of their names.
    pub fn load(loader: &mut Loader<'_>) -> Self {
        let mut all = Self::default();
        let files = loader.files;
        for path in files.below("policies/").filter(|path| path.ends_with(".yaml") && files.built_in(path).is_none()) {
            // Packs are read by who uses them; a file that cannot be read may have rules.
            if files.peek(path, loader.world).is_some_and(|text| !has_rules(&text)) {
                continue;
            }
            let Some((file, text)) = files.open(path, loader.world, loader.sources, loader.out) else { continue };
            if let Some((root, _)) = load(file, &text, Dialect::Spec, loader.out) {
                all.compile(&Source { root: &root, text: &text }, loader.out);
            }
        }
        all
    }

    /// Returns the names of all rules that are written, also of those with problems.
    #[must_use]
    pub fn written(&self) -> &[Arc<str>] {
        &self.written
    }

    /// Iterates over what people are told of the rules.
    pub fn about(&self) -> impl Iterator<Item = About> {
        self.rules.iter().map(Rule::about)
    }

    /// Returns whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Keeps only the rule of a name, for its tests.
    pub fn only(&mut self, rule: &str) {
        self.rules.retain(|other| *other.name.value == *rule);
    }

    fn with(&self, asked: &[bool], now: impl Fn(&Rule) -> bool, judge: impl Fn(&Rule) -> judge::Judged) -> Verdicts {
        let mut verdicts = Verdicts::default();
        for (at, rule) in self.rules.iter().enumerate() {
            // Nobody wonders why a rule that is off matches nothing.
            let off = asked.get(at) == Some(&false);
            let judged = match () {
                () if off => judge::Judged { matched: 1, ..judge::Judged::default() },
                () if now(rule) => judge(rule),
                () => judge::Judged::default(),
            };
            verdicts.matched.push(judged.matched);
            verdicts.diagnostics.extend(judged.diagnostics);
        }
        verdicts
    }

    /// Reports rules that matched nothing in any environment.
    pub fn unmatched(&self, matched: &[usize], out: &mut Vec<Diagnostic>) {
        for (rule, count) in self.rules.iter().zip(matched) {
            if *count == 0 && !rule.optional {
                let message = format!("rule `{}` matches nothing, so it judged nothing", rule.name.value);
                let problem = Diagnostic::error(NOTHING, rule.matching, message)
                    .why("a rule that never looks at anything passes for ever, whatever the platform says")
                    .help("correct what it matches, or write `optional: true` in `match` where that is meant");
                out.push(problem);
            }
        }
    }
}

/// Adds up how many things each rule judged.
pub fn add(total: &mut Vec<usize>, more: &[usize]) {
    total.resize(total.len().max(more.len()), 0);
    for (sum, count) in total.iter_mut().zip(more) {
        *sum += count;
    }
}

/// Returns the sum of both.
#[must_use]
pub fn sum(mut total: Vec<usize>, more: &[usize]) -> Vec<usize> {
    add(&mut total, more);
    total
}

/// Returns whether a file has rules, or says so and cannot be read as YAML.
fn has_rules(text: &str) -> bool {
    let mut sources = crate::source::SourceMap::new();
    let file = sources.add("", text);
    match load(file, text, Dialect::Spec, &mut Vec::new()) {
        Some((root, _)) => file::is_rule_file(&root),
        None => text.contains("kind: Rules"),
    }
}

#[cfg(test)]
mod tests;
