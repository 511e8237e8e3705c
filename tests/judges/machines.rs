//! Whether Terraform, Ansible and the shell take what they are given, and agree on the nodes.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;

use serde_json::Value;

use crate::support::tools::{self, Node};
use crate::support::tree::{self, Verdict};

/// The nodes that a file names: host name to address.
pub type Hosts = BTreeMap<String, String>;

/// Judges whether each Terraform file parses.
pub fn hcl(node: &Node, tree: &Path) -> Verdict {
    let read = node.judge("hcl", &tree::files(tree, &[".tf", ".tfvars"]));
    let mut verdict = Verdict::default();
    for (file, parsed) in read.as_object().into_iter().flatten() {
        verdict.add(parsed.get("error").map(|error| format!("{file}: {error}")));
    }
    verdict
}

/// Returns the nodes of a file of Terraform variables: each list `…_hostnames` beside its list `…_ips`.
pub fn terraform_hosts(node: &Node, file: &Path) -> BTreeMap<String, Hosts> {
    let read = node.judge("hcl", &[file.to_owned()]);
    let variables = read.as_object().and_then(|read| read.values().next()).expect("one file");
    let list = |name: &str| variables[name].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().expect("a list of strings").to_owned();
    let mut roles = BTreeMap::new();
    for name in variables.as_object().into_iter().flatten().map(|(name, _)| name) {
        let Some(role) = name.strip_suffix("_hostnames") else { continue };
        let (names, addresses) = (list(name), list(&format!("{role}_ips")));
        assert_eq!(names.len(), addresses.len(), "{role}: one address for each host name");
        roles.insert(role.to_owned(), names.iter().map(text).zip(addresses.iter().map(text)).collect());
    }
    roles
}

/// Returns the inventory with all variables, as Ansible understands it, or what it says against it.
pub fn inventory(ansible_inventory: &Path, file: &Path) -> Result<Value, String> {
    let home = tempfile::tempdir().expect("a directory for Ansible");
    let args = [OsStr::new("-i"), file.as_os_str(), OsStr::new("--list")];
    let dir = file.parent().expect("a file is in a directory");
    let outcome = tools::run_in(dir, ansible_inventory, args, &[("ANSIBLE_HOME", home.path().as_os_str())]);
    // A key that Ansible does not know, or a line that it cannot parse, is only a warning.
    if !outcome.ok || outcome.stderr.contains("[WARNING]") {
        return Err(outcome.said());
    }
    serde_json::from_str(&outcome.stdout).map_err(|error| error.to_string())
}

/// Returns the nodes of a group of an inventory.
pub fn group_hosts(inventory: &Value, group: &str) -> Hosts {
    let hosts = inventory[group]["hosts"].as_array().cloned().unwrap_or_default();
    let name = |host: &Value| host.as_str().expect("a host is a string").to_owned();
    let address =
        |host: &str| inventory["_meta"]["hostvars"][host]["ansible_host"].as_str().unwrap_or_default().to_owned();
    hosts.iter().map(name).map(|host| (host.clone(), address(&host))).collect()
}

/// Judges whether Terraform itself accepts the variables and their values. Variables without a value are secrets, which
/// stand in no file.
pub fn terraform(terraform: &Path, node: &Node, tree: &Path) -> Verdict {
    let work = tempfile::tempdir().expect("a directory for Terraform");
    let module = tree.join("terraform");
    for file in tree::files(&module, &[".tf", ".tfvars"]).iter().filter(|file| file.parent() == Some(&module)) {
        std::fs::copy(file, work.path().join(file.file_name().expect("a file"))).expect("a copy");
    }
    let config = work.path().join("terraformrc");
    std::fs::write(&config, "").expect("an empty configuration");
    let env = [("TF_CLI_CONFIG_FILE", config.as_os_str()), ("CHECKPOINT_DISABLE", OsStr::new("1"))];
    let run = |args: &[String]| tools::run_in(work.path(), terraform, args, &env);
    let mut plan = words("plan -input=false -lock=false -refresh=false -no-color -var-file=terraform.tfvars");
    plan.extend(unset_variables(node, work.path()).into_iter().map(|name| format!("-var={name}=x")));
    let mut verdict = Verdict::default();
    for args in [
        words("fmt -check -diff -no-color"),
        words("init -backend=false -input=false -no-color"),
        words("validate -no-color"),
        plan,
    ] {
        let outcome = run(&args);
        let bad = !outcome.ok || outcome.said().contains("Warning:");
        verdict.add(bad.then(|| format!("terraform {}: {}", args.join(" "), outcome.said())));
    }
    verdict
}

fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}

fn unset_variables(node: &Node, dir: &Path) -> Vec<String> {
    let read = node.judge("hcl", &tree::files(dir, &[".tf", ".tfvars"]));
    let files: Vec<&Value> = read.as_object().into_iter().flatten().map(|(_, parsed)| parsed).collect();
    let declared = files.iter().filter_map(|file| file["variable"].as_object()).flatten();
    let unset = declared.filter(|(name, blocks)| {
        let has_default = blocks[0].get("default").is_some();
        !has_default && !files.iter().any(|file| file.get(name.as_str()).is_some())
    });
    unset.map(|(name, _)| name.clone()).collect()
}

/// Judges the syntax of shell scripts, and asks shellcheck if it is there.
pub fn scripts(bash: &Path, shellcheck: Option<&Path>, tree: &Path) -> Verdict {
    let mut verdict = Verdict::default();
    for file in tree::files(tree, &[".sh"]) {
        let syntax = tools::run(bash, [OsStr::new("-n"), file.as_os_str()]);
        verdict.add((!syntax.ok).then(|| syntax.said()));
        if let Some(shellcheck) = shellcheck {
            let advice = tools::run(shellcheck, [OsStr::new("--severity=style"), file.as_os_str()]);
            verdict.add((!advice.ok).then(|| advice.said()));
        }
    }
    verdict
}

/// Runs a script with a kubectl that only notes how it is called, and returns these calls.
pub fn kubectl_calls(bash: &Path, script: &Path) -> Result<Vec<Vec<String>>, String> {
    let work = tempfile::tempdir().expect("a directory for the fake");
    let log = work.path().join("calls");
    let fake = work.path().join("kubectl");
    std::fs::write(&log, "").expect("a log");
    // One call a line, its words apart by a character that no label holds.
    std::fs::write(&fake, "#!/bin/sh\n{ printf '%s\\t' \"$@\"; echo; } >>\"$CALLS\"\n").expect("a fake");
    let marked = tools::run(Path::new("/bin/chmod"), ["+x".as_ref(), fake.as_os_str()]);
    assert!(marked.ok, "{}", marked.said());
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let places = std::iter::once(work.path().to_owned()).chain(std::env::split_paths(&inherited));
    let path = std::env::join_paths(places).expect("a PATH");
    let shell = bash.with_file_name("sh");
    let env = [("PATH", path.as_os_str()), ("CALLS", log.as_os_str())];
    let outcome = tools::run_in(work.path(), &shell, [script.as_os_str(), "--apply".as_ref()], &env);
    if !outcome.ok {
        return Err(outcome.said());
    }
    let line = |line: &str| line.trim_end_matches('\t').split('\t').map(str::to_owned).collect();
    Ok(tree::text(&log).lines().map(line).collect())
}

/// Judges calls of `kubectl label node NAME …` by giving them to the real kubectl with an object in place of a cluster.
pub fn label_calls(kubectl: &Path, calls: &[Vec<String>]) -> Verdict {
    let work = tempfile::tempdir().expect("a directory for nodes");
    let file = work.path().join("node.yaml");
    let mut verdict = Verdict::default();
    for call in calls {
        let [label, node @ ("node" | "nodes"), name, rest @ ..] =
            &call.iter().map(String::as_str).collect::<Vec<_>>()[..]
        else {
            continue;
        };
        let text = format!("apiVersion: v1\nkind: Node\nmetadata:\n  name: {name}\n");
        std::fs::write(&file, text).expect("a node");
        let path = file.to_string_lossy();
        let args = [label, "--local", "-o", "name", "-f", &path].into_iter().chain(rest.iter().copied());
        let outcome = tools::run(kubectl, args);
        verdict.add((!outcome.ok).then(|| format!("{label} {node} {name}: {}", outcome.said())));
    }
    verdict
}
