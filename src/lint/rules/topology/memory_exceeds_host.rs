//! More memory than hypervisors have.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, Parameter, Setting, rule};
use crate::lint::subject::Subject;
use crate::spec::scalars::Quantity;

/// How many of the machines are named.
const NAMED: usize = 5;

const RESERVED: Parameter =
    Parameter { name: "reserved", about: "what the hypervisor needs for itself, in GiB.", default: Setting::Number(0) };

rule! {
    /// The machines of a hypervisor have more memory than the hypervisor.
    ///
    /// ## What it does
    ///
    /// Adds up the memory of the nodes on each hypervisor whose `memory` the spec gives: those of each environment, and, where
    /// these fit, those of all environments together. A machine that two environments list counts once.
    ///
    /// ## Why it matters
    ///
    /// The last machine does not start, or the hypervisor kills one when memory runs out. Control-plane nodes do not bear
    /// swapping.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// hypervisors: { pve: { kind: proxmox, endpoint: "https://192.168.0.2:8006/", memory: 32Gi } }
    /// nodes:
    ///   one: { host: pve, memory: 20Gi }
    ///   two: { host: pve, memory: 20Gi }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// hypervisors: { pve: { kind: proxmox, endpoint: "https://192.168.0.2:8006/", memory: 32Gi } }
    /// nodes:
    ///   one: { host: pve, memory: 16Gi }
    ///   two: { host: pve, memory: 12Gi }
    /// ```
    ///
    /// ## Source
    ///
    /// Proxmox VE, "Virtual Machines Settings", memory.
    pub(super) static RULE =
        Kind::new("memory-exceeds-host", "DV1108"), Topology, Error, fix: None, Check::Platform(check),
        parameters: &[RESERVED];
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let topology = &subject.platform.topology;
    let reserved = u64::from(subject.number(&RULE, RESERVED.name)) << 30;
    for (id, host) in topology.hosts() {
        let Some(memory) = &host.memory else { continue };
        let mut machines: Vec<_> =
            topology.machines_of(id).filter_map(|node| Some((node, node.memory.as_ref()?))).collect();
        let asked = machines.iter().fold(0_u64, |sum, (_, memory)| sum.saturating_add(memory.value.bytes));
        let room = memory.value.bytes.saturating_sub(reserved);
        if asked <= room {
            continue;
        }
        machines.sort_by_key(|(node, memory)| (std::cmp::Reverse(memory.value.bytes), node.name.value.clone()));
        let places = machines.iter().filter_map(|(node, memory)| Some((node, subject.line(memory.origin)?)));
        let places: Vec<_> = places.collect();
        let Some((first, span)) = places.first() else { continue };
        let message = format!(
            "the machines of `{}` have {} of memory together, and it has {}",
            host.name.value,
            Quantity::show(asked),
            Quantity::show(room)
        );
        let mut problem = RULE
            .at(*span, message)
            .label(format!("of `{}`", first.name.value))
            .why("the last machine does not start, or one is killed when memory runs out");
        let mut seen = std::collections::BTreeSet::from([*span]);
        for (node, line) in places.iter().skip(1) {
            if seen.len() < NAMED && seen.insert(*line) {
                problem = problem.related(*line, format!("of `{}`", node.name.value));
            }
        }
        if let Some(line) = subject.line(memory.origin) {
            problem = problem.related(line, "what the hypervisor has");
        }
        out.push(problem.help("give machines less memory, or another `host`"));
    }
}
