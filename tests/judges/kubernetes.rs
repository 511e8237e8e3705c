//! Whether kubectl, the schemas of Kubernetes and those of Argo CD accept the manifests.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::support::tools::{self, Node};
use crate::support::tree::{self, Verdict};

/// Judges whether kubectl reads every object of every file, and finds a name in it. Many are given at once; where something is
/// wrong among them, one after the other is.
pub fn kubectl(kubectl: &Path, files: &[PathBuf]) -> Verdict {
    let mut verdict = Verdict::default();
    for several in files.chunks(60) {
        if read(kubectl, several).is_none() {
            verdict.judged += several.len();
            continue;
        }
        for file in several {
            let complaint = read(kubectl, std::slice::from_ref(file));
            verdict.add(complaint.map(|complaint| format!("{}: {complaint}", file.display())));
        }
    }
    verdict
}

/// Returns what is wrong with some files, if anything is.
fn read(kubectl: &Path, files: &[PathBuf]) -> Option<String> {
    let args = ["annotate", "--local", "x=y", "-o", "name"].into_iter().map(OsStr::new);
    let named = files.iter().flat_map(|file| [OsStr::new("-f"), file.as_os_str()]);
    let outcome = tools::run(kubectl, args.chain(named));
    let seen = outcome.stdout.lines().count();
    let is_object = |document: &serde_json::Value| !document.is_null();
    let objects: usize =
        files.iter().map(|file| tree::documents(file).iter().filter(|document| is_object(document)).count()).sum();
    if !outcome.ok || outcome.stdout.contains("/<unknown>") {
        return Some(outcome.said());
    }
    (seen != objects).then(|| format!("kubectl sees {seen} objects of {objects}"))
}

/// Judges built-in kinds by the strict schemas of a Kubernetes version such as `1.32`; other kinds pass.
pub fn schemas(validate: &Path, version: &str, files: &[PathBuf]) -> Verdict {
    let args = ["--strict", "-k", version].into_iter().map(OsStr::new);
    let outcome = tools::run(validate, args.chain(files.iter().map(|file| file.as_os_str())));
    let said = outcome.said();
    let lines =
        |level: &str| said.lines().filter(|line| line.starts_with(level)).map(str::to_owned).collect::<Vec<_>>();
    let (passed, mut complaints) = (lines("INFO "), lines("ERROR "));
    if !outcome.ok && complaints.is_empty() {
        complaints.push(said.clone());
    }
    Verdict { judged: passed.len() + complaints.len(), complaints }
}

/// Judges Argo CD's kinds by the schemas of Argo CD; fields that these do not have are complaints too.
pub fn argocd(node: &Node, files: &[PathBuf]) -> Verdict {
    let result = node.judge("argocd", files);
    let complaints = serde_json::from_value(result["complaints"].clone()).expect("a list of complaints");
    Verdict { judged: result["judged"].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0), complaints }
}
