//! What others wrote, in scripts and in commands that a page shows: as one word of a shell, or in a comment.

use super::print::is_hidden;

/// Returns a text as one word of a shell (POSIX.1-2024, Shell Command Language, §2.2): nothing in it is run, and it does not end
/// the line.
pub(super) fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':' | ',' | '@' | '+');
    if !text.is_empty() && text.chars().all(plain) { text.to_owned() } else { quoted(text) }
}

/// Returns the same, in quotes in any case.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", line(text).replace('\'', "'\\''"))
}

/// Returns a text without what would end the line that it stands on.
pub(super) fn line(text: &str) -> String {
    text.chars().map(|char| if is_hidden(char) || char.is_control() { ' ' } else { char }).collect()
}

/// Returns the filter of jq that takes a key: one with a `-` in it would be a subtraction.
pub(super) fn jq(key: &str) -> String {
    let first = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if first && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        format!(".{key}")
    } else {
        word(&format!(".[\"{}\"]", line(key).replace('\\', "\\\\").replace('"', "\\\"")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_its_word() {
        assert_eq!(word("team/pki.v1"), "team/pki.v1");
        assert_eq!(word(""), "''");
        assert_eq!(word("a b; $(id) `id`"), "'a b; $(id) `id`'");
        assert_eq!(word("p'$(id)'"), r"'p'\''$(id)'\'''");
        assert_eq!(word("p\ntouch x #"), "'p touch x #'");
        assert_eq!(jq("token"), ".token");
        assert_eq!(jq("api-token"), r#"'.["api-token"]'"#);
    }
}
