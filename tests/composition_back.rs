//! What dvgen writes of a composition, `composition.yaml`, is a composition that dvgen reads: built again out of it, every file
//! that the framework reads is the same.
#![expect(clippy::disallowed_methods, reason = "a test reads the repository")]

#[path = "support/platforms.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod platforms;

use std::collections::BTreeMap;
use std::path::Path;

use dvgen::pipeline::compile;
use dvgen::world::MemoryWorld;

/// The folder of the platform with files in the framework's form.
const BLUEPRINTS: &str = "blueprints";

/// What the framework reads. The page for people and its facts, `meta.yaml`, hold titles and purposes, which a composition of the
/// framework has no place for.
const READ: [&str; 3] = ["composition.yaml", "composition.lock.yaml", "security.yaml"];

/// Returns the files of the platform.
fn given() -> BTreeMap<String, Vec<u8>> {
    platforms::files(&platforms::named("composable"), &[platforms::EXPECTED])
}

fn outputs(files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, String> {
    let world = MemoryWorld::new(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    platforms::outputs(&compile(&world, &platforms::options(false)))
}

/// Returns the name and the path of each composition that is a file of its own.
fn blueprints(files: &BTreeMap<String, Vec<u8>>) -> Vec<(String, String)> {
    let below = files.keys().filter_map(|path| Some((path, path.strip_prefix(BLUEPRINTS)?.strip_prefix('/')?)));
    let named = below.map(|(path, name)| (name.trim_end_matches(".yaml").to_owned(), path.clone()));
    let all: Vec<_> = named.collect();
    assert!(all.len() >= 4, "the compositions are gone: {all:?}");
    all
}

#[test]
fn what_is_written_reads_as_what_was_meant() {
    let mut files = given();
    let before = outputs(&files);
    for (name, path) in blueprints(&files) {
        let made = &before[&format!("compositions/{name}/composition.yaml")];
        assert!(files.insert(path, made.clone().into_bytes()).is_some());
    }
    let after = outputs(&files);
    for (name, _) in blueprints(&files) {
        for file in READ {
            let path = format!("compositions/{name}/{file}");
            assert_eq!(before.get(&path), after.get(&path), "{path}");
        }
    }
}

/// The judge sees a difference: without a plugin the composition is another one.
#[test]
fn another_composition_is_seen() {
    let mut files = given();
    let before = outputs(&files);
    let path = Path::new("compositions/dev-platform/composition.yaml").to_str().expect("UTF-8").to_owned();
    let made = &before[&path];
    let other =
        made.replace("      version: 1.1.0\n      enabled: true\n", "      version: 1.1.0\n      enabled: false\n");
    assert_ne!(&other, made);
    files.insert(format!("{BLUEPRINTS}/dev-platform.yaml"), other.into_bytes());
    assert_ne!(outputs(&files).get(&path), before.get(&path));
}
