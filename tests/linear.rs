//! The cost of rules grows with the platform, and not with its square, also where each component says something wrong.
//!
//! What is compared is processor time of one process for N components and for four times as many: linear is four, the square is
//! sixteen.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dvgen::diff::{Input, Side, Unread, compare};
use dvgen::pipeline::{Options, compile};
use dvgen::world::{MemoryWorld, RelPath, World, WorldError};
use nix::sys::resource::{UsageWho, getrusage};

const HEAD: &str = "apiVersion: dvgen.dev/v1alpha1
kind: Platform
metadata: { name: test, environment: production }
repository: { url: https://git.example.org/platform.git, revision: main }
policies: { rules: { unchecked-chart: off, open-project: off, no-network-policy: off } }
components:
  argocd: { installedBy: ansible, version: 10.1.1 }
";

/// Returns the processor time of this process so far, or of this thread.
fn spent(who: UsageWho) -> Duration {
    let usage = getrusage(who).expect("the usage of the process");
    let whole = usage.user_time() + usage.system_time();
    let part = |part: i64, one: Duration| one * u32::try_from(part).unwrap_or(0);
    part(whole.tv_sec(), Duration::from_secs(1)) + part(whole.tv_usec(), Duration::from_micros(1))
}

/// Returns what a platform costs, and how many problems it has.
fn cost(spec: &str, manifests: &str) -> (Duration, usize) {
    let world = MemoryWorld::new([("platform.yaml", spec.as_bytes()), ("web.yaml", manifests.as_bytes())]);
    let options = Options::new(RelPath::root().join("platform.yaml").expect("a path"));
    let start = spent(UsageWho::RUSAGE_SELF);
    let found = compile(&world, &options).diagnostics.len();
    (spent(UsageWho::RUSAGE_SELF).saturating_sub(start), found)
}

/// Compares N components with four times as many. Returns how many times as much these cost.
fn growth(what: &str, component: &dyn Fn(usize) -> String) -> f64 {
    let spec = |count: usize| {
        let all = (0..count).fold(String::new(), |mut all, at| {
            let _ = writeln!(all, "  c{at}: {}", component(at));
            all
        });
        format!("{HEAD}{all}")
    };
    let (few, many) = (cost(&spec(250), ""), cost(&spec(1000), ""));
    assert!(few.1 * 3 < many.1 || what == "foreign", "{what}: each component says something wrong: {few:?} {many:?}");
    many.0.as_secs_f64() / few.0.as_secs_f64().max(0.01)
}

#[test]
fn addresses_cost_as_much_as_there_are() {
    let chart = "chart: { repo: https://charts.example.org, name: app }, version: 1.2.3, kinds: [Service]";
    let foreign = |at: usize| {
        let url = |path: &str| format!("\"http://api.vendor{at}.svc:8080/{path}\"");
        format!("{{ namespace: n{at}, {chart}, values: {{ one: {}, two: {} }} }}", url("a"), url("b"))
    };
    let wrong =
        |at: usize| format!("{{ namespace: n{at}, {chart}, values: {{ one: \"http://argocd-server.far{at}.svc\" }} }}");
    for (what, component) in [("foreign", &foreign as &dyn Fn(usize) -> String), ("wrong", &wrong)] {
        let times = growth(what, component);
        assert!(times < 8.0, "four times as many {what} addresses cost {times:.1} times as much");
    }
}

/// Items that are all wrong in a list are told each, and what is left of the list is found once.
#[test]
fn broken_items_cost_as_much_as_there_are() {
    let flows = |count| format!("flows:\n{}", "  - api: { from: argocd, to: argocd, tenant: [a0] }\n".repeat(count));
    let route = "    - { to: nobody, match: { team: web }, every: soon }\n";
    let routes = |count| format!("alerts:\n  routes:\n{}", route.repeat(count));
    for (what, items) in [("flows", &flows as &dyn Fn(usize) -> String), ("routes", &routes)] {
        let cost = |count| cost(&format!("{HEAD}{}", items(count)), "");
        let (few, many) = (cost(500), cost(2000));
        assert!(few.1 >= 500 && many.1 >= 2000, "{what}: each of them is wrong: {few:?} {many:?}");
        let times = many.0.as_secs_f64() / few.0.as_secs_f64().max(0.01);
        assert!(times < 8.0, "four times as many broken {what} cost {times:.1} times as much");
    }
}

/// Counts how often the repository is asked for something.
struct Counted {
    world: MemoryWorld,
    asked: AtomicUsize,
}

impl World for Counted {
    fn read(&self, path: &RelPath, limit: u64) -> Result<Vec<u8>, WorldError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.world.read(path, limit)
    }

    fn walk(&self, dir: &RelPath) -> Result<Vec<RelPath>, WorldError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.world.walk(dir)
    }
}

