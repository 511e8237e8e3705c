//! The JSON Schema that comes out of the declarations (draft 2020-12, json-schema.org).

use serde_json::{Map, Value, json};

use super::decode::Decode;

/// Collects the definitions of named types.
#[derive(Debug, Default)]
pub struct Schema {
    definitions: Map<String, Value>,
}

impl Schema {
    /// Returns a reference to the definition `name`, which `make` writes when it is asked for first.
    pub fn named(&mut self, name: &str, make: impl FnOnce(&mut Self) -> Value) -> Value {
        if !self.definitions.contains_key(name) {
            // Reserves the name first: a type may hold itself.
            self.definitions.insert(name.to_owned(), Value::Null);
            let definition = make(self);
            self.definitions.insert(name.to_owned(), definition);
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    /// Returns the whole schema of `T`.
    pub fn document<T: Decode>(id: &str, title: &str) -> Value {
        let mut schema = Self::default();
        let root = T::schema(&mut schema);
        let mut definitions = schema.definitions;
        definitions.sort_keys();
        let mut document = Map::new();
        document.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
        document.insert("$id".into(), json!(id));
        document.insert("title".into(), json!(title));
        if let Value::Object(root) = root {
            document.extend(root);
        }
        document.insert("$defs".into(), Value::Object(definitions));
        Value::Object(document)
    }
}

/// Adds a description to a schema; next to a reference it is allowed since draft 2019-09.
pub fn described(mut schema: Value, docs: &[&str]) -> Value {
    let text = docs.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
    if let Value::Object(object) = &mut schema
        && !text.trim().is_empty()
    {
        object.insert("description".into(), Value::String(text.trim().to_owned()));
    }
    schema
}
