//! What lies on machines, judged by what reads it there: Prometheus, Alertmanager, systemd, Compose, shells, Ansible.
//!
//! The trees are those of `fixtures/platforms/*/expected`. As in `real_tools.rs`: what is missing says `NOT RUN`, and each judge
//! is also shown something broken.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read files and start the real tools")]
#![expect(clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]
#![expect(unreachable_pub, reason = "the parts of a test are no library")]

mod support {
    #[expect(dead_code, reason = "other tests use the rest")]
    pub mod tools;
    #[expect(dead_code, reason = "other tests use the rest")]
    pub mod tree;
}

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use support::tools;
use support::tree::{self, Verdict};

/// Returns the folders of machines in all expected trees: `…/hosts/<machine>`.
fn machines() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![tools::crate_root().join("fixtures/platforms")];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(&dir).into_iter().flatten().flatten() {
            let path = entry.path();
            match (path.is_dir(), path.file_name().and_then(OsStr::to_str)) {
                (true, Some("hosts")) if dir.components().any(|part| part.as_os_str() == "expected") => {
                    found.extend(std::fs::read_dir(&path).expect("hosts").flatten().map(|machine| machine.path()));
                }
                (true, _) => open.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    assert!(found.len() > 4, "the machines are gone: {found:?}");
    found
}

/// Returns all files below a folder.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        for path in std::fs::read_dir(&dir).into_iter().flatten().flatten().map(|entry| entry.path()) {
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// A machine whose root is a directory of the test: paths in its files lead there, and the files of secrets are there too.
struct Rooted {
    dir: tempfile::TempDir,
}

impl Rooted {
    fn of(machine: &Path) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let root = dir.path().to_str().expect("UTF-8").to_owned();
        for file in files(machine) {
            let below = file.strip_prefix(machine).expect("a file below");
            let text = std::fs::read_to_string(&file).expect("a text");
            let text = text.replace("/etc/", &format!("{root}/etc/")).replace("/var/lib/", &format!("{root}/var/lib/"));
            for word in text.split(|c: char| c.is_whitespace() || "\"',{}=".contains(c)) {
                if word.contains("/secrets/") && word.starts_with(&root) {
                    plant(Path::new(word), "-----BEGIN CERTIFICATE-----\n");
                }
            }
            plant(&dir.path().join(below), &text);
        }
        Self { dir }
    }

    fn file(&self, path: &str) -> Option<PathBuf> {
        Some(self.dir.path().join(path)).filter(|path| path.is_file())
    }
}

fn plant(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
    std::fs::write(path, text).expect("a file");
}

/// Debian builds its promtool without Consul. What asks it is judged here, by the fields that it needs, and left out.
fn without_consul(config: &Path) {
    let [mut document] = tree::documents(config).try_into().expect("one document");
    for job in document["scrape_configs"].as_array_mut().into_iter().flatten() {
        let Some(lookups) = job.as_object_mut().and_then(|job| job.remove("consul_sd_configs")) else { continue };
        for lookup in lookups.as_array().expect("a list") {
            let fields: Vec<&str> = lookup.as_object().expect("a map").keys().map(String::as_str).collect();
            assert_eq!(fields, ["server", "services"], "{lookup}");
            assert!(lookup["server"].as_str().is_some_and(|server| server.contains(':')), "{lookup}");
        }
    }
    std::fs::write(config, document.to_string()).expect("a file");
}

/// Judges a configuration, and the rules that it names.
fn prometheus(promtool: &Path, rooted: &Rooted) -> Verdict {
    let mut verdict = Verdict::default();
    if let Some(config) = rooted.file("etc/prometheus/prometheus.yml") {
        without_consul(&config);
        let outcome = tools::run(promtool, [OsStr::new("check"), OsStr::new("config"), config.as_os_str()]);
        verdict.add((!outcome.ok).then(|| outcome.said()));
    }
    for tests in files(&rooted.dir.path().join("etc/prometheus/tests")) {
        let outcome = tools::run(promtool, [OsStr::new("test"), OsStr::new("rules"), tests.as_os_str()]);
        verdict.add((!outcome.ok).then(|| outcome.said()));
    }
    verdict
}

#[test]
fn prometheus_takes_its_configuration() {
    let Some(promtool) = tools::find("promtool", "does Prometheus take the configurations of machines?") else {
        return;
    };
    let mut checked = 0;
    for machine in machines() {
        let rooted = Rooted::of(&machine);
        checked += usize::from(rooted.file("etc/prometheus/prometheus.yml").is_some());
        let verdict = prometheus(&promtool, &rooted);
        assert!(verdict.complaints.is_empty(), "{}: {:#?}", machine.display(), verdict.complaints);
    }
    assert!(checked > 2, "only {checked} machines have a Prometheus");
}

