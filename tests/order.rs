//! The order between components: waves, soft edges that yield, and what an unrelated change leaves alone.
#![expect(clippy::panic, reason = "a test fails with a panic")]

use std::collections::BTreeMap;

use dvgen::pipeline::{Compilation, Options, compile};
use dvgen::world::{MemoryWorld, RelPath};

const HEAD: &str = "apiVersion: dvgen.dev/v1alpha1
kind: Platform
metadata: { name: test, environment: production }
repository: { url: https://git.example.org/platform.git }
components:
  argocd: { installedBy: ansible, version: 10.1.1 }
";

/// Facts of a component that has one object of its own, so that it gets an Application.
const FACTS: &str = "title: Thing\nserves:\n  query: { service: web }\n  logs: { service: web }\nservices:\n  web: { name: !expr name, port: 80 }\nopens: [query, logs]\n";

const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: !expr name, namespace: !expr namespace }\n";

fn compiled(body: &str) -> Compilation {
    let spec = format!("{HEAD}{body}");
    let files = [
        ("platform.yaml", spec.as_bytes()),
        ("dvgen/values/thing/component.yaml", FACTS.as_bytes()),
        ("dvgen/gitops/thing/object.dvgen.yaml", OBJECT.as_bytes()),
    ];
    let world = MemoryWorld::new(files);
    let spec = RelPath::root().join("platform.yaml").expect("a path");
    compile(&world, &Options::new(spec))
}

fn texts(compilation: &Compilation) -> BTreeMap<String, String> {
    assert!(!compilation.has_errors(), "{:#?}", compilation.diagnostics);
    compilation.artifacts().map(|(_, file)| (file.path.clone(), file.text.to_string())).collect()
}

fn waves(compilation: &Compilation) -> BTreeMap<String, i64> {
    let mut waves = BTreeMap::new();
    for (path, text) in texts(compilation) {
        let Some(name) = path.strip_prefix("gitops/apps/").and_then(|name| name.strip_suffix(".yaml")) else {
            continue;
        };
        let line = text.lines().find_map(|line| line.trim().strip_prefix("argocd.argoproj.io/sync-wave: "));
        if let Some(wave) = line {
            waves.insert(name.to_owned(), wave.trim_matches('"').parse().unwrap_or_else(|_| panic!("{wave}")));
        }
    }
    waves
}

#[test]
fn a_wave_is_the_length_of_the_longest_chain() {
    let waves = waves(&compiled(
        "  a: { library: thing }
  b: { library: thing, requires: a }
  c: { library: thing, requires: [a, b] }
  d: { library: thing, requires: a }
",
    ));
    assert_eq!([waves["a"], waves["b"], waves["c"], waves["d"]], [0, 1, 2, 1]);
}

#[test]
fn the_side_that_opens_a_connection_comes_later() {
    let waves = waves(&compiled(
        "  sink: { library: thing }
  source: { library: thing }
flows:
  - logs: { from: source, to: sink }
",
    ));
    assert_eq!((waves["sink"], waves["source"]), (0, 1));
}

#[test]
fn a_flow_yields_to_a_requirement() {
    let waves = waves(&compiled(
        "  alpha: { library: thing }
  zeta: { library: thing, requires: alpha }
flows:
  - query: { from: alpha, to: zeta }
",
    ));
    // By name alone the flow would come first.
    assert_eq!((waves["alpha"], waves["zeta"]), (0, 1));
}

#[test]
fn of_two_opposite_flows_the_first_by_name_counts() {
    for flows in [
        "  - query: { from: a, to: b }\n  - logs: { from: b, to: a }\n",
        "  - logs: { from: b, to: a }\n  - query: { from: a, to: b }\n",
    ] {
        let waves = waves(&compiled(&format!("  a: {{ library: thing }}\n  b: {{ library: thing }}\nflows:\n{flows}")));
        assert_eq!((waves["b"], waves["a"]), (0, 1), "{flows}");
    }
}

