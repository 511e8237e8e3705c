//! Configurations of plugins: what was written, with references where secrets are.

use std::sync::Arc;

use crate::doc::{Doc, Map};
use crate::emit::build::{map, text};
use crate::emit::free;
use crate::model::plugin::{ConfigValue, SecretReference};
use crate::source::{OriginId, Origins};

/// Returns a configuration, unless it is empty.
pub(super) fn doc(config: &[(Arc<str>, ConfigValue)], origins: &mut Origins, here: OriginId) -> Option<Doc> {
    (!config.is_empty()).then(|| entries(config, origins, here))
}

fn entries(config: &[(Arc<str>, ConfigValue)], origins: &mut Origins, here: OriginId) -> Doc {
    let mut all = Map::new();
    for (name, value) in config {
        let value = match value {
            ConfigValue::Plain(node) => free::doc(origins, node, "configuration"),
            ConfigValue::Map(inner, origin) => entries(inner, origins, *origin),
            ConfigValue::Secret(secret) => reference(secret),
        };
        all.set(name.clone(), value);
    }
    Doc::map(all, here)
}

fn reference(secret: &SecretReference) -> Doc {
    let here = secret.item.origin;
    map(here, [("secret_ref", map(here, [("item", text(&secret.item)), ("key", text(&secret.key))]))])
}

/// Returns the secrets of a configuration.
pub(super) fn secrets(config: &[(Arc<str>, ConfigValue)]) -> Vec<&SecretReference> {
    let mut all = Vec::new();
    for (_, value) in config {
        match value {
            ConfigValue::Plain(_) => {}
            ConfigValue::Map(inner, _) => all.extend(secrets(inner)),
            ConfigValue::Secret(secret) => all.push(secret),
        }
    }
    all
}
