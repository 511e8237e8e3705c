//! The tools themselves judge the expected trees of all platforms, which `tests/golden.rs` keeps fresh: whatever a platform has of
//! a kind of file is given to the tool that eats it.
//!
//! `scripts/install-tools.sh` installs them; a test whose tool is missing says `NOT RUN`. That each judge can say no is shown in
//! `tests/real_tools.rs`, and here for those that are not there.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read files and start the real tools")]
#![expect(clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]
#![expect(unreachable_pub, dead_code, reason = "the parts of a test are no library")]

mod support {
    pub mod helm;
    pub mod tools;
    pub mod tree;
}
mod judges {
    pub mod kubernetes;
    pub mod machines;
    pub mod values;
}

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use judges::{kubernetes, machines, values};
use support::tools;
use support::tree::{self, Verdict};

/// What a platform is expected to give.
struct Tree {
    dir: PathBuf,
    /// The version of Kubernetes that its spec names, such as `1.33`.
    kubernetes: Option<String>,
}

/// Returns the expected trees of all platforms.
fn trees() -> Vec<Tree> {
    let platforms = tools::crate_root().join("fixtures/platforms");
    let mut all = Vec::new();
    for platform in std::fs::read_dir(platforms).expect("platforms").map(|entry| entry.expect("an entry").path()) {
        let dir = platform.join("expected");
        if dir.is_dir() {
            let spec = tree::documents(&platform.join("platform.yaml")).remove(0);
            let version = spec["versions"]["kubernetes"].as_str();
            let kubernetes = version.and_then(|version| Some(version.rsplit_once('.')?.0.to_owned()));
            all.push(Tree { dir, kubernetes });
        }
    }
    all.sort_by(|a, b| a.dir.cmp(&b.dir));
    assert!(all.len() > 15, "the platforms are gone");
    all
}

/// Returns the files of a tree that somebody's API server is given.
fn manifests(tree: &Tree) -> Vec<PathBuf> {
    let mut files = tree::manifests(&tree.dir);
    files.retain(|file| file.components().any(|part| part.as_os_str() == "gitops"));
    files
}

/// Returns all files of all trees that have an ending.
fn files(endings: &[&str]) -> Vec<PathBuf> {
    trees().iter().flat_map(|tree| tree::files(&tree.dir, endings)).collect()
}

#[test]
fn kubectl_reads_every_object() {
    let Some(kubectl) = tools::find("kubectl", "does kubectl read every object?") else { return };
    let all: Vec<PathBuf> = trees().iter().flat_map(manifests).collect();
    kubernetes::kubectl(&kubectl, &all).expect_clean();
}

#[test]
fn objects_match_the_strict_schemas_of_their_version() {
    let Some(validate) = tools::find("kubernetes-validate", "do objects match the schemas?") else { return };
    let mut judged = 0;
    for tree in trees() {
        let files = manifests(&tree);
        if !files.is_empty() {
            let version = tree.kubernetes.as_deref().unwrap_or("1.33");
            let verdict = kubernetes::schemas(&validate, version, &files);
            assert!(verdict.complaints.is_empty(), "{}: {:#?}", tree.dir.display(), verdict.complaints);
            judged += verdict.judged;
        }
    }
    assert!(judged > 0, "there was nothing to judge");
}

#[test]
fn argocd_takes_its_objects() {
    let Some(node) = tools::node("does Argo CD take its objects?") else { return };
    let all: Vec<PathBuf> = trees().iter().flat_map(manifests).collect();
    kubernetes::argocd(&node, &all).expect_clean();
}

#[test]
fn helm_reads_the_values_as_written() {
    let Some(helm) = tools::find("helm", "are values read by Helm as they are meant?") else { return };
    let mut all = files(&[".yaml"]);
    all.retain(|file| file.to_string_lossy().contains("/gitops/values/"));
    assert!(all.len() > 60, "values are gone");
    values::helm(&helm, &all).expect_clean();
}

