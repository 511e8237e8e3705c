//! The machines that components run on outside of Kubernetes: nodes, hypervisors, and what has a claimed address.

use std::sync::Arc;

use super::component::Component;
use super::resolve::{Platform, Resolver};
use super::topology::{Claim, Node, Topology};
use super::{INCOMPLETE, TAKEN_TWICE, Text, Traced, UNKNOWN_MACHINE};
use crate::diag::Diagnostic;
use crate::library::{MachineSort, RunsOnFacts};
use crate::source::{Span, Spanned};
use crate::spec::{self, InstalledBy};
use crate::yaml::{Field, Names};

/// What a machine is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MachineKind {
    /// A node, by its place in [`Topology::nodes`].
    Node(usize),
    /// A hypervisor, by its place in [`Topology::hypervisors`].
    Hypervisor(usize),
    /// Something that has an address and is not described further, by its place in [`Topology::addresses`].
    Address(usize),
}

/// A machine that a component runs on.
#[derive(Clone, Debug)]
pub struct Machine {
    /// What it is.
    pub kind: MachineKind,
    /// Its name, where `runsOn` says it.
    pub name: Text,
    /// The name by which others reach it, or its address without one.
    pub host: Text,
    /// Its address.
    pub address: Text,
    /// The id that the hypervisor is labelled with that it is, or runs on.
    pub hypervisor: Option<Text>,
}

impl Topology {
    /// Returns the node that a machine is.
    pub fn node_of(&self, machine: &Machine) -> Option<&Node> {
        match machine.kind {
            MachineKind::Node(at) => self.nodes.get(at),
            MachineKind::Hypervisor(_) | MachineKind::Address(_) => None,
        }
    }
}

/// Returns the machines that a component runs on, in the order of their names.
pub(super) fn machines(
    cx: &mut Resolver<'_>,
    platform: &Platform,
    name: &Text,
    key: Span,
    written: &spec::Component,
    fits: &Field<RunsOnFacts>,
) -> Vec<Machine> {
    let mut all: Vec<Machine> = Vec::new();
    let listed = written.runs_on.value().map_or(&[][..], |names| names.0.as_slice());
    check_installer(cx, name, key, written);
    for wanted in listed {
        let Some(machine) = machine(cx, platform, wanted, listed) else { continue };
        if let Some(first) = all.iter().find(|known| known.name.value == machine.name.value) {
            let first = cx.origins.written_span(first.name.origin);
            let message = format!("`{}` runs on `{}` twice", name.value, machine.name.value);
            let problem = Diagnostic::error(TAKEN_TWICE, wanted.span, message).help("name each machine once");
            cx.out.push(first.into_iter().fold(problem, |problem, span| problem.related(span, "the first time")));
            continue;
        }
        installable(cx, name, written, &machine, wanted.span);
        fitting(cx, platform, (name, written), &machine, fits);
        all.push(machine);
    }
    all.sort_by(|a, b| a.name.value.cmp(&b.name.value));
    all
}

/// Argo CD deploys to clusters; a unit and a service have to be on some machine.
fn check_installer(cx: &mut Resolver<'_>, name: &Text, key: Span, written: &spec::Component) {
    let installer = written.installed_by.value().copied();
    let on_machine = matches!(installer, Some(InstalledBy::Systemd | InstalledBy::Compose));
    if on_machine && matches!(written.runs_on, Field::Absent) {
        let word = installer.map_or("", InstalledBy::word);
        let message = format!("`{}` is installed by {word}, and does not say where", name.value);
        let problem = Diagnostic::error(INCOMPLETE, key, message);
        cx.out.push(problem.help("name the machines: `runsOn: <node>`, or a list of them"));
    }
    if matches!(installer, None | Some(InstalledBy::Argocd))
        && !written.installed_by.is_broken()
        && let Some(span) = written.runs_on.span()
    {
        let message = format!("`{}` runs on machines, and Argo CD deploys to clusters only", name.value);
        let problem = Diagnostic::error(INCOMPLETE, span, message)
            .help("say who installs it there: `installedBy: systemd` or `compose`, with files that dvgen makes")
            .help("or `ansible` for a playbook of yours, or `external` for somebody else");
        cx.out.push(problem);
    }
}

/// Files can only be put on what the inventory has.
fn installable(cx: &mut Resolver<'_>, name: &Text, written: &spec::Component, machine: &Machine, span: Span) {
    let ours = written.installed_by.value() != Some(&InstalledBy::External);
    if !ours || !matches!(machine.kind, MachineKind::Address(_)) {
        return;
    }
    let message = format!("`{}` cannot be installed on `{}`, which is only an address", name.value, machine.name.value);
    let problem = Diagnostic::error(INCOMPLETE, span, message)
        .why("Ansible reaches nodes and hypervisors; of an address nothing else is known")
        .help("describe the machine under `nodes`, with `role: machine`")
        .help("or write `installedBy: external`, if somebody else runs it there");
    cx.out.push(problem);
}

