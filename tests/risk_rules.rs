//! Rules of risk on edits of Detectviz: what each says, and that each is shown somewhere.

#![expect(clippy::disallowed_methods, reason = "a test")]

use std::path::Path;

use dvgen::diff::risk::RULES;
use dvgen::diff::{Input, Report, Side, compare};
use dvgen::pipeline::{Compilation, Options, compile};
use dvgen::world::{MemoryWorld, RelPath};

/// Edits of the spec, and what is said of them: level, rule, subject.
type Case = (&'static [(&'static str, &'static str)], &'static [&'static str]);

/// Holds in all cases.
const BASE: &[(&str, &str)] = &[(
    "      grafana.ini: { users: { default_theme: light } }",
    "      image: { tag: 12.1.0 }\n      grafana.ini: { users: { default_theme: light } }",
)];

const CASES: &[Case] = &[
    (
        &[("version: 18.11.0,", "application: { metadata: { finalizers: [] } }, version: 18.11.0,")],
        &["caution finalizer-changed loki"],
    ),
    (
        &[("project: observability", "project: watching")],
        &["caution project-changed grafana", "caution project-changed mimir"],
    ),
    (&[("host: grafana.detectviz.internal", "host: boards.detectviz.internal")], &["caution exposure-changed grafana"]),
    (
        &[("revision: main", "revision: stable")],
        &["caution revision-changed the platform", "caution large-change the platform"],
    ),
    (&[("storage: { size: 100Gi }", "storage: { size: 50Gi }")], &["danger volume-changed minio"]),
    (&[("tag: 12.1.0", "tag: 12.1.1")], &["routine image-version grafana"]),
    (&[("tag: 12.1.0", "tag: 13.0.0")], &["caution image-version grafana"]),
    (
        &[("vmid: 114\n    cores: 6", "vmid: 116\n    cores: 5")],
        &[
            "danger machine-replaced app-worker",
            "caution machine-resized app-worker",
            "danger machine-replaced ai-worker",
        ],
    ),
    (
        &[(
            "size: 250Gi, volumeGroup: topolvm-vg }\n  ai-worker",
            "size: 200Gi, volumeGroup: topolvm-vg }\n  ai-worker",
        )],
        &["danger machine-resized app-worker"],
    ),
    (&[("lan: 192.168.0.13,", "lan: 192.168.0.23,")], &["danger address-changed master-3"]),
    (&[("lan: 192.168.0.15,", "lan: 192.168.0.25,")], &["caution address-changed ai-worker"]),
    (
        &[("  networkPolicies: true", "  networkPolicies: false")],
        &["danger object-removed grafana", "danger object-removed vault"],
    ),
    (&[("version: 0.34.1", "version: 0.33.0")], &["caution chart-version vault"]),
    (&[("version: 0.34.1", "version: 0.35.0")], &["caution chart-version vault"]),
    (&[("version: 2.9.0", "version: 2.10.0")], &["routine chart-version external-secrets"]),
    (
        &[("prometheus: { replicas: 1,", "prometheus: { replicas: 2,")],
        &["caution replicas-changed kube-prometheus-stack, part prometheus"],
    ),
    (
        &[(
            "version: 18.11.0,",
            "application: { spec: { syncPolicy: { syncOptions: [Replace=true] } } }, version: 18.11.0,",
        )],
        &["danger sync-policy-changed loki"],
    ),
    (&[("cidr: 10.244.0.0/16", "cidr: 10.245.0.0/16")], &["danger cluster-network-changed the cluster"]),
    (&[("cluster: cluster.local", "cluster: k8s.local")], &["danger cluster-network-changed the cluster"]),
    (&[("cidr: 10.96.0.0/12", "cidr: 10.112.0.0/12")], &["danger cluster-network-changed the cluster"]),
    (
        &[("to: minio, name: loki }", "to: minio, name: logs }"), ("name: keycloak }", "name: sso }")],
        &["danger data-left-behind loki", "danger data-left-behind keycloak"],
    ),
    (
        &[
            ("volumeGroup: topolvm-vg }\n  ai-worker", "volumeGroup: fast-vg }\n  ai-worker"),
            ("volumeGroup: topolvm-vg }", "volumeGroup: fast-vg }"),
            ("volumeGroup: topolvm-vg,", "volumeGroup: fast-vg,"),
        ],
        &["danger data-left-behind storage class topolvm"],
    ),
    (&[("retention: 15d", "retention: 5d")], &["danger retention-shortened kube-prometheus-stack, part prometheus"]),
    (&[("\nflows:", "\nrenovate: { automerge: true }\n\nflows:")], &["caution bot-changed renovate"]),
];

fn spec() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/reviews/platform.yaml");
    edited(&std::fs::read_to_string(path).expect("the platform"), BASE)
}

#[track_caller]
fn edited(text: &str, edits: &[(&str, &str)]) -> String {
    edits.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from} is not in the spec");
        text.replacen(from, to, 1)
    })
}

