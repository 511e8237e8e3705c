//! The files of the library: the built-in ones, and those of the user's repository over them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::UNREAD_FILE;
use crate::diag::{Diagnostic, Severity, nearest};
use crate::source::{FileId, SourceMap};
use crate::world::{RelPath, World, read_text};
use crate::yaml::MAX_BYTES;

/// The files that are compiled into the binary, by path.
const BUILT_IN: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/library.rs"));

/// The folder of a repository that extends the library.
pub const USER_FOLDER: &str = "dvgen";

/// The folders below it that are library; nothing else is read.
const USER_PARTS: [&str; 4] = ["gitops/", "policies/", "schemas/", "values/"];

/// How the name of a template ends.
const TEMPLATE: &str = ".dvgen.yaml";

#[derive(Clone, Debug)]
enum Place {
    BuiltIn(&'static str),
    User(RelPath),
}

/// All library files by path (`values/mimir/component.yaml`); a user's file takes the place of a built-in one.
#[derive(Clone, Debug, Default)]
pub struct LibraryFiles {
    places: BTreeMap<Arc<str>, Place>,
    /// The files of the user that lie in no folder of the library.
    elsewhere: Vec<RelPath>,
}

impl LibraryFiles {
    /// Lists the built-in files and those below `dvgen/` of the platform's directory.
    pub fn list(world: &dyn World, dir: &RelPath, out: &mut Vec<Diagnostic>) -> Self {
        let mut places: BTreeMap<Arc<str>, Place> =
            BUILT_IN.iter().map(|(path, text)| (Arc::from(*path), Place::BuiltIn(text))).collect();
        let Some(user) = dir.join(USER_FOLDER) else { return Self { places, elsewhere: Vec::new() } };
        let mut elsewhere = Vec::new();
        match world.walk(&user) {
            Ok(found) => {
                for path in found {
                    let library = USER_PARTS.iter().any(|part| path.as_str().starts_with(part));
                    match user.join(path.as_str()) {
                        Some(full) if library => drop(places.insert(Arc::from(path.as_str()), Place::User(full))),
                        _ => elsewhere.push(path),
                    }
                }
            }
            Err(error) => out.push(error.diagnostic(USER_FOLDER)),
        }
        Self { places, elsewhere }
    }

    /// Warns of YAML files of the user that nobody reads because of their names; `components` are those of the library.
    pub fn unread(&self, components: &[Arc<str>]) -> Vec<Diagnostic> {
        let own = self.places.iter().filter(|(_, place)| matches!(place, Place::User(_))).map(|(path, _)| &**path);
        let misplaced = self.elsewhere.iter().filter_map(|path| Some((path.as_str(), misplaced(path.as_str())?)));
        let misnamed = own.filter_map(|path| Some((path, misnamed(path, components)?)));
        let report = |(path, help): (&str, String)| Diagnostic {
            severity: Severity::Warning,
            ..Diagnostic::without_span(UNREAD_FILE, format!("nobody reads `{USER_FOLDER}/{path}`"))
                .why("it looks like a part of the library, and has no effect")
                .help(help)
        };
        misplaced.chain(misnamed).map(report).collect()
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

/// Returns what to do with a file in a folder that is nearly one of the library.
fn misplaced(path: &str) -> Option<String> {
    let (folder, _) = path.split_once('/')?;
    let near = nearest(folder, USER_PARTS.map(|part| part.trim_end_matches('/')))?;
    is_yaml(path).then(|| format!("did you mean the folder `{USER_FOLDER}/{near}`?"))
}

/// Returns what to do with a file in a folder of the library whose name nobody asks for.
fn misnamed(path: &str, components: &[Arc<str>]) -> Option<String> {
    let (folder, file) = path.rsplit_once('/').filter(|_| is_yaml(path))?;
    let (part, name) = folder.split_once('/').unwrap_or((folder, ""));
    let named = |name: &str| {
        components.iter().any(|known| {
            name == &**known
                || known.strip_suffix("/machines") == Some(name)
                || name.strip_suffix("/ansible") == Some(known)
        })
    };
    match part {
        "values" | "gitops" if !named(name) => {
            let whole = components.iter().map(|known| &**known).filter(|known| !known.contains('/'));
            let facts = format!("a component of one's own begins with `{USER_FOLDER}/values/NAME/component.yaml`");
            Some(nearest(name, whole).map_or(facts, |near| format!("did you mean the component `{near}`?")))
        }
        "values" if file == "component.yaml" || file.ends_with(TEMPLATE) => None,
        "gitops" if file.ends_with(TEMPLATE) => None,
        "values" | "gitops" => {
            Some(format!("templates end with `{TEMPLATE}`; facts are in `values/NAME/component.yaml`"))
        }
        _ => None,
    }
}

fn is_yaml(path: &str) -> bool {
    [".yaml", ".yml"].iter().any(|ending| path.ends_with(ending))
}
