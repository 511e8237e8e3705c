//! The library against itself: what facts promise, templates keep.
#![expect(clippy::disallowed_methods, reason = "tests read the library's files")]

use std::path::Path;

use dvgen::pipeline::{Options, compile};
use dvgen::world::{MemoryWorld, RelPath};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the text of a file; one that is not there is empty.
fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// Returns the kinds of flow that a component of the library opens, and the text of its templates.
fn opened(component: &Path) -> (Vec<String>, String, String) {
    let facts = text(&component.join("component.yaml"));
    let lists =
        facts.lines().filter_map(|line| line.split_once("opens: [")).filter_map(|(_, rest)| rest.split_once(']'));
    let kinds = lists.flat_map(|(list, _)| list.split(',')).map(|kind| kind.trim().to_owned()).collect();
    let name = component.file_name().expect("a name").to_owned();
    let mut templates = text(&component.join("values.dvgen.yaml"));
    let folders = [root().join("gitops").join(name), component.to_owned()];
    for file in folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten() {
        let path = file.path();
        if path.to_string_lossy().ends_with(".dvgen.yaml") {
            templates.push_str(&text(&path));
        }
    }
    (kinds, templates, facts)
}

/// A flow that a component says it opens, and that no template of it reads, would be lost without a word.
#[test]
fn every_flow_that_a_component_opens_is_read() {
    let components = std::fs::read_dir(root().join("values")).expect("values").flatten().map(|entry| entry.path());
    for component in components.flat_map(|path| [path.join("machines"), path]) {
        let (kinds, templates, facts) = opened(&component);
        for kind in kinds {
            // Scrapes become monitors, and what dvgen builds in Rust reads the flows there.
            let scrape = kind == "scrape" && !component.ends_with("machines");
            // Who signs people in at the outer end of a tunnel is told to that end, by variables of Terraform.
            let outer = component.ends_with("cloudflared") && kind == "auth";
            let elsewhere = scrape || outer || facts.contains("builds: ");
            assert!(elsewhere || templates.contains(&format!("flows.{kind}")), "{}: {kind}", component.display());
        }
    }
}

const WITHOUT_TENANT: &str = "apiVersion: dvgen.dev/v1alpha1
kind: Platform
metadata: { name: test, environment: production }
networks: { lan: { cidr: 192.0.2.0/24 } }
nodes: { mon: { role: machine, user: admin, ip: { lan: 192.0.2.11 } } }
components:
  loki: { version: 18.11.0, installedBy: external }
  alloy: { version: 1.10.2, installedBy: systemd, runsOn: mon }
flows:
  - logs: { from: alloy, to: loki }
";

/// A tenant that nobody wrote is null in templates, and not undefined: a default has to be for that too.
#[test]
fn a_flow_without_a_tenant_has_a_name_of_its_own() {
    let world = MemoryWorld::new([("platform.yaml", WITHOUT_TENANT.as_bytes())]);
    let options = Options::new(RelPath::root().join("platform.yaml").expect("a path"));
    let made = compile(&world, &options);
    let all = made.environments.iter().flat_map(|environment| &environment.artifacts);
    let files = all.map(|artifact| &*artifact.text);
    let config = files.into_iter().find(|text| text.contains("loki.process")).unwrap_or_default();
    let blocks: Vec<&str> = config.lines().filter(|line| line.starts_with("loki.")).collect();
    assert!(blocks.contains(&"loki.process \"loki_all\" {"), "{blocks:?} {:?}", made.diagnostics);
    assert!(config.contains("[loki.write.loki_all.receiver]") && !config.contains("none"), "{config}");
}
