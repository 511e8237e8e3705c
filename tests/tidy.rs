//! Keeps the house in order: what the compiler and clippy do not see.
//!
//! Each rule is a function from sources to complaints, and is also shown something that breaks it.

#![expect(clippy::disallowed_methods, reason = "tests read the sources")]
#![expect(clippy::string_slice, reason = "tests fail by panicking")]
#![expect(unreachable_pub, reason = "the parts of a test are no library")]

mod support {
    pub mod source;
}

use std::collections::BTreeMap;
use std::path::Path;

use support::source::{self, Source, is_name};

/// The rooms of the house in the order of the pipeline. A room uses only rooms before it.
const ROOMS: &[&str] = &[
    "source", "diag", "world", "yaml", "doc", "spec", "template", "library", "model", "graph", "emit", "policy",
    "lint", "draw", "output", "pipeline", "diff", "cli",
];

/// Files that belong to no room: the crate's page and the command.
const FREE: &[&str] = &["lib", "main"];

/// How many lines of code a file may hold: more than that is two files.
const MOST_LINES: usize = 400;

/// Fails with all complaints.
#[track_caller]
fn expect_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// Fails unless a rule complains about a file as often as expected.
#[track_caller]
fn expect_complaints(rule: impl Fn(&[Source]) -> Vec<String>, path: &str, text: &str, count: usize) {
    let complaints = rule(&[Source::new(path, text)]);
    assert_eq!(complaints.len(), count, "{text}\n{complaints:#?}");
}

fn rooms_in_order(sources: &[Source]) -> Vec<String> {
    let place = |room: &str| ROOMS.iter().position(|other| *other == room);
    let mut complaints = Vec::new();
    for file in sources.iter().filter(|file| !FREE.contains(&file.room()) && !file.is_test()) {
        let Some(own) = place(file.room()) else {
            complaints.push(format!("src/{}: the room `{}` has no place in the order", file.path, file.room()));
            continue;
        };
        for (line, room) in used_rooms(file) {
            if place(&room).is_some_and(|other| other > own) {
                complaints.push(format!("src/{}:{line}: `{}` uses the later room `{room}`", file.path, file.room()));
            }
        }
        // In `room.rs`, `super` is the crate: a way round the names of rooms.
        let supers = if file.path.contains('/') { file.find("super::super") } else { file.find("super::") };
        for offset in supers {
            complaints.push(format!("src/{}:{}: write the path from `crate::`", file.path, file.line(offset)));
        }
    }
    complaints
}

/// Returns the rooms that a file names in paths from `crate`, with the lines.
fn used_rooms(file: &Source) -> Vec<(usize, String)> {
    let name =
        |text: &str| text.trim_start().split(|character| !is_name(character)).next().unwrap_or_default().to_owned();
    let mut used = Vec::new();
    for offset in file.find("crate::") {
        let path = &file.code[offset + "crate::".len()..];
        match path.strip_prefix('{') {
            Some(group) => used.extend(group_parts(group).into_iter().map(|part| (file.line(offset), name(part)))),
            None => used.push((file.line(offset), name(path))),
        }
    }
    used
}

