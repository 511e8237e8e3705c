//! Renovate itself finds every version that a spec pins, in whichever style it is written, and nothing in the outputs.
//!
//! `scripts/install-tools.sh renovate` installs it; without it these tests say `NOT RUN`.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read files and start the real tools")]
#![expect(clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]
#![expect(unreachable_pub, reason = "the parts of a test are no library")]

mod support {
    #[expect(dead_code, reason = "other tests use the rest")]
    pub mod tools;
    #[expect(dead_code, reason = "other tests use the rest")]
    pub mod tree;
}

#[path = "renovate/branches.rs"]
mod branches;
#[path = "renovate/forge.rs"]
mod forge;

use std::path::{Path, PathBuf};

use serde_json::Value;
use support::{tools, tree};

/// A file from the root of the repository, and a version that is pinned in it; with `@` and the digest that stands beside it.
type Pin = (String, String);

/// A repository with a spec and what is built from it.
struct Repository {
    root: tempfile::TempDir,
    /// The directory of the spec below the root.
    dir: PathBuf,
    /// Pins that nobody can see, as dvgen says or a waiver does.
    unseen: usize,
}

impl Repository {
    /// Makes a repository out of a platform; `spec` is the text of its spec.
    fn new(platform: &Path, dir: &str, spec: &str) -> Self {
        let root = tempfile::tempdir().expect("a directory");
        let place = root.path().join(dir);
        std::fs::create_dir_all(&place).expect("a directory");
        for file in tree::files(platform, &[".yaml"]) {
            let below = file.strip_prefix(platform).expect("a file of the platform");
            if !below.starts_with("expected") {
                let target = place.join(below);
                std::fs::create_dir_all(target.parent().expect("a parent")).expect("a directory");
                std::fs::copy(&file, target).expect("a copy");
            }
        }
        std::fs::write(place.join("platform.yaml"), spec).expect("a spec");
        git(root.path(), &["init", "-q"]);
        let args = ["build", "--format", "concise", "-C"].map(AsRef::as_ref).into_iter().chain([place.as_os_str()]);
        let outcome = tools::run(Path::new(env!("CARGO_BIN_EXE_dvgen")), args);
        assert!(outcome.ok, "dvgen build failed:\n{}", outcome.said());
        let unseen = outcome.said().matches("unseen-pin").count() + spec.matches("allow[unseen-pin]").count();
        let made = place.join("renovate.json");
        let config = root.path().join("renovate.json");
        if made != config {
            std::fs::copy(&made, &config).expect("a copy");
        }
        git(root.path(), &["add", "-A"]);
        git(root.path(), &["-c", "user.name=x", "-c", "user.email=x@localhost", "commit", "-qm", "x"]);
        Self { dir: place, root, unseen }
    }

    /// Returns what Renovate extracts: the manager, and the pin.
    fn extracted(&self, renovate: &Path) -> Vec<(String, Pin)> {
        let base = tempfile::tempdir().expect("a directory for Renovate");
        let args = ["--platform=local", "--dry-run=extract", "--onboarding=false", "--require-config=optional"];
        let env = [
            ("LOG_LEVEL", "debug".as_ref()),
            ("LOG_FORMAT", "json".as_ref()),
            ("RENOVATE_BASE_DIR", base.path().as_os_str()),
        ];
        let outcome = tools::run_in(self.root.path(), renovate, args, &env);
        let lines = outcome.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let found: Vec<Value> = lines.filter(|line| line.get("packageFiles").is_some()).collect();
        let [found] = found.as_slice() else { panic!("Renovate extracted nothing:\n{}", outcome.said()) };
        let mut pins = Vec::new();
        for (manager, files) in found["packageFiles"].as_object().expect("a map of managers") {
            for file in files.as_array().expect("a list of files") {
                for dep in file["deps"].as_array().expect("a list of dependencies") {
                    let text = |value: &Value| value.as_str().unwrap_or("nothing").to_owned();
                    let digest = dep["currentDigest"].as_str().map(|digest| format!("@{digest}")).unwrap_or_default();
                    let version = text(&dep["currentValue"]) + &digest;
                    pins.push((manager.clone(), (text(&file["packageFile"]), version)));
                }
            }
        }
        pins
    }

    /// Returns the pins that stand in the files of the spec, as a reader of YAML that knows nothing of dvgen finds them.
    fn written(&self) -> Vec<Pin> {
        let mut pins = Vec::new();
        for file in spec_files(&self.dir) {
            let name = file.strip_prefix(self.root.path()).expect("a file of the repository");
            let mut found = Vec::new();
            for document in tree::documents(&file) {
                walk(&document, &[], &mut found);
            }
            pins.extend(found.into_iter().map(|pin| (name.to_string_lossy().into_owned(), pin)));
        }
        pins
    }
}

fn git(dir: &Path, args: &[&str]) {
    let outcome = tools::run_in(dir, Path::new("git"), args, &[]);
    assert!(outcome.ok, "git {args:?}: {}", outcome.said());
}

