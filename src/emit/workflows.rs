//! Workflows of GitHub: what builds images and proposes to deploy them, what waits until Argo CD has done so, and what builds
//! the outputs where a bot raised a version.
//!
//! One writer changes the cluster. A workflow has no more rights than a job needs, every action is a commit, nothing of an
//! event is pasted into a script, and there is no key of a cloud: GitHub signs for the identity.

mod build;
mod deploy;
mod outputs;

use std::sync::Arc;

use super::Source;
use super::build::{list, lit, map, named, some, text};
use super::draft::{Draft, TargetName};
use crate::doc::Doc;
use crate::model::{Cloud, Pipelines, Workflow};
use crate::source::OriginId;
use crate::spec::Does;

/// Who commits with the token of a workflow.
pub(super) const AUTHOR: &str = "41898282+github-actions[bot]@users.noreply.github.com";

/// Actions with the commits of their releases, as of November 2026 at the latest.
const ACTIONS: [(&str, &str); 5] = [
    // v4.2.2
    ("actions/checkout", "11bd71901bbe5b1630ceea73d27597364c9af683"),
    // v4.3.0
    ("actions/download-artifact", "d3f86a106a0bac45b974a628896c90dbdf5c8093"),
    // v4.6.2
    ("actions/upload-artifact", "ea165f8d65b6e75b540449e92b4886f43607fa02"),
    // v2.1.10
    ("google-github-actions/auth", "ba79af03959ebeac9769e648f473a284504d9193"),
    // v3.0.0
    ("google-github-actions/get-gke-credentials", "3da1e46a907576cefaa90c484278bb5b259dd395"),
];

/// Returns the workflows. They belong to the repository, so the base environment writes them.
pub(super) fn drafts(source: &Source<'_>) -> Vec<Draft> {
    let platform = source.platform;
    let Some(pipelines) = platform.pipelines.as_ref().filter(|_| !platform.is_overlay) else { return Vec::new() };
    let draft = |workflow: &Workflow| {
        let writer = Writer { source, pipelines, workflow, here: workflow.name.origin };
        let doc = match workflow.does.as_ref()?.value {
            Does::Build => writer.build(),
            Does::Deploy => writer.deploy(),
            Does::Outputs => writer.outputs(),
        };
        let path = source.layout.file(&format!(".github/workflows/{}.yml", workflow.name.value));
        Some(Draft::yaml(path, TargetName::Ci, source.layout.header(workflow.name.origin), vec![doc]))
    };
    pipelines.workflows.iter().filter_map(draft).collect()
}

/// What every workflow reads.
struct Writer<'a> {
    source: &'a Source<'a>,
    pipelines: &'a Pipelines,
    workflow: &'a Workflow,
    here: OriginId,
}

