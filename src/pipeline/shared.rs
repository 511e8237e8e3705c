//! Environments against each other: what both use of a host, a share or a store that others run.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::claims::Claims;
use crate::diag::Diagnostic;
use crate::lint::{Levels, rules};
use crate::model::{Claim, Component, Flow, Hypervisor, MachineKind, Platform, SecretStore, Text};
use crate::source::{OriginId, Span};
use crate::spec::{FlowKind, InstalledBy, StoreKind};

/// The rule that judges it.
const RULE: &str = "shared-between-environments";

/// How many things a report names.
const NAMED: usize = 3;

/// What an environment uses, by what makes it one and the same thing wherever it is written.
pub(super) type Uses = BTreeMap<String, Use>;

/// Something that an environment uses.
pub(super) struct Use {
    /// As a person would name it.
    what: String,
    span: Option<Span>,
    sort: Sort,
    /// What a name stands for: two that mean the same are one.
    means: Option<String>,
}

/// What it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// Anything that is written to, pruned or removed.
    Thing,
    /// A machine that Terraform makes: two of these are reported as such.
    Machine,
    /// A name in the DNS.
    Name,
    /// Secrets, with the field of `store` that tells those of one environment from those of another one.
    Secrets(&'static str),
}

impl Use {
    fn is_taken_by(&self, other: &Self) -> bool {
        let made = self.sort == Sort::Machine && other.sort == Sort::Machine;
        !made && (self.means.is_none() || self.means != other.means)
    }
}

/// Returns what an environment uses that no other may.
pub(super) fn uses(platform: &Platform) -> Uses {
    let mut reader = Reader { platform, all: Uses::new() };
    reader.hosts();
    reader.names();
    reader.backups();
    reader.secrets();
    for flow in &platform.flows {
        reader.flow(flow);
    }
    reader.all
}

struct Reader<'a> {
    platform: &'a Platform,
    all: Uses,
}

