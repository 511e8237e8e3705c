//! A page of text: its blocks of code and its links.

use std::path::{Path, PathBuf};

/// A Markdown file.
pub struct Page {
    pub name: String,
    pub path: PathBuf,
    pub text: String,
    pub blocks: Vec<Block>,
}

/// A block of code.
pub struct Block {
    pub line: usize,
    pub language: String,
    pub text: String,
    /// Where the text starts in the page.
    pub start: usize,
    note: String,
}

impl Block {
    /// Returns the first word of the comment before the block.
    pub fn kind(&self) -> &str {
        self.note.split([':', ' ']).next().unwrap_or_default()
    }

    /// Returns the rest of the comment.
    pub fn argument(&self) -> &str {
        self.note.split_once(' ').map_or("", |(_, argument)| argument)
    }

    /// Returns the place of the block, for complaints.
    pub fn place(&self, page: &Page) -> String {
        format!("{}:{}", page.name, self.line)
    }
}

impl Page {
    /// Returns all pages.
    pub fn all() -> Vec<Self> {
        let docs = std::fs::read_dir(root().join("docs")).expect("the folder of pages");
        let docs = docs.map(|entry| entry.expect("a page").file_name().to_string_lossy().into_owned());
        // The pages of the rules are made, and held fresh, by tests/rules.rs.
        let docs = docs.filter(|name| is_page(name));
        let mut names: Vec<String> = docs.map(|name| format!("docs/{name}")).collect();
        let platforms = std::fs::read_dir(root().join("docs/platforms")).into_iter().flatten();
        let platforms = platforms.map(|entry| entry.expect("a page").file_name().to_string_lossy().into_owned());
        names.extend(platforms.filter(|name| is_page(name)).map(|name| format!("docs/platforms/{name}")));
        names.extend(["README.md", "CONTRIBUTING.md"].map(str::to_owned));
        names.sort();
        names.iter().map(|name| Self::read(name)).collect()
    }

    /// Reads a page.
    pub fn read(name: &str) -> Self {
        let path = root().join(name);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        let blocks = blocks(&text);
        Self { name: name.to_owned(), path, text, blocks }
    }

    /// Returns the folder that links start from.
    pub fn folder(&self) -> &Path {
        self.path.parent().expect("a page lies in a folder")
    }

    /// Returns the files of the page's own platform, if it has one.
    pub fn files(&self) -> Option<Vec<(&str, &str)>> {
        let files = self.blocks.iter().filter(|block| block.kind() == "file");
        let files: Vec<_> = files.map(|block| (block.argument(), &*block.text)).collect();
        (!files.is_empty()).then_some(files)
    }

    /// Returns where links to files of the repository lead.
    pub fn links(&self) -> Vec<&str> {
        let after = self.text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        after.filter(|link| !link.contains("://")).collect()
    }
}

fn is_page(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending == "md")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    let mut note = String::new();
    let mut next = 0;
    for (at, line) in text.split_inclusive('\n').enumerate() {
        next += line.len();
        let line = line.trim_end();
        if let Some(language) = line.strip_prefix("```") {
            if let Some(block) = open.take() {
                blocks.push(block);
            } else {
                let note = std::mem::take(&mut note);
                let language = language.to_owned();
                open = Some(Block { line: at + 1, language, text: String::new(), start: next, note });
            }
        } else if let Some(block) = &mut open {
            block.text.push_str(line);
            block.text.push('\n');
        } else if let Some(comment) = line.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->")) {
            comment.clone_into(&mut note);
        } else if !line.is_empty() {
            note.clear();
        }
    }
    assert!(open.is_none(), "a block does not end");
    blocks
}
