//! Pipelines as meant: workflows that dvgen writes, and those of the user, with what they write to the cluster.

mod branches;
mod own;

use std::sync::Arc;

use super::component::ManifestText;
use super::image::Image;
use super::resolve::{Input, Platform, Resolver, Section};
use super::{INCOMPLETE, NO_EFFECT, Text, Traced, UNKNOWN_IMAGE};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::spec::{self, Does, RiskWord, Writer};
use crate::yaml::decode::Named;
use crate::yaml::{BAD_VALUE, Decoder, Field};

/// The pipelines of the repository.
#[derive(Clone, Debug)]
pub struct Pipelines {
    /// Repository and commit of dvgen.
    pub dvgen: Option<(Text, Text)>,
    /// The commits of actions, by name.
    pub actions: Vec<(Arc<str>, Text)>,
    /// The workflows, by name.
    pub workflows: Vec<Workflow>,
}

/// A workflow.
#[derive(Clone, Debug)]
pub struct Workflow {
    /// Its name.
    pub name: Text,
    /// What it does; none for one of the user.
    pub does: Option<Traced<Does>>,
    /// The branches that it runs for.
    pub branches: Vec<Text>,
    /// The environment that it deploys, where that is not the base.
    pub environment: Option<Text>,
    /// The branch or tag that Argo CD follows for what it deploys.
    pub follows: Option<Text>,
    /// From which risk of a change on its check fails.
    pub risk: Option<Traced<RiskWord>>,
    /// The images that it builds, by index.
    pub images: Vec<usize>,
    /// The file that digests are written to.
    pub pins: Option<Text>,
    /// Who writes to the cluster.
    pub by: Traced<Writer>,
    /// Provider and account.
    pub identity: Option<(Text, Text)>,
    /// The environment of GitHub.
    pub approval: Option<Text>,
    /// The machine.
    pub runner: Option<Text>,
    /// What a workflow of the user writes to the cluster: the command, and where it stands.
    pub writes: Vec<(Arc<str>, Span)>,
    /// Whether a workflow of the user builds the outputs.
    pub builds: bool,
}

impl Workflow {
    /// Returns the branch that the workflow moves to what is approved: the one that Argo CD follows, where the workflow
    /// itself runs for others.
    pub fn moves(&self) -> Option<&Text> {
        let deploys = self.does.as_ref().is_some_and(|does| does.value == Does::Deploy);
        let follows = self.follows.as_ref().filter(|_| deploys && self.by.value == Writer::Argocd)?;
        self.branches.iter().all(|branch| branch.value != follows.value).then_some(follows)
    }
}

impl Pipelines {
    /// Returns the workflow that builds the outputs where a bot raised a version.
    pub fn builds_outputs(&self) -> Option<&Workflow> {
        self.workflows.iter().find(|one| one.does.as_ref().is_some_and(|does| does.value == Does::Outputs))
    }
}

impl Platform {
    /// Returns whether a workflow deploys this environment.
    pub fn is_deployed_by(&self, workflow: &Workflow) -> bool {
        let deploys = workflow.does.as_ref().is_some_and(|does| does.value == Does::Deploy);
        let named = workflow.environment.as_ref().map(|name| &name.value);
        deploys && if self.is_overlay { named == Some(&self.environment.value) } else { named.is_none() }
    }

    /// Iterates over the workflows that act in the cloud, each with its provider and its account.
    pub fn signed(&self) -> impl Iterator<Item = (&Workflow, &Text, &Text)> {
        let workflows = self.pipelines.iter().flat_map(|pipelines| &pipelines.workflows);
        workflows.filter_map(|one| one.identity.as_ref().map(|(provider, account)| (one, provider, account)))
    }
}

