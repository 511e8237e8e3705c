//! The texts for people are true: what they quote is what dvgen makes, and the commands that they show exist.
//!
//! A comment before a block of code says what the block is, and the test holds it to that:
//!
//! | comment | the block |
//! |---|---|
//! | `from: FILE` | occurs in a file of the repository; a line `…` stands for lines left out |
//! | `shows FILE from "TEXT" for N lines` | is the N lines of a file of the repository from the first that holds the text |
//! | `file: FILE` | is a file of a platform of the page's own |
//! | `built: FILE` | occurs in what is built from the page's own platform, or else from the example |
//! | `why: FILE TEXT` | is `dvgen why` of the first line of an output that holds the text |
//! | `says: ARGUMENTS, after OLD => NEW; …` | is what dvgen prints once the spec was edited, without the summary |
//! | `changes: OLD => NEW; …` | lists the files that the edit of the spec changes |
//! | `graph PLATFORM ARGUMENTS` | is what `dvgen graph` draws of one of `fixtures/platforms` |
//! | `drawing` | is for the eye |
//!
//! `DVGEN_BLESS=1` rewrites the blocks of `shows`, `graph`, `why`, `says` and `changes`; read them before committing.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read files and start dvgen")]
#![expect(clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]
#![expect(unreachable_pub, reason = "the parts of a test are no library")]

mod readme {
    pub mod page;
    pub mod platform;
}

use std::path::Path;

use clap::Parser;
use dvgen::cli::Args;
use readme::page::{Block, Page};
use readme::platform::Platform;

/// The commands that a newcomer types first, and that `.ci/run` and its like run.
const FIRST: [&str; 2] =
    ["cargo run --release -- build -C fixtures/platforms/detectviz --out target/detectviz", "cargo test"];

/// Fails with all complaints.
#[track_caller]
fn expect_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn every_block_says_what_it_is() {
    let known = ["from", "shows", "graph", "file", "built", "why", "says", "changes", "drawing"];
    let mut complaints = Vec::new();
    for page in Page::all() {
        for block in page.blocks.iter().filter(|block| block.language != "sh") {
            if !known.contains(&block.kind()) {
                complaints.push(format!("{}: a block without a word on what it is", block.place(&page)));
            }
        }
    }
    expect_none(&complaints);
}

#[test]
fn quoted_files_are_quoted_as_they_are() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let example = Platform::example();
    let mut complaints = Vec::new();
    let mut count = 0;
    for page in Page::all() {
        let own = page.files().map(|files| Platform::of(&files));
        for block in &page.blocks {
            let dir = match block.kind() {
                "from" => root,
                "built" => own.as_ref().unwrap_or(&example).dir(),
                _ => continue,
            };
            count += 1;
            let text = std::fs::read_to_string(dir.join(block.argument())).unwrap_or_default();
            if let Err(line) = occurs(&block.text, &text) {
                complaints.push(format!("{}: not in {}: {line}", block.place(&page), block.argument()));
            }
        }
    }
    expect_none(&complaints);
    assert!(count > 10, "only {count} excerpts were found");
}

/// Returns the first line of an excerpt that is not in a text at its place.
fn occurs(excerpt: &str, text: &str) -> Result<(), String> {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let mut rest = lines.as_slice();
    for piece in excerpt.split("…\n").map(|piece| piece.lines().collect::<Vec<_>>()) {
        if piece.is_empty() {
            continue;
        }
        let Some(at) = rest.windows(piece.len()).position(|window| window == piece) else {
            let missing = piece.iter().find(|line| !lines.contains(line)).or(piece.first());
            return Err((*missing.expect("a piece has lines")).to_owned());
        };
        rest = &rest[at + piece.len()..];
    }
    Ok(())
}

#[test]
fn an_excerpt_that_is_not_there_is_seen() {
    let text = "a: 1\nb: 2\nc: 3\n";
    assert_eq!(occurs("a: 1\nb: 2\n", text), Ok(()));
    assert_eq!(occurs("a: 1\n…\nc: 3\n", text), Ok(()));
    assert_eq!(occurs("a: 1\nc: 3\n", text), Err("a: 1".to_owned()));
    assert_eq!(occurs("c: 3\n…\na: 1\n", text), Err("a: 1".to_owned()));
    assert_eq!(occurs("b: 5\n", text), Err("b: 5".to_owned()));
}

#[test]
fn shown_output_is_what_dvgen_says() {
    let example = Platform::example();
    let bless = std::env::var_os("DVGEN_BLESS").is_some();
    let mut complaints = Vec::new();
    for page in Page::all() {
        let own = page.files().map(|files| Platform::of(&files));
        let platform = own.as_ref().unwrap_or(&example);
        let (mut text, mut moved) = (page.text.clone(), Vec::new());
        // From the last to the first, so that places stay what they are.
        for block in page.blocks.iter().rev() {
            let real = match block.kind() {
                "shows" => {
                    excerpt(block.argument()).unwrap_or_else(|problem| panic!("{}: {problem}", block.place(&page)))
                }
                "graph" => Platform::graph(block.argument()),
                "why" => platform.why(block.argument()),
                "says" => platform.says(block.argument()),
                "changes" => platform.changes(block.argument()),
                _ => continue,
            };
            if real != block.text {
                let place = block.place(&page);
                complaints.push(format!("{place}: dvgen says\n{real}\nwhere the page has\n{}", block.text));
                // The place that is asked about is named in a command of the page too.
                if let (Some(old), Some(new)) = (asked(&block.text), asked(&real)) {
                    moved.push((old.to_owned(), new.to_owned()));
                }
                text.replace_range(block.start..block.start + block.text.len(), &real);
            }
        }
        for (old, new) in moved {
            text = text.replace(&old, &new);
        }
        if bless && text != page.text {
            std::fs::write(&page.path, text).expect("a page to write to");
        }
    }
    if !bless {
        expect_none(&complaints);
    }
}

