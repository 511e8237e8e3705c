//! How much a client of a database asks of a connection: `sslmode` of PostgreSQL, `ssl-mode` of `MySQL`.

use super::Level;
use super::each::Meaning;
use crate::diff::report::{Change, ChangeKind};

/// What is asked for, the least first, by the words of both.
const MODES: &[&[&str]] = &[
    &["disable", "disabled"],
    &["allow"],
    &["prefer", "preferred"],
    &["require", "required"],
    &["verify-ca"],
    &["verify-full", "verify-identity"],
];

/// From this one on it speaks to nobody without encryption.
const ENCRYPTED: usize = 3;

/// Returns how much a word asks for.
fn strength(word: &str) -> Option<usize> {
    let word = word.trim().trim_matches(['"', '\'', ',']).to_ascii_lowercase().replace('_', "-");
    MODES.iter().position(|words| words.contains(&word.as_str()))
}

fn is_mode(key: &str) -> bool {
    let bare: String = key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    bare.ends_with("sslmode")
}

/// Returns the mode that a text names: an address, a list of settings, an argument, a line of a file.
fn inside(text: &str) -> Option<&str> {
    let ends = |c: char| c.is_whitespace() || matches!(c, '?' | '&' | ';' | ',' | '"' | '\'' | '{' | '}');
    // A line of a file may have spaces around its mark.
    if let Some((key, value)) = text.split_once(['=', ':'])
        && is_mode(key.trim().rsplit(ends).next().unwrap_or_default())
    {
        let value = value.trim().trim_start_matches(['"', '\'']);
        return value.split(ends).next();
    }
    text.split(ends).find_map(|part| part.split_once('=').filter(|(key, _)| is_mode(key)).map(|(_, value)| value))
}

/// Returns the modes before and after; what is gone asks for what the program does by itself.
fn modes<'c>(change: &'c Change, key: &str) -> Option<(&'c str, &'c str)> {
    let (before, after) = change.values();
    match &change.kind {
        ChangeKind::Changed | ChangeKind::Removed if is_mode(key) => Some((before, after)),
        ChangeKind::Changed => Some((inside(before)?, inside(after).unwrap_or_default())),
        ChangeKind::Removed => Some((inside(before)?, "")),
        ChangeKind::Text(lines) => {
            let of = |wanted: char| {
                let lines = lines.shown.iter().filter(move |(mark, _)| *mark == wanted);
                lines.filter_map(|(_, line)| inside(line))
            };
            of('-').zip(of('+')).find(|(old, new)| old != new)
        }
        _ => None,
    }
}

/// Returns what it means that a connection to a database asks for less; `key` is what the value is called.
pub(super) fn meaning(change: &Change, key: &str) -> Option<Meaning> {
    let (before, after) = modes(change, key)?;
    let bare = |word: &str| word.trim_matches(['"', '\'', ',']).to_owned();
    let from = strength(before)?;
    let place = if change.path.is_empty() { String::new() } else { format!(" at `{}`", change.path) };
    if after.is_empty() {
        let message = format!("`{}` of a connection to a database is no longer asked for{place}", bare(before));
        let why = "what the program does by itself may be to check no certificate, or to do without encryption";
        return (from >= ENCRYPTED).then_some((Level::Caution, message, why));
    }
    let to = strength(after).filter(|to| *to < from)?;
    let (level, why) = match to {
        0 => (Level::Danger, "nothing is encrypted: whoever is on the way reads the password and the data"),
        1 => (Level::Danger, "it asks for no encryption, and has it only where the database insists"),
        2 => (Level::Caution, "without an answer it goes on in the clear: whoever is on the way can bring that about"),
        3 => (Level::Caution, "no certificate is checked: anybody can be the database, and read what is sent"),
        _ => (
            Level::Caution,
            "the name in the certificate is not checked: whoever has one of the same authority can be the database",
        ),
    };
    let message = format!("`{}` of a connection to a database becomes `{}`{place}", bare(before), bare(after));
    Some((level, message, why))
}

#[cfg(test)]
mod tests {
    use super::meaning;
    use crate::diff::report::{Change, ChangeKind, Lines};
    use crate::diff::value::words;

    #[test]
    fn a_weaker_mode_is_seen_wherever_it_stands() {
        let said = |path: &str, key: &str, before: &str, after: &str| {
            meaning(&Change::changed(path, before, after), key).map(|found| (found.0.word(), found.1))
        };
        let level = |before: &str, after: &str| said("database.sslmode", "sslmode", before, after).map(|found| found.0);
        assert_eq!(level("verify-full", "verify-ca"), Some("caution"));
        assert_eq!(level("verify-full", "require"), Some("caution"));
        assert_eq!(level("require", "prefer"), Some("caution"));
        assert_eq!(level("prefer", "disable"), Some("danger"));
        assert_eq!(level("VERIFY_IDENTITY", "DISABLED"), Some("danger"));
        assert_eq!((level("disable", "require"), level("require", "verify-full"), level("x", "y")), (None, None, None));
        let message = "`verify-full` of a connection to a database becomes `require` at `database.ssl_mode`".to_owned();
        assert_eq!(said("database.ssl_mode", "ssl_mode", "verify-full", "require"), Some(("caution", message)));
        let seen = |before: &str, after: &str| said("x.url", "url", before, after).is_some();
        assert!(seen("postgres://a@db/x?sslmode=verify-full&b=1", "postgres://a@db/x?sslmode=require&b=1"));
        assert!(seen("host=db sslmode=require user=a", "host=db sslmode=disable user=a"));
        assert!(seen("host=db sslmode=require user=a", "host=db user=a"));
        assert!(seen("--db-ssl-mode=require", "--db-ssl-mode=disable"));
        assert!(!seen("postgres://a@db/x?sslmode=require", "postgres://a@db/y?sslmode=require"));
        assert!(!seen("postgres://a@db/x", "postgres://a@db/y") && !seen("mode=require", "mode=disable"));
        let gone = Change::new("db.sslmode".to_owned(), ChangeKind::Removed, Some(words("verify-full")), None);
        assert!(meaning(&gone, "sslmode").is_some());
        let text = |old: &str, new: &str| {
            let lines = Lines { shown: vec![('-', old.to_owned()), ('+', new.to_owned())], added: 1, removed: 1 };
            meaning(&Change::new(String::new(), ChangeKind::Text(lines), None, None), "").is_some()
        };
        assert!(text("ssl_mode = verify-full", "ssl_mode = disable"));
        assert!(text("  sslmode: \"require\"", "  sslmode: \"prefer\"") && !text("  mode: require", "  mode: prefer"));
    }
}
