//! Renovate itself from the chart's release to the merge: it raises pins of a spec on branches of a small forge, `dvgen diff`
//! judges each branch as a pipeline does, and only what is routine merges by itself.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::forge::{Forge, NAME, Pull};
use crate::support::{tools, tree};

const SPEC: &str = "\
apiVersion: dvgen.dev/v1alpha1
kind: Platform
metadata: { name: fleet, environment: production }
domains: { external: example.internal }
repository: { url: https://git.example.org/team/platform.git, revision: main }
components:
  argocd: { installedBy: ansible, version: 10.1.1 }
  cert-manager: { version: v1.21.1 }
  external-secrets: { version: 2.9.0 }
  vault: { version: 0.34.1 }
  topolvm: { version: 17.1.0 }
  minio: { version: 5.4.0, storage: { size: 5Gi } }
  mimir: { version: 5.6.0, values: { nginx: { verboseLogging: false } } }
  tempo: { version: 1.22.0, storage: { size: 5Gi } }
  grafana: { version: 12.10.0, replicas: 1 }
flows:
  - query: { from: grafana, to: [mimir, tempo] }
  - objects: { from: tempo, to: minio, name: tempo }
secrets:
  store: { kind: vault, component: vault, mount: secret, version: 2 }
  items:
    grafana/admin: [user, password]
    minio/root: [user, password]
    tempo/objects: [accessKey, secretKey]
storage:
  classes:
    fast: { component: topolvm, volumeGroup: vg, default: true }
renovate:
  routine: { groupName: routine updates, automerge: true, platformAutomerge: false, schedule: [SCHEDULE] }
  postUpgradeTasks: { commands: [dvgen build], fileFilters: ['**/*'], executionMode: branch }
  packageRules:
    - { matchDatasources: [helm], registryUrls: ['REGISTRY/charts'] }
";

/// A person's clone beside the bare repository that Renovate works on.
struct Team {
    scratch: tempfile::TempDir,
    work: PathBuf,
    forge: Forge,
}

impl Team {
    fn new() -> Self {
        let scratch = tempfile::tempdir().expect("a directory");
        let (bare, work) = (scratch.path().join("bare.git"), scratch.path().join("work"));
        git(scratch.path(), &["init", "-q", "--bare", "-b", "main", "bare.git"]);
        git(scratch.path(), &["clone", "-q", "bare.git", "work"]);
        git(&work, &["checkout", "-q", "-B", "main"]);
        Self { forge: Forge::serve(&bare), scratch, work }
    }

    /// Writes the spec, builds, and pushes it to `main`.
    fn push(&self, schedule: &str) {
        let spec = SPEC.replace("SCHEDULE", schedule).replace("REGISTRY", &self.forge.url);
        std::fs::write(self.work.join("platform.yaml"), spec).expect("a spec");
        let built = dvgen(&self.work, &["build", "--format", "concise"]);
        assert!(built.ok, "{}", built.said());
        git(&self.work, &["add", "-A"]);
        git(&self.work, &["-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qm", "the platform"]);
        git(&self.work, &["push", "-q", "origin", "main"]);
    }

    /// Lets Renovate look once at the repository, as a cron job of its owners does.
    fn renovate(&self, renovate: &Path) {
        // A new one each time: it keeps what it read of the charts for a quarter of an hour.
        let home = tempfile::tempdir().expect("a directory");
        let own = Path::new(env!("CARGO_BIN_EXE_dvgen")).parent().expect("a directory").to_path_buf();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&path))).expect("a PATH");
        let env = [
            ("PATH", path.as_os_str()),
            ("LOG_LEVEL", "debug".as_ref()),
            ("RENOVATE_BASE_DIR", home.path().as_os_str()),
            ("RENOVATE_PLATFORM", "gitea".as_ref()),
            ("RENOVATE_ENDPOINT", self.forge.url.as_ref()),
            ("RENOVATE_TOKEN", "none".as_ref()),
            ("RENOVATE_ONBOARDING", "false".as_ref()),
            ("RENOVATE_ALLOWED_COMMANDS", r#"["^dvgen build$"]"#.as_ref()),
            ("RENOVATE_REPOSITORIES", NAME.as_ref()),
        ];
        let outcome = tools::run_in(self.scratch.path(), renovate, [""; 0], &env);
        assert!(outcome.ok, "{}", outcome.said());
        assert_eq!(self.forge.unknown(), [""; 0], "the forge is too small:\n{}", outcome.said());
        git(&self.work, &["fetch", "-q", "--prune"]);
        if let Some(keep) = std::env::var_os("DVGEN_RENOVATE_LOG") {
            std::fs::write(keep, outcome.said()).expect("a file");
        }
    }

    /// Returns the open pull requests by branch.
    fn open(&self) -> Vec<Pull> {
        let mut pulls = self.forge.pulls();
        pulls.retain(|pull| !pull.is_closed);
        pulls.sort_by(|a, b| a.branch.cmp(&b.branch));
        pulls
    }

    /// Judges a branch as a required check does, and tells the forge.
    fn judge(&self, branch: &str) -> tools::Outcome {
        let head = format!("origin/{branch}");
        let outcome = dvgen(&self.work, &["diff", "origin/main", "--head", &head, "--fail-on", "caution"]);
        self.forge.check(branch, outcome.ok);
        outcome
    }

    /// Returns the lines of the spec that differ between `main` and a branch, without what did not change.
    fn raised(&self, branch: &str) -> Vec<String> {
        let diff = ["diff", "-U0", "origin/main", &format!("origin/{branch}"), "--", "platform.yaml"];
        let lines = tools::run_in(&self.work, Path::new("git"), diff, &[]).stdout;
        let lines = lines.lines().filter(|line| line.starts_with('+') && !line.starts_with("+++"));
        lines.map(|line| line.trim_start_matches('+').trim().to_owned()).collect()
    }
}

