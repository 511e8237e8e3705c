//! The edge at Cloudflare: tunnels, records and Access, as the variables of a Terraform module of their own
//! (registry.terraform.io, cloudflare/cloudflare 5: `zero_trust_tunnel_cloudflared_config`, `dns_record`,
//! `zero_trust_access_application`, `zero_trust_access_identity_provider`).
//!
//! A tunnel leads to Services and machines by their addresses inside, so what is here comes out of the same spec as those.

use crate::doc::{Doc, Map};
use crate::emit::Source;
use crate::emit::build::{list, lit, map, some, text};
use crate::emit::draft::{Body, Draft, TargetName};
use crate::emit::print::Note;
use crate::emit::variables::{self, Variable};
use crate::model::{Claim, Component, Expose, Exposure, Flow, Guard, Text, Tunnel};
use crate::source::{OriginId, Origins};
use crate::spec::{Access, FlowKind, Purpose, TunnelKind};

const INGRESS: &str =
    "map(list(object({ hostname = optional(string), service = string, no_tls_verify = optional(bool) })))";
const RECORDS: &str = "list(object({ name = string, type = string, content = optional(string), tunnel = optional(string), proxied = bool }))";
const APPLICATIONS: &str =
    "list(object({ name = string, domain = string, decision = string, email_domains = optional(list(string)) }))";
const PROVIDER: &str = "object({ name = string, client_id = string, auth_url = string, token_url = string, certs_url = string, scopes = list(string) })";

/// The tunnels of the platform at Cloudflare.
pub(in crate::emit) fn tunnels<'a>(source: &Source<'a>) -> impl Iterator<Item = &'a Tunnel> + use<'a> {
    source.platform.tunnels.iter().filter(|tunnel| tunnel.kind == TunnelKind::Cloudflare)
}

/// Returns the variables of the edge, and their declarations. Without a tunnel there are none.
pub(in crate::emit) fn drafts(source: &Source<'_>, origins: &mut Origins) -> Vec<Draft> {
    let Some(first) = tunnels(source).next() else { return Vec::new() };
    let mut writer = Writer { source, origins, here: first.name.origin, variables: Vec::new() };
    writer.account(first);
    writer.ingress();
    writer.records();
    writer.access();
    let Writer { variables, here, .. } = writer;
    let mut values = Map::new();
    for variable in &variables {
        if let Some(value) = &variable.value {
            values.set(variable.name.clone(), value.clone());
        }
    }
    let note = format!(
        "Account, token and client secret stand in no file: export TF_VAR_cloudflare_account_id and TF_VAR_cloudflare_api_token\nfrom secret `{}` (keys `accountId` and `apiToken`) before running Terraform.",
        first.account.value
    );
    let header = vec![source.layout.header(here), Note::new(note, first.account.origin)];
    let draft = |name: &str, header, body| Draft {
        path: source.layout.file(&format!("terraform/cloudflare/{name}")),
        target: TargetName::Terraform,
        header,
        body,
        executable: false,
        origin: here,
    };
    let declared = Body::Hcl(variables::items(&variables));
    vec![
        draft("terraform.tfvars", header, Body::Tfvars(values)),
        draft("variables.tf", vec![source.layout.header(here)], declared),
    ]
}

struct Writer<'a> {
    source: &'a Source<'a>,
    origins: &'a mut Origins,
    here: OriginId,
    variables: Vec<Variable>,
}

impl<'a> Writer<'a> {
    fn set(&mut self, name: &str, kind: &'static str, description: &'static str, value: Doc) {
        let origin = value.origin;
        let value = Some(value);
        self.variables.push(Variable { name: name.into(), kind, description, value, sensitive: false, origin });
    }

    fn sensitive(&mut self, name: &str, description: &'static str, origin: OriginId) {
        let (kind, value) = ("string", None);
        self.variables.push(Variable { name: name.into(), kind, description, value, sensitive: true, origin });
    }

    fn account(&mut self, tunnel: &Tunnel) {
        let origin = tunnel.account.origin;
        self.sensitive("cloudflare_account_id", "The account; from the secret store, by the environment.", origin);
        self.sensitive("cloudflare_api_token", "The API token; from the secret store, by the environment.", origin);
        if let Some(domain) = &self.source.platform.domains.external {
            self.set("zone_name", "string", "The zone that the hosts are in.", text(domain));
        }
    }

