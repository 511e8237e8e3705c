//! Contracts against fixtures, against values that are known to render, and against themselves.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::builtin::CONTRACTS;
use super::{Contract, Contracts, Finding, Problem, Reason, Selection};
use crate::diag::Severity;
use crate::doc::{Doc, Key, Map, Value};
use crate::source::{Origins, SourceMap, Span};
use crate::yaml::{Core, Dialect, Node, NodeKind, Style, core, load};

/// A YAML file with the origins of its nodes.
struct Read {
    sources: SourceMap,
    origins: Origins,
    root: Node,
}

impl Read {
    fn new(name: &str, text: &str) -> Self {
        let mut sources = SourceMap::new();
        let file = sources.add(name, text);
        let mut problems = Vec::new();
        let root = load(file, text, Dialect::Spec, &mut problems);
        let (root, _) = root.unwrap_or_else(|| panic!("{name}: {problems:?}"));
        assert_eq!(problems, [], "{name}");
        Self { sources, origins: Origins::new(), root }
    }

    fn text(&self, path: &[&str]) -> Arc<str> {
        let node = path.iter().try_fold(&self.root, |node, key| node.get(key));
        node.and_then(Node::as_scalar).unwrap_or_else(|| panic!("no scalar at {path:?}")).clone()
    }

    fn values(&mut self, key: Option<&str>) -> Doc {
        let node = key.map_or(&self.root, |key| self.root.get(key).expect("no such key")).clone();
        doc(&node, &mut self.origins)
    }

    /// Returns the source text that the origin of a finding points at.
    fn source(&self, finding: &Finding) -> String {
        let span = self.origins.written_span(finding.origin).expect("a finding without a written line");
        self.sources.text(span).to_owned()
    }
}

fn doc(node: &Node, origins: &mut Origins) -> Doc {
    let origin = origins.written("value", node.span);
    let value = match &node.kind {
        NodeKind::Scalar { text, style } => match (style, core(text)) {
            (Style::Plain, Core::Null) => Value::Null,
            (Style::Plain, Core::Bool(flag)) => Value::Bool(flag),
            (Style::Plain, Core::Int(number)) => Value::Int(number),
            (Style::Plain, Core::Float(number)) => Value::Float(number),
            _ => Value::Str(text.clone().into()),
        },
        NodeKind::Sequence(items) => Value::List(items.iter().map(|item| doc(item, origins)).collect()),
        NodeKind::Mapping(mapping) => {
            let mut map = Map::new();
            for entry in &mapping.entries {
                let key = Key { text: entry.key.text.clone().into(), origin: origins.written("key", entry.key.span) };
                map.insert(key, doc(&entry.value, origins));
            }
            Value::Map(map)
        }
    };
    Doc::new(value, origin)
}

/// Returns a finding as fixtures write it.
fn line(finding: &Finding) -> String {
    let severity = if finding.severity == Severity::Error { "error" } else { "warning" };
    let (what, hint) = match &finding.problem {
        Problem::UnknownKey { reason, suggestion, .. } => {
            let what = match reason {
                Reason::Closed => "closed".to_owned(),
                Reason::OtherMajor { version } => format!("other-major {version}"),
                Reason::OtherVersion { version } => format!("other-version {version}"),
                Reason::NearMiss => "near-miss".to_owned(),
                Reason::Assumed => "assumed".to_owned(),
            };
            (what, suggestion.as_deref())
        }
        Problem::WrongType { expected, found } => (format!("wrong-type {expected}, not {found}"), None),
        Problem::IgnoredKey { instead } => ("ignored".to_owned(), instead.as_deref()),
    };
    let hint = hint.map_or_else(String::new, |hint| format!(" -> {hint}"));
    format!("{severity} {} {what}{hint}", finding.path)
}

#[expect(clippy::disallowed_methods, reason = "tests read their fixtures")]
fn files(folder: &Path) -> Vec<(String, String)> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    let name = |path: &Path| path.file_name().and_then(|name| name.to_str()).unwrap_or("").to_owned();
    paths.iter().map(|path| (name(path), std::fs::read_to_string(path).expect("a file that can be read"))).collect()
}

