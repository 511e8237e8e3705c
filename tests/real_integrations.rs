//! The ways in which dvgen reaches people, tried with what runs them: pre-commit, the shell of GitHub's runners, and the
//! validators of GitHub's and GitLab's files.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests prepare files and start the real tools"
)]
#![expect(clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]
#![expect(unreachable_pub, dead_code, reason = "the parts of a test are no library")]

mod support {
    pub mod history;
    pub mod platforms;
    pub mod tools;
}

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use support::{history, platforms, tools};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A repository with the example platform and its outputs, and a shell in it like that of a runner.
struct Runner {
    dir: tempfile::TempDir,
}

impl Runner {
    /// Returns `None` where there is no git or no bash, which every host of code has.
    fn new(test: &str) -> Option<Self> {
        let detectviz = platforms::files(&platforms::named("detectviz"), &[platforms::EXPECTED]);
        Self::with(test, |repository| platforms::write(repository, &detectviz))
    }

    /// Returns one without files.
    fn empty(test: &str) -> Option<Self> {
        for tool in ["git", "bash", "gzip", "base64"] {
            tools::find(tool, test)?;
        }
        let dir = tempfile::tempdir().expect("a directory");
        let this = Self { dir };
        std::fs::create_dir_all(this.path("work/bin")).expect("a directory");
        std::fs::create_dir_all(this.repository()).expect("a directory");
        Some(this)
    }

    /// As `new`, with another platform, which `write` writes.
    fn with(test: &str, write: impl FnOnce(&Path)) -> Option<Self> {
        let this = Self::empty(test)?;
        let repository = this.repository();
        write(&repository);
        this.run(&["dvgen", "build"]).expect_code(0);
        this.git(&["init", "--quiet", "--initial-branch=main"]);
        this.commit("the platform");
        Some(this)
    }

    fn path(&self, below: &str) -> PathBuf {
        self.dir.path().join(below)
    }

    fn repository(&self) -> PathBuf {
        self.path("repository")
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "--quiet", "-m", message]);
    }

    fn git(&self, arguments: &[&str]) {
        self.run(&[&["git"], arguments].concat()).expect_code(0);
    }

    fn edit(&self, from: &str, to: &str) {
        let path = self.repository().join("platform.yaml");
        let text = std::fs::read_to_string(&path).expect("the spec");
        assert!(text.contains(from), "the spec has no `{from}`");
        std::fs::write(path, text.replacen(from, to, 1)).expect("a file");
    }

    fn run(&self, words: &[&str]) -> Ran {
        self.run_with(words, &[])
    }

    fn run_with(&self, words: &[&str], variables: &[(&str, &str)]) -> Ran {
        let own = Path::new(env!("CARGO_BIN_EXE_dvgen")).parent().expect("a directory");
        let path = std::env::var("PATH").unwrap_or_default();
        let path = format!("{}:{}:{path}", self.path("work/bin").display(), own.display());
        let program = if words[0] == "dvgen" { env!("CARGO_BIN_EXE_dvgen") } else { words[0] };
        let output = Command::new(program)
            .args(&words[1..])
            .current_dir(self.repository())
            .env("PATH", path)
            .env("HOME", self.path("work"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .envs(variables.iter().copied())
            .output()
            .unwrap_or_else(|error| panic!("{words:?}: {error}"));
        Ran(output)
    }

    /// Runs a script of the action as its step does.
    fn step(&self, script: &str, variables: &[(&str, &str)]) -> Ran {
        let file = |name: &str| self.path(&format!("work/{name}")).to_string_lossy().into_owned();
        let place = root().join("integrations/github").join(script);
        let fixed = [
            ("ACTION", root().to_string_lossy().into_owned()),
            ("RUNNER_TEMP", file("temp")),
            ("GITHUB_OUTPUT", file("output")),
            ("GITHUB_PATH", file("path")),
            ("GITHUB_STEP_SUMMARY", file("summary.md")),
            ("GITHUB_REPOSITORY", "detectviz/platform".to_owned()),
            ("GITHUB_SHA", "0123456789abcdef".to_owned()),
            ("GITHUB_REF", "refs/pull/7/merge".to_owned()),
        ];
        std::fs::create_dir_all(self.path("work/temp")).expect("a directory");
        let fixed: Vec<(&str, &str)> = fixed.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.run_with(&["bash", &place.to_string_lossy()], &[fixed.as_slice(), variables].concat())
    }

    /// Returns what a step told the following ones.
    fn output(&self, name: &str) -> String {
        let text = std::fs::read_to_string(self.path("work/output")).unwrap_or_default();
        let found = text.lines().filter_map(|line| line.strip_prefix(&format!("{name}="))).next_back();
        found.unwrap_or_default().to_owned()
    }

    /// Puts a program `gh` into the way, which notes how it is called, and answers with what its query finds in `comments`. It is
    /// `viewer` who asks.
    fn gh(&self, viewer: &str, comments: &str, code: i32) {
        let place = self.path("work/bin/gh");
        let log = self.path("work/gh.log");
        let script = format!(
            "#!/bin/sh\nprintf '%s\\n' \"$*\" >>'{}'\nfor query; do :; done\ncase \"$*\" in\n*graphql*--jq*) \
             [ -n '{viewer}' ] || exit 1; printf '%s\\n' '{viewer}' ;;\n*--jq*) printf '%s\\n' '{comments}' | jq -r \"$query\" ;;\n\
             esac\nexit {code}\n",
            log.display()
        );
        std::fs::write(&place, script).expect("a program");
        std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o755)).expect("a program");
        let _ = std::fs::remove_file(log);
    }

    fn asked(&self) -> String {
        std::fs::read_to_string(self.path("work/gh.log")).unwrap_or_default()
    }
}