impl Reader<'_> {
    fn add(&mut self, key: String, what: String, origin: OriginId) {
        self.sorted(key, what, Sort::Thing, origin);
    }

    fn sorted(&mut self, key: String, what: String, sort: Sort, origin: OriginId) {
        let span = self.platform.origins.written_span(origin);
        self.all.entry(key).or_insert(Use { what, span, sort, means: None });
    }

    /// What is installed on a hypervisor has its files, ports and units there once.
    fn hosts(&mut self) {
        let platform = self.platform;
        for component in platform.components.iter().filter(|one| one.on_machines && one.is_installed()) {
            for machine in &component.machines {
                let MachineKind::Hypervisor(at) = machine.kind else { continue };
                let Some(host) = platform.topology.hypervisors.get(at) else { continue };
                let (name, on) = (&component.name.value, &host.name.value);
                let key = format!("on {} {} {name}", host.endpoint.value, host.node.value);
                self.add(key, format!("`{name}` on hypervisor `{on}`"), machine.name.origin);
            }
        }
        for node in &platform.topology.nodes {
            let host = node.host.and_then(|id| platform.topology.hypervisors.get(id.0));
            if let (Some(host), Some(vmid)) = (host, &node.vmid) {
                let what = format!("virtual machine {} (`{}`)", vmid.value, node.name.value);
                let span = platform.origins.written_span(vmid.origin);
                self.all.insert(machine(host, vmid.value), Use { what, span, sort: Sort::Machine, means: None });
            }
        }
    }

    /// A name has one meaning in the DNS: that of the API, of a node, and of a machine with components on it.
    fn names(&mut self) {
        let platform = self.platform;
        self.names_of_cluster();
        for component in platform.components.iter().filter(|one| one.on_machines && one.is_installed()) {
            for machine in component.machines.iter().filter(|machine| machine.host.value != machine.address.value) {
                let (name, means) = (&machine.host.value, Some(machine.address.value.to_string()));
                let domain = platform.domains.node.as_ref().map_or(machine.name.origin, |domain| domain.origin);
                let span = platform.origins.written_span(domain);
                let what = format!("name `{name}`");
                self.all.insert(format!("name {name}"), Use { what, span, sort: Sort::Name, means });
            }
        }
        for exposure in platform.exposures().filter(|exposure| exposure.component.is_installed()) {
            let host = &exposure.expose.host;
            let (key, what) = (format!("host {}", host.value), format!("host name `{}`", host.value));
            self.sorted(key, what, Sort::Name, host.origin);
        }
    }

    fn names_of_cluster(&mut self) {
        let platform = self.platform;
        if let Some(domain) = &platform.domains.external {
            for (address, _) in platform.topology.control_plane_vips() {
                let Claim::One(ip) = address.claim.value else { continue };
                self.name(&address.name.value, domain, ip.to_string());
            }
        }
        let (Some(domain), Some(network)) = (&platform.domains.node, platform.topology.node_network()) else { return };
        for node in &platform.topology.nodes {
            if let Some(address) = node.address(network) {
                self.name(&node.name.value, domain, address.ip.value.to_string());
            }
        }
    }

    /// The line to change is that of the domain: an environment has one of its own, or the names are the same.
    fn name(&mut self, name: &str, domain: &Text, means: String) {
        let name = format!("{name}.{}", domain.value);
        let span = self.platform.origins.written_span(domain.origin);
        let (key, what) = (format!("name {name}"), format!("name `{name}`"));
        self.all.insert(key, Use { what, span, sort: Sort::Name, means: Some(means) });
    }

    fn backups(&mut self) {
        let platform = self.platform;
        for store in &platform.backups.stores {
            let Some(share) = &store.share else { continue };
            let (server, export) = (&share.server.value, &share.export.value);
            let what = format!("share `{export}` of `{server}`");
            self.add(format!("share {server} {}", export.trim_end_matches('/')), what, share.export.origin);
        }
        let host = |at: usize| platform.topology.hypervisors.get(platform.topology.nodes.get(at)?.host?.0);
        for job in &platform.backups.jobs {
            let Some(host) = job.machines.first().and_then(|(at, _)| host(*at)) else { continue };
            let name = &job.name.value;
            self.add(format!("job {} {name}", host.endpoint.value), format!("backup job `{name}`"), job.name.origin);
        }
        for test in &platform.backups.tests {
            let Some(host) = host(test.machine.0) else { continue };
            let what = format!("virtual machine {} (restore test `{}`)", test.vmid.value, test.name.value);
            self.add(machine(host, test.vmid.value), what, test.vmid.origin);
        }
    }

    fn secrets(&mut self) {
        match self.platform.secret_store.as_ref().map(|store| store.kind) {
            Some(StoreKind::Gcp) => self.project(),
            Some(StoreKind::OnePassword | StoreKind::Vault) => self.items(),
            None => {}
        }
    }

    /// What a component issues or is known by is good for its own environment only: credentials of flows, and certificates.
    fn items(&mut self) {
        let platform = self.platform;
        let Some((store, place)) = platform.secret_store.as_ref().and_then(|store| Some((store, self.place(store)?)))
        else {
            return;
        };
        let (field, origin) =
            store.vault.as_ref().map_or(("mount", store.mount.origin), |vault| ("vault", vault.origin));
        let origin = if platform.origins.written_span(origin).is_some() { origin } else { store.origin };
        for component in platform.components.iter().filter(|one| one.is_installed()) {
            for used in &component.secrets {
                let own = used.flow.and_then(|at| platform.components.get(platform.flows.get(at)?.to.component.0));
                let certificate = component.certificate().is_some_and(|own| own.item.value == used.item.value);
                if !certificate && !own.is_some_and(Component::is_installed) {
                    continue;
                }
                let title = store.title(&used.item.value);
                self.sorted(
                    format!("secret {place} {title}"),
                    format!("secret `{title}`"),
                    Sort::Secrets(field),
                    origin,
                );
            }
        }
    }

    /// Returns what a store is called wherever it is reached from; none for one that each environment may have for itself.
    fn place(&self, store: &SecretStore) -> Option<String> {
        if store.kind == StoreKind::OnePassword {
            return Some(store.vault.as_ref()?.value.to_string());
        }
        let component = self.platform.component(&store.component.as_ref()?.value)?;
        let server = store.server.as_ref().filter(|_| component.installed_by.value == InstalledBy::External)?;
        Some(format!("{} {}", server.value, store.mount.value))
    }

    /// Where environments have one project of a cloud, a prefix tells the secrets of one from those of the other.
    fn project(&mut self) {
        let platform = self.platform;
        let Some(store) = platform.secret_store.as_ref() else { return };
        let reads = platform.components.iter().any(|one| one.is_installed() && !one.secrets.is_empty());
        let (Some(project), true) = (&store.project, reads) else { return };
        let prefix = store.prefix.as_ref().map_or("", |prefix| &*prefix.value);
        let what = format!("the secrets of project `{}`", project.value);
        let origin = store.prefix.as_ref().map_or(store.origin, |prefix| prefix.origin);
        self.sorted(format!("secrets {} {prefix}", project.value), what, Sort::Secrets("prefix"), origin);
    }

    /// What others run is one and the same for all environments.
    fn flow(&mut self, flow: &Flow) {
        let Some(to) = self.platform.components.get(flow.to.component.0) else { return };
        let word = match flow.kind {
            FlowKind::Objects => "bucket",
            FlowKind::Database => "database",
            _ => return,
        };
        let (Some(service), Some(from)) =
            (to.service_of(&flow.endpoint), self.platform.components.get(flow.from.component.0))
        else {
            return;
        };
        if to.installed_by.value != InstalledBy::External || flow.shared {
            return;
        }
        let name = flow.name.as_ref().unwrap_or(&from.name);
        let key = format!("{word} {}:{} {}", service.host.value, service.port.value, name.value);
        let origin = flow.name.as_ref().map_or(flow.origin, |name| name.origin);
        self.add(key, format!("{word} `{}` of `{}`", name.value, to.name.value), origin);
    }
}

