//! The binary on the example platforms, as a person runs it: what is written, what is left alone, what is told.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, clippy::panic, reason = "a test")]

#[path = "support/platforms.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod platforms;
#[path = "support/sandbox.rs"]
mod sandbox;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;

use sandbox::{Sandbox, changed, run};

fn set(paths: &[&str]) -> BTreeSet<String> {
    paths.iter().map(|path| (*path).to_owned()).collect()
}

/// Returns the line of the first place of a text in an output, from 1.
fn line_of(sandbox: &Sandbox, path: &str, text: &str) -> usize {
    let file = fs::read_to_string(sandbox.path(path)).expect("an output");
    let line = file.lines().position(|line| line.contains(text));
    line.unwrap_or_else(|| panic!("`{text}` is not in\n{file}")) + 1
}

#[test]
fn a_build_writes_the_whole_tree() {
    let sandbox = Sandbox::of("detectviz");
    sandbox.build(&[]).expect(0).says(" written, 0 unchanged, 0 pruned; no problems");
    let given = platforms::outputs(&platforms::compiled(&platforms::named("detectviz"), false));
    let plain = |text: &String| text.strip_prefix('!').unwrap_or(text).as_bytes().to_vec();
    let wanted = given.iter().map(|(path, text)| (path.clone(), plain(text))).collect();
    assert_eq!(changed(&sandbox.outputs(), &wanted), BTreeSet::new());
    for path in [
        "gitops/app-of-apps.yaml",
        "gitops/apps/mimir.yaml",
        "gitops/apps/projects/observability.yaml",
        "gitops/values/monitoring/grafana.yaml",
        "gitops/manifests/alloy/config.yaml",
        "terraform/terraform.tfvars",
        "terraform/variables.tf",
        "ansible/inventory.ini",
        "ansible/group_vars/all.yml",
        "ansible/files/hosts",
        "ansible/files/kubeadm-config.yaml",
        "nodes/labels.yaml",
        "scripts/render-node-labels.sh",
        "environments/staging/gitops/app-of-apps.yaml",
    ] {
        assert!(sandbox.path("out").join(path).is_file(), "{path} is missing");
    }
    assert!(sandbox.path("out/.dvgen/lock").is_file());
    assert!(!sandbox.path("out/.dvgen/staging").exists(), "what a build needs is still there");
}

#[test]
fn a_second_build_touches_nothing() {
    let sandbox = Sandbox::built("detectviz");
    let before = sandbox.stamps();
    sandbox.build(&[]).expect(0).says("0 written, ").says("0 pruned");
    assert!(sandbox.stamps() == before, "something was touched");
    let check = sandbox.build(&["--check"]).expect(0).says("outputs are what the spec gives");
    assert_eq!(check.stdout, "");
    assert!(sandbox.stamps() == before, "--check touched something");
}

#[test]
fn a_node_moves_where_its_address_is_used_and_nowhere_else() {
    let sandbox = Sandbox::built("detectviz");
    let before = sandbox.outputs();
    sandbox.edit("lan: 192.168.0.12,", "lan: 192.168.0.52,");
    sandbox.build(&["--check"]).expect(1).says("9 files differ");
    sandbox.build(&[]).expect(0).says("9 written");
    let after = sandbox.outputs();
    let moved = [
        "RUNBOOK.md",
        "ansible/files/hosts",
        "ansible/files/kubeadm-config.yaml",
        "ansible/host_vars/master-2.yml",
        "ansible/inventory.ini",
        "dns/cluster.internal.zone",
        "dns/dnsmasq.conf",
        "nodes/topology.md",
        "terraform/terraform.tfvars",
    ];
    assert_eq!(changed(&before, &after), set(&moved));
    for path in moved {
        let (old, new) = (String::from_utf8_lossy(&before[path]), String::from_utf8_lossy(&after[path]));
        assert_eq!(old.replace("192.168.0.12", "192.168.0.52"), new, "{path} changes elsewhere too");
    }
}