struct Ran(Output);

impl Ran {
    fn said(&self) -> String {
        format!("{}{}", String::from_utf8_lossy(&self.0.stdout), String::from_utf8_lossy(&self.0.stderr))
    }

    #[track_caller]
    fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.0.status.code(), Some(code), "{}", self.said());
        self
    }

    #[track_caller]
    fn says(self, text: &str) -> Self {
        assert!(self.said().contains(text), "`{text}` is not in\n{}", self.said());
        self
    }
}

#[test]
fn pre_commit_runs_the_hooks() {
    let test = "do the hooks run in pre-commit?";
    let (Some(runner), Some(tool)) = (Runner::new(test), tools::find("pre-commit", test)) else { return };
    let tool = tool.to_string_lossy().into_owned();
    runner.run(&[&tool, "validate-manifest", &root().join(".pre-commit-hooks.yaml").to_string_lossy()]).expect_code(0);
    let example = root().join("integrations/pre-commit/config.yaml");
    runner.run(&[&tool, "validate-config", &example.to_string_lossy()]).expect_code(0);
    let source = root().to_string_lossy().into_owned();
    let hook = |id: &str| {
        let home = runner.path("work/pre-commit").to_string_lossy().into_owned();
        let words = [&*tool, "try-repo", &source, id, "--all-files", "--color", "never"];
        runner.run_with(&words, &[("PRE_COMMIT_HOME", &home)])
    };
    hook("dvgen-lint-system").expect_code(0).says("Passed");
    hook("dvgen-check-system").expect_code(0).says("Passed");
    // An output that is stale, then a spec that is wrong.
    runner.edit("version: 12.11.1", "version: 12.11.0");
    hook("dvgen-check-system").expect_code(1).says("differ");
    runner.edit("version: 12.11.0", "verion: 12.11.0");
    hook("dvgen-lint-system").expect_code(1).says("unknown-field").says("platform.yaml:");
    // Those that build dvgen first run the same commands: here with the one that is there.
    let manifest = std::fs::read_to_string(root().join(".pre-commit-hooks.yaml")).expect("the hooks");
    let hooks = runner.path("work/hooks");
    std::fs::create_dir_all(&hooks).expect("a directory");
    std::fs::write(hooks.join(".pre-commit-hooks.yaml"), manifest.replace("language: rust", "language: system"))
        .expect("a file");
    let at = hooks.to_string_lossy().into_owned();
    let who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
    runner.run(&["git", "-C", &at, "init", "--quiet"]).expect_code(0);
    runner.run(&["git", "-C", &at, "add", "--all"]).expect_code(0);
    runner.run(&[&["git", "-C", &at][..], &who, &["commit", "--quiet", "--message", "hooks"]].concat()).expect_code(0);
    let built = |id: &str| {
        let home = runner.path("work/pre-commit").to_string_lossy().into_owned();
        let words = [&*tool, "try-repo", &at, id, "--all-files", "--color", "never"];
        runner.run_with(&words, &[("PRE_COMMIT_HOME", &home)])
    };
    built("dvgen-lint").expect_code(1).says("unknown-field");
    runner.edit("verion: 12.11.0", "version: 12.11.0");
    built("dvgen-check").expect_code(1).says("differ");
    // What it writes fails the commit once.
    built("dvgen-build").expect_code(1).says("files were modified by this hook");
    built("dvgen-build").expect_code(0).says("Passed");
    built("dvgen-check").expect_code(0).says("Passed");
    built("dvgen-lint").expect_code(0).says("Passed");
}