impl<'a> Writer<'a> {
    /// Returns the workflow around its jobs: no job has a right that it does not name.
    fn workflow(&self, paths: Vec<Doc>, jobs: Vec<(&'static str, Doc)>) -> Doc {
        self.workflow_on(map(self.here, [("push", self.push(paths))]), jobs)
    }

    /// Returns the pushes that start the workflow.
    fn push(&self, paths: Vec<Doc>) -> Doc {
        let here = self.here;
        let branches = list(here, self.workflow.branches.iter().map(text));
        let paths = (!paths.is_empty()).then(|| list(here, paths));
        some(here, [("branches", Some(branches)), ("paths", paths)])
    }

    /// Returns the workflow that begins with these events.
    fn workflow_on(&self, events: Doc, jobs: Vec<(&'static str, Doc)>) -> Doc {
        let here = self.here;
        let group = format!("{}-${{{{ github.ref }}}}", self.workflow.name.value);
        let concurrency = map(here, [("group", Doc::str(group, here)), ("cancel-in-progress", Doc::bool(false, here))]);
        let jobs = named(here, jobs.into_iter().map(|(name, job)| (Arc::from(name), job)));
        map(
            here,
            [
                ("name", text(&self.workflow.name)),
                ("on", events),
                ("permissions", map(here, [])),
                ("concurrency", concurrency),
                ("jobs", jobs),
            ],
        )
    }

    /// Returns a job.
    fn job<const N: usize>(
        &self,
        name: &'static str,
        minutes: i64,
        rights: &[&'static str],
        rest: [(&'static str, Option<Doc>); N],
    ) -> Doc {
        let here = self.here;
        let rights = rights.iter().map(|right| {
            let (scope, level) = right.split_once(':').unwrap_or((right, "read"));
            (Arc::from(scope), Doc::str(level, here))
        });
        let runner = self.workflow.runner.as_ref().map_or_else(|| lit(here, "ubuntu-24.04"), text);
        let mut job = map(
            here,
            [
                ("name", lit(here, name)),
                ("runs-on", runner),
                ("timeout-minutes", Doc::int(minutes, here)),
                ("permissions", named(here, rights)),
            ],
        );
        job.merge(some(here, rest));
        job
    }

    /// Returns a step that runs an action at its commit.
    fn uses(&self, action: &'static str, with: Doc) -> Doc {
        let own = self.pipelines.actions.iter().find(|(name, _)| &**name == action).map(|(_, commit)| commit);
        let known = ACTIONS.iter().find(|(name, _)| *name == action).map_or("", |(_, commit)| *commit);
        let (commit, origin) = own.map_or((known, self.here), |commit| (&*commit.value, commit.origin));
        map(self.here, [("uses", Doc::str(format!("{action}@{commit}"), origin)), ("with", with)])
    }

    /// Returns a step that runs commands; what they need comes as variables, never pasted in.
    fn run(&self, name: &'static str, env: Vec<(&'static str, Doc)>, lines: &[&str]) -> Doc {
        let here = self.here;
        let script = match lines {
            [only] => (*only).to_owned(),
            lines => format!("{}\n", lines.join("\n")),
        };
        let env = (!env.is_empty()).then(|| named(here, env.into_iter().map(|(name, value)| (Arc::from(name), value))));
        some(here, [("name", Some(lit(here, name))), ("env", env), ("run", Some(Doc::str(script, here)))])
    }

    /// The files of the repository; the token that read them is not left behind for the steps after it.
    fn checkout(&self) -> Doc {
        self.uses("actions/checkout", map(self.here, [("persist-credentials", Doc::bool(false, self.here))]))
    }

    /// The files, with the commits before them.
    fn checkout_all(&self) -> Doc {
        let with = [("fetch-depth", Doc::int(0, self.here)), ("persist-credentials", Doc::bool(false, self.here))];
        self.uses("actions/checkout", map(self.here, with))
    }

    /// Becomes the account of the cloud.
    fn log_in(&self) -> Option<Doc> {
        let (provider, account) = self.workflow.identity.as_ref()?;
        let project = self.cloud().map(|cloud| text(&cloud.project));
        let with = some(
            self.here,
            [
                ("project_id", project),
                ("workload_identity_provider", Some(text(provider))),
                ("service_account", Some(text(account))),
            ],
        );
        Some(self.uses("google-github-actions/auth", with))
    }

    fn cloud(&self) -> Option<&'a Cloud> {
        let platform = self.source.platform;
        platform.own_cluster().and_then(|cluster| platform.cloud_of(cluster)).or_else(|| platform.clouds.first())
    }

    /// Builds dvgen from the commit that the spec names.
    fn install(&self) -> Option<Doc> {
        let (repository, commit) = self.pipelines.dvgen.as_ref()?;
        let env = vec![("REPOSITORY", text(repository)), ("COMMIT", text(commit))];
        Some(self.run(
            "Install dvgen",
            env,
            &["cargo install --quiet --locked --git \"$REPOSITORY\" --rev \"$COMMIT\" dvgen"],
        ))
    }

    /// Returns a text that GitHub fills in.
    fn filled(&self, expression: &str) -> Doc {
        Doc::str(format!("${{{{ {expression} }}}}"), self.here)
    }
}
