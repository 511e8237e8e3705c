//! The tools of machines and their names judge what dvgen builds: name servers, Ansible, Terraform, Prometheus.
//!
//! As in `real_tools.rs`: what is missing says `NOT RUN`, and each judge is also shown something broken.

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
mod judges {
    pub mod ansible;
    pub mod prometheus;
    pub mod records;
    pub mod terraform;
    pub mod variables;
}

use std::path::{Path, PathBuf};

use judges::{ansible, prometheus, records, terraform, variables};
use serde_json::{Value, json};
use support::{model, tools, tree};

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

/// Copies Ansible's files, so that a test can add to them.
fn ansible_files() -> tempfile::TempDir {
    let from = tree::built().join("ansible");
    let dir = tempfile::tempdir().expect("a directory");
    for file in tree::files(&from, &[""]) {
        let target = dir.path().join(file.strip_prefix(&from).expect("a file below"));
        std::fs::create_dir_all(target.parent().expect("a parent")).expect("a directory");
        std::fs::copy(&file, target).expect("a copy");
    }
    dir
}

/// Returns the nodes of the spec by name, with what `defaults` says of them.
fn nodes() -> Vec<(String, Value)> {
    let spec = tree::spec();
    let shared = spec["defaults"]["nodes"].as_object().cloned().unwrap_or_default();
    let own = spec["nodes"].as_object().expect("nodes").clone();
    let full = |(name, node): (String, Value)| {
        let mut all = shared.clone();
        all.extend(node.as_object().cloned().unwrap_or_default());
        (name, Value::Object(all))
    };
    own.into_iter().map(full).collect()
}

#[test]
fn name_servers_take_the_records() {
    let test = "do name servers take the DNS records?";
    let Some(checkzone) = records::system("named-checkzone", test) else { return };
    let tree = tree::built();
    let (verdict, found) = records::zones(&checkzone, &tree.join("dns"));
    verdict.expect_clean();
    let spec = tree::spec();
    let domain = spec["domains"]["node"].as_str().expect("domains.node");
    for (name, node) in nodes() {
        let record = (format!("{name}.{domain}"), node["ip"]["lan"].as_str().expect("an address").to_owned());
        assert!(found.contains(&record), "{record:?} is not in {found:?}");
    }
    let host = spec["components"]["grafana"]["expose"]["host"].as_str().expect("a host");
    assert!(found.iter().any(|(name, _)| name == host), "{host} is not in {found:?}");
    let Some(dnsmasq) = records::system("dnsmasq", test) else { return };
    records::dnsmasq(&dnsmasq, tree).expect_clean();
}

#[test]
fn the_judges_of_records_can_say_no() {
    let test = "do the judges of DNS records see a fault?";
    let dir = planted(&[
        ("example.org.zone", "a.example.net. IN A 192.0.2.1\n"),
        ("dnsmasq.conf", "host-recrd=a.example.org,192.0.2.1\n"),
    ]);
    let Some(checkzone) = records::system("named-checkzone", test) else { return };
    records::zones(&checkzone, dir.path()).0.expect_complaint("out-of-zone");
    let Some(dnsmasq) = records::system("dnsmasq", test) else { return };
    records::dnsmasq(&dnsmasq, dir.path()).expect_complaint("bad option");
}

#[test]
fn ansible_reads_the_model() {
    let test = "does Ansible read the nodes and the locked versions?";
    let Some(inventory) = tools::find("ansible-inventory", test) else { return };
    let files = ansible_files();
    let read = ansible::variables(&inventory, files.path());
    let spec = tree::spec();
    let first = &nodes()[0].1["ip"]["lan"];
    let vip = &spec["addresses"]["k8s-api"]["ip"];
    let endpoint = format!("k8s-api.{}:6443", spec["domains"]["external"].as_str().expect("a domain"));
    assert_eq!(read.as_object().expect("hosts").len(), nodes().len());
    for (name, node) in nodes() {
        let host = &read[&name];
        assert_eq!(host["ansible_host"], node["ip"]["lan"], "{name}");
        assert_eq!(host["vm_id"], node["vmid"], "{name}");
        assert_eq!(host["node_addresses"], node["ip"], "{name}");
        assert_eq!(host["kubernetes_version"], spec["versions"]["kubernetes"], "{name}");
        assert_eq!(host["control_plane_endpoint"], json!(endpoint), "{name}");
        assert_eq!(&host["control_plane_vip"], vip, "{name}");
        assert_eq!(&host["control_plane_bootstrap_ip"], first, "{name}");
    }
}

