//! The files of `policies/`: each is read once, whoever needs it.

use std::sync::Arc;

use super::UNREAD;
use super::file::is_rule_file;
use crate::diag::Diagnostic;
use crate::library::Loader;
use crate::source::{FileId, Span};
use crate::yaml::{Dialect, Node, load};

/// The folder that they lie in.
const FOLDER: &str = "policies/";

/// The policy files of a platform: those with rules, and packs.
#[derive(Debug, Default)]
pub struct PolicyFiles {
    files: Vec<PolicyFile>,
}

/// A policy file.
#[derive(Debug)]
pub struct PolicyFile {
    /// Its name as a pack: the path below the folder, without its ending.
    pub name: Arc<str>,
    /// The file.
    pub file: FileId,
    /// Its text.
    pub text: Arc<str>,
    /// Its tree; `None` where it could not be read, which is reported.
    pub root: Option<Node>,
    /// Whether dvgen brings it.
    pub built_in: bool,
}

impl PolicyFile {
    /// Returns whether it has rules, and is no pack.
    #[must_use]
    pub fn has_rules(&self) -> bool {
        self.root.as_ref().is_some_and(is_rule_file)
    }
}

impl PolicyFiles {
    /// Reads all policy files, in the order of their names. What cannot be read is reported, whether it is used or not.
    pub fn load(loader: &mut Loader<'_>) -> Self {
        let files = loader.files;
        let mut all = Vec::new();
        for path in files.below(FOLDER) {
            let below = path.get(FOLDER.len()..).unwrap_or_default();
            let (name, ending) = below.rsplit_once('.').unwrap_or((below, ""));
            let readable = matches!(ending, "yaml" | "yml");
            // Pages about policies may lie beside them.
            if !readable && !is_near(ending) {
                continue;
            }
            let Some((file, text)) = files.open(path, loader.world, loader.sources, loader.out) else { continue };
            if !readable {
                loader.out.push(unread(file, below));
                continue;
            }
            let root = load(file, &text, Dialect::Spec, loader.out).map(|(root, _)| root);
            let built_in = files.built_in(path).is_some();
            all.push(PolicyFile { name: name.into(), file, text, root, built_in });
        }
        Self { files: all }
    }

    /// Iterates over all of them.
    pub fn iter(&self) -> impl Iterator<Item = &PolicyFile> {
        self.files.iter()
    }
}

/// Returns whether a person may take a file with this ending for one that is read.
fn is_near(ending: &str) -> bool {
    ["yaml", "yml", "json", "cel", "rego"].iter().any(|near| near.eq_ignore_ascii_case(ending))
}

fn unread(file: FileId, name: &str) -> Diagnostic {
    Diagnostic::error(UNREAD, Span::new(file, 0, 0), format!("`{name}` is no policy file, and nothing reads it"))
        .why("what it says would never hold, and nobody would know")
        .help("policy files are YAML and end with `.yaml`; name it so, or move it elsewhere")
}
