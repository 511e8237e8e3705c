//! The workflow that builds images: each is pushed under its commit, and its digest is proposed to the spec.

use super::{AUTHOR, Writer};
use crate::doc::Doc;
use crate::emit::build::{list, lit, map, some, text};
use crate::model::Image;

impl Writer<'_> {
    pub(super) fn build(&self) -> Doc {
        let images: Vec<&Image> =
            self.workflow.images.iter().filter_map(|at| self.source.platform.images.get(*at)).collect();
        let mut paths: Vec<Doc> = Vec::new();
        for image in &images {
            if let Some(context) = &image.context {
                paths.push(Doc::str(format!("{}/**", context.value), context.origin));
            }
            if let Some(file) = &image.dockerfile {
                paths.push(text(file));
            }
        }
        let own = format!(".github/workflows/{}.yml", self.workflow.name.value);
        paths.push(Doc::str(own, self.here));
        // By hand too: a registry that is new has no images, and no push may come for a long time.
        let events = map(self.here, [("push", self.push(paths)), ("workflow_dispatch", map(self.here, []))]);
        self.workflow_on(events, vec![("build", self.images(&images)), ("propose", self.propose())])
    }

    /// One job an image.
    fn images(&self, images: &[&Image]) -> Doc {
        let here = self.here;
        let each = images.iter().map(|image| {
            let context = image.context.as_ref();
            let file =
                image.dockerfile.as_ref().map(text).or_else(|| {
                    context.map(|context| Doc::str(format!("{}/Dockerfile", context.value), context.origin))
                });
            some(
                image.name.origin,
                [
                    ("image", Some(text(&image.name))),
                    ("repository", Some(text(&image.repository))),
                    ("context", context.map(text)),
                    ("dockerfile", file),
                ],
            )
        });
        let strategy =
            map(here, [("fail-fast", Doc::bool(false, here)), ("matrix", map(here, [("include", list(here, each))]))]);
        let variables = vec![
            ("REPOSITORY", self.filled("matrix.repository")),
            ("CONTEXT", self.filled("matrix.context")),
            ("DOCKERFILE", self.filled("matrix.dockerfile")),
            ("IMAGE", self.filled("matrix.image")),
        ];
        let build = self.run(
            "Build and push",
            variables,
            &[
                // A run that is repeated finds its image: a tag of the registry never means another one.
                "if ! docker buildx imagetools inspect \"$REPOSITORY:$GITHUB_SHA\" >/dev/null 2>&1; then",
                "  docker buildx build --push --file \"$DOCKERFILE\" --tag \"$REPOSITORY:$GITHUB_SHA\" \"$CONTEXT\"",
                "fi",
                "mkdir -p \"$RUNNER_TEMP/digests\"",
                "docker buildx imagetools inspect \"$REPOSITORY:$GITHUB_SHA\" --format '{{json .Manifest}}' \\",
                "  | jq -er .digest >\"$RUNNER_TEMP/digests/$IMAGE\"",
            ],
        );
        let upload = map(
            here,
            [
                ("name", Doc::str("digest-${{ matrix.image }}", here)),
                ("path", Doc::str("${{ runner.temp }}/digests/", here)),
                ("if-no-files-found", lit(here, "error")),
            ],
        );
        let mut steps = vec![self.checkout()];
        steps.extend(self.log_in());
        steps.extend(self.docker(images));
        steps.push(build);
        steps.push(self.uses("actions/upload-artifact", upload));
        self.job(
            "Build",
            30,
            &["contents:read", "id-token:write"],
            [("strategy", Some(strategy)), ("steps", Some(list(here, steps)))],
        )
    }

    /// Docker knows the registries by their hosts.
    fn docker(&self, images: &[&Image]) -> Option<Doc> {
        let hosts = images.iter().map(|image| image.repository.value.split('/').next().unwrap_or_default());
        let hosts: std::collections::BTreeSet<&str> = hosts.collect();
        if hosts.is_empty() || self.workflow.identity.is_none() {
            return None;
        }
        let hosts = hosts.into_iter().collect::<Vec<_>>().join(",");
        let env = vec![("HOSTS", Doc::str(hosts, self.here))];
        Some(self.run("Log in to the registry", env, &["gcloud auth configure-docker \"$HOSTS\" --quiet"]))
    }

    /// The digests go into the spec, and all outputs follow, in a pull request: what is deployed is reviewed.
    fn propose(&self) -> Doc {
        let here = self.here;
        let download = map(
            here,
            [
                ("pattern", lit(here, "digest-*")),
                ("path", Doc::str("${{ runner.temp }}/digests", here)),
                ("merge-multiple", Doc::bool(true, here)),
            ],
        );
        let pins = self.workflow.pins.as_ref().map_or_else(|| lit(here, "images.yaml"), text);
        let write = self.run(
            "Write the digests, and build the outputs",
            vec![("PINS", pins)],
            &[
                "for file in \"$RUNNER_TEMP\"/digests/*; do",
                "  IMAGE=$(basename \"$file\") DIGEST=$(cat \"$file\") yq --inplace \\",
                "    '.images[strenv(IMAGE)].tag = strenv(GITHUB_SHA) | .images[strenv(IMAGE)].digest = strenv(DIGEST)' \\",
                "    \"$PINS\"",
                "done",
                "dvgen build",
            ],
        );
        let propose = self.run(
            "Propose to deploy them",
            vec![
                ("AUTHOR", lit(here, AUTHOR)),
                ("BASE", self.filled("github.ref_name")),
                ("GH_TOKEN", self.filled("github.token")),
            ],
            &[
                "git add --all",
                "if git diff --cached --quiet; then exit 0; fi",
                "git -c user.name='github-actions[bot]' -c user.email=\"$AUTHOR\" \\",
                "  commit --message \"Deploy the images of $GITHUB_SHA\"",
                "gh auth setup-git",
                "branch=images/$BASE/$GITHUB_SHA",
                // A run that is repeated writes its own branch again.
                "git push --force origin \"HEAD:refs/heads/$branch\"",
                "if [ -z \"$(gh pr list --base \"$BASE\" --head \"$branch\" --json number --jq '.[].number')\" ]; then",
                "  gh pr create --base \"$BASE\" --head \"$branch\" --fill",
                "fi",
            ],
        );
        let mut steps = vec![self.checkout(), self.uses("actions/download-artifact", download)];
        steps.extend(self.install());
        steps.push(write);
        steps.push(propose);
        self.job(
            "Propose",
            20,
            &["contents:write", "pull-requests:write"],
            [("needs", Some(lit(here, "build"))), ("steps", Some(list(here, steps)))],
        )
    }
}
