//! Any text as a spec: a build ends with a report, never with a panic, and never with files beside an error.
//!
//! Words of the platform are taken away, doubled, moved and replaced by nasty ones, one to a few at a time, so that
//! most of the result still means something and gets far into the pipeline.

#![expect(clippy::disallowed_methods, clippy::indexing_slicing, reason = "tests read fixtures and fail by panicking")]

use std::path::Path;

use dvgen::diag::render::{Format, RenderOptions, render};
use dvgen::pipeline::{Compilation, Options, compile};
use dvgen::world::{MemoryWorld, RelPath};
use proptest::prelude::*;

/// What replaces a word.
const NASTY: &[&str] = &[
    "",
    "~",
    "{}",
    "[]",
    "[[]]",
    "{ a: b }",
    "\"\"",
    "-",
    "- -",
    ": ",
    "\t",
    "\n",
    "null",
    "true",
    "no",
    "0",
    "-1",
    "1e9",
    "99999999999999999999",
    "0x10",
    "0777",
    "12:30",
    "*a",
    "&a",
    "!x",
    "<<",
    "$remove",
    "..",
    "../..",
    "/",
    "a/b",
    "A",
    "é",
    "\u{202e}",
    "\u{0}",
    "\u{7f}",
    "'",
    "\"",
    "`",
    "$(id)",
    "{{ x }}",
    "<< x >>",
    "#",
    "10.0.0.0/33",
    "::1/128",
    "255.255.255.255",
    "0.0.0.0/0",
    "prometheus",
    "vault",
    "grafana",
    "production",
    "detectviz",
    "platform-base",
    "1.2.3",
    "18446744073709551615Ti",
    "x-very-long-name-x-very-long-name-x-very-long-name-x-very-long-name-x-very-long-name",
];

/// One change of a text.
#[derive(Clone, Debug)]
enum Change {
    Replace(prop::sample::Index, &'static str),
    Remove(prop::sample::Index),
    Double(prop::sample::Index),
    Swap(prop::sample::Index, prop::sample::Index),
    RemoveLine(prop::sample::Index),
    Cut(prop::sample::Index),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        4 => (at(), prop::sample::select(NASTY)).prop_map(|(at, text)| Change::Replace(at, text)),
        1 => at().prop_map(Change::Remove),
        1 => at().prop_map(Change::Double),
        2 => (at(), at()).prop_map(|(one, two)| Change::Swap(one, two)),
        1 => at().prop_map(Change::RemoveLine),
        1 => at().prop_map(Change::Cut),
    ]
}

/// Returns a text as words and what stands between them.
fn pieces(text: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let is_word = |c: char| c.is_alphanumeric() || "-_./:".contains(c);
    for (before, char) in std::iter::once(' ').chain(text.chars()).zip(text.chars()) {
        if is_word(before) != is_word(char) {
            all.push(String::new());
        }
        all.last_mut().expect("one piece").push(char);
    }
    all
}

fn changed(text: &str, changes: &[Change]) -> String {
    let mut all = pieces(text);
    for change in changes {
        let count = all.len();
        match change {
            Change::Replace(at, new) => (*new).clone_into(&mut all[at.index(count)]),
            Change::Remove(at) => all[at.index(count)].clear(),
            Change::Double(at) => all[at.index(count)] = all[at.index(count)].repeat(2),
            Change::Swap(one, two) => all.swap(one.index(count), two.index(count)),
            Change::RemoveLine(at) => {
                let text = all.concat();
                let lines: Vec<&str> = text.split_inclusive('\n').collect();
                let at = at.index(lines.len().max(1));
                let kept = lines.iter().enumerate().filter(|(number, _)| *number != at);
                all = pieces(&kept.map(|(_, line)| *line).collect::<String>());
            }
            Change::Cut(at) => all.truncate(at.index(count).max(1)),
        }
    }
    all.concat()
}

fn compiled(spec: &[u8]) -> Compilation {
    compiled_in(&MemoryWorld::new([("platform.yaml", spec)]))
}

fn compiled_in(world: &MemoryWorld) -> Compilation {
    let spec = RelPath::root().join("platform.yaml").expect("a path");
    compile(world, &Options::new(spec))
}

/// Renders everything in every format, and looks for files beside an error.
fn judge(compilation: &Compilation) -> Result<(), TestCaseError> {
    for format in Format::ALL {
        let text = render(&compilation.diagnostics, &compilation.sources, &RenderOptions::default(), format);
        prop_assert!(text.is_empty() || text.ends_with('\n'));
    }
    if compilation.has_errors() {
        prop_assert_eq!(compilation.artifacts().count(), 0);
    }
    for (_, file) in compilation.artifacts() {
        prop_assert!(!file.path.split('/').any(|part| matches!(part, "" | "." | "..")), "{}", file.path);
    }
    Ok(())
}

fn platform(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    std::fs::read_to_string(path).expect("a fixture")
}

/// Returns a few cases, or as many as `PROPTEST_CASES` says.
fn few(cases: u32) -> ProptestConfig {
    let wanted = std::env::var("PROPTEST_CASES").ok().and_then(|count| count.parse().ok());
    ProptestConfig { cases: wanted.unwrap_or(cases), failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(few(20))]

    #[test]
    fn a_changed_platform_is_judged(changes in prop::collection::vec(change(), 1..4)) {
        judge(&compiled(changed(&platform("platforms/detectviz/platform.yaml"), &changes).as_bytes()))?;
    }
}

proptest! {
    #![proptest_config(few(300))]

    #[test]
    fn a_changed_small_platform_is_judged(changes in prop::collection::vec(change(), 1..8)) {
        judge(&compiled(changed(&platform("bad/good.yaml"), &changes).as_bytes()))?;
    }

    #[test]
    fn a_changed_library_is_judged(
        facts in prop::collection::vec(change(), 0..3),
        values in prop::collection::vec(change(), 0..3),
        name in prop::sample::select(&["grafana", "loki", "mimir", "kube-prometheus-stack", "vault"][..]),
    ) {
        let facts = changed(&platform(&format!("../values/{name}/component.yaml")), &facts);
        let values = changed(&platform(&format!("../values/{name}/values.dvgen.yaml")), &values);
        let spec = "apiVersion: dvgen.dev/v1alpha1\nkind: Platform\nmetadata: { name: demo, environment: production }\n\
                    repository: { url: https://git.demo.internal/platform.git }\n\
                    components:\n  own: { version: 12.0.0, replicas: 2 }\n  argocd: { installedBy: external }\n";
        let files = [
            ("platform.yaml", spec.as_bytes()),
            ("dvgen/values/own/component.yaml", facts.as_bytes()),
            ("dvgen/values/own/values.dvgen.yaml", values.as_bytes()),
        ];
        judge(&compiled_in(&MemoryWorld::new(files)))?;
    }

    #[test]
    fn any_bytes_are_judged(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        judge(&compiled(&bytes))?;
    }

    #[test]
    fn any_words_of_yaml_are_judged(words in prop::collection::vec(prop::sample::select(NASTY), 0..60)) {
        judge(&compiled(words.concat().as_bytes()))?;
    }
}
