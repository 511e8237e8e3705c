//! Texts and keys in which nothing is.

use super::shapes;
use crate::doc::{Known, Name};

/// Texts in which nothing is, and keys that mean nothing to the search, as far as they were looked at lately.
#[derive(Debug, Default)]
pub struct Quiet {
    texts: Known,
    keys: Known,
}

impl Quiet {
    /// Returns a collection for many documents; the default one looks at every text and key anew.
    #[must_use]
    pub fn new() -> Self {
        Self { texts: Known::new(), keys: Known::new() }
    }

    /// Returns whether a text is quiet.
    pub(super) fn holds(&mut self, text: &Name) -> bool {
        self.texts.holds(text, is_quiet)
    }

    /// Returns whether a key has no meaning of its own, and is not that of a secret.
    pub(super) fn is_usual(&mut self, key: &Name, judge: impl FnOnce(&str) -> bool) -> bool {
        self.keys.holds(key, judge)
    }
}

/// Returns whether a text has neither the shape of a secret nor a text in it that may have one, such as YAML or `a=b`.
fn is_quiet(text: &str) -> bool {
    !text.bytes().any(|byte| matches!(byte, b'\n' | b'='))
        && !text.trim_start().starts_with(['{', '['])
        && shapes::find(text).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_keys() {
        let mut quiet = Quiet::new();
        for (text, is) in [("a", true), ("", true), ("a=b", false), (" [a]", false), ("a\nb", false), ("hf_", true)] {
            let text = Name::from(text.to_owned());
            assert_eq!((quiet.holds(&text), quiet.holds(&text)), (is, is), "{text}");
        }
        assert!(!quiet.holds(&format!("ghp_{}", "aB3".repeat(14)).into()));
        assert!(quiet.is_usual(&Name::Word("name"), |_| true) && !quiet.is_usual(&Name::Word("data"), |_| false));
    }
}
