//! The files of the library: the built-in ones, and those of the user's repository over them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::source::{FileId, SourceMap};
use crate::world::{RelPath, World, read_text};
use crate::yaml::MAX_BYTES;

/// The files that are compiled into the binary, by path.
const BUILT_IN: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/library.rs"));

/// The folder of a repository that extends the library.
pub const USER_FOLDER: &str = "dvgen";

/// The folders below it that are library; nothing else is read.
const USER_PARTS: [&str; 4] = ["gitops/", "policies/", "schemas/", "values/"];

#[derive(Clone, Debug)]
enum Place {
    BuiltIn(&'static str),
    User(RelPath),
}

/// All library files by path (`values/mimir/component.yaml`); a user's file takes the place of a built-in one.
#[derive(Clone, Debug, Default)]
pub struct LibraryFiles {
    places: BTreeMap<Arc<str>, Place>,
}

impl LibraryFiles {
    /// Lists the built-in files and those below `dvgen/` of the platform's directory.
    pub fn list(world: &dyn World, dir: &RelPath, out: &mut Vec<Diagnostic>) -> Self {
        let mut places: BTreeMap<Arc<str>, Place> =
            BUILT_IN.iter().map(|(path, text)| (Arc::from(*path), Place::BuiltIn(text))).collect();
        let Some(user) = dir.join(USER_FOLDER) else { return Self { places } };
        match world.walk(&user) {
            Ok(found) => {
                for path in found {
                    let library = USER_PARTS.iter().any(|part| path.as_str().starts_with(part));
                    if let (true, Some(full)) = (library, user.join(path.as_str())) {
                        places.insert(Arc::from(path.as_str()), Place::User(full));
                    }
                }
            }
            Err(error) => out.push(error.diagnostic(USER_FOLDER)),
        }
        Self { places }
    }

    /// Returns the text of a file as it is built in, whatever takes its place.
    pub fn standard(path: &str) -> Option<&'static str> {
        BUILT_IN.iter().find(|(known, _)| *known == path).map(|(_, text)| *text)
    }

    /// Iterates over the paths of the built-in files that start with `prefix`, whatever takes their place.
    pub fn standard_below(prefix: &str) -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(path, _)| *path).filter(move |path| path.starts_with(prefix))
    }

    /// Returns whether there is a file.
    pub fn has(&self, path: &str) -> bool {
        self.places.contains_key(path)
    }

    /// Returns the paths that start with `prefix`, sorted.
    pub fn below<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a Arc<str>> {
        let start = std::ops::Bound::Included(prefix);
        let range = self.places.range::<str, _>((start, std::ops::Bound::Unbounded));
        range.map(|(path, _)| path).take_while(move |path| path.starts_with(prefix))
    }

    /// Returns the text of a built-in file, which needs no reading.
    pub fn built_in(&self, path: &str) -> Option<&'static str> {
        match self.places.get(path)? {
            Place::BuiltIn(text) => Some(text),
            Place::User(_) => None,
        }
    }

    /// Returns the text of a file without adding it to the sources; `None` if it cannot be read, which `open` reports.
    pub fn peek(&self, path: &str, world: &dyn World) -> Option<String> {
        match self.places.get(path)? {
            Place::BuiltIn(text) => Some((*text).to_owned()),
            Place::User(full) => read_text(world, full, MAX_BYTES).ok(),
        }
    }

    /// Adds the text of a file to the sources.
    pub fn open(
        &self,
        path: &str,
        world: &dyn World,
        sources: &mut SourceMap,
        out: &mut Vec<Diagnostic>,
    ) -> Option<(FileId, Arc<str>)> {
        match self.places.get(path)? {
            Place::BuiltIn(text) => {
                let text: Arc<str> = Arc::from(*text);
                Some((sources.add_built_in(path, text.clone()), text))
            }
            Place::User(full) => match read_text(world, full, MAX_BYTES) {
                Ok(text) => {
                    let text: Arc<str> = Arc::from(text);
                    Some((sources.add(format!("{USER_FOLDER}/{path}"), text.clone()), text))
                }
                Err(problem) => {
                    out.push(*problem);
                    None
                }
            },
        }
    }
}
