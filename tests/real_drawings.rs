//! Drawings, read by Mermaid's own parser and drawn by Graphviz.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests write files and start the real tools")]
#![expect(clippy::panic, reason = "tests fail by panicking")]
#![expect(unreachable_pub, dead_code, reason = "the parts of a test are no library")]

mod support {
    pub mod platforms;
    pub mod tools;
}

use std::path::{Path, PathBuf};

use dvgen::draw::{self, Drawing, Edge, Format, Frame, Line, Mark, Node, Shape, View};
use support::{platforms, tools};

/// Writes a drawing for both readers.
fn write(dir: &Path, name: &str, drawing: &Drawing, files: &mut Vec<PathBuf>) {
    for (format, ending) in [(Format::Mermaid, "mmd"), (Format::Dot, "dot")] {
        let path = dir.join(format!("{name}.{ending}"));
        std::fs::write(&path, draw::render(drawing, format)).expect("a file");
        files.push(path);
    }
}

/// Returns what the readers say about files.
fn read((node, place): &(PathBuf, PathBuf), files: &[PathBuf]) -> tools::Outcome {
    let script = tools::crate_root().join("tests/tools/drawings.mjs");
    let all = [script.as_path(), place.as_path()].into_iter().chain(files.iter().map(PathBuf::as_path));
    tools::run(node, all)
}

#[test]
fn every_drawing_of_every_platform_is_read() {
    let Some(readers) = tools::drawings("drawings of all platforms") else { return };
    let dir = tempfile::tempdir().expect("a directory");
    let mut files = Vec::new();
    for platform in platforms::all() {
        let name = platform.file_name().and_then(|name| name.to_str()).expect("a name");
        for environment in &platforms::compiled(&platform, true).environments {
            let model = environment.model.as_ref().expect("a model");
            let all = [
                draw::order(&model.platform, &model.graph),
                draw::flows(&model.platform, &[]),
                draw::topology(&model.platform),
                draw::plugins(&model.platform, &model.graph),
                draw::layers(&model.platform),
                draw::delivery(&model.platform),
            ];
            for drawing in all {
                let name = format!("{name}-{}-{}", environment.name, drawing.view.word());
                write(dir.path(), &name, &drawing, &mut files);
            }
        }
    }
    let outcome = read(&readers, &files);
    assert!(outcome.ok, "{}", outcome.said());
    assert!(outcome.stdout.contains(&format!("{} drawings, 0 wrong", files.len())), "{}", outcome.said());
}

/// Returns a drawing whose texts try to be more than text.
fn hostile() -> Drawing {
    let texts = [
        "a\"] --> b[\"c",
        "<script>alert(1)</script>",
        "#quot; &amp; #35;",
        "back\\\"slash\\",
        "line\nbreak\r\u{2028}end",
        "`code` *bold* _it_ {{step}} %%{init: {}}%%",
        "end",
        "subgraph x",
        "中文 \u{202e}rtl",
        "",
    ];
    let node = |(at, text): (usize, &&str)| Node {
        id: format!("component/{text}"),
        lines: vec![(*text).to_owned(), "second".to_owned()],
        shape: [Shape::Box, Shape::Store, Shape::Person, Shape::Step, Shape::Machine]
            .into_iter()
            .cycle()
            .nth(at)
            .expect("one"),
        frame: (at % 2 == 0).then_some(at % 3),
        off: at % 4 == 0,
    };
    let edge = |(at, text): (usize, &&str)| Edge {
        from: at,
        to: (at + 1) % texts.len(),
        labels: vec![(*text).to_owned()],
        line: [Line::Solid, Line::Dashed, Line::Dotted, Line::Never].into_iter().cycle().nth(at).expect("one"),
        implied: false,
    };
    let frame =
        |(at, text): (usize, &&str)| Frame { label: (*text).to_owned(), within: (at == 2).then_some(1), rank: false };
    Drawing {
        view: View::Flows,
        title: "%%{init: {\"theme\": \"dark\"}}%% \n end \"".to_owned(),
        sideways: true,
        legend: vec![(Mark::Whole, "a \"legend\" --> x".to_owned())],
        notes: vec!["a note\nflowchart TB".to_owned()],
        frames: texts.iter().enumerate().take(3).map(frame).collect(),
        nodes: texts.iter().enumerate().map(node).collect(),
        edges: texts.iter().enumerate().map(edge).collect(),
    }
}

#[test]
fn no_text_is_more_than_text() {
    let Some(readers) = tools::drawings("drawings of hostile texts") else { return };
    let dir = tempfile::tempdir().expect("a directory");
    let mut files = Vec::new();
    write(dir.path(), "hostile", &hostile(), &mut files);
    let outcome = read(&readers, &files);
    assert!(outcome.ok, "{}\n{}", outcome.said(), draw::render(&hostile(), Format::Mermaid));
}

/// Returns the Mermaid of a page, block by block.
fn blocks(page: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut within = false;
    for line in page.lines() {
        match (within, line) {
            (false, "```mermaid") => {
                within = true;
                all.push(String::new());
            }
            (true, "```") => within = false,
            (true, line) => all.last_mut().expect("a block").extend([line, "\n"]),
            (false, _) => {}
        }
    }
    all
}

#[test]
fn every_drawing_of_a_page_is_read() {
    let Some(readers) = tools::drawings("drawings of pages") else { return };
    let dir = tempfile::tempdir().expect("a directory");
    let mut files = Vec::new();
    let mut open = vec![tools::crate_root().join("docs"), tools::crate_root().join("fixtures/platforms")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                let stem = path.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
                for text in blocks(&std::fs::read_to_string(&path).expect("a page")) {
                    let file = dir.path().join(format!("{stem}-{}.mmd", files.len()));
                    std::fs::write(&file, text).expect("a file");
                    files.push(file);
                }
            }
        }
    }
    assert!(files.len() > 40, "only {} drawings", files.len());
    let outcome = read(&readers, &files);
    assert!(outcome.ok, "{}", outcome.said());
}

#[test]
fn a_broken_drawing_is_seen() {
    let Some(readers) = tools::drawings("broken drawings") else { return };
    let dir = tempfile::tempdir().expect("a directory");
    for (name, text) in [("a.mmd", "flowchart LR\n  a[\" --> b\n"), ("b.dot", "digraph { a -> \n")] {
        let path = dir.path().join(name);
        std::fs::write(&path, text).expect("a file");
        assert!(!read(&readers, &[path]).ok, "{name} is read");
    }
}