    /// The hosts that come in by a tunnel.
    fn through(&self, tunnel: &Tunnel) -> Vec<Exposure<'a>> {
        let ours = |expose: &Expose| expose.tunnel.as_ref().is_some_and(|name| name.value == tunnel.name.value);
        self.source.platform.exposures().filter(|exposure| ours(exposure.expose)).collect()
    }

    /// Which host leads where; the last rule answers for all others, and has to be there.
    fn ingress(&mut self) {
        let mut all = Map::new();
        for tunnel in tunnels(self.source) {
            let mut rules = Vec::new();
            for exposure in self.through(tunnel) {
                let expose = exposure.expose;
                let Some(service) = behind(&exposure) else { continue };
                let origin = self.origins.derived("a host of a tunnel", &[expose.host.origin, service.1]);
                rules.push(map(origin, [("hostname", text(&expose.host)), ("service", Doc::str(service.0, origin))]));
            }
            for route in &tunnel.routes {
                let unchecked = route.insecure.value.then(|| Doc::bool(true, route.insecure.origin));
                let rule = [
                    ("hostname", Some(text(&route.host))),
                    ("service", Some(text(&route.service))),
                    ("no_tls_verify", unchecked),
                ];
                rules.push(some(route.host.origin, rule));
            }
            let at = tunnel.name.origin;
            rules.push(map(at, [("service", lit(at, "http_status:404"))]));
            all.set(tunnel.name.value.clone(), list(at, rules));
        }
        let value = Doc::map(all, self.here);
        self.set("tunnel_ingress", INGRESS, "Which host leads where, by tunnel; the first rule that fits.", value);
    }

    /// Hosts of tunnels are names of the tunnel; others are the address by which the internet reaches the ingress controller,
    /// behind Cloudflare's proxy.
    fn records(&mut self) {
        let mut records = Vec::new();
        for tunnel in tunnels(self.source) {
            let exposed = self.through(tunnel).into_iter().map(|exposure| &exposure.expose.host);
            for host in exposed.chain(tunnel.routes.iter().map(|route| &route.host)) {
                let origin = self.origins.derived("the record of a host", &[host.origin, tunnel.name.origin]);
                let record = [
                    ("name", text(host)),
                    ("type", lit(origin, "CNAME")),
                    ("tunnel", text(&tunnel.name)),
                    ("proxied", Doc::bool(true, origin)),
                ];
                records.push(map(origin, record));
            }
        }
        let platform = self.source.platform;
        let exposed = platform.exposures().map(|exposure| exposure.expose);
        for expose in exposed.filter(|expose| expose.tunnel.is_none()) {
            let Some((ip, at)) = public(self.source, expose) else { continue };
            let origin = self.origins.derived("the record of a host", &[expose.host.origin, at]);
            let record = [
                ("name", text(&expose.host)),
                ("type", lit(origin, if ip.contains(':') { "AAAA" } else { "A" })),
                ("content", Doc::str(ip, at)),
                ("proxied", Doc::bool(true, origin)),
            ];
            records.push(map(origin, record));
        }
        let value = list(self.here, records);
        self.set("dns_records", RECORDS, "The records of the hosts.", value);
    }

    /// Who may come in, where the outer end of the tunnel asks: people by the identity provider, machines by a token.
    fn access(&mut self) {
        let (mut applications, mut opened) = (Vec::new(), Vec::new());
        let mut add = |tunnel: &Tunnel, name: String, host: &Text, access: Access, origin: OriginId| {
            let decision = match access {
                Access::Public => return,
                Access::Identity => "allow",
                Access::Machine => "non_identity",
            };
            // Each door has its own people: those of its tunnel.
            let people = list(tunnel.name.origin, tunnel.domains.iter().map(text));
            let fields = [
                ("name", Some(Doc::str(name, origin))),
                ("domain", Some(text(host))),
                ("decision", Some(lit(origin, decision))),
                ("email_domains", (access == Access::Identity).then_some(people)),
            ];
            applications.push(some(origin, fields));
        };
        for tunnel in tunnels(self.source) {
            for exposure in self.through(tunnel) {
                let (title, expose) = (exposure.title(), exposure.expose);
                let Some(access) = expose.access.as_ref().filter(|_| expose.guard != Guard::Own) else { continue };
                add(tunnel, title.value.to_string(), &expose.host, access.value, access.origin);
                if expose.guard == Guard::Tunnel {
                    opened.extend(expose.open.iter().map(|path| (title, expose, path)));
                }
            }
            for route in &tunnel.routes {
                let name = format!("{} of {}", route.protocol.value.word(), route.to.value);
                add(tunnel, name, &route.host, route.access.value, route.access.origin);
            }
        }
        // The application with the longer path is asked first.
        for (title, expose, path) in opened {
            let origin = self.origins.derived("a path without a login", &[path.origin, expose.host.origin]);
            let fields = [
                ("name", Doc::str(format!("{}, {}", title.value, path.value), origin)),
                ("domain", Doc::str(format!("{}{}", expose.host.value, path.value), origin)),
                ("decision", lit(origin, "bypass")),
            ];
            applications.push(map(origin, fields));
        }
        let value = list(self.here, applications);
        let description =
            "The hosts that Access stands before, and the domains of the e-mail addresses of people who may come in.";
        self.set("access_applications", APPLICATIONS, description, value);
        self.provider();
    }

    fn provider(&mut self) {
        let source = self.source;
        let Some((flow, client)) = tunnels(source).find_map(|tunnel| sign_in(source, tunnel)) else { return };
        let Some(to) = source.platform.components.get(flow.to.component.0) else { return };
        let Some(url) = to.expose.as_ref().and_then(|expose| expose.url.as_ref()) else { return };
        let mut address = |what: &str| {
            let path = flow.oidc.iter().find(|(known, _)| &**known == what).map(|(_, path)| path)?;
            let reads = [url.origin, path.origin, flow.origin];
            let origin = self.origins.derived("an address of the identity provider", &reads);
            Some(Doc::str(format!("{}{}", url.value, path.value), origin))
        };
        let (auth, token, certs) = (address("authorize"), address("token"), address("keys"));
        let at = flow.origin;
        let scopes = list(at, [lit(at, "openid"), lit(at, "email"), lit(at, "profile")]);
        let provider = [
            ("name", Some(text(&to.title))),
            ("client_id", Some(text(&client.name))),
            ("auth_url", auth),
            ("token_url", token),
            ("certs_url", certs),
            ("scopes", Some(scopes)),
        ];
        self.set("identity_provider", PROVIDER, "Who knows people, for Access.", some(at, provider));
        let description =
            "The secret of the client at the identity provider; from the secret store, by the environment.";
        self.sensitive("identity_client_secret", description, at);
    }
}

