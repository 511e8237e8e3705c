//! `renovate.json`: one manager a file of the spec, which names each pin in it by its path.
//!
//! Renovate's `JSONata` manager reads a file as YAML, so flow and block style are the same to it, and no expression has to
//! guess where a version stands (docs.renovatebot.com, custom manager `jsonata`). Outputs hold copies of the pins and
//! are not looked at: the next build writes them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::build::{list, lit, map, named};
use super::draft::{Body, Draft, TargetName};
use super::{Source, UNSEEN_PIN, free};
use crate::diag::Diagnostic;
use crate::doc::{Doc, Key, Map, Value};
use crate::source::{OriginId, Origins};
use crate::spec::{Pinned, Step};
use crate::world::RelPath;

mod dependency;
mod query;
mod routine;

pub use dependency::{Dependency, Dependent, dependents};

/// Files that hold copies of pins, below the folder of an environment.
const COPIES: [&str; 7] = [
    "RUNBOOK.md",
    "ansible/files/**",
    "ansible/group_vars/all.yml",
    "ansible/host_vars/**",
    "ansible/requirements.yml",
    "gitops/**",
    "terraform/terraform.tfvars",
];

/// What Renovate's own preset ignores: a list of ours takes its place (docs.renovatebot.com, `:ignoreModulesAndTests`).
const PRESET: [&str; 3] = ["**/node_modules/**", "**/bower_components/**", "**/vendor/**"];

/// Fields whose lists the spec adds to; all others it replaces.
const ADDED: [&str; 4] = ["customManagers", "gitIgnoredAuthors", "ignorePaths", "packageRules"];

/// Returns the file. It speaks of all environments, so only the base has it.
pub(super) fn draft(source: &Source<'_>, origins: &mut Origins) -> Option<Draft> {
    let platform = source.platform;
    if platform.is_overlay || source.pins.is_empty() {
        return None;
    }
    let here = platform.name.origin;
    let mut files = BTreeMap::<&Arc<str>, Vec<(Doc, OriginId)>>::new();
    // Maps have no order: what is written in another one is the same.
    let mut pins: Vec<&Dependent> = source.pins.iter().collect();
    pins.sort_by(|a, b| a.steps.cmp(&b.steps));
    for pin in pins {
        let Some(query) = query::of(pin) else { continue };
        let origin = origins.written("pin", pin.span);
        files.entry(&pin.file).or_default().push((Doc::str(query, origin), origin));
    }
    let patterns: Vec<String> = files.keys().map(|file| pattern(source, file)).collect();
    let routine = routine::rules(source, origins, &patterns);
    let managers = files.into_values().zip(patterns).map(|(queries, pattern)| manager(pattern, queries, here));
    let managers: Vec<Doc> = managers.collect();
    if managers.is_empty() {
        return None;
    }
    let header = source.layout.header(here);
    let fields = [
        ("$schema", lit(here, "https://docs.renovatebot.com/renovate-schema.json")),
        ("description", list(here, [Doc::str(header.text, here)])),
        ("extends", list(here, [lit(here, "config:recommended")])),
        ("ignorePaths", list(here, ignored(source, here))),
        ("customManagers", list(here, managers)),
    ];
    let datasources = datasources(source, origins, here);
    let mut doc = map(here, fields);
    if !datasources.is_empty() {
        doc.merge(map(here, [("customDatasources", named(here, datasources))]));
    }
    // A branch that somebody else committed to is one that Renovate leaves alone, unless it knows who that was.
    if let Some(workflow) = platform.pipelines.as_ref().and_then(crate::model::Pipelines::builds_outputs) {
        let author = Doc::str(super::workflows::AUTHOR, workflow.name.origin);
        doc.merge(map(here, [("gitIgnoredAuthors", list(workflow.name.origin, [author]))]));
    }
    // Before those of the spec: the last one that matches wins.
    if !routine.is_empty() {
        doc.merge(map(here, [("packageRules", list(here, routine))]));
    }
    for (key, named) in platform.renovate.iter().flatten().filter(|(key, _)| &***key != routine::FIELD) {
        if let Some(value) = &named.value {
            let key = Key { text: key.clone().into(), origin: origins.written("renovate", named.key) };
            lay(&mut doc, key, sorted(free::doc(origins, &value.value, "renovate")));
        }
    }
    let path = source.layout.file("renovate.json");
    let (target, body) = (TargetName::Renovate, Body::Json(doc));
    Some(Draft { path, target, header: Vec::new(), body, executable: false, origin: here })
}

/// Returns the datasources that Renovate does not have itself, by name (docs.renovatebot.com, custom datasource).
fn datasources(source: &Source<'_>, origins: &mut Origins, here: OriginId) -> BTreeMap<Arc<str>, Doc> {
    let mut all = BTreeMap::new();
    for pin in source.pins {
        let Some(dependency) = &pin.dependency else { continue };
        let (Some(name), Some((url, releases))) = (dependency.datasource.strip_prefix("custom."), &dependency.custom)
        else {
            continue;
        };
        all.entry(name.into()).or_insert_with(|| {
            let origin = origins.written("pin", pin.span);
            let transform = list(origin, [Doc::str(releases.clone(), origin)]);
            let fields = [
                ("defaultRegistryUrlTemplate", Doc::str(url.clone(), origin)),
                ("format", lit(origin, "json")),
                ("transformTemplates", transform),
            ];
            map(here, fields)
        });
    }
    all
}

