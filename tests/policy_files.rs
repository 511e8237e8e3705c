//! Rule files: their JSON Schema, and the page about them.
//!
//! `DVGEN_BLESS=1 cargo test --test policy_files` rewrites `schemas/rules.schema.json`, `schemas/pack.schema.json`, and the tables and examples of
//! `docs/policies.md`.
#![expect(clippy::disallowed_methods, reason = "a test reads the repository")]

#[path = "support/json.rs"]
mod json;

use std::fmt::Write as _;
use std::path::Path;

use dvgen::lint;
use dvgen::policy::{documented, file, objects, types::Type};
use dvgen::source::SourceMap;
use dvgen::yaml::{Dialect, load};
use json::json;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_default()
}

/// Compares a text with a file of the repository, or rewrites the file.
fn keep(path: &str, text: &str) {
    if std::env::var_os("DVGEN_BLESS").is_some() {
        std::fs::write(root().join(path), text).expect("a writable file");
    }
    assert!(read(path) == text, "{path} is stale: DVGEN_BLESS=1 cargo test --test policy_files");
}

/// Returns what the schema says against a rule file.
fn complaints(path: &str) -> Vec<String> {
    let text = read(path);
    let mut sources = SourceMap::new();
    let id = sources.add(path, text.as_str());
    let tree = load(id, &text, Dialect::Spec, &mut Vec::new()).expect(path).0;
    let validator = jsonschema::draft202012::new(&file::schema()).expect("a schema");
    validator.iter_errors(&json(&tree)).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn the_schema_is_fresh_and_takes_what_the_reader_takes() {
    if let Err(error) = jsonschema::draft202012::meta::validate(&file::schema()) {
        panic!("{}: {error}", error.instance_path());
    }
    keep("schemas/rules.schema.json", &file::schema_text());
    let good = [
        "good/dvgen/policies/team",
        "page/dvgen/policies/team",
        "tests/dvgen/policies/tested",
        "broken/dvgen/policies/broken",
    ];
    for name in good {
        let found = complaints(&format!("fixtures/policies/{name}.yaml"));
        assert!(found.is_empty(), "{name}: {found:#?}");
    }
    for name in ["shapes", "a-list", "kind"] {
        assert!(!complaints(&format!("fixtures/policies/shapes/dvgen/policies/{name}.yaml")).is_empty(), "{name}");
    }
}

/// Returns what the schema of packs says against a file.
fn pack_complaints(path: &str) -> Vec<String> {
    let text = read(path);
    let mut sources = SourceMap::new();
    let id = sources.add(path, text.as_str());
    let tree = load(id, &text, Dialect::Spec, &mut Vec::new()).expect(path).0;
    let validator = jsonschema::draft202012::new(&lint::pack_schema()).expect("a schema");
    validator.iter_errors(&json(&tree)).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn the_schema_of_packs_is_fresh_and_takes_what_the_reader_takes() {
    if let Err(error) = jsonschema::draft202012::meta::validate(&lint::pack_schema()) {
        panic!("{}: {error}", error.instance_path());
    }
    keep("schemas/pack.schema.json", &lint::schema_text(&lint::pack_schema()));
    for path in ["policies/recommended.yaml", "fixtures/packs/good.yaml"] {
        let found = pack_complaints(path);
        assert!(found.is_empty(), "{path}: {found:#?}");
    }
    for (name, place) in
        [("level", "/rules/image-latest"), ("key", ""), ("waiver", "/waivers/0"), ("scope", "/scopes/0")]
    {
        let found = pack_complaints(&format!("fixtures/packs/bad-{name}.yaml"));
        assert!(found.iter().any(|complaint| complaint.starts_with(place)), "{name}: {found:#?}");
        assert!(!found.is_empty(), "{name}");
    }
}

fn functions() -> String {
    let mut text = "| function | gives |\n|---|---|\n".to_owned();
    for (usage, doc) in documented() {
        let _ = writeln!(text, "| `{usage}` | {} |", doc.replace('|', "\\|"));
    }
    text
}

fn short(of: &Type) -> String {
    match of {
        Type::Any => "any".to_owned(),
        Type::Null => "null".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Int => "int".to_owned(),
        Type::Double => "double".to_owned(),
        Type::Str => "string".to_owned(),
        Type::List(item) => format!("list of {}", short(item)),
        Type::Map(value) => format!("map to {}", short(value)),
        Type::Object(object) => object.what.split(' ').skip(1).collect::<Vec<_>>().join(" "),
        Type::Optional(inner) => format!("optional {}", short(inner)),
    }
}

fn fields() -> String {
    let mut text = String::new();
    for object in objects::ALL {
        let title = object.what.split(' ').skip(1).collect::<Vec<_>>().join(" ");
        let (first, rest) = title.split_at(1);
        let title = first.to_uppercase() + rest;
        let _ = write!(text, "#### {title}\n\n| field | type | what it is |\n|---|---|---|\n");
        for field in object.fields {
            let mark = if field.optional { "?" } else { "" };
            let _ = writeln!(text, "| `{}`{mark} | {} | {} |", field.name, short(&(field.kind)()), field.doc);
        }
        text.push('\n');
    }
    text
}

/// Returns a page with the text between a mark and `<!-- end -->` replaced.
fn with_section(page: &str, mark: &str, text: &str) -> String {
    let (before, rest) = page.split_once(mark).expect(mark);
    let (_, after) = rest.split_once("<!-- end -->").expect("an end");
    format!("{before}{mark}\n{}\n<!-- end -->{after}", text.trim_end())
}

/// Returns a page with the block after a mark replaced.
fn with_block(page: &str, mark: &str, language: &str, text: &str) -> String {
    let (before, rest) = page.split_once(mark).expect(mark);
    let (_, after) = rest.split_once("\n```\n").expect("a block");
    format!("{before}{mark}\n```{language}\n{}\n```\n{after}", text.trim_end())
}

#[test]
fn the_page_is_fresh() {
    let page = read("docs/policies.md");
    let page = with_section(&page, "<!-- functions -->", &functions());
    let page = with_section(&page, "<!-- fields -->", &fields());
    let team = "fixtures/policies/page/dvgen/policies/team.yaml";
    let from = format!("<!-- from: {team} -->");
    if std::env::var_os("DVGEN_BLESS").is_none() {
        assert!(page.contains(&format!("{from}\n```yaml\n{}", read(team))), "the example is not {team}");
    }
    let report = read("fixtures/policies/page/expected.txt");
    let shown: Vec<&str> = report.lines().skip(1).take_while(|line| !line.starts_with("dvgen: ")).collect();
    let page = with_block(&page, "<!-- from: fixtures/policies/page/expected.txt -->", "text", &shown.join("\n"));
    let examples = "fixtures/policies/examples/dvgen/policies/examples.yaml";
    let page = with_block(&page, &format!("<!-- from: {examples} -->"), "yaml", &read(examples));
    keep("docs/policies.md", &page);
}
