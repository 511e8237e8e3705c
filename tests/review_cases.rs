//! `dvgen diff` where something is odd: the wrong revision, a broken side, hostile words, another repository.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "a test runs programs")]
#![expect(clippy::string_slice, reason = "tests fail by panicking")]

#[path = "support/git.rs"]
mod git;

use std::path::Path;
use std::process::Command;

use git::Git;

/// What a command came to.
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Ran {
    /// Fails unless the exit code and all parts of what was said are as expected.
    #[track_caller]
    fn says(&self, code: i32, parts: &[&str]) -> &Self {
        assert_eq!(self.code, Some(code), "{}{}", self.out, self.err);
        for part in parts {
            assert!(format!("{}{}", self.out, self.err).contains(part), "{part} is not in\n{}{}", self.out, self.err);
        }
        self
    }

    #[track_caller]
    fn never_says(&self, parts: &[&str]) -> &Self {
        for part in parts {
            assert!(!format!("{}{}", self.out, self.err).contains(part), "{part} is in\n{}{}", self.out, self.err);
        }
        self
    }
}

fn run_in(dir: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dvgen"));
    let output = command.arg("diff").args(arguments).current_dir(dir).env("LC_ALL", "C.UTF-8").output().expect("dvgen");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn diff(git: &Git, arguments: &[&str]) -> Ran {
    run_in(&git.root, arguments)
}

const SPEC: &str = "\
apiVersion: dvgen.dev/v1alpha1
kind: Platform
metadata: { name: small, environment: production }
repository: { url: https://git.example.org/team/platform.git, revision: main }
components:
  cert-manager: { version: v1.21.1 }
  mimir: { version: 5.6.0, values: { nginx: { verboseLogging: false } } }
  topolvm: { version: 17.1.0 }
storage:
  classes:
    fast: { component: topolvm, volumeGroup: vg, default: true }
environments:
  staging:
    metadata: { cluster: staging }
    components:
      mimir: { replicas: 1 }
";

/// A repository with one commit of a small platform.
fn small() -> Git {
    let git = Git::new(&[]);
    git.write("platform.yaml", SPEC);
    git.commit("the platform");
    git
}

fn edit(git: &Git, from: &str, to: &str) {
    let text = std::fs::read_to_string(git.root.join("platform.yaml")).expect("the spec");
    assert!(text.contains(from), "{from} is not in the spec");
    git.write("platform.yaml", &text.replace(from, to));
}

#[test]
fn nothing_and_no_effect_are_said_out_loud() {
    let git = small();
    diff(&git, &["--exit-code", "--fail-on", "routine"]).says(0, &["No change: both sides have the same spec"]);
    edit(&git, "\nmetadata:", "\n# a remark\nmetadata:");
    edit(&git, "{ name: small, environment: production }", "{ environment: production, name: small }");
    let rewritten = "No effective change: 1 file is only written in another way (comments, layout, order of keys)";
    diff(&git, &["--exit-code"]).says(0, &[rewritten, "every output is the same"]).never_says(&["same spec"]);
    // Where a default is written down, the spec is another one and no output is.
    edit(&git, "  topolvm: { version: 17.1.0 }", "  topolvm: { version: 17.1.0, installedBy: argocd }");
    diff(&git, &["--exit-code"]).says(0, &["No effective change: 1 edit was made, and every output is the same."]);
    // Line ends are no change.
    let git = small();
    edit(&git, "\n", "\r\n");
    diff(&git, &["--exit-code"]).says(0, &[rewritten]).never_says(&["same spec"]);
}

#[test]
fn exit_codes_follow_what_was_asked() {
    let git = small();
    edit(&git, "v1.21.1", "v1.21.2");
    diff(&git, &[]).says(0, &["Routine: nothing here needs a look", "cert-manager: chart v1.21.1 → v1.21.2, a patch"]);
    diff(&git, &["--exit-code"]).says(1, &[]);
    diff(&git, &["--fail-on", "caution"]).says(0, &[]);
    diff(&git, &["--fail-on", "routine"]).says(1, &[]);
    edit(&git, "  mimir: { version: 5.6.0,", "  mimir: { version: 5.6.0, replicas: 2,");
    diff(&git, &["--fail-on", "caution"]).says(1, &["mimir: copies"]);
    diff(&git, &["--fail-on", "danger"]).says(0, &[]);
    diff(&git, &["--fail-on", "much"]).says(2, &["there is no such level"]);
    diff(&git, &["--format", "markdwon"]).says(2, &["did you mean `markdown`?"]);
}

#[test]
fn the_base_is_where_the_two_parted() {
    let git = small();
    git.run(&["checkout", "--quiet", "-b", "topic"]);
    edit(&git, "v1.21.1", "v1.21.2");
    git.commit("topic");
    git.run(&["checkout", "--quiet", "main"]);
    edit(&git, "17.1.0", "17.1.1");
    git.commit("meanwhile on main");
    git.run(&["checkout", "--quiet", "topic"]);
    diff(&git, &[]).says(0, &["small: main (", "→ worktree", "v1.21.1 → v1.21.2"]).never_says(&["17.1"]);
    diff(&git, &["main", "--exact"]).says(0, &["17.1.1 → 17.1.0", "a step back"]);
    diff(&git, &["main", "--head", "topic"]).says(0, &["v1.21.1 → v1.21.2"]).never_says(&["17.1"]);
    // A step back is compared with what it steps back from.
    diff(&git, &["topic", "--head", "topic~1"]).says(0, &["v1.21.2 → v1.21.1, a step back"]);
    diff(&git, &["--env", "staging"]).says(0, &["staging"]).never_says(&["production"]);
    diff(&git, &["--env", "stagin"]).says(2, &["did you mean `staging`?"]);
}

#[test]
fn revisions_that_are_not_there_are_explained() {
    let git = small();
    git.run(&["branch", "release"]);
    diff(&git, &["relaese"]).says(2, &["there is no revision `relaese`", "did you mean `release`?"]);
    // A variable of a pipeline that is not set.
    diff(&git, &[""]).says(2, &["the name of a revision is empty", "is the variable set"]);
    diff(&git, &["main", "--head", ""]).says(2, &["the name of a revision is empty", "is the variable set"]);
    diff(&git, &["~1"]).says(2, &["there is no revision `~1`"]);
    diff(&git, &["--head", "HEAD~9"]).says(2, &["goes back further"]);
    diff(&git, &["main@{1}"]).says(2, &["there is no revision `main@{1}`", "name the branch, or the commit"]);
    git.run(&["fetch", "--quiet", ".", "release", "main"]);
    diff(&git, &["FETCH_HEAD"]).says(0, &["No change"]);
    git.run(&["checkout", "--quiet", "--orphan", "alone"]);
    git.commit("alone");
    diff(&git, &["main"]).says(2, &["`main` and `worktree` have no common ancestor", "`--exact`"]);
    git.run(&["checkout", "--quiet", "main"]);
    let empty = Git::new(&[]);
    empty.write("platform.yaml", SPEC);
    diff(&empty, &[]).says(2, &["has no commits yet"]);
    let outside = tempfile::tempdir().expect("a directory");
    std::fs::write(outside.path().join("platform.yaml"), SPEC).expect("a spec");
    run_in(outside.path(), &[]).says(2, &["not in a git repository"]);
    // A shallow clone of a branch that parted before.
    git.run(&["checkout", "--quiet", "-b", "topic"]);
    for at in 0..4 {
        git.write("other.txt", &at.to_string());
        git.commit("more");
    }
    let beside = git.root.parent().expect("a parent").to_path_buf();
    let url = format!("file://{}", git.root.display());
    git.run_in(&beside, &["clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=topic", &url, "shallow"]);
    run_in(&beside.join("shallow"), &["origin/main"]).says(2, &["no common ancestor", "--unshallow", "fetch-depth: 0"]);
    run_in(&beside.join("shallow"), &["origin/main", "--exact"]).says(0, &["No change"]);
}

#[test]
fn a_side_that_does_not_compile_is_reported_with_what_can_be_compared() {
    let git = small();
    // The new chart does not take a value any more.
    edit(&git, "version: 5.6.0", "version: 6.2.0");
    let ran = diff(&git, &[]);
    ran.says(
        1,
        &[
            "the head does not compile",
            "error[",
            "verboseLogging",
            "The head has 1 error; all of it could be compared",
            "danger",
        ],
    );
    ran.says(1, &["mimir", "5.6.0 → 6.2.0"]);
    // What is wrong at the base is no reproach to the head that repairs it.
    git.commit("broken");
    edit(&git, ", values: { nginx: { verboseLogging: false } }", "");
    diff(&git, &["HEAD"]).says(0, &["the base does not compile", "all of it could be compared"]);
    diff(&git, &["HEAD", "--fail-on", "danger"]).says(2, &[]);
    // Text that is not YAML at all.
    git.write("platform.yaml", "components: [\n");
    diff(&git, &["HEAD~1"]).says(1, &["Not a whole report", "platform.yaml"]);
    git.write("platform.yaml", &SPEC.replace("topolvm, volumeGroup", "topolv, volumeGroup"));
    diff(&git, &["HEAD~1", "--format", "markdown"]).says(1, &["[!CAUTION]", "did you mean `topolvm`"]);
}

#[test]
fn what_is_broken_in_one_place_hides_nothing_else() {
    // A field of staging at the base: production is compared, and so are the other components of staging.
    let git = small();
    edit(&git, "mimir: { replicas: 1 }", "mimir: { replcas: 1 }");
    git.commit("broken");
    edit(&git, "mimir: { replcas: 1 }", "mimir: { replicas: 1 }");
    edit(&git, "v1.21.1", "v1.21.2");
    let ran = diff(&git, &["HEAD"]);
    let why = "because of the base: platform.yaml:16 `replcas` is not a field of a component";
    ran.says(
        0,
        &["Not a whole report", "left out `mimir` in `staging`", why, "production, staging", "v1.21.1 → v1.21.2"],
    );
    ran.never_says(&["no environment could be compared", "replicas-changed"]);
    let ran = diff(&git, &["HEAD", "--format", "markdown"]);
    ran.says(0, &["`mimir` in `staging`, because of the base", "v1.21.2"]);
    let ran = diff(&git, &["HEAD", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let left = serde_json::json!([{
        "side": "base", "environments": ["staging"], "component": "mimir", "rest": true,
        "why": "platform.yaml:16 `replcas` is not a field of a component",
    }]);
    assert_eq!((&report["leftOut"], &report["level"], &report["complete"]), (&left, &"caution".into(), &false.into()));
    diff(&git, &["HEAD", "--fail-on", "danger"]).says(2, &[]);
    // A component that is renamed and broken at once is not gone under its old name, and what it has is not.
    let git = small();
    edit(&git, "  mimir: { version: 5.6.0,", "  mimr: { vesion: 5.6.0,");
    edit(&git, "v1.21.1", "v1.21.2");
    let ran = diff(&git, &[]);
    ran.says(1, &["left out `mimr`", "because of the head", "v1.21.1 → v1.21.2"]);
    ran.never_says(&["component-removed", "is gone", "removed", "left out all"]);
    // What leaves nothing out is compared in whole, with its error.
    let git = small();
    edit(&git, "  cert-manager: { version: v1.21.1 }", "  cert-manager: { version: v1.21.2, requires: [mimr] }");
    diff(&git, &[]).says(1, &["mimr", "cert-manager"]);
}

#[test]
fn other_notations_of_revisions_are_read_or_explained() {
    let git = small();
    git.run(&["checkout", "--quiet", "-b", "topic/one"]);
    edit(&git, "v1.21.1", "v1.21.2");
    git.commit("topic");
    let command = "`dvgen diff main --head topic/one`";
    diff(&git, &["main..topic/one"]).says(2, &["`main..topic/one` is two revisions", command, "--exact"]);
    diff(&git, &["main...topic/one"]).says(2, &["is two revisions", command]);
    diff(&git, &["main.."]).says(2, &["`dvgen diff main --head HEAD`"]);
    diff(&git, &["HEAD^!"]).says(2, &["`dvgen diff HEAD^ --head HEAD`"]);
    diff(&git, &["^main"]).says(2, &["leaves a revision out", "`dvgen diff main`"]);
    diff(&git, &[":/topic"]).says(2, &["does not search messages", "git rev-parse"]);
    diff(&git, &["main@{yesterday}"]).says(2, &["does not read the reflog"]);
    git.run(&["tag", "v1.0", "main"]);
    git.run(&["tag", "--annotate", "v1.1", "main", "--message", "one"]);
    for name in ["v1.0", "v1.1", "tags/v1.1", "HEAD~1", "HEAD^"] {
        diff(&git, &[name]).says(0, &["v1.21.1 → v1.21.2"]);
    }
    // The branch upstream is in the configuration.
    let beside = git.root.parent().expect("a parent").to_path_buf();
    git.run_in(&beside, &["clone", "--quiet", "--branch=main", "repository", "clone"]);
    let clone = beside.join("clone");
    std::fs::write(clone.join("platform.yaml"), SPEC.replace("17.1.0", "17.1.1")).expect("a file");
    for name in ["@{u}", "@{upstream}", "main@{u}"] {
        run_in(&clone, &[name]).says(0, &["17.1.0 → 17.1.1"]);
    }
    git.run_in(&clone, &["checkout", "--quiet", "-b", "alone"]);
    run_in(&clone, &["@{u}"]).says(2, &["there is no revision `@{u}`"]);
}

#[test]
fn bare_clones_are_compared_by_two_revisions() {
    let git = small();
    edit(&git, "v1.21.1", "v1.21.2");
    git.commit("topic");
    let beside = git.root.parent().expect("a parent").to_path_buf();
    for kind in ["--bare", "--mirror"] {
        let name = format!("clone{kind}.git");
        git.run_in(&beside, &["clone", "--quiet", kind, "repository", &name]);
        let clone = beside.join(name);
        run_in(&clone, &["main~1", "--head", "main"]).says(0, &["v1.21.1 → v1.21.2"]);
        run_in(&clone, &["main~1", "--head", "main", "--spec", "platform.yaml"]).says(0, &["v1.21.1 → v1.21.2"]);
        run_in(&clone, &["main~1"]).says(2, &["this repository is bare", "`dvgen diff BASE --head REV`"]);
    }
}

#[test]
fn outputs_that_the_base_was_not_built_to_are_counted() {
    let git = small();
    let built = Command::new(env!("CARGO_BIN_EXE_dvgen")).arg("build").current_dir(&git.root).output().expect("dvgen");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    git.commit("built");
    edit(&git, "v1.21.1", "v1.21.2");
    diff(&git, &["HEAD"]).says(0, &["Routine"]).never_says(&["outputs-not-built"]);
    // Another version of dvgen wrote a file otherwise.
    let path = git.root.join(".dvgen/lock");
    let lock = std::fs::read_to_string(&path).expect("a lock");
    let line = lock.lines().find(|line| line.ends_with(" gitops/apps/mimir.yaml")).expect("a line");
    let digest = line.split(' ').next().expect("a digest");
    std::fs::write(&path, lock.replace(digest, &"0".repeat(64))).expect("a lock");
    edit(&git, "v1.21.2", "v1.21.1");
    git.commit("of another version");
    edit(&git, "v1.21.1", "v1.21.2");
    let ran = diff(&git, &["HEAD"]);
    ran.says(0, &["outputs at the base is not what it gives: `gitops/apps/mimir.yaml`", "another version of dvgen"]);
    diff(&git, &["HEAD", "--fail-on", "caution"]).says(1, &["outputs-not-built"]);
    // What that one wrote: Argo CD deleted nothing.
    let output = git.root.join("gitops/apps/mimir.yaml");
    let text = std::fs::read_to_string(&output).expect("an output");
    assert!(text.contains("prune: true"), "{text}");
    std::fs::write(&output, text.replace("prune: true", "prune: false")).expect("an output");
    git.commit("what another version wrote");
    edit(&git, "v1.21.2", "v1.21.1");
    let made = "this dvgen makes it otherwise";
    let ran = diff(&git, &["HEAD"]);
    ran.says(
        0,
        &["made otherwise by this dvgen: no edit here is why", "syncPolicy.automated.prune: false → true", made],
    );
    ran.says(0, &["sync-policy"]);
    diff(&git, &["HEAD", "--format", "markdown"]).says(0, &["### Committed at the base", "prune"]);
    let report: serde_json::Value = serde_json::from_str(&diff(&git, &["HEAD", "--format", "json"]).out).expect("JSON");
    let sections = report["drift"]["sections"].as_array().expect("sections");
    assert!(sections.iter().any(|section| section["component"] == "mimir"), "{}", report["drift"]);
}

#[test]
fn a_file_with_another_name_is_one_edit() {
    let git = small();
    edit(&git, "\ncomponents:", "\ninclude: [more.yaml]\ncomponents:");
    git.write("more.yaml", "components:\n  vault: { version: 0.34.1 }\n  external-secrets: { version: 2.9.0 }\n");
    git.commit("more");
    git.run(&["mv", "more.yaml", "other.yaml"]);
    edit(&git, "[more.yaml]", "[other.yaml]");
    diff(&git, &["HEAD"]).says(0, &["No effective change", "more.yaml renamed to other.yaml"]).never_says(&["removed"]);
}

#[test]
fn what_many_components_do_is_said_once() {
    let git = small();
    edit(&git, "  cert-manager: { version: v1.21.1 }\n", "");
    let few = "  cloudnative-pg: { version: 0.29.0 }\n  external-secrets: { version: 2.9.0 }\n  mimir:";
    edit(&git, "  mimir: { version", &format!("{few} {{ version"));
    diff(&git, &[]).says(0, &["cert-manager: removed", "cloudnative-pg: new"]).never_says(&["components: "]);
    let more = "  ingress-nginx: { version: 4.15.1 }\n  secrets-store-csi-driver: { version: 1.6.0 }\n";
    edit(&git, few, &format!("{more}{few}"));
    let names = "4 components: new: `cloudnative-pg`, `external-secrets`, `ingress-nginx`, `secrets-store-csi-driver`";
    diff(&git, &[]).says(0, &[names, "cert-manager: removed"]).never_says(&["cloudnative-pg: new"]);
    diff(&git, &["--format", "markdown"]).says(0, &["**4 components: new: `cloudnative-pg`"]);
    let ran = diff(&git, &["--format", "json"]);
    assert_eq!(ran.out.matches("\"component-added\"").count(), 4, "{}", ran.out);
    // All of them go.
    git.commit("more");
    edit(&git, &format!("{more}{few}"), "  mimir:");
    diff(&git, &["HEAD"]).says(0, &["4 components: removed", ": `cloudnative-pg`, `external-secrets`"]);
}

#[test]
fn what_could_not_be_compared_is_neither_routine_nor_unchanged() {
    let git = Git::new(&[]);
    git.write("platform.yaml", "components: [\n");
    git.commit("broken");
    git.write("platform.yaml", SPEC);
    let ran = diff(&git, &["HEAD"]);
    ran.says(0, &["the base does not compile", "Not a whole report", "no environment could be compared"]);
    ran.never_says(&["unchanged", "needs a look", "No change", "No effective change"]);
    let ran = diff(&git, &["HEAD", "--format", "markdown"]);
    ran.says(0, &["no environment could be compared"]).never_says(&["unchanged"]);
    let ran = diff(&git, &["HEAD", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(
        (&report["level"], &report["empty"], &report["complete"]),
        (&"caution".into(), &false.into(), &false.into())
    );
    assert_eq!(report["components"], serde_json::json!({ "all": 0, "unchanged": 0, "removed": 0 }));
}

#[test]
fn a_spec_with_another_name_is_followed() {
    let git = small();
    git.run(&["mv", "platform.yaml", "clusters.yaml"]);
    git.commit("renamed");
    let ran = diff(&git, &["HEAD~1", "--spec", "clusters.yaml"]);
    ran.says(0, &["the spec of the base is platform.yaml"]).never_says(&["removed", "is gone"]);
    // Each file says what it was made from; nothing else is another one.
    ran.says(0, &["No effective change", "headers"]).never_says(&["caution", "same spec", "description"]);
    std::fs::create_dir(git.root.join("deep")).expect("a directory");
    git.run(&["mv", "clusters.yaml", "deep/platform.yaml"]);
    git.commit("moved");
    run_in(&git.root.join("deep"), &["HEAD~2"]).says(0, &["the spec of the base is platform.yaml"]);
}

#[test]
fn a_spec_that_is_deleted_is_reported_by_what_is_gone() {
    let git = small();
    git.run(&["checkout", "--quiet", "-b", "topic"]);
    git.run(&["rm", "--quiet", "platform.yaml"]);
    let gone = "The head has no spec: all of the platform is gone.";
    diff(&git, &[]).says(0, &[gone, "danger", "environment `staging` is gone", "platform.yaml:1 file removed"]);
    git.commit("gone");
    let whole = ["main", "--head", "topic", "--spec", "platform.yaml"];
    diff(&git, &whole).says(0, &["danger", "file removed"]);
    diff(&git, &[whole.as_slice(), &["--fail-on", "danger"]].concat()).says(1, &[gone]);
    // Of what was never there, nothing can be said.
    diff(&git, &["topic", "--head", "topic"]).says(2, &["there is no `platform.yaml`"]);
}

#[test]
fn a_spec_that_was_named_has_to_be_on_one_side() {
    let git = small();
    diff(&git, &["main", "--spec", "other/platform.yml", "--head", "main"])
        .says(2, &["does not exist", "`platform.yaml`"]);
    let ran = diff(&git, &["main", "--spec", "platfrom.yaml"]);
    ran.says(2, &["`--spec platfrom.yaml` does not exist", "did you mean `platform.yaml`?"]).never_says(&["removed"]);
    diff(&git, &["--head", "wortree"]).says(2, &["there is no revision `wortree`", "did you mean `worktree`?"]);
}

#[test]
fn a_platform_that_is_new_is_compared_with_nothing() {
    let git = small();
    git.run(&["checkout", "--quiet", "--orphan", "empty"]);
    git.run(&["rm", "--quiet", "-r", "--cached", "."]);
    git.run(&["commit", "--quiet", "--allow-empty", "--message", "nothing"]);
    let new = "The base has no spec: all of the platform is new.";
    let ran = diff(&git, &["empty", "--fail-on", "danger"]);
    ran.says(0, &[new, "new environment `production`", "3 components changed, 0 unchanged"]);
    ran.never_says(&["does not exist", "Not a whole report"]);
    diff(&git, &["empty", "--fail-on", "caution"]).says(1, &[new]);
    diff(&git, &["empty", "--format", "markdown"]).says(0, &[new]);
    diff(&git, &["empty", "--env", "stagin"]).says(2, &["there is no environment `stagin`"]);
}

#[test]
fn what_a_side_cannot_read_is_left_out_of_the_other_one_too() {
    let git = Git::new(&[]);
    git.write("platform.yaml", &std::fs::read_to_string("fixtures/reviews/platform.yaml").expect("a spec"));
    git.commit("the platform");
    edit(
        &git,
        "loki:         { group: monitoring, version: 18.11.0",
        "loki:         { group: monitoring, version: \"18.*\"",
    );
    let ran = diff(&git, &[]);
    ran.says(1, &["left out `loki` in `production`, `staging`", "22 components unchanged", "danger: 1"]);
    // What it made elsewhere is no change: a Secret, a bucket, a datasource.
    ran.never_says(&["is gone", "minio", "grafana", "other change"]);
    // The other way round.
    git.commit("broken");
    edit(&git, "\"18.*\"", "18.11.0");
    diff(&git, &["HEAD"]).says(0, &["left out `loki`"]).never_says(&["minio", "new-problem"]);
}

#[test]
fn a_broken_head_says_nothing_of_what_is_committed_at_the_base() {
    let git = Git::new(&[]);
    git.write("platform.yaml", &std::fs::read_to_string("fixtures/reviews/platform.yaml").expect("a spec"));
    let built = Command::new(env!("CARGO_BIN_EXE_dvgen")).arg("build").current_dir(&git.root).output().expect("dvgen");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    git.commit("built");
    edit(&git, "version: 18.11.0", "version: \"18.*\"");
    let ran = diff(&git, &["HEAD"]);
    ran.says(1, &["left out `loki` in `production`, `staging`", "danger: 1"]);
    ran.never_says(&["outputs-not-built", "made otherwise", "is gone"]);
    // What is committed otherwise is told all the same.
    let output = git.root.join("gitops/apps/mimir.yaml");
    let text = std::fs::read_to_string(&output).expect("an output");
    edit(&git, "version: \"18.*\"", "version: 18.11.0");
    let lock = std::fs::read_to_string(git.root.join(".dvgen/lock")).expect("a lock");
    let line = lock.lines().find(|line| line.ends_with(" gitops/apps/mimir.yaml")).expect("a line");
    let digest = line.split(' ').next().expect("a digest");
    git.write(".dvgen/lock", &lock.replace(digest, &"0".repeat(64)));
    std::fs::write(&output, text.replace("prune: true", "prune: false")).expect("an output");
    git.commit("of another version");
    edit(&git, "version: 18.11.0", "version: \"18.*\"");
    diff(&git, &["HEAD"]).says(1, &["left out `loki`", "1 of ", "is not what it gives", "prune: false → true"]);
}

#[test]
fn the_base_environment_under_another_name_is_the_same() {
    let git = small();
    edit(&git, "environment: production", "environment: prod");
    let ran = diff(&git, &[]);
    ran.says(0, &["prod, staging · 3 components unchanged"]);
    ran.never_says(&["is gone", "new environment", "2 of 3 environments"]);
    let report: serde_json::Value = serde_json::from_str(&diff(&git, &["--format", "json"]).out).expect("JSON");
    assert_eq!(report["environments"][0], serde_json::json!({ "name": "prod", "state": "both", "was": "production" }));
    // Each name means it on both sides.
    for name in ["prod", "production"] {
        let ran = diff(&git, &["--env", name]);
        ran.says(0, &["prod · 3 components unchanged"]).never_says(&["is gone", "new environment", "staging"]);
    }
    // Also where a side is broken: what it cannot read is left out of the same environment.
    edit(&git, "  cert-manager: { version: v1.21.1 }", "  cert-manager: { version: v1.21.1, settings: { modles: 3 } }");
    let ran = diff(&git, &[]);
    ran.says(1, &["left out `cert-manager` in `prod`, `staging`"]).never_says(&["is gone", "left out all"]);
}

/// A copy of a fixture in a repository.
fn copy_of(platform: &str) -> Git {
    let git = Git::new(&[]);
    let root = Path::new("fixtures/platforms").join(platform);
    let mut open = vec![root.clone()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(&at).expect("a folder") {
            let path = entry.expect("an entry").path();
            let below = path.strip_prefix(&root).expect("a path").to_str().expect("UTF-8").to_owned();
            match path.is_dir() {
                true if below != "expected" => open.push(path),
                true => {}
                false => git.write(&below, &std::fs::read_to_string(&path).expect("a file")),
            }
        }
    }
    git.commit("the platform");
    git
}

#[test]
fn a_problem_leaves_out_the_piece_that_it_is_in() {
    // Each: what is misspelt, and what is left out.
    let cases = [
        ("      store: main\n", "      store: mian\n", "`backups.jobs.nightly` in `production`, `staging`"),
        (
            "fires: { MachineBusy: ",
            "fires: { MachineBsy: ",
            "`alerts.tests.a-machine-that-is-busy` in `production`, `staging`",
        ),
        ("to: duty, repeat", "to: dutyy, repeat", "`alerts.routes[]` in `production`"),
        ("mute: [backup-window,", "mute: [backup-windw,", "`alerts.routes[]` in `production`"),
        ("  - auth:     { from", "  - atuh:     { from", "`flows[]` in `production`, `staging`"),
        (
            "route: { to: mail, groupBy: [alertname, node], wait: 30s, interval: 5m, repeat: 12h }",
            "route: { to: mial }",
            "`alerts.route` in `production`",
        ),
        ("  jobs:\n    nightly:", "  jbos: {}\n  jobs:\n    nightly:", "`backups` in `production`, `staging`"),
    ];
    let git = copy_of("prj-sde-002");
    edit(&git, "retention: 744h", "retention: 720h");
    let shorter = std::fs::read_to_string(git.root.join("platform.yaml")).expect("the spec");
    for (from, to, left) in cases {
        git.write("platform.yaml", &shorter);
        edit(&git, from, to);
        let ran = diff(&git, &["HEAD"]);
        // The rest is compared, and nothing is gone or new because of what is left out.
        ran.says(1, &[&format!("left out {left}, because of the head: platform.yaml:"), "744h → 720h"]);
        ran.never_says(&[
            "is gone",
            "left out all",
            "no environment could be compared",
            "is told no more",
            "longer backed up",
        ]);
        git.commit("broken");
        git.write("platform.yaml", &shorter);
        let ran = diff(&git, &["HEAD", "--exact"]);
        ran.says(0, &[&format!("left out {left}, because of the base: platform.yaml:")]);
        ran.never_says(&["is gone", "left out all", "no environment could be compared"]);
        git.run(&["reset", "--quiet", "--hard", "HEAD~1"]);
    }
}

#[test]
fn a_component_that_is_gone_is_counted() {
    let git = small();
    edit(&git, "  cert-manager: { version: v1.21.1 }\n", "");
    diff(&git, &[]).says(0, &["2 components unchanged, 1 removed"]);
    let report: serde_json::Value = serde_json::from_str(&diff(&git, &["--format", "json"]).out).expect("JSON");
    assert_eq!(report["components"], serde_json::json!({ "all": 2, "unchanged": 2, "removed": 1 }));
    // One that cannot be read any more, or that another environment still has, is not gone.
    edit(&git, "mimir: { version: 5.6.0,", "mimir: { verson: 5.6.0,");
    edit(&git, "      mimir: { replicas: 1 }", "      mimir: { replicas: 1 }\n      topolvm: $remove");
    diff(&git, &[]).says(1, &[" 1 removed"]);
}

#[test]
fn another_list_of_words_is_one_edit() {
    let git = small();
    let role = |verbs: &str| {
        format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {{ name: own, namespace: own }}\n\
             rules: [{{ apiGroups: [\"\"], resources: [pods], verbs: [{verbs}] }}]\n"
        )
    };
    edit(&git, "\n  topolvm:", "\n  own: { namespace: own, manifests: [m/role.yaml] }\n  topolvm:");
    git.write("m/role.yaml", &role("get, list, watch"));
    git.commit("a role");
    git.write("m/role.yaml", &role("get, create"));
    let ran = diff(&git, &[]);
    ran.says(0, &["rules[0].verbs [get, list, watch] → [get, create]"]).never_says(&["removed: ", "more edit"]);
}

#[test]
fn an_include_is_not_the_deleted_spec_under_another_name() {
    let git = small();
    edit(&git, "\ncomponents:\n", "\ninclude: [spec/more.yaml]\ncomponents:\n");
    git.write("spec/more.yaml", "apiVersion: dvgen.dev/v1alpha1\nkind: Platform\nversions: { kubernetes: 1.32.0 }\n");
    git.commit("with an include");
    git.run(&["rm", "--quiet", "platform.yaml"]);
    git.commit("gone");
    let ran = diff(&git, &["HEAD~1", "--head", "HEAD", "--exact"]);
    ran.says(0, &["The head has no spec: all of the platform is gone.", "danger"]);
    ran.never_says(&["spec of the head is", "left out", "does not compile"]);
    // The other way round it is new.
    let ran = diff(&git, &["HEAD", "--head", "HEAD~1", "--exact"]);
    ran.says(0, &["The base has no spec: all of the platform is new."]).never_says(&["spec of the base is"]);
}

const OBJECTS: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: { name: one, namespace: own }
data: { a: \"1\", b: \"2\" }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: two, namespace: own }
data:
  list: |
    some text
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: own }
spec: { selector: { app: web }, ports: [{ name: a, port: 1 }, { name: b, port: 2 }, { name: c, port: 3 }] }
";

#[test]
fn documents_of_a_file_are_told_apart_by_their_names() {
    let git = small();
    edit(&git, "\n  topolvm:", "\n  own: { namespace: own, manifests: [m/all.yaml] }\n  topolvm:");
    git.write("m/all.yaml", OBJECTS);
    git.commit("objects");
    let write = |text: &str| git.write("m/all.yaml", text);
    // One that goes is not the cause of what another one does.
    let (first, rest) = OBJECTS.split_once("---\n").expect("documents");
    write(&rest.replace("some text", "another text"));
    let ran = diff(&git, &["HEAD"]);
    ran.says(0, &["m/all.yaml:1 [ConfigMap own/one] removed", "m/all.yaml:6 data.list", "ConfigMap own/one is gone"]);
    // One that comes before the others moves their lines.
    write(&format!("{}---\n{}", first.replace("one", "zero"), OBJECTS.replace("port: 2", "port: 20")));
    diff(&git, &["HEAD"]).says(0, &["m/all.yaml:1 [ConfigMap own/zero] added", "port 2 → 20", "m/all.yaml:21"]);
    // Keys in another order say the same; a list in another order is one edit.
    write(&OBJECTS.replace("{ a: \"1\", b: \"2\" }", "{ b: \"2\", a: \"1\" }"));
    diff(&git, &["HEAD", "--exit-code"])
        .says(0, &["No effective change", "2 changes of labels"])
        .never_says(&["caution"]);
    write(&OBJECTS.replace("{ name: a, port: 1 }, { name: b, port: 2 }", "{ name: b, port: 2 }, { name: a, port: 1 }"));
    diff(&git, &["HEAD"]).says(0, &["spec.ports [{ name: a", "order only"]).never_says(&["added:", "removed:"]);
    // A file that nothing names any more is still there.
    write(OBJECTS);
    edit(&git, "manifests: [m/all.yaml]", "manifests: []");
    let ran = diff(&git, &["HEAD"]);
    ran.says(0, &["ConfigMap own/one is gone", "components.own.manifests[0] removed: m/all.yaml"]);
    ran.never_says(&["file removed"]);
}

#[test]
fn a_warning_with_another_number_is_no_new_one() {
    let git = small();
    edit(
        &git,
        "mimir: { version: 5.6.0, values: { nginx: { verboseLogging: false } } }",
        "mimir: { version: 5.6.0, values: { nginx: { verbose: 1 } } }",
    );
    git.commit("an unknown value");
    // A field that is wrong at the base hides what was said of the rest.
    edit(&git, "cert-manager: { version: v1.21.1 }", "cert-manager: { version: v1.21.1, replcas: 2 }");
    git.commit("a wrong field");
    edit(&git, "replcas: 2", "replicas: 2");
    diff(&git, &["HEAD"]).says(0, &["the base does not compile"]).never_says(&["no-order"]);
}

#[test]
fn files_are_named_as_the_reader_knows_them() {
    let git = Git::new(&[]);
    git.write("infra/platform.yaml", SPEC);
    git.commit("the platform");
    git.write("infra/platform.yaml", &SPEC.replace("v1.21.1", "v1.21.2"));
    diff(&git, &["--spec", "infra/platform.yaml"])
        .says(0, &["· infra/platform.yaml:6 components.cert-manager.version"]);
    let inside = git.root.join("infra");
    run_in(&inside, &[]).says(0, &["· platform.yaml:6 components.cert-manager.version"]);
    run_in(&inside, &["--format", "markdown"]).says(0, &["`infra/platform.yaml:6 components.cert-manager.version"]);
    let report: serde_json::Value = serde_json::from_str(&run_in(&inside, &["--format", "json"]).out).expect("JSON");
    assert_eq!(report["edits"][0]["file"], "infra/platform.yaml");
}

#[test]
fn what_a_partial_clone_lacks_is_no_verdict() {
    let git = small();
    edit(&git, "v1.21.1", "v1.21.2");
    git.commit("topic");
    git.run(&["config", "uploadpack.allowFilter", "true"]);
    let beside = git.root.parent().expect("a parent").to_path_buf();
    let url = format!("file://{}", git.root.display());
    git.run_in(&beside, &["clone", "--quiet", "--filter=blob:none", &url, "partial"]);
    let ran = run_in(&beside.join("partial"), &["HEAD~1"]);
    ran.says(2, &["is not in this clone", "partial clone (`--filter=blob:none`)", "git fetch --refetch --no-filter"]);
    ran.never_says(&["all of the platform is new"]);
}

#[test]
fn an_include_that_was_not_committed_is_in_the_work_tree_only() {
    let git = small();
    edit(&git, "\ncomponents:", "\ninclude: [more.yaml]\ncomponents:");
    git.write("more.yaml", "components:\n  vault: { version: 0.34.1 }\n");
    diff(&git, &[]).says(0, &["vault: new 0.34.1", "more.yaml:1"]);
    git.run(&["add", "platform.yaml"]);
    git.run(&["commit", "--quiet", "--message", "half of it"]);
    diff(&git, &["HEAD~1", "--head", "HEAD"]).says(1, &["`more.yaml` does not exist", "platform.yaml:5 include added"]);
    // In a submodule it is not of this repository.
    let other = Git::new(&[]);
    other.write("more.yaml", "components:\n  vault: { version: 0.34.1 }\n");
    other.commit("more");
    std::fs::remove_file(git.root.join("more.yaml")).expect("a file");
    git.run(&["submodule", "--quiet", "add", &other.root.display().to_string(), "sub"]);
    edit(&git, "[more.yaml]", "[sub/more.yaml]");
    git.commit("a submodule");
    diff(&git, &["HEAD~2", "--head", "HEAD"]).says(1, &["sub/more.yaml", "`sub` is a submodule"]);
}

#[test]
fn only_the_environments_that_are_asked_for_are_compiled() {
    let git = small();
    // What is wrong in staging is no matter of production.
    edit(&git, "mimir: { replicas: 1 }", "mimr: { replicas: 1 }");
    edit(&git, "v1.21.1", "v1.21.2");
    diff(&git, &["--env", "production"]).says(0, &["v1.21.1 → v1.21.2", "Routine"]).never_says(&["mimr", "staging"]);
    diff(&git, &["--env", "staging"]).says(1, &["mimr"]);
    // What is the same where somebody looked may differ where nobody did.
    let git = small();
    edit(&git, "mimir: { replicas: 1 }", "mimir: { replicas: 2 }");
    for format in ["text", "markdown"] {
        let ran = diff(&git, &["--env", "production", "--format", format]);
        ran.says(0, &["every output of production is the same"]).never_says(&["every output is the same"]);
        ran.says(0, &["Only production was compared: no other environment was looked at."]);
    }
    let ran = diff(&git, &["--env", "production", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(report["only"], serde_json::json!(["production"]), "{}", ran.out);
    diff(&git, &[]).never_says(&["was looked at"]);
    // One that comes is on one side only.
    let git = small();
    edit(&git, "\nenvironments:", "\nenvironments:\n  testing: { metadata: { cluster: testing } }");
    diff(&git, &["--env", "testing"]).says(0, &["environment", "testing"]).never_says(&["there is no environment"]);
    diff(&git, &["--env", "testin"]).says(2, &["did you mean `testing`?"]);
}

#[test]
fn every_new_problem_names_its_edit() {
    let git = small();
    edit(&git, "  topolvm: { version: 17.1.0 }", "  topolvm: { version: 17.1.0 }\n  grafana: { version: 12.11.1 }");
    edit(&git, "volumeGroup: vg", "volumeGroup: vh");
    let ran = diff(&git, &["HEAD", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let findings = report["findings"].as_array().expect("findings");
    assert!(findings.iter().any(|finding| finding["rule"] == "new-problem"), "{}", ran.out);
    for finding in findings {
        assert!(!finding["causes"].as_array().expect("causes").is_empty(), "{finding}");
    }
}

#[test]
fn secrets_are_not_shown() {
    let git = small();
    edit(&git, "nginx: { verboseLogging: false }", "grafana: { adminPassword: hunter2-first }");
    git.commit("a secret in the base");
    edit(&git, "hunter2-first", "hunter2-second");
    for format in ["text", "markdown", "json"] {
        diff(&git, &["HEAD", "--format", format]).says(1, &["sensitive"]).never_says(&["hunter2"]);
    }
    edit(&git, "hunter2-second", "abc");
    diff(&git, &["HEAD"]).says(1, &["sensitive"]).never_says(&["hunter2", "abc"]);
}

#[test]
fn words_of_users_are_never_obeyed() {
    let git = small();
    git.commit("start");
    let hostile = "</details><img src=x>`` @everyone [link](https://evil.example) | ![x](y) ```\u{1b}[31m --> #1";
    let value = format!("extraNote: {hostile:?}").replace("\\u{1b}", "\\x1b");
    edit(&git, "nginx: { verboseLogging: false }", &format!("alertmanager: {{ {value} }}"));
    let ran = diff(&git, &["HEAD", "--format", "markdown"]);
    ran.says(0, &["extraNote"]);
    let outside = outside_of_code(&ran.out);
    for tag in outside.split('<').skip(1) {
        let known = [
            "!-- dvgen:diff:small -->",
            "details>",
            "details open>",
            "/details>",
            "summary>",
            "/summary>",
            "b>",
            "/b>",
            "sub>",
            "/sub>",
            "br>",
        ];
        assert!(known.iter().any(|known| tag.starts_with(known)), "<{tag}");
    }
    for part in ["@everyone", "](", "#1", "\u{1b}", "evil"] {
        assert!(!outside.contains(part), "{part} in\n{outside}");
    }
    let plain = diff(&git, &["HEAD", "--color", "never"]);
    assert!(!plain.out.contains('\u{1b}'), "{}", plain.out);
}

#[test]
fn a_comment_has_room_and_says_what_it_leaves_out() {
    let git = Git::new(&[]);
    let many = |memory: &str| {
        let nodes = (0..400).map(|at| {
            format!(
                "  n{at}: {{ role: worker, vmid: {}, cores: 2, memory: {memory}, ip: {{ lan: 10.{}.{}.7 }} }}\n",
                100 + at,
                at / 200,
                at % 200
            )
        });
        format!(
            "apiVersion: dvgen.dev/v1alpha1\nkind: Platform\nmetadata: {{ name: many, environment: production }}\nhypervisors:\n  pve: {{ kind: proxmox, node: pve, endpoint: \"https://10.9.0.1:8006/api2/json\", storage: s, template: {{ name: t, id: 9000 }} }}\nnetworks:\n  lan: {{ cidr: 10.0.0.0/12, gateway: 10.9.0.2, dns: [10.9.0.3], bridge: vmbr0 }}\ndefaults:\n  nodes: {{ host: pve, user: u, disks: [{{ size: 10Gi }}] }}\nnodes:\n{}",
            nodes.collect::<String>()
        )
    };
    git.write("platform.yaml", &many("4Gi"));
    git.commit("many");
    git.write("platform.yaml", &many("8Gi"));
    let ran = diff(&git, &["--format", "markdown"]);
    ran.says(0, &["left out** for lack of room", "dvgen diff ", "<!-- dvgen:diff:many -->"]);
    assert!(ran.out.chars().count() <= 65_000, "{}", ran.out.chars().count());
    // The command that shows all keeps what was asked.
    let options = ["--exact", "-C", ".", "--env", "production", "--show-noise", "--format=markdown"];
    let commit = git.run(&["rev-parse", "--short=12", "HEAD"]);
    let command = format!("dvgen diff {commit} --exact -C . --env production --show-noise`");
    diff(&git, &[&["HEAD"], options.as_slice()].concat()).says(0, &["left out** for lack of room", &command]);
    git.run(&["mv", "platform.yaml", "our platform.yaml"]);
    let command = format!("dvgen diff {commit} --spec 'our platform.yaml'`");
    diff(&git, &["HEAD", "--spec", "our platform.yaml", "--format=markdown"]).says(0, &[&command]);
    git.run(&["mv", "our platform.yaml", "platform.yaml"]);
    assert_eq!(ran.out.matches("<details").count(), ran.out.matches("</details>").count());
    assert_eq!(ran.out.lines().filter(|line| line.trim_start().starts_with("```")).count() % 2, 0);
    let all = diff(&git, &["--format", "json"]);
    assert!(all.out.matches("machine-resized").count() >= 400, "the JSON is not whole");
}

/// Returns what a reader of Markdown does not take for code: without fences and without pairs of equal runs of backticks.
fn outside_of_code(text: &str) -> String {
    let mut lines = Vec::new();
    let mut fence: Option<String> = None;
    for line in text.lines() {
        let run: String = line.trim_start().chars().take_while(|c| *c == '`').collect();
        match &fence {
            Some(open) if run == *open => fence = None,
            Some(_) => {}
            None if run.len() >= 3 && !line.trim_start().trim_start_matches('`').contains('`') => fence = Some(run),
            None => lines.push(line),
        }
    }
    assert_eq!(fence, None, "a fence is open");
    let text = lines.join("\n");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find('`') {
        out.push_str(&rest[..start]);
        let run = rest[start..].chars().take_while(|c| *c == '`').count();
        let after = &rest[start + run..];
        let mut at = 0;
        let end = loop {
            let next = after[at..].find('`').map(|found| at + found).expect("the code ends");
            let size = after[next..].chars().take_while(|c| *c == '`').count();
            if size == run {
                break next + size;
            }
            at = next + size;
        };
        rest = &after[end..];
    }
    out + rest
}

#[test]
fn a_file_outside_of_the_folder_of_the_spec_is_named_as_it_is() {
    let git = Git::new(&[]);
    git.write("platforms/a/platform.yaml", &format!("include: [../../shared/more.yaml]\n{SPEC}"));
    git.write("shared/more.yaml", "domains: { external: example.org }\ncomponents: { vault: { version: 0.34.1 } }\n");
    git.commit("the platform");
    git.write("shared/more.yaml", "domains: { external: example.com }\ncomponents: { vault: { version: 0.34.1 } }\n");
    git.commit("another domain");
    let inside = git.root.join("platforms/a");
    diff(&git, &["HEAD~1", "--head", "HEAD", "-C", "platforms/a"])
        .says(0, &["shared/more.yaml:1"])
        .never_says(&["platforms/a/shared", "../"]);
    run_in(&inside, &["HEAD~1", "--head", "HEAD"]).says(0, &["../../shared/more.yaml:1"]);
    run_in(&inside, &["HEAD~1", "--head", "HEAD", "--format", "markdown"])
        .says(0, &["`shared/more.yaml:1"])
        .never_says(&["platforms/a/shared", "../"]);
}

#[test]
fn renovate_looks_into_a_file_outside_of_the_folder_of_the_spec() {
    let git = Git::new(&[]);
    let spec = SPEC.replace("revision: main }", "revision: main, path: platforms/a }");
    git.write("platforms/a/platform.yaml", &format!("include: [../../shared/more.yaml]\n{spec}"));
    git.write("shared/more.yaml", "components: { vault: { version: 0.34.1 } }\n");
    let built = Command::new(env!("CARGO_BIN_EXE_dvgen"))
        .args(["build", "-C", "platforms/a"])
        .current_dir(&git.root)
        .output()
        .expect("dvgen");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let renovate = std::fs::read_to_string(git.root.join("platforms/a/renovate.json")).expect("a configuration");
    for file in [r"/^shared\\/more\\.yaml$/", r"/^platforms\\/a\\/platform\\.yaml$/"] {
        assert!(renovate.contains(file), "{file} is not in {renovate}");
    }
}
