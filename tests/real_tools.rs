//! The tools themselves judge what dvgen builds from the example platform.
//!
//! `scripts/install-tools.sh` installs them; a test whose tool is missing says `NOT RUN`, and fails where
//! `DVGEN_REQUIRE_TOOLS=1`. Each judge is also shown something broken, since one that accepts all proves nothing.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read files and start the real tools")]
#![expect(clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]
#![expect(unreachable_pub, reason = "the parts of a test are no library")]

mod support {
    pub mod helm;
    #[expect(dead_code, reason = "other tests use the rest")]
    pub mod tools;
    #[expect(dead_code, reason = "other tests use the rest")]
    pub mod tree;
}
mod judges {
    pub mod kubernetes;
    pub mod machines;
    #[expect(dead_code, reason = "other tests use the rest")]
    pub mod terraform;
    pub mod values;
}

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use judges::machines::Hosts;
use judges::{kubernetes, machines, terraform, values};
use support::{tools, tree};

/// Writes files below a new directory.
fn planted(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    for (name, text) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(path, text).expect("a file");
    }
    dir
}

fn value_files(tree: &Path) -> Vec<PathBuf> {
    let mut files = tree::yaml_files(tree);
    files.retain(|file| file.to_string_lossy().contains("/gitops/values/"));
    files
}

const GOOD_VALUES: &str =
    "port: 80\nratio: 0.5\nword: \"no\"\nquoted: \"0777\"\nlist: [{ a: 1.0 }, ~]\ntext: |\n  {{ x }}\n";

#[test]
fn helm_reads_the_values_as_written() {
    let test = "are values read by Helm as they are meant?";
    let Some(helm) = tools::find("helm", test) else { return };
    let tree = tree::built();
    values::helm(&helm, &value_files(tree)).expect_clean();
}

#[test]
fn the_judge_of_values_can_say_no() {
    let Some(helm) = tools::find("helm", "does the judge of values see a fault?") else { return };
    // Helm reads YAML 1.1 numbers: 0777 is 511, and 777 in YAML 1.2.
    let dir = planted(&[("bad.yaml", "mode: 0777\n"), ("good.yaml", GOOD_VALUES)]);
    values::helm(&helm, &tree::yaml_files(dir.path())).expect_complaint("511");
}

#[test]
fn all_readers_of_yaml_agree() {
    let test = "do PyYAML, ruamel.yaml and js-yaml read the same?";
    let tree = tree::built();
    let files = tree::yaml_files(tree);
    if let Some(python) = python(test) {
        values::python(&python, &files).expect_clean();
    }
    if let Some(node) = tools::node(test) {
        values::javascript(&node, &files).expect_clean();
    }
}

#[test]
fn the_readers_of_yaml_can_disagree() {
    let test = "does the comparison of YAML readers see a fault?";
    let dir = planted(&[("bad.yaml", "time: 12:30\n"), ("good.yaml", GOOD_VALUES)]);
    if let Some(python) = python(test) {
        values::python(&python, &tree::yaml_files(dir.path())).expect_complaint("pyyaml reads [{\"time\":750}]");
    }
    let dir = planted(&[("bad.yaml", "a: 1\n---\na: [\n"), ("good.yaml", GOOD_VALUES)]);
    if let Some(node) = tools::node(test) {
        let read = node.judge("yaml", &[dir.path().join("bad.yaml")]);
        assert!(read.to_string().contains("error"), "{read}");
        values::javascript(&node, &[dir.path().join("good.yaml")]).expect_clean();
    }
}

/// Returns the interpreter that has the YAML readers.
fn python(test: &str) -> Option<PathBuf> {
    let program = tools::home().join("python/bin/python3");
    if program.is_file() { Some(program) } else { tools::find("python3 with PyYAML and ruamel.yaml", test) }
}

#[test]
fn kubectl_reads_every_manifest() {
    let test = "does kubectl read every manifest?";
    let Some(kubectl) = tools::find("kubectl", test) else { return };
    let tree = tree::built();
    kubernetes::kubectl(&kubectl, &tree::manifests(tree)).expect_clean();
}

#[test]
fn built_in_kinds_match_their_strict_schemas() {
    let test = "do built-in kinds match the schemas of Kubernetes?";
    let Some(validate) = tools::find("kubernetes-validate", test) else { return };
    let tree = tree::built();
    let spec = tree::spec();
    let version = spec["versions"]["kubernetes"].as_str().expect("versions.kubernetes");
    let minor = version.rsplit_once('.').expect("a version such as 1.32.0").0;
    kubernetes::schemas(&validate, minor, &tree::manifests(tree)).expect_clean();
}

#[test]
fn argocd_kinds_match_their_schemas() {
    let test = "do Applications and AppProjects match the schemas of Argo CD?";
    let Some(node) = tools::node(test) else { return };
    let tree = tree::built();
    kubernetes::argocd(&node, &tree::manifests(tree)).expect_clean();
}

#[test]
fn the_judges_of_manifests_can_say_no() {
    let test = "do the judges of manifests see a fault?";
    let container = "spec:\n  containers:\n    - name: x\n      image: x:1\n      imagePullPolcy: Always\n";
    let pod = format!("apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n{container}");
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: x\nspec:\n  project: 1\n  syncPolcy: {}\n";
    let dir = planted(&[
        ("bool.yaml", "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: y\n"),
        ("application.yaml", application),
        ("pod.yaml", &pod),
    ]);
    let files = tree::manifests(dir.path());
    assert_eq!(files.len(), 3);
    if let Some(kubectl) = tools::find("kubectl", test) {
        kubernetes::kubectl(&kubectl, &files).expect_complaint("bool.yaml");
    }
    if let Some(validate) = tools::find("kubernetes-validate", test) {
        kubernetes::schemas(&validate, "1.32", &[dir.path().join("pod.yaml")]).expect_complaint("imagePullPolcy");
    }
    if let Some(node) = tools::node(test) {
        kubernetes::argocd(&node, &files).expect_complaint("/spec/project type");
        kubernetes::argocd(&node, &files).expect_complaint("/spec/syncPolcy is no field");
    }
}

