//! What speaks of the whole platform; drafted last, when the contents of all components are known.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::argocd::{Application, Sources, git, retry};
use super::build::{lit, map};
use super::draft::{Draft, TargetName};
use super::footprint::Footprint;
use super::project::{self, Project};
use super::{
    CLUSTER_ISSUER, Delivery, Layout, MISSING_FACT, NO_ORDER, Source, UNKNOWN_ISSUER, ansible, composition, dns, hosts,
    labels, manifests, metric_server, network, plugin, proxmox_role, renovate, requirements, root, runbook, talos,
    terraform, topology, vault, workflows,
};
use crate::diag::Diagnostic;
use crate::doc::Doc;
use crate::library::Variant;
use crate::model::{ComponentId, Traced};
use crate::source::Origins;
use crate::yaml::Decoder;

/// The name of the Application that holds what belongs to no component: namespaces.
const BASE: &str = "platform-base";

/// What speaks of the platform as a whole.
#[derive(Debug)]
pub struct PlatformDrafts {
    /// The files.
    pub drafts: Vec<Draft>,
    /// Where their values come from.
    pub origins: Arc<Origins>,
    /// The components that have an Application.
    pub applications: Vec<ComponentId>,
}

/// Drafts the root, the projects, the base and the files of Terraform and Ansible, with the arena of their origins.
pub fn platform(
    source: &Source<'_>,
    footprints: Vec<(ComponentId, Footprint)>,
    out: &mut Vec<Diagnostic>,
) -> PlatformDrafts {
    let mut origins = Origins::above(source.platform.origins.clone());
    let mut drafts = Vec::new();
    unknown_issuers(source, &footprints, out);
    let has_application =
        |(id, footprint): &(ComponentId, Footprint)| (!footprint.repositories.is_empty()).then_some(*id);
    let applications: Vec<ComponentId> = footprints.iter().filter_map(has_application).collect();
    let mut members: Vec<(Traced<Arc<str>>, Footprint)> = Vec::new();
    // Facts that hold for many components of a project are added to it once.
    let mut charts = BTreeSet::<(Arc<str>, *const Variant)>::new();
    for (id, mut footprint) in footprints {
        let deployed =
            |component: &&crate::model::Component| component.by_argocd() || !footprint.repositories.is_empty();
        if let Some(component) = source.platform.components.get(id.0).filter(deployed) {
            let variant = Arc::as_ptr(&component.variant);
            if component.chart.is_some()
                && component.by_argocd()
                && charts.insert((component.project.value.clone(), variant))
            {
                footprint.chart(source.kinds, component);
            }
            members.push((component.project.clone(), footprint));
        }
    }
    if source.platform.repository.is_none() {
        no_repository(source, out);
    } else if !members.is_empty() {
        no_order(source, out);
        base(source, &mut drafts, &mut members);
        let projects: Vec<Project> = project::collect(members);
        drafts.extend(projects.iter().map(|project| project::draft(source, project)));
        drafts.extend(root::draft(source));
    }
    terraform::check(source, out);
    labels::check(source, out);
    drafts.extend(terraform::drafts(source, &mut origins));
    drafts.extend(terraform::edge::drafts(source, &mut origins));
    drafts.extend(proxmox_role::draft(source, &mut origins));
    drafts.extend(metric_server::draft(source, &mut origins, out));
    drafts.extend(ansible::drafts(source, &mut origins, out));
    drafts.extend(hosts::platform(source, &mut origins, out));
    drafts.extend(requirements::draft(source));
    drafts.extend(labels::drafts(source));
    drafts.extend(vault::drafts(source, &mut origins));
    drafts.extend(talos::drafts(source, &mut origins));
    drafts.extend(dns::drafts(source, &mut origins));
    drafts.extend(composition::drafts(source, &mut origins));
    drafts.extend(workflows::drafts(source));
    PlatformDrafts { drafts, origins: Arc::new(origins), applications }
}

/// Drafts the documents that speak of every component. They are large, so each is given away before the next is made.
pub fn pages(
    source: &Source<'_>,
    applications: &[ComponentId],
    out: &mut Vec<Diagnostic>,
    give: &mut dyn FnMut(Draft, Arc<Origins>),
) {
    let arena = || Origins::above(source.platform.origins.clone());
    let mut origins = arena();
    if let Some(draft) = topology::draft(source, &mut origins) {
        give(draft, Arc::new(origins));
    }
    let mut origins = arena();
    if let Some(draft) = renovate::draft(source, &mut origins) {
        give(draft, Arc::new(origins));
    }
    renovate::problems(source, out);
    let mut origins = arena();
    let draft = runbook::draft(source, applications, &mut origins, out);
    give(draft, Arc::new(origins));
}

/// Argo CD reads everything from Git: without a repository nothing of it could be written.
fn no_repository(source: &Source<'_>, out: &mut Vec<Diagnostic>) {
    let platform = source.platform;
    let Some(component) = platform.components.iter().find(|component| component.by_argocd()) else { return };
    if let Some(span) = platform.origins.place(component.name.origin) {
        let message = format!("Argo CD is to deploy `{}`, and the spec has no `repository`", component.name.value);
        let problem = Diagnostic::error(MISSING_FACT, span, message)
            .why("an Application needs the URL of the repository that its values lie in")
            .help("add `repository: { url: https://… }`, the repository that this spec is in");
        out.push(problem);
    }
}

