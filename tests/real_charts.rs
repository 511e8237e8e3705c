//! Real charts make the Services and ask for the volumes that the facts of the library announce; the selectors of the values
//! find their pods, and the monitors that read their metrics are there.
//!
//! `DVGEN_CHARTS` names a directory with `NAME-VERSION.tgz` or `NAME/VERSION/` for charts; nothing of it is part of the
//! repository. Without it, and for each chart that is not in it, this says `NOT RUN`.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read files and start the real tools")]
#![expect(clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]
#![expect(unreachable_pub, reason = "the parts of a test are no library")]

mod support {
    pub mod model;
    #[expect(dead_code, reason = "other tests use the rest")]
    pub mod tools;
    #[expect(dead_code, reason = "other tests use the rest")]
    pub mod tree;
}

#[path = "charts/pods.rs"]
mod pods;
#[path = "charts/services.rs"]
mod services;
#[path = "charts/volumes.rs"]
mod volumes;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use dvgen::model::{Component, Platform};
use serde_json::Value;
use support::model::Environment;
use support::{model, tools, tree};

/// The charts that have been rendered with the values of the platforms, which the page of the library tells.
const RENDERED: &str = "tests/charts/rendered.txt";

/// The kinds that a chart asks for before it makes objects of them.
const APIS: [&str; 4] = [
    "monitoring.coreos.com/v1",
    "monitoring.coreos.com/v1alpha1",
    "cert-manager.io/v1",
    "networking.k8s.io/v1/Ingress",
];

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
    let mut judge = Judge {
        helm: &helm,
        charts: &charts,
        verdict: tree::Verdict::default(),
        absent: BTreeSet::new(),
        rendered: BTreeSet::new(),
    };
    for place in model::places() {
        for environment in model::environments(&place) {
            judge.environment(&environment);
        }
    }
    for chart in &judge.absent {
        tools::not_run(&format!("chart {chart}"), test);
    }
    judge.verdict.expect_clean();
    judge.note();
}

/// Judges platforms by the charts at hand.
struct Judge<'a> {
    helm: &'a Path,
    charts: &'a Path,
    verdict: tree::Verdict,
    /// The charts that are not at hand.
    absent: BTreeSet<String>,
    /// The charts that were rendered.
    rendered: BTreeSet<String>,
}

impl Judge<'_> {
    fn environment(&mut self, environment: &Environment) {
        let platform = &environment.platform;
        let values = environment.expected.join("gitops/values");
        for component in &platform.components {
            let (Some((_, name)), Some(version)) = (&component.chart, &component.version) else { continue };
            let Some(chart) = chart(self.charts, &name.value, &version.value.text) else {
                self.absent.insert(format!("{} {}", name.value, version.value.text));
                continue;
            };
            let file = format!("/{}.yaml", component.name.value);
            let values = tree::files(&values, &[&file]).into_iter().next();
            // What others install has their values, and a platform of compositions has none.
            if values.is_none() {
                continue;
            }
            self.rendered.insert(format!("{} {}", name.value, version.value.text));
            let problems = match rendered(self.helm, &chart, component, values.as_deref()) {
                Ok(objects) => wrong(platform, component, &objects, environment.name == "detectviz"),
                Err(problem) => vec![problem],
            };
            let (place, name) = (&environment.name, &component.name.value);
            let said = problems.iter().map(|problem| format!("{place}: {name}: {problem}")).collect::<Vec<_>>();
            self.verdict.add((!said.is_empty()).then(|| said.join("\n")));
        }
    }
}

impl Judge<'_> {
    /// Compares the charts that were rendered with those that the page of the library says it of. Others may have been
    /// rendered where they were at hand.
    fn note(&self) {
        let path = tools::crate_root().join(RENDERED);
        let listed = tree::text(&path);
        let mut all: BTreeSet<&str> = listed.lines().collect();
        let before = all.len();
        all.extend(self.rendered.iter().map(String::as_str));
        if std::env::var_os("DVGEN_BLESS").is_some() {
            let text: String = all.iter().flat_map(|line| [*line, "\n"]).collect();
            std::fs::write(&path, text).expect("a list that can be written");
        } else {
            assert_eq!(all.len(), before, "{RENDERED} lacks charts that were rendered; DVGEN_BLESS=1 adds them");
        }
    }
}