#[test]
fn the_action_judges_and_annotates() {
    let Some(runner) = Runner::new("do the steps of the action run?") else { return };
    runner.step("install.sh", &[]).expect_code(0);
    let lint = [("DIRECTORY", "."), ("FAIL_ON", "error")];
    runner.step("lint.sh", &lint).expect_code(0);
    let sarif = std::fs::read_to_string(runner.output("sarif")).expect("a report");
    assert!(sarif.contains("\"results\": []"), "{sarif}");
    runner.edit("version: 12.11.1", "version: 12.11.0");
    runner.step("lint.sh", &lint).expect_code(1).says("::error file=gitops/").says("title=drift::");
    runner.edit("version: 12.11.0", "verion: 12.11.0");
    runner.step("lint.sh", &lint).expect_code(1).says("::error file=platform.yaml,line=");
    assert!(std::fs::read_to_string(runner.output("sarif")).expect("a report").contains("unknown-field"));
}

#[test]
fn the_action_sends_findings() {
    let Some(runner) = Runner::new("does the action send SARIF?") else { return };
    runner.step("lint.sh", &[("DIRECTORY", "."), ("FAIL_ON", "error")]).expect_code(0);
    let sarif = runner.output("sarif");
    runner.gh("github-actions[bot]", "[]", 0);
    runner.step("upload.sh", &[("SARIF", &sarif)]).expect_code(0);
    assert!(
        runner.asked().contains("--method POST repos/detectviz/platform/code-scanning/sarifs"),
        "{}",
        runner.asked()
    );
    let packed = format!("{sarif}.gz.base64");
    let unpacked = runner.run(&["bash", "-c", "base64 -d \"$0\" | gunzip", &packed]).expect_code(0);
    assert_eq!(unpacked.said(), std::fs::read_to_string(&sarif).expect("a report"));
    runner.gh("", "[]", 1);
    runner.step("upload.sh", &[("SARIF", &sarif)]).expect_code(0).says("::notice");
}