/// What belongs on a hypervisor does nothing on one of its machines.
fn fitting(
    cx: &mut Resolver<'_>,
    platform: &Platform,
    (name, written): (&Text, &spec::Component),
    machine: &Machine,
    fits: &Field<RunsOnFacts>,
) {
    let ours = written.installed_by.value() != Some(&InstalledBy::External);
    let (sort, hosts) = match machine.kind {
        MachineKind::Node(_) => (MachineSort::Node, platform.topology.hypervisors.iter()),
        MachineKind::Hypervisor(_) => (MachineSort::Hypervisor, [].iter()),
        MachineKind::Address(_) => return,
    };
    let Some(facts) = fits.value().filter(|_| ours) else { return };
    let kinds = facts.kinds.value().into_iter().flatten().filter_map(Field::value);
    let kinds: Vec<MachineSort> = kinds.copied().collect();
    let Some(span) = cx.origins.written_span(machine.name.origin).filter(|_| !kinds.contains(&sort)) else { return };
    let wanted: Vec<&str> = kinds.iter().map(|kind| kind.word()).collect();
    let wanted = wanted.join(" or ");
    let message = format!(
        "`{}` cannot run on `{}`: that is a {}, and it needs a {wanted}",
        name.value,
        machine.name.value,
        sort.word()
    );
    let problem = Diagnostic::error(INCOMPLETE, span, message);
    let problem = facts.why.value().into_iter().fold(problem, |problem, why| problem.why(why.to_string()));
    // The one that the machine runs on, or the only one.
    let mut hosts = hosts.filter(|host| machine.hypervisor.as_ref().is_none_or(|own| own.value == host.host_id.value));
    let help = match (hosts.next(), hosts.next()) {
        (Some(host), None) => format!("name the {wanted}: `runsOn: {}`", host.name.value),
        _ => format!("name a {wanted} in `runsOn`"),
    };
    cx.out.push(problem.help(help));
}

fn machine(
    cx: &mut Resolver<'_>,
    platform: &Platform,
    wanted: &Spanned<Arc<str>>,
    listed: &[Spanned<Arc<str>>],
) -> Option<Machine> {
    let topology = &platform.topology;
    let name = cx.traced("machine", wanted.value.clone(), wanted.span);
    if let Some(at) = topology.nodes.iter().position(|node| node.name.value == wanted.value) {
        return of_node(cx, platform, at, name);
    }
    if let Some(at) = topology.hypervisors.iter().position(|host| host.name.value == wanted.value) {
        let host = topology.hypervisors.get(at)?;
        let (kind, address, hypervisor) =
            (MachineKind::Hypervisor(at), host.address.clone(), Some(host.host_id.clone()));
        return Some(Machine { kind, name, host: address.clone(), address, hypervisor });
    }
    if let Some(at) = topology.addresses.iter().position(|address| address.name.value == wanted.value) {
        let claim = &topology.addresses.get(at)?.claim;
        let Claim::One(ip) = claim.value else {
            let message = format!("`{}` is a range of addresses, not a machine", wanted.value);
            cx.out.push(Diagnostic::error(UNKNOWN_MACHINE, wanted.span, message).help("name one with a single `ip`"));
            return None;
        };
        let address = Traced::new(Arc::from(ip.to_string()), claim.origin);
        let kind = MachineKind::Address(at);
        return Some(Machine { kind, name, host: address.clone(), address, hypervisor: None });
    }
    let spec = cx.spec;
    let broken = spec.nodes.is_broken() || spec.hypervisors.is_broken() || spec.addresses.is_broken();
    let declared = |name: &str| {
        spec.nodes.value().is_some_and(|all| all.contains_key(name))
            || spec.hypervisors.value().is_some_and(|all| all.contains_key(name))
            || spec.addresses.value().is_some_and(|all| all.contains_key(name))
    };
    if !broken && !declared(&wanted.value) {
        let nodes = spec.nodes.value().into_iter().flat_map(Names::keys);
        let hosts = spec.hypervisors.value().into_iter().flat_map(Names::keys);
        let addresses = spec.addresses.value().into_iter().flat_map(Names::keys);
        // One that the list has already is not meant a second time.
        let free = |name: &&str| !listed.iter().any(|other| *other.value == **name);
        let known = nodes.chain(hosts).chain(addresses).map(|name| &**name).filter(free);
        cx.unknown_name(UNKNOWN_MACHINE, wanted.span, "machine", &wanted.value, known);
    }
    None
}

/// A node is called by its name in the domain of the nodes, which the DNS of this platform knows; by its address without.
fn of_node(cx: &mut Resolver<'_>, platform: &Platform, at: usize, name: Text) -> Option<Machine> {
    let topology = &platform.topology;
    let node = topology.nodes.get(at)?;
    let address = topology.node_network().and_then(|id| node.address(id)).or_else(|| node.addresses.first())?;
    let address = Traced::new(Arc::from(address.ip.value.to_string()), address.ip.origin);
    let host = match &platform.domains.node {
        Some(domain) => {
            let origin = cx.origins.derived("the name of a machine", &[node.name.origin, domain.origin]);
            Traced::new(Arc::from(format!("{}.{}", node.name.value, domain.value)), origin)
        }
        None => address.clone(),
    };
    let hypervisor = node.host.and_then(|id| topology.hypervisors.get(id.0)).map(|host| host.host_id.clone());
    Some(Machine { kind: MachineKind::Node(at), name, host, address, hypervisor })
}

/// Lets the Services of a component be reached where it runs, and under the name that it is exposed at if somebody else
/// runs it.
pub(super) fn reach(cx: &mut Resolver<'_>, component: &mut Component) {
    let outside = component.machines.iter().any(|machine| matches!(machine.kind, MachineKind::Address(_)));
    let exposed = component.expose.as_ref().map(|expose| expose.host.clone()).filter(|_| outside);
    if let (Some(host), [machine]) = (exposed, component.machines.as_mut_slice()) {
        machine.host = host;
    }
    let Some(first) = component.machines.first() else { return };
    for service in &mut component.services {
        let reads = [first.host.origin, first.name.origin];
        service.host = Traced::new(first.host.value.clone(), cx.origins.derived("the machine that it runs on", &reads));
        if component.tls.is_some() && service.scheme.as_deref() == Some("http") {
            service.scheme = Some("https".into());
        }
    }
}
