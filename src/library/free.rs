//! The free facts of a component, such as its Services: what stands in them as it is, without an expression.
//!
//! They are templates, so that no record reads them. Words and numbers that are written out can be judged all the same, where
//! they stand and before anything is made of them.

use super::facts::Facts;
use super::variant::Computed;
use crate::diag::{Diagnostic, nearest};
use crate::library::kinds;
use crate::source::Span;
use crate::spec::FlowKind;
use crate::spec::scalars::is_dns_label;
use crate::yaml::decode::Record;
use crate::yaml::{
    BAD_VALUE, Decode, Decoder, Entry, Field, Key, MISSING_FIELD, Mapping, Node, NodeKind, UNKNOWN_FIELD, WRONG_TYPE,
};

const SERVICE: Record =
    ("a Service of a chart", &["name", "namespace", "port", "portName", "scheme", "otherPorts", "when"]);

const SERVES: Record = (
    "a kind of flow that is answered",
    &[
        "service",
        "path",
        "tenant",
        "defaultTenant",
        "anonymous",
        "speaks",
        "datasource",
        "via",
        "secret",
        "oneOf",
        "oidc",
        "tells",
        "copies",
        "when",
    ],
);

/// Judges the free facts, and makes those in which something is wrong facts that could not be read.
pub(super) fn judge(facts: &mut Facts, out: &mut Vec<Diagnostic>) {
    broken(&mut facts.services, out, |services, out| each(services, out, &mut |_, fields, out| service(fields, out)));
    broken(&mut facts.serves, out, serves);
    broken(&mut facts.secrets, out, secrets);
    if let Field::Given(written) = &facts.kinds {
        let all = [&written.value.cluster, &written.value.namespaced];
        let listed = all.into_iter().filter_map(Field::value).flatten().filter_map(Field::get);
        listed.for_each(|kind| kinds::named::check(out, kind));
    }
}

/// Makes facts of which no template could be made facts that could not be read: what they lack has been said.
pub(super) fn unreadable(facts: &mut Facts, computed: &Computed) {
    let all = [
        (&mut facts.services, &computed.services),
        (&mut facts.serves, &computed.serves),
        (&mut facts.secrets, &computed.secrets),
        (&mut facts.metrics, &computed.metrics),
    ];
    for (fact, template) in all {
        if template.is_none() && fact.get().is_some() {
            *fact = Field::Broken;
        }
    }
}

/// Judges a fact; if something is wrong in it, nothing is made of it.
fn broken(fact: &mut Field<Node>, out: &mut Vec<Diagnostic>, judge: impl Fn(&Mapping, &mut Vec<Diagnostic>)) {
    let start = out.len();
    if let Some(map) = fact.value().and_then(plain) {
        judge(map, out);
    }
    if out.len() > start {
        *fact = Field::Broken;
    }
}

/// Returns the map of a node that is no expression.
fn plain(node: &Node) -> Option<&Mapping> {
    node.as_mapping().filter(|_| node.tag.is_none())
}

/// Calls a function for each entry that is a map.
fn each(map: &Mapping, out: &mut Vec<Diagnostic>, judge: &mut dyn FnMut(&Key, &Node, &mut Vec<Diagnostic>)) {
    for entry in map.entries.iter().filter(|entry| plain(&entry.value).is_some()) {
        judge(&entry.key, &entry.value, out);
    }
}

/// Reports the keys of a map that nothing reads.
fn keys(node: &Node, record: Record, out: &mut Vec<Diagnostic>) {
    let Some(map) = plain(node) else { return };
    let known = |entry: &&Entry| record.1.contains(&&*entry.key.text);
    let unknown: Vec<Entry> = map.entries.iter().filter(|entry| !known(entry)).cloned().collect();
    if unknown.is_empty() {
        return;
    }
    let name = |entry: &Entry| record.1.iter().find(|field| ***field == *entry.key.text).copied();
    let written: Vec<_> = map.entries.iter().filter_map(|entry| Some((name(entry)?, Some(entry.value.span)))).collect();
    let mut cx = Decoder::default();
    cx.unknown_fields(&unknown, node.span, record, &written, &[]);
    out.append(&mut cx.diagnostics);
}

/// Returns a scalar that stands as it is.
fn scalar<'n>(node: &'n Node, key: &str) -> Option<(&'n str, &'n Node)> {
    let value = node.get(key).filter(|value| value.tag.is_none())?;
    Some((value.as_scalar()?, value))
}

