//! Real charts make the Services and ask for the volumes that the facts of the library announce.
//!
//! `DVGEN_CHARTS` names a directory with `NAME-VERSION.tgz` or `NAME/VERSION/` for charts; nothing of it is part of the
//! repository. Without it, and for each chart that is not in it, this says `NOT RUN`.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read files and start the real tools")]
#![expect(clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]
#![expect(unreachable_pub, reason = "the parts of a test are no library")]

mod support {
    #[expect(dead_code, reason = "other tests use the rest")]
    pub mod tools;
    #[expect(dead_code, reason = "other tests use the rest")]
    pub mod tree;
}

#[path = "charts/services.rs"]
mod services;
#[path = "charts/volumes.rs"]
mod volumes;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dvgen::library::{Library, LibraryFiles, Loader};
use dvgen::model::{Component, Input, Platform, resolve};
use dvgen::source::SourceMap;
use dvgen::spec;
use dvgen::world::{RelPath, SystemWorld};
use serde_json::Value;
use support::{tools, tree};

/// The kinds that a chart asks for before it makes objects of them.
const APIS: [&str; 4] = [
    "monitoring.coreos.com/v1",
    "monitoring.coreos.com/v1alpha1",
    "cert-manager.io/v1",
    "networking.k8s.io/v1/Ingress",
];

/// Returns a platform of the fixtures as it is meant.
fn platform(place: &Path) -> Platform {
    let world = SystemWorld::new(place.canonicalize().expect("a directory"));
    let (mut sources, mut out) = (SourceMap::new(), Vec::new());
    let root = RelPath::root();
    let path = root.join("platform.yaml").expect("a path");
    let files = spec::read_files(&world, &root, &path, &mut sources, &mut out).expect("a spec");
    let written = spec::read(files, &[None], &mut out).remove(0);
    let library_files = LibraryFiles::list(&world, &root, &mut out);
    let mut uses = BTreeMap::<Arc<str>, Vec<Option<semver::Version>>>::new();
    for (name, named) in written.platform.components.value().into_iter().flatten() {
        let component = &named.value.as_ref().expect("a component").value;
        let library = component.library.value().unwrap_or(name).clone();
        uses.entry(library).or_default().push(component.version.value().map(|version| version.number.clone()));
    }
    let mut loader = Loader { files: &library_files, world: &world, sources: &mut sources, out: &mut out };
    let library = Library::load(&mut loader, &uses);
    let input = Input { written: &written, library: &library, manifests: &BTreeMap::new() };
    resolve(input, &mut out).expect("a platform")
}

/// Returns the platforms of the fixtures.
fn platforms() -> Vec<PathBuf> {
    let all = std::fs::read_dir(tree::platform().join("..")).expect("platforms");
    let mut all: Vec<_> = all.map(|entry| entry.expect("a platform").path()).collect();
    all.sort();
    all
}

/// Returns where a chart is.
fn chart(charts: &Path, name: &str, version: &str) -> Option<PathBuf> {
    let bare = version.trim_start_matches('v');
    let places = [version, bare, &format!("v{bare}")]
        .map(|version| [charts.join(format!("{name}-{version}.tgz")), charts.join(name).join(version)]);
    places.into_iter().flatten().find(|place| place.is_file() || place.join("Chart.yaml").is_file())
}

/// Returns the objects that Helm makes of a chart, or what it says against it.
fn rendered(helm: &Path, chart: &Path, component: &Component, values: Option<&Path>) -> Result<Vec<Value>, String> {
    let mut args = vec!["template".to_owned(), component.release.value.to_string(), chart.display().to_string()];
    args.extend(["--namespace".to_owned(), component.namespace.value.to_string()]);
    args.extend([
        "--kube-version".to_owned(),
        tree::spec()["versions"]["kubernetes"].as_str().unwrap_or("1.32.0").to_owned(),
    ]);
    args.extend(APIS.iter().flat_map(|api| ["--api-versions".to_owned(), (*api).to_owned()]));
    args.extend(values.into_iter().flat_map(|values| ["--values".to_owned(), values.display().to_string()]));
    let outcome = tools::run(helm, &args);
    if !outcome.ok {
        return Err(outcome.said());
    }
    let work = tempfile::tempdir().expect("a directory");
    let file = work.path().join("rendered.yaml");
    std::fs::write(&file, &outcome.stdout).expect("a file");
    Ok(tree::documents(&file))
}