/// Reads the pipelines.
pub(super) fn resolve(
    cx: &mut Resolver<'_>,
    spec: &spec::Platform,
    input: Input<'_>,
    platform: &Platform,
) -> Option<Pipelines> {
    let written = spec.pipelines.get()?;
    if let Some(path) =
        platform.repository.as_ref().map(|repository| &repository.path).filter(|path| !path.value.is_empty())
    {
        let named = cx.origins.written_span(path.origin);
        let problem =
            Diagnostic::error(BAD_VALUE, written.span, "workflows cannot be written below a folder of the repository")
                .why("GitHub reads `.github/workflows` at the root of the repository, and nowhere else");
        let problem = named.into_iter().fold(problem, |problem, span| problem.related(span, "outputs go here"));
        cx.out.push(problem.help("remove `repository.path`, or the section `pipelines`"));
    }
    let pipelines = &written.value;
    let dvgen = pipelines.dvgen.value().and_then(|program| {
        let (repository, commit) = (program.repository.get()?, program.commit.get()?);
        let repository = cx.traced("repository", repository.value.0.clone(), repository.span);
        Some((repository, cx.traced("commit", commit.value.0.clone(), commit.span)))
    });
    let actions = pipelines.actions.value().into_iter().flatten().filter_map(|(name, named)| {
        let commit = named.value.as_ref()?;
        Some((name.clone(), cx.traced("commit", commit.value.0.clone(), commit.span)))
    });
    let actions = actions.collect();
    let mut workflows = Vec::new();
    for (name, named) in pipelines.workflows.value().into_iter().flatten() {
        workflows.extend(workflow(cx, spec, input, platform, (name, named)));
    }
    if let Some(first) =
        workflows.iter().find(|one: &&Workflow| one.does.is_some()).filter(|_| matches!(pipelines.dvgen, Field::Absent))
    {
        let message = format!("nothing says where workflow `{}` gets dvgen from", first.name.value);
        let span = cx.origins.written_span(first.name.origin).unwrap_or(written.span);
        let problem = Diagnostic::error(INCOMPLETE, span, message).why("it builds and judges the outputs with it");
        cx.out.push(problem.help("write `dvgen: { repository: https://…, commit: … }` in `pipelines`"));
    }
    Some(Pipelines { dvgen, actions, workflows })
}

fn workflow(
    cx: &mut Resolver<'_>,
    spec: &spec::Platform,
    input: Input<'_>,
    platform: &Platform,
    (name, named): (&Arc<str>, &Named<spec::Workflow>),
) -> Option<Workflow> {
    let written = &named.value.as_ref()?.value;
    check(cx, spec, written, name, named.key);
    let writes = written.file.get().map(|file| own_writes(input, &file.value)).unwrap_or_default();
    let builds = written.file.get().is_some_and(|file| {
        let text = input.manifests.get(&*file.value);
        text.into_iter().flat_map(|text| &text.documents).any(own::builds)
    });
    let name = cx.name("workflow", name, named.key);
    let does = written.does.get().map(|does| cx.traced("workflow", does.value, does.span));
    let branches = written.branches.value().into_iter().flat_map(|branches| &branches.0);
    let mut branches: Vec<Text> =
        branches.map(|branch| cx.traced("branch", branch.value.0.clone(), branch.span)).collect();
    branches.sort_by(|a, b| a.value.cmp(&b.value));
    let environment = environment(cx, input, platform, written);
    let base = platform.repository.as_ref().map(|repository| repository.revision.clone());
    let follows = match &environment {
        Some((_, Some((revision, span)))) => Some(cx.traced("revision", revision.clone(), *span)),
        _ => base,
    };
    if branches.is_empty() {
        if does.as_ref().is_some_and(|does| does.value == Does::Outputs) {
            let why = "the branches of Renovate are called so";
            branches.push(Traced::new("renovate/**".into(), cx.origins.defaulted(why, Some(named.key))));
        } else {
            branches.extend(follows.clone());
        }
    }
    let identity = written.identity.value().and_then(|identity| {
        let (provider, account) = (identity.provider.get()?, identity.account.get()?);
        if !provider_form(&provider.value.0) {
            let message = format!("`{}` is not the name of a provider of identities", provider.value.0);
            let problem = Diagnostic::error(BAD_VALUE, provider.span, message)
                .why("Google knows it by its number and its place: the login of the workflow would be refused");
            cx.out.push(problem.help("write `projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER`, with the number of the project"));
        }
        let provider = cx.traced("provider", provider.value.0.clone(), provider.span);
        Some((provider, cx.traced("account", account.value.0.clone(), account.span)))
    });
    Some(Workflow {
        environment: environment.map(|(name, _)| name),
        follows,
        risk: written.risk.get().map(|risk| cx.traced("risk", risk.value, risk.span)),
        images: images(cx, &platform.images, written),
        pins: cx.folder(&written.pins, "file"),
        by: cx.given_or(&written.by, "writer", Writer::Argocd, "Argo CD writes to the cluster", named.key),
        approval: cx.word(&written.approval, "environment"),
        runner: cx.word(&written.runner, "runner"),
        name,
        does,
        branches,
        identity,
        writes,
        builds,
    })
}

/// Returns whether a text is the full name of a provider (cloud.google.com, Workload Identity Federation).
fn provider_form(text: &str) -> bool {
    let parts: Vec<&str> = text.split('/').collect();
    match parts.as_slice() {
        ["projects", number, "locations", "global", "workloadIdentityPools", pool, "providers", provider] => {
            number.bytes().all(|byte| byte.is_ascii_digit()) && ![*number, *pool, *provider].contains(&"")
        }
        _ => false,
    }
}

/// The revision that is written for an environment, and its place.
type Revision = Option<(Arc<str>, Span)>;

