//! Patterns of verification rules: the one that was meant by a pattern that fits nothing.

use std::collections::BTreeSet;

use crate::diag::nearest;
use crate::model::plugin::{Plugin, fits};
use crate::spec::plugin::Category;

/// Returns the pattern of all plugins of a category.
fn of_category(category: Category) -> String {
    format!("plugins/{}/*", category.word())
}

/// Returns whether a pattern is for all plugins, or for all of a category: it may wait for the first of them.
pub(super) fn may_wait(pattern: &str) -> bool {
    pattern == "plugins/*" || Category::ALL.iter().any(|category| of_category(*category) == pattern)
}

/// Returns the pattern that was meant by one that fits no plugin: the folder itself with a `*`, or the nearest spelling.
pub(super) fn meant(plugins: &[Plugin], pattern: &str) -> Option<String> {
    let packages: Vec<String> = plugins.iter().map(Plugin::package).collect();
    let whole = pattern.strip_suffix('*');
    let below = [pattern.trim_end_matches('/'), "/*"].concat();
    if whole.is_none() && packages.iter().any(|package| fits(&below, package)) {
        return Some(below);
    }
    let mut known: BTreeSet<String> = Category::ALL.iter().map(|category| of_category(*category)).collect();
    for package in &packages {
        let folders = package.match_indices('/').filter_map(|(at, _)| package.get(..at));
        known.extend(folders.filter(|folder| *folder != "plugins").map(|folder| format!("{folder}/*")));
        if whole.is_none() {
            known.insert(package.clone());
        }
    }
    nearest(pattern, known.iter().map(String::as_str)).map(str::to_owned)
}
