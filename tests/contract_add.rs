//! `dvgen contract add`: a folder and a packed chart give the same contract, and a build reads it.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests prepare files and run the command")]

use std::fs;
use std::path::Path;
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;

const CHART: &str = "apiVersion: v2\nname: page\nversion: 2.1.0\n";
const VALUES: &str = "replicas: 1\nimage: { repository: page, tag: 1.0.0 }\n";
const SPEC: &str = "apiVersion: dvgen.dev/v1alpha1
kind: Platform
metadata: { name: demo, environment: production }
repository: { url: https://git.example.org/demo.git }
components:
  argocd: { installedBy: ansible, version: 10.1.1 }
  page:
    chart: { repo: https://charts.example.com, name: page }
    version: 2.1.0
    namespace: page
    kinds: [Deployment.apps]
    values: { replicaz: 2 }
";

/// Runs dvgen in a folder; returns what it said and its exit code.
fn dvgen(dir: &Path, args: &[&str]) -> (String, i32) {
    let run = Command::new(env!("CARGO_BIN_EXE_dvgen")).args(args).current_dir(dir).output().expect("dvgen runs");
    let text = String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr);
    assert!(!text.contains("panicked"), "{text}");
    (text, run.status.code().unwrap_or(-1))
}

/// Packs files as Helm does.
fn pack(path: &Path, files: &[(&str, &str)]) {
    let mut archive = tar::Builder::new(GzEncoder::new(fs::File::create(path).expect("a file"), Compression::fast()));
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        // `set_path` refuses what leads outside.
        for (place, byte) in header.as_old_mut().name.iter_mut().zip(name.as_bytes()) {
            *place = *byte;
        }
        header.set_cksum();
        archive.append(&header, text.as_bytes()).expect("an entry");
    }
    archive.into_inner().and_then(GzEncoder::finish).expect("an archive");
}

#[test]
fn a_folder_and_a_packed_chart_give_one_contract() {
    let dir = tempfile::tempdir().expect("a folder");
    let dir = dir.path();
    fs::create_dir(dir.join("chart")).expect("a folder");
    fs::write(dir.join("chart/Chart.yaml"), CHART).expect("a file");
    fs::write(dir.join("chart/values.yaml"), VALUES).expect("a file");
    fs::write(dir.join("platform.yaml"), SPEC).expect("a file");
    pack(
        &dir.join("page-2.1.0.tgz"),
        &[("page/Chart.yaml", CHART), ("page/values.yaml", VALUES), ("page/charts/x/values.yaml", "bad: 1\n")],
    );
    let (before, code) = dvgen(dir, &["build", "--check"]);
    assert!(before.contains("unchecked-chart") && code == 1, "{before}");
    let (said, code) = dvgen(dir, &["contract", "add", "chart", "--repo", "https://charts.example.com"]);
    assert_eq!(code, 0, "{said}");
    let made = fs::read_to_string(dir.join("dvgen/schemas/charts/page/2.1.0.contract")).expect("a contract");
    let (packed, code) =
        dvgen(dir, &["contract", "add", "page-2.1.0.tgz", "--repo", "https://charts.example.com", "--out", "-"]);
    assert!(code == 0 && packed.starts_with(&made), "{packed}");
    let (after, code) = dvgen(dir, &["build"]);
    assert!(after.contains("did you mean `replicas`?") && !after.contains("unchecked-chart") && code == 1, "{after}");
}

#[test]
fn what_is_no_chart_is_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let dir = dir.path();
    fs::create_dir(dir.join("empty")).expect("a folder");
    fs::write(dir.join("text.tgz"), "no archive").expect("a file");
    fs::write(dir.join("mine.txt"), "mine").expect("a file");
    pack(&dir.join("other.tgz"), &[("page/README.md", "hello")]);
    pack(&dir.join("up.tgz"), &[("../Chart.yaml", CHART), ("/etc/Chart.yaml", CHART)]);
    pack(&dir.join("good.tgz"), &[("page/Chart.yaml", CHART)]);
    for (args, said, exit) in [
        (vec!["nowhere"], "does not exist", 2),
        (vec!["empty"], "it has no `Chart.yaml`", 1),
        (vec!["text.tgz"], "is not a packed chart", 1),
        (vec!["other.tgz"], "it has no `Chart.yaml`", 1),
        (vec!["good.tgz"], "there is no `platform.yaml`", 2),
        (vec!["good.tgz", "--out", "mine.txt"], "is not a contract", 2),
    ] {
        let (text, code) = dvgen(dir, &[&["contract", "add"], args.as_slice()].concat());
        assert!(text.contains(said) && code == exit, "{args:?} ended with {code}: {text}");
    }
    assert_eq!(fs::read_to_string(dir.join("mine.txt")).expect("a file"), "mine");
    // Nothing is unpacked, wherever an entry points.
    let (text, code) = dvgen(dir, &["contract", "add", "up.tgz", "--out", "up.contract"]);
    assert!(code == 0 && dir.join("up.contract").is_file(), "{text}");
    assert!(!dir.join("Chart.yaml").exists() && !dir.parent().expect("a parent").join("Chart.yaml").exists());
}
