//! The built-in tables: whole, and in agreement with the facts of the library.

use super::parse;
use super::pods::Pieces;
use super::table::{KindTables, Scope};
use crate::doc::{Doc, Map, Name, Outlined, Outlines};
use crate::library::{LibraryFiles, Loader};
use crate::source::{Origins, SourceMap};
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

/// Values that are alike are judged by what their own scalars say.
#[test]
fn pieces_of_pods_are_judged_in_values_that_are_alike() {
    with(|_, tables| {
        let origin = Origins::new().defaulted("test", None);
        let map = |entries: Vec<(&'static str, Doc)>| {
            let mut map = Map::new();
            for (key, doc) in entries {
                map.set(Name::Word(key), doc);
            }
            Doc::map(map, origin)
        };
        let values = |policy: &str, memory: &str| {
            let text = |text: &str| Doc::str(text.to_owned(), origin);
            let resources = map(vec![("limits", map(vec![("memory", text(memory))]))]);
            let image = map(vec![("pullPolicy", text(policy)), ("tag", text("1"))]);
            map(vec![("sidecars", Doc::list(vec![map(vec![("image", image), ("resources", resources)])], origin))])
        };
        let (mut outlines, mut pieces) = (Outlines::default(), Pieces::default());
        let mut paths = |doc: Doc| {
            let outline = outlines.of(&doc);
            let found = tables.pods(Outlined { doc: &doc, outline: outline.as_ref() }, &mut pieces);
            (outline.is_some(), found.into_iter().map(|fault| fault.path).collect::<Vec<_>>())
        };
        let (policy, memory) = ("sidecars[0].image.pullPolicy", "sidecars[0].resources.limits.memory");
        assert_eq!(paths(values("Alway", "1Gi")), (false, vec![policy.to_owned()]));
        assert_eq!(paths(values("Always", "1Gi")), (true, vec![]));
        assert_eq!(paths(values("Never", "2Gi")), (true, vec![]));
        assert_eq!(paths(values("Always", "512Mb")), (true, vec![memory.to_owned()]));
        assert_eq!(paths(values("Alway", "512Mb")), (true, vec![policy.to_owned(), memory.to_owned()]));
    });
}
