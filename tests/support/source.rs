//! The source of dvgen as text: its files, and what of them is code.

use std::path::{Path, PathBuf};

/// One file of `src`.
pub struct Source {
    /// Its path below `src`, such as `yaml/load.rs`.
    pub path: String,
    /// The text as it is.
    pub text: String,
    /// The text, as long as before, without comments, the insides of strings, and code that is compiled for tests only.
    pub code: String,
}

impl Source {
    /// Returns a file with a path below `src`.
    pub fn new(path: &str, text: &str) -> Self {
        let code = without_tests(&without_comments(text));
        Self { path: path.to_owned(), text: text.to_owned(), code }
    }

    /// Returns the room that the file belongs to: `yaml` for `yaml.rs` and `yaml/load.rs`.
    pub fn room(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// Returns whether all of the file is tests.
    pub fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.contains("/tests/")
    }

    /// Returns the line of an offset, counted from 1.
    pub fn line(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
    }

    /// Returns the number of lines that hold code outside tests.
    pub fn code_lines(&self) -> usize {
        self.code.lines().filter(|line| !line.trim().is_empty()).count()
    }

    /// Returns where a text begins in the code, wherever no part of a name stands before it.
    pub fn find(&self, needle: &str) -> Vec<usize> {
        let starts = self.code.match_indices(needle).map(|(start, _)| start);
        starts.filter(|start| !self.code[..*start].ends_with(is_name)).collect()
    }
}

/// Returns whether a character can be part of a name.
pub fn is_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Returns all files below `src`, sorted by path.
pub fn all() -> Vec<Source> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let read = |path: PathBuf| {
        let name = path.strip_prefix(&src).expect("a path below src").to_string_lossy().into_owned();
        Source::new(&name, &std::fs::read_to_string(&path).expect("a readable source"))
    };
    below(&src).into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "rs")).map(read).collect()
}

/// Returns the files below a directory, sorted. What a build or git leaves there does not count.
pub fn below(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&dir) else { continue };
        for entry in entries {
            let path = entry.expect("a readable directory").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if matches!(name.as_str(), "target" | ".git" | "node_modules") {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else if path.is_file() {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Returns the text with spaces for comments and for what is inside strings, line by line as before.
fn without_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (kept, blanked) = piece(rest);
        let (keep, tail) = rest.split_at(kept);
        let (blank, tail) = tail.split_at(blanked);
        code.push_str(keep);
        code.extend(blank.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        rest = tail;
    }
    code
}

/// Returns how many bytes at the start of a text to keep, and then to blank.
fn piece(text: &str) -> (usize, usize) {
    let end = |from: usize, mark: &str| text[from..].find(mark).map_or(text.len() - from, |at| at);
    if text.starts_with("//") {
        return (0, end(0, "\n"));
    }
    if text.starts_with("/*") {
        return (0, (end(2, "*/") + 4).min(text.len()));
    }
    if let Some(raw) = text.strip_prefix('r')
        && raw.trim_start_matches('#').starts_with('"')
    {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        return (hashes + 2, end(hashes + 2, &format!("\"{}", "#".repeat(hashes))) + hashes + 1);
    }
    if let Some(string) = text.strip_prefix('"') {
        let mut escaped = false;
        let inside = string.find(|character| {
            let ends = character == '"' && !escaped;
            escaped = character == '\\' && !escaped;
            ends
        });
        return (1, inside.map_or(string.len(), |length| length + 1));
    }
    for quote in ["'\"'", "'\\\"'", "'\\\\'", "'{'", "'}'"] {
        if text.starts_with(quote) {
            return (0, quote.len());
        }
    }
    // A name is taken whole, so that its last letter is not taken for the `r` of a raw string.
    let name = text.find(|character| !is_name(character)).unwrap_or(text.len());
    let starts_raw = name == 1 && text.starts_with('r') || name == 2 && text.starts_with("br");
    let first = text.chars().next().map_or(0, char::len_utf8);
    (if name == 0 || starts_raw { first } else { name }, 0)
}

/// Returns the code with spaces for each `#[cfg(test)]` item that has a body.
fn without_tests(code: &str) -> String {
    let mut result = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(start) = rest.find("#[cfg(test)]") {
        let (before, item) = rest.split_at(start);
        let (item, after) = item.split_at(item_length(item));
        result.push_str(before);
        result.extend(item.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        rest = after;
    }
    result.push_str(rest);
    result
}

/// Returns the length of an item: up to its closing brace, or to a semicolon before any brace.
fn item_length(code: &str) -> usize {
    let mut depth = 0_usize;
    for (at, character) in code.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth <= 1 => return at + 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}