#[test]
fn fixtures_give_their_findings() {
    let contracts = Contracts::new();
    let all = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/contracts"));
    assert!(all.len() >= 5, "the fixtures are missing");
    for (name, text) in all {
        let mut read = Read::new(&name, &text);
        let chart = |key| read.text(&["chart", key]);
        let selection = contracts.select(&chart("repo"), &chart("name"), &chart("version"));
        let contract = selection.contract().unwrap_or_else(|| panic!("{name}: no contract"));
        let values = read.values(Some("values"));
        let found = selection.check(&contracts, &values);
        let expected = read.root.get("expect").and_then(Node::as_sequence).expect("a list of findings");
        let expected: Vec<_> = expected.iter().filter_map(Node::as_scalar).map(ToString::to_string).collect();
        assert_eq!(found.iter().map(line).collect::<Vec<_>>(), expected, "{name}");
        for finding in &found {
            let key = finding.path.rsplit('.').next().unwrap_or("");
            if matches!(finding.problem, Problem::UnknownKey { .. } | Problem::IgnoredKey { .. }) {
                assert_eq!(read.source(finding), key.trim_matches('"'), "{name}: {} points elsewhere", finding.path);
            }
            let span = read.origins.written_span(finding.origin).expect("a finding without a written line");
            let diagnostic = finding.diagnostic(contract, span);
            assert!(diagnostic.message.contains(&finding.path) && diagnostic.why.is_some(), "{diagnostic:?}");
        }
    }
}

/// Values that were rendered by Helm, with the versions that they were rendered against. They lie outside the repository.
const RENDERED: &[(&str, &str, &str, &[&str])] = &[
    ("alloy.yaml", "https://grafana.github.io/helm-charts", "alloy", &["1.11.1"]),
    ("authentik.yaml", "https://charts.goauthentik.io", "authentik", &["2026.8.0"]),
    ("cnpg-cluster.yaml", "https://cloudnative-pg.github.io/charts", "cluster", &["0.8.1"]),
    ("connect.yaml", "https://1password.github.io/connect-helm-charts", "connect", &["2.4.1"]),
    ("grafana-ha.yaml", "https://grafana.github.io/helm-charts", "grafana", &["7.3.7", "8.15.0", "9.4.5", "10.5.15"]),
    ("grafana-ha.yaml", "https://grafana-community.github.io/helm-charts", "grafana", &["12.11.1"]),
    (
        "kps.yaml",
        "https://prometheus-community.github.io/helm-charts",
        "kube-prometheus-stack",
        &["57.0.3", "75.18.1", "88.5.3"],
    ),
    ("loki-dist.yaml", "https://grafana.github.io/helm-charts", "loki", &["6.6.4", "6.55.0"]),
    ("loki-dist.yaml", "https://grafana-community.github.io/helm-charts", "loki", &["6.57.0", "18.11.0"]),
    ("loki-single.yaml", "https://grafana.github.io/helm-charts", "loki", &["6.6.4", "6.55.0"]),
    ("loki-single.yaml", "https://grafana-community.github.io/helm-charts", "loki", &["6.57.0", "18.11.0"]),
    ("loki-ssd-6x.yaml", "https://grafana.github.io/helm-charts", "loki", &["6.6.4", "6.55.0"]),
    ("loki-ssd-6x.yaml", "https://grafana-community.github.io/helm-charts", "loki", &["6.57.0", "18.11.0"]),
    ("mimir-5x-gateway.yaml", "https://grafana.github.io/helm-charts", "mimir-distributed", &["5.6.0"]),
    ("mimir-5x-nginx.yaml", "https://grafana.github.io/helm-charts", "mimir-distributed", &["5.6.0"]),
    ("mimir-gateway-as-nginx.yaml", "https://grafana.github.io/helm-charts", "mimir-distributed", &["5.6.0"]),
    ("pve.yaml", "https://christianhuth.github.io/helm-charts", "prometheus-pve-exporter", &["2.10.0"]),
    ("vault-ha.yaml", "https://helm.releases.hashicorp.com", "vault", &["0.34.1"]),
];

/// Keys of these values that the chart version ignores, or that neither its defaults nor its schema show: they render.
const WITHOUT_EFFECT: &[(&str, &str, &str)] = &[
    ("loki-dist.yaml", "6.6.4", "error global.extraArgs ignored"),
    ("loki-dist.yaml", "6.6.4", "error global.extraEnvFrom ignored"),
    ("pve.yaml", "2.10.0", "warning envFromSecret assumed"),
];

