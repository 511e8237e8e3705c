//! Every line of every output knows where it comes from, down to lines that a person can open.
#![expect(clippy::disallowed_methods, clippy::panic, reason = "a test")]

#[path = "support/platforms.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod platforms;

use std::collections::{BTreeMap, BTreeSet};

use dvgen::cli::explain;
use dvgen::emit::Artifact;
use dvgen::source::{Origin, OriginId, Origins, SourceMap, Span};

/// Most complaints that are shown.
const SHOWN: usize = 25;

/// Looks for origins that end nowhere, each once.
struct Walk<'a> {
    sources: &'a SourceMap,
    origins: &'a Origins,
    /// The verdict on each origin; `None` while it is being found out.
    known: BTreeMap<OriginId, Option<bool>>,
}

impl Walk<'_> {
    /// Returns whether an origin ends in a real line of a source.
    fn ends(&mut self, id: OriginId) -> bool {
        match self.known.get(&id) {
            Some(Some(verdict)) => return *verdict,
            Some(None) => panic!("an origin reads itself"),
            None => drop(self.known.insert(id, None)),
        }
        let verdict = match self.origins.get(id) {
            Origin::Written { span, .. } => self.is_line(span),
            Origin::Template { span, reads } => {
                let reads = reads.to_vec();
                // All of them: a read that ends nowhere is a hole in the tree.
                let all = reads.into_iter().all(|read| self.ends(read) || self.is_bare_default(read));
                self.is_line(span) && all
            }
            Origin::Default { near, .. } => near.is_some_and(|span| self.is_line(span)),
            Origin::Derived { reads, .. } => {
                let reads = reads.to_vec();
                let ends: Vec<bool> = reads.into_iter().map(|read| self.ends(read)).collect();
                ends.contains(&true)
            }
        };
        self.known.insert(id, Some(verdict));
        verdict
    }

    /// A default whose section is not in the spec has no line; its name tells what it is.
    fn is_bare_default(&self, id: OriginId) -> bool {
        match self.origins.get(id) {
            Origin::Default { by, near: None } => !by.is_empty(),
            Origin::Derived { by, reads } => !by.is_empty() && reads.iter().all(|read| self.is_bare_default(*read)),
            _ => false,
        }
    }

    /// Returns whether a span lies in its file and on a line with something in it.
    fn is_line(&self, span: Span) -> bool {
        let file = self.sources.file(span.file);
        let (start, end) = (span.start as usize, span.end as usize);
        let inside = file.text().get(start..end).is_some();
        inside && !file.line(file.line_column(span.start).line).trim().is_empty() && !file.name().is_empty()
    }
}

fn check(sources: &SourceMap, artifact: &Artifact, complaints: &mut Vec<String>) -> usize {
    let origins = artifact.origins.as_deref().expect("origins were asked for");
    let lines: Vec<&str> = artifact.text.lines().collect();
    if lines.len() != artifact.lines.len() {
        complaints.push(format!("{}: {} lines, {} origins", artifact.path, lines.len(), artifact.lines.len()));
    }
    let mut walk = Walk { sources, origins, known: BTreeMap::new() };
    if !walk.ends(artifact.origin) {
        complaints.push(format!("{}: the file itself comes from nowhere", artifact.path));
    }
    let mut explained = BTreeSet::new();
    for (at, (line, id)) in lines.iter().zip(&artifact.lines).enumerate() {
        if !walk.ends(*id) {
            complaints.push(format!(
                "{}:{}: `{line}` comes from nowhere: {:?}",
                artifact.path,
                at + 1,
                origins.get(*id)
            ));
        }
        let text = match explain(sources, artifact, Some(at + 1)) {
            Ok(text) => text,
            Err(problem) => {
                complaints.push(format!("{}:{}: {}", artifact.path, at + 1, problem.message));
                continue;
            }
        };
        // The head repeats the line; what comes below is the answer.
        let answer = text.split_once('\n').map_or("", |(_, answer)| answer);
        if explained.insert(*id) && !answer.lines().any(names_a_line) {
            complaints.push(format!("{}:{}: the answer names no line:\n{text}", artifact.path, at + 1));
        }
    }
    lines.len()
}

