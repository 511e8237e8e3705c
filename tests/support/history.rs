//! The history of `fixtures/reviews`: a platform, and the commits on top of it.

use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the platform that the history starts with: Detectviz as it was once, so that the lines of the reports stay.
pub(crate) fn start() -> String {
    std::fs::read_to_string(root().join("fixtures/reviews/platform.yaml")).expect("the platform")
}

/// Returns the folders of the commits, in order.
pub(crate) fn commits() -> Vec<PathBuf> {
    let found = folders(&root().join("fixtures/reviews"));
    assert!(found.len() >= 12, "reviews are gone");
    found
}

/// Returns the folders in a folder, in order.
pub(crate) fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder").path()).collect();
    found.retain(|path| path.is_dir());
    found.sort();
    found
}

/// Makes the change of a commit in a work tree: lines that go (`-`), lines that come (`+`), a blank line between two places.
/// What goes has to stand in the file once.
pub(crate) fn edit(tree: &Path, commit: &Path) {
    let text = std::fs::read_to_string(commit.join("edit.txt")).expect("an edit.txt");
    let mut file = "platform.yaml".to_owned();
    for place in text.trim_end().split("\n\n") {
        let (mut old, mut new) = (String::new(), String::new());
        for line in place.lines() {
            match (line.chars().next(), line.strip_prefix("file ")) {
                (Some('#'), _) => {}
                (Some('-'), _) => old.extend(["\n", line.get(1..).unwrap_or_default()]),
                (Some('+'), _) => new.extend(["\n", line.get(1..).unwrap_or_default()]),
                (_, name) => name.unwrap_or_else(|| panic!("what is {line:?}?")).clone_into(&mut file),
            }
        }
        let path = tree.join(&file);
        let before = format!("\n{}", std::fs::read_to_string(&path).unwrap_or_default());
        let count = if old.is_empty() { usize::from(before == "\n") } else { before.matches(&old).count() };
        assert_eq!(count, 1, "{file} holds this {count} times:{old}");
        let after = if old.is_empty() { format!("{new}\n") } else { before.replacen(&old, &new, 1) };
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(path, after.strip_prefix('\n').unwrap_or(&after)).expect("a file");
    }
}