#[test]
fn users_of_a_service_follow_it_to_another_major() {
    let sandbox = Sandbox::built("detectviz");
    let holding = |word: &str| -> BTreeSet<String> {
        let outputs = sandbox.outputs().into_iter();
        let found = outputs.filter(|(_, text)| String::from_utf8_lossy(text).contains(word));
        found.map(|(path, _)| path).filter(|path| !path.starts_with("environments/")).collect()
    };
    let users = holding("mimir-nginx");
    assert_eq!(holding("mimir-gateway"), BTreeSet::new());
    let expected = ["grafana", "kube-prometheus-stack", "tempo"];
    let mut expected: BTreeSet<String> =
        expected.iter().map(|name| format!("gitops/values/monitoring/{name}.yaml")).collect();
    // A workload reads the address in a variable.
    expected.insert("gitops/manifests/analysis/pods.yaml".to_owned());
    assert_eq!(users, expected);
    let before = sandbox.outputs();
    sandbox.edit(
        "mimir:        { group: monitoring, version: 5.6.0,",
        "mimir:        { group: monitoring, version: 6.2.0,",
    );
    sandbox.build(&[]).expect(0);
    assert_eq!(holding("mimir-gateway"), users);
    let outputs = sandbox.outputs();
    for (path, text) in &outputs {
        assert!(!String::from_utf8_lossy(text).contains("mimir-nginx"), "{path} names mimir-nginx");
    }
    let own = ["gitops/apps/mimir.yaml", "gitops/values/monitoring/mimir.yaml"];
    let both = |path: &str| [path.to_owned(), format!("environments/staging/{path}")];
    // Staging leaves some components out.
    let there = |path: &String| before.contains_key(path);
    let expected: BTreeSet<String> = users.iter().map(String::as_str).chain(own).flat_map(both).filter(there).collect();
    assert_eq!(changed(&before, &outputs), expected);
}

#[test]
fn check_tells_every_kind_of_difference() {
    let sandbox = Sandbox::built("minimal");
    // Missing, edited by hand, stale, foreign, left over: one file each.
    fs::remove_file(sandbox.path("out/gitops/app-of-apps.yaml")).expect("an output");
    sandbox.edit_file("out/gitops/manifests/cert-manager/issuer.yaml", "selfSigned: {}", "selfSigned: { mine: true }");
    sandbox.edit(
        "cert-manager: { version: v1.21.1 }",
        "cert-manager: { version: v1.21.1, replicas: 2 }\n  vault: { version: 0.34.1 }",
    );
    sandbox.edit_file(platforms::SPEC, "argocd: { installedBy: ansible,", "argocd: { installedBy: external,");
    fs::write(sandbox.path("out/gitops/apps/vault.yaml"), "kind: Mine\n").expect("a writable file");
    let before = sandbox.stamps();
    let check = sandbox.build(&["--check"]).expect(1);
    for (path, word) in [
        ("gitops/app-of-apps.yaml", "missing"),
        ("gitops/manifests/cert-manager/issuer.yaml", "hand-edited"),
        ("gitops/values/cert-manager/cert-manager.yaml", "stale"),
        ("gitops/apps/vault.yaml", "foreign"),
        ("gitops/values/argocd/argocd.yaml", "left over"),
    ] {
        assert!(check.stdout.contains(&format!("{word}: {path} ")), "{word}: {path} is not in\n{}", check.stdout);
    }
    check.shows("-  selfSigned: { mine: true }").shows("+  selfSigned: {}").shows("-kind: Mine").says("files differ");
    assert!(sandbox.stamps() == before, "--check wrote something");
    // A build refuses as a whole, and names the way out.
    let refused = sandbox.build(&[]).expect(1).says("nothing written").says("--adopt");
    assert!(
        refused.stderr.contains("[foreign-file]") && refused.stderr.contains("[hand-edited-file]"),
        "{}",
        refused.stderr
    );
    assert!(sandbox.stamps() == before, "a refused build wrote something");
}

