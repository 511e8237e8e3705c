//! Components of one library entry differ in scalars only, and what they have in common is found out once: here is that what
//! one of many gets is what it gets alone, whatever its scalars say.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use dvgen::pipeline::{Compilation, Options, compile};
use dvgen::world::{MemoryWorld, RelPath};

const SPEC: &str = "\
apiVersion: dvgen.dev/v1alpha1
kind: Platform
metadata: { name: alike, environment: production }
domains: { external: example.org, cluster: cluster.local }
versions: { kubernetes: 1.34.0 }
repository: { url: https://git.example.org/platform/deploy.git, revision: main }
components:
  argocd: { installedBy: ansible, version: 10.1.1 }
";

const FACTS: &str = "\
title: App
description: A service.
chart: { repo: https://charts.example.org/stable, name: app }
tested: \">=1, <2\"
namespace: apps
services: { http: { name: !expr name, port: 8080, portName: http, otherPorts: [] } }
kinds: { namespaced: [Deployment.apps, Service] }
";

/// Every place in which the text of a component can stand: under keys that mean something, among others, in lists.
const VALUES: &str = "\
plain: !expr settings.text
nested: { deeper: { deepest: [!expr settings.text, other] }, empty: {}, none: [] }
number: !expr settings.number
login: { password: { inside: !expr settings.secret } }
args: [--verbose, --password, !expr settings.secret]
env:
  - { name: API_TOKEN, value: !expr settings.secret }
  - { name: !expr settings.name, value: plain }
  - { name: http, value: plain }
podAnnotations: { note: !expr settings.text }
made: { token: { of: !text \"ghp_<< settings.name >>\" } }
image: { repository: app, tag: !expr settings.number }
backend: { host: !expr settings.name, port: 5432 }
";

const CONTRACT: &str = "\
dvgen-contract 1
name: app
version: 1.0.0
repo: https://charts.example.org/stable
source: values
---
--- !
args L
backend M*
env L
given M*
image M*
login M*
made M*
nested M*
number n
plain S
podAnnotations M*
";

/// An object with words of which only some are right.
const WORDS: &str = "\
apiVersion: v1
kind: Service
metadata: { name: !text \"<< name >>-words\", annotations: { text: !expr settings.text } }
spec: { type: !expr settings.kind, selector: { app: !expr name } }
";

/// An object with a list whose items have to differ.
const ITEMS: &str = "\
apiVersion: v1
kind: Pod
metadata: { name: !expr name }
spec:
  containers:
    - { name: !expr settings.name, image: registry.example.org/app:1.0.0 }
    - { name: http, image: registry.example.org/app:1.0.0 }
";

/// Settings with which nothing is wrong; the last one stands in values that a person wrote.
const NEUTRAL: [(&str, &str); 6] =
    [("text", "plain"), ("number", "8080"), ("secret", ""), ("kind", "ClusterIP"), ("name", "web"), ("given", "plain")];

const TEXTS: [&str; 22] = [
    "plain",
    "ClusterIP",
    "ClusterIp",
    "",
    "8080",
    "true",
    "a: b\nc: [d]\n",
    "password: correct-horse-battery\n",
    "password=correct-horse-battery",
    "correct-horse-battery-staple",
    "--password",
    "ghp_aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3",
    "http://nothing.there.svc:80/x",
    "http://app-00.apps.svc:1234",
    "db.nowhere.svc.cluster.local",
    "vault:kv/data/nothing#key",
    "aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3",
    "<path:kv/data/nothing#key>",
    "{{ .Values.text }}",
    "http",
    "@sha256:0123",
    " spaces at both ends ",
];

/// Values that may hold any text.
const FREE: &str = "\
plain: !expr settings.text
nested: { deeper: { deepest: [!expr settings.text, other, { last: !expr settings.text }] }, empty: {}, none: [] }
";

/// What a component says of itself.
type Settings<'a> = Vec<(&'static str, &'a str)>;

/// Compiles a platform of components that have a chart with these values, and these other files; by one thread, which so knows
/// all components before the last one.
fn compiled(components: &[Settings<'_>], values: &str, others: &[(&str, &str)], provenance: bool) -> Compilation {
    let mut spec = SPEC.to_owned();
    for (number, settings) in components.iter().enumerate() {
        let quoted = |(key, text): &(&str, &str)| format!("{key}: {}", quoted(text));
        let of = |given: bool| settings.iter().filter(move |(key, _)| (*key == "given") == given).map(quoted);
        let (settings, given) = (of(false).collect::<Vec<_>>(), of(true).collect::<String>());
        let settings = settings.join(", ");
        let values = format!("values: {{ given: {{ {given} }} }}");
        let _ = writeln!(
            spec,
            "  {}: {{ library: app, version: 1.0.0, settings: {{ {settings} }}, {values} }}",
            name(number)
        );
    }
    let own = [("dvgen/values/app/component.yaml", FACTS), ("dvgen/values/app/values.dvgen.yaml", values)];
    let files = [("platform.yaml", spec.as_str())].into_iter().chain(own).chain(others.iter().copied());
    let world = MemoryWorld::new(files.map(|(path, text)| (path, text.as_bytes())));
    let spec = RelPath::root().join("platform.yaml").expect("a path");
    let threads = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    threads.install(|| compile(&world, &Options { provenance, ..Options::new(spec) }))
}

/// Returns a text as YAML takes it, whatever is in it.
fn quoted(text: &str) -> String {
    let escaped = |char: char| match char {
        ' ' | '!' | '#'..='[' | ']'..='~' => char.to_string(),
        other => format!("\\U{:08x}", u32::from(other)),
    };
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}

fn name(number: usize) -> String {
    format!("app-{number:02}")
}

/// Returns what is said, by code and message, and the files of a component.
fn told(compilation: &Compilation, number: usize) -> Vec<String> {
    let (name, app) = (name(number), name(0));
    let said = compilation.diagnostics.iter().map(|problem| format!("{} {}", problem.kind.code, problem.message));
    let own = compilation.artifacts().filter(|(_, file)| file.component.as_deref() == Some(&name));
    let files = own.map(|(_, file)| format!("{}\n{}", file.path, file.text));
    let mut told: Vec<String> = said.chain(files).map(|text| text.replace(&name, &app)).collect();
    told.sort();
    told
}

#[test]
fn one_of_many_is_judged_as_it_is_alone() {
    let judged = |components: &[Settings<'_>]| {
        let contract = ("dvgen/schemas/charts/app/1.0.0.contract", CONTRACT);
        let objects = [("dvgen/gitops/app/words.dvgen.yaml", WORDS), ("dvgen/gitops/app/items.dvgen.yaml", ITEMS)];
        compiled(components, VALUES, &[objects.as_slice(), &[contract]].concat(), false)
    };
    let neutral = NEUTRAL.to_vec();
    assert_eq!(judged(&vec![neutral.clone(); 5]).diagnostics, []);
    let mut codes = BTreeSet::new();
    for (place, (setting, _)) in NEUTRAL.into_iter().enumerate() {
        for text in TEXTS {
            let mut settings = neutral.clone();
            settings.splice(place..=place, [(setting, text)]);
            let (alone, mut many) = (judged(&[settings.clone()]), vec![neutral.clone(); 5]);
            many.push(settings);
            assert_eq!(told(&judged(&many), 5), told(&alone, 0), "{setting}: {text:?}");
            codes.extend(alone.diagnostics.iter().map(|problem| problem.kind.code));
        }
    }
    let expected = ["DV0502", "DV0514", "DV0519", "DV0701", "DV1402", "DV1503", "DV1509"];
    assert!(expected.iter().all(|code| codes.contains(code)), "{codes:?}");
}

#[test]
fn one_of_many_is_printed_as_it_is_alone() {
    let nasty: Vec<String> = serde_json::from_str(include_str!("data/nasty.json")).expect("a list of texts");
    let components: Vec<Settings<'_>> = nasty.iter().map(|text| vec![("text", text.as_str())]).collect();
    // Where origins are asked for, each file is printed by itself.
    let [many, alone] = [false, true].map(|provenance| compiled(&components, FREE, &[], provenance));
    assert!(!many.has_errors(), "{:?}", many.diagnostics);
    for number in 0..components.len() {
        assert_eq!(told(&many, number), told(&alone, number), "{:?}", nasty.get(number));
    }
    assert!(many.artifacts().count() > 300 && components.len() > 100);
}
