//! What people write for revisions that `dvgen diff` says in another way: ranges, and the branch upstream.

use super::{Repository, UNKNOWN_REVISION, small};
use crate::diag::Diagnostic;

/// What names the branch that the one checked out follows.
const UPSTREAM: [&str; 4] = ["@{u}", "@{upstream}", "@{U}", "@{UPSTREAM}"];

impl Repository {
    /// Returns the advice about a notation that stands for two commits.
    pub(super) fn two_revisions(text: &str) -> Option<Box<Diagnostic>> {
        let problem = |message: String| Diagnostic::without_span(UNKNOWN_REVISION, message);
        let or_head = |name: &str| if name.is_empty() { "HEAD".to_owned() } else { name.to_owned() };
        if let Some((from, to)) = text.split_once("...") {
            let (from, to) = (or_head(from), or_head(to));
            let problem = problem(format!("`{text}` is two revisions, and one is wanted here"));
            return Some(Box::new(problem.help(format!("from where they parted: `dvgen diff {from} --head {to}`"))));
        }
        if let Some((from, to)) = text.split_once("..").filter(|_| !text.starts_with("../") && !text.contains("/..")) {
            let (from, to) = (or_head(from), or_head(to));
            let problem = problem(format!("`{text}` is two revisions, and one is wanted here"));
            let exact = format!(
                "write `dvgen diff {from} --head {to}`, with `--exact` where nothing is to be left out of what `{from}` got meanwhile"
            );
            return Some(Box::new(problem.help(exact)));
        }
        if let Some(name) = text.strip_suffix("^!").or_else(|| text.strip_suffix("^-")) {
            let name = or_head(name);
            let problem = problem(format!("`{text}` is a commit and its parent, and one revision is wanted here"));
            return Some(Box::new(problem.help(format!("write `dvgen diff {name}^ --head {name}`"))));
        }
        if let Some(name) = text.strip_prefix('^').filter(|name| !name.is_empty()) {
            let problem = problem(format!("`{text}` leaves a revision out, and one to compare with is wanted here"));
            return Some(Box::new(problem.help(format!("write `dvgen diff {name}`"))));
        }
        None
    }

    /// Returns the reference that `main@{upstream}` or `@{u}` stands for, by the configuration of the branch.
    pub(super) fn upstream(&self, name: &str) -> Option<String> {
        let branch = UPSTREAM.iter().find_map(|suffix| name.strip_suffix(suffix))?;
        let branch = match branch {
            "" | "@" | "HEAD" => self.target("HEAD")?.strip_prefix("refs/heads/")?.to_owned(),
            name => name.to_owned(),
        };
        let text = small(&self.common.join("config"))?;
        let head = format!("[branch \"{branch}\"]");
        let section = text.lines().map(str::trim).skip_while(|line| *line != head).skip(1);
        let lines: Vec<&str> = section.take_while(|line| !line.starts_with('[')).collect();
        let setting = |name: &str| {
            let pairs = lines.iter().filter_map(|line| line.split_once('='));
            pairs.filter(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next_back()
        };
        let (remote, merge) = (setting("remote")?, setting("merge")?);
        // A branch that follows one of this repository has `.` as its remote.
        if remote == "." {
            return Some(merge.to_owned());
        }
        Some(format!("refs/remotes/{remote}/{}", merge.strip_prefix("refs/heads/")?))
    }
}
