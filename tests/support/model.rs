//! The platforms of the fixtures as they are meant, without what is made of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dvgen::library::{Library, LibraryFiles, Loader};
use dvgen::model::{Input, Platform, resolve};
use dvgen::source::SourceMap;
use dvgen::spec::{self, Written};
use dvgen::world::{RelPath, SystemWorld};

/// One environment of a platform.
pub struct Environment {
    /// What people see in a complaint.
    pub name: String,
    /// What is meant.
    pub platform: Platform,
    /// The folder of what it compiles to.
    pub expected: PathBuf,
}

/// Returns the environments of a platform of the fixtures, the base first.
pub fn environments(place: &Path) -> Vec<Environment> {
    let world = SystemWorld::new(place.canonicalize().expect("a directory"));
    let (mut sources, mut out) = (SourceMap::new(), Vec::new());
    let root = RelPath::root();
    let path = root.join("platform.yaml").expect("a path");
    let files = spec::read_files(&world, &root, &path, &mut sources, &mut out).expect("a spec");
    let names: Vec<_> = std::iter::once(None).chain(files.environments().into_iter().map(Some)).collect();
    let all = spec::read(files, &names, &mut out);
    assert_eq!(all.len(), names.len(), "{}: {out:?}", place.display());
    let library_files = LibraryFiles::list(&world, &root, &mut out);
    let uses = uses(&all);
    let mut loader = Loader { files: &library_files, world: &world, sources: &mut sources, out: &mut out };
    let library = Library::load(&mut loader, &uses);
    let of = |(written, overlay): (&Written, &Option<Arc<str>>)| {
        let input = Input { written, library: &library, manifests: &BTreeMap::new() };
        let platform = resolve(input, &mut out).expect("a platform");
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        let (name, below) = match overlay {
            Some(overlay) => (format!("{name}, {overlay}"), format!("expected/environments/{overlay}")),
            None => (name.into_owned(), "expected".to_owned()),
        };
        Environment { name, platform, expected: place.join(below) }
    };
    all.iter().zip(&names).map(of).collect()
}

/// Returns the components that the environments have of the library, with their versions.
fn uses(all: &[Written]) -> BTreeMap<Arc<str>, Vec<Option<semver::Version>>> {
    let mut uses = BTreeMap::<Arc<str>, Vec<_>>::new();
    for (name, named) in all.iter().flat_map(|written| written.platform.components.value().into_iter().flatten()) {
        let component = &named.value.as_ref().expect("a component").value;
        let library = component.library.value().unwrap_or(name).clone();
        uses.entry(library).or_default().push(component.version.value().map(|version| version.number.clone()));
    }
    uses
}

/// Returns the folders of the platforms.
pub fn places() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/platforms");
    let all = std::fs::read_dir(folder).expect("platforms");
    let mut all: Vec<_> = all.map(|entry| entry.expect("a platform").path()).collect();
    all.sort();
    all
}
