//! The JSON Schema of the spec (draft 2020-12), generated from the types.
//!
//! An environment is an overlay, so its schema is that of the platform in which nothing is required and every
//! entry may be the removal marker.

use serde_json::{Map, Value, json};

use super::layers::REMOVE;
use super::platform::Platform;
use crate::yaml::schema::Schema;

/// The identifier of the schema.
pub const ID: &str = "https://dvgen.dev/schemas/platform-v1alpha1.json";

/// Returns the schema of a platform spec.
pub fn schema() -> Value {
    let mut document = Schema::document::<Platform>(ID, "dvgen platform spec");
    let Some(Value::Object(definitions)) = document.get_mut("$defs") else { return document };
    // Nodes take fields from `defaults`, components from groups: only the root's own fields are always there.
    let overlays: Map<String, Value> =
        definitions.iter().map(|(name, definition)| (overlay_name(name), overlay(definition))).collect();
    definitions.extend(overlays);
    definitions.sort_keys();
    if let Some(environments) = document.pointer_mut("/$defs/Platform/properties/environments/additionalProperties") {
        *environments = json!({ "$ref": format!("#/$defs/{}", overlay_name("Platform")) });
    }
    document
}

/// Returns the schema as the text of a file.
pub fn text() -> String {
    let mut text = serde_json::to_string_pretty(&schema()).unwrap_or_default();
    text.push('\n');
    text
}

fn overlay_name(name: &str) -> String {
    format!("{name}Overlay")
}

/// Returns the overlay of a definition: no required fields, references to overlays, removal allowed.
fn overlay(schema: &Value) -> Value {
    match schema {
        Value::Object(object) => {
            let mut changed = Map::new();
            for (key, value) in object {
                let value = match (key.as_str(), value) {
                    ("required", _) => continue,
                    ("$ref", Value::String(target)) => Value::String(format!("{target}Overlay")),
                    ("properties", Value::Object(fields)) => Value::Object(removable_fields(fields)),
                    ("additionalProperties", Value::Object(_)) => removable(overlay(value)),
                    _ => overlay(value),
                };
                changed.insert(key.clone(), value);
            }
            Value::Object(changed)
        }
        Value::Array(items) => Value::Array(items.iter().map(overlay).collect()),
        other => other.clone(),
    }
}

fn removable_fields(fields: &Map<String, Value>) -> Map<String, Value> {
    let mut changed: Map<String, Value> =
        fields.iter().map(|(name, field)| (name.clone(), removable(overlay(field)))).collect();
    changed.insert(REMOVE.to_owned(), json!({ "const": true, "description": "Removes this entry of the base." }));
    changed
}

fn removable(schema: Value) -> Value {
    if schema.get("type").is_some_and(|kind| kind == "array") {
        return schema;
    }
    let description = schema.get("description").cloned();
    let mut changed =
        json!({ "anyOf": [schema, { "const": REMOVE, "description": "Removes the entry of the base." }] });
    if let (Some(text), Value::Object(object)) = (description, &mut changed) {
        object.insert("description".into(), text);
    }
    changed
}