#[test]
fn the_action_keeps_one_comment() {
    let Some(runner) = Runner::new("does the action keep one comment?") else { return };
    let report = runner.path("work/review.md");
    std::fs::write(&report, "<!-- dvgen:diff:detectviz -->\n\nAll is well.\n").expect("a report");
    let report = report.to_string_lossy().into_owned();
    let comment = |code: i32| runner.step("comment.sh", &[("REPORT", &report), ("NUMBER", "7")]).expect_code(code);
    runner.gh("github-actions[bot]", "[]", 0);
    comment(0);
    let posted = format!("--method POST repos/detectviz/platform/issues/7/comments -F body=@{report}");
    assert!(runner.asked().contains(&posted), "{}", runner.asked());
    // Anybody may write the marker: only what the token itself wrote is replaced.
    let one = |id: u32, login: &str, kind: &str, body: &str| {
        format!(r#"{{"id":{id},"user":{{"login":"{login}","type":"{kind}"}},"body":{body}}}"#)
    };
    let marked = r#""<!-- dvgen:diff:detectviz -->\u000aof old""#;
    let others = [
        one(39, "mallory", "User", marked),
        one(40, "other[bot]", "Bot", marked),
        one(41, "platform[bot]", "Bot", "null"),
    ];
    runner.gh("platform[bot]", &format!("[{}]", others.join(",")), 0);
    comment(0);
    assert!(runner.asked().contains(&posted), "{}", runner.asked());
    for (viewer, author) in [("platform[bot]", "platform[bot]"), ("", "github-actions[bot]")] {
        let own = [one(42, author, "Bot", marked), one(43, author, "Bot", marked)];
        runner.gh(viewer, &format!("[{},{}]", others.join(","), own.join(",")), 0);
        comment(0);
        let patched = "--method PATCH repos/detectviz/platform/issues/comments/42";
        assert!(runner.asked().contains(patched) && !runner.asked().contains("POST"), "{}", runner.asked());
    }
    // A token of a fork may only read.
    runner.gh("", "[]", 1);
    comment(0).says("::notice");
    std::fs::write(&report, "no marker\n").expect("a report");
    comment(2);
}

#[test]
fn hosts_accept_the_files() {
    let test = "are the files for GitHub and GitLab valid?";
    let (Some(schema), Some(zizmor)) = (tools::find("check-jsonschema", test), tools::find("zizmor", test)) else {
        return;
    };
    let (schema, zizmor) = (schema.to_string_lossy().into_owned(), zizmor.to_string_lossy().into_owned());
    let file = |name: &str| root().join(name).to_string_lossy().into_owned();
    let judge = |arguments: &[&str]| tools::said(&[&[&*schema, "--builtin-schema"], arguments].concat());
    let examples = ["workflow", "several"].map(|name| file(&format!("integrations/github/{name}.yml")));
    judge(&["vendor.github-actions", &file("action.yml")]);
    judge(&["vendor.github-workflows", &file(".github/workflows/ci.yml"), &examples[0], &examples[1]]);
    judge(&["vendor.gitlab-ci", "--data-transform", "gitlab-ci", &file("integrations/gitlab/dvgen.yml")]);
    tools::said(&[&zizmor, "--offline", "--no-progress", &file("action.yml"), &file(".github")]);
    // The example is a workflow where it lies like one.
    let dir = tempfile::tempdir().expect("a directory");
    let workflows = dir.path().join(".github/workflows");
    std::fs::create_dir_all(&workflows).expect("a directory");
    for example in &examples {
        let place = workflows.join(Path::new(example).file_name().expect("a name"));
        std::fs::copy(example, place).expect("a copy");
    }
    tools::said(&[&zizmor, "--offline", "--no-progress", &dir.path().to_string_lossy()]);
    let Some(shellcheck) = tools::find("shellcheck", test) else { return };
    let scripts = ["install", "place", "lint", "diff", "comment", "upload"]
        .map(|name| file(&format!("integrations/github/{name}.sh")));
    let folder = file("integrations/github");
    let mut words = vec![
        shellcheck.to_string_lossy().into_owned(),
        "--external-sources".to_owned(),
        format!("--source-path={folder}"),
    ];
    words.extend(scripts);
    tools::said(&words.iter().map(String::as_str).collect::<Vec<_>>());
}

/// Actionlint knows the inputs of an action in the same repository, and the events, contexts and shells of all workflows.
#[test]
fn workflows_use_the_action_as_it_is() {
    let test = "do workflows use the action as it is?";
    let (Some(lint), Some(git)) = (tools::find("actionlint", test), tools::find("git", test)) else { return };
    let dir = tempfile::tempdir().expect("a directory");
    let workflows = dir.path().join(".github/workflows");
    std::fs::create_dir_all(&workflows).expect("a directory");
    std::fs::copy(root().join("action.yml"), dir.path().join("action.yml")).expect("a copy");
    tools::said(&[&git.to_string_lossy(), "init", "--quiet", &dir.path().to_string_lossy()]);
    let run = |name: &str, text: &str| {
        let path = workflows.join(name);
        std::fs::write(&path, text).expect("a workflow");
        Command::new(&lint)
            .args(["-no-color", "-shellcheck=", "-pyflakes="])
            .arg(&path)
            .current_dir(dir.path())
            .output()
    };
    for name in ["workflow.yml", "several.yml"] {
        let workflow = std::fs::read_to_string(root().join("integrations/github").join(name)).expect("a workflow");
        assert!(workflow.contains("uses: detectviz/dvgen@"), "{workflow}");
        let local = workflow.replace("uses: detectviz/dvgen@v0.1.0", "uses: ./");
        let given = run(name, &local).expect("actionlint");
        assert!(given.status.success(), "{}", String::from_utf8_lossy(&given.stdout));
        // It looks at the inputs.
        let wrong = local.replace("        with:\n          fail-on-risk:", "        with:\n          fail-on-rsk:");
        let wrong = wrong.replace("          spec: ${{", "          spc: ${{");
        let given = run(name, &wrong).expect("actionlint");
        assert!(!given.status.success() && String::from_utf8_lossy(&given.stdout).contains("is not defined in action"));
    }
    let ours = Command::new(&lint).args(["-no-color", "-shellcheck=", "-pyflakes="]).current_dir(root()).output();
    let ours = ours.expect("actionlint");
    assert!(ours.status.success(), "{}", String::from_utf8_lossy(&ours.stdout));
}

/// A repository with two platforms, neither of which is a `platform.yaml` at the root.
fn several(test: &str) -> Option<Runner> {
    let spec = |name: &str, version: &str| {
        format!(
            "apiVersion: dvgen.dev/v1alpha1\nkind: Platform\nmetadata: {{ name: {name}, environment: production }}\nrepository: {{ url: https://git.example.org/p.git, revision: main }}\ncomponents:\n  cert-manager: {{ version: {version} }}\n"
        )
    };
    let runner = Runner::empty(test)?;
    for (place, name) in [("europe/platform.yaml", "europe"), ("asia/cluster.yaml", "asia")] {
        let path = runner.repository().join(place);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(path, spec(name, "v1.21.1")).expect("a spec");
        runner.run(&["dvgen", "build", "--spec", place]).expect_code(0);
    }
    runner.git(&["init", "--quiet", "--initial-branch=main"]);
    runner.commit("two platforms");
    runner.git(&["checkout", "--quiet", "-b", "bump"]);
    std::fs::write(runner.repository().join("asia/cluster.yaml"), spec("asia", "v1.21.2")).expect("a spec");
    runner.run(&["dvgen", "build", "--spec", "asia/cluster.yaml"]).expect_code(0);
    runner.commit("a bump");
    Some(runner)
}

#[test]
fn several_platforms_of_one_repository_are_told_apart() {
    let test = "are several platforms told apart?";
    let Some(runner) = several(test) else { return };
    let review = |spec: &str, directory: &str, id: &str| {
        let place = [("DIRECTORY", directory), ("SPEC", spec), ("ID", id)];
        runner.step("lint.sh", &[place.as_slice(), &[("FAIL_ON", "error")]].concat()).expect_code(0);
        runner.step("diff.sh", &[place.as_slice(), &[("BASE", "main"), ("FAIL_ON_RISK", "")]].concat()).expect_code(0);
        (runner.output("report"), runner.output("sarif"))
    };
    let (asia, of_asia) = review("asia/cluster.yaml", ".", "");
    let (europe, of_europe) = review("", "europe", "the-west");
    assert!(asia != europe && of_asia != of_europe, "the second took the place of the first");
    let read = |path: &str| std::fs::read_to_string(path).expect("a report");
    assert!(read(&asia).starts_with("<!-- dvgen:diff:asia -->") && read(&asia).contains("v1.21.2"), "{}", read(&asia));
    assert!(read(&europe).starts_with("<!-- dvgen:diff:the-west -->"), "{}", read(&europe));
    assert!(read(&europe).contains("No change"), "{}", read(&europe));
    runner.gh("github-actions[bot]", "[]", 0);
    runner.step("upload.sh", &[("SARIF", &of_asia), ("ID", "asia")]).expect_code(0);
    assert!(runner.asked().contains("-f tool_name=dvgen asia"), "{}", runner.asked());
    // The jobs of GitLab, and the hooks, which take their arguments from the configuration.
    let jobs = std::fs::read_to_string(root().join("integrations/gitlab/dvgen.yml")).expect("the jobs");
    let jobs: serde_json::Value = serde_saphyr::from_str(&jobs).expect("YAML");
    for job in ["dvgen-lint", "dvgen-diff"] {
        let variables = [
            ("DVGEN_DIRECTORY", "."),
            ("DVGEN_SPEC", "asia/cluster.yaml"),
            ("DVGEN_ID", "asia"),
            ("DVGEN_FAIL_ON_RISK", ""),
            ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "main"),
        ];
        for line in jobs[job]["script"].as_array().expect("a script") {
            runner.run_with(&["sh", "-e", "-c", line.as_str().expect("a line")], &variables).expect_code(0);
        }
    }
    assert!(read(&runner.repository().join("dvgen-review.md").to_string_lossy()).contains("v1.21.2"));
    let Some(tool) = tools::find("pre-commit", test) else { return };
    let config = local_hooks(&runner, Some("asia/cluster.yaml"));
    let words = [&*tool.to_string_lossy(), "run", "--config", &config, "--all-files", "--color=never"];
    runner.run(&words).expect_code(0).says("Passed");
    let path = runner.repository().join("asia/cluster.yaml");
    let spec = std::fs::read_to_string(&path).expect("a spec");
    std::fs::write(path, spec.replace("v1.21.2", "v1.21.3")).expect("a spec");
    runner.run(&words).expect_code(1).says("differ");
}

