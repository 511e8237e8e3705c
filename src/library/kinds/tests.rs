//! The built-in tables: whole, and in agreement with the facts of the library.

use super::parse;
use super::table::{KindTables, Scope};
use crate::library::{LibraryFiles, Loader};
use crate::source::SourceMap;
use crate::world::{MemoryWorld, RelPath};
use crate::yaml::{Dialect, Node, load};

/// Runs a test with the built-in files and tables.
fn with(test: impl Fn(&LibraryFiles, &KindTables)) {
    let world = MemoryWorld::default();
    let (mut sources, mut out) = (SourceMap::new(), Vec::new());
    let files = LibraryFiles::list(&world, &RelPath::root(), &mut out);
    let tables = KindTables::load(&mut Loader { files: &files, world: &world, sources: &mut sources, out: &mut out });
    assert_eq!(out, []);
    test(&files, &tables);
}

#[test]
fn every_shape_can_be_read() {
    with(|files, tables| {
        let mut kinds = 0;
        for path in files.below("schemas/kinds/") {
            let text = files.built_in(path).expect("a built-in file");
            let head = parse::head(text).expect("a good head");
            tables.check(text, &head).unwrap_or_else(|bad| panic!("{path}:{}: {}", bad.line, bad.problem));
            kinds += head.kinds.len();
        }
        assert!(kinds > 140, "{kinds} kinds");
    });
}

#[test]
fn scopes_are_those_of_the_cluster() {
    with(|_, tables| {
        assert_eq!(tables.scope("", "Namespace"), Some(Scope::Cluster));
        assert_eq!(tables.scope("apps", "Deployment"), Some(Scope::Namespaced));
        assert_eq!(tables.scope("external-secrets.io", "ClusterSecretStore"), Some(Scope::Cluster));
        assert_eq!(tables.scope("external-secrets.io", "SecretStore"), Some(Scope::Namespaced));
        assert_eq!(tables.scope("apps", "Ingress"), None);
        assert_eq!(tables.scope("example.com", "Widget"), None);
    });
}

/// Facts that put a kind into the wrong list would be overruled in silence.
#[test]
fn facts_name_the_scopes_that_tables_have() {
    with(|files, tables| {
        let mut seen = 0;
        for path in files.below("values/").filter(|path| path.ends_with("/component.yaml")) {
            let text = files.built_in(path).expect("a built-in file");
            let mut sources = SourceMap::new();
            let file = sources.add(path.to_string(), text);
            let (root, _) = load(file, text, Dialect::Template, &mut Vec::new()).expect("good YAML");
            let variants = root.get("variants").and_then(Node::as_sequence).unwrap_or_default();
            for facts in variants.iter().chain([&root]) {
                for (list, scope) in [("cluster", Scope::Cluster), ("namespaced", Scope::Namespaced)] {
                    let kinds = facts.get("kinds").and_then(|kinds| kinds.get(list)).and_then(Node::as_sequence);
                    for kind in kinds.unwrap_or_default().iter().filter_map(Node::as_scalar) {
                        let (name, group) = kind.split_once('.').unwrap_or((kind, ""));
                        let said = tables.scope(group, name);
                        assert!(said.is_none_or(|said| said == scope), "{path}: `{kind}` is in the list `{list}`");
                        seen += usize::from(said.is_some());
                    }
                }
            }
        }
        assert!(seen > 50, "{seen} kinds were found");
    });
}
