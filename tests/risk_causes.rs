//! Which edits a finding of risk names, where several are near.

#![expect(clippy::disallowed_methods, reason = "a test reads files")]

#[path = "support/platforms.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod platforms;

use std::collections::BTreeMap;

use dvgen::diff::{Input, Report, Side, Unread, compare};
use dvgen::pipeline::{Compilation, Options, compile};
use dvgen::world::{MemoryWorld, RelPath};

/// Returns the review of an edit of a file of a platform.
fn edited(platform: &str, file: &str, edit: impl Fn(String) -> String) -> Report {
    let mut files = platforms::files(&platforms::named(platform), &[platforms::EXPECTED]);
    let base = compiled(&files);
    let text = String::from_utf8(files.remove(file).expect("a file")).expect("UTF-8");
    files.insert(file.to_owned(), edit(text).into_bytes());
    compared(&base, &compiled(&files))
}

fn compared(base: &Compilation, head: &Compilation) -> Report {
    compare(Input {
        base: (base, Side::default()),
        head: (head, Side::default()),
        specs: ("platform.yaml", "platform.yaml"),
        committed: None,
        unread: Unread::default(),
    })
}

fn compiled(files: &BTreeMap<String, Vec<u8>>) -> Compilation {
    let world = MemoryWorld::new(files.iter().map(|(name, text)| (name.as_str(), text.as_slice())));
    let spec = RelPath::root().join("platform.yaml").expect("a path");
    compile(&world, &Options { provenance: true, ..Options::new(spec) })
}

/// Returns the review of edits of a platform's spec, each of the first place that has its text.
fn reviewed(platform: &str, edits: &[(&str, &str)]) -> Report {
    changed(platform, edits, 1)
}

