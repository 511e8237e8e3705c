//! Tests of the language: against the `cel` crate's own interpreter, over a real platform, and with any text.

mod any;
mod platform;
mod standard;

use std::path::Path;

use super::check::{Scope, expression};
use super::eval::Eval;
use super::place::Place;
use super::rules::Rule;
use super::value::{Item, Map, Value};
use super::view::View;
use crate::diag::Diagnostic;
use crate::emit::Layout;
use crate::graph;
use crate::library::kinds::KindTables;
use crate::library::{Library, LibraryFiles, Loader};
use crate::model::{self, Contexts, Input};
use crate::source::{SourceMap, Span};
use crate::spec;
use crate::world::{RelPath, SystemWorld};
use crate::yaml::{Dialect, load};

/// Calls `work` with the view of a platform of `fixtures`.
pub(super) fn with_view(dir: &str, work: impl FnOnce(&View<'_>, &SourceMap)) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(dir);
    let world = SystemWorld::new(root.canonicalize().expect("a platform"));
    let (mut sources, mut out) = (SourceMap::new(), Vec::new());
    let path = RelPath::root().join("platform.yaml").expect("a path");
    let files = spec::read_files(&world, &RelPath::root(), &path, &mut sources, &mut out).expect("a spec");
    let written = spec::read(files, &[None], &mut out).pop().expect("an environment");
    let library_files = LibraryFiles::list(&world, &RelPath::root(), &mut out);
    let mut uses = std::collections::BTreeMap::new();
    for (name, named) in written.platform.components.value().into_iter().flatten() {
        let component = &named.value.as_ref().expect("a component").value;
        let library = component.library_name(name);
        let library = if component.on_machines() { spec::entry_on_machines(&library) } else { library };
        let version = component.version.value().map(|version| version.number.clone());
        uses.entry(library).or_insert_with(Vec::new).push(version);
    }
    let mut loader = Loader { files: &library_files, world: &world, sources: &mut sources, out: &mut out };
    let _ = KindTables::load(&mut loader);
    let library = Library::load(&mut loader, &uses);
    let manifests = std::collections::BTreeMap::new();
    let platform = model::resolve(Input { written: &written, library: &library, manifests: &manifests }, &mut out);
    let platform = platform.expect("a platform");
    let graph = graph::build(&platform, &mut out);
    let contexts = Contexts::new(&platform, platform.name.origin);
    let _ = Layout::new(&platform, "platform.yaml");
    work(&View::new(&platform, &graph, &contexts), &sources);
}

/// Returns a rule with one validation.
pub(super) fn rule_of(text: &str, each: &str) -> Result<Rule, Vec<Diagnostic>> {
    let quoted = serde_json::to_string(text).expect("a string");
    let yaml = format!(
        "kind: Rules\nrules:\n  - name: x\n    message: x\n    match: {{ each: {each} }}\n    validations:\n      - expression: 'true'\n        at: {quoted}\n"
    );
    let mut sources = SourceMap::new();
    let file = sources.add("x.yaml", yaml.as_str());
    let mut out = Vec::new();
    let (root, _) = load(file, &yaml, Dialect::Spec, &mut out).ok_or_else(|| out.clone())?;
    let rules = super::rules::read(&root, &yaml, &mut Vec::new(), &mut out);
    match rules.into_iter().next() {
        Some(rule) if !out.iter().any(Diagnostic::is_error) => Ok(rule),
        _ => Err(out),
    }
}

/// Evaluates an expression about the platform as a whole.
pub(super) fn value_of(view: &View<'_>, text: &str) -> Result<String, String> {
    let rule = rule_of(text, "platform").map_err(|problems| problems[0].message.clone())?;
    let mut eval = Eval::new(view, &rule);
    eval.fuel = 1_000_000;
    eval.turn(None, None);
    let ex = rule.validations[0].at.as_ref().expect("an expression");
    eval.eval(ex).map(|item| shown(&item)).map_err(|fault| fault.0.message)
}

/// Returns a value as text, unlike texts for unlike values.
pub(super) fn shown(item: &Item<'_>) -> String {
    match &item.value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Double(number) => format!("{number:?}"),
        Value::Str(text) => format!("{:?}", &**text),
        Value::List(list) => format!("[{}]", list.iter().map(|item| shown(&item)).collect::<Vec<_>>().join(", ")),
        Value::Map(Map::Thing(_, thing)) => thing.object().what.to_owned(),
        Value::Map(map) => {
            let entry = |key: &str| format!("{key:?}: {}", map.get(key).map_or_else(String::new, |item| shown(&item)));
            let mut entries: Vec<String> = map.keys().iter().map(|key| entry(key)).collect();
            entries.sort();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Optional(inner) => {
            inner.as_ref().map_or_else(|| "none".to_owned(), |item| format!("some {}", shown(item)))
        }
    }
}

/// Checks an expression without a rule around it.
pub(super) fn checked(text: &str) -> Vec<Diagnostic> {
    let mut sources = SourceMap::new();
    let file = sources.add("x", text);
    let node = crate::yaml::Node::nothing(Span::new(file, 0, 0));
    let mut out = Vec::new();
    expression(text, &Place::of(&node, text), &Scope::default(), &mut out);
    out
}
