//! Rule files as they are written.

use std::sync::Arc;

use crate::yaml::decode::{OneOrMany, text};
use crate::yaml::schema::Schema;
use crate::yaml::{Decode, Decoder, Entry, Field, Names, Node, NodeKind};
use crate::{choice, record};

choice! {
    /// What a file of `dvgen/policies/` with rules calls itself.
    pub enum FileKind as "the kind of a rule file" {
        /// A file with rules.
        Rules = "Rules",
    }
}

choice! {
    /// What is said when a rule is broken.
    pub enum Weight as "a severity" {
        /// Nothing is written.
        Error = "error",
        /// It is told, and stops nothing.
        Warning = "warning",
    }
}

choice! {
    /// What a rule goes through.
    pub enum Each as "something that a rule can go through" {
        /// The platform as a whole, once.
        Platform = "platform",
        /// Each component, as `component`.
        Component = "component",
        /// Each node, as `node`.
        Node = "node",
        /// Each flow, as `flow`.
        Flow = "flow",
        /// Each claimed address, as `address`.
        Address = "address",
        /// Each plugin that compositions can choose, as `plugin`.
        Plugin = "plugin",
        /// Each composition, as `composition`.
        Composition = "composition",
        /// Each document of an output, as `document`, and its tree as `object`.
        Document = "document",
    }
}

choice! {
    /// How a test ends.
    pub enum Expected as "how a test ends: `pass` or `fail`" {
        /// The rule has nothing to say.
        Pass = "pass",
        /// The rule is broken.
        Fail = "fail",
    }
}

record! {
    /// A file with rules of the platform's own, below `dvgen/policies/`.
    pub struct RuleFile as "a rule file" {
        /// Always `Rules`.
        kind: FileKind = "kind" required,
        /// What the rules are for.
        description: Arc<str> = "description",
        /// The rules.
        rules: Vec<Field<WrittenRule>> = "rules" required,
    }
}

record! {
    /// A rule.
    pub struct WrittenRule as "a rule" {
        /// Its name, in small letters with `-`, which reads well after "allow".
        name: Arc<str> = "name" required,
        /// What is said when it is broken.
        message: Arc<str> = "message",
        /// The same, computed.
        message_expression: Expression = "messageExpression",
        /// Why it matters.
        why: Arc<str> = "why",
        /// What to do.
        help: Arc<str> = "help",
        /// How bad it is; `error` unless written.
        severity: Weight = "severity",
        /// What it goes through; the platform as a whole unless written.
        matching: Match = "match",
        /// Values that are computed once for each thing, by name; read as `variables.name`.
        variables: Variables = "variables",
        /// A list whose items are judged one by one, as `each`.
        for_each: Expression = "forEach",
        /// What has to hold.
        validations: Vec<Field<WrittenValidation>> = "validations" required,
        /// Platforms on which the rule passes or fails, for `dvgen test`.
        tests: Vec<Field<WrittenTest>> = "tests",
    }
}

record! {
    /// What a rule goes through.
    pub struct Match as "what a rule goes through" {
        /// The things.
        each: Each = "each" required,
        /// Only in these environments.
        environments: OneOrMany<Arc<str>> = "environments",
        /// Only these components, and what belongs to them; `*` stands for any characters.
        components: OneOrMany<Arc<str>> = "components",
        /// Only components of these groups, and what belongs to them.
        groups: OneOrMany<Arc<str>> = "groups",
        /// Only things with these labels.
        labels: Names<Arc<str>> = "labels",
        /// Only these kinds: of documents (`Deployment`, `Ingress.networking.k8s.io`), of flows, roles of nodes, purposes of
        /// addresses.
        kinds: OneOrMany<Arc<str>> = "kinds",
        /// Whether it is fine that nothing matches.
        optional: bool = "optional",
    }
}

