//! The volumes that rendered objects ask for, against those that the model plans.

use std::collections::BTreeMap;

use dvgen::model::{Component, Platform};
use serde_json::Value;

/// How many volumes there are of each size.
type Sizes = BTreeMap<String, u64>;

/// Returns what is said against the volumes of a component.
pub fn wrong(platform: &Platform, component: &Component, objects: &[Value]) -> Option<String> {
    let mut planned = Sizes::new();
    let own = |id: usize| platform.components.get(id).is_some_and(|other| other.name.value == component.name.value);
    for demand in platform.demands.iter().filter(|demand| own(demand.component.0)) {
        *planned.entry(demand.size.value.text.to_string()).or_default() += u64::from(demand.count.value);
    }
    let asked = asked(objects);
    (planned != asked).then(|| format!("plans volumes {planned:?}, and the chart asks for {asked:?}"))
}

/// Returns the volumes that objects ask for: claims, templates of claims in sets, and what operators make claims of.
pub fn asked(objects: &[Value]) -> Sizes {
    let mut sizes = Sizes::new();
    let mut add = |size: &Value, count: &Value| {
        if let Some(size) = size.as_str() {
            *sizes.entry(size.to_owned()).or_default() += count.as_u64().unwrap_or(1);
        }
    };
    for object in objects {
        let spec = &object["spec"];
        match object["kind"].as_str().unwrap_or_default() {
            "PersistentVolumeClaim" => add(&spec["resources"]["requests"]["storage"], &Value::Null),
            "StatefulSet" => {
                for claim in spec["volumeClaimTemplates"].as_array().into_iter().flatten() {
                    add(&claim["spec"]["resources"]["requests"]["storage"], &spec["replicas"]);
                }
            }
            "Prometheus" | "Alertmanager" => {
                let claim = &spec["storage"]["volumeClaimTemplate"];
                add(&claim["spec"]["resources"]["requests"]["storage"], &spec["replicas"]);
            }
            "Cluster" => add(&spec["storage"]["size"], &spec["instances"]),
            _ => {}
        }
    }
    sizes
}

#[test]
fn a_volume_that_is_not_planned_is_seen() {
    let claim = |size: &str| serde_json::json!({ "spec": { "resources": { "requests": { "storage": size } } } });
    let set = serde_json::json!({
        "kind": "StatefulSet", "spec": { "replicas": 3, "volumeClaimTemplates": [claim("5Gi"), claim("1Gi")] },
    });
    let mut one = claim("5Gi");
    one["kind"] = "PersistentVolumeClaim".into();
    let sizes = asked(&[set, one, serde_json::json!({ "kind": "Service", "spec": {} })]);
    assert_eq!(sizes, Sizes::from([("1Gi".to_owned(), 3), ("5Gi".to_owned(), 4)]));
}