/// Returns the parts of a `{…}` group whose opening brace is gone, without going into groups inside it.
fn group_parts(group: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' if depth > 0 => {}
            ',' | '}' => {
                parts.push(&group[start..at]);
                start = at + 1;
                if character == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    parts
}

#[test]
fn a_room_uses_only_rooms_before_it() {
    expect_none(&rooms_in_order(&source::all()));
}

#[test]
fn a_later_room_is_seen() {
    expect_complaints(rooms_in_order, "yaml/load.rs", "use crate::diag::Kind;\n// crate::cli\n", 0);
    expect_complaints(rooms_in_order, "yaml/load.rs", "#[cfg(test)]\nmod tests {\n    use crate::cli;\n}\n", 0);
    expect_complaints(rooms_in_order, "yaml/load.rs", "const A: &str = \"crate::cli\";\nconst B: u8 = b'x';", 0);
    expect_complaints(rooms_in_order, "yaml.rs", "use crate::spec::Platform;", 1);
    expect_complaints(rooms_in_order, "yaml.rs", "fn f() { crate::cli::main() }", 1);
    expect_complaints(
        rooms_in_order,
        "yaml.rs",
        "use crate::{\n diag::{Kind, cli},\n  model, emit};\nuse a::{cli};",
        2,
    );
    expect_complaints(rooms_in_order, "yaml.rs", "use super::model;", 1);
    expect_complaints(rooms_in_order, "yaml/a/b.rs", "use super::super::c;", 1);
    expect_complaints(rooms_in_order, "attic.rs", "", 1);
}

fn files_in_shape(sources: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in sources {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        if !file.text.starts_with("//!") {
            complaints.push(format!("src/{}: say in the first line, with `//!`, what the file is", file.path));
        }
        if matches!(name, "mod.rs" | "util.rs" | "utils.rs" | "helpers.rs" | "common.rs" | "misc.rs") {
            complaints.push(format!("src/{}: name the file after what is in it", file.path));
        }
        if file.code_lines() > MOST_LINES {
            complaints.push(format!("src/{}: {} lines of code are too many for a file", file.path, file.code_lines()));
        }
    }
    complaints
}

#[test]
fn files_are_introduced_and_short() {
    let sources = source::all();
    assert!(sources.len() > 20, "the sources were not found");
    expect_none(&files_in_shape(&sources));
}

#[test]
fn a_file_out_of_shape_is_seen() {
    let long = |lines: usize| format!("//! X.\n\n{}", "const A: u8 = 1;\n".repeat(lines));
    expect_complaints(files_in_shape, "a.rs", &long(MOST_LINES), 0);
    expect_complaints(files_in_shape, "a.rs", &long(MOST_LINES + 1), 1);
    expect_complaints(files_in_shape, "a.rs", &format!("{}{}", long(MOST_LINES), "// words\n\n".repeat(99)), 0);
    expect_complaints(files_in_shape, "a.rs", "use std::fmt;\n", 1);
    expect_complaints(files_in_shape, "a/utils.rs", "//! X.\n", 1);
}

fn kinds_declared_once(sources: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut seen: BTreeMap<&str, String> = BTreeMap::new();
    for file in sources.iter().filter(|file| !file.is_test()) {
        for offset in ["Kind::new(", "Kind::no_verdict("].iter().flat_map(|call| file.find(call)) {
            let place = format!("src/{}:{}", file.path, file.line(offset));
            let Some((name, code)) = two_strings(&file.text[offset..]) else {
                complaints.push(format!("{place}: write the name and the code of a kind as plain strings"));
                continue;
            };
            if !name.starts_with(|c: char| c.is_ascii_lowercase())
                || !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            {
                complaints.push(format!("{place}: `{name}` is not kebab-case"));
            }
            if !code.strip_prefix("DV").is_some_and(|n| n.len() == 4 && n.chars().all(|c| c.is_ascii_digit())) {
                complaints.push(format!("{place}: `{code}` is not `DV` with four digits"));
            }
            for word in [name, code] {
                if let Some(first) = seen.insert(word, place.clone()) {
                    complaints.push(format!("{place}: `{word}` is declared at {first} already"));
                }
            }
        }
    }
    complaints
}

/// Returns the first two string literals after an opening parenthesis, if nothing else stands between.
fn two_strings(call: &str) -> Option<(&str, &str)> {
    let (_, arguments) = call.split_once('(')?;
    let (name, rest) = arguments.trim_start().strip_prefix('"')?.split_once('"')?;
    let (code, _) = rest.trim_start().strip_prefix(',')?.trim_start().strip_prefix('"')?.split_once('"')?;
    Some((name, code))
}

#[test]
fn kinds_of_diagnostics_are_declared_once() {
    let sources = source::all();
    assert!(sources.iter().any(|file| !file.find("Kind::new(").is_empty()), "no kind was found");
    expect_none(&kinds_declared_once(&sources));
}

#[test]
fn a_kind_that_is_there_already_is_seen() {
    let declare =
        |name: &str, code: &str| format!("const A: Kind = Kind::new(\n    \"{name}\",\n    \"{code}\",\n);\n");
    let good = declare("a-name", "DV0001");
    expect_complaints(kinds_declared_once, "a.rs", &good, 0);
    expect_complaints(kinds_declared_once, "a.rs", "let node = NodeKind::new(1);", 0);
    expect_complaints(kinds_declared_once, "a.rs", "let kind = Kind::new(NAME, CODE);", 1);
    expect_complaints(kinds_declared_once, "a.rs", &format!("{good}{}", declare("b-name", "DV0001")), 1);
    expect_complaints(kinds_declared_once, "a.rs", &format!("{good}{}", declare("a-name", "DV0002")), 1);
    expect_complaints(kinds_declared_once, "a.rs", &declare("aName", "DV1"), 2);
}

fn nothing_left_open(sources: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in sources {
        for word in ["todo!", "unimplemented!", "dbg!"] {
            for offset in file.find(word) {
                complaints.push(format!("src/{}:{}: `{word}` is not finished", file.path, file.line(offset)));
            }
        }
        for offset in ["#[allow(", "#![allow("].iter().flat_map(|attribute| file.code.match_indices(attribute)) {
            if !is_reasoned_in_macro(file, offset.0) {
                let place = format!("src/{}:{}", file.path, file.line(offset.0));
                complaints.push(format!("{place}: write `#[expect(…, reason = …)]`, which says when it is not needed"));
            }
        }
    }
    complaints
}

/// Returns whether an attribute stands in a macro, where `expect` would fail for some uses, with its reason in itself or in
/// a comment before it.
fn is_reasoned_in_macro(file: &Source, offset: usize) -> bool {
    let (before, after) = file.text.split_at(offset);
    let in_macro = before.rfind("macro_rules!").is_some_and(|start| !before[start..].contains("\n}\n"));
    let attribute = after.split(']').next().unwrap_or_default();
    let line_before = before.trim_end().rsplit('\n').next().unwrap_or_default().trim_start();
    let reasoned = line_before.starts_with("//") || line_before.contains("reason =");
    in_macro && (attribute.contains("reason =") || reasoned)
}

#[test]
fn nothing_is_left_open() {
    expect_none(&nothing_left_open(&source::all()));
}

#[test]
fn what_is_left_open_is_seen() {
    expect_complaints(nothing_left_open, "a.rs", "// todo!()\nfn f() { let s = \"dbg!\"; }", 0);
    expect_complaints(
        nothing_left_open,
        "a.rs",
        "fn f() { todo!() }\nfn g() { unimplemented!() }\nfn h() { dbg!(1); }",
        3,
    );
    expect_complaints(nothing_left_open, "a.rs", "#[allow(dead_code, reason = \"x\")]\nfn f() {}", 1);
    let in_macro = |attribute: &str| format!("macro_rules! m {{\n    () => {{\n        {attribute}\n    }};\n}}\n");
    expect_complaints(nothing_left_open, "a.rs", &in_macro("#[allow(unused_mut, reason = \"x\")]"), 0);
    expect_complaints(nothing_left_open, "a.rs", &in_macro("// For some.\n#[allow(unused_mut)]"), 0);
    expect_complaints(nothing_left_open, "a.rs", &in_macro("#[allow(unused_mut)]"), 1);
}

/// Directories in which machines keep homes and checkouts.
const MACHINE_PATHS: &[&str] = &["/home/", "/root/", "/Users/", "/work/", "/workspace/"];

fn machine_paths(path: &str, text: &str) -> Vec<String> {
    let named = |line: &str| {
        let here = env!("CARGO_MANIFEST_DIR");
        let begins =
            |at: usize| !line[..at].ends_with(|character: char| is_name(character) || "/.-}$~".contains(character));
        line.contains(here) || MACHINE_PATHS.iter().any(|root| line.match_indices(root).any(|(at, _)| begins(at)))
    };
    let complaint =
        |(index, line): (usize, &str)| format!("{path}:{}: a path of one machine: {}", index + 1, line.trim());
    text.lines().enumerate().filter(|(_, line)| named(line)).map(complaint).collect()
}

#[test]
fn no_text_names_paths_of_one_machine() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut complaints = Vec::new();
    for path in source::below(root) {
        let name = path.strip_prefix(root).expect("a path below the root").to_string_lossy().into_owned();
        // Fixtures, the library and the files for other tools hold paths of the machines that they describe; this file
        // holds the list.
        let described = ["fixtures/", "values/", "integrations/"].iter().any(|folder| name.starts_with(folder));
        if described || name == "tests/tidy.rs" {
            continue;
        }
        if let Ok(text) = std::fs::read_to_string(&path) {
            complaints.extend(machine_paths(&name, &text));
        }
    }
    expect_none(&complaints);
}