fn compiled(text: &str) -> Compilation {
    let world = MemoryWorld::new([("platform.yaml", text.as_bytes())]);
    let spec = RelPath::root().join("platform.yaml").expect("a path");
    compile(&world, &Options { provenance: true, ..Options::new(spec) })
}

fn reviewed(base: &Compilation, head: &Compilation) -> Report {
    let specs = ("platform.yaml", "platform.yaml");
    compare(Input { base: (base, Side::default()), head: (head, Side::default()), specs, lock: None })
}

fn said(report: &Report) -> Vec<String> {
    let line = |f: &dvgen::diff::risk::Finding| format!("{} {} {}", f.level.word(), f.rule.name, f.subject);
    report.findings.iter().map(line).collect()
}

#[test]
fn each_edit_is_judged() {
    let text = spec();
    let base = compiled(&text);
    assert!(!base.has_errors(), "{:?}", base.diagnostics);
    let mut missing = Vec::new();
    for (edits, expected) in CASES {
        let head = compiled(&edited(&text, edits));
        let report = reviewed(&base, &head);
        let large = report.findings.iter().filter(|finding| finding.rule.name == "large-change");
        for finding in large.filter(|finding| finding.causes.is_empty()) {
            missing.push(format!("{edits:?}\n  {} of {} names no edit", finding.rule.name, finding.subject));
        }
        let said = said(&report);
        for wanted in expected.iter().filter(|wanted| said.iter().all(|line| line != *wanted)) {
            let errors: Vec<_> = head.diagnostics.iter().filter(|p| p.is_error()).map(|p| &p.message).collect();
            missing.push(format!("{edits:?}\n  {wanted} is not in {said:#?} {errors:?}"));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn environments_come_and_go() {
    let text = spec();
    let (start, _) = text.split_once("\nenvironments:").expect("environments");
    let (both, one) = (compiled(&text), compiled(start));
    assert_eq!(said(&reviewed(&both, &one)).first().map(String::as_str), Some("danger environment-removed staging"));
    assert!(said(&reviewed(&one, &both)).iter().any(|line| line == "caution environment-added staging"));
}

/// Rules of what no spec of ours makes: they are tested beside their code, or with a broken side in `review_cases.rs`.
const ELSEWHERE: &[&str] = &["immutable-field", "more-rights", "new-problem"];

#[test]
fn every_rule_is_shown_once() {
    let mut shown = CASES.iter().flat_map(|(_, expected)| expected.iter().copied()).collect::<Vec<_>>().join("\n");
    let reviews = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/reviews");
    for entry in std::fs::read_dir(reviews).expect("reviews").flatten() {
        shown += &std::fs::read_to_string(entry.path().join("report.txt")).unwrap_or_default();
    }
    shown += "environment-added environment-removed";
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules/README.md");
    let page = std::fs::read_to_string(page).expect("the page");
    for rule in RULES {
        assert!(shown.contains(rule.name) || ELSEWHERE.contains(&rule.name), "{} is shown nowhere", rule.name);
        assert!(
            page.contains(&format!("[{}](review.md#{0}) | {} |", rule.name, rule.code)),
            "{} is not in docs/rules/README.md",
            rule.name
        );
    }
}
