//! Maps from names to values, as records have them.

use std::sync::Arc;

use crate::source::{Span, Spanned};

/// A map from names to values, in the order of the names: the order in the spec means nothing.
///
/// It is read once and never changed, so it is a sorted list, which is half the size of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names<T> {
    /// Sorted by name, each name once.
    entries: Vec<(Arc<str>, Named<T>)>,
    /// Whether there were others, whose names could not be used.
    cut: bool,
}

/// An entry of [`Names`]: the name is known even where its value could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named<T> {
    /// Where the name stands.
    pub key: Span,
    /// The value and its place, unless it could not be read.
    pub value: Option<Spanned<T>>,
}

impl<T> Named<T> {
    /// Returns the place of the whole entry; key and value may stand in two files.
    pub fn place(&self) -> Span {
        match &self.value {
            Some(value) if self.key.file == value.span.file && self.key.start <= value.span.end => {
                self.key.to(value.span)
            }
            Some(value) => value.span,
            None => self.key,
        }
    }
}

impl<T> Names<T> {
    /// Returns the entry of a name.
    pub fn get(&self, name: &str) -> Option<&Named<T>> {
        let at = self.entries.binary_search_by(|(known, _)| (**known).cmp(name)).ok()?;
        self.entries.get(at).map(|(_, named)| named)
    }

    /// Returns the entry of a name to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Named<T>> {
        let at = self.entries.binary_search_by(|(known, _)| (**known).cmp(name)).ok()?;
        self.entries.get_mut(at).map(|(_, named)| named)
    }

    /// Returns whether there is an entry of a name.
    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Returns the number of entries.
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns the same, as a map of which some entries could not be read at all.
    #[must_use]
    pub(super) fn cut(mut self) -> Self {
        self.cut = true;
        self
    }

    /// Returns whether there are no others than these: an entry whose name cannot be used has been reported.
    pub const fn is_whole(&self) -> bool {
        !self.cut
    }

    /// Returns whether there is no entry.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Iterates over the names in their order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Arc<str>> {
        self.entries.iter().map(|(name, _)| name)
    }

    /// Iterates over the entries in the order of their names.
    pub fn iter(&self) -> Iter<'_, T> {
        self.entries.iter().map(pair)
    }

    /// Iterates over the entries in the order of their names, without the names.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Named<T>> {
        self.entries.iter().map(|(_, named)| named)
    }
}

/// Iterates over the entries of [`Names`].
pub(super) type Iter<'a, T> =
    std::iter::Map<std::slice::Iter<'a, (Arc<str>, Named<T>)>, fn(&(Arc<str>, Named<T>)) -> (&Arc<str>, &Named<T>)>;

const fn pair<T>(entry: &(Arc<str>, Named<T>)) -> (&Arc<str>, &Named<T>) {
    (&entry.0, &entry.1)
}

impl<'a, T> IntoIterator for &'a Names<T> {
    type IntoIter = Iter<'a, T>;
    type Item = (&'a Arc<str>, &'a Named<T>);

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T> FromIterator<(Arc<str>, Named<T>)> for Names<T> {
    /// Collects entries of different names.
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Named<T>)>>(entries: I) -> Self {
        let mut entries: Vec<_> = entries.into_iter().collect();
        // Many write their names in order, and entries are large.
        if !entries.is_sorted_by(|a, b| a.0 < b.0) {
            entries.sort_by(|a, b| a.0.cmp(&b.0));
        }
        entries.dedup_by(|later, first| later.0 == first.0);
        Self { entries, cut: false }
    }
}

/// What a name may be, for people. Names become file names, Kubernetes names and words of shell scripts, so
/// nothing that one of these could misread is let in.
pub const NAME_RULE: &str =
    "names have letters, digits, `-`, `_`, `.` and `/`, start with a letter or digit and have no `..` in them";

/// The same rule as a regular expression.
pub const NAME_PATTERN: &str = "^[A-Za-z0-9]([A-Za-z0-9_./-]*[A-Za-z0-9])?$";

/// Returns whether `text` can name a thing of the spec.
pub fn is_name(text: &str) -> bool {
    let inner = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.' | b'/');
    let twice = |pair: &[u8]| matches!(pair, b".." | b"//");
    text.len() <= LONGEST
        && text.bytes().all(inner)
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
        && !text.as_bytes().windows(2).any(twice)
}

/// The most characters of a name.
const LONGEST: usize = 253;

/// Returns what to say about a text that is no name.
pub(super) fn name_rule(text: &str) -> String {
    match text.chars().count() {
        long if long > LONGEST => format!("it has {long} characters, and a name has at most {LONGEST}"),
        _ => NAME_RULE.to_owned(),
    }
}

/// Returns whether Windows takes a file or directory of this name, with whatever ending, for a device: a repository
/// that holds one cannot be checked out there.
pub fn is_device(name: &str) -> bool {
    let stem: &[u8] = name.as_bytes().split(|byte| *byte == b'.').next().unwrap_or_default();
    let is = |device: &str, name: &[u8]| name.eq_ignore_ascii_case(device.as_bytes());
    match stem {
        [first, second, third] => {
            ["con", "prn", "aux", "nul"].iter().any(|device| is(device, &[*first, *second, *third]))
        }
        [port @ .., b'1'..=b'9'] => is("com", port) || is("lpt", port),
        _ => false,
    }
}

/// Returns whether a field of this name would hold a secret: no report shows what stands beside it.
pub fn is_secretive(name: &str) -> bool {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    let words =
        ["password", "passwd", "passphrase", "token", "secret", "apikey", "privatekey", "credential", "credentials"];
    words.iter().any(|word| plain.ends_with(word))
}

/// What to say about such a name.
pub const DEVICE_RULE: &str =
    "choose another name: files are called after it, and Windows cannot check out a file of this name";

#[cfg(test)]
mod tests {
    use super::{is_device, is_secretive};

    #[test]
    fn names_of_devices() {
        for name in ["con", "CON", "aux.yaml", "nul", "prn", "com1", "lpt9"] {
            assert!(is_device(name), "{name}");
        }
        for name in ["console", "com", "com0", "com10", "x-con", "icon", "lpt", ""] {
            assert!(!is_device(name), "{name}");
        }
    }

    #[test]
    fn fields_that_would_hold_secrets() {
        assert!(["password", "adminPassword", "api_key", "TOKEN", "client-secret"].into_iter().all(is_secretive));
        assert!(!["secrets", "tokenPath", "name", "key"].into_iter().any(is_secretive));
    }
}
