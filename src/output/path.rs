//! Which paths may be written at all.
//!
//! The same test holds for artifacts, for lines of the lock and for lines of the journal: all of them may come
//! from a hostile pull request, and each names something to write or to remove.

use super::{BAD_PATH, CLASH, File, OWN_DIR};
use crate::diag::Diagnostic;

/// Longest name that common file systems take, in bytes (ext4, XFS, APFS, NTFS).
const MAX_NAME: usize = 255;
/// Longest path, in bytes: Linux takes 4096 for the whole, and the root needs some.
const MAX_PATH: usize = 3000;

/// Returns what keeps a path from being written, if anything does.
pub(super) fn problem(path: &str) -> Option<&'static str> {
    if is_plain(path) {
        return None;
    }
    if path.is_empty() {
        return Some("it is empty");
    }
    if path.len() > MAX_PATH || path.split('/').any(|name| name.len() > MAX_NAME) {
        return Some("it is too long");
    }
    if path.starts_with('/') {
        return Some("it is absolute");
    }
    // Besides control characters: those that make a terminal or a review show another path than is meant.
    let odd = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let plain = path.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if !plain && path.contains(odd) {
        return Some("it holds an invisible character");
    }
    if path.contains('\\') {
        return Some("it holds a backslash, which separates directories on some machines");
    }
    path.split('/').find_map(|name| match name {
        "" => Some("it has an empty part"),
        "." | ".." => Some("it has a `.` or `..` part"),
        name if name.starts_with(' ') || name.ends_with(' ') => Some("a part of it starts or ends with a space"),
        name if name.eq_ignore_ascii_case(".git") => Some("it lies in git's own directory"),
        name if name.eq_ignore_ascii_case(OWN_DIR) => Some("it lies in dvgen's own directory"),
        _ => None,
    })
}

/// Returns whether a path is short and made of names that start with a letter or digit and go on with those, `_`, `-` and
/// `.`: nearly every path is, and needs no closer look.
fn is_plain(path: &str) -> bool {
    let mut before = b'/';
    for byte in path.bytes() {
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {}
            b'_' | b'-' | b'.' | b'/' if before != b'/' => {}
            _ => return false,
        }
        before = byte;
    }
    before != b'/' && path.len() <= MAX_NAME
}

/// Returns the diagnostics of paths that cannot be written, and of outputs that want one place.
pub(super) fn check(files: &[File]) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for file in files {
        if let Some(reason) = problem(&file.path) {
            let shown = file.path.escape_debug();
            found.push(Diagnostic::without_span(BAD_PATH, format!("cannot write an output to `{shown}`: {reason}")));
        }
    }
    if found.is_empty() { clashes(files) } else { found }
}

fn clashes(files: &[File]) -> Vec<Diagnostic> {
    // A separator that sorts before all else puts everything below `a` right behind `a`, so that looking at
    // neighbours is enough.
    let separated = |byte: u8| if byte == b'/' { 1 } else { byte.to_ascii_lowercase() };
    let folded = |file: &File| -> Vec<u8> {
        let path = &file.path;
        if path.is_ascii() {
            path.bytes().map(separated).collect()
        } else {
            path.to_lowercase().bytes().map(separated).collect()
        }
    };
    let mut all: Vec<(Vec<u8>, &File)> = files.iter().map(|file| (folded(file), file)).collect();
    // Files come nearly in this order, of which this sort makes use.
    all.sort_by(|a, b| (&a.0, &a.1.path, &a.1.tag).cmp(&(&b.0, &b.1.path, &b.1.tag)));
    let mut found = Vec::new();
    for pair in all.windows(2) {
        let [(a, first), (b, second)] = pair else { continue };
        let (one, two, owners) = (&first.path, &second.path, (first.tag.as_str(), second.tag.as_str()));
        let message = if one == two {
            format!("`{one}` would be written twice, by `{}` and by `{}`", owners.0, owners.1)
        } else if a == b {
            format!("`{one}` and `{two}` differ only in upper and lower case")
        } else if b.strip_prefix(a.as_slice()).is_some_and(|rest| rest.first() == Some(&1)) {
            format!("`{one}` would be a file and, for `{two}`, a directory")
        } else {
            continue;
        };
        let why = "one of the two would be lost, on some machines or on all";
        found.push(Diagnostic::without_span(CLASH, message).why(why));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{check, problem};
    use crate::output::{File, Tag};

    #[test]
    fn hostile_paths() {
        let bad = [
            "",
            "/etc/passwd",
            "..",
            "a/../../b",
            "a//b",
            "a/",
            "./a",
            "a\\b",
            "a\0b",
            "a\nb",
            "a\u{7f}",
            ".git/config",
            "a/.GIT/hooks/post-checkout",
            ".dvgen/lock",
            ".DvGen/x",
            " a",
            "a /b",
            "a\u{202e}b",
        ];
        for path in bad {
            assert!(problem(path).is_some(), "{path:?}");
        }
        assert!(problem(&"a".repeat(256)).is_some());
        for path in ["a", "a/b.yaml", ".github/workflows/x.yml", "dvgen/x", ".gitignore", "a b/c", "ä/ö", "a..b"] {
            assert_eq!(problem(path), None, "{path:?}");
        }
    }

    #[test]
    fn clashing_paths() {
        let messages = |paths: &[&str]| -> Vec<String> {
            let tag = Tag::new("prod", "argocd").unwrap();
            let file =
                |path: &&str| File { path: (*path).into(), text: "".into(), executable: false, tag: tag.clone() };
            check(&paths.iter().map(file).collect::<Vec<_>>()).into_iter().map(|d| d.message).collect()
        };
        assert!(messages(&["a", "ab", "a.b", "b/a", "b/A.b"]).is_empty());
        assert_eq!(messages(&["a/b", "a/b"]).len(), 1);
        assert_eq!(messages(&["a/b", "a/B"]), ["`a/B` and `a/b` differ only in upper and lower case"]);
        assert_eq!(messages(&["A/x", "b", "a-b", "a b", "a"]), ["`a` would be a file and, for `A/x`, a directory"]);
    }
}
