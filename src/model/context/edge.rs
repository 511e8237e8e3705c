//! What templates read of the edge: all exposures, the certificates of a component, the tunnels.

use super::{Contexts, base_url, maybe, text};
use crate::model::component::Component;
use crate::model::edge::kept;
use crate::model::{Tunnel, resolve::Platform};
use crate::source::{OriginId, Origins};
use crate::template::Data;

impl Contexts<'_> {
    /// Returns the certificates that a component keeps.
    pub(super) fn certificates(&self, component: &Component) -> Data {
        let all = kept(self.platform, &component.name.value).map(|certificate| {
            let hosts = certificate.hosts.iter().map(text).collect();
            let fields = [
                ("name", text(&certificate.name)),
                ("secret", text(&certificate.secret)),
                ("issuer", text(&certificate.issuer)),
                ("hosts", Data::list(hosts, certificate.name.origin)),
            ];
            Data::map(fields, certificate.name.origin)
        });
        Data::list(all.collect(), component.name.origin)
    }
}

/// Returns all hosts of components, with what answers behind each.
pub(super) fn exposures(platform: &Platform, none: OriginId) -> Data {
    let all = platform.exposures().map(|exposure| {
        let (component, expose) = (exposure.component, exposure.expose);
        let service = exposure.service();
        let origin = expose.host.origin;
        let url = service.and_then(|service| Some(Data::str(base_url(service)?, service.host.origin)));
        let access = expose.access.as_ref();
        let access = access.map_or_else(|| Data::null(none), |access| Data::str(access.value.word(), access.origin));
        let fields = [
            ("component", text(&component.name)),
            ("part", exposure.part.map_or_else(|| Data::null(none), |part| Data::str(part.name.clone(), origin))),
            ("name", Data::str(exposure.name(), component.name.origin)),
            ("title", text(exposure.title())),
            ("namespace", text(&component.namespace)),
            ("host", text(&expose.host)),
            ("url", maybe(expose.url.as_ref(), none)),
            ("access", access),
            ("guard", Data::str(expose.guard.word(), origin)),
            ("open", Data::list(expose.open.iter().map(text).collect(), origin)),
            ("tunnel", maybe(expose.tunnel.as_ref(), none)),
            ("className", maybe(expose.class.as_ref(), none)),
            ("service", url.unwrap_or_else(|| Data::null(none))),
        ];
        Data::map(fields, origin)
    });
    Data::list(all.collect(), platform.name.origin)
}

/// Returns the id of a datasource: what the flow says, or the name of the other end, with that of the database.
pub(super) fn uid(platform: &Platform, flow: &crate::model::Flow, origins: &mut Origins, none: OriginId) -> Data {
    if flow.datasource.is_none() {
        return Data::null(none);
    }
    if let Some(uid) = &flow.uid {
        return text(uid);
    }
    let Some(to) = platform.components.get(flow.to.component.0) else { return Data::null(none) };
    let part = flow.to.part.and_then(|part| to.part(part));
    let name = part.map_or(&to.name.value, |part| &part.name);
    let mut reads = vec![to.name.origin, flow.origin];
    let id = match &flow.name {
        Some(database) => {
            reads.push(database.origin);
            format!("{name}-{}", database.value)
        }
        None => name.to_string(),
    };
    Data::str(id, origins.derived("the id of a datasource", &reads))
}

/// Returns the extensions that a component asks of its database, in the order of its facts.
pub(super) fn extensions(component: &Component) -> Data {
    let asked = component.variant.facts.extensions.value().into_iter().flatten();
    let names = asked.filter_map(|extension| extension.value()?.name.value());
    let names = names.map(|name| Data::str(name.0.clone(), component.name.origin));
    Data::list(names.collect(), component.name.origin)
}

/// Returns the tunnels with their routes.
pub(super) fn tunnels(tunnels: &[Tunnel], here: OriginId, none: OriginId) -> Data {
    let all = tunnels.iter().map(|tunnel| {
        let routes = tunnel.routes.iter().map(|route| {
            let fields = [
                ("host", text(&route.host)),
                ("protocol", Data::str(route.protocol.value.word(), route.protocol.origin)),
                ("service", text(&route.service)),
                ("to", text(&route.to)),
                ("access", Data::str(route.access.value.word(), route.access.origin)),
                ("insecure", Data::bool(route.insecure.value, route.insecure.origin)),
            ];
            Data::map(fields, route.host.origin)
        });
        let fields = [
            ("name", text(&tunnel.name)),
            ("kind", Data::str(tunnel.kind.word(), tunnel.name.origin)),
            ("component", text(&tunnel.component)),
            ("team", maybe(tunnel.team.as_ref(), none)),
            ("routes", Data::list(routes.collect(), tunnel.name.origin)),
        ];
        Data::map(fields, tunnel.name.origin)
    });
    Data::list(all.collect(), here)
}

/// Returns the full addresses of `OpenID` Connect: people are sent to the exposed host, servers ask the Service.
pub(super) fn oidc(platform: &Platform, flow: &crate::model::Flow, origins: &mut Origins, none: OriginId) -> Data {
    let to = platform.components.get(flow.to.component.0);
    let public = to.and_then(|to| to.expose.as_ref()).and_then(|expose| expose.url.as_ref());
    let service = to.and_then(|to| to.service_of(&flow.endpoint));
    let mut fields = Vec::new();
    for (what, path) in &flow.oidc {
        let by_servers = matches!(&**what, "token" | "userinfo");
        let base = match (by_servers, public, service) {
            (true, _, Some(service)) => base_url(service).map(|base| (base, service.host.origin)),
            (_, Some(url), _) => Some((url.value.to_string(), url.origin)),
            _ => None,
        };
        let data = base.map_or_else(
            || Data::null(none),
            |(base, origin)| {
                let reads = [origin, path.origin, flow.origin];
                Data::str(
                    format!("{base}{}", path.value),
                    origins.derived("an address of the identity provider", &reads),
                )
            },
        );
        fields.push((what.clone(), data));
    }
    let full = public.map(|url| {
        let path = &flow.endpoint.path;
        let reads = [url.origin, path.origin, flow.origin];
        let origin = origins.derived("the issuer of the identity provider", &reads);
        Data::str(format!("{}{}", url.value, path.value), origin)
    });
    fields.push(("issuer".into(), full.unwrap_or_else(|| Data::null(none))));
    for what in ["authorize", "token", "userinfo", "logout", "keys"] {
        if fields.iter().all(|(known, _)| &**known != what) {
            fields.push((what.into(), Data::null(none)));
        }
    }
    Data::map(fields, flow.origin)
}
