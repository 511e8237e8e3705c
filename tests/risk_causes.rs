//! Which edits a finding of risk names, where several are near.

#![expect(clippy::disallowed_methods, reason = "a test reads files")]

#[path = "support/platforms.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod platforms;

use std::collections::BTreeMap;

use dvgen::diff::{Input, Report, Side, Unread, compare};
use dvgen::pipeline::{Compilation, Options, compile};
use dvgen::world::{MemoryWorld, RelPath};

fn compiled(files: &BTreeMap<String, Vec<u8>>) -> Compilation {
    let world = MemoryWorld::new(files.iter().map(|(name, text)| (name.as_str(), text.as_slice())));
    let spec = RelPath::root().join("platform.yaml").expect("a path");
    compile(&world, &Options { provenance: true, ..Options::new(spec) })
}

/// Returns the review of edits of a platform's spec.
fn reviewed(platform: &str, edits: &[(&str, &str)]) -> Report {
    let mut files = platforms::files(&platforms::named(platform), &[platforms::EXPECTED]);
    let base = compiled(&files);
    let text = String::from_utf8(files.remove("platform.yaml").expect("a spec")).expect("UTF-8");
    let text = edits.iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "{from} is not in the spec");
        text.replacen(from, to, 1)
    });
    files.insert("platform.yaml".to_owned(), text.into_bytes());
    let head = compiled(&files);
    compare(Input {
        base: (&base, Side::default()),
        head: (&head, Side::default()),
        specs: ("platform.yaml", "platform.yaml"),
        committed: None,
        unread: Unread::default(),
    })
}

/// Returns the edits that the findings of a rule name, each as its line says it.
fn causes(report: &Report, rule: &str, message: &str) -> Vec<String> {
    let findings = report.findings.iter().filter(|one| one.rule.name == rule && one.message.contains(message));
    let edits = findings.flat_map(|finding| &finding.causes).filter_map(|at| report.edits.get(*at));
    edits.map(dvgen::diff::Edit::words).collect()
}

#[test]
fn another_store_is_the_edit_of_the_store() {
    let report = reviewed("prj-sde-002", &[("store: main", "store: local"), ("interval: 60s", "interval: 30s")]);
    let named = causes(&report, "backup-lowered", "goes to `local`");
    assert_eq!(named.len(), 1, "{named:?}");
    assert!(named.iter().all(|one| one.contains("store") && one.contains("local")), "{named:?}");
}

#[test]
fn flows_of_one_kind_are_caused_by_each_of_their_edits() {
    let report = reviewed(
        "prj-sde-002",
        &[
            ("to: [prometheus, alertmanager] }", "to: [prometheus] }"),
            ("  - query:    { from: grafana, to: loki, tenant: platform }\n", ""),
            ("  - query:    { from: grafana, to: loki, tenant: machines }\n", ""),
        ],
    );
    let named = causes(&report, "flow-changed", "query leads to");
    assert_eq!(named.len(), 3, "{named:?} {:?}", report.findings);
}
