//! The configuration of plugins: free YAML in which secrets are references.

use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::model::Text;
use crate::model::resolve::{Resolver, Section};
use crate::model::{Traced, UNKNOWN_SECRET};
use crate::spec::SECRET_VALUE;
use crate::yaml::decode::is_secretive;
use crate::yaml::{Decoder, Entry, Field, Mapping, Names, Node, NodeKind};

/// A value of a configuration.
#[derive(Clone, Debug)]
pub enum ConfigValue {
    /// Free YAML without a secret in it.
    Plain(Arc<Node>),
    /// A map in which there may be secrets.
    Map(Vec<(Arc<str>, ConfigValue)>, crate::source::OriginId),
    /// A reference to a secret.
    Secret(SecretReference),
}

/// A key of an item of the secret store.
#[derive(Clone, Debug)]
pub struct SecretReference {
    /// The item.
    pub item: Text,
    /// The key.
    pub key: Text,
}

/// Reads the configuration of a plugin.
pub(in crate::model) fn read(cx: &mut Resolver<'_>, field: &Field<Names<Node>>) -> Vec<(Arc<str>, ConfigValue)> {
    let mut all = Vec::new();
    for (name, named) in field.value().into_iter().flatten() {
        let Some(value) = &named.value else { continue };
        all.extend(value_of(cx, name, &value.value).map(|value| (name.clone(), value)));
    }
    all
}

/// Lays one configuration over another: maps deeply, everything else is replaced.
pub(in crate::model) fn merged(
    below: &[(Arc<str>, ConfigValue)],
    above: Vec<(Arc<str>, ConfigValue)>,
) -> Vec<(Arc<str>, ConfigValue)> {
    let mut all = below.to_vec();
    for (name, value) in above {
        match (all.iter_mut().find(|(known, _)| *known == name), value) {
            (Some((_, ConfigValue::Map(old, _))), ConfigValue::Map(new, _)) => *old = merged(old, new),
            (Some((_, old)), value) => *old = value,
            (None, value) => all.push((name, value)),
        }
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

fn value_of(cx: &mut Resolver<'_>, name: &str, node: &Node) -> Option<ConfigValue> {
    match &node.kind {
        NodeKind::Mapping(mapping) if is_reference(mapping) => reference(cx, node, mapping).map(ConfigValue::Secret),
        NodeKind::Mapping(mapping) => {
            let origin = cx.origins.written("configuration", node.span);
            let read = |entry: &Entry| Some((entry.key.text.clone(), value_of(cx, &entry.key.text, &entry.value)?));
            Some(ConfigValue::Map(mapping.entries.iter().filter_map(read).collect(), origin))
        }
        NodeKind::Scalar { .. } if is_secretive(name) && !node.is_null() && !node.is_refused() => {
            let problem = Diagnostic::error(SECRET_VALUE, node.span, format!("a secret stands in the open in `{name}`"))
                .why("the spec and the composition are in Git, and whoever can read Git could use it")
                .help(format!("write `{name}: {{ secret: <item>, key: <key> }}` with an item of `secrets.items`, and put the value into the store"))
                .help("if this was a real value, replace it in the store: it has been written to a file");
            cx.out.push(problem.conceal());
            None
        }
        _ => Some(ConfigValue::Plain(Arc::new(node.clone()))),
    }
}

/// `{ secret: ITEM }`, or `{ secret: ITEM, key: KEY }`.
fn is_reference(mapping: &Mapping) -> bool {
    let known = |entry: &Entry| matches!(&*entry.key.text, "secret" | "key") && entry.value.as_scalar().is_some();
    mapping.get("secret").is_some() && mapping.entries.iter().all(known)
}

fn reference(cx: &mut Resolver<'_>, node: &Node, mapping: &Mapping) -> Option<SecretReference> {
    let text =
        |name: &str| mapping.get(name).and_then(|entry| Some((entry.value.as_scalar()?.clone(), entry.value.span)));
    let (item, span) = text("secret")?;
    let items = cx.spec.secrets.value().and_then(|secrets| secrets.items.value());
    let Some(found) = items.and_then(|items| items.get(&item)) else {
        if !cx.is_declared(Section::SecretItems, &item) {
            let known = items.into_iter().flat_map(Names::keys).map(|name| &**name);
            let problem = Decoder::unknown_name(UNKNOWN_SECRET, span, "secret item", &item, known);
            let problem = problem.why("the plugin would find nothing in the store, and not start");
            cx.out.push(problem.help(format!("add `{item}: [<key>]` to `secrets.items`")));
        }
        return None;
    };
    let keys = found.value.as_ref()?.value.0.iter().filter_map(Field::get);
    let keys: Vec<&str> = keys.map(|key| &*key.value.0).collect();
    let (key, place) = match (text("key"), keys.as_slice()) {
        (Some(key), _) => key,
        (None, [only]) => (Arc::from(*only), node.span),
        (None, _) => {
            let message = format!("secret item `{item}` has {} keys, and nothing says which is meant", keys.len());
            let problem = Diagnostic::error(UNKNOWN_SECRET, node.span, message).related(found.key, "the item");
            cx.out.push(problem.help(format!("add `key: …`, one of {}", keys.join(", "))));
            return None;
        }
    };
    if !keys.contains(&&*key) {
        let problem = Decoder::unknown_name(UNKNOWN_SECRET, place, "key", &key, keys.iter().copied());
        cx.out.push(
            problem.related(found.key, "the item").why("the plugin would find nothing in the store, and not start"),
        );
        return None;
    }
    let item = Traced::new(item, cx.origins.written("secret", span));
    Some(SecretReference { item, key: Traced::new(key, cx.origins.written("secret", place)) })
}