#[test]
fn all_readers_of_yaml_agree() {
    let test = "do PyYAML, ruamel.yaml and js-yaml read the same?";
    let all = files(&[".yaml", ".yml"]);
    let python = tools::home().join("python/bin/python3");
    let python = if python.is_file() { Some(python) } else { tools::find("python3 with PyYAML", test) };
    if let Some(python) = python {
        values::python(&python, &all).expect_clean();
    }
    if let Some(node) = tools::node(test) {
        values::javascript(&node, &all).expect_clean();
    }
}

#[test]
fn terraform_files_parse() {
    let Some(node) = tools::node("do the Terraform files parse?") else { return };
    for tree in trees().iter().filter(|tree| !tree::files(&tree.dir, &[".tf", ".tfvars"]).is_empty()) {
        machines::hcl(&node, &tree.dir).expect_clean();
    }
}

#[test]
fn scripts_are_sound() {
    let test = "are the scripts sound?";
    let Some(bash) = tools::find("bash", test) else { return };
    let shellcheck = tools::find("shellcheck", test);
    for tree in trees().iter().filter(|tree| !tree::files(&tree.dir, &[".sh"]).is_empty()) {
        machines::scripts(&bash, shellcheck.as_deref(), &tree.dir).expect_clean();
    }
}

/// Judges files all at once.
fn all_at_once(program: &Path, arguments: &[&str], files: &[PathBuf]) -> Verdict {
    let arguments = arguments.iter().map(OsStr::new);
    let outcome = tools::run(program, arguments.chain(files.iter().map(|file| file.as_os_str())));
    Verdict { judged: files.len(), complaints: (!outcome.ok).then(|| outcome.said()).into_iter().collect() }
}

/// Plants a broken file, which a judge has to refuse.
#[track_caller]
fn refuses(name: &str, text: &str, judge: impl Fn(&[PathBuf]) -> Verdict) {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join(name);
    std::fs::create_dir_all(file.parent().expect("a folder")).expect("a directory");
    std::fs::write(&file, text).expect("a file");
    assert!(!judge(&[file]).complaints.is_empty(), "the judge takes anything");
}

#[test]
fn renovate_takes_every_configuration() {
    let Some(validator) = tools::find("renovate-config-validator", "does Renovate take its configuration?") else {
        return;
    };
    let judge = |files: &[PathBuf]| all_at_once(&validator, &["--strict", "--no-global"], files);
    judge(&files(&["renovate.json"])).expect_clean();
    refuses("renovate.json", "{ \"packageRuls\": [] }", judge);
}

const BROKEN_WORKFLOW: &str = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ github.event.nothing( }}\n        usess: x\n";

/// A workflow that runs what whoever opens an issue writes.
const INJECTED_WORKFLOW: &str = "on: issues\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ github.event.issue.title }}\n";

#[test]
fn hosts_take_every_workflow() {
    let test = "are the workflows sound?";
    let mut all = files(&[".yml", ".yaml"]);
    all.retain(|file| file.to_string_lossy().contains("/.github/workflows/"));
    assert!(all.len() > 4, "workflows are gone: {all:?}");
    if let Some(zizmor) = tools::find("zizmor", test) {
        let judge = |files: &[PathBuf]| all_at_once(&zizmor, &["--offline", "--no-progress"], files);
        judge(&all).expect_clean();
        refuses(".github/workflows/a.yml", INJECTED_WORKFLOW, judge);
    }
    if let Some(schema) = tools::find("check-jsonschema", test) {
        let judge = |files: &[PathBuf]| all_at_once(&schema, &["--builtin-schema", "vendor.github-workflows"], files);
        judge(&all).expect_clean();
        refuses("a.yml", BROKEN_WORKFLOW, judge);
    }
    // It is built by Go, where that is there; ShellCheck judges the scripts in the steps.
    if let Some(actionlint) = tools::find_optional("actionlint", test) {
        let shellcheck = tools::find("shellcheck", test).map(|path| format!("-shellcheck={}", path.display()));
        let words: Vec<&str> = std::iter::once("-no-color").chain(shellcheck.as_deref()).collect();
        let judge = |files: &[PathBuf]| all_at_once(&actionlint, &words, files);
        judge(&all).expect_clean();
        refuses("a.yml", BROKEN_WORKFLOW, judge);
    }
}
