//! Incidents: misconfigurations that real teams committed, and what dvgen makes of them.
//!
//! `fixtures/incidents/<id>/incident.yaml` says what happened and what becomes of it:
//!
//! - `reported`: `before/` holds the mistake, which gets one finding, of `rule` at `at`;
//! - `inexpressible`: it cannot be written, and `prevents` says why; `before/` holds the nearest thing that a person could
//!   write, which gets one finding all the same;
//! - `later`: it lives in files that dvgen does not read yet.
//!
//! `after/` holds the right repair, which gets no finding at all. Files of `fixtures/incidents/base/` are there too, as `base/`.
//! `DVGEN_BLESS=1` rewrites the reports (`before.txt`) and `docs/incidents.md`.
#![expect(clippy::disallowed_methods, reason = "a test reads the repository")]
#![expect(clippy::panic, reason = "tests fail by panicking")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use dvgen::diag::Diagnostic;
use dvgen::diag::render::{Format, RenderOptions, render};
use dvgen::pipeline::{Compilation, Options, compile};
use dvgen::spec::scalars::Date;
use dvgen::world::{MemoryWorld, RelPath};
use serde::Deserialize;

/// The day on which fixtures are judged.
const TODAY: &str = "2026-11-27";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Reported,
    Inexpressible,
    Later,
}

/// What is known about an incident.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Incident {
    /// What went wrong, in one sentence.
    title: String,
    /// What dvgen makes of it.
    outcome: Outcome,
    /// The rule or kind that reports it, or the nearest thing to it.
    rule: Option<String>,
    /// Where: `platform.yaml:12`.
    at: Option<String>,
    /// The type or derivation because of which it cannot be written.
    prevents: Option<String>,
    /// Why it is for later.
    reason: Option<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/incidents")
}

/// Returns all incidents, M before H, by number.
fn incidents() -> Vec<(String, Incident)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(root()).expect("incidents").flatten() {
        let id = entry.file_name().into_string().expect("names are UTF-8");
        let Ok(text) = std::fs::read_to_string(entry.path().join("incident.yaml")) else { continue };
        let incident = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{id}: {error}"));
        all.push((id, incident));
    }
    let number = |id: &str| id.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0_u32);
    all.sort_by_key(|(id, _)| (!id.starts_with('M'), number(id), id.clone()));
    all
}

fn read(folder: &Path, below: &str, all: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            read(&entry.path(), &format!("{path}/"), all);
        } else {
            all.push((path, std::fs::read(entry.path()).expect("a file")));
        }
    }
}

fn judge(id: &str, state: &str) -> Compilation {
    let mut files = Vec::new();
    read(&root().join("base"), "base/", &mut files);
    read(&root().join(id).join(state), "", &mut files);
    let world = MemoryWorld::new(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    let mut options = Options::new(RelPath::root().join("platform.yaml").expect("a path"));
    options.today = Date::parse(TODAY);
    options.strict = true;
    compile(&world, &options)
}

fn report(compilation: &Compilation) -> String {
    render(&compilation.diagnostics, &compilation.sources, &RenderOptions::default(), Format::Full)
}

fn place(compilation: &Compilation, problem: &Diagnostic) -> String {
    problem.primary.as_ref().map(|label| compilation.sources.describe(label.span)).unwrap_or_default()
}

/// Returns what is wrong with the two states of an incident.
fn complaints(id: &str, incident: &Incident, bless: bool) -> Vec<String> {
    let mut all = Vec::new();
    let before = judge(id, "before");
    let found: Vec<(&str, String)> =
        before.diagnostics.iter().map(|problem| (problem.name(), place(&before, problem))).collect();
    let expected = (incident.rule.as_deref().unwrap_or_default(), incident.at.clone().unwrap_or_default());
    if found != [expected.clone()] {
        all.push(format!("{id}/before: expected {expected:?}, found {found:?}\n{}", report(&before)));
    } else if bless {
        std::fs::write(root().join(id).join("before.txt"), report(&before)).expect("a file that can be written");
    } else if std::fs::read_to_string(root().join(id).join("before.txt")).unwrap_or_default() != report(&before) {
        all.push(format!("{id}/before is not reported as in before.txt:\n{}", report(&before)));
    }
    let after = judge(id, "after");
    if !after.diagnostics.is_empty() {
        all.push(format!("{id}/after is reported:\n{}", report(&after)));
    }
    all
}

#[test]
fn every_incident_is_what_it_is_said_to_be() {
    let bless = std::env::var_os("DVGEN_BLESS").is_some();
    let mut all = Vec::new();
    for (id, incident) in incidents() {
        let fields =
            (incident.rule.is_some(), incident.at.is_some(), incident.prevents.is_some(), incident.reason.is_some());
        let right = match incident.outcome {
            Outcome::Reported => fields == (true, true, false, false),
            Outcome::Inexpressible => fields == (true, true, true, false),
            Outcome::Later => fields == (false, false, false, true),
        };
        if !right {
            all.push(format!("{id}: the fields of incident.yaml do not fit its outcome"));
        }
        if incident.outcome != Outcome::Later {
            all.extend(complaints(&id, &incident, bless));
        }
    }
    assert!(all.is_empty(), "\n{}\n{} complaints", all.join("\n"), all.len());
}

/// Makes the page of all incidents.
fn page() -> String {
    let mut page = "<!-- Made by `DVGEN_BLESS=1 cargo test --test incidents`; do not edit. -->\n\n# Incidents\n\n\
        Misconfigurations that a real platform repository held (M: repaired later, H: still there when it was read), and what dvgen\n\
        makes of each. *Reported*: the rule finds it, at the line that a person has to change. *Inexpressible*: it cannot be written,\n\
        for the reason given; the nearest thing that can is reported as named. *Later*: it lives in files that dvgen does not read\n\
        yet. The specs before and after are in [fixtures/incidents](../fixtures/incidents).\n\n"
        .to_owned();
    let all = incidents();
    let count = |outcome| all.iter().filter(|(_, incident)| incident.outcome == outcome).count();
    let _ = writeln!(
        page,
        "Of {} incidents {} are reported, {} are inexpressible, {} are for later.\n\n| | incident | outcome | by | why |\n|---|---|---|---|---|",
        all.len(),
        count(Outcome::Reported),
        count(Outcome::Inexpressible),
        count(Outcome::Later)
    );
    for (id, incident) in &all {
        let outcome = match incident.outcome {
            Outcome::Reported => "reported",
            Outcome::Inexpressible => "inexpressible",
            Outcome::Later => "later",
        };
        let rule = incident.rule.as_ref().map(|rule| format!("`{rule}`")).unwrap_or_default();
        let why = incident.prevents.as_ref().or(incident.reason.as_ref()).map_or("", String::as_str);
        let _ = writeln!(page, "| {id} | {} | {outcome} | {rule} | {why} |", incident.title);
    }
    page
}

#[test]
fn the_page_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/incidents.md");
    let page = page();
    if std::env::var_os("DVGEN_BLESS").is_some() {
        std::fs::write(&path, &page).expect("a file that can be written");
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(there == page, "docs/incidents.md is stale: run DVGEN_BLESS=1 cargo test --test incidents");
}