#[test]
fn adopting_gives_up_what_is_named_and_nothing_else() {
    let sandbox = Sandbox::built("minimal");
    let fresh = sandbox.outputs();
    let (one, two) = ("out/gitops/app-of-apps.yaml", "out/gitops/apps/cert-manager.yaml");
    fs::write(sandbox.path(one), "mine\n").expect("an output");
    fs::write(sandbox.path(two), "mine too\n").expect("an output");
    let before = sandbox.stamps();
    sandbox.build(&["--adopt", one]).expect(1).says("cert-manager.yaml");
    assert!(sandbox.stamps() == before, "half a build was written");
    sandbox.build(&["--adopt", one, "--adopt", two]).expect(0).says("2 written");
    assert_eq!(changed(&fresh, &sandbox.outputs()), BTreeSet::new());
    // A whole directory, and paths are the caller's.
    fs::write(sandbox.path(one), "mine\n").expect("an output");
    fs::write(sandbox.path(two), "mine too\n").expect("an output");
    let from = sandbox.path("out/gitops");
    run(&from, &["build", "-C", "../..", "--out", "..", "--adopt", "."], &[]).expect(0).says("2 written");
    assert_eq!(changed(&fresh, &sandbox.outputs()), BTreeSet::new());
    sandbox.build(&["--adopt", "elsewhere"]).expect(2);
}

#[test]
fn files_of_others_stay() {
    let sandbox = Sandbox::of("minimal");
    let notes = ["out/README.md", "out/gitops/apps/mine.yaml", "out/gitops/values/cert-manager/notes.txt"];
    for note in notes {
        let path = sandbox.path(note);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, "mine\n").expect("a writable file");
    }
    sandbox.build(&[]).expect(0);
    sandbox.edit("  cert-manager: { version: v1.21.1 }\n", "");
    sandbox.build(&[]).expect(0).says("pruned");
    for note in notes {
        assert_eq!(fs::read_to_string(sandbox.path(note)).expect("the note"), "mine\n");
    }
}

#[test]
fn a_removed_component_takes_its_files_along() {
    let sandbox = Sandbox::built("environments");
    let before = sandbox.outputs();
    sandbox.edit("  cert-manager: { version: v1.21.1, replicas: 2 }\n", "");
    sandbox.edit("      cert-manager: { replicas: 1 }\n", "");
    sandbox.build(&["--check"]).expect(1).shows("left over: gitops/apps/cert-manager.yaml");
    sandbox.build(&[]).expect(0).says("9 pruned");
    let after = sandbox.outputs();
    let gone: BTreeSet<String> = before.keys().filter(|path| !after.contains_key(*path)).cloned().collect();
    let files = [
        "gitops/apps/cert-manager.yaml",
        "gitops/manifests/cert-manager/issuer.yaml",
        "gitops/values/cert-manager/cert-manager.yaml",
    ];
    let folders = ["", "environments/staging/", "environments/try/"];
    let expected: BTreeSet<String> =
        folders.iter().flat_map(|folder| files.iter().map(move |file| format!("{folder}{file}"))).collect();
    assert_eq!(gone, expected);
    assert!(!sandbox.path("out/gitops/manifests/cert-manager").exists(), "an empty directory is left");
    sandbox.build(&["--check"]).expect(0);
}

#[test]
fn env_and_target_restrict_writing_and_pruning() {
    let sandbox = Sandbox::of("environments");
    let only = |sandbox: &Sandbox, folder: &str| {
        sandbox.outputs().keys().all(|path| path.starts_with(folder)) && !sandbox.outputs().is_empty()
    };
    sandbox.build(&["--env", "staging"]).expect(0);
    assert!(only(&sandbox, "environments/staging/"), "{:?}", sandbox.outputs().keys());
    sandbox.build(&["--env", "staging", "--env", "try", "--target", "ansible"]).expect(0);
    assert!(sandbox.path("out/environments/try/ansible/inventory.ini").is_file());
    assert!(!sandbox.path("out/environments/try/gitops").exists());
    sandbox.build(&["--env", "production"]).expect(0);
    sandbox.build(&[]).expect(0);
    let full = sandbox.outputs();
    // A component and a node go; only what is named follows.
    sandbox.edit("  cert-manager: { version: v1.21.1, replicas: 2 }\n", "");
    sandbox.edit("      cert-manager: { replicas: 1 }\n", "");
    sandbox.edit_file("spec/nodes.yaml", "192.0.2.11", "192.0.2.14");
    sandbox.build(&["--env", "staging", "--target", "values"]).expect(0).says("1 pruned");
    let expected = set(&["environments/staging/gitops/values/cert-manager/cert-manager.yaml"]);
    assert_eq!(changed(&full, &sandbox.outputs()), expected);
    let before = sandbox.outputs();
    sandbox.build(&["--env", "production", "--target", "ansible"]).expect(0).says("0 pruned");
    let moved = changed(&before, &sandbox.outputs());
    assert!(moved.iter().all(|path| path.starts_with("ansible/")) && moved.len() == 4, "{moved:?}");
    // `--check` looks at no more than it would build.
    sandbox.build(&["--env", "production", "--target", "ansible", "--check"]).expect(0);
    sandbox.build(&["--check"]).expect(1);
    sandbox.build(&[]).expect(0);
    sandbox.build(&["--check"]).expect(0);
}