/// Returns whether a row of the answer names a source and a line of it.
fn names_a_line(row: &str) -> bool {
    row.split_whitespace().any(|word| {
        let place = word.trim_end_matches(')').rsplit_once(':');
        place.is_some_and(|(name, line)| {
            name.strip_suffix(".yaml").is_some() && line.parse().is_ok_and(|line: usize| line > 0)
        })
    })
}

#[test]
fn every_line_comes_from_somewhere() {
    let (mut lines, mut complaints) = (0, Vec::new());
    for dir in platforms::all() {
        let compilation = platforms::compiled(&dir, true);
        assert!(!compilation.has_errors(), "{}", platforms::problems(&compilation));
        let platform = dir.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        for (_, artifact) in compilation.artifacts() {
            let before = complaints.len();
            lines += check(&compilation.sources, artifact, &mut complaints);
            for complaint in complaints.iter_mut().skip(before) {
                complaint.insert_str(0, &format!("{platform}: "));
            }
        }
    }
    let (count, shown) = (complaints.len(), complaints.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("\n"));
    assert!(complaints.is_empty(), "{count} of {lines} lines:\n{shown}");
    assert!(lines > 5000, "only {lines} lines were looked at");
}

#[test]
fn keeping_origins_changes_no_byte() {
    for dir in platforms::all() {
        let with = platforms::outputs(&platforms::compiled(&dir, true));
        let without = platforms::outputs(&platforms::compiled(&dir, false));
        assert!(with == without, "{} differs", dir.display());
    }
}

/// Output, a text that its line holds, and what the answer has to name.
const ANSWERS: &[(&str, &str, &str, &[&str])] = &[
    (
        "mimir-6-loki-6",
        "gitops/values/monitoring/kube-prometheus-stack.yaml",
        "http://mimir-gateway.",
        &["remoteWrite: { from: prometheus, to: mimir }", "values/mimir/component.yaml", "<< fullname >>-gateway"],
    ),
    (
        "alloy-direct-tenant",
        "gitops/values/grafana/grafana.yaml",
        "http://mimir-query-frontend.",
        &["via: query-frontend", "k8s.example.org", "<< fullname >>-query-frontend"],
    ),
    (
        "environments",
        "environments/staging/gitops/values/watch/loki.yaml",
        "size: 5Gi",
        &["loki: { storage: { size: 5Gi } }", "values/loki/values.dvgen.yaml"],
    ),
    ("environments", "ansible/host_vars/master-1.yml", "tier: gold", &["spec/nodes.yaml", "labels: { tier: gold }"]),
    (
        "own-component",
        "gitops/manifests/log-archive/objects.yaml",
        "image:",
        &["dvgen/gitops/log-archive/objects.dvgen.yaml", "registry.example.org/log-archive"],
    ),
    ("nodes-only", "terraform/terraform.tfvars", "master_ips", &["alpha: {", "beta: {"]),
    (
        "escape-hatches",
        "gitops/manifests/cert-manager/authority.yaml",
        "secretName: house-ca",
        &["manifests/authority.yaml:7"],
    ),
];

#[test]
fn the_answer_names_what_a_person_wrote() {
    for (platform, path, holds, names) in ANSWERS {
        let compilation = platforms::compiled(&platforms::named(platform), true);
        assert!(!compilation.has_errors(), "{}", platforms::problems(&compilation));
        let found = compilation.artifacts().find(|(_, artifact)| artifact.path == *path);
        let (_, artifact) = found.unwrap_or_else(|| panic!("{platform} has no {path}"));
        let line = artifact.text.lines().position(|line| line.contains(holds));
        let line = line.unwrap_or_else(|| panic!("{path} holds no {holds}:\n{}", artifact.text)) + 1;
        let answer = explain(&compilation.sources, artifact, Some(line)).expect("a line");
        for name in *names {
            assert!(answer.contains(name), "{name} is not in\n{answer}");
        }
    }
}
