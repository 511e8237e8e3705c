//! Promises over generated input: one spec gives the same bytes however it is ordered and compiled, and nothing that
//! a file holds makes dvgen panic.
//!
//! `PROPTEST_CASES` sets how many cases are tried; a failure prints the smallest input that shows it.
#![expect(clippy::disallowed_methods, clippy::indexing_slicing, reason = "a test")]

#[path = "properties/damage.rs"]
mod damage;
#[path = "support/platforms.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod platforms;
#[path = "support/spec_text.rs"]
mod spec_text;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use dvgen::diag::Diagnostic;
use dvgen::diag::render::{Format, RenderOptions, render};
use dvgen::pipeline::{Compilation, compile};
use dvgen::source::{SourceMap, Span};
use dvgen::world::{MemoryWorld, SystemWorld};
use proptest::prelude::*;
use spec_text::{Random, Tree};

fn cases(count: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|count| count.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(count), failure_persistence: None, ..ProptestConfig::default() }
}

type Files = BTreeMap<String, Vec<u8>>;

/// The files of every platform, by the name of its folder.
fn fixtures() -> &'static BTreeMap<String, Files> {
    static FILES: OnceLock<BTreeMap<String, Files>> = OnceLock::new();
    FILES.get_or_init(|| {
        let name = |dir: &std::path::Path| dir.file_name().expect("a name").to_string_lossy().into_owned();
        platforms::all().iter().map(|dir| (name(dir), platforms::files(dir, &[platforms::EXPECTED]))).collect()
    })
}

fn in_memory(files: &Files) -> Compilation {
    let world = MemoryWorld::new(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    compile(&world, &platforms::options(false))
}

fn some_platform() -> impl Strategy<Value = &'static str> {
    let names: Vec<&'static str> = fixtures().keys().map(String::as_str).collect();
    proptest::sample::select(names)
}

/// Returns all that a build shows: outputs, and diagnostics as a program reads them.
fn told(compilation: &Compilation) -> (BTreeMap<String, String>, String) {
    let options = RenderOptions::default();
    let problems = render(&compilation.diagnostics, &compilation.sources, &options, Format::Json);
    let outputs = compilation.artifacts().map(|(_, file)| (file.path.clone(), file.text.to_string())).collect();
    (outputs, problems)
}

/// Checks what must hold of diagnostics whatever they are about: their places exist, and every format can show them.
fn check_diagnostics(diagnostics: &[Diagnostic], sources: &SourceMap) {
    let check = |span: Span, message: &str| {
        let text = sources.file(span.file).text();
        let inside = text.get(span.start as usize..span.end as usize).is_some();
        assert!(inside, "{span:?} of `{message}` is no part of {}", sources.file(span.file).name());
    };
    for problem in diagnostics {
        let labels = problem.primary.iter().chain(&problem.secondary).map(|label| label.span);
        let edits = problem.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
        labels.chain(edits).for_each(|span| check(span, &problem.message));
        assert!(!problem.message.trim().is_empty(), "{problem:?}");
    }
    for format in Format::ALL {
        for (color, width) in [(false, 100), (true, 20), (true, 1)] {
            let options = RenderOptions { color, width, prefix: "some/where/".to_owned(), ..RenderOptions::default() };
            let text = render(diagnostics, sources, &options, format);
            assert!(diagnostics.is_empty() || !text.is_empty(), "{format} is silent");
        }
    }
}

/// Checks a compilation of anything.
fn check(compilation: &Compilation) {
    check_diagnostics(&compilation.diagnostics, &compilation.sources);
    let failed = compilation.has_errors();
    assert!(!failed || compilation.environments.is_empty(), "outputs in spite of errors");
    assert!(failed || !compilation.environments.is_empty(), "no outputs, and no error says why");
}

proptest! {
    #![proptest_config(cases(48))]

    /// The order of entries means nothing, except where a list is one of preference.
    #[test]
    fn order_does_not_matter(name in some_platform(), seed in any::<u64>()) {
        let files = &fixtures()[name];
        let mut shuffled = files.clone();
        let mut random = Random::new(seed);
        for (path, bytes) in &mut shuffled {
            if path == platforms::SPEC || path.starts_with("spec/") {
                let mut tree = Tree::read(&String::from_utf8_lossy(bytes));
                tree.shuffle(&mut random, &mut Vec::new());
                *bytes = tree.to_string().into_bytes();
            }
        }
        let (before, after) = (platforms::outputs(&in_memory(files)), platforms::outputs(&in_memory(&shuffled)));
        for (path, text) in &before {
            prop_assert_eq!(Some(text), after.get(path), "{}", path);
        }
        prop_assert_eq!(before.len(), after.len());
    }

    /// However many threads work, and however the work falls to them.
    #[test]
    fn threads_do_not_matter(name in some_platform(), seed in any::<u64>(), cuts in 0..4usize) {
        let mut files = fixtures()[name].clone();
        let mut random = Random::new(seed);
        let mut tree = Tree::read(&String::from_utf8_lossy(&files[platforms::SPEC]));
        for _ in 0..cuts {
            tree.cut(&mut random);
        }
        files.insert(platforms::SPEC.to_owned(), tree.to_string().into_bytes());
        let wanted = told(&in_memory(&files));
        for threads in [1, 2, 8] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            let given = pool.install(|| told(&in_memory(&files)));
            prop_assert!(given == wanted, "{} threads tell something else", threads);
        }
    }

    /// Wherever the repository lies.
    #[test]
    fn places_do_not_matter(name in some_platform(), folder in "[a-zA-Z0-9 äß._-]{1,20}[a-z]") {
        let files = &fixtures()[name];
        let wanted = told(&in_memory(files));
        for _ in 0..2 {
            let dir = tempfile::tempdir().expect("a directory");
            let root = dir.path().join(&folder);
            platforms::write(&root, files);
            let world = SystemWorld::new(root.canonicalize().expect("a directory"));
            prop_assert!(told(&compile(&world, &platforms::options(false))) == wanted, "{} tells something else", folder);
        }
    }

    /// A spec of which parts are missing, doubled or exchanged is reported or built, and nothing else.
    #[test]
    fn a_spec_with_parts_cut_out_does_not_panic(name in some_platform(), seed in any::<u64>(), cuts in 1..8usize) {
        let mut files = fixtures()[name].clone();
        let mut random = Random::new(seed);
        let mut tree = Tree::read(&String::from_utf8_lossy(&files[platforms::SPEC]));
        for _ in 0..cuts {
            tree.mutate(&mut random);
        }
        files.insert(platforms::SPEC.to_owned(), tree.to_string().into_bytes());
        check(&in_memory(&files));
    }
}