/// Returns the lines of a file of the repository that a comment `FILE from "TEXT" for N lines` means.
fn excerpt(argument: &str) -> Result<String, String> {
    let wrong = || format!("`{argument}` is not FILE from \"TEXT\" for N lines");
    let (file, rest) = argument.split_once(" from \"").ok_or_else(wrong)?;
    let (start, count) = rest.split_once("\" for ").ok_or_else(wrong)?;
    let count = count.split(' ').next().and_then(|count| count.parse().ok()).ok_or_else(wrong)?;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = std::fs::read_to_string(path).map_err(|error| format!("{file}: {error}"))?;
    let lines: Vec<&str> = text.lines().skip_while(|line| !line.contains(start)).take(count).collect();
    if lines.len() == count {
        Ok(lines.into_iter().flat_map(|line| [line, "\n"]).collect())
    } else {
        Err(format!("{file} has no {count} lines from the first with `{start}`"))
    }
}

#[test]
fn an_excerpt_is_the_lines_that_it_says() {
    let first = excerpt("Cargo.toml from \"name =\" for 1 lines");
    assert_eq!(first.as_deref(), Ok("name = \"dvgen\"\n"));
    assert!(excerpt("Cargo.toml from \"nothing like this\" for 1 lines").is_err());
    assert!(excerpt("Cargo.toml from \"name =\"").is_err());
}

/// Returns the place that a block of `why` asks about.
fn asked(block: &str) -> Option<&str> {
    block.lines().next()?.strip_prefix("$ dvgen why ")
}

#[test]
fn commands_are_commands() {
    let mut complaints = Vec::new();
    for page in Page::all() {
        for block in page.blocks.iter().filter(|block| block.language == "sh") {
            for line in commands(block) {
                if let Err(problem) = command(line) {
                    complaints.push(format!("{}: {line}: {problem}", block.place(&page)));
                }
            }
        }
    }
    expect_none(&complaints);
}

/// Iterates over the command lines of a block.
fn commands(block: &Block) -> impl Iterator<Item = &str> {
    block.text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn command(line: &str) -> Result<(), String> {
    let line = line.split(" #").next().unwrap_or_default();
    let words: Vec<&str> = line.split_whitespace().take_while(|word| *word != ">").collect();
    let own = |arguments: &[&str]| {
        let all = std::iter::once("dvgen").chain(arguments.iter().copied());
        Args::try_parse_from(all).map(drop).map_err(|error| error.to_string())
    };
    match words.as_slice() {
        ["dvgen", rest @ ..] | ["cargo", "run", "--release", "--", rest @ ..] => own(rest),
        ["cargo", "test" | "install" | "doc" | "fmt" | "clippy" | "bench", ..]
        | ["git" | "export" | "terraform" | "python3", ..] => Ok(()),
        [assignment, rest @ ..] if assignment.contains('=') => command(&rest.join(" ")),
        [script, ..] if Path::new(env!("CARGO_MANIFEST_DIR")).join(script).is_file() => Ok(()),
        _ => Err("nobody knows this command".to_owned()),
    }
}

#[test]
fn a_command_that_is_none_is_seen() {
    assert!(command("dvgen build --check --env staging").is_ok());
    assert!(command("dvgen schema > schema.json").is_ok());
    assert!(command("A=1 .ci/run lint").is_ok());
    assert!(command("dvgen bild").is_err());
    assert!(command("dvgen build --chek").is_err());
    assert!(command("cargo run --release -- why").is_err());
    assert!(command("scripts/nothing.sh").is_err());
}

#[test]
fn the_first_commands_are_for_newcomers() {
    let readme = Page::read("README.md");
    let shell = readme.blocks.iter().filter(|block| block.language == "sh");
    let first: Vec<&str> = shell.flat_map(commands).take(2).collect();
    assert_eq!(first, FIRST);
}

#[test]
fn pages_name_all_there_is() {
    let lists = [
        ("docs/spec.md", dvgen::spec::Platform::FIELDS),
        ("docs/spec.md", dvgen::spec::Component::FIELDS),
        ("docs/spec.md", dvgen::spec::FlowKind::WORDS),
        ("docs/components.md", dvgen::library::Facts::FIELDS),
        ("docs/outputs.md", dvgen::pipeline::TARGETS),
    ];
    let mut complaints = Vec::new();
    for (name, words) in lists {
        let page = Page::read(name);
        let known: std::collections::BTreeSet<&str> =
            page.text.split(|character: char| !character.is_alphanumeric() && character != '-').collect();
        complaints.extend(words.iter().filter(|word| !known.contains(*word)).map(|word| format!("{name}: no {word}")));
    }
    expect_none(&complaints);
}

#[test]
fn links_lead_to_files() {
    let mut complaints = Vec::new();
    for page in Page::all() {
        for link in page.links() {
            let target = link.split('#').next().unwrap_or_default();
            if !target.is_empty() && !page.folder().join(target).exists() {
                complaints.push(format!("{}: {link} leads nowhere", page.name));
            }
        }
    }
    expect_none(&complaints);
}