/// A version of which nobody knows where newer ones are is one that a person has to watch.
pub(super) fn problems(source: &Source<'_>, out: &mut Vec<Diagnostic>) {
    if source.platform.is_overlay {
        return;
    }
    routine::problems(source, out);
    let asked = |pin: &&Dependent| pin.dependency.is_none() && !is_unread(source, pin);
    for pin in source.pins.iter().filter(asked) {
        let (what, near) = match &pin.of {
            Pinned::Tool(name) => {
                (format!("version of `{name}`"), crate::diag::did_you_mean(name, dependency::tools()))
            }
            Pinned::Tag { .. } => ("tag".to_owned(), Some("write the `repository` of the image beside it".to_owned())),
            Pinned::Setting { setting, entry, .. } => {
                out.push(unpinned(pin, setting, entry.as_deref()));
                continue;
            }
            _ => continue,
        };
        let problem = Diagnostic::warning(UNSEEN_PIN, pin.span, format!("Renovate does not see this {what}"))
            .why("dvgen does not know where it is released, so nobody would tell of a newer one");
        out.push(
            near.into_iter()
                .fold(problem, Diagnostic::help)
                .help("add a manager for it under `renovate.customManagers`, and set the rule `unseen-pin` to off"),
        );
    }
}

/// Returns whether a pin stands in `values` of a component without a chart: nobody reads those, which is reported.
fn is_unread(source: &Source<'_>, pin: &Dependent) -> bool {
    let key = |at: usize| match pin.steps.get(at)? {
        Step::Key(key) => Some(&**key),
        Step::Item(_) => None,
    };
    let component = key(1).filter(|_| key(0) == Some("components") && key(2) == Some("values"));
    let component = component.and_then(|name| source.platform.component(name));
    component.is_some_and(|component| component.chart.is_none() && !component.on_machines)
}

/// Something that a setting lists without a version that could be raised.
fn unpinned(pin: &Dependent, setting: &str, entry: Option<&str>) -> Diagnostic {
    let what =
        entry.map_or_else(|| format!("`{setting}` names no versions"), |entry| format!("`{entry}` has no version"));
    let help = match entry {
        Some(entry) => format!("write the version that runs, for example `{entry}: 1.2.3`"),
        None => format!("write a map: `{setting}: {{ NAME: VERSION }}`"),
    };
    Diagnostic::warning(UNSEEN_PIN, pin.span, what)
        .why("every start would take the newest one there is, so copies differ, and Renovate has nothing to raise")
        .help(help)
}

/// Returns a tree with the keys of its maps in order: to Renovate they have none.
fn sorted(doc: Doc) -> Doc {
    let value = match doc.value {
        Value::List(items) => Value::List(items.into_iter().map(sorted).collect()),
        Value::Map(map) => {
            let mut entries: Vec<(Key, Doc)> = map.into_iter().collect();
            entries.sort_by_key(|(key, _)| key.text.to_string());
            let mut map = Map::with_capacity(entries.len());
            for (key, value) in entries {
                map.push_new(key, sorted(value));
            }
            Value::Map(map)
        }
        other => other,
    };
    Doc::new(value, doc.origin)
}

/// Adds a field of the spec.
fn lay(doc: &mut Doc, key: Key, value: Doc) {
    let Value::Map(fields) = &mut doc.value else { return };
    let added = ADDED.iter().any(|name| *name == &*key.text);
    match (fields.get_mut(&key.text).map(|old| &mut old.value), value.value) {
        (Some(Value::List(old)), Value::List(more)) if added => old.extend(more),
        (_, kind) => {
            let mut over = Map::new();
            over.push_new(key, Doc::new(kind, value.origin));
            doc.merge(Doc::map(over, value.origin));
        }
    }
}

/// Returns a pattern that matches a file of the spec and no other, in Renovate's words.
fn pattern(source: &Source<'_>, file: &str) -> String {
    let name = source.layout.beside_spec(file);
    // A file outside of the folder of the spec.
    let name = RelPath::root().join(&name).map_or(name, |path| path.to_string());
    let mut pattern = String::from("/^");
    for char in name.chars() {
        if !char.is_ascii_alphanumeric() && !matches!(char, '_' | '-') && char.is_ascii() {
            pattern.push('\\');
        }
        pattern.push(char);
    }
    pattern.push_str("$/");
    pattern
}

fn manager(pattern: String, queries: Vec<(Doc, OriginId)>, here: OriginId) -> Doc {
    let first = queries.first().map_or(here, |(_, origin)| *origin);
    map(
        first,
        [
            ("customType", lit(first, "jsonata")),
            ("fileFormat", lit(first, "yaml")),
            ("managerFilePatterns", list(first, [Doc::str(pattern, first)])),
            ("matchStrings", list(first, queries.into_iter().map(|(query, _)| query))),
        ],
    )
}

fn ignored(source: &Source<'_>, here: OriginId) -> Vec<Doc> {
    // Examples of compositions name versions too, and dvgen writes those.
    let compositions = (!source.platform.compositions.is_empty()).then_some("compositions/**");
    let copies: Vec<&str> = compositions.into_iter().chain(COPIES).collect();
    let own = copies.iter().map(|path| source.layout.in_repository(path));
    let others = copies.iter().map(|path| source.layout.in_repository(&format!("environments/*/{path}")));
    let preset = PRESET.iter().map(|path| (*path).to_owned());
    own.chain(others).chain(preset).map(|path| Doc::str(path, here)).collect()
}
