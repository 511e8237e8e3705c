//! Pods of charts: whether the selectors of their values find them, and whether somebody finds their metrics.

use std::collections::BTreeMap;
use std::path::Path;

use dvgen::model::{Component, Platform};
use dvgen::pipeline::{Options, compile};
use dvgen::spec::FlowKind;
use dvgen::world::{MemoryWorld, RelPath};
use serde_json::{Value, json};

use crate::support::tree;

/// Where the copies of all components are asked to run: it gives charts a selector for all that they take.
fn placement() -> Value {
    json!({ "apart": "prefer", "spread": { "kubernetes.io/hostname": "prefer", "topology.kubernetes.io/zone": "prefer" } })
}

/// Returns the Helm values of a platform whose components all say where they run, by the path of the file.
pub fn placed(place: &Path) -> BTreeMap<String, String> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for path in walk(place) {
        let below = path.strip_prefix(place).expect("a path below").to_str().expect("UTF-8").to_owned();
        let bytes = std::fs::read(&path).expect("a file");
        let spec = !below.contains('/') && path.extension().is_some_and(|end| end == "yaml");
        let bytes = if spec { with_placements(&path) } else { bytes };
        files.push((below, bytes));
    }
    let world = MemoryWorld::new(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    let spec = RelPath::root().join("platform.yaml").expect("a path");
    // A rule may have something against it, which is not what is asked here.
    let compiled = compile(&world, &Options { provenance: true, ..Options::new(spec) });
    let whole = compiled.environments.iter().chain(compiled.partial.iter().filter_map(|one| one.environment.as_ref()));
    let outputs = whole.take(1).flat_map(|environment| &environment.artifacts);
    let values = outputs.filter(|file| file.path.contains("gitops/values/"));
    values.map(|file| (file.path.clone(), file.text.to_string())).collect()
}

fn walk(place: &Path) -> Vec<std::path::PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![place.to_owned()]);
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(&at).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() && path.file_name().is_none_or(|name| name != "expected") {
                open.push(path);
            } else if path.is_file() {
                found.push(path);
            }
        }
    }
    found
}

fn with_placements(path: &Path) -> Vec<u8> {
    let mut documents = tree::documents(path);
    let Some(spec) = documents.first_mut().filter(|spec| spec["components"].is_object()) else {
        return std::fs::read(path).expect("a file");
    };
    for (_, component) in spec["components"].as_object_mut().expect("components") {
        component["placement"] = placement();
        let parts = component.get_mut("parts").and_then(Value::as_object_mut);
        parts.into_iter().flatten().for_each(|(_, part)| {
            part.as_object_mut().expect("a part").remove("placement");
        });
    }
    serde_json::to_vec(spec).expect("JSON is YAML")
}

/// Returns how many selectors the pods of objects have for their own copies, and those that find none.
pub fn lost(objects: &[Value]) -> (usize, Vec<String>) {
    let (mut count, mut lost) = (0, Vec::new());
    for object in objects {
        let Some((labels, pod)) = pods(object) else { continue };
        for selector in selectors(pod) {
            count += 1;
            if !finds(selector, &labels) {
                let (kind, name) = (&object["kind"], &object["metadata"]["name"]);
                lost.push(format!(
                    "{kind} {name}: a selector finds none of its pods: {selector}, and they have {labels}"
                ));
            }
        }
    }
    (count, lost)
}

/// Returns the labels of the pods that an object makes, and where it says what they are.
fn pods(object: &Value) -> Option<(Value, &Value)> {
    let (spec, name) = (&object["spec"], &object["metadata"]["name"]);
    Some(match object["kind"].as_str()? {
        "Deployment" | "StatefulSet" | "DaemonSet" => {
            (spec["template"]["metadata"]["labels"].clone(), &spec["template"]["spec"])
        }
        // What operators give to pods (prometheus-operator.dev, "Design"; cloudnative-pg.io, "Labels and annotations").
        "Prometheus" => (
            json!({ "app.kubernetes.io/name": "prometheus", "app.kubernetes.io/instance": name, "prometheus": name }),
            spec,
        ),
        "Alertmanager" => (
            json!({ "app.kubernetes.io/name": "alertmanager", "app.kubernetes.io/instance": name, "alertmanager": name }),
            spec,
        ),
        "Pooler" => (json!({ "cnpg.io/poolerName": name, "cnpg.io/podRole": "pooler" }), spec),
        "Cluster" => (json!({ "cnpg.io/cluster": name, "cnpg.io/podRole": "instance" }), spec),
        _ => return None,
    })
}