/// Prometheus does not look into files of certificates before it uses them, but asks whether they are there.
#[test]
fn the_judge_of_prometheus_can_say_no() {
    let Some(promtool) = tools::find("promtool", "can the judge of configurations say no?") else { return };
    let machine = tempfile::tempdir().expect("a directory");
    plant(&machine.path().join("etc/prometheus/prometheus.yml"), "scrape_configs: [{ job_name: a, file_sd: [] }]\n");
    assert!(!prometheus(&promtool, &Rooted::of(machine.path())).complaints.is_empty());
}

/// Debian's amtool is of Alertmanager 0.25, which knows no webhook whose address lies in a file.
fn alertmanager(rooted: &Rooted) -> Option<PathBuf> {
    let config = rooted.file("etc/alertmanager/alertmanager.yml")?;
    let text = std::fs::read_to_string(&config).expect("a text");
    let lines = text.lines().map(|line| match line.split_once("- url_file: ") {
        Some((margin, path)) => {
            assert!(path.contains("/secrets/"), "{line}");
            format!("{margin}- url: http://localhost/\n")
        }
        None => format!("{line}\n"),
    });
    std::fs::write(&config, lines.collect::<String>()).expect("a file");
    Some(config)
}

#[test]
fn alertmanager_takes_its_configuration() {
    let Some(amtool) = tools::find("amtool", "does Alertmanager take the configurations of machines?") else { return };
    let check = |rooted: &Rooted| {
        let config = alertmanager(rooted)?;
        Some(tools::run(&amtool, [OsStr::new("check-config"), config.as_os_str()]))
    };
    let mut checked = 0;
    for machine in machines() {
        let Some(outcome) = check(&Rooted::of(&machine)) else { continue };
        assert!(outcome.ok, "{}: {}", machine.display(), outcome.said());
        checked += 1;
    }
    assert!(checked > 2, "only {checked} machines have an Alertmanager");
    let broken = tempfile::tempdir().expect("a directory");
    plant(&broken.path().join("etc/alertmanager/alertmanager.yml"), "route: { receiver: a }\nreceivers: []\n");
    assert!(!check(&Rooted::of(broken.path())).expect("a verdict").ok, "a route to nobody was taken");
}

/// Who is told of an alert of production, as Alertmanager itself says.
#[test]
fn alerts_reach_who_is_meant() {
    let Some(amtool) = tools::find("amtool", "do alerts reach who is meant?") else { return };
    let platform = tools::crate_root().join("fixtures/platforms/prj-sde-002/expected");
    let production = [
        (&["alertname=TargetDown", "severity=critical"][..], "automation-runbooks,duty,mail,operators"),
        (&["alertname=MachineBusy", "severity=warning"], "mail,operators"),
        (
            &["alertname=BackupMissed", "severity=critical", "vm_name=monitoring"],
            "automation-runbooks,duty,mail,operators",
        ),
        (&["alertname=Watchdog", "severity=none"], "heartbeat"),
        (&["alertname=Anything"], "mail"),
    ];
    // No route of its own takes what is critical: that an automation does keeps nothing from people.
    let staging = [
        (&["alertname=HypervisorDown", "severity=critical"][..], "automation-runbooks,mail"),
        (&["alertname=Watchdog", "severity=none"], "heartbeat"),
        (&["alertname=Anything"], "mail"),
    ];
    for (machine, cases) in
        [("hosts/monitoring", &production[..]), ("environments/staging/hosts/monitoring", &staging[..])]
    {
        let rooted = Rooted::of(&platform.join(machine));
        let config = alertmanager(&rooted).expect("a configuration");
        let told = |labels: &[&str], receivers: &str| {
            let (file, verify) =
                (format!("--config.file={}", config.display()), format!("--verify.receivers={receivers}"));
            let mut args = vec!["config", "routes", "test", &file, &verify];
            args.extend(labels);
            tools::run(&amtool, args)
        };
        for (labels, receivers) in cases {
            let outcome = told(labels, receivers);
            assert!(outcome.ok, "{machine}: {labels:?}: {}", outcome.said());
        }
        assert!(!told(&["severity=critical"], "duty").ok, "the judge of routes takes anything");
    }
}

/// systemd asks for each program, so that there is one of its name.
fn units(analyze: &Path, machine: &Path) -> Verdict {
    let mut verdict = Verdict::default();
    let dir = tempfile::tempdir().expect("a directory");
    let is_unit = |path: &Path| path.extension().is_some_and(|ending| ending == "service" || ending == "timer");
    let found: Vec<PathBuf> = files(machine).into_iter().filter(|path| is_unit(path)).collect();
    let mut paths = Vec::new();
    for unit in found {
        let text = std::fs::read_to_string(&unit).expect("a unit");
        let lines = text.lines().map(|line| match line.split_once('=') {
            Some((key @ ("ExecStart" | "ExecReload"), command)) => {
                let rest = command.split_once(' ').map_or("", |(_, rest)| rest);
                format!("{key}=/bin/true {rest}\n")
            }
            _ => format!("{line}\n"),
        });
        let path = dir.path().join(unit.file_name().expect("a name"));
        plant(&path, &lines.collect::<String>());
        paths.push(path);
    }
    for path in &paths {
        let args =
            [OsStr::new("verify"), OsStr::new("--man=no"), OsStr::new("--recursive-errors=no"), path.as_os_str()];
        let outcome = tools::run_in(dir.path(), analyze, args, &[("SYSTEMD_UNIT_PATH", dir.path().as_os_str())]);
        // It speaks of what it does not know, and goes on.
        let said = outcome.said();
        let own = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        let about = said.lines().filter(|line| line.contains(own) && !line.contains("does not exist"));
        let said: Vec<&str> = about.collect();
        verdict.add((!said.is_empty()).then(|| said.join("\n")));
    }
    verdict
}