/// Returns the folder with real charts (`charts/NAME/VERSION`) and values that they render (`rendered-values`).
fn material() -> Option<PathBuf> {
    std::env::var_os("DVGEN_CHARTS").map(PathBuf::from)
}

/// Says on the terminal that something is not tested: the test harness keeps what passing tests print.
fn not_run(what: &str) {
    let line = format!("NOT RUN: {what}\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
}

#[test]
fn values_that_render_pass() {
    let all = material().map(|folder| files(&folder.join("rendered-values"))).unwrap_or_default();
    if all.is_empty() {
        not_run("DVGEN_CHARTS names no folder with `rendered-values`");
        return;
    }
    let contracts = Contracts::new();
    let mut found = Vec::new();
    for (name, repository, chart, versions) in RENDERED {
        let (_, text) = all.iter().find(|(file, _)| file == name).unwrap_or_else(|| panic!("no file {name}"));
        let mut read = Read::new(name, text);
        let values = read.values(None);
        for version in *versions {
            match contracts.select(repository, chart, version) {
                Selection::None(known) => not_run(&format!("{chart} {version}: contracts of {known:?}")),
                selection => found.extend(
                    selection.check(&contracts, &values).iter().map(|finding| (*name, *version, line(finding))),
                ),
            }
        }
    }
    let allowed: Vec<_> =
        WITHOUT_EFFECT.iter().map(|(file, version, line)| (*file, *version, (*line).to_owned())).collect();
    assert_eq!(found, allowed);
}

#[test]
fn defaults_pass_their_own_contract() {
    let Some(shared) = material().map(|folder| folder.join("charts")) else {
        not_run("DVGEN_CHARTS is not set");
        return;
    };
    let contracts = Contracts::new();
    let (mut run, mut found) = (0, Vec::new());
    for embedded in CONTRACTS {
        let folder = shared.join(embedded.name).join(embedded.version);
        let Some((_, text)) = files(&folder).into_iter().find(|(name, _)| name == "values.yaml") else { continue };
        let contract = Contract::parse(embedded.text).expect("a sound contract");
        if text.contains(": &") {
            not_run(&format!("{} holds anchors", folder.display()));
            continue;
        }
        let mut read = Read::new(embedded.name, &text);
        let values = read.values(None);
        let judged = super::check(&contract, &|| contracts.siblings(&contract), true, &values);
        found.extend(judged.iter().map(|finding| format!("{} {}: {}", embedded.name, embedded.version, line(finding))));
        run += 1;
    }
    assert_eq!(found, Vec::<String>::new());
    if run == 0 {
        not_run(&format!("{} is not there", shared.display()));
    }
}

#[test]
fn embedded_contracts_are_sound() {
    let order = |at: &super::Embedded| (at.name, super::parse::number(at.version));
    assert!(CONTRACTS.is_sorted_by(|a, b| order(a) < order(b)), "the table is not sorted");
    for embedded in CONTRACTS {
        let contract = Contract::parse(embedded.text).unwrap_or_else(|bad| panic!("{}: {bad:?}", embedded.name));
        assert_eq!((contract.name(), contract.version()), (embedded.name, embedded.version));
        assert!(!contract.repositories().is_empty(), "{} has no home", embedded.name);
        assert!(embedded.text.len() <= 60 * 1024, "{} {} is too large", embedded.name, embedded.version);
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test looks at the repository")]
fn every_contract_is_embedded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/charts");
    let below = |path: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(path).into_iter().flatten();
        entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect()
    };
    let mut files: Vec<PathBuf> = below(&folder).iter().flat_map(|path| below(path)).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "contract"));
    files.sort();
    let mut embedded: Vec<PathBuf> =
        CONTRACTS.iter().map(|at| folder.join(at.name).join(format!("{}.contract", at.version))).collect();
    embedded.sort();
    assert_eq!(files, embedded, "`build.rs` lists them");
}

