//! Ports of machines that two components take.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{Component, MachineKind, Service};

rule! {
    /// Two components take one port of a machine.
    ///
    /// ## What it does
    ///
    /// Compares the ports of all components that run on one machine, as their facts know them.
    ///
    /// ## Why it matters
    ///
    /// Whichever starts second does not start, and which one that is changes with every reboot.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   one: { library: prometheus, installedBy: systemd, runsOn: monitoring, version: 3.5.0 }
    ///   two: { library: prometheus, installedBy: systemd, runsOn: monitoring, version: 3.5.0 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   one: { library: prometheus, installedBy: systemd, runsOn: monitoring-1, version: 3.5.0 }
    ///   two: { library: prometheus, installedBy: systemd, runsOn: monitoring-2, version: 3.5.0 }
    /// ```
    ///
    /// ## Source
    ///
    /// Linux, `bind(2)`, `EADDRINUSE`.
    pub(super) static RULE =
        Kind::new("machine-port-twice", "DV1020"), Addresses, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let mut taken = BTreeMap::<(MachineKind, u16), (&Component, &Service)>::new();
    for component in subject.platform.components.iter().filter(|one| one.on_machines) {
        for machine in &component.machines {
            for service in &component.services {
                let key = (machine.kind, service.port.value);
                let Some((first, _)) = taken.get(&key).filter(|(first, _)| first.name != component.name) else {
                    taken.entry(key).or_insert((component, service));
                    continue;
                };
                // Two of one kind write one configuration, too, and that is said.
                let Some(span) = subject.line(component.name.origin).filter(|_| !component.doubles(first)) else {
                    continue;
                };
                let (one, two, port) = (&first.name.value, &component.name.value, service.port.value);
                let message = format!("`{one}` and `{two}` both take port {port} of `{}`", machine.name.value);
                let mut problem = RULE.at(span, message).why("whichever starts second does not start");
                if let Some(line) = subject.line(first.name.origin) {
                    problem = problem.related(line, "it takes the port too");
                }
                out.push(problem.help("let one of them run on another machine").about(two));
            }
        }
    }
}