/// A repository with a branch on which Mimir's chart has another major, with its outputs.
fn changed(test: &str) -> Option<Runner> {
    let runner = Runner::new(test)?;
    runner.git(&["checkout", "--quiet", "-b", "bump"]);
    runner
        .edit("mimir:        { group: monitoring, version: 5.6.0", "mimir:        { group: monitoring, version: 6.2.0");
    runner.run(&["dvgen", "build"]).expect_code(0);
    runner.commit("mimir 6");
    Some(runner)
}

#[test]
fn the_action_tells_what_changes() {
    let Some(runner) = changed("does the action tell what changes?") else { return };
    let variables = |risk| [("DIRECTORY", "."), ("BASE", "main"), ("FAIL_ON_RISK", risk)];
    runner.step("diff.sh", &variables("")).expect_code(0);
    let report = runner.output("report");
    let text = std::fs::read_to_string(&report).expect("a report");
    assert!(text.starts_with("<!-- dvgen:"), "{text}");
    assert!(text.contains("mimir") && text.contains("6.2.0") && text.contains("platform.yaml:"), "{text}");
    assert_eq!(std::fs::read_to_string(runner.path("work/summary.md")).expect("a summary"), text);
    runner.step("diff.sh", &variables("caution")).expect_code(1);
    runner.gh("github-actions[bot]", "[]", 0);
    runner.step("comment.sh", &[("REPORT", &report), ("NUMBER", "7")]).expect_code(0);
    assert!(runner.asked().contains(&format!("body=@{report}")), "{}", runner.asked());
    // Where nothing could be compared, the comment says so, and not what an older commit was.
    std::fs::remove_file(runner.path("work/output")).expect("outputs");
    runner.step("diff.sh", &[("DIRECTORY", "."), ("BASE", "mian"), ("FAIL_ON_RISK", "")]).expect_code(2).says("main");
    runner.gh("github-actions[bot]", "[]", 0);
    let report = runner.output("report");
    let said = std::fs::read_to_string(&report).expect("a report");
    let first = text.lines().next().unwrap_or_default();
    assert!(said.starts_with(first) && said.contains("there is no revision `mian`"), "{said}");
    runner.step("comment.sh", &[("REPORT", &report), ("NUMBER", "7")]).expect_code(0);
    assert!(runner.asked().contains(&format!("body=@{report}")), "{}", runner.asked());
}

