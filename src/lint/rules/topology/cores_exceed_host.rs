//! A machine with more cores than its hypervisor.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// A machine has more cores than its hypervisor.
    ///
    /// ## What it does
    ///
    /// Compares `cores` of each node with `cores` of its `host`, where the spec gives both. Several machines may have more
    /// together: they seldom need all of them at once.
    ///
    /// ## Why it matters
    ///
    /// Proxmox refuses to start the machine.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// hypervisors: { pve: { kind: proxmox, endpoint: "https://192.168.0.2:8006/", cores: 8 } }
    /// nodes:
    ///   one: { host: pve, cores: 12 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// hypervisors: { pve: { kind: proxmox, endpoint: "https://192.168.0.2:8006/", cores: 8 } }
    /// nodes:
    ///   one: { host: pve, cores: 6 }
    /// ```
    ///
    /// ## Source
    ///
    /// Proxmox VE, qm start: "MAX n vcpus allowed per VM on this node".
    pub(super) static RULE =
        Kind::new("cores-exceed-host", "DV1190"), Topology, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let topology = &subject.platform.topology;
    for (id, host) in topology.hosts() {
        let Some(most) = &host.cores else { continue };
        for node in topology.machines_of(id) {
            let Some(cores) = node.cores.as_ref().filter(|cores| cores.value > most.value) else { continue };
            let Some(span) = subject.line(cores.origin) else { continue };
            let (name, host) = (&node.name.value, &host.name.value);
            let message = format!("machine `{name}` has {} cores, and `{host}` has {}", cores.value, most.value);
            let mut problem = RULE.at(span, message).why("the hypervisor refuses to start it");
            if let Some(place) = subject.line(most.origin) {
                problem = problem.related(place, "what the hypervisor has");
            }
            out.push(problem.help("give the machine fewer cores, or another `host`"));
        }
    }
}