#[test]
fn terraform_files_parse() {
    let test = "do the Terraform files parse?";
    let Some(node) = tools::node(test) else { return };
    let tree = tree::built();
    machines::hcl(&node, tree).expect_clean();
}

#[test]
fn terraform_accepts_the_variables() {
    let test = "does Terraform accept the variables and their values?";
    let Some(node) = tools::node(test) else { return };
    let tree = tree::built();
    let Some(terraform) = terraform::program(test) else { return };
    machines::terraform(&terraform, &node, tree).expect_clean();
}

#[test]
fn the_judges_of_terraform_can_say_no() {
    let test = "do the judges of Terraform see a fault?";
    let dir = planted(&[
        (
            "terraform/variables.tf",
            "variable \"cores\" {\n  type = number\n}\n\nvariable \"token\" {\n  type = string\n}\n",
        ),
        ("terraform/terraform.tfvars", "cores = \"many\"\n"),
        ("broken/terraform.tfvars", "cores = [\n"),
    ]);
    let Some(node) = tools::node(test) else { return };
    machines::hcl(&node, dir.path()).expect_complaint("Missing expression");
    if let Some(terraform) = terraform::program(test) {
        machines::terraform(&terraform, &node, dir.path()).expect_complaint("a number is required");
    }
}

#[test]
fn terraform_and_ansible_name_the_same_nodes() {
    let test = "do Terraform and Ansible name the nodes of the spec?";
    let Some(node) = tools::node(test) else { return };
    let tree = tree::built();
    let Some(ansible) = tools::find("ansible-inventory", test) else { return };
    let inventory = machines::inventory(&ansible, &tree.join("ansible/inventory.ini")).expect("a good inventory");
    let terraform = machines::terraform_hosts(&node, &tree.join("terraform/terraform.tfvars"));
    let ansible: BTreeMap<_, _> =
        terraform.keys().map(|role| (role.clone(), machines::group_hosts(&inventory, &format!("{role}s")))).collect();
    assert_eq!(ansible, terraform);
    let named: Hosts = terraform.into_values().flatten().collect();
    assert_eq!(named, spec_hosts());
}

/// Returns the nodes of the spec, with the address that machines are reached at: the first one.
fn spec_hosts() -> Hosts {
    let spec = tree::spec();
    let nodes = spec["nodes"].as_object().expect("nodes");
    let address =
        |ips: &serde_json::Value| ips.as_object().and_then(|ips| ips.values().next()?.as_str().map(str::to_owned));
    nodes.iter().map(|(name, node)| (name.clone(), address(&node["ip"]).expect("an address"))).collect()
}

#[test]
fn the_judge_of_inventories_can_say_no() {
    let Some(ansible) = tools::find("ansible-inventory", "does the judge of inventories see a fault?") else { return };
    let good = "[masters]\na ansible_host=192.0.2.1\n\n[all:vars]\nx=1\n";
    let dir = planted(&[("good.ini", good), ("bad.ini", "[masters:chldren]\na\n")]);
    let inventory = machines::inventory(&ansible, &dir.path().join("good.ini")).expect("a good inventory");
    let expected = Hosts::from([("a".to_owned(), "192.0.2.1".to_owned())]);
    assert_eq!(machines::group_hosts(&inventory, "masters"), expected);
    assert!(machines::inventory(&ansible, &dir.path().join("bad.ini")).is_err());
}

#[test]
fn scripts_are_sound() {
    let test = "are the scripts sound?";
    let Some(bash) = tools::find("bash", test) else { return };
    let tree = tree::built();
    machines::scripts(&bash, tools::find_optional("shellcheck", test).as_deref(), tree).expect_clean();
}

#[test]
fn the_label_script_labels_every_node() {
    let test = "does the script give labels that kubectl takes to every node?";
    let Some(bash) = tools::find("bash", test) else { return };
    let tree = tree::built();
    let Some(kubectl) = tools::find("kubectl", test) else { return };
    let calls =
        machines::kubectl_calls(&bash, &tree.join("scripts/render-node-labels.sh")).expect("a run of the script");
    for node in spec_hosts().keys() {
        assert!(calls.iter().any(|call| call.contains(node)), "{node} gets no labels: {calls:?}");
    }
    machines::label_calls(&kubectl, &calls).expect_clean();
}

#[test]
fn the_judges_of_scripts_can_say_no() {
    let test = "do the judges of scripts see a fault?";
    let dir = planted(&[
        ("syntax/x.sh", "#!/bin/sh\nif true; then\n"),
        ("labels.sh", "#!/bin/sh\nset -eu\nkubectl label node a --overwrite x=y\nkubectl label node b x=!\n"),
    ]);
    let Some(bash) = tools::find("bash", test) else { return };
    machines::scripts(&bash, None, &dir.path().join("syntax")).expect_complaint("syntax error");
    let Some(kubectl) = tools::find("kubectl", test) else { return };
    let calls = machines::kubectl_calls(&bash, &dir.path().join("labels.sh")).expect("a run of the script");
    assert_eq!(calls.len(), 2);
    machines::label_calls(&kubectl, &calls).expect_complaint("label node b");
}
