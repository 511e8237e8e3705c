//! dvgen as Argo CD's config management plugin: called as the sidecar calls it, in a copy without `.git` and without outputs.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests prepare files and run the command")]
#![expect(clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]
#![expect(unreachable_pub, dead_code, reason = "the parts of a test are no library")]

mod support {
    pub mod platforms;
}

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use support::platforms;

/// Returns the example platform as Argo CD unpacks it.
fn source() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    platforms::write(dir.path(), &platforms::files(&platforms::named("detectviz"), &[platforms::EXPECTED]));
    dir
}

fn plugin() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("integrations/argocd/plugin.yaml");
    serde_saphyr::from_str(&std::fs::read_to_string(path).expect("the plugin")).expect("YAML")
}

fn words(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(|word| word.as_str().expect("a word").to_owned()).collect()
}

/// Runs a command of the plugin as the sidecar does: in the source's directory, with nothing but Argo CD's variables.
fn call(dir: &Path, command: &[String], variables: &[(&str, &str)]) -> Output {
    assert_eq!(command.first().map(String::as_str), Some("dvgen"));
    Command::new(env!("CARGO_BIN_EXE_dvgen"))
        .args(&command[1..])
        .current_dir(dir)
        .env_clear()
        .envs([("ARGOCD_APP_NAME", "x"), ("ARGOCD_APP_REVISION", "0123abc"), ("KUBE_VERSION", "1.34")])
        .envs(variables.iter().copied())
        .output()
        .expect("the command runs")
}

fn generate(dir: &Path, variables: &[(&str, &str)]) -> String {
    let spec = &plugin()["spec"]["generate"];
    let command = [words(&spec["command"]), words(&spec["args"])].concat();
    let output = call(dir, &command, variables);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn documents(text: &str) -> Vec<Value> {
    serde_saphyr::from_multiple(text).expect("YAML")
}

fn name(object: &Value) -> &str {
    object["metadata"]["name"].as_str().expect("a name")
}

fn expected(path: &str) -> String {
    let path = platforms::named("detectviz").join("expected").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn applications_carry_their_values_and_ask_the_plugin_for_the_rest() {
    let dir = source();
    let all = documents(&generate(dir.path(), &[]));
    let applications: BTreeMap<&str, &Value> =
        all.iter().filter(|object| object["kind"] == "Application").map(|object| (name(object), object)).collect();
    assert!(applications.len() > 20 && all.iter().any(|object| object["kind"] == "AppProject"));
    let grafana = applications["grafana"];
    let sources = grafana["spec"]["sources"].as_array().expect("sources");
    let values: Value = serde_saphyr::from_str(&expected("gitops/values/monitoring/grafana.yaml")).expect("YAML");
    assert_eq!(sources[0]["helm"]["valuesObject"], values);
    assert!(sources[0]["helm"].get("valueFiles").is_none());
    let plugin = &sources[1]["plugin"];
    let made = self::plugin();
    let full = format!("{}-{}", name(&made), made["spec"]["version"].as_str().expect("a version"));
    assert_eq!(plugin["name"], full.as_str());
    for object in applications.values() {
        let text = object.to_string();
        assert!(!text.contains("$values") && !text.contains("gitops/"), "{text}");
    }
    // Each that asks the plugin gets objects from it, with just the parameters that it names.
    for parameters in applications.values().filter_map(|object| {
        let sources = object["spec"]["sources"].as_array()?;
        sources.iter().find_map(|source| source.get("plugin")).map(|plugin| plugin["parameters"].to_string())
    }) {
        assert!(!documents(&generate(dir.path(), &[("ARGOCD_APP_PARAMETERS", &parameters)])).is_empty());
    }
}

#[test]
fn a_component_has_the_objects_that_a_build_writes() {
    let dir = source();
    for (environment, folder) in [("production", ""), ("staging", "environments/staging/")] {
        let made = generate(dir.path(), &[("PARAM_ENVIRONMENT", environment), ("PARAM_COMPONENT", "grafana")]);
        let again = generate(dir.path(), &[("PARAM_ENVIRONMENT", environment), ("PARAM_COMPONENT", "grafana")]);
        assert_eq!(made, again, "Argo CD caches by revision");
        let folder = platforms::named("detectviz").join(format!("expected/{folder}gitops/manifests/grafana"));
        let mut files: Vec<_> =
            std::fs::read_dir(folder).expect("manifests").flatten().map(|entry| entry.path()).collect();
        files.sort();
        let written: Vec<Value> =
            files.iter().flat_map(|file| documents(&std::fs::read_to_string(file).expect("a file"))).collect();
        assert_eq!(documents(&made), written);
    }
}

#[test]
fn parameters_are_announced() {
    let dir = source();
    let output = call(dir.path(), &words(&plugin()["spec"]["parameters"]["dynamic"]["command"]), &[]);
    let announced: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let names: Vec<&str> =
        announced.as_array().expect("an array").iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(names, ["environment", "component"]);
    assert_eq!(announced[0]["string"], "production");
    assert!(announced[0]["tooltip"].as_str().is_some_and(|text| text.contains("staging")));
}

#[test]
fn what_is_wrong_goes_to_stderr_and_nothing_to_stdout() {
    let dir = source();
    let command = ["dvgen", "cmp", "generate"].map(str::to_owned);
    for (variables, said) in [
        (("PARAM_ENVIRONMENT", "stagin"), "did you mean `staging`"),
        (("PARAM_COMPONENT", "grafan"), "did you mean `grafana`"),
        (("ARGOCD_APP_PARAMETERS", "{"), "is not a JSON array"),
    ] {
        let output = call(dir.path(), &command, &[variables]);
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && output.stdout.is_empty() && err.contains(said), "{err}");
    }
    let spec = dir.path().join("platform.yaml");
    let text = std::fs::read_to_string(&spec).expect("the spec").replace("version: 12.11.1", "verion: 12.11.1");
    std::fs::write(&spec, text).expect("a file");
    let output = call(dir.path(), &command, &[]);
    assert!(output.status.code() == Some(1) && output.stdout.is_empty());
}