record! {
    /// Something that has to hold.
    pub struct WrittenValidation as "a validation" {
        /// What has to be true.
        expression: Expression = "expression" required,
        /// What is said when it is false, instead of the rule's message.
        message: Arc<str> = "message",
        /// The same, computed.
        message_expression: Expression = "messageExpression",
        /// How bad it is, instead of the rule's severity.
        severity: Weight = "severity",
        /// The value that is pointed at, instead of what the false part read.
        at: Expression = "at",
    }
}

record! {
    /// A platform on which the rule passes or fails.
    pub struct WrittenTest as "a test" {
        /// What is tried.
        name: Arc<str> = "name" required,
        /// Sections of a platform, as `platform.yaml` spells them, as many as the rule reads.
        platform: PlatformText = "platform",
        /// Objects of Kubernetes, as the manifests of a component `test-objects` in the namespace `test`.
        objects: ObjectTexts = "objects",
        /// How it ends.
        expect: Expected = "expect" required,
        /// The text that has to be pointed at, of a test that fails.
        at: Arc<str> = "at",
        /// A part of what has to be said, of a test that fails.
        message: Arc<str> = "message",
    }
}

/// An expression, with the place of its text.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression(pub Node);

impl Decode for Expression {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        text(node, cx, "an expression").map(|_| Self(node.clone()))
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": ["string", "number", "boolean"], "description": "An expression in CEL." })
    }
}

/// Names with expressions, in the order in which they are written: each may use those before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Variables(pub Vec<Entry>);

impl Decode for Variables {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let mapping = cx.mapping(node, "a map from names to expressions")?;
        let mut good = true;
        for entry in &mapping.entries {
            good &= text(&entry.value, cx, "an expression").is_some();
            if !is_identifier(&entry.key.text) {
                let message = format!("`{}` cannot be the name of a variable", entry.key.text);
                cx.bad_value(entry.key.span, message, "use letters, digits and `_`, and begin with a letter");
                good = false;
            }
        }
        good.then(|| Self(mapping.entries.clone()))
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({
            "type": "object",
            "propertyNames": { "pattern": "^[A-Za-z_][A-Za-z0-9_]*$" },
            "additionalProperties": { "type": ["string", "number", "boolean"] }
        })
    }
}

fn is_identifier(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
}

/// The platform of a test.
#[derive(Clone, Debug, PartialEq)]
pub struct PlatformText(pub Node);

impl Decode for PlatformText {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        match &node.kind {
            NodeKind::Mapping(mapping) if !mapping.entries.is_empty() => Some(Self(node.clone())),
            NodeKind::Mapping(_) => {
                let help = "write the sections that the rule reads, as `platform.yaml` spells them";
                cx.bad_value(node.span, "the platform of a test has no sections", help);
                None
            }
            _ => {
                cx.wrong_type(node, "the sections of a platform");
                None
            }
        }
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "object" })
    }
}

/// The objects of a test.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectTexts(pub Node);

impl Decode for ObjectTexts {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        match node.as_sequence() {
            Some(items) if !items.is_empty() && items.iter().all(|item| item.as_mapping().is_some()) => {
                Some(Self(node.clone()))
            }
            _ => {
                cx.wrong_type(node, "a list of objects");
                None
            }
        }
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "array", "minItems": 1, "items": { "type": "object" } })
    }
}

/// The identifier of the schema.
pub const SCHEMA_ID: &str = "https://dvgen.dev/schemas/rules-v1alpha1.json";

/// Returns the JSON Schema of a rule file.
#[must_use]
pub fn schema() -> serde_json::Value {
    Schema::document::<RuleFile>(SCHEMA_ID, "dvgen rule file")
}

/// Returns the schema as the text of a file.
#[must_use]
pub fn schema_text() -> String {
    let mut text = serde_json::to_string_pretty(&schema()).unwrap_or_default();
    text.push('\n');
    text
}

/// Returns whether a document is a rule file: it says so, or has a list of rules. A pack has a map of levels.
#[must_use]
pub fn is_rule_file(root: &Node) -> bool {
    root.get("kind").is_some() || root.get("rules").is_some_and(|rules| rules.as_sequence().is_some())
}