#[test]
fn a_checkout_with_carriage_returns_is_no_drift() {
    let sandbox = Sandbox::built("detectviz");
    for (path, text) in platforms::files(&sandbox.path("out"), &[]) {
        let text = String::from_utf8(text).expect("UTF-8").replace('\n', "\r\n");
        fs::write(sandbox.path("out").join(path), text).expect("an output");
    }
    let before = sandbox.stamps();
    sandbox.build(&["--check"]).expect(0);
    sandbox.build(&[]).expect(0).says("0 written");
    assert!(sandbox.stamps() == before, "a checkout was rewritten");
    // The spec may have them too.
    let spec = fs::read_to_string(sandbox.path(platforms::SPEC)).expect("a spec").replace('\n', "\r\n");
    fs::write(sandbox.path(platforms::SPEC), spec).expect("a writable spec");
    sandbox.build(&["--check"]).expect(0);
}

#[test]
fn why_answers_for_a_line_and_for_a_file() {
    let sandbox = Sandbox::built("detectviz");
    let values = "out/gitops/values/monitoring/kube-prometheus-stack.yaml";
    let line = line_of(&sandbox, values, "url: http://mimir-nginx");
    let place = format!("{values}:{line}");
    let answer = sandbox.run(&["why", "--out", "out", &place]).expect(0);
    let answer = answer.shows("remoteWrite: { from: prometheus, to: mimir }").shows("values/mimir/component.yaml:");
    assert_eq!(answer.stderr, "");
    // By its path below the root, from anywhere; and for the file as a whole.
    let below = format!("gitops/values/monitoring/kube-prometheus-stack.yaml:{line}");
    let platform = sandbox.path("");
    let platform = platform.to_str().expect("UTF-8");
    let elsewhere = tempfile::tempdir().expect("a directory");
    let again = run(elsewhere.path(), &["why", "-C", platform, &below], &[]).expect(0);
    assert_eq!(again.stdout, answer.stdout);
    sandbox.run(&["why", "ansible/files/hosts"]).expect(0).shows("platform.yaml:");
    sandbox.run(&["why", "ansible/files/hosts:4711"]).expect(2).says("has the lines 1 to 10");
    sandbox.run(&["why", "ansible/files/host"]).expect(2).says("ansible/files/hosts");
    sandbox.edit("role: control-plane, vmid: 111", "roll: control-plane, vmid: 111");
    sandbox.run(&["why", "ansible/files/hosts"]).expect(1).says("roll");
}

#[test]
fn schema_prints_what_is_committed() {
    let elsewhere = tempfile::tempdir().expect("a directory");
    let printed = run(elsewhere.path(), &["schema"], &[]).expect(0);
    let committed = fs::read_to_string(platforms::named("../../schemas/platform.schema.json")).expect("the schema");
    assert!(printed.stdout == committed, "schemas/platform.schema.json is stale");
    assert_eq!(printed.stderr, "");
}

#[test]
fn exit_codes_tell_bad_input_from_no_verdict() {
    let sandbox = Sandbox::of("minimal");
    let exit = |args: &[&str]| sandbox.run(args).code;
    assert_eq!(exit(&["build", "--out", "out"]), 0);
    assert_eq!(exit(&["--version"]), 0);
    assert_eq!(exit(&["--help"]), 0);
    for usage in [
        &["build", "--frobnicate"][..],
        &["frobnicate"],
        &[],
        &["build", "--jobs", "0"],
        &["build", "--target", "argo"],
        &["build", "--env", "stagging"],
        &["build", "--spec", "missing.yaml"],
        &["build", "-C", "missing"],
        &["build", "--format", "xml"],
        &["why"],
    ] {
        assert_eq!(exit(usage), 2, "{usage:?}");
    }
    let before = sandbox.stamps();
    sandbox.edit("cert-manager:", "cert-manger:");
    sandbox.build(&[]).expect(1).says("nothing written").says("did you mean `cert-manager`");
    // Both at once: no verdict wins.
    assert_eq!(exit(&["build", "--out", "out", "--env", "nowhere"]), 2);
    assert!(sandbox.stamps() == before, "a build with errors wrote something");
}