/// The repository is read once, however many `ApplicationSets` look through it.
#[test]
fn folders_are_walked_once_for_all_application_sets() {
    let asked = |count: usize| {
        let project = "apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: { name: teams, namespace: argocd }
spec:
  sourceRepos: [\"https://git.example.org/platform.git\"]
  destinations: [{ server: https://kubernetes.default.svc, namespace: web }]
";
        let sets = (0..count).fold(project.to_owned(), |mut all, at| {
            let _ = write!(
                all,
                "---
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {{ name: set{at}, namespace: argocd }}
spec:
  generators: [{{ git: {{ repoURL: https://git.example.org/platform.git, revision: main, directories: [{{ path: apps/* }}] }} }}]
  template:
    metadata: {{ name: \"{at}-{{{{path.basename}}}}\" }}
    spec:
      project: teams
      source: {{ repoURL: https://git.example.org/platform.git, path: \"{{{{path}}}}\", targetRevision: main }}
      destination: {{ server: https://kubernetes.default.svc, namespace: \"{{{{path.basename}}}}\" }}
"
            );
            all
        });
        let spec = format!("{HEAD}  sets: {{ namespace: argocd, manifests: [sets.yaml] }}\n");
        let mut files = vec![("platform.yaml".to_owned(), spec), ("sets.yaml".to_owned(), sets)];
        files.extend(["web", "empty"].map(|app| (format!("apps/{app}/notes.txt"), String::new())));
        files.push(("apps/web/web.yaml".to_owned(), String::new()));
        let world = MemoryWorld::new(files.iter().map(|(path, text)| (path.as_str(), text.as_bytes())));
        let world = Counted { world, asked: AtomicUsize::new(0) };
        let options = Options::new(RelPath::root().join("platform.yaml").expect("a path"));
        let found = compile(&world, &options).diagnostics;
        for rule in ["missing-path", "outside-project"] {
            let found = found.iter().filter(|problem| problem.name() == rule).count();
            assert_eq!(found, count, "{rule} judges each set");
        }
        world.asked.into_inner()
    };
    assert_eq!(asked(2), asked(40));
}

#[test]
fn texts_in_documents_cost_as_much_as_there_are() {
    let spec = format!("{HEAD}  web: {{ namespace: web, manifests: [web.yaml] }}\n");
    let manifests = |count: usize| {
        (0..count).fold(String::new(), |mut all, at| {
            let name = format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: c{at} }}");
            let text = "one: http://argocd-server.far.svc\n    two: b";
            let _ = writeln!(all, "{name}\ndata:\n  a.yaml: |\n    {text}");
            all
        })
    };
    // What the first text says is told where the last one is read, 20000 documents later.
    let (few, many) = (cost(&spec, &manifests(5000)), cost(&spec, &manifests(20_000)));
    assert!(few.1 > 0 && many.1 > 0, "each text names a Service that is nowhere: {few:?} {many:?}");
    let times = many.0.as_secs_f64() / few.0.as_secs_f64().max(0.01);
    assert!(times < 8.0, "four times as many texts cost {times:.1} times as much");
}

#[test]
fn keys_on_one_line_cost_as_much_as_there_are() {
    let spec = format!("{HEAD}  web: {{ namespace: web, manifests: [web.yaml] }}\n");
    let manifests = |count: usize| {
        let line = (0..count).fold(String::new(), |mut all, at| {
            let _ = write!(all, "secretKey=hunter{at}abcdef; ");
            all
        });
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: web }}\ndata: {{ x.conf: \"{line}\" }}\n")
    };
    let (few, many) = (cost(&spec, &manifests(3000)), cost(&spec, &manifests(12_000)));
    assert!(few.1 > 0 && many.1 > 0, "the line holds secrets: {few:?} {many:?}");
    let times = many.0.as_secs_f64() / few.0.as_secs_f64().max(0.01);
    assert!(times < 8.0, "four times as many keys cost {times:.1} times as much");
}

/// Returns what it costs to review an edit of each of so many roles in one file.
fn cost_of_review(count: usize) -> Duration {
    let side = |verb: &str| {
        let roles = (0..count).fold(String::new(), |mut all, at| {
            let start = "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:";
            let rules = format!("[{{ apiGroups: [\"\"], resources: [pods], verbs: [{verb}] }}]");
            let _ = writeln!(all, "{start} {{ name: r{at}, namespace: web }}\nrules: {rules}");
            all
        });
        let spec = format!("{HEAD}  web: {{ namespace: web, manifests: [web.yaml] }}\n");
        let world = MemoryWorld::new([("platform.yaml", spec.as_bytes()), ("web.yaml", roles.as_bytes())]);
        let path = RelPath::root().join("platform.yaml").expect("a path");
        compile(&world, &Options { provenance: true, ..Options::new(path) })
    };
    let (base, head) = (side("get"), side("list"));
    let specs = ("platform.yaml", "platform.yaml");
    let (base, head) = ((&base, Side::default()), (&head, Side::default()));
    // It has one thread.
    let start = spent(UsageWho::RUSAGE_THREAD);
    let report = compare(Input { base, head, specs, committed: None, unread: Unread::default() });
    let cost = spent(UsageWho::RUSAGE_THREAD).saturating_sub(start);
    let said = report.findings.iter().filter(|finding| finding.rule.name == "more-rights").count();
    assert_eq!(said, count, "each role may do more: {:?}", report.findings.first());
    cost
}

#[test]
fn reviews_of_many_objects_cost_as_much_as_there_are() {
    let (few, many) = (cost_of_review(750), cost_of_review(3000));
    let times = many.as_secs_f64() / few.as_secs_f64().max(0.01);
    assert!(times < 8.0, "four times as many roles cost {times:.1} times as much: {few:?} {many:?}");
}
