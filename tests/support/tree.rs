//! The tree of files that dvgen builds from the example platform, and how to read it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;

use super::tools;

/// What a judge says about some files.
#[derive(Default)]
pub struct Verdict {
    /// How many things it has looked at.
    pub judged: usize,
    /// What it does not accept.
    pub complaints: Vec<String>,
}

impl Verdict {
    /// Notes one thing, and what is wrong with it.
    pub fn add(&mut self, complaint: Option<String>) {
        self.judged += 1;
        self.complaints.extend(complaint);
    }

    /// Fails unless something was looked at and all of it accepted.
    pub fn expect_clean(&self) {
        assert!(self.complaints.is_empty(), "\n{}\n", self.complaints.join("\n"));
        assert!(self.judged > 0, "there was nothing to judge");
    }

    /// Fails unless there is just one complaint, which holds a text: the proof that a judge can say no.
    pub fn expect_complaint(&self, text: &str) {
        assert!(
            matches!(self.complaints.as_slice(), [only] if only.contains(text)),
            "expected one complaint with `{text}`, not {:#?}",
            self.complaints
        );
    }
}

/// Returns the spec of the example platform.
pub fn spec() -> Value {
    let mut documents = documents(&platform().join("platform.yaml"));
    assert_eq!(documents.len(), 1, "a spec is one document");
    documents.remove(0)
}

/// Returns the directory of the example platform.
pub fn platform() -> PathBuf {
    tools::crate_root().join("fixtures/platforms/detectviz")
}

/// Returns the tree that is built from the example platform, once for all tests.
pub fn built() -> &'static Path {
    static TREE: OnceLock<tempfile::TempDir> = OnceLock::new();
    TREE.get_or_init(build).path()
}

fn build() -> tempfile::TempDir {
    let out = tempfile::tempdir().expect("a directory for the tree");
    let platform = platform();
    let args: [&OsStr; 5] = ["build".as_ref(), "-C".as_ref(), platform.as_ref(), "--out".as_ref(), out.path().as_ref()];
    let outcome = tools::run(Path::new(env!("CARGO_BIN_EXE_dvgen")), args);
    assert!(outcome.ok, "dvgen build failed:\n{}", outcome.said());
    assert!(!files(out.path(), &["app-of-apps.yaml"]).is_empty(), "dvgen build wrote nothing");
    out
}

/// Returns the files below a directory whose names end with one of some texts, sorted.
pub fn files(dir: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&dir) else { continue };
        for entry in entries {
            let path = entry.expect("a readable directory").path();
            let name = path.to_string_lossy().into_owned();
            if path.is_dir() {
                open.push(path);
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Returns the files in the expected trees of all platforms whose paths end with one of some texts, sorted.
pub fn expected(endings: &[&str]) -> Vec<PathBuf> {
    let mut all = files(&tools::crate_root().join("fixtures/platforms"), endings);
    all.retain(|path| path.components().any(|part| part.as_os_str() == "expected"));
    all
}

/// Returns the YAML files of a tree.
pub fn yaml_files(dir: &Path) -> Vec<PathBuf> {
    files(dir, &[".yaml", ".yml"])
}

/// Returns the files of a tree that hold Kubernetes objects.
pub fn manifests(dir: &Path) -> Vec<PathBuf> {
    // kubeadm's configuration has a kind too, but no metadata: it is no object of the API.
    let is_object = |document: &Value| document.get("kind").is_some() && document.get("metadata").is_some();
    let mut files = yaml_files(dir);
    files.retain(|file| documents(file).iter().any(is_object));
    files
}

/// Returns the documents of a YAML file as a reader of YAML 1.2 takes them that shares no writer with dvgen.
pub fn documents(file: &Path) -> Vec<Value> {
    let text = text(file);
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_multiple_with_options(&text, options)
        .unwrap_or_else(|error| panic!("{} is not YAML: {error}", file.display()))
}

/// Returns the text of a file.
pub fn text(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_else(|error| panic!("cannot read {}: {error}", file.display()))
}

/// Returns whether two trees mean the same, where a number is a number however it is spelt. Helm drops what is null,
/// and so does this.
pub fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            let value = |map: &serde_json::Map<String, Value>, key| map.get(key).cloned().unwrap_or_default();
            left.keys().chain(right.keys()).all(|key| same(&value(left, key), &value(right, key)))
        }
        _ => left == right,
    }
}
