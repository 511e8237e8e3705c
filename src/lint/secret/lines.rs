//! Lines of `key = value` in texts of any kind: INI, properties, shell, connection strings, arguments.

use std::cell::LazyCell;
use std::ops::Range;

use super::beside::has_key;
use super::keys::{Grade, grade};
use super::values::{is_count, is_key_name, is_written_out};
use super::walk::REFERS;

/// Which signs stand between a key and its value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Signs {
    /// Only `=`: in one line, a colon belongs to prose.
    Equals,
    /// `=` and `:`.
    All,
}

/// Types and such, which stand where a language describes a field.
const TYPES: [&str; 8] = ["string", "str", "text", "bytes", "object", "required", "optional", "any"];

/// Returns the keys and the places of values that are secrets.
pub(super) fn find(text: &str, signs: Signs) -> Vec<(&str, Range<usize>)> {
    let mut all = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let words = line.trim_start();
        let comment = ["#", "//", ";", "<!--"].iter().any(|mark| words.starts_with(mark));
        if !comment {
            // Asked once: there may be thousands of keys on a line.
            let refers = LazyCell::new(|| has_key(text, start..start + line.len(), &REFERS));
            for (at, _) in line.match_indices(|c| c == '=' || (c == ':' && signs == Signs::All)) {
                let found = pair(line, at).filter(|(key, _)| !(names_key(key) && *refers));
                all.extend(found.map(|(key, value)| (key, start + value.start..start + value.end)));
            }
        }
        start += line.len();
    }
    all
}

/// Returns whether the value of a key may be the name of a key in a Secret, which it is beside the name of one.
fn names_key(key: &str) -> bool {
    key.get(key.len().saturating_sub(3)..).is_some_and(|end| end.eq_ignore_ascii_case("key"))
}

/// Returns the key before a sign and the place of the value after it, if that is a secret.
fn pair(line: &str, sign: usize) -> Option<(&str, Range<usize>)> {
    let colon = line.as_bytes().get(sign) == Some(&b':');
    let before = line.get(..sign)?.trim_end();
    let quoted = before.ends_with(['"', '\'']);
    let before = before.trim_end_matches(['"', '\'']);
    let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let key = before.get(before.trim_end_matches(named).len()..)?;
    if grade(key) != Grade::Secret {
        return None;
    }
    // `{token="x"}` matches a label, `${PASSWORD:-x}` and `{{ .password }}` are references.
    let outer = before.get(..before.len() - key.len())?.trim_end();
    if !quoted && !colon && outer.ends_with(['{', ',', '(']) || outer.ends_with("${") {
        return None;
    }
    let rest = line.get(sign + 1..)?;
    let value = rest.trim_start();
    let start = sign + 1 + (rest.len() - value.len());
    let (value, from) = match value.chars().next()? {
        quote @ ('"' | '\'' | '`') => (value.get(1..)?.split(quote).next()?, start + 1),
        _ => (bare(value, colon)?, start),
    };
    (!is_count(value, key) && is_written_out(value, Grade::Secret)).then(|| (key, from..from + value.len()))
}

/// Returns a value without quotes, unless it is code or prose.
fn bare(text: &str, colon: bool) -> Option<&str> {
    let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '&' | ')' | '}' | ']' | '"' | '\'');
    let value = text.split(ends).next().filter(|value| !value.is_empty())?;
    let rest = text.get(value.len()..)?.trim();
    let code = value.contains(['(', '[', '{', '<', '|']) || value.starts_with(['=', '~', '!', '>', ':', '&', '*']);
    // After a colon, further words make it a sentence.
    let prose = colon && !rest.is_empty() && !rest.starts_with([',', '}', ']', '#']);
    let path =
        value.contains('.') && value.split('.').all(|part| part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
    let word = TYPES.contains(&value) || is_key_name(value);
    (!code && !prose && !path && !word).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, signs: Signs) -> Vec<&str> {
        find(text, signs).into_iter().filter_map(|(_, place)| text.get(place)).collect()
    }

    #[test]
    fn secrets() {
        for text in [
            "[database]\nuser = app\npassword = hunter2\n",
            "DB_PASSWORD=hunter2",
            "export API_KEY=\"hunter2\"",
            "password: hunter2\n",
            "{\"clientSecret\": \"hunter2\"}",
            "--token=hunter2",
            "host=db password=hunter2 x=y",
            "Server=db;Password=hunter2;",
            "https://x/?token=hunter2&a=b",
            "{ adminPassword: hunter2 }",
            "secretKey: hunter2\n",
            "- secretKey: hunter2\n- remoteRef: { key: app }\n",
            "- password: hunter2\n  remoteRef: { key: app }\n",
        ] {
            assert_eq!(found(text, Signs::All), ["hunter2"], "{text}");
        }
    }

    #[test]
    fn others() {
        for text in [
            "# password = hunter2",
            "password = ${DB_PASSWORD}",
            "password = sys.env(\"X\")",
            "password: must be set",
            "token = remote.vault.x",
            "up{token=\"abc\"}",
            "${PASSWORD:-hunter2}",
            "password: string",
            "password=password",
            "password =~ x",
            "token: {{ .Values.token }}",
            "password_file = /etc/x",
            "secret: my-secret",
            "- secretKey: user\n  remoteRef: { key: app, property: user }\n",
            "- { secretKey: user, remoteRef: { key: app, property: user } }\n",
            "a = b",
        ] {
            assert_eq!(found(text, Signs::All), Vec::<&str>::new(), "{text}");
        }
        assert_eq!(found("the password: hunter2", Signs::Equals), Vec::<&str>::new());
    }
}
