//! Rules: each with its page, and with specs that it has to report and specs that it must leave alone.
//!
//! `fixtures/rules/<rule>/` holds `bad*.yaml` with the report that a person gets (`bad*.txt`), `good*.yaml`, and whatever
//! else the specs name (manifests, `dvgen/`). A bad spec gets findings of its rule and of no other; a good one gets none at all.
//! `DVGEN_BLESS=1` rewrites the reports and `docs/rules`; read them before committing.
#![expect(clippy::disallowed_methods, reason = "a test reads the repository")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use dvgen::diag::render::{Format, RenderOptions, render};
use dvgen::diag::{Diagnostic, Edit, edit};
use dvgen::diff::risk;
use dvgen::lint::{Choice, Group, Rule, rules};
use dvgen::pipeline::{Compilation, Options, compile};
use dvgen::source::FileId;
use dvgen::spec::Level;
use dvgen::spec::scalars::Date;
use dvgen::world::{MemoryWorld, RelPath};

/// The day on which fixtures are judged.
const TODAY: &str = "2026-11-27";

/// Errors where `dvgen lint` judges, as these tests do, and warnings of `dvgen build`.
const STRICT: [&str; 2] = ["expired-waiver", "unused-waiver"];

/// Said of files that are no YAML.
const UNREADABLE: [&str; 2] = ["yaml-syntax", "duplicate-key"];

/// The sections of a page, in their order.
const SECTIONS: [&str; 5] = ["## What it does", "## Why it matters", "## Example", "## Use instead", "## Source"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn folder(rule: &Rule) -> PathBuf {
    root().join("fixtures/rules").join(rule.kind.name)
}

/// Returns the files below a folder, as paths from it.
fn files(folder: &Path, below: &str, all: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder.join(below)).into_iter().flatten().flatten() {
        let name = entry.file_name().into_string().expect("names are UTF-8");
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        if entry.file_type().expect("a type").is_dir() {
            files(folder, &path, all);
        } else {
            all.push((path.clone(), std::fs::read(folder.join(&path)).expect("a file")));
        }
    }
    all.sort();
}

/// Returns the names of specs in a folder that begin with a word.
fn specs(all: &[(String, Vec<u8>)], word: &str) -> Vec<String> {
    let named = all.iter().map(|(path, _)| path.as_str()).filter(|path| !path.contains('/'));
    named.filter(|path| path.starts_with(word) && path.rsplit('.').next() == Some("yaml")).map(str::to_owned).collect()
}