#[test]
fn charts_make_what_facts_announce() {
    let test = "do charts make the Services and ask for the volumes that the facts announce, and no others?";
    let Some(charts) = std::env::var_os("DVGEN_CHARTS").map(PathBuf::from) else {
        return tools::not_run("DVGEN_CHARTS", test);
    };
    let Some(helm) = tools::find("helm", test) else { return };
    let mut judge = Judge { helm: &helm, charts: &charts, verdict: tree::Verdict::default(), absent: BTreeSet::new() };
    for place in platforms() {
        judge.platform(&place);
    }
    for chart in &judge.absent {
        tools::not_run(&format!("chart {chart}"), test);
    }
    judge.verdict.expect_clean();
}

/// Judges platforms by the charts at hand.
struct Judge<'a> {
    helm: &'a Path,
    charts: &'a Path,
    verdict: tree::Verdict,
    /// The charts that are not at hand.
    absent: BTreeSet<String>,
}

impl Judge<'_> {
    fn platform(&mut self, place: &Path) {
        let platform = platform(place);
        let values = place.join("expected/gitops/values");
        for component in &platform.components {
            let (Some((_, name)), Some(version)) = (&component.chart, &component.version) else { continue };
            let Some(chart) = chart(self.charts, &name.value, &version.value.text) else {
                self.absent.insert(format!("{} {}", name.value, version.value.text));
                continue;
            };
            let file = format!("/{}.yaml", component.name.value);
            let values = tree::files(&values, &[&file]).into_iter().next();
            let problems = match rendered(self.helm, &chart, component, values.as_deref()) {
                Ok(objects) => wrong(&platform, component, &objects, place.ends_with("detectviz")),
                Err(problem) => vec![problem],
            };
            let name = &component.name.value;
            let place = place.file_name().unwrap_or_default().to_string_lossy();
            let said = problems.iter().map(|problem| format!("{place}: {name}: {problem}")).collect::<Vec<_>>();
            self.verdict.add((!said.is_empty()).then(|| said.join("\n")));
        }
    }
}

/// Only the example platform uses all Services that are announced, and makes no volumes besides those of charts.
fn wrong(platform: &Platform, component: &Component, objects: &[Value], example: bool) -> Vec<String> {
    let mut wrong = services::unknown(component, objects);
    if example {
        wrong.extend(services::missing(component, objects));
        wrong.extend(volumes::wrong(platform, component, objects));
    }
    wrong
}

#[test]
fn a_service_that_is_not_made_is_seen() {
    let test = "is a Service that a chart does not make seen?";
    let Some(helm) = tools::find("helm", test) else { return };
    let platform = platform(&tree::platform());
    let grafana = platform.component("grafana").expect("grafana");
    let dir = tempfile::tempdir().expect("a directory");
    let place = dir.path().join("grafana/12.11.1");
    std::fs::create_dir_all(place.join("templates")).expect("a directory");
    std::fs::write(place.join("Chart.yaml"), "apiVersion: v2\nname: grafana\nversion: 12.11.1\n").expect("a chart");
    let service = "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  ports:\n    - port: 81\n---\n\
        apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}-other\n";
    std::fs::write(place.join("templates/service.yaml"), service).expect("a template");
    let found = chart(dir.path(), "grafana", "12.11.1").expect("the chart");
    let objects = rendered(&helm, &found, grafana, None).expect("a chart that renders");
    let complaints = services::missing(grafana, &objects);
    assert_eq!(complaints.len(), 2, "{complaints:?}");
    assert!(complaints.iter().any(|text| text.contains("has no port 80")), "{complaints:?}");
    assert!(complaints.iter().any(|text| text.contains("no Service `grafana-headless`")), "{complaints:?}");
    let complaints = services::unknown(grafana, &objects);
    assert!(
        matches!(complaints.as_slice(), [port, name] if port.contains("port 81") && name.contains("grafana-other`")),
        "{complaints:?}"
    );
}
