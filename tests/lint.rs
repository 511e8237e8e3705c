//! `dvgen lint` as a person and as a pipeline use it.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests prepare files and run the command")]

use std::path::Path;
use std::process::Command;

/// A spec with a safe fix (a misspelt field of an Application), an unsafe one (a misspelt component), a warning and comments.
const SPEC: &str = "\
# The platform of the demo.
apiVersion: dvgen.dev/v1alpha1
kind: Platform
metadata: { name: demo, environment: production }
repository: { url: https://git.example.org/demo.git }
versions:
  kubernetes: 1.32.0
  widget: 1.2.3   # nobody publishes it
components:
  argocd: { installedBy: ansible, version: 10.1.1 }
  cert-manager:   # certificates
    version: 1.21.1
    application: { spec: { syncPolcy: {} } }   # to be filled
";

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn spec(text: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("platform.yaml"), text).expect("a file");
    dir
}

fn lint(dir: &Path, args: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_dvgen"))
        .arg("lint")
        .args(args)
        .current_dir(dir)
        .env_clear()
        .output()
        .expect("the command runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

fn read(dir: &Path) -> String {
    std::fs::read_to_string(dir.join("platform.yaml")).expect("the spec")
}

#[test]
fn rules_are_selected_and_ignored() {
    let dir = spec(SPEC);
    let names = |args: &[&str]| {
        let ran = lint(dir.path(), &[&["--format", "concise"], args].concat());
        let line = |line: &str| line.split(['[', ']']).nth(1).map(str::to_owned);
        (
            ran.code,
            ran.err
                .lines()
                .filter(|line| line.contains(": error[") || line.contains(": warning["))
                .filter_map(line)
                .collect::<Vec<_>>(),
        )
    };
    let all = vec!["unseen-pin".to_owned(), "unknown-object-field".to_owned()];
    assert_eq!(names(&[]), (1, all));
    assert_eq!(names(&["--select", "supply"]), (0, vec!["unseen-pin".to_owned()]));
    assert_eq!(names(&["--select", "DV0511"]), (1, vec!["unknown-object-field".to_owned()]));
    assert_eq!(names(&["--ignore", "values,unseen-pin"]), (0, vec![]));
    assert_eq!(names(&["--select", "supply", "--fail-on", "warning"]).0, 1);
    assert_eq!(names(&["--fail-on", "never"]).0, 0);
}

#[test]
fn safe_repairs_keep_comments_and_layout() {
    let dir = spec(SPEC);
    let shown = lint(dir.path(), &["--fix", "--diff"]);
    assert!(shown.out.contains("-    application: { spec: { syncPolcy: {} } }   # to be filled\n"), "{}", shown.out);
    assert!(shown.out.contains("+    application: { spec: { syncPolicy: {} } }   # to be filled\n"), "{}", shown.out);
    assert_eq!(read(dir.path()), SPEC, "`--diff` changes nothing");
    let ran = lint(dir.path(), &["--fix"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("1 problem repaired in 1 file"), "{}", ran.err);
    assert_eq!(read(dir.path()), SPEC.replace("syncPolcy", "syncPolicy"));
    assert!(!lint(dir.path(), &["--fix"]).err.contains("repaired"));
}

#[test]
fn a_patch_shows_no_secret() {
    let secret = "hunter2-Zk9qLw81xYt";
    let dir = spec(
        &SPEC.replace("version: 1.21.1\n", &format!("version: 1.21.1\n    values: {{ adminPassword: {secret} }}\n")),
    );
    let shown = lint(dir.path(), &["--fix", "--diff"]);
    assert!(shown.out.contains("+    application: { spec: { syncPolicy: {} } }"), "{}", shown.out);
    assert!(shown.out.contains("adminPassword: (not shown)"), "{}", shown.out);
    assert!(!shown.out.contains(secret) && !shown.err.contains(secret), "{}{}", shown.out, shown.err);
    assert_eq!(lint(dir.path(), &["--fix"]).code, 1);
    assert!(read(dir.path()).contains(secret), "a repair changes nothing else");
}

#[test]
fn unsafe_repairs_are_asked_for() {
    let wrong = SPEC.replace("version: 1.21.1\n", "version: 1.21.1\n    requires: argcd\n");
    let dir = spec(&wrong);
    assert_eq!(lint(dir.path(), &["--fix"]).code, 1);
    assert!(read(dir.path()).contains("argcd"));
    let ran = lint(dir.path(), &["--unsafe-fixes"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(read(dir.path()), wrong.replace("argcd", "argocd").replace("syncPolcy", "syncPolicy"));
}

#[test]
fn an_unused_waiver_is_removed() {
    let waived = SPEC
        .replace("   # nobody publishes it", "   # dvgen: allow[unseen-pin] nobody publishes it until 2027-01-31")
        .replace("syncPolcy", "syncPolicy");
    let dir =
        spec(&waived.replace("components:\n", "components:\n  # dvgen: allow[vip-in-pool] of old until 2027-01-31\n"));
    let ran = lint(dir.path(), &["--fix", "--today", "2026-11-27"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("no problems, 1 waived"), "{}", ran.err);
    assert_eq!(read(dir.path()), waived);
}

#[test]
fn one_run_gives_all_reports() {
    let dir = spec(SPEC);
    let names = ["sarif", "github", "gitlab", "junit", "json", "concise", "full"];
    let reports: Vec<String> = names.iter().map(|name| format!("{name}={name}.txt")).collect();
    let args: Vec<&str> = reports.iter().flat_map(|report| ["--report", report]).collect();
    assert_eq!(lint(dir.path(), &args).code, 1);
    for name in names {
        let text = std::fs::read_to_string(dir.path().join(format!("{name}.txt"))).expect("a report");
        assert!(text.contains("unknown-object-field") && text.contains("platform.yaml"), "{name}: {text}");
    }
    let sarif: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(dir.path().join("sarif.txt")).expect("a report")).expect("JSON");
    let run = &sarif["runs"][0];
    let declared = run["tool"]["driver"]["rules"].as_array().expect("rules").len();
    assert!(declared >= dvgen::lint::rules::all().count());
    let clean = spec(&SPEC.replace("syncPolcy", "syncPolicy").replace("  widget: 1.2.3   # nobody publishes it\n", ""));
    let ran = lint(clean.path(), &["--format", "sarif"]);
    let sarif: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!((ran.code, &sarif["runs"][0]["results"]), (0, &serde_json::json!([])));
}

#[test]
fn levels_hold_for_parts_of_the_platform() {
    let policies = "\
policies:
  scopes:
    - match: { component: cert-manager, environment: production }
      rules: { unknown-object-field: warn }
    - match: { environment: staging }
      rules: { unknown-object-field: off }
environments: { staging: { metadata: { cluster: other } } }
";
    let dir = spec(&format!("{SPEC}{policies}"));
    let ran = lint(dir.path(), &["--format", "concise"]);
    assert!(ran.code == 0 && ran.err.contains("warning[unknown-object-field]"), "{}", ran.err);
    let other = policies.replace("component: cert-manager", "component: argocd");
    assert_eq!(lint(spec(&format!("{SPEC}{other}")).path(), &[]).code, 1);
    let labelled = SPEC.replace("    version: 1.21.1\n", "    version: 1.21.1\n    labels: { team: platform }\n");
    let other = policies.replace("component: cert-manager", "label: { team: platform }");
    assert_eq!(lint(spec(&format!("{labelled}{other}")).path(), &[]).code, 0);
}

#[test]
fn an_expired_waiver_hides_nothing() {
    let waived = SPEC
        .replace("   # nobody publishes it", "   # dvgen: allow[unseen-pin] nobody publishes it until 2026-01-31")
        .replace("syncPolcy", "syncPolicy");
    let dir = spec(&waived);
    assert_eq!(lint(dir.path(), &["--today", "2026-01-31"]).code, 0);
    // What it hid is a warning; lint does not let it pass, whatever its level.
    let ran = lint(dir.path(), &["--today", "2026-02-01"]);
    assert!(ran.code == 1 && ran.err.contains("error[unseen-pin]"), "{}", ran.err);
    assert!(ran.err.contains("the waiver of it ended on 2026-01-31"), "{}", ran.err);
    assert!(!ran.err.contains("expired-waiver"), "one cause, one report:\n{}", ran.err);
    let build = |dir: &Path| {
        let output = Command::new(env!("CARGO_BIN_EXE_dvgen"))
            .args(["build", "--out", "out"])
            .current_dir(dir)
            .env_clear()
            .env("SOURCE_DATE_EPOCH", "1772323200")
            .output()
            .expect("the command runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, err) = build(dir.path());
    assert!(code == Some(0) && err.contains("warning[unseen-pin]"), "{err}");
    // An error that it hid is one again.
    let (code, err) = build(spec(&format!("{waived}policies: {{ rules: {{ unseen-pin: error }} }}\n")).path());
    assert!(code == Some(1) && err.contains("error[unseen-pin]"), "{err}");
    // In a policy file it is the same.
    let in_file = waived.replace("   # dvgen: allow[unseen-pin] nobody publishes it until 2026-01-31", "");
    let entry = "{ rule: unseen-pin, match: {}, reason: nobody publishes it, until: 2026-01-31 }";
    let (code, err) =
        build(spec(&format!("{in_file}policies:\n  rules: {{ unseen-pin: error }}\n  waivers: [{entry}]\n")).path());
    assert!(code == Some(1) && err.contains("the waiver of it ended on 2026-01-31"), "{err}");
}