#[test]
fn the_spec_is_found_upward_and_paths_are_the_callers() {
    let sandbox = Sandbox::of("minimal");
    let deep = sandbox.path("some/where/deep");
    fs::create_dir_all(&deep).expect("a directory");
    run(&deep, &["build"], &[]).expect(0);
    assert!(sandbox.path("gitops/app-of-apps.yaml").is_file(), "outputs lie beside the spec");
    run(&deep, &["build", "--out", "here"], &[]).expect(0);
    assert!(deep.join("here/gitops/app-of-apps.yaml").is_file(), "--out is the caller's");
    fs::rename(sandbox.path(platforms::SPEC), sandbox.path("other.yaml")).expect("a writable directory");
    run(&deep, &["build", "--out", "here"], &[]).expect(2).says("platform.yaml");
    let built = run(&deep, &["build", "--spec", "../../../other.yaml", "--out", "here"], &[]).expect(0);
    drop(built.says("written"));
    let head = fs::read_to_string(deep.join("here/gitops/app-of-apps.yaml")).expect("an output");
    assert!(head.starts_with("# Made by dvgen from other.yaml."), "{head}");
}

/// Neither the machine's language, clock and place, nor the number of threads, is in the bytes.
#[test]
fn bytes_depend_on_the_spec_alone() {
    let reference = Sandbox::built("detectviz");
    let wanted = platforms::files(&reference.path("out"), &[]);
    let surroundings: [(&str, &[(&str, &str)]); 4] = [
        ("1", &[("LC_ALL", "C"), ("TZ", "UTC"), ("HOME", "/nonexistent")]),
        ("2", &[("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Pacific/Kiritimati"), ("COLUMNS", "20")]),
        ("8", &[("LC_ALL", "de_DE.ISO-8859-1"), ("TZ", "America/Caracas"), ("NO_COLOR", "1")]),
        ("64", &[("LANG", "ja_JP"), ("SOURCE_DATE_EPOCH", "0"), ("CLICOLOR_FORCE", "1"), ("RAYON_NUM_THREADS", "3")]),
    ];
    for (jobs, variables) in surroundings {
        let sandbox = Sandbox::of("detectviz");
        run(&sandbox.path(""), &["build", "--out", "out", "--jobs", jobs], variables).expect(0);
        let given = platforms::files(&sandbox.path("out"), &[]);
        assert_eq!(changed(&wanted, &given), BTreeSet::new(), "{jobs} threads, {variables:?}");
    }
}

#[test]
fn programs_get_what_differs_as_problems() {
    let sandbox = Sandbox::built("detectviz");
    fs::remove_file(sandbox.path("out/gitops/apps/loki.yaml")).expect("an output");
    let check = sandbox.build(&["--check", "--format", "json"]).expect(1);
    let told: serde_json::Value = serde_json::from_str(&check.stdout).expect("JSON and nothing else");
    let problems = told.as_array().expect("a list");
    assert!(problems.iter().any(|problem| {
        problem["kind"] == "drift"
            && problem["message"].as_str().is_some_and(|text| text.contains("missing: ") && text.contains("loki.yaml"))
    }));
}

#[test]
fn a_full_stdout_is_no_verdict() {
    if !std::path::Path::new("/dev/full").exists() {
        let _ = std::io::stderr().write_all(b"NOT RUN: there is no /dev/full\n");
        return;
    }
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("a device");
    let ended = std::process::Command::new(env!("CARGO_BIN_EXE_dvgen")).arg("schema").stdout(full).output();
    assert_eq!(ended.expect("a run").status.code(), Some(2));
}

#[test]
fn reports_are_drawn_with_what_the_locale_has() {
    let sandbox = Sandbox::of("minimal");
    sandbox.edit("kind: Platform", "kind: Platfrom");
    let report = |locale| run(&sandbox.path(""), &["build"], &[("LC_ALL", locale)]).expect(1).stderr;
    assert!(report("C").is_ascii() && report("C").contains("^^^"), "{}", report("C"));
    assert!(report("C.UTF-8").contains('┌'));
}