/// A certificate of an issuer that does not exist is never signed, and the host stays without TLS.
fn unknown_issuers(source: &Source<'_>, footprints: &[(ComponentId, Footprint)], out: &mut Vec<Diagnostic>) {
    let platform = source.platform;
    let known: Vec<&str> =
        footprints.iter().flat_map(|(_, footprint)| &footprint.issuers).map(|name| &**name).collect();
    let elsewhere = platform.components.iter().any(|component| component.may_bring(|kind| kind == CLUSTER_ISSUER));
    let absent = !source.graph.crds.contains_key(CLUSTER_ISSUER);
    let issuers = platform.exposures().filter_map(|exposure| exposure.expose.issuer.as_ref());
    let issuers = issuers.chain(platform.certificates.iter().map(|certificate| &certificate.issuer));
    for issuer in issuers.filter(|issuer| !elsewhere && !known.contains(&&*issuer.value)) {
        if let Some(span) = platform.origins.place(issuer.origin) {
            let names = known.iter().copied();
            let problem = Decoder::unknown_name(UNKNOWN_ISSUER, span, "certificate issuer", &issuer.value, names)
                .why("the certificate would never be signed, and the host would have no TLS");
            out.push(if absent {
                let there = format!("`{{ installedBy: external, kinds: [{CLUSTER_ISSUER}] }}`");
                problem
                    .help(format!("add the component that brings the kind {CLUSTER_ISSUER}"))
                    .help(format!("if it is there by other means, say so with a component of any name: {there}"))
            } else {
                problem.help("name an issuer that is there, or add one to `manifests`, of kind ClusterIssuer")
            });
        }
    }
}

/// A wave that nothing waits for is a promise that nobody keeps: none is written, and that is said.
fn no_order(source: &Source<'_>, out: &mut Vec<Diagnostic>) {
    let platform = source.platform;
    let Some(repository) = platform.repository.as_ref().filter(|_| !platform.waits_in_waves) else { return };
    let argocd = platform.argocd.and_then(|id| platform.components.get(id.0));
    let place = argocd.map_or(repository.url.origin, |argocd| argocd.installed_by.origin);
    let Some(span) = platform.origins.place(place) else { return };
    let problem = Diagnostic::warning(NO_ORDER, span, "no order between Applications is written")
        .why("Argo CD waits for an Application only if its own configuration has a health check for Applications");
    out.push(match argocd {
        Some(argocd) => {
            let name = &argocd.name.value;
            problem
                .label(format!("the configuration of `{name}` is somebody else's"))
                .help(format!("let dvgen write it: `{name}: {{ installedBy: argocd, … }}`, or `ansible`"))
                .help("if the order does not matter here, allow this with the reason: `# dvgen: allow[no-order] …`")
        }
        None => problem
            .help("add the component `argocd`, whose values have it: `argocd: { installedBy: ansible, version: … }`"),
    });
}

/// Namespaces have an Application of their own before all others: deleting a component never deletes its namespace,
/// and two components can share one.
fn base(source: &Source<'_>, drafts: &mut Vec<Draft>, members: &mut Vec<(Traced<Arc<str>>, Footprint)>) {
    let platform = source.platform;
    let Some(repository) = &platform.repository else { return };
    let here = platform.name.origin;
    let namespaces = manifests::namespaces(source);
    if namespaces.is_empty() {
        return;
    }
    let argocd = platform.argocd_namespace();
    let mut footprint = Footprint::default();
    let closed = network::closed::policies(source, &namespaces);
    for policy in &closed {
        footprint.object(source.kinds, policy, &argocd.value, policy.origin);
    }
    for namespace in &namespaces {
        footprint.object(source.kinds, namespace, &argocd.value, namespace.origin);
        let name = namespace.at(&["metadata", "name"]).and_then(Doc::as_str).map(Arc::from);
        footprint.namespaces.extend(name.map(|name| (name, namespace.origin)));
    }
    footprint.namespaces.entry(argocd.value.clone()).or_insert(argocd.origin);
    footprint.repositories.insert(repository.url.value.clone(), repository.url.origin);
    members.push((Traced::new(platform.name.value.clone(), here), footprint));
    let folder = Layout::manifests(BASE);
    let header = || source.layout.header(here);
    let file = source.layout.file(&format!("{folder}/namespaces.yaml"));
    drafts.push(Draft::yaml(file, TargetName::Manifests, header(), namespaces));
    if !closed.is_empty() {
        let file = source.layout.file(&format!("{folder}/network-policies.yaml"));
        drafts.push(Draft::yaml(file, TargetName::Manifests, header(), closed));
    }
    let (path, objects) = match source.layout.delivery() {
        Delivery::Committed => {
            let path = source.layout.in_repository(&folder);
            (format!("/{path}"), git(repository, here, [("path", Doc::str(path, here))]))
        }
        Delivery::Plugin => (plugin::WATCHED.to_owned(), plugin::objects(source, repository, here, lit(here, BASE))),
    };
    let annotations = map(
        here,
        [
            ("argocd.argoproj.io/manifest-generate-paths", Doc::str(path, here)),
            ("argocd.argoproj.io/sync-wave", lit(here, "-10")),
        ],
    );
    let application = Application {
        origin: here,
        name: source.environment_name(BASE),
        argocd: &argocd,
        labels: None,
        annotations: Some(annotations),
        project: Doc::str(source.project_name(&platform.name.value), here),
        namespace: &argocd,
        from: Sources::Many(vec![objects]),
        cascade: true,
        info: None,
        sync: [("syncOptions", None), ("retry", Some(retry(platform, here)))],
        ignore_differences: None,
    };
    let file = source.layout.file(&Layout::application(BASE));
    drafts.push(Draft::yaml(file, TargetName::Argocd, header(), vec![application.doc()]));
}
