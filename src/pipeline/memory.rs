//! Machines of all environments on one hypervisor: each environment fits, and together they do not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::claims::Claims;
use crate::diag::Diagnostic;
use crate::lint::{Levels, rules};
use crate::model::Platform;
use crate::source::Span;
use crate::spec::scalars::Quantity;

/// The rule that judges one environment; here it judges all of them.
const RULE: &str = "memory-exceeds-host";

/// A hypervisor: its API, and its name there.
type HostKey = (Arc<str>, Arc<str>);

/// A machine: its number, or its name where it has none. What two environments both list is one machine, and what is
/// wrong with that is reported as such.
type MachineKey = (Option<u32>, Arc<str>);

/// What an environment asks of hypervisors.
pub(super) type Loads = BTreeMap<HostKey, Load>;

/// What an environment asks of one hypervisor.
pub(super) struct Load {
    /// Its name in the spec.
    name: Arc<str>,
    /// The memory that it has, and where that is said.
    memory: Option<(u64, Option<Span>)>,
    machines: BTreeMap<MachineKey, Machine>,
}

struct Machine {
    node: Arc<str>,
    memory: u64,
    span: Option<Span>,
}

/// Returns what an environment asks of hypervisors.
pub(super) fn loads(platform: &Platform) -> Loads {
    let topology = &platform.topology;
    let mut all = Loads::new();
    for (id, host) in topology.hosts() {
        let key = (host.endpoint.value.clone(), host.node.value.clone());
        let span = |origin| platform.origins.written_span(origin);
        let mut machines = BTreeMap::new();
        for node in topology.machines_of(id) {
            let (name, Some(memory)) = (&node.name.value, &node.memory) else { continue };
            let number = node.vmid.as_ref().map(|vmid| vmid.value);
            let key = (number, if number.is_some() { Arc::from("") } else { name.clone() });
            let machine = Machine { node: name.clone(), memory: memory.value.bytes, span: span(memory.origin) };
            machines.insert(key, machine);
        }
        let memory = host.memory.as_ref().map(|memory| (memory.value.bytes, span(memory.origin)));
        all.insert(key, Load { name: host.name.value.clone(), memory, machines });
    }
    all
}

/// Reports hypervisors whose memory is enough for each environment, and not for all. The first `asked` environments are
/// built; others only count.
pub(super) fn report(claims: &[Claims], asked: usize, levels: &Levels) -> Vec<Diagnostic> {
    let Some(rule) = rules::find(RULE).filter(|rule| levels.runs(rule)) else { return Vec::new() };
    let reserved = u64::from(levels.number(rule, "reserved")) << 30;
    let hosts: BTreeSet<&HostKey> = claims.iter().take(asked).flat_map(|claims| claims.loads.keys()).collect();
    let mut out = Vec::new();
    for host in hosts {
        let known = |claims: &&Claims| !claims.name.is_empty();
        let users = claims.iter().filter(known).filter_map(|claims| Some((claims, claims.loads.get(host)?)));
        let users: Vec<_> = users.filter(|(_, load)| !load.machines.is_empty()).collect();
        let Some(has) = users.iter().filter_map(|(_, load)| load.memory).max_by_key(|(bytes, _)| *bytes) else {
            continue;
        };
        let room = has.0.saturating_sub(reserved);
        out.extend(Together::of(&users).problem(rule, room, has.1));
    }
    out
}

/// What is new in an environment: a machine that no other one before it has.
struct New<'a> {
    claims: &'a Claims,
    machine: &'a Machine,
}

/// The machines of all environments on a hypervisor, each once.
struct Together<'a> {
    host: &'a str,
    new: Vec<New<'a>>,
    asked: u64,
    /// The most that one environment asks for.
    most: u64,
}

impl<'a> Together<'a> {
    fn of(users: &[(&'a Claims, &'a Load)]) -> Self {
        let mut together = Self { host: "", new: Vec::new(), asked: 0, most: 0 };
        let mut seen = BTreeSet::new();
        for (claims, load) in users {
            together.host = &load.name;
            let own = load.machines.values().fold(0_u64, |sum, machine| sum.saturating_add(machine.memory));
            together.most = together.most.max(own);
            let mut new: Vec<_> = load.machines.iter().filter(|(key, _)| seen.insert(*key)).collect();
            new.sort_by_key(|(_, machine)| (std::cmp::Reverse(machine.memory), machine.node.clone()));
            for (_, machine) in new {
                together.asked = together.asked.saturating_add(machine.memory);
                together.new.push(New { claims, machine });
            }
        }
        together
    }

    /// One environment that asks for too much alone is told so itself.
    fn problem(&self, rule: &crate::lint::Rule, room: u64, has: Option<Span>) -> Option<Diagnostic> {
        if self.asked <= room || self.most > room {
            return None;
        }
        let mut names: Vec<&str> = self.new.iter().map(|new| &*new.claims.name).collect();
        names.dedup();
        let (last, others) = names.split_last()?;
        let (first, host) = (self.new.first()?, self.host);
        let new = self.new.iter().find(|new| new.claims.name.as_ref() == *last)?;
        // What an overlay takes over is a line of the base; then the environment is the line to change.
        let own =
            new.machine.span.filter(|span| self.new.iter().all(|old| old.is(new) || old.machine.span != Some(*span)));
        let place = own.or_else(|| new.claims.place_of(new.machine.span)).or(new.machine.span)?;
        let mut quoted: Vec<String> = others.iter().map(|name| format!("`{name}`")).collect();
        let quoted = match quoted.pop() {
            Some(before) if quoted.is_empty() => format!("{before} and `{last}`"),
            Some(before) => format!("{}, {before} and `{last}`", quoted.join(", ")),
            None => return None,
        };
        let (asked, room) = (Quantity::show(self.asked), Quantity::show(room));
        let message = format!(
            "the machines of environments {quoted} on `{host}` have {asked} of memory together, and it has {room}"
        );
        let mut problem = rule
            .at(place, message)
            .label(format!("of `{}` in `{last}`", new.machine.node))
            .why("each environment fits, but they run at the same time: the last machine does not start, or one is killed when memory runs out");
        if let Some(span) = first.machine.span.filter(|span| *span != place) {
            problem = problem.related(span, format!("of `{}` in `{}`", first.machine.node, first.claims.name));
        }
        problem = has.into_iter().fold(problem, |problem, span| problem.related(span, "what the hypervisor has"));
        Some(problem.help("give machines less memory, or those of one environment another `host`"))
    }
}

impl New<'_> {
    /// Whether both are of one environment: they may share a line.
    fn is(&self, other: &Self) -> bool {
        self.claims.name == other.claims.name
    }
}