fn selectors(pod: &Value) -> Vec<&Value> {
    let list = |value: &'_ Value| value.as_array().cloned().unwrap_or_default().len();
    let anti = &pod["affinity"]["podAntiAffinity"];
    let (required, preferred) = (
        &anti["requiredDuringSchedulingIgnoredDuringExecution"],
        &anti["preferredDuringSchedulingIgnoredDuringExecution"],
    );
    let spread = &pod["topologySpreadConstraints"];
    let required = (0..list(required)).map(|at| &required[at]["labelSelector"]);
    let preferred = (0..list(preferred)).map(|at| &preferred[at]["podAffinityTerm"]["labelSelector"]);
    let spread = (0..list(spread)).map(|at| &spread[at]["labelSelector"]);
    required.chain(preferred).chain(spread).collect()
}

/// Returns whether a selector finds pods with these labels; one that says nothing finds nobody.
fn finds(selector: &Value, labels: &Value) -> bool {
    let wanted = selector["matchLabels"].as_object();
    let expressions = selector["matchExpressions"].as_array();
    let holds = |one: &Value| {
        let own = one["key"].as_str().and_then(|key| labels.get(key));
        match one["operator"].as_str() {
            Some("In") => own.is_some_and(|own| one["values"].as_array().is_some_and(|values| values.contains(own))),
            Some("Exists") => own.is_some(),
            _ => true,
        }
    };
    (wanted.is_some() || expressions.is_some())
        && wanted.into_iter().flatten().all(|(key, value)| labels.get(key) == Some(value))
        && expressions.into_iter().flatten().all(holds)
}

/// Returns what is missing for the metrics of a component that is scraped and whose chart makes the monitor: the monitor
/// itself, or what it selects.
pub fn unread(platform: &Platform, component: &Component, objects: &[Value]) -> Vec<String> {
    let Some(metrics) = component.metrics.as_ref().filter(|metrics| metrics.by_chart) else { return Vec::new() };
    let to = |at: usize| platform.components.get(at).is_some_and(|one| one.name.value == component.name.value);
    if !platform.flows.iter().any(|flow| flow.kind == FlowKind::Scrape && to(flow.to.component.0)) {
        return Vec::new();
    }
    let kind = metrics.asked.monitor().split('.').next().unwrap_or_default();
    let mut monitors = objects.iter().filter(|object| object["kind"] == kind).peekable();
    if monitors.peek().is_none() {
        return vec![format!("no {kind}, and it is scraped")];
    }
    let reads = |monitor: &&Value| {
        let selector = &monitor["spec"]["selector"];
        objects.iter().any(|object| match pods(object) {
            Some((labels, _)) if kind == "PodMonitor" => finds(selector, &labels),
            _ => {
                kind == "ServiceMonitor"
                    && object["kind"] == "Service"
                    && finds(selector, &object["metadata"]["labels"])
            }
        })
    };
    let nothing = monitors.filter(|monitor| !reads(monitor));
    nothing.map(|monitor| format!("{kind} {} selects nothing of the chart", monitor["metadata"]["name"])).collect()
}

#[test]
fn a_selector_that_finds_nothing_is_seen() {
    let set = |app: &str| {
        json!({ "kind": "Deployment", "metadata": { "name": "own" }, "spec": { "template": {
            "metadata": { "labels": { "app": "own", "part": "web" } },
            "spec": {
                "affinity": { "podAntiAffinity": { "preferredDuringSchedulingIgnoredDuringExecution": [
                    { "podAffinityTerm": { "labelSelector": { "matchLabels": { "app": app } } } },
                ] } },
                "topologySpreadConstraints": [
                    { "labelSelector": { "matchExpressions": [{ "key": "part", "operator": "In", "values": ["web"] }] } },
                ],
            },
        } } })
    };
    assert_eq!(lost(&[set("own")]), (2, Vec::new()));
    let (count, lost) = lost(&[set("other"), json!({ "kind": "Service" })]);
    assert!(count == 2 && matches!(lost.as_slice(), [only] if only.contains("\"own\"")), "{lost:?}");
}