/// Returns the environment that a workflow deploys, unless that is the base.
fn environment(
    cx: &mut Resolver<'_>,
    input: Input<'_>,
    platform: &Platform,
    written: &spec::Workflow,
) -> Option<(Text, Revision)> {
    let name = written.environment.get()?;
    let all = &input.written.environments;
    if let Some(found) = all.iter().find(|one| one.name == name.value) {
        return Some((cx.traced("environment", name.value.clone(), name.span), found.revision.clone()));
    }
    // An overlay does not know what the base is called; that says it itself.
    if !platform.is_overlay && platform.environment.value != name.value {
        let known = all.iter().map(|one| &*one.name).chain([&*platform.environment.value]);
        cx.out.push(Decoder::unknown_name(BAD_VALUE, name.span, "environment", &name.value, known));
    }
    None
}

fn own_writes(input: Input<'_>, path: &str) -> Vec<(Arc<str>, Span)> {
    let text: Option<&ManifestText> = input.manifests.get(path);
    text.into_iter().flat_map(|text| &text.documents).flat_map(own::writes).collect()
}

fn images(cx: &mut Resolver<'_>, known: &[Image], written: &spec::Workflow) -> Vec<usize> {
    let mut all = Vec::new();
    for image in written.images.value().into_iter().flatten().filter_map(Field::get) {
        let Some(at) = known.iter().position(|known| known.name.value == image.value) else {
            if !cx.is_declared(Section::Images, &image.value) {
                let names = known.iter().map(|known| &*known.name.value);
                cx.out.push(Decoder::unknown_name(UNKNOWN_IMAGE, image.span, "image", &image.value, names));
            }
            continue;
        };
        if let Some(found) = known.get(at).filter(|found| found.context.is_none() || found.registry.is_none()) {
            let lacks = if found.registry.is_none() { "registry" } else { "context" };
            let message = format!("image `{}` has no `{lacks}`, so it cannot be built", found.name.value);
            let problem = Diagnostic::error(INCOMPLETE, image.span, message);
            let place = cx.origins.written_span(found.name.origin);
            let problem = place.into_iter().fold(problem, |problem, span| problem.related(span, "the image"));
            cx.out
                .push(problem.help("write the folder that is built as `context`, and the `registry` it is pushed to"));
        }
        all.push(at);
    }
    // An image is itself wherever it stands in the list.
    all.sort_unstable();
    all
}

/// What a workflow lacks for what it is to do, and what means nothing to it.
fn check(cx: &mut Resolver<'_>, spec: &spec::Platform, written: &spec::Workflow, name: &str, key: Span) {
    if written.is_broken() {
        return;
    }
    let does = written.does.value().copied();
    let mut incomplete = |message: String, help: &str| {
        cx.out.push(Diagnostic::error(INCOMPLETE, key, message).help(help));
    };
    match (written.file.get(), does) {
        (None, None) => incomplete(
            format!("nothing says what workflow `{name}` does"),
            "write `does: build` or `does: deploy`, or `file:` for a workflow of your own",
        ),
        (None, Some(Does::Build)) if written.images.value().is_none_or(Vec::is_empty) => {
            incomplete(format!("workflow `{name}` builds no images"), "list entries of `images` under `images`");
        }
        (None, Some(Does::Build)) if written.pins.get().is_none() => incomplete(
            format!("workflow `{name}` does not say where digests are written"),
            "write `pins:` with the file of the spec that has `images:`, such as images.yaml",
        ),
        _ => {}
    }
    if does != Some(Does::Outputs)
        && written.file.get().is_none()
        && does.is_some()
        && written.identity.get().is_none()
        && spec.clouds.get().is_some()
    {
        incomplete(
            format!("workflow `{name}` has no `identity` in the cloud"),
            "write `identity: { provider: …, account: … }`: GitHub signs for it, and no key has to be kept",
        );
    }
    let build = [("images", written.images.span()), ("pins", written.pins.span())];
    let deploy =
        [("by", written.by.span()), ("approval", written.approval.span()), ("environment", written.environment.span())];
    let outputs = [("risk", written.risk.span())];
    let identity = [("identity", written.identity.span())];
    let foreign: Vec<&[(&str, Option<Span>)]> = match (written.file.get(), does) {
        (Some(_), _) => vec![&build, &deploy, &outputs],
        (None, Some(Does::Build)) => vec![&deploy, &outputs],
        (None, Some(Does::Deploy)) => vec![&build, &outputs],
        (None, Some(Does::Outputs)) => vec![&build, &deploy, &identity],
        (None, None) => Vec::new(),
    };
    for (field, span) in foreign.into_iter().flatten().copied() {
        let Some(span) = span else { continue };
        let message = format!("`{field}` means nothing to workflow `{name}`");
        let problem = Diagnostic::warning(NO_EFFECT, span, message).why("no output changes with it");
        cx.out.push(problem.help("remove it"));
    }
}
