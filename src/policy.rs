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
mod files;
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

pub use files::{PolicyFile, PolicyFiles};
pub use host::documented;
pub use rules::Test;
pub use view::{Document, View};

use crate::diag::{Diagnostic, Kind, Severity};
use crate::library::Loader;
use crate::source::Spanned;
use crate::yaml::Decoder;
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
/// A file among policies that is not read.
pub const UNREAD: Kind = Kind::new("unread-policy-file", "DV0790");
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
    /// The environment in which it is tested, of one that is for some only.
    pub environment: Option<Arc<str>>,
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
    pub clauses: Vec<Arc<str>>,
    /// How many tests it has.
    pub tests: usize,
}

/// Says what has a name already, if something has.
pub type Taken = fn(&str) -> Option<&'static str>;

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
        let tested = |rule: &Rule| Tested {
            rule: rule.name.clone(),
            environment: rule.selector.environments.first().map(|name| name.value.clone()),
            tests: rule.tests.clone(),
        };
        self.rules.iter().map(tested).collect()
    }
}

impl Rules {
    /// Reads the rule files of a platform, in the order of their names. `taken` says what has a name already.
    pub fn load(loader: &mut Loader<'_>, taken: Taken) -> Self {
        let files = PolicyFiles::load(loader);
        Self::of(&files, taken, loader.out)
    }

    /// Makes rules of the files that have some.
    pub fn of(files: &PolicyFiles, taken: Taken, out: &mut Vec<Diagnostic>) -> Self {
        let mut all = Self::default();
        for file in files.iter().filter(|file| file.has_rules()) {
            if let Some(root) = &file.root {
                all.compile(&Source { root, text: &file.text }, out);
            }
        }
        all.rules.retain(|rule| {
            let name = &rule.name;
            let Some(what) = taken(&name.value) else { return true };
            let problem =
                Diagnostic::error(SHAPE, name.span, format!("`{}` is the name of {what} already", name.value))
                    .why("levels and waivers that speak of it would not mean this rule");
            out.push(problem.help("give the rule a name of its own"));
            false
        });
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

    /// Reports environments that rules are for, and that there are none of.
    pub fn strangers(&self, environments: &[Arc<str>], out: &mut Vec<Diagnostic>) {
        // One that may match nothing may be for platforms that have others.
        let named = self.rules.iter().filter(|rule| !rule.optional).flat_map(|rule| &rule.selector.environments);
        for name in named.filter(|name| !environments.is_empty() && !environments.contains(&name.value)) {
            let known = environments.iter().map(|name| &**name);
            out.push(Decoder::unknown_name(NAME, name.span, "environment", &name.value, known));
        }
    }

    /// Reports rules that matched nothing in any environment.
    pub fn unmatched(&self, matched: &[usize], environments: &[Arc<str>], out: &mut Vec<Diagnostic>) {
        for (rule, count) in self.rules.iter().zip(matched) {
            // A misspelt environment has been reported.
            let known = rule.selector.environments.iter().all(|name| environments.contains(&name.value));
            if *count == 0 && !rule.optional && known {
                let message = format!("rule `{}` matches nothing, so it judged nothing", rule.name.value);
                let problem = Diagnostic::error(NOTHING, rule.matching, message)
                    .why("a rule that never looks at anything passes for ever, whatever the platform says")
                    .help("correct what it matches, or write `optional: true` in `match` where that is meant");
                out.push(
                    rule.selector
                        .misspelt_kind()
                        .filter(|_| rule.each == file::Each::Document)
                        .into_iter()
                        .fold(problem, Diagnostic::help),
                );
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

#[cfg(test)]
mod tests;
