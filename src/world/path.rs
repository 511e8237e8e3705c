//! Paths inside the repository.

use std::fmt;

/// A path relative to the repository's root: `/` between parts, no `..`, no empty part; empty for the root itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RelPath(String);

impl RelPath {
    /// Returns the root.
    pub const fn root() -> Self {
        Self(String::new())
    }

    /// Returns `text` below this path, resolving `.` and `..`; `None` when it leaves the root or is absolute.
    pub fn join(&self, text: &str) -> Option<Self> {
        if text.starts_with('/') || text.contains(['\\', '\0']) {
            return None;
        }
        let mut parts: Vec<&str> = self.parts().collect();
        for part in text.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                part => parts.push(part),
            }
        }
        Some(Self(parts.join("/")))
    }

    /// Returns `text` below this path as [`Self::join`] does, or says why it is no path of a file inside.
    pub fn inside(&self, text: &str) -> Result<Self, String> {
        let shown: String = text.chars().filter(|c| !c.is_control()).collect();
        if text.contains('\\') {
            return Err(format!("`{shown}` holds a backslash; `/` separates folders"));
        }
        match self.join(text) {
            None => Err(format!("`{shown}` leads outside the repository")),
            Some(path) if text.ends_with('/') || path == *self || path.0.is_empty() => {
                Err(format!("`{shown}` is a folder, not a file"))
            }
            Some(path) => Ok(path),
        }
    }

    /// Returns the directory that holds this path.
    #[must_use]
    pub fn parent(&self) -> Self {
        self.0.rsplit_once('/').map_or_else(Self::root, |(dir, _)| Self(dir.to_owned()))
    }

    /// Returns the parts of the path.
    pub fn parts(&self) -> impl Iterator<Item = &str> + Clone {
        self.0.split('/').filter(|part| !part.is_empty())
    }

    /// Returns the last part.
    pub fn name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&*self.0, |(_, name)| name)
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the path as seen from `dir`, if it lies below it.
    pub fn below<'a>(&'a self, dir: &Self) -> Option<&'a str> {
        if dir.0.is_empty() {
            return Some(&self.0);
        }
        self.0.strip_prefix(&dir.0)?.strip_prefix('/')
    }
}

impl RelPath {
    /// Returns the path as seen from a directory; from beside it with `..`.
    #[must_use]
    pub fn seen_from(&self, dir: &Self) -> String {
        let common = self.parts().zip(dir.parts()).take_while(|(own, other)| own == other).count();
        let up = dir.parts().skip(common).map(|_| "..");
        up.chain(self.parts().skip(common)).collect::<Vec<_>>().join("/")
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::RelPath;

    #[test]
    fn joins() {
        let base = RelPath::root().join("a/b").unwrap();
        assert_eq!(base.join("./c.yaml").unwrap().as_str(), "a/b/c.yaml");
        assert_eq!(base.join("../c").unwrap().as_str(), "a/c");
        assert_eq!(base.join("../../.."), None);
        assert_eq!(base.join("/etc/passwd"), None);
        assert_eq!(base.join("x\\y"), None);
        assert_eq!(base.join("c").unwrap().below(&base), Some("c"));
        for from_here in ["c/d.yaml", "../c.yaml", "../../c/d.yaml"] {
            assert_eq!(base.join(from_here).unwrap().seen_from(&base), from_here);
        }
    }
}
