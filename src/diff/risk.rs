//! How much care a change needs, and why. Each rule is a file; all of them are in [`RULES`].
//!
//! A change is *routine* only where a rule says so of its kind: a version that a patch or a minor step raises, and
//! what merely repeats it. Everything that no rule knows is *caution*: a false routine must never hide a change of
//! structure.

mod address;
mod alerting;
mod amount;
mod backend;
mod backup;
mod case;
mod certificate;
mod class;
mod component;
mod data;
mod database;
mod docs;
mod each;
mod environment;
mod exposure;
mod finding;
mod flow;
mod follow;
mod gate;
mod granted;
mod immutable;
mod inside;
mod installer;
mod isolation;
mod large;
mod library;
mod link;
mod listen;
mod machine;
mod namespace;
mod network;
mod node;
mod object;
mod order;
mod other;
mod pair;
mod pipeline;
mod platform;
mod policy;
mod pool;
mod privilege;
mod problem;
mod project;
mod protection;
mod release;
mod renamed;
mod renovate;
mod replicas;
mod retention;
mod revision;
mod rights;
mod secret;
mod service;
mod sslmode;
mod stale;
mod step;
mod store;
mod supply;
mod suspend;
mod sync;
mod told;
mod tool;
mod version;
mod volume;

pub use case::Case;
pub(super) use case::{At, settle};
pub(super) use each::is_telling;
pub(super) use environment::finding as of_environment;
pub use finding::Finding;
pub(super) use order::words as waves;
pub(super) use policy::{WAIVER, below as below_policies, loosened};
pub(super) use problem::fresh;
pub(super) use replicas::is_copies;
pub(super) use stale::finding as of_outputs;
pub(super) use step::step;
pub(super) use supply::{is_place, moved as other_source};
pub(super) use told::told;
pub(super) use tool::{pinned, tools};
pub(super) use version::{bare, image, short};

/// How much care something needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Of a kind that needs no look.
    Routine,
    /// Somebody should look.
    Caution,
    /// Something can be lost, or goes down.
    Danger,
}

impl Level {
    /// All levels, the least first.
    pub const ALL: [Self; 3] = [Self::Routine, Self::Caution, Self::Danger];

    /// Returns the word for a level.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Routine => "routine",
            Self::Caution => "caution",
            Self::Danger => "danger",
        }
    }
}

impl std::str::FromStr for Level {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|level| level.word() == word).ok_or_else(|| {
            let advice = crate::diag::did_you_mean(word, Self::ALL.map(Self::word));
            format!("there is no such level{}", advice.map(|advice| format!(": {advice}")).unwrap_or_default())
        })
    }
}

/// A rule of risk.
#[derive(Debug)]
pub struct RiskRule {
    /// Its name.
    pub name: &'static str,
    /// Its short stable code.
    pub code: &'static str,
    /// What it reports, in one short sentence.
    pub summary: &'static str,
    /// What it does, why it matters, what to do: Markdown.
    pub documentation: &'static str,
    /// Judges an environment.
    pub judge: fn(&Case<'_>, &mut Vec<Finding>),
}

impl RiskRule {
    /// Returns the page with its head: name, code, and which command it belongs to.
    pub fn whole_page(&self) -> String {
        let text = self.documentation;
        format!("# {} ({})\n\n{text}\n## Where\n\n`dvgen diff` judges changes by it.\n", self.name, self.code)
    }
}

/// Returns all rules, by code.
pub fn sorted() -> Vec<&'static RiskRule> {
    let mut all = RULES.to_vec();
    all.sort_by_key(|rule| rule.code);
    all
}

/// All rules, in the order of their files.
pub const RULES: &[&RiskRule] = &[
    &address::RULE,
    &alerting::RULE,
    &backend::RULE,
    &backup::RULE,
    &certificate::RULE,
    &component::ADDED,
    &component::REMOVED,
    &data::LEFT,
    &database::RULE,
    &environment::ADDED,
    &environment::REMOVED,
    &exposure::RULE,
    &flow::RULE,
    &gate::RULE,
    &immutable::RULE,
    &installer::INSTALLER,
    &installer::MOVED,
    &isolation::RULE,
    &large::RULE,
    &library::RULE,
    &link::RULE,
    &machine::REPLACED,
    &machine::RESIZED,
    &namespace::RULE,
    &network::RULE,
    &node::ADDED,
    &node::REMOVED,
    &object::REMOVED,
    &order::RULE,
    &other::RULE,
    &pipeline::RULE,
    &platform::RULE,
    &policy::RULE,
    &pool::RULE,
    &privilege::RULE,
    &problem::RULE,
    &project::RULE,
    &protection::RULE,
    &release::RULE,
    &renamed::COMPONENT,
    &renamed::NODE,
    &renovate::RULE,
    &replicas::RULE,
    &retention::RULE,
    &revision::RULE,
    &secret::RULE,
    &service::RULE,
    &stale::RULE,
    &store::RULE,
    &supply::RULE,
    &suspend::RULE,
    &sync::FINALIZER,
    &sync::POLICY,
    &tool::RULE,
    &version::CHART,
    &version::IMAGE,
    &volume::RULE,
];

/// The name of the rule for what no other one knows.
pub(super) const OTHER: &str = "other-change";

/// Rules that only count what happens.
pub(super) const COUNTS: &[&str] = &[OTHER, "large-change"];

/// Returns the rule with a name or a code.
pub fn rule(word: &str) -> Option<&'static RiskRule> {
    RULES.iter().find(|rule| rule.name == word || rule.code == word).copied()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::RULES;

    #[test]
    fn rules_are_named_once_and_say_what_to_do() {
        let names: BTreeSet<_> = RULES.iter().map(|rule| rule.name).collect();
        let codes: BTreeSet<_> = RULES.iter().map(|rule| rule.code).collect();
        assert_eq!((names.len(), codes.len()), (RULES.len(), RULES.len()));
        for rule in RULES {
            assert!(rule.code.starts_with("DV20") && rule.code.len() == 6, "{}", rule.code);
            assert!(rule.summary.ends_with('.') && rule.summary.len() <= 80, "{}: {}", rule.name, rule.summary);
            for part in ["## What it does", "## Why it matters", "## What to do"] {
                assert!(rule.documentation.contains(part), "{}: {part} is missing", rule.name);
            }
        }
    }
}