fn service(fields: &Node, out: &mut Vec<Diagnostic>) {
    keys(fields, SERVICE, out);
    if let Some(port) = fields.get("port").filter(|port| port.tag.is_none()) {
        let number = port.as_scalar().and_then(|text| text.parse::<u16>().ok());
        if number.is_none_or(|number| number == 0) {
            let message = format!("{} is not the number of a port", port.describe());
            out.push(Diagnostic::error(WRONG_TYPE, port.span, message).help("write a number from 1 to 65535"));
        }
    }
    if let Some((name, node)) = scalar(fields, "portName").filter(|(name, _)| !is_dns_label(name)) {
        let message = format!("`{name}` cannot be the name of a port");
        let help = "use lower-case letters, digits and `-`, as the chart does";
        out.push(Diagnostic::error(BAD_VALUE, node.span, message).help(help));
    }
    // Others are those of databases and the like.
    near_word(fields, "scheme", &["http", "https", "none"], out);
}

fn serves(all: &Mapping, out: &mut Vec<Diagnostic>) {
    for entry in &all.entries {
        if FlowKind::from_word(&entry.key.text).is_none() {
            let message = format!("`{}` is not a kind of flow", entry.key.text);
            let problem = Diagnostic::error(UNKNOWN_FIELD, entry.key.span, message);
            let help = crate::diag::did_you_mean(&entry.key.text, FlowKind::WORDS.iter().copied());
            let near = nearest(&entry.key.text, FlowKind::WORDS.iter().copied());
            let problem = help.into_iter().fold(problem, Diagnostic::help);
            out.push(match near {
                Some(near) => problem.fix(false, format!("rename to `{near}`"), entry.key.span, near),
                None => problem,
            });
        }
    }
    each(all, out, &mut |_, fields, out| {
        way(fields, out);
        if let Some(ways) = fields.get("via").and_then(plain) {
            each(ways, out, &mut |_, fields, out| way(fields, out));
        }
    });
}

/// Judges one way in.
fn way(fields: &Node, out: &mut Vec<Diagnostic>) {
    keys(fields, SERVES, out);
    word(fields, "tenant", &["none", "optional", "required"], out);
    word(fields, "copies", &["doubled"], out);
    let path =
        scalar(fields, "path").filter(|(path, node)| !path.is_empty() && !path.starts_with('/') && !node.is_null());
    // What answers no URLs has paths of its own, such as the number of a database.
    if let Some((path, node)) = path.filter(|(path, _)| path.contains('/')) {
        let message = format!("the path `{path}` does not begin with `/`");
        out.push(
            Diagnostic::error(BAD_VALUE, node.span, message)
                .why("it is put behind the port of the Service, and the two would be read as one")
                .help(format!("write `/{path}`"))
                .fix(true, format!("change to `/{path}`"), node.span, format!("/{path}")),
        );
    }
}

fn secrets(all: &Mapping, out: &mut Vec<Diagnostic>) {
    each(all, out, &mut |_, fields, out| {
        let keys = fields.get("keys").and_then(plain).into_iter().flat_map(|keys| &keys.entries);
        for value in keys.map(|entry| &entry.value).filter(|value| value.tag.is_none()) {
            let is_key = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
            if let Some(text) = value.as_scalar().filter(|text| !is_key(text)) {
                let message = format!("`{text}` cannot be a key of a Secret");
                let help = "Kubernetes takes letters, digits, `-`, `_` and `.`";
                out.push(Diagnostic::error(BAD_VALUE, value.span, message).help(help));
            }
        }
    });
}

/// Reports a word that is none of those that a fact can be.
fn word(fields: &Node, key: &str, words: &[&str], out: &mut Vec<Diagnostic>) {
    if let Some((text, node)) = scalar(fields, key).filter(|(text, _)| !words.contains(text)) {
        let mut cx = Decoder::default();
        let problem = Diagnostic::error(BAD_VALUE, node.span, format!("`{key}` cannot be `{text}`"));
        let help = crate::diag::did_you_mean(text, words.iter().copied());
        let problem = help.into_iter().fold(problem, Diagnostic::help);
        cx.report(match nearest(text, words.iter().copied()) {
            Some(near) => problem.fix(false, format!("change to `{near}`"), node.span, near),
            None => problem,
        });
        out.append(&mut cx.diagnostics);
    }
}

/// The same of a fact that can be other words too, if they are no misspelt ones of these.
fn near_word(fields: &Node, key: &str, words: &[&str], out: &mut Vec<Diagnostic>) {
    if scalar(fields, key).is_some_and(|(text, _)| nearest(text, words.iter().copied()).is_some()) {
        word(fields, key, words, out);
    }
}

/// Reports what stands in facts for versions that nobody uses here: nothing else would say so until somebody does.
pub(super) fn unused(overlay: &Mapping, span: Span, out: &mut Vec<Diagnostic>) {
    let node = Node { span, tag: None, kind: NodeKind::Mapping(overlay.clone()) };
    let mut cx = Decoder::default();
    let facts = Facts::decode(&node, &mut cx);
    // What is missing stands in the facts that it is laid over.
    out.extend(cx.diagnostics.into_iter().filter(|problem| problem.kind != MISSING_FIELD));
    if let Some(mut facts) = facts {
        judge(&mut facts, out);
    }
}