#[test]
fn systemd_takes_the_units() {
    let Some(analyze) = tools::find_optional("systemd-analyze", "does systemd take the units?") else { return };
    for machine in machines() {
        let verdict = units(&analyze, &machine);
        assert!(verdict.complaints.is_empty(), "{}: {:#?}", machine.display(), verdict.complaints);
    }
    let broken = tempfile::tempdir().expect("a directory");
    plant(&broken.path().join("a.service"), "[Service]\nExecStart=/bin/x\nRestrat=always\n");
    assert!(!units(&analyze, broken.path()).complaints.is_empty(), "a misspelt setting was taken");
}

#[test]
fn compose_files_match_their_schema() {
    let Some(check) = tools::find("check-jsonschema", "are the files of Compose such?") else { return };
    let judge = |file: &Path| {
        let schema = [OsStr::new("--builtin-schema"), OsStr::new("vendor.compose-spec"), file.as_os_str()];
        tools::run(&check, schema)
    };
    let composed: Vec<PathBuf> =
        machines().iter().flat_map(|machine| files(machine)).filter(|file| file.ends_with("compose.yaml")).collect();
    assert!(composed.len() > 2, "there is no file of Compose");
    for file in composed {
        let outcome = judge(&file);
        assert!(outcome.ok, "{}: {}", file.display(), outcome.said());
    }
    let broken = tempfile::tempdir().expect("a directory");
    let file = broken.path().join("compose.yaml");
    plant(&file, "services: { a: { imagge: b } }\n");
    assert!(!judge(&file).ok, "a misspelt key was taken");
}

#[test]
fn scripts_of_machines_are_sound() {
    let Some(shellcheck) = tools::find("shellcheck", "are the scripts on machines sound?") else { return };
    let mut checked = 0;
    for file in machines().iter().flat_map(|machine| files(machine)) {
        let text = std::fs::read_to_string(&file).expect("a text");
        if text.starts_with("#!/bin/sh") {
            let outcome = tools::run(&shellcheck, [file.as_os_str()]);
            assert!(outcome.ok, "{}: {}", file.display(), outcome.said());
            checked += 1;
        }
    }
    assert!(checked > 2, "only {checked} scripts");
}

/// The playbook names modules of collections; Ansible asks only whether they are there.
fn with_collections(ansible: &Path) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    for file in files(ansible) {
        let below = file.strip_prefix(ansible).expect("a file below");
        plant(&dir.path().join(below), &std::fs::read_to_string(&file).expect("a text"));
    }
    let text = std::fs::read_to_string(ansible.join("services.yml")).expect("a playbook");
    for module in text.lines().map(|line| line.trim().trim_end_matches(':')) {
        let parts: Vec<&str> = module.split('.').collect();
        if let ["ansible" | "community", collection, name] = parts.as_slice()
            && *collection != "builtin"
        {
            let space = parts.first().expect("a namespace");
            let place = format!("collections/ansible_collections/{space}/{collection}/plugins/modules/{name}.py");
            plant(&dir.path().join(place), "DOCUMENTATION = ''\n");
        }
    }
    dir
}

#[test]
fn ansible_takes_the_playbook() {
    let test = "does Ansible take the playbook of services?";
    let Some(playbook) = tools::find("ansible-playbook", test) else { return };
    let ansible = tools::crate_root().join("fixtures/platforms/prj-sde-002/expected/ansible");
    let dir = with_collections(&ansible);
    let collections = dir.path().join("collections");
    let env = [("ANSIBLE_COLLECTIONS_PATH", collections.as_os_str()), ("ANSIBLE_HOME", dir.path().as_os_str())];
    let run = || tools::run_in(dir.path(), &playbook, ["-i", "inventory.ini", "--syntax-check", "services.yml"], &env);
    let outcome = run();
    assert!(outcome.ok && !outcome.said().contains("[WARNING]"), "{}", outcome.said());
    if let Some(lint) = tools::find("ansible-lint", test) {
        let args = ["--offline", "--nocolor", "-q", "-f", "pep8", "--skip-list", "args", "services.yml"];
        let outcome = tools::run_in(dir.path(), &lint, args, &env);
        assert!(outcome.ok, "{}", outcome.said());
    }
    plant(&dir.path().join("services.yml"), "- hosts: services\n  tasks: [{ name: A, ansible.builtin.nothing: {} }]\n");
    assert!(!run().ok, "an unknown module was taken");
}