/// A playbook as a platform team has it: it reads what dvgen locks, and the facts of each host.
const PLAYBOOK: &str = r#"---
- name: Prepare the hosts
  hosts: k8s_cluster
  gather_facts: false
  tasks:
    - name: Show what is locked
      ansible.builtin.debug:
        msg: "{{ kubernetes_version }} at {{ control_plane_endpoint }}, {{ node_ip }} in {{ pod_network_cidr }}"
    - name: Hold the endpoint
      ansible.builtin.assert:
        that:
          - control_plane_endpoint is search(':6443$')
          - node_labels | length > 0
          - control_plane_bootstrap_ip == hostvars[groups['masters'][0]].ansible_host
"#;

#[test]
fn playbooks_run_with_the_variables() {
    let test = "do playbooks run with the variables?";
    let Some(program) = tools::find("ansible-playbook", test) else { return };
    let files = ansible_files();
    let playbook = files.path().join("site.yml");
    std::fs::write(&playbook, PLAYBOOK).expect("a playbook");
    ansible::playbook(&program, files.path(), &playbook).expect_clean();
    if let Some(lint) = tools::find("ansible-lint", test) {
        ansible::lint(&lint, files.path()).expect_clean();
    }
}

#[test]
fn the_judges_of_ansible_can_say_no() {
    let test = "do the judges of Ansible see a fault?";
    let files = ansible_files();
    let playbook = files.path().join("site.yml");
    std::fs::write(&playbook, PLAYBOOK.replace("kubernetes_version }}", "kubernets_version }}")).expect("a playbook");
    if let Some(program) = tools::find("ansible-playbook", test) {
        ansible::playbook(&program, files.path(), &playbook).expect_complaint("kubernets_version");
    }
    let dir = planted(&[
        ("requirements.yml", "collections:\n  - nme: kubernetes.core\n"),
        ("group_vars/all.yml", "a: 1\na: 2\n"),
    ]);
    if let Some(lint) = tools::find("ansible-lint", test) {
        ansible::lint(&lint, dir.path()).expect_complaint("group_vars/all.yml");
    }
}

#[test]
fn terraform_reads_the_model() {
    let test =
        "does the console of Terraform show what is meant, in every environment of every platform with hypervisors?";
    let Some(program) = terraform::program(test) else { return };
    let environments = model::places().into_iter().flat_map(|place| model::environments(&place));
    let mut judged = Vec::new();
    for environment in environments {
        let module = environment.expected.join("terraform");
        if environment.platform.topology.hypervisors.is_empty() || !module.join("variables.tf").is_file() {
            continue;
        }
        let shown = terraform::console(&program, &module).expect("variables that Terraform takes");
        let meant = variables::expected(&environment.platform);
        assert_eq!(shown, meant, "{}", environment.name);
        judged.push(environment.name);
    }
    for name in ["detectviz", "detectviz, staging"] {
        assert!(judged.iter().any(|one| one == name), "{judged:?}");
    }
}

#[test]
fn the_console_of_terraform_shows_what_is_set() {
    let Some(program) = terraform::program("does the console of Terraform show what is set?") else { return };
    let declared = "variable \"a\" {\n  type = list(number)\n}\n\nvariable \"b\" {\n  type = string\n}\n\n\
        variable \"t\" {\n  type        = string\n  sensitive   = true\n}\n";
    let dir = planted(&[("variables.tf", declared), ("terraform.tfvars", "a = [\"1\", 2.5]\nb = \"\\\"$${x}é\\n\"\n")]);
    let shown = terraform::console(&program, dir.path()).expect("variables");
    assert_eq!(json!(shown), json!({ "a": [1, 2.5], "b": "\"${x}é\n" }));
}

