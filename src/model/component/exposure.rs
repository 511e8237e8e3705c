//! How people reach components: hosts, ingress classes and what the ingress controller has to be told.

use std::sync::Arc;

use super::{Expose, Exposure, IngressController};
use crate::diag::Diagnostic;
use crate::doc::Doc;
use crate::model::resolve::{Platform, Resolver};
use crate::model::{NO_EFFECT, NO_INGRESS, Text, Traced, UNKNOWN_INGRESS_CLASS, UNKNOWN_TUNNEL};
use crate::yaml::Decoder;

/// The annotation by which cert-manager makes a certificate for an Ingress (cert-manager.io, annotated Ingress).
const ISSUER: &str = "cert-manager.io/cluster-issuer";

/// Reads what facts say of an ingress controller.
pub(super) fn controller(doc: Option<&Doc>) -> Option<IngressController> {
    let doc = doc?;
    let text =
        |key: &str| doc.at(&[key]).and_then(|doc| Some(Traced::new(Arc::<str>::from(doc.as_str()?), doc.origin)));
    let chains = doc.at(&["chains"]).and_then(Doc::as_map).into_iter().flat_map(crate::doc::Map::iter);
    let chains = chains.filter_map(|(key, chain)| {
        Some((Arc::from(&*key.text), Traced::new(Arc::<str>::from(chain.as_str()?), chain.origin)))
    });
    Some(IngressController {
        class: text("class")?,
        backend_protocol: text("backendProtocol"),
        annotation: text("chainAnnotation"),
        chains: chains.collect(),
    })
}

/// Resolves the exposures once all components are there: each gets a class, a URL and annotations.
pub(super) fn resolve(cx: &mut Resolver<'_>, platform: &mut Platform) {
    shared_hosts(cx, platform);
    shared_classes(cx, platform);
    let controllers: Vec<(Text, IngressController)> = platform
        .components
        .iter()
        .filter_map(|component| Some((component.name.clone(), component.ingress.as_deref()?.clone())))
        .collect();
    let complete = platform.complete;
    through_tunnels(cx, platform);
    let mut found = Vec::new();
    for (id, part, exposure) in platform.exposed() {
        let (component, expose) = (exposure.component, exposure.expose);
        let (mut of_controller, mut told) = (expose.class.clone(), Vec::new());
        let url = if component.on_machines {
            direct(cx, &exposure)
        } else if expose.tunnel.is_some() {
            url(cx, expose, true)
        } else {
            of_controller = class(cx, &exposure, &controllers, complete);
            let own = of_controller.as_ref().and_then(|class| controller_of(&controllers, class));
            told = annotations(cx, &exposure, own);
            let covered = own.is_some_and(|(name, _)| {
                let held = platform.certificates.iter().filter(|one| one.component.value == name.value);
                held.into_iter().any(|one| one.covers(&expose.host.value))
            });
            url(cx, expose, covered)
        };
        found.push((id, part, of_controller, told, url));
    }
    for (id, part, class, annotations, url) in found {
        let component = platform.components.get_mut(id.0);
        if let Some(expose) = component.and_then(|component| component.expose_mut(part)) {
            *expose = Expose { class, annotations, url: Some(url), ..expose.clone() };
        }
    }
}

/// Returns the ingress controller that answers for a class.
fn controller_of<'a>(
    controllers: &'a [(Text, IngressController)],
    class: &Text,
) -> Option<&'a (Text, IngressController)> {
    controllers.iter().find(|(_, known)| class.value == known.class.value)
}

/// A tunnel ends at the Service: no ingress controller takes part, and the certificate is that of the outer end.
fn through_tunnels(cx: &mut Resolver<'_>, platform: &Platform) {
    let broken = cx.spec.tunnels.is_broken();
    for expose in platform.exposures().map(|exposure| exposure.expose) {
        let Some(tunnel) = &expose.tunnel else { continue };
        if let Some(span) = cx.origins.written_span(tunnel.origin).filter(|_| !broken)
            && platform.tunnel(&tunnel.value).is_none()
            && !cx.spec.tunnels.value().is_some_and(|all| all.contains_key(&tunnel.value))
        {
            let names = platform.tunnels.iter().map(|one| &*one.name.value);
            let problem = Decoder::unknown_name(UNKNOWN_TUNNEL, span, "tunnel", &tunnel.value, names);
            cx.out.push(problem.why("nothing would lead from the host to the component"));
        }
        let unread = [("issuer", &expose.issuer), ("class", &expose.class)];
        for (field, written) in unread.into_iter().filter_map(|(field, value)| Some((field, value.as_ref()?))) {
            if let Some(span) = cx.origins.written_span(written.origin) {
                let message = format!("`{field}` has no effect on a host of a tunnel");
                let problem = Diagnostic::warning(NO_EFFECT, span, message)
                    .why("requests come straight to the Service, and the outer end has its own certificate");
                cx.out.push(problem.help("remove it, or remove `tunnel` to come by the ingress controller"));
            }
        }
    }
}

/// Two components or parts cannot be reached under one host: whichever is asked last loses its route.
fn shared_hosts(cx: &mut Resolver<'_>, platform: &Platform) {
    let mut seen = std::collections::BTreeMap::new();
    for exposure in platform.exposures() {
        let host = &exposure.expose.host;
        cx.report_twice(&mut seen, &host.value, host.origin, exposure.who(), "host");
    }
}