#[test]
fn a_gate_makes_others_wait() {
    let waves = waves(&compiled(
        "  vault: { library: thing }
  app: { library: thing }
gates:
  unseal: { do: vault operator unseal, after: vault, before: app }
",
    ));
    assert_eq!((waves["vault"], waves["app"]), (0, 1));
}

#[test]
fn an_unrelated_component_changes_nothing_else() {
    let body = "  a: { library: thing }\n  b: { library: thing, requires: a }\n  m: { library: thing }\nflows:\n  - query: { from: m, to: b }\n";
    let before = texts(&compiled(body));
    let after = texts(&compiled(&body.replace("  m:", "  aa: { library: thing, requires: b }\n  m:")));
    let shared = ["RUNBOOK.md", "gitops/apps/projects/test.yaml", "gitops/manifests/platform-base/namespaces.yaml"];
    for (path, text) in &before {
        if !shared.contains(&path.as_str()) {
            assert_eq!(after.get(path), Some(text), "{path} changed");
        }
    }
    assert!(after.contains_key("gitops/apps/aa.yaml"));
}

#[test]
fn without_an_argo_cd_of_ours_no_order_is_claimed() {
    let compilation = compiled("  a: { library: thing }\n  b: { library: thing, requires: a }\n");
    assert!(!waves(&compilation).is_empty());
    let spec = format!("{HEAD}  a: {{ library: thing }}\n")
        .replace("  argocd: { installedBy: ansible, version: 10.1.1 }\n", "");
    let files = [
        ("platform.yaml", spec.as_bytes()),
        ("dvgen/values/thing/component.yaml", FACTS.as_bytes()),
        ("dvgen/gitops/thing/object.dvgen.yaml", OBJECT.as_bytes()),
    ];
    let spec = RelPath::root().join("platform.yaml").expect("a path");
    let compilation = compile(&MemoryWorld::new(files), &Options::new(spec));
    let waves = waves(&compilation);
    assert!(!waves.contains_key("a"), "{waves:?}");
    assert!(compilation.diagnostics.iter().any(|problem| problem.kind.name == "no-order"));
}

/// A Secret that several read in one namespace is made once, and not later than the first of them is there.
#[test]
fn a_secret_of_both_ends_comes_with_the_first() {
    let store = "title: Store\nopens: [objects]\nservices:\n  api: { name: !expr name, port: 80 }\nserves:\n  objects: { service: api, secret: { keys: { user: user } } }\n";
    let spec = format!(
        "{HEAD}  vault: {{ installedBy: external }}
  external-secrets: {{ installedBy: external }}
  one: {{ library: store, namespace: shop }}
  two: {{ library: store, namespace: shop, requires: one }}
  three: {{ library: store, namespace: elsewhere }}
  caller: {{ library: store, namespace: shop }}
secrets: {{ store: {{ kind: vault, component: vault }}, items: {{ caller/objects: [user] }} }}
flows:
  - objects: {{ from: caller, to: one }}
  - objects: {{ from: caller, to: two }}
  - objects: {{ from: caller, to: three }}
"
    );
    let files = [
        ("platform.yaml", spec.as_bytes()),
        ("dvgen/values/store/component.yaml", store.as_bytes()),
        ("dvgen/gitops/store/object.dvgen.yaml", OBJECT.as_bytes()),
    ];
    let spec = RelPath::root().join("platform.yaml").expect("a path");
    let compilation = compile(&MemoryWorld::new(files), &Options::new(spec));
    let made = texts(&compilation).into_iter().filter(|(_, text)| text.contains("\nkind: ExternalSecret\n"));
    let made: Vec<String> = made.map(|(path, _)| path).collect();
    assert_eq!(made, ["gitops/manifests/one/external-secrets.yaml", "gitops/manifests/three/external-secrets.yaml"]);
}
