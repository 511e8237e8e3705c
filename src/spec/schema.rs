//! The JSON Schema of the spec (draft 2020-12), generated from the types.
//!
//! An environment is an overlay, so its schema is that of the platform in which nothing is required and every
//! entry may be the removal marker.

use serde_json::{Map, Value, json};

use super::format::{FORMAT, KIND};
use super::layers::REMOVE;
use super::platform::Platform;
use super::policies::Pack;
use crate::yaml::schema::Schema;

/// The identifier of the schema.
pub const ID: &str = "https://dvgen.dev/schemas/platform-v1alpha1.json";

/// The identifier of the schema of packs.
pub const ID_OF_PACKS: &str = "https://dvgen.dev/schemas/pack-v1alpha1.json";

/// Returns the schema of a rule pack.
pub fn pack() -> Value {
    Schema::document::<Pack>(ID_OF_PACKS, "dvgen rule pack")
}

/// Returns the schema of a platform spec.
pub fn schema() -> Value {
    let mut document = Schema::document::<Platform>(ID, "dvgen platform spec");
    header(&mut document);
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

/// The identifier of the schema of included files.
pub const INCLUDE_ID: &str = "https://dvgen.dev/schemas/include-v1alpha1.json";

/// Makes of the schema of a spec that of a file which a spec includes: it may hold any section, and has to hold none. One in a
/// framework's own form is taken as it is.
pub fn included(document: &mut Value) {
    let framework = ["composition", "spec", "plugin_security"].map(|field| json!({ "required": [field] }));
    let framework =
        json!({ "type": "object", "anyOf": framework, "description": "A file in the form of a framework." });
    let Value::Object(root) = document else { return };
    root.insert("$id".into(), json!(INCLUDE_ID));
    root.insert("title".into(), json!("dvgen platform spec, an included file"));
    root.remove("$ref");
    root.insert("anyOf".into(), json!([{ "$ref": "#/$defs/Included" }, framework]));
    let Some(Value::Object(definitions)) = root.get_mut("$defs") else { return };
    let Some(mut included) = definitions.get("Platform").cloned() else { return };
    if let Value::Object(included) = &mut included {
        included.remove("required");
        included.insert("description".into(), json!("A file that a platform spec includes."));
    }
    definitions.insert("Included".into(), included);
    definitions.sort_keys();
}

/// What a document has to start with is one word each.
fn header(document: &mut Value) {
    for (field, word) in [("apiVersion", FORMAT), ("kind", KIND)] {
        let place = format!("/$defs/Platform/properties/{field}");
        if let Some(Value::Object(schema)) = document.pointer_mut(&place) {
            schema.remove("type");
            schema.insert("const".into(), json!(word));
        }
    }
}

/// Offers the names of rules and packs, to those who complete; rules and packs of the platform's own have others.
pub fn offer(document: &mut Value, rules: &[(&str, String)], packs: &[&str]) {
    for definition in ["Policies", "PoliciesOverlay", "Pack"] {
        let place = |field: &str| format!("/$defs/{definition}/properties/{field}");
        if let Some(schema) = document.pointer_mut(&place("rules")).and_then(whole)
            && let Some(setting) = schema.get("additionalProperties").cloned()
        {
            let known = rules.iter().map(|(name, summary)| {
                let mut setting = setting.clone();
                if let Value::Object(setting) = &mut setting {
                    setting.insert("description".into(), json!(summary));
                }
                ((*name).to_owned(), setting)
            });
            schema.insert("properties".into(), Value::Object(known.collect()));
        }
        if let Some(schema) = document.pointer_mut(&place("packs")).and_then(whole) {
            let known = json!({ "enum": packs, "description": "A pack of the library." });
            let own = {
                let description = "A pack of the platform's own: `dvgen/policies/<name>.yaml`.";
                json!({ "type": "string", "description": description })
            };
            schema.insert("items".into(), json!({ "anyOf": [known, own] }));
        }
    }
}

/// Returns the object of a schema, that of an overlay within its choice.
fn whole(schema: &mut Value) -> Option<&mut Map<String, Value>> {
    let inner = if schema.get("anyOf").is_some() { schema.pointer_mut("/anyOf/0")? } else { schema };
    inner.as_object_mut()
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