/// As [`reviewed`], each of so many places.
fn changed(platform: &str, edits: &[(&str, &str)], places: usize) -> Report {
    edited(platform, "platform.yaml", |text| {
        edits.iter().fold(text, |text, (from, to)| {
            assert!(text.contains(from), "{from} is not in the spec");
            text.replacen(from, to, places)
        })
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

/// Returns the findings of a rule: subject, message, why it matters.
fn said<'r>(report: &'r Report, rule: &str) -> Vec<(&'r str, &'r str, &'r str)> {
    let findings = report.findings.iter().filter(|one| one.rule.name == rule);
    findings.map(|one| (one.subject.as_str(), one.message.as_str(), one.why.as_str())).collect()
}

#[test]
fn what_calls_a_machine_by_its_new_name_follows_from_that() {
    let report = changed(
        "prj-sde-002",
        &[
            ("\n  monitoring:\n    vmid: 201", "\n  mon:\n    vmid: 201"),
            ("runsOn: monitoring", "runsOn: mon"),
            ("[monitoring, backup, pve]", "[mon, backup, pve]"),
            ("server: monitoring", "server: mon"),
            ("machines: monitoring", "machines: mon"),
            ("machine: monitoring", "machine: mon"),
            ("monitoring: { vmid: 211", "mon: { vmid: 211"),
        ],
        usize::MAX,
    );
    let rules: Vec<&str> = report.findings.iter().map(|one| one.rule.name).collect();
    assert_eq!(rules, ["node-renamed", "node-renamed"], "{:#?}", report.findings);
    let files = report.sections.iter().flat_map(|section| &section.files);
    let causes = files.flat_map(|file| &file.changes).flat_map(|change| &change.causes);
    let others = causes.filter(|at| report.edits.get(**at).is_none_or(|edit| !edit.renamed)).count();
    assert_eq!(others, 0, "{:#?}", report.edits);
}

#[test]
fn what_uses_a_service_follows_from_its_name_and_not_from_its_own_version() {
    let edits = [
        ("group: monitoring, version: 5.6.0", "group: monitoring, version: 6.2.0"),
        ("version: 12.11.1", "version: 12.11.2"),
    ];
    let report = reviewed("detectviz", &edits);
    let of_grafana = report.sections.iter().filter(|section| section.component.as_deref() == Some("grafana"));
    let changes = of_grafana.flat_map(|section| &section.files).flat_map(|file| &file.changes);
    let of_url = changes.filter(|change| change.path.ends_with("[Mimir].url"));
    let causes: Vec<String> = of_url
        .flat_map(|change| &change.causes)
        .filter_map(|at| report.edits.get(*at))
        .map(dvgen::diff::Edit::words)
        .collect();
    assert_eq!(causes, ["components.mimir.version 5.6.0 → 6.2.0"]);
}

#[test]
fn what_changes_in_a_file_of_several_components_is_of_one_of_them() {
    let report = reviewed("prj-sde-002", &[("settings: { retention: 30d }", "settings: { retention: 10d }")]);
    let found = said(&report, "retention-shortened");
    assert!(matches!(found.as_slice(), [("prometheus", _, why)] if !why.contains("sync")), "{found:?}");
    assert_eq!(report.components.0 - report.components.1, 1);
    let report = reviewed("prj-sde-002", &[("export: /volume1/pbs }", "export: /volume2/pbs }")]);
    let found = said(&report, "data-left-behind");
    assert!(matches!(found.as_slice(), [("pbs", ..)]), "{found:?}");
}

#[test]
fn what_is_said_of_one_of_several_names_it() {
    let report = reviewed("prj-sde-002", &[("debug: 168h", "debug: 24h")]);
    let found = said(&report, "retention-shortened");
    assert!(matches!(found.as_slice(), [("loki", text, _)] if text.contains("tier=\"debug\"")), "{found:?}");
    let mute = [("to: duty, repeat: 1h, continue: true }", "to: duty, repeat: 1h, continue: true, mute: [weekend] }")];
    let report = reviewed("prj-sde-002", &mute);
    let found = said(&report, "alerting-changed");
    let named = |text: &str, why: &str| text.starts_with("a route to `duty` is silent") && !why.contains("nobody");
    assert!(matches!(found.as_slice(), [(_, text, why)] if named(text, why)), "{found:?}");
}

#[test]
fn a_platform_without_a_cluster_is_not_told_of_one() {
    let report = reviewed("prj-sde-002", &[("ip: { servers: 192.168.40.31 }", "ip: { servers: 192.168.40.33 }")]);
    let found = said(&report, "address-changed");
    assert!(matches!(found.as_slice(), [("monitoring", _, why)] if !why.contains("cluster")), "{found:?}");
}

#[test]
fn an_environment_without_argo_cd_leaves_all_as_it_is() {
    let report = edited("prj-sde-002", "platform.yaml", |text| {
        let (start, _) = text.split_once("\nenvironments:").expect("environments");
        format!("{start}\n")
    });
    let found = said(&report, "environment-removed");
    assert!(matches!(found.as_slice(), [("staging", _, why)] if !why.contains("Argo CD")), "{found:?}");
}

#[test]
fn a_document_before_a_tagged_one_leaves_its_edits_where_they_are() {
    let before =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x, namespace: !expr namespace }\ndata: { a: b }\n---\n";
    let file = "dvgen/gitops/remediation/rights.dvgen.yaml";
    let report = edited("detectviz", file, |text| {
        assert!(text.contains("[get, patch]"), "{text}");
        format!("{before}{}", text.replace("[get, patch]", "[get, patch, list]"))
    });
    let edits: Vec<String> = report.edits.iter().map(|edit| edit.path.join(".")).collect();
    assert_eq!(edits, ["[ConfigMap !expr namespace/x]", "do.rules.[0].verbs.[2]"]);
    let project = report.sections.iter().filter(|section| section.component.is_none());
    let changes = project.flat_map(|section| &section.files).flat_map(|file| &file.changes);
    let causes: Vec<&Vec<usize>> = changes.map(|change| &change.causes).collect();
    assert_eq!(causes, [&vec![0]], "what a project allows is caused by the document");
}

#[test]
fn what_the_head_says_of_it_too_is_said_once() {
    let majors = ("matchUpdateTypes: [major], automerge: false", "matchUpdateTypes: [major], automerge: true");
    let restore = (
        "    archive:                               # once a quarter, what lies on the share by SMB\n      job: monthly\n      machine: monitoring\n      schedule: \"*-1,4,7,10-02 06:00\"\n      vmid: 9902\n      storage: tank\n",
        "",
    );
    for (platform, edit, problem) in
        [("homelab", majors, "majors-merged-unread"), ("prj-sde-002", restore, "untested-restore")]
    {
        let report = reviewed(platform, &[edit]);
        let found: Vec<&str> = report.findings.iter().map(|one| one.message.as_str()).collect();
        assert!(matches!(found.as_slice(), [one] if one.contains(problem)), "{found:?}");
    }
}