/// Two controllers that answer for one class both take each host, with an address of their own.
fn shared_classes(cx: &mut Resolver<'_>, platform: &Platform) {
    let mut seen = std::collections::BTreeMap::new();
    for component in &platform.components {
        if let Some(controller) = &component.ingress {
            let name = &component.name;
            cx.report_twice(&mut seen, &controller.class.value, name.origin, &name.value, "ingress class");
        }
    }
}

/// Returns the class of an exposure: the written one, or the only one that the platform has.
fn class(
    cx: &mut Resolver<'_>,
    exposure: &Exposure<'_>,
    controllers: &[(Text, IngressController)],
    complete: bool,
) -> Option<Text> {
    let classes = || controllers.iter().map(|(_, controller)| &*controller.class.value);
    if let Some(written) = &exposure.expose.class {
        if complete
            && !controllers.is_empty()
            && classes().all(|class| class != &*written.value)
            && let Some(span) = cx.origins.written_span(written.origin)
        {
            let problem =
                Decoder::unknown_name(UNKNOWN_INGRESS_CLASS, span, "ingress class", &written.value, classes());
            cx.out.push(problem.why("no ingress controller would answer for the host"));
        }
        return Some(written.clone());
    }
    match controllers {
        [(name, controller)] => {
            let by = "the only ingress class of the platform";
            let origin = cx.origins.derived(by, &[name.origin, controller.class.origin]);
            Some(Traced::new(controller.class.value.clone(), origin))
        }
        [] => None,
        _ => {
            ambiguous(cx, exposure, controllers);
            None
        }
    }
}

fn ambiguous(cx: &mut Resolver<'_>, exposure: &Exposure<'_>, controllers: &[(Text, IngressController)]) {
    let Some(span) = cx.origins.written_span(exposure.expose.host.origin) else { return };
    let classes: Vec<String> =
        controllers.iter().map(|(_, controller)| format!("`{}`", controller.class.value)).collect();
    let message = format!("`{}` does not say which ingress controller answers for it", exposure.who());
    let mut problem = Diagnostic::error(UNKNOWN_INGRESS_CLASS, span, message)
        .why("with several controllers and no class, none of them or all of them answer")
        .help(format!("write `class:`, one of {}", classes.join(", ")));
    for (name, _) in controllers {
        if let Some(span) = cx.origins.written_span(name.origin) {
            problem = problem.related(span, "an ingress controller");
        }
    }
    cx.out.push(problem);
}

/// What the ingress controller and cert-manager are told.
fn annotations(
    cx: &mut Resolver<'_>,
    exposure: &Exposure<'_>,
    controller: Option<&(Text, IngressController)>,
) -> Vec<(Arc<str>, Text)> {
    let mut all = Vec::new();
    if let Some(issuer) = &exposure.expose.issuer {
        all.push((Arc::from(ISSUER), issuer.clone()));
    }
    let encrypted = exposure.service().filter(|service| service.scheme.as_deref() == Some("https"));
    let annotation = controller.and_then(|(_, known)| known.backend_protocol.as_ref());
    if let (Some(service), Some(annotation)) = (encrypted, annotation) {
        let reads = [service.name.origin, annotation.origin];
        let origin = cx.origins.derived("the Service speaks TLS itself", &reads);
        all.push((annotation.value.clone(), Traced::new("HTTPS".into(), origin)));
    }
    all
}

/// People come by TLS where there is a certificate.
fn url(cx: &mut Resolver<'_>, expose: &Expose, covered: bool) -> Text {
    let scheme = if expose.issuer.is_some() || covered { "https" } else { "http" };
    let mut reads = vec![expose.host.origin];
    reads.extend(expose.issuer.as_ref().map(|issuer| issuer.origin));
    let origin = cx.origins.derived("the address by which people reach it", &reads);
    Traced::new(format!("{scheme}://{}", expose.host.value).into(), origin)
}

/// On a machine nobody stands between: people come to the port of the service itself.
fn direct(cx: &mut Resolver<'_>, exposure: &Exposure<'_>) -> Text {
    let expose = exposure.expose;
    let service = exposure.service().or_else(|| exposure.component.services.first());
    let Some(service) = service else { return url(cx, expose, false) };
    let origin = cx.origins.derived("the address by which people reach it", &[expose.host.origin, service.port.origin]);
    let at = crate::model::Service { host: expose.host.clone(), ..service.clone() };
    let base = crate::model::context::base_url(&at).unwrap_or_else(|| format!("{}:{}", at.host.value, at.port.value));
    Traced::new(base.into(), origin)
}

/// A host that no controller of the platform answers for is reached by nobody.
pub(super) fn report_missing(cx: &mut Resolver<'_>, platform: &Platform) {
    if !platform.complete || platform.components.iter().any(|component| component.ingress.is_some()) {
        return;
    }
    let in_cluster = platform.exposures().filter(|exposure| !exposure.component.on_machines);
    let Some(exposure) = in_cluster.into_iter().find(|exposure| exposure.expose.tunnel.is_none()) else { return };
    let Some(span) = cx.origins.written_span(exposure.expose.host.origin) else { return };
    let message = format!("`{}` is exposed, and the platform has no ingress controller", exposure.who());
    let problem = Diagnostic::warning(NO_INGRESS, span, message)
        .why("an Ingress without a controller is only text: nobody answers for the host")
        .help("add one: `ingress-nginx: { version: … }`, or `installedBy: external` if somebody else runs it");
    cx.out.push(problem);
}