/// Judges a spec of a folder by every rule that is not off, and by one more.
fn judge(all: &[(String, Vec<u8>)], spec: &str, rule: &Rule) -> Compilation {
    let world = MemoryWorld::new(all.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    let mut options = Options::new(RelPath::root().join(spec).expect("a path"));
    options.today = Date::parse(TODAY);
    options.strict = true;
    if rule.level == Level::Off {
        // A rule of the nursery runs when it is asked for by name.
        options.choice = Choice { select: vec!["all".to_owned(), rule.kind.name.to_owned()], ignore: nursery(rule) };
    }
    compile(&world, &options)
}

/// Says that a finding has another level than its page, unless the page says so. Fixtures may set levels of their own.
fn other_level(rule: &Rule, found: &Diagnostic) -> Option<String> {
    let level = if found.is_error() { Level::Error } else { Level::Warn };
    let fits = match rule.level {
        Level::Error => level == Level::Error || rule.softer.is_some(),
        Level::Warn | Level::Off => level == Level::Warn,
    };
    let name = rule.kind.name;
    (!fits && !STRICT.contains(&name))
        .then(|| format!("{name}: a finding is {level:?}, and the page says {:?}", rule.level))
}

fn nursery(but: &Rule) -> Vec<String> {
    let others = rules::all().filter(|rule| rule.level == Level::Off && rule.kind != but.kind);
    others.map(|rule| rule.kind.name.to_owned()).collect()
}

fn report(compilation: &Compilation) -> String {
    render(&compilation.diagnostics, &compilation.sources, &RenderOptions::default(), Format::Full)
}

#[test]
fn bad_specs_are_reported_and_good_ones_are_not() {
    let bless = std::env::var_os("DVGEN_BLESS").is_some();
    let mut complaints = Vec::new();
    for rule in rules::all() {
        let (name, folder) = (rule.kind.name, folder(rule));
        let mut all = Vec::new();
        files(&folder, "", &mut all);
        let (bad, good) = (specs(&all, "bad"), specs(&all, "good"));
        if bad.is_empty() || good.is_empty() {
            complaints.push(format!("{name}: fixtures/rules/{name} needs `bad.yaml` and `good.yaml`"));
        }
        for spec in bad {
            let compilation = judge(&all, &spec, rule);
            let found: BTreeSet<&str> = compilation.diagnostics.iter().map(dvgen::diag::Diagnostic::name).collect();
            if found.iter().copied().ne([name]) {
                complaints.push(format!("{name}/{spec} is reported by {found:?}\n{}", report(&compilation)));
                continue;
            }
            complaints.extend(compilation.diagnostics.iter().filter_map(|found| other_level(rule, found)));
            let place = folder.join(spec.replace(".yaml", ".txt"));
            let text = report(&compilation);
            if bless {
                std::fs::write(&place, &text).expect("a file that can be written");
            } else if std::fs::read_to_string(&place).unwrap_or_default() != text {
                complaints.push(format!("{name}/{spec} is not reported as in {}:\n{text}", place.display()));
            }
        }
        for spec in good {
            let compilation = judge(&all, &spec, rule);
            if !compilation.diagnostics.is_empty() {
                complaints.push(format!("{name}/{spec} is reported:\n{}", report(&compilation)));
            }
        }
    }
    assert!(complaints.is_empty(), "\n{}\n{} complaints", complaints.join("\n"), complaints.len());
}

/// One line to change is one report: also where several things, or several environments, are made of the line.
#[test]
fn one_line_is_reported_once() {
    let mut complaints = Vec::new();
    for rule in rules::all() {
        let name = rule.kind.name;
        let mut all = Vec::new();
        files(&folder(rule), "", &mut all);
        for spec in specs(&all, "bad") {
            let alone = judge(&all, &spec, rule);
            complaints.extend(twice(&alone).map(|place| format!("{name}/{spec} is reported twice at {place}")));
            let text = all.iter().find(|(path, _)| *path == spec).map(|(_, text)| text.clone()).unwrap_or_default();
            // Two environments at one address are another mistake.
            if String::from_utf8_lossy(&text).contains("\nenvironments:") || name == "taken-twice" {
                continue;
            }
            let overlay = b"\nenvironments: { second: { metadata: { cluster: second } } }\n".as_slice();
            let more = [text.as_slice(), overlay].concat();
            let with = |(path, bytes): &(String, Vec<u8>)| {
                (path.clone(), if *path == spec { more.clone() } else { bytes.clone() })
            };
            let both = judge(&all.iter().map(with).collect::<Vec<_>>(), &spec, rule);
            let count =
                |judged: &Compilation| judged.diagnostics.iter().filter(|problem| problem.name() == name).count();
            if count(&alone) != count(&both) {
                complaints.push(format!("{name}/{spec} is told for each environment:\n{}", report(&both)));
            }
        }
    }
    assert!(complaints.is_empty(), "\n{}\n{} complaints", complaints.join("\n"), complaints.len());
}

/// Returns the texts of a folder after all repairs, also those that have to be asked for.
fn repaired(all: &[(String, Vec<u8>)], found: &Compilation) -> Vec<(String, Vec<u8>)> {
    let mut chosen: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for fix in found.diagnostics.iter().filter_map(|problem| problem.fix.as_ref()) {
        let fits = |edit: &Edit| {
            let with: Vec<&Edit> = chosen.get(&edit.span.file).into_iter().flatten().copied().chain([edit]).collect();
            edit::apply(found.sources.file(edit.span.file).text(), &with).is_ok()
        };
        if fix.edits.iter().all(fits) {
            fix.edits.iter().for_each(|edit| chosen.entry(edit.span.file).or_default().push(edit));
        }
    }
    let mut all = all.to_vec();
    for (file, edits) in chosen {
        let source = found.sources.file(file);
        let text = edit::apply(source.text(), &edits).expect("edits that fit");
        all.iter_mut().filter(|(path, _)| *path == source.name()).for_each(|(_, old)| *old = text.clone().into_bytes());
    }
    all
}

/// A repair never makes a file that cannot be read.
#[test]
fn repaired_specs_can_be_read() {
    let (mut complaints, mut changed) = (Vec::new(), 0);
    for rule in rules::all() {
        let mut all = Vec::new();
        files(&folder(rule), "", &mut all);
        for spec in specs(&all, "bad") {
            let before = judge(&all, &spec, rule);
            let new = repaired(&all, &before);
            if new == all {
                continue;
            }
            changed += 1;
            let after = judge(&new, &spec, rule);
            let broken = after.diagnostics.iter().find(|problem| UNREADABLE.contains(&problem.name()));
            let name = rule.kind.name;
            complaints.extend(broken.map(|_| format!("{name}/{spec} cannot be read any more:\n{}", report(&after))));
        }
    }
    assert!(complaints.is_empty(), "\n{}\n{} complaints", complaints.join("\n"), complaints.len());
    assert!(changed > 50, "only {changed} specs have repairs");
}

/// Returns the places at which a rule has two reports.
fn twice(compilation: &Compilation) -> impl Iterator<Item = String> {
    let mut seen = BTreeSet::new();
    let placed = compilation.diagnostics.iter().filter_map(|problem| Some((problem, problem.primary.as_ref()?.span)));
    let again = placed.filter(move |(problem, span)| !seen.insert((problem.name(), *span)));
    again.map(|(_, span)| compilation.sources.describe(span))
}

#[test]
fn every_fixture_belongs_to_a_rule() {
    let folders = std::fs::read_dir(root().join("fixtures/rules")).into_iter().flatten().flatten();
    let names = folders.filter_map(|entry| entry.file_name().into_string().ok());
    let strangers: Vec<String> =
        names.filter(|name| rules::find(name).is_none_or(|rule| rule.kind.name != name)).collect();
    assert!(strangers.is_empty(), "no such rules: {strangers:?}");
}

#[test]
fn names_and_codes_are_used_once() {
    let mut seen = BTreeSet::new();
    for rule in rules::all() {
        assert!(seen.insert(rule.kind.name) && seen.insert(rule.kind.code), "{} is used twice", rule.kind.name);
        let parts = rule.kind.name.split('-');
        let kebab = parts.clone().count() > 1 && parts.clone().all(|part| !part.is_empty());
        assert!(kebab && rule.kind.name.to_lowercase() == rule.kind.name, "{} is no name", rule.kind.name);
    }
    for rule in dvgen::diff::risk::RULES {
        assert!(seen.insert(rule.name) && seen.insert(rule.code), "{} is used twice", rule.name);
    }
    for group in Group::ALL {
        let names: Vec<&str> = rules::of(group).iter().map(|rule| rule.kind.name).collect();
        assert!(
            rules::of(group).iter().all(|rule| rule.group == group),
            "{} holds a rule of another group",
            group.word()
        );
        assert_eq!(names.len(), names.iter().collect::<BTreeSet<_>>().len());
        let next = |(one, two): &(&&str, &&str)| one > two;
        let misplaced = names.iter().zip(names.iter().skip(1)).find(next);
        assert_eq!(misplaced, None, "the rules of {} are sorted by name", group.word());
    }
}

#[test]
fn every_rule_file_is_registered() {
    let count = |group: &Group| {
        let folder = root().join("src/lint/rules").join(group.word());
        std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .filter(|entry| {
                let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
                text.contains("static RULE")
            })
            .count()
    };
    for group in Group::ALL {
        assert_eq!(count(&group), rules::of(group).len(), "files and rules of group {}", group.word());
    }
}

#[test]
fn every_page_has_its_sections() {
    for rule in rules::all() {
        let page = rule.page();
        let name = rule.kind.name;
        let found: Vec<&str> = page.lines().filter(|line| line.starts_with("## ")).collect();
        assert_eq!(found, SECTIONS, "sections of {name}");
        let summary = rule.summary();
        assert!(summary.ends_with('.') && summary.len() < 120, "{name} begins with one short sentence");
        let parts: Vec<&str> = page.split("## ").collect();
        assert!(parts.iter().all(|part| part.trim().lines().count() >= 1), "{name} has an empty section");
        assert_eq!(page.matches("```yaml").count(), 2, "{name} has an example and what to use instead");
        assert!(page.lines().all(|line| line.chars().count() <= 124), "{name} has a line that is too long");
    }
}

/// Stands at the head of the pages.
const MADE: &str = "<!-- Made by `DVGEN_BLESS=1 cargo test --test rules`; do not edit. -->\n\n";

/// Makes the pages of all rules, one a group, and their list.
fn pages() -> Vec<(String, String)> {
    let mut list = format!("{MADE}# The rules\n\n`dvgen explain NAME` shows a page, `dvgen rules` this list.\n");
    let mut all = Vec::new();
    for group in Group::ALL.into_iter().filter(|group| !rules::of(*group).is_empty()) {
        let word = group.word();
        let head = "| rule | code | level | fix | what it reports |\n|---|---|---|---|---|";
        let _ = writeln!(list, "\n## [{word}]({word}.md)\n\n{head}");
        let mut page = format!("{MADE}# Rules: {word}\n");
        for rule in rules::of(group) {
            let (name, code, fix) = (rule.kind.name, rule.kind.code, rule.fix.word());
            let level = if rule.adjustable { rule.level.word() } else { "always" };
            let _ = writeln!(list, "| [{name}]({word}.md#{name}) | {code} | {level} | {fix} | {} |", rule.summary());
            let whole = rule.whole_page().replace("\n## ", "\n### ");
            let _ = write!(page, "\n<a id=\"{name}\"></a>\n\n#{whole}");
        }
        all.push((format!("{word}.md"), page));
    }
    all.push(("review.md".to_owned(), review(&mut list)));
    all.push(("README.md".to_owned(), list));
    all
}

/// Makes the page of the rules that judge changes, and adds them to the list.
fn review(list: &mut String) -> String {
    let head = "| rule | code | what it reports |\n|---|---|---|";
    let _ = writeln!(list, "\n## [review](review.md)\n\n`dvgen diff` judges changes by these.\n\n{head}");
    let mut page = format!("{MADE}# Rules: review\n");
    for rule in risk::sorted() {
        let (name, code, summary) = (rule.name, rule.code, rule.summary);
        let _ = writeln!(list, "| [{name}](review.md#{name}) | {code} | {summary} |");
        let whole = rule.whole_page().replace("\n## ", "\n### ");
        let _ = write!(page, "\n<a id=\"{name}\"></a>\n\n#{whole}");
    }
    page
}

#[test]
fn the_pages_are_fresh() {
    let folder = root().join("docs/rules");
    for (name, text) in pages() {
        let path = folder.join(&name);
        if std::env::var_os("DVGEN_BLESS").is_some() {
            std::fs::create_dir_all(&folder).expect("a folder");
            std::fs::write(&path, &text).expect("a file that can be written");
        }
        let there = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(there == text, "docs/rules/{name} is stale: run DVGEN_BLESS=1 cargo test --test rules");
    }
}
