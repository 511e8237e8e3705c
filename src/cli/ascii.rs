//! Frames for terminals that cannot show them.
//!
//! Where the locale is set and is not one of UTF-8, frames and ellipses are drawn in ASCII. Without a locale, as in
//! most containers and pipelines, the text goes to logs, which are UTF-8.

use std::borrow::Cow;

/// Returns a text for people, in characters that their terminal has.
pub(super) fn fitting(text: &str) -> Cow<'_, str> {
    #[expect(clippy::disallowed_methods, reason = "cli is the room that reads the environment")]
    let read = |name: &str| std::env::var(name).ok();
    if is_utf8(read) || text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(plain(text)) }
}

/// Returns whether the locale is one of UTF-8, or not set. The first variable that is not empty decides (POSIX, 8.2).
fn is_utf8(read: impl Fn(&str) -> Option<String>) -> bool {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(read).find(|value| !value.is_empty());
    set.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '…' => out.push_str("..."),
            '·' => out.push(':'),
            // What has to be changed, and what it conflicts with.
            '━' => out.push('^'),
            '─' | '╴' | '╶' | '╌' => out.push('-'),
            '│' | '┃' | '╎' => out.push('|'),
            '\u{2500}'..='\u{257f}' => out.push('+'),
            _ => out.push(char),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{is_utf8, plain};

    #[track_caller]
    fn check(set: &[(&str, &str)], expected: bool) {
        let read = |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        assert_eq!(is_utf8(read), expected, "{set:?}");
    }

    #[test]
    fn the_locale_decides() {
        check(&[], true);
        check(&[("LANG", "C")], false);
        check(&[("LANG", "POSIX")], false);
        check(&[("LANG", "de_DE.ISO-8859-1")], false);
        check(&[("LANG", "de_DE.UTF-8")], true);
        check(&[("LANG", "C.utf8")], true);
        check(&[("LANG", "C.UTF-8"), ("LC_ALL", "C")], false);
        check(&[("LANG", "C"), ("LC_CTYPE", "en_US.UTF-8"), ("LC_ALL", "")], true);
    }

    #[test]
    fn frames_become_ascii_and_words_stay() {
        assert_eq!(plain("  ┌─ a:1\n3 │ x: ä …\n  ╰──\n  ━━ ·"), "  +- a:1\n3 | x: ä ...\n  +--\n  ^^ :");
    }
}