fn machine(host: &Hypervisor, number: u32) -> String {
    format!("machine {} {number}", host.endpoint.value)
}

/// What becomes of a thing that two environments have.
const WORKED_WITH: &str = "what one of them writes, prunes or removes there is what the other one works with";

/// What becomes of a name that two environments have.
const RESOLVED: &str = "a name has one meaning in the DNS: who asks for it reaches what one of the environments has, also where \
                        the other one is meant";

/// What becomes of a secret that two environments have.
const ISSUED: &str = "what a component issues, or is known by, is good in its own environment only: who writes the secret for one \
                      of them breaks the other";

/// Adds the lines by which an environment has what a report names.
fn from_here(problem: Diagnostic, name: &str, both: &[(&Use, &Use)], place: Span) -> Diagnostic {
    let mut lines: BTreeMap<Span, Vec<&str>> = BTreeMap::new();
    for (first, _) in both.iter().take(NAMED) {
        if let Some(span) = first.span.filter(|span| *span != place) {
            lines.entry(span).or_default().push(&first.what);
        }
    }
    let one = lines.len() == 1;
    lines.into_iter().fold(problem, |problem, (span, what)| {
        let what = if one { "it".to_owned() } else { what.join(", ") };
        problem.related(span, format!("`{name}` has {what} from here"))
    })
}

/// Reports what two environments both use. The first `asked` are built; others are only compared with these.
pub(super) fn report(claims: &[Claims], asked: usize, levels: &Levels) -> Vec<Diagnostic> {
    let Some(rule) = rules::find(RULE).filter(|rule| levels.runs(rule)) else { return Vec::new() };
    let mut out = Vec::new();
    for (at, one) in claims.iter().enumerate().take(asked) {
        for other in claims.iter().skip(at + 1) {
            if one.name.is_empty() || other.name.is_empty() {
                continue;
            }
            // An overlay is what a person would change.
            let (one, other) = if one.overlay && !other.overlay { (other, one) } else { (one, other) };
            let both = one.uses.iter().filter_map(|(key, first)| Some((first, other.uses.get(key)?)));
            let both: Vec<(&Use, &Use)> = both.filter(|(first, second)| first.is_taken_by(second)).collect();
            let Some((first, second)) = both.first() else { continue };
            let named: Vec<&str> = both.iter().take(NAMED).map(|(_, second)| &*second.what).collect();
            let more = both.len().saturating_sub(NAMED);
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            let (here, there): (&Arc<str>, &Arc<str>) = (&one.name, &other.name);
            let message = format!("environments `{here}` and `{there}` both use {}{more}", named.join(", "));
            // What the overlay does not write itself is a line of the base; then the environment is the line to change.
            let place = second
                .span
                .filter(|span| Some(*span) != first.span)
                .or_else(|| other.place_of(first.span))
                .or(second.span);
            let Some(place) = place else { continue };
            let problem = rule.at(place, message);
            let problem = from_here(problem, here, &both, place);
            let field = both.iter().find_map(|(_, second)| match second.sort {
                Sort::Secrets(field) => Some(field),
                _ => None,
            });
            let all = |fits: fn(Sort) -> bool| both.iter().all(|(_, second)| fits(second.sort));
            let secrets = all(|sort| matches!(sort, Sort::Secrets(_)));
            let why = match () {
                () if all(|sort| sort == Sort::Name) => RESOLVED,
                () if secrets => ISSUED,
                () => WORKED_WITH,
            };
            let mut problem = problem.why(why);
            if let Some(field) = field {
                let own = match field {
                    "prefix" => format!("{there}-"),
                    "mount" => format!("secret-{there}"),
                    _ => "…".to_owned(),
                };
                problem = problem.help(format!(
                    "give `{there}` secrets of its own: `secrets: {{ store: {{ {field}: {own} }} }}` there"
                ));
            }
            if !secrets {
                problem = problem.help(format!(
                    "give `{there}` domains, hosts, shares, buckets, jobs and numbers of its own, or `$remove` them there"
                ));
            }
            out.push(problem);
        }
    }
    out
}