/// Returns the folders below one that are a module of Terraform.
fn modules(dir: &Path) -> Vec<PathBuf> {
    tree::files(dir, &["/variables.tf"]).iter().filter_map(|file| Some(file.parent()?.to_owned())).collect()
}

#[test]
fn terraform_takes_the_variables_of_every_platform() {
    let test = "does Terraform take the variables of every platform?";
    let Some(program) = terraform::program(test) else { return };
    let found = modules(&tree::platform().join(".."));
    assert!(found.len() > 4, "{found:?}");
    assert!(found.iter().any(|module| module.ends_with("terraform/cloudflare")), "a module in a module: {found:?}");
    let refused: Vec<String> = found.iter().filter_map(|module| terraform::variables(&program, module).err()).collect();
    assert!(refused.is_empty(), "{}", refused.join("\n"));
    let file = |name| std::fs::read_to_string(tree::built().join("terraform").join(name)).expect("a file");
    let (declared, set) = (file("variables.tf"), file("terraform.tfvars"));
    let broken = set.replace("= 9000\n", "= \"x\"\n");
    assert_ne!(broken, set, "the id of the template is a number");
    for (set, why) in [(broken, "a number is required"), (set + "nobody_declared_it = 1\n", "undeclared")] {
        let broken = planted(&[("variables.tf", &declared), ("terraform.tfvars", &set)]);
        let said = terraform::variables(&program, broken.path()).expect_err("a judge that sees what is wrong");
        assert!(said.contains(why), "{said}");
    }
}

#[test]
fn prometheus_takes_the_relabeling() {
    let test = "does Prometheus take the relabeling?";
    let Some(promtool) = tools::find("promtool", test) else { return };
    prometheus::relabeling(&promtool, &tree::yaml_files(&tree::built().join("gitops"))).expect_clean();
}

#[test]
fn the_judge_of_relabeling_can_say_no() {
    let Some(promtool) = tools::find("promtool", "does the judge of relabeling see a fault?") else { return };
    let dir = planted(&[("values.yaml", "relabelings:\n  - targetLabel: a-b\n    action: replace\n")]);
    prometheus::relabeling(&promtool, &tree::yaml_files(dir.path())).expect_complaint("a-b");
}

#[test]
fn alertmanager_takes_its_configuration() {
    let test = "does Alertmanager take its configuration?";
    let Some(amtool) = tools::find("amtool", test) else { return };
    // A platform need not have one: the chart's own routes to nobody.
    let verdict = prometheus::alerts(&amtool, &tree::yaml_files(&tree::built().join("gitops")));
    assert!(verdict.complaints.is_empty(), "{:#?}", verdict.complaints);
    let bad = "config:\n  route: { receiver: nobody }\n  receivers: [{ name: somebody }]\n";
    let dir = planted(&[("values.yaml", bad)]);
    prometheus::alerts(&amtool, &tree::yaml_files(dir.path())).expect_complaint("nobody");
}

#[test]
fn the_script_of_the_role_prints_commands() {
    let script = tree::built().join("terraform/proxmox-role.sh");
    let outcome = tools::run(Path::new("/bin/sh"), [&script]);
    assert!(outcome.ok, "{}", outcome.said());
    let user = tree::spec()["hypervisors"]["pve"]["user"].as_str().expect("an account").to_owned();
    let added = format!("'pveum' 'user' 'add' '{user}'");
    assert!(outcome.stdout.contains(&added), "{}", outcome.stdout);
    // No Proxmox is here, so the newer one is meant.
    assert!(outcome.stdout.contains("VM.PowerMgmt VM.GuestAgent.Audit'"), "{}", outcome.stdout);
    assert!(!tools::run(Path::new("/bin/sh"), [script.as_os_str(), "--aply".as_ref()]).ok);
}
