//! Names of map entries: most are words of this program, so they are not copied for every map that has them.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

/// The text of a key. Cloning one never copies text.
#[derive(Clone)]
pub enum Name {
    /// A word of the program.
    Word(&'static str),
    /// A text that was read or computed.
    Text(Arc<str>),
}

/// The texts that stay until the end.
static LASTING: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

/// Longer texts are not kept until the end.
const MAX_LASTING: usize = 256;

impl Name {
    /// Returns a name that stays until the end, unless it is long: for the words of templates, which are few and go into every
    /// component. Nobody counts who has such a name, and threads that count would wait for each other.
    pub fn lasting(text: &Arc<str>) -> Self {
        if text.len() > MAX_LASTING {
            return Self::Text(text.clone());
        }
        let mut lasting = LASTING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(word) = lasting.get(&**text) {
            return Self::Word(word);
        }
        let word: &'static str = Box::leak((**text).into());
        lasting.insert(word);
        Self::Word(word)
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Word(word) => word,
            Self::Text(text) => text,
        }
    }
}

// All comparisons are those of the text: `BTreeMap<Name, _>` can be asked for a `str`.
impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        self
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, out)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self)
    }
}

impl From<&'static str> for Name {
    fn from(word: &'static str) -> Self {
        Self::Word(word)
    }
}

impl From<String> for Name {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<Arc<str>> for Name {
    fn from(text: Arc<str>) -> Self {
        Self::Text(text)
    }
}

impl From<Name> for Arc<str> {
    fn from(name: Name) -> Self {
        match name {
            Name::Word(word) => word.into(),
            Name::Text(text) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Name;

    #[test]
    fn words_of_templates_are_kept_once() {
        let [first, second] = ["a lasting word", "a lasting word"].map(|text| Name::lasting(&Arc::from(text)));
        assert!(matches!((&first, &second), (Name::Word(_), Name::Word(_))));
        assert_eq!(first.as_ptr(), second.as_ptr());
        assert!(matches!(Name::lasting(&Arc::from("x".repeat(1000))), Name::Text(_)));
    }
}
