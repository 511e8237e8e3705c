//! What the git generators of an `ApplicationSet` find in the repository of the platform.

use std::sync::Arc;

use super::application::{git_generators, list, text};
use super::path_owned_twice::{is_own, tidy};
use crate::doc::{Doc, Value};
use crate::lint::subject::Subject;
use crate::model::Repository;
use crate::model::glob;

/// What a generator looks for.
pub(super) struct Pattern<'a> {
    /// The pattern.
    pub(super) text: &'a str,
    /// Where it stands.
    pub(super) doc: &'a Doc,
    /// Whether folders are looked for, and no files.
    pub(super) folders: bool,
    /// The paths that fit; nothing where they cannot be known.
    pub(super) found: Option<Arc<[String]>>,
}

/// Returns whether a source is the repository of the platform at the revision that is followed.
pub(super) fn is_here(repository: &Repository, source: &Doc, key: &str) -> bool {
    let own = &*repository.revision.value;
    let revision = source.at(&[key]).and_then(Doc::as_str).filter(|revision| !revision.is_empty()).unwrap_or("HEAD");
    let same = revision == own || revision == "HEAD" && matches!(own, "main" | "master");
    same && is_own(repository, source)
}

/// Returns what the git generators of an object look for in the repository of the platform, and what they find.
pub(super) fn patterns<'a>(subject: &Subject<'_>, repository: &Repository, object: &'a Doc) -> Vec<Pattern<'a>> {
    let mut all = Vec::new();
    for git in git_generators(object).into_iter().filter(|git| is_here(repository, git, "revision")) {
        let is_left_out = |entry: &&Doc| entry.at(&["exclude"]).is_some_and(|flag| flag.value == Value::Bool(true));
        let left_out: Vec<&str> =
            list(git, &["directories"]).filter(is_left_out).filter_map(|entry| entry.at(&["path"])?.as_str()).collect();
        for (key, folders) in [("directories", true), ("files", false)] {
            let entries = list(git, &[key]).filter(|entry| !is_left_out(entry));
            for (text, doc) in entries.filter_map(|entry| text(entry, &["path"])) {
                let stays = |path: &&String| !left_out.iter().any(|out| glob::fits(tidy(out), path, Some('/')));
                let mut found = subject.tree.matching(tidy(text), folders);
                if !left_out.is_empty() {
                    found = found.map(|found| found.iter().filter(stays).cloned().collect());
                }
                all.push(Pattern { text, doc, folders, found });
            }
        }
    }
    all
}

/// Returns a text of a template as it is for a folder; nothing where it takes something else, too.
pub(super) fn filled(text: &str, folder: &str) -> Option<String> {
    let mut parts = text.split("{{");
    let mut whole = parts.next()?.to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}")?;
        whole.push_str(match name.trim().trim_start_matches('.') {
            "path" | "path.path" => folder,
            "path.basename" | "path.basenameNormalized" => folder.rsplit('/').next()?,
            _ => return None,
        });
        whole.push_str(rest);
    }
    Some(whole)
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn templates_are_filled_in_for_a_folder() {
        assert_eq!(filled("{{path}}/overlays", "apps/web").as_deref(), Some("apps/web/overlays"));
        assert_eq!(filled("a-{{ .path.basename }}-b", "apps/web").as_deref(), Some("a-web-b"));
        assert_eq!(filled("{{name}}-{{path.basename}}", "apps/web"), None);
        assert_eq!(filled("plain", "apps/web").as_deref(), Some("plain"));
    }
}