#[test]
fn a_path_of_one_machine_is_seen() {
    assert_eq!(machine_paths("a.md", "see /home/me/x\n").len(), 1);
    assert_eq!(machine_paths("a.md", concat!("see ", env!("CARGO_MANIFEST_DIR"), "\n")).len(), 1);
    assert!(machine_paths("a.md", "https://example.org/work/x and a/home/b\n").is_empty());
}

#[test]
fn every_folder_of_fixtures_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let code: String = ["src", "tests", "benches"]
        .iter()
        .flat_map(|dir| source::below(&root.join(dir)))
        .fold(String::new(), |code, path| code + &std::fs::read_to_string(path).unwrap_or_default());
    let mut complaints = Vec::new();
    for entry in std::fs::read_dir(root.join("fixtures")).into_iter().flatten() {
        let path = entry.expect("a readable directory").path();
        let name = format!("fixtures/{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() && !code.contains(&name) {
            complaints.push(format!("{name}: no test names it"));
        }
    }
    for platform in source::below(&root.join("fixtures/platforms")) {
        let name = platform.strip_prefix(root.join("fixtures/platforms")).expect("a path below").components().next();
        let folder = root.join("fixtures/platforms").join(name.expect("a folder"));
        if !folder.join("platform.yaml").is_file() {
            complaints.push(format!("{}: there is no platform.yaml", folder.display()));
        }
    }
    complaints.dedup();
    expect_none(&complaints);
}
