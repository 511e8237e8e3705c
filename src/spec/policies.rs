//! What a platform says about rules: levels, parameters, where they hold, and what is allowed all the same.

use std::sync::Arc;

use super::Level;
use super::labels::Labels;
use super::scalars::Date;
use crate::diag::Diagnostic;
use crate::record;
use crate::source::{Span, Spanned};
use crate::yaml::decode::OneOrMany;
use crate::yaml::schema::Schema;
use crate::yaml::{Decode, Decoder, Field, Names, Node, WRONG_TYPE};

record! {
    /// Which rules apply.
    pub struct Policies as "the policies" {
        /// The rule packs that set the levels.
        packs: Vec<Field<Arc<str>>> = "packs",
        /// Levels and parameters of single rules, over those of the packs.
        rules: Names<RuleSetting> = "rules",
        /// Levels that hold for a part of the platform, over the others; of two that hold, the later one.
        scopes: Vec<Field<Scope>> = "scopes",
        /// Findings that are allowed.
        waivers: Vec<Field<Waiver>> = "waivers",
    }
}

record! {
    /// A pack of rules: a file of `dvgen/policies/`.
    pub struct Pack as "a rule pack" {
        /// What the pack is for.
        description: Arc<str> = "description",
        /// Levels and parameters by the name or code of the rule.
        rules: Names<RuleSetting> = "rules",
        /// Levels that hold for a part of the platform, over the others; of two that hold, the later one.
        scopes: Vec<Field<Scope>> = "scopes",
        /// Findings that are allowed.
        waivers: Vec<Field<Waiver>> = "waivers",
    }
}

record! {
    /// Levels that hold for a part of the platform.
    pub struct Scope as "a scope" {
        /// Where they hold.
        part: Selector = "match" required,
        /// Levels by the name or code of the rule.
        rules: Names<Level> = "rules" required,
    }
}

record! {
    /// A part of the platform: all that is written has to fit.
    pub struct Selector as "a selector" {
        /// The environments.
        environment: OneOrMany<Arc<str>> = "environment",
        /// The components.
        component: OneOrMany<Arc<str>> = "component",
        /// The groups of components.
        group: OneOrMany<Arc<str>> = "group",
        /// Labels of components.
        label: Labels = "label",
    }
}

record! {
    /// A finding that is allowed, with a reason and for a time.
    pub struct Waiver as "a waiver" {
        /// The rules, by name or code.
        rule: OneOrMany<Arc<str>> = "rule" required,
        /// Where it holds.
        part: Selector = "match" required,
        /// Why it is allowed.
        reason: Arc<str> = "reason",
        /// Who answers for it.
        owner: Arc<str> = "owner",
        /// The last day on which it holds, as `2027-01-31`.
        until: Date = "until",
    }
}

/// What is said of one rule: a level, or a map with the level and parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleSetting {
    /// The level.
    pub level: Option<Spanned<Level>>,
    /// The parameters, which the rule reads: name, place of the name, value.
    pub parameters: Vec<(Arc<str>, Span, Node)>,
}

impl Decode for RuleSetting {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let Some(mapping) = node.as_mapping() else {
            if node.as_sequence().is_some() {
                let message = format!("a level is expected{}, not {}", cx.place(), node.describe());
                let help = "write `off`, `warn` or `error`, or `{ level: warn, <parameter>: … }`";
                cx.report(Diagnostic::error(WRONG_TYPE, node.span, message).help(help));
                return None;
            }
            let level = Level::decode(node, cx)?;
            return Some(Self { level: Some(Spanned::new(level, node.span)), parameters: Vec::new() });
        };
        let mut this = Self { level: None, parameters: Vec::new() };
        for entry in &mapping.entries {
            if &*entry.key.text == "level" {
                this.level = match cx.field::<Level>(entry) {
                    Field::Given(level) => Some(level),
                    _ => None,
                };
            } else {
                this.parameters.push((entry.key.text.clone(), entry.key.span, entry.value.clone()));
            }
        }
        Some(this)
    }

    fn schema(schema: &mut Schema) -> serde_json::Value {
        schema.named("RuleSetting", |schema| {
            let level = Level::schema(schema);
            serde_json::json!({
                "anyOf": [level.clone(), {
                    "type": "object",
                    "description": "A level, and parameters of the rule.",
                    "properties": { "level": { "description": "How hard the rule is.", "anyOf": [level] } }
                }]
            })
        })
    }
}