/// Only the example platform uses all Services that are announced, and makes no volumes besides those of charts; elsewhere
/// those have to be there that something goes to.
fn wrong(platform: &Platform, component: &Component, objects: &[Value], example: bool) -> Vec<String> {
    let mut wrong = services::unknown(component, objects);
    let used = services::used(platform, component);
    wrong.extend(services::missing(component, objects, |service| {
        used.contains(&*service.id) || example && !services::is_by_flow(component, service)
    }));
    wrong.extend(pods::unread(platform, component, objects));
    if example {
        wrong.extend(volumes::wrong(platform, component, objects));
    }
    wrong
}

#[test]
fn selectors_of_values_find_the_pods_of_charts() {
    let test = "do the selectors of the values find the pods of the charts?";
    let Some(charts) = std::env::var_os("DVGEN_CHARTS").map(PathBuf::from) else {
        return tools::not_run("DVGEN_CHARTS", test);
    };
    let Some(helm) = tools::find("helm", test) else { return };
    let (mut verdict, mut absent, mut selectors) = (tree::Verdict::default(), BTreeSet::new(), 0);
    for place in model::places() {
        let values = pods::placed(&place);
        let environments = model::environments(&place);
        let Some(base) = environments.first() else { continue };
        for component in &base.platform.components {
            let (Some((_, name)), Some(version)) = (&component.chart, &component.version) else { continue };
            let Some(chart) = chart(&charts, &name.value, &version.value.text) else {
                absent.insert(format!("{} {}", name.value, version.value.text));
                continue;
            };
            let file = format!("/{}.yaml", component.name.value);
            let Some((_, made)) = values.iter().find(|(path, _)| path.ends_with(&file)) else { continue };
            let work = tempfile::NamedTempFile::new().expect("a file");
            std::fs::write(work.path(), made).expect("a file");
            let said = match rendered(&helm, &chart, component, Some(work.path())) {
                Ok(objects) => {
                    let (count, lost) = pods::lost(&objects);
                    selectors += count;
                    lost.join("\n")
                }
                Err(problem) => problem,
            };
            verdict.add((!said.is_empty()).then(|| format!("{}: {}: {said}", base.name, component.name.value)));
        }
    }
    for chart in &absent {
        tools::not_run(&format!("chart {chart}"), test);
    }
    verdict.expect_clean();
    assert!(selectors > 0, "no values have a selector");
    println!("{selectors} selectors find the pods of their charts");
}

#[test]
fn a_service_that_is_not_made_is_seen() {
    let test = "is a Service that a chart does not make seen?";
    let Some(helm) = tools::find("helm", test) else { return };
    let environments = model::environments(&tree::platform());
    let platform = &environments.first().expect("the base").platform;
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
    let complaints = services::missing(grafana, &objects, |_| true);
    assert_eq!(complaints.len(), 2, "{complaints:?}");
    assert!(complaints.iter().any(|text| text.contains("has no port 80")), "{complaints:?}");
    assert!(complaints.iter().any(|text| text.contains("no Service `grafana-headless`")), "{complaints:?}");
    // Of Services that nothing goes to nothing is said where only those in use are asked for.
    let used = services::used(platform, grafana);
    assert!(used.contains("web") && used.len() == 1, "{used:?}");
    let complaints = services::missing(grafana, &objects, |service| used.contains(&*service.id));
    assert!(matches!(complaints.as_slice(), [port] if port.contains("has no port 80")), "{complaints:?}");
    let complaints = services::unknown(grafana, &objects);
    assert!(
        matches!(complaints.as_slice(), [port, name] if port.contains("port 81") && name.contains("grafana-other`")),
        "{complaints:?}"
    );
}