#[test]
fn hooks_and_action_go_through_a_history() {
    let test = "do the hooks and the action go through the history of reviews?";
    let start = |repository: &Path| {
        std::fs::create_dir_all(repository).expect("a directory");
        std::fs::write(repository.join("platform.yaml"), history::start()).expect("the platform");
    };
    let Some(runner) = Runner::with(test, start) else { return };
    let hooks =
        tools::find("pre-commit", test).map(|tool| (tool.to_string_lossy().into_owned(), local_hooks(&runner, None)));
    for commit in history::commits() {
        history::edit(&runner.repository(), &commit);
        runner.run(&["dvgen", "build"]).expect_code(0);
        runner.commit(&commit.to_string_lossy());
        if let Some((tool, config)) = &hooks {
            let words = [tool, "run", "--config", config, "--from-ref", "HEAD~1", "--to-ref", "HEAD", "--color=never"];
            runner.run(&words).expect_code(0).says("Passed");
        }
        runner.step("lint.sh", &[("DIRECTORY", "."), ("FAIL_ON", "error")]).expect_code(0);
        let _ = std::fs::remove_file(runner.path("work/summary.md"));
        runner.step("diff.sh", &[("DIRECTORY", "."), ("BASE", "HEAD~1"), ("FAIL_ON_RISK", "")]).expect_code(0);
        // The last line names the two commits.
        let body = |path: &Path| {
            let report = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            report.trim_end().rsplit_once('\n').map(|(body, _)| body.to_owned())
        };
        let (given, expected) = (body(&runner.path("work/summary.md")), body(&commit.join("report.md")));
        assert_eq!(given, expected, "{}", commit.display());
    }
}

