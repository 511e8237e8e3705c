//! Images that the spec names: the platform's own, and those of others at one digest.

use std::sync::Arc;

use super::cluster::Cloud;
use super::resolve::{Resolver, Section};
use super::{INCOMPLETE, Text, Traced, UNKNOWN_IMAGE, UNKNOWN_REGISTRY};
use crate::diag::Diagnostic;
use crate::source::{OriginId, Span};
use crate::spec::{self, scalars::ImageRef};
use crate::yaml::{BAD_VALUE, Field};

/// An image.
#[derive(Clone, Debug)]
pub struct Image {
    /// Its name in the spec.
    pub name: Text,
    /// Where it is, without tag and digest.
    pub repository: Text,
    /// The tag.
    pub tag: Option<Text>,
    /// The digest.
    pub digest: Option<Text>,
    /// The folder that a pipeline builds.
    pub context: Option<Text>,
    /// The Dockerfile, where it is not the one of the folder.
    pub dockerfile: Option<Text>,
    /// The registry of a cloud that it is kept in, by its name.
    pub registry: Option<Text>,
    /// All of it, as Kubernetes takes it.
    pub reference: Text,
}

/// Reads the images.
pub(super) fn images(cx: &mut Resolver<'_>, spec: &spec::Platform, clouds: &[Cloud]) -> Vec<Image> {
    let mut all = Vec::new();
    for (name, named) in spec.images.value().into_iter().flatten() {
        let Some(written) = &named.value else { continue };
        let written = &written.value;
        if written.is_broken() {
            continue;
        }
        let name = cx.name("image", name, named.key);
        let Some(repository) = repository(cx, written, &name, named.key, clouds) else { continue };
        let (tag, digest) = (cx.word(&written.tag, "tag"), cx.word(&written.digest, "digest"));
        if tag.is_none() && digest.is_none() {
            let problem = Diagnostic::error(
                INCOMPLETE,
                named.key,
                format!("image `{}` has no `tag` and no `digest`", name.value),
            )
            .why("without either of them `latest` is meant, which is another image tomorrow");
            cx.out.push(
                problem
                    .help("write the `digest` that the registry shows, or the commit that it was built from as `tag`"),
            );
            continue;
        }
        // What changes from build to build comes first: it is the line that a person would look at.
        let parts = [&tag, &digest].into_iter().flatten().map(|part| part.origin);
        let reads: Vec<OriginId> = parts.chain([repository.origin]).collect();
        let tagged = tag.as_ref().map(|tag| format!(":{}", tag.value)).unwrap_or_default();
        let pinned = digest.as_ref().map(|digest| format!("@{}", digest.value)).unwrap_or_default();
        let reference = format!("{}{tagged}{pinned}", repository.value);
        let reference = Traced::new(reference.into(), cx.origins.derived("the whole name of an image", &reads));
        let context = cx.folder(&written.context, "folder");
        let dockerfile = cx.folder(&written.dockerfile, "Dockerfile");
        let registry = cx.word(&written.registry, "registry");
        all.push(Image { name, repository, tag, digest, context, dockerfile, registry, reference });
    }
    all
}

fn repository(cx: &mut Resolver<'_>, written: &spec::Image, name: &Text, key: Span, clouds: &[Cloud]) -> Option<Text> {
    match (written.registry.get(), written.repository.get()) {
        (Some(registry), Some(repository)) => {
            let message = format!("image `{}` has both `registry` and `repository`", name.value);
            let problem = Diagnostic::error(BAD_VALUE, registry.span, message)
                .related(repository.span, "this says where it is already");
            cx.out.push(problem.help("keep `registry` for an image of your own, `repository` for one of others"));
            None
        }
        (Some(registry), None) => {
            let known = || clouds.iter().flat_map(|cloud| &cloud.registries);
            let Some(found) = known().find(|known| *known.name.value == *registry.value) else {
                let names = known().map(|known| &*known.name.value);
                if !cx.is_declared(Section::Registries, &registry.value) {
                    cx.unknown_name(UNKNOWN_REGISTRY, registry.span, "registry", &registry.value, names);
                }
                return None;
            };
            let origin = cx.origins.derived("an image in a registry", &[found.host.origin, name.origin]);
            Some(Traced::new(format!("{}/{}", found.host.value, name.value).into(), origin))
        }
        (None, Some(repository)) => {
            let text = &repository.value.0;
            let last = text.rsplit('/').next().unwrap_or(text);
            if text.contains('@') || last.contains(':') {
                let message = format!("the `repository` of image `{}` ends with a tag or digest", name.value);
                let problem = Diagnostic::error(BAD_VALUE, repository.span, message);
                cx.out.push(problem.help("write it as `tag` or `digest` beside it"));
                return None;
            }
            Some(cx.traced("image", text.clone(), repository.span))
        }
        (None, None) => {
            let message = format!("nothing says where image `{}` is", name.value);
            let problem = Diagnostic::error(INCOMPLETE, key, message);
            cx.out.push(problem.help("write `registry`, one of those of `clouds`, or `repository`"));
            None
        }
    }
}

/// A whole name that lies in a project of the platform has to name one of its registries.
fn of_own_registry(cx: &mut Resolver<'_>, text: &str, span: Span) {
    let mut parts = text.split('/');
    let (Some(host), Some(project), Some(name)) = (parts.next(), parts.next(), parts.next()) else { return };
    if !host.ends_with("-docker.pkg.dev") || parts.next().is_none() {
        return;
    }
    let clouds = cx.spec.clouds.value().into_iter().flat_map(crate::yaml::Names::values);
    let clouds = clouds.filter_map(|cloud| Some(&cloud.value.as_ref()?.value));
    let mut own = clouds.filter(|cloud| cloud.project.value().is_some_and(|known| *known.0 == *project));
    let Some(cloud) = own.next().filter(|cloud| !cloud.registries.is_broken()) else { return };
    let known = || cloud.registries.value().into_iter().flat_map(crate::yaml::Names::keys);
    if known().any(|known| **known == *name) {
        return;
    }
    let message = format!("project `{project}` has no registry `{name}`");
    let problem = Diagnostic::error(UNKNOWN_REGISTRY, span, message)
        .why("what lies in a project of the platform lies in a registry that the spec names, else nobody makes it");
    let help = crate::diag::did_you_mean(name, known().map(|known| &**known));
    let problem = help.into_iter().fold(problem, Diagnostic::help);
    cx.out.push(problem.help("better still, write an entry of `images` with `registry`, and its name here"));
}

/// Returns the whole name of an image that a workload names: an entry of `images`, or what is written.
pub(super) fn find(cx: &mut Resolver<'_>, images: &[Image], written: &Field<ImageRef>) -> Option<(Arc<str>, OriginId)> {
    let image = written.get()?;
    let origin = cx.origins.written("image", image.span);
    let text = &image.value.0;
    if let Some(known) = images.iter().find(|known| known.name.value == *text) {
        let origin = cx.origins.derived("the image of this name", &[known.reference.origin, origin]);
        return Some((known.reference.value.clone(), origin));
    }
    if text.contains(['/', ':', '@']) {
        of_own_registry(cx, text, image.span);
        return Some((text.clone(), origin));
    }
    if !cx.is_declared(Section::Images, text) {
        let problem = crate::yaml::Decoder::unknown_name(
            UNKNOWN_IMAGE,
            image.span,
            "image",
            text,
            images.iter().map(|known| &*known.name.value),
        );
        cx.out.push(problem.help(format!(
            "for an image of others write all of it, with a tag or digest: `docker.io/library/{text}:VERSION`"
        )));
    }
    None
}
