//! The small sections: domains, versions, collections, the repository.

use std::sync::Arc;

use super::resolve::Resolver;
use super::topology::{Collection, Domains, Repository, Toolchain};
use super::{Traced, UNUSABLE_NAME};
use crate::diag::Diagnostic;
use crate::spec;
use crate::yaml::Field;

pub(super) fn domains(cx: &mut Resolver<'_>, spec: &spec::Platform) -> Domains {
    let written = spec.domains.value();
    let mut read = |field: Option<&Field<spec::scalars::DnsName>>| {
        field.and_then(Field::get).map(|name| cx.traced("domain", name.value.0.clone(), name.span))
    };
    let external = read(written.map(|domains| &domains.external));
    let cluster = read(written.map(|domains| &domains.cluster));
    let node = read(written.map(|domains| &domains.node)).or_else(|| external.clone());
    let cluster = cluster.unwrap_or_else(|| {
        let near = spec.metadata.span();
        Traced::new("cluster.local".into(), cx.origins.defaulted("Kubernetes' own cluster domain", near))
    });
    Domains { external, cluster, node }
}

pub(super) fn versions(cx: &mut Resolver<'_>, spec: &spec::Platform) -> Vec<Toolchain> {
    let mut all = Vec::new();
    for (name, named) in spec.versions.value().into_iter().flatten() {
        if let Some(version) = &named.value {
            let version = cx.traced("version", version.value.text.clone(), version.span);
            all.push(Toolchain { name: name.clone(), version });
        }
    }
    all
}

/// A collection is called by its namespace and its name (docs.ansible.com, collection structure).
pub(super) fn collections(cx: &mut Resolver<'_>, spec: &spec::Platform) -> Vec<Collection> {
    let is_name = |name: &str| {
        let word = |word: &str| {
            word.starts_with(|char: char| char.is_ascii_lowercase())
                && word.chars().all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '_')
        };
        name.split_once('.').is_some_and(|(space, name)| word(space) && word(name))
    };
    let mut all = Vec::new();
    for (name, named) in spec.ansible.value().and_then(|ansible| ansible.collections.value()).into_iter().flatten() {
        if !is_name(name) {
            let message = format!("`{name}` cannot be the name of a collection");
            let problem = Diagnostic::error(UNUSABLE_NAME, named.key, message);
            cx.out.push(problem.help("write its namespace and its name, for example kubernetes.core"));
        } else if let Some(version) = &named.value {
            let version = cx.traced("version", version.value.text.clone(), version.span);
            all.push(Collection { name: cx.name("collection", name, named.key), version });
        }
    }
    all
}

pub(super) fn repository(cx: &mut Resolver<'_>, spec: &spec::Platform, own: bool) -> Option<Repository> {
    let written = spec.repository.get()?;
    let url = written.value.url.get()?;
    let url = cx.traced("repository", url.value.0.clone(), url.span);
    let revision = cx
        .word(&written.value.revision, "revision")
        .unwrap_or_else(|| Traced::new("main".into(), cx.origins.defaulted("the branch `main`", Some(written.span))));
    let path = match written.value.path.get() {
        Some(path) => cx.traced("path", Arc::from(path.value.0.trim_matches('/')), path.span),
        None => Traced::new("".into(), cx.origins.defaulted("the root of the repository", Some(written.span))),
    };
    Some(Repository { url, revision, path, own })
}