/// Writes a configuration for pre-commit with the hooks that take the dvgen on the PATH, for a spec, and returns its path.
fn local_hooks(runner: &Runner, spec: Option<&str>) -> String {
    let manifest = std::fs::read_to_string(root().join(".pre-commit-hooks.yaml")).expect("the hooks");
    let hooks: Vec<serde_json::Value> = serde_saphyr::from_str(&manifest).expect("YAML");
    let mut hooks: Vec<_> = hooks.into_iter().filter(|hook| hook["language"] == "system").collect();
    for hook in &mut hooks {
        hook["args"] = spec.map_or_else(|| serde_json::json!([]), |spec| serde_json::json!(["--spec", spec]));
    }
    assert_eq!(hooks.len(), 2, "{hooks:?}");
    let path = runner.path("work/hooks.yaml");
    let config = serde_json::json!({ "repos": [{ "repo": "local", "hooks": hooks }] });
    std::fs::write(&path, config.to_string()).expect("a file");
    path.to_string_lossy().into_owned()
}

#[test]
fn the_jobs_of_gitlab_run() {
    let Some(runner) = changed("do the jobs of GitLab run?") else { return };
    let jobs = std::fs::read_to_string(root().join("integrations/gitlab/dvgen.yml")).expect("the jobs");
    let jobs: serde_json::Value = serde_saphyr::from_str(&jobs).expect("YAML");
    let directory = jobs["variables"]["DVGEN_DIRECTORY"].as_str().expect("a directory");
    // A job without rules runs in no pipeline of a merge request.
    let rules = |job: &str| jobs[job]["rules"].to_string();
    assert!(rules("dvgen-lint").contains("merge_request_event") && rules("dvgen-lint").contains("$CI_DEFAULT_BRANCH"));
    assert!(rules("dvgen-diff").contains("merge_request_event"));
    let run = |job: &str, risk: &str, code: i32| {
        let base = ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "main");
        let variables =
            [("DVGEN_DIRECTORY", directory), ("DVGEN_SPEC", ""), ("DVGEN_ID", ""), base, ("DVGEN_FAIL_ON_RISK", risk)];
        let lines = jobs[job]["script"].as_array().expect("a script").iter();
        lines
            .map(|line| {
                runner.run_with(&["sh", "-e", "-c", line.as_str().expect("a line")], &variables).expect_code(code)
            })
            .map(|ran| ran.said())
            .collect::<String>()
    };
    run("dvgen-lint", "", 0);
    assert!(run("dvgen-diff", "", 0).contains("5.6.0"));
    assert!(run("dvgen-diff", "danger", 1).contains("5.6.0"), "what fails the job is shown first");
    for file in ["gl-code-quality-report.json", "dvgen.xml", "dvgen-review.md"] {
        assert!(std::fs::metadata(runner.repository().join(file)).expect("a report").len() > 0, "{file} is empty");
    }
}