fn git(dir: &Path, args: &[&str]) {
    let outcome = tools::run_in(dir, Path::new("git"), args, &[]);
    assert!(outcome.ok, "git {args:?}: {}", outcome.said());
}

fn dvgen(dir: &Path, args: &[&str]) -> tools::Outcome {
    tools::run_in(dir, Path::new(env!("CARGO_BIN_EXE_dvgen")), args, &[])
}

/// A schedule of a day that is neither today nor tomorrow.
fn another_day() -> String {
    let days = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs() / 86_400;
    // The first day of 1970 was a Thursday.
    format!("'* * * * {}'", (days + 4 + 3) % 7)
}

#[track_caller]
fn says(outcome: &tools::Outcome, is_routine: bool, parts: &[&str]) {
    assert_eq!(outcome.ok, is_routine, "{}", outcome.said());
    for part in parts {
        assert!(outcome.said().contains(part), "`{part}` is not in:\n{}", outcome.said());
    }
}

fn branches(pulls: &[Pull]) -> Vec<&str> {
    pulls.iter().map(|pull| pull.branch.as_str()).collect()
}

const ROUTINE: &str = "renovate/routine-updates";

#[test]
fn a_release_becomes_a_branch_that_is_judged_and_only_routine_merges_by_itself() {
    let Some(renovate) = tools::find("renovate", "does Renovate propose, and dvgen judge, a bump of the spec?") else {
        return;
    };
    let team = Team::new();
    team.forge.release("cert-manager", &["v1.21.1", "v1.21.2"]);
    team.forge.release("grafana", &["12.10.0", "12.11.1"]);
    team.forge.release("vault", &["0.34.1", "0.35.0"]);
    team.forge.release("mimir-distributed", &["5.6.0", "6.2.0"]);
    team.forge.release("tempo", &["1.22.0"]);
    for (chart, version) in
        [("argo-cd", "10.1.1"), ("external-secrets", "2.9.0"), ("topolvm", "17.1.0"), ("minio", "5.4.0")]
    {
        team.forge.release(chart, &[version]);
    }

    // On another day than that of routine updates come only the others, each on a branch of its own.
    team.push(&another_day());
    team.renovate(&renovate);
    let pulls = team.open();
    assert_eq!(branches(&pulls), ["renovate/mimir-distributed-6.x", "renovate/vault-0.x"]);

    // The day has come.
    team.push("at any time");
    team.renovate(&renovate);
    let pulls = team.open();
    assert_eq!(branches(&pulls), ["renovate/mimir-distributed-6.x", ROUTINE, "renovate/vault-0.x"]);
    assert_eq!(
        team.raised(ROUTINE),
        ["cert-manager: { version: v1.21.2 }", "grafana: { version: 12.11.1, replicas: 1 }"]
    );
    says(
        &team.judge(ROUTINE),
        true,
        &[
            "Routine: nothing here needs a look.",
            "cert-manager: chart v1.21.1 → v1.21.2, a patch",
            "grafana: chart 12.10.0 → 12.11.1, a minor step",
        ],
    );
    // A minor step before 1.0 may break as a major one does.
    says(
        &team.judge("renovate/vault-0.x"),
        false,
        &["caution", "vault: chart 0.34.1 → 0.35.0, a minor step before 1.0"],
    );
    // The values do not fit the contract of the new version.
    let mimir = team.judge("renovate/mimir-distributed-6.x");
    says(&mimir, false, &["the head does not compile", "verboseLogging", "mimir", "5.6.0 → 6.2.0", "danger"]);
    // Where the build succeeds, the bot has committed what it writes.
    for (branch, fresh) in [(ROUTINE, true), ("renovate/vault-0.x", true), ("renovate/mimir-distributed-6.x", false)] {
        git(&team.work, &["checkout", "-q", "--detach", &format!("origin/{branch}")]);
        let check = dvgen(&team.work, &["build", "--check"]);
        assert_eq!(check.ok, fresh, "{branch}: {}", check.said());
    }
    git(&team.work, &["checkout", "-q", "main"]);
    let told = pulls.iter().find(|pull| pull.branch.contains("mimir")).expect("the pull request of mimir");
    assert!(told.comments.concat().contains("dvgen build"), "{told:?}");

    // The check of the routine branch is green, those of the others are red.
    team.renovate(&renovate);
    let merged: Vec<Pull> = team.forge.pulls().into_iter().filter(|pull| pull.is_merged).collect();
    assert_eq!(branches(&merged), [ROUTINE]);
    git(&team.work, &["merge", "-q", "--ff-only", "origin/main"]);
    assert!(tree::text(&team.work.join("platform.yaml")).contains("v1.21.2"));
    let check = dvgen(&team.work, &["build", "--check"]);
    assert!(check.ok, "{}", check.said());

    // Tempo has a release that Renovate takes for a minor step, and in which a Service gets another port.
    team.forge.release("tempo", &["1.24.0"]);
    team.renovate(&renovate);
    assert!(branches(&team.open()).contains(&ROUTINE), "{:?}", branches(&team.open()));
    assert_eq!(team.raised(ROUTINE), ["tempo: { version: 1.24.0, storage: { size: 5Gi } }"]);
    says(&team.judge(ROUTINE), false, &["danger", "tempo: Service", "port", "`grafana` (query)"]);
    team.renovate(&renovate);
    let merged = team.forge.pulls().into_iter().filter(|pull| pull.is_merged).count();
    assert_eq!(merged, 1, "a red check holds it, although the rule lets it merge by itself");
}