/// Returns the `auth` flow of the inner end of a tunnel: its outer end is the client.
pub(in crate::emit) fn sign_in<'a>(source: &Source<'a>, tunnel: &Tunnel) -> Option<(&'a Flow, &'a Component)> {
    let platform = source.platform;
    let from = |flow: &Flow| platform.components.get(flow.from.component.0);
    let mut flows = platform.flows.iter().filter(|flow| flow.kind == FlowKind::Auth && !flow.endpoint.anonymous);
    let flow = flows.find(|flow| from(flow).is_some_and(|one| one.name.value == tunnel.component.value))?;
    Some((flow, from(flow)?))
}

/// Returns the URL of what answers behind a host.
fn behind(exposure: &Exposure<'_>) -> Option<(String, OriginId)> {
    let service = exposure.service()?;
    let scheme = service.scheme.as_ref()?;
    Some((format!("{scheme}://{}:{}", service.host.value, service.port.value), service.host.origin))
}

/// Returns the address by which the internet reaches the ingress controller of a host.
fn public(source: &Source<'_>, expose: &Expose) -> Option<(String, OriginId)> {
    let platform = source.platform;
    let class = expose.class.as_ref()?;
    let mut claims = platform.topology.addresses.iter().filter(|claim| claim.purpose == Purpose::Public);
    let claim = claims.find(|claim| {
        let owner = claim.owner.as_ref().and_then(|owner| platform.component(&owner.value));
        owner.and_then(|owner| owner.ingress.as_ref()).is_some_and(|own| own.class.value == class.value)
    })?;
    match claim.claim.value {
        Claim::One(ip) => Some((ip.to_string(), claim.claim.origin)),
        Claim::Range(..) => None,
    }
}