#[test]
fn broken_contracts_are_refused() {
    const HEAD: &str = "dvgen-contract 1\nname: a\nversion: 1.0.0\nsource: values\n---\n";
    let line = |text: &str| Contract::parse(text.to_owned()).err().map(|bad| bad.line);
    assert_eq!(line(&format!("{HEAD}---\na\n b s\n c m*\n")), None);
    assert_eq!(line("dvgen-contract 2\nname: a\n"), Some(1), "another format");
    assert_eq!(line("dvgen-contract 1\nname: a\nversion: x\n---\n---\n"), Some(4), "no version");
    assert_eq!(line(&format!("{HEAD}a s\n")), Some(6), "no tree");
    assert_eq!(line(&format!("{HEAD}---\nb s\na s\n")), Some(8), "not sorted");
    assert_eq!(line(&format!("{HEAD}---\na s\na s\n")), Some(8), "twice");
    assert_eq!(line(&format!("{HEAD}---\na\n  b s\n")), Some(8), "a level left out");
    assert_eq!(line(&format!("{HEAD}---\na @0\n")), Some(7), "no such subtree");
    assert_eq!(line(&format!("{HEAD}---\na x\n")), Some(7), "no such type");
    assert_eq!(line(&format!("{HEAD}---\n\"a s\n")), Some(7), "an open quote");
    assert_eq!(line(&format!("{HEAD}---\n{}a s\n", " ".repeat(70))), Some(7), "too deep");
}

#[test]
fn selection_takes_the_nearest_lower_version_of_the_major() {
    let contracts = Contracts::new();
    let pick = |repo: &str, name: &str, version: &str| match contracts.select(repo, name, version) {
        Selection::Exact(contract) => format!("exact {}", contract.version()),
        Selection::Older(contract) => format!("older {}", contract.version()),
        Selection::None(known) => format!("none {}", known.join(" ")),
    };
    let (old, new) = ("https://grafana.github.io/helm-charts/", "oci://ghcr.io/grafana-community/helm-charts/loki");
    assert_eq!(pick(old, "loki", "6.55.0"), "exact 6.55.0");
    assert_eq!(pick(old, "loki", "6.57.0"), "older 6.55.0");
    assert_eq!(pick(old, "loki", "6.20.0"), "older 6.6.4");
    assert_eq!(pick(old, "loki", "6.1.0"), "none 6.6.4 6.55.0");
    assert_eq!(pick(old, "loki", "7.3.0"), "none 6.6.4 6.55.0");
    assert_eq!(pick(new, "loki", "6.57.0"), "exact 6.57.0");
    assert_eq!(pick(new, "loki", "18.99.0"), "older 18.11.0");
    assert_eq!(pick(new, "loki", "^18"), "none 6.57.0 18.11.0");
    assert_eq!(pick("https://charts.jetstack.io", "cert-manager", "1.21.1"), "exact v1.21.1");
    assert_eq!(pick("https://elsewhere.example/charts", "loki", "18.11.0"), "none ");
    let said = |version: &str| {
        let span = Span::new(SourceMap::new().add("a", ""), 0, 0);
        let said = contracts.select(old, "loki", version).diagnostic("loki", version, span);
        said.map(|said| (said.kind.name, said.message))
    };
    assert_eq!(said("6.55.0"), None);
    let older = "values of chart loki 6.57.0 are judged by the contract of 6.55.0";
    assert_eq!(said("6.57.0"), Some(("older-contract", older.to_owned())));
    assert_eq!(said("7.3.0"), Some(("unchecked-chart", "no contract for the values of chart loki 7.3.0".to_owned())));
}

#[test]
fn own_contracts_win() {
    let mut contracts = Contracts::new();
    let head =
        "dvgen-contract 1\nname: loki\nversion: 18.12.0\nrepo: https://grafana-community.github.io/helm-charts\n";
    contracts.add(format!("{head}source: values\n---\n---\nonly b\n")).expect("a sound contract");
    let pick = |version| contracts.select("https://grafana-community.github.io/helm-charts", "loki", version);
    assert_eq!(pick("18.12.0").contract().map(Contract::version), Some("18.12.0"));
    assert!(matches!(pick("18.13.0"), Selection::Older(contract) if contract.version() == "18.12.0"));
    assert!(matches!(pick("18.11.0"), Selection::Exact(contract) if contract.version() == "18.11.0"));
}