/// Returns `platform.yaml` and what it includes.
fn spec_files(dir: &Path) -> Vec<PathBuf> {
    let root = dir.join("platform.yaml");
    let spec = tree::documents(&root).remove(0);
    let included = spec["include"].as_array().cloned().unwrap_or_default();
    let included = included.iter().map(|name| dir.join(name.as_str().expect("a path")));
    std::iter::once(root.clone()).chain(included).collect()
}

fn walk(value: &Value, path: &[&str], pins: &mut Vec<String>) {
    for (key, child) in value.as_object().into_iter().flatten() {
        let text = child.as_str().map(str::to_owned).or_else(|| child.as_i64().map(|number| number.to_string()));
        let digest = value["digest"].as_str().map(|digest| format!("@{digest}")).unwrap_or_default();
        let section = path.iter().rev().nth(1).copied().unwrap_or_default();
        let parent = path.last().copied().unwrap_or_default();
        match (&**key, parent, text) {
            ("version", _, Some(text)) if matches!(section, "components" | "groups") => pins.push(text),
            (_, "versions" | "collections" | "plugins", Some(text)) => pins.push(text),
            ("tag", "image", Some(text)) => pins.push(text + &digest),
            ("image", _, Some(text)) => {
                pins.extend(
                    text.rsplit('/').next().and_then(|last| last.split_once(':')).map(|(_, tag)| tag.to_owned()),
                );
            }
            _ => walk(child, &[path, &[key.as_str()]].concat(), pins),
        }
    }
    for item in value.as_array().into_iter().flatten() {
        walk(item, path, pins);
    }
}

/// Returns the two programs, or says `NOT RUN`.
fn renovate(test: &str) -> Option<(PathBuf, PathBuf)> {
    Some((tools::find("renovate", test)?, tools::find("renovate-config-validator", test)?))
}

fn check(repository: &Repository, renovate: &Path, validator: &Path) {
    let config = repository.root.path().join("renovate.json");
    let args = ["--strict".as_ref(), "--no-global".as_ref(), config.as_os_str()];
    let verdict = tools::run(validator, args);
    assert!(verdict.ok, "{}", verdict.said());
    let found = repository.extracted(renovate);
    let others: Vec<_> = found.iter().filter(|(manager, _)| manager != "jsonata").collect();
    assert!(others.is_empty(), "outputs are looked at: {others:?}");
    let mut found: Vec<Pin> = found.into_iter().map(|(_, pin)| pin).collect();
    let mut written = repository.written();
    assert!(written.len() > 10, "the spec has few pins: {written:?}");
    assert_eq!(found.len() + repository.unseen, written.len(), "{found:?}\n{written:?}");
    found.sort();
    written.sort();
    for pin in &found {
        let at = written.iter().position(|other| other == pin);
        written.remove(at.unwrap_or_else(|| panic!("{pin:?} is not in the spec")));
    }
    assert_eq!(written.len(), repository.unseen, "not found: {written:?}");
}

#[test]
fn renovate_sees_every_pin_in_every_place() {
    let Some((renovate, validator)) = renovate("does Renovate see every pin of a spec?") else { return };
    let platform = tools::crate_root().join("fixtures/platforms/pins");
    let spec = tree::text(&platform.join("platform.yaml"));
    let repository = Repository::new(&platform, "platform", &spec);
    assert_eq!(repository.unseen, 2, "one tool that nobody knows, and one tag without an image");
    check(&repository, &renovate, &validator);
}

#[test]
fn renovate_sees_every_pin_in_every_style() {
    let Some((renovate, validator)) = renovate("does Renovate see pins in flow and in block style?") else { return };
    let platform = tree::platform();
    let spec = tree::spec();
    let block = serde_saphyr::to_string(&spec).expect("YAML");
    assert!(!block.contains('{'), "this is block style");
    // The marker is one without quotes only.
    let flow = spec.to_string().replace("\"$remove\":", "$remove: ").replace("\"$remove\"", "$remove");
    for text in [tree::text(&platform.join("platform.yaml")), block, flow] {
        check(&Repository::new(&platform, "", &text), &renovate, &validator);
    }
}

#[test]
fn the_judges_of_renovate_can_say_no() {
    let Some((renovate, validator)) = renovate("do the judges of Renovate see a fault?") else { return };
    let dir = tempfile::tempdir().expect("a directory");
    let config = dir.path().join("renovate.json");
    std::fs::write(&config, r#"{ "customManagers": [{ "customType": "jsonata", "fileFormat": "yaml" }] }"#)
        .expect("a file");
    let verdict = tools::run(&validator, ["--strict".as_ref(), "--no-global".as_ref(), config.as_os_str()]);
    assert!(!verdict.ok, "{}", verdict.said());
    // Without what is ignored, copies in outputs are found: by the manager of Ansible's collections.
    let platform = tree::platform();
    let repository = Repository::new(&platform, "", &tree::text(&platform.join("platform.yaml")));
    let config = repository.root.path().join("renovate.json");
    std::fs::write(&config, r#"{ "extends": ["config:recommended"] }"#).expect("a file");
    let found = repository.extracted(&renovate);
    assert!(found.iter().any(|(_, (file, _))| file == "ansible/requirements.yml"), "{found:?}");
}
