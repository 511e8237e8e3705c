//! What templates of components on machines read: the machine, its components, certificates, backups.

use std::sync::Arc;

use super::{Contexts, base_url, text};
use crate::model::Text;
use crate::model::backup::{BackupJob, BackupStore, RestoreTest};
use crate::model::component::{Component, ComponentId};
use crate::model::flow::Flow;
use crate::model::machine::{Machine, MachineKind};
use crate::model::resolve::Platform;
use crate::model::service::Service;
use crate::source::{OriginId, Origins};
use crate::template::Data;

/// Returns the machines that a component runs on; none in a cluster.
pub(in crate::model) fn instances(machines: &[Machine], none: OriginId) -> Data {
    let one = |machine: &Machine| {
        let fields = [
            ("name", text(&machine.name)),
            ("host", text(&machine.host)),
            ("address", text(&machine.address)),
            ("hypervisor", maybe(machine.hypervisor.as_ref(), none)),
        ];
        Data::map(fields, machine.name.origin)
    };
    Data::list(machines.iter().map(one).collect(), none)
}

/// Returns where the other side of a flow answers: on each of its machines, or at its Service.
pub(super) fn endpoints(
    to: &Component,
    flow: &Flow,
    service: &Service,
    here: OriginId,
    none: OriginId,
    origins: &mut Origins,
) -> Data {
    let mut one = |host: &str, reads: OriginId, node: Data, hypervisor: Option<&Text>| {
        let origin = origins.derived("the address of a flow", &[flow.origin, reads, service.port.origin]);
        let at = Service { host: crate::model::Traced::new(host.into(), reads), ..service.clone() };
        let url = base_url(&at).map(|base| Data::str(format!("{base}{}", flow.endpoint.path.value), origin));
        let fields = [
            ("node", node),
            ("hypervisor", maybe(hypervisor, none)),
            ("host", Data::str(host, origin)),
            ("port", Data::int(service.port.value, origin)),
            ("address", Data::str(format!("{host}:{}", service.port.value), origin)),
            ("url", url.unwrap_or_else(|| Data::null(none))),
        ];
        Data::map(fields, origin)
    };
    let all = if to.machines.is_empty() {
        vec![one(&service.host.value, service.host.origin, Data::null(none), None)]
    } else {
        let on = |at: &Machine| one(&at.host.value, at.host.origin, text(&at.name), at.hypervisor.as_ref());
        to.machines.iter().map(on).collect()
    };
    Data::list(all, here)
}

impl Contexts<'_> {
    /// Returns everything that the templates of a component read about one of the machines that it runs on.
    pub fn on(&self, id: ComponentId, machine: &Machine, origins: &mut Origins) -> Data {
        let mut all = self.of(id, origins);
        all.set("node", self.machine(machine));
        all
    }

    /// Returns a machine, and what runs on it.
    fn machine(&self, machine: &Machine) -> Data {
        let here = machine.name.origin;
        let topology = &self.platform.topology;
        let node = topology.node_of(machine);
        let hypervisor = match machine.kind {
            MachineKind::Node(_) => node.and_then(|node| topology.hypervisors.get(node.host?.0)),
            MachineKind::Hypervisor(at) => topology.hypervisors.get(at),
            MachineKind::Address(_) => None,
        };
        let labels = node.into_iter().flat_map(|node| &node.labels);
        let labels = labels.map(|(label, value)| (label.value.clone(), text(value)));
        let kind = match machine.kind {
            MachineKind::Node(_) => "node",
            MachineKind::Hypervisor(_) => "hypervisor",
            MachineKind::Address(_) => "address",
        };
        let on_it = self
            .platform
            .components
            .iter()
            .filter(|component| component.machines.iter().any(|one| one.kind == machine.kind));
        let components = on_it.filter_map(|component| self.on_machine(component, machine)).collect();
        let host = |field: fn(&crate::model::Hypervisor) -> &crate::model::Text| {
            hypervisor.map_or_else(|| Data::null(self.none), |host| text(field(host)))
        };
        let fields = [
            ("name", text(&machine.name)),
            ("host", text(&machine.host)),
            ("address", text(&machine.address)),
            ("kind", Data::str(kind, here)),
            ("hypervisor", host(|host| &host.host_id)),
            ("proxmox", host(|host| &host.node)),
            ("labels", Data::map(labels.collect::<Vec<_>>(), here)),
            ("components", Data::list(components, here)),
        ];
        Data::map(fields, here)
    }

    /// Returns a component on a machine: where it answers, and whether it has metrics there.
    fn on_machine(&self, component: &Component, machine: &Machine) -> Option<Data> {
        let (none, here) = (self.none, component.name.origin);
        let metrics = component.metrics.as_ref();
        let service = metrics.and_then(|metrics| component.service(metrics.asked.service()?));
        let service = service.or_else(|| component.services.first())?;
        let scheme = service.scheme.as_ref();
        let path = metrics.map_or_else(|| Data::null(none), |metrics| Data::str(metrics.path.clone(), metrics.origin));
        let labels = component.own_labels.iter().map(|(label, value)| (label.value.clone(), text(value)));
        let units = component.units().into_iter().map(|unit| Data::str(unit, here));
        let fields = [
            ("name", text(&component.name)),
            ("title", text(&component.title)),
            ("units", Data::list(units.collect(), here)),
            ("labels", Data::map(labels.collect::<Vec<_>>(), here)),
            ("host", text(&machine.host)),
            ("port", Data::int(service.port.value, service.port.origin)),
            ("scheme", scheme.map_or_else(|| Data::null(none), |scheme| Data::str(scheme.clone(), here))),
            ("metrics", Data::bool(metrics.is_some(), here)),
            ("path", path),
        ];
        Some(Data::map(fields, here))
    }
}

/// Returns where the certificate of a component lies on its machines; without one each field is none.
pub(super) fn tls(component: &Component, none: OriginId) -> Data {
    let used = component.certificate();
    let here = used.map_or(none, |used| used.name.origin);
    let folder = used.map(|used| component.secret_folder(used));
    let file = |name: &str| match &folder {
        Some(folder) => Data::str(format!("{folder}{name}"), here),
        None => Data::null(none),
    };
    let serves = component.tls.as_ref();
    let fields = [
        ("ca", file("/ca.crt")),
        ("certificate", file("/tls.crt")),
        ("key", file("/tls.key")),
        ("serves", serves.map_or_else(|| Data::null(none), |tls| Data::str(tls.value.word(), tls.origin))),
        ("folder", file("")),
    ];
    Data::map(fields, here)
}

/// Returns the backups of machines.
pub(super) fn backups(platform: &Platform, none: OriginId) -> Data {
    let backups = &platform.backups;
    let stores = backups.stores.iter().map(|store| (store.name.value.clone(), self::store(platform, store, none)));
    let jobs = backups.jobs.iter().map(|job| (job.name.value.clone(), self::job(platform, job, none)));
    let tests = backups.tests.iter().map(|test| (test.name.value.clone(), self::test(platform, test, none)));
    let fields = [
        ("stores", Data::map(stores.collect::<Vec<_>>(), none)),
        ("jobs", Data::map(jobs.collect::<Vec<_>>(), none)),
        ("tests", Data::map(tests.collect::<Vec<_>>(), none)),
    ];
    Data::map(fields, none)
}

fn maybe(value: Option<&crate::model::Text>, none: OriginId) -> Data {
    super::maybe(value, none)
}

fn store(platform: &Platform, store: &BackupStore, none: OriginId) -> Data {
    let component = platform.components.get(store.component.0);
    let share = store.share.as_ref().map_or_else(
        || Data::null(none),
        |share| {
            let options = share.options.iter().map(text).collect();
            let fields = [
                ("kind", Data::str(share.kind.value.word(), share.kind.origin)),
                ("server", text(&share.server)),
                ("export", text(&share.export)),
                ("secret", maybe(share.secret.as_ref(), none)),
                ("options", Data::list(options, share.export.origin)),
            ];
            Data::map(fields, share.kind.origin)
        },
    );
    let keep = store.retention.iter().map(|(word, count)| (Arc::from(*word), Data::int(count.value, count.origin)));
    let keep: Vec<(Arc<str>, Data)> = keep.collect();
    let fields = [
        ("name", text(&store.name)),
        ("component", component.map_or_else(|| Data::null(none), |component| text(&component.name))),
        ("path", text(&store.path)),
        ("share", share),
        ("keep", Data::map(keep, store.name.origin)),
        ("prune", text(&store.prune)),
        ("collect", text(&store.collect)),
        ("verify", text(&store.verify)),
        ("verifyAgain", Data::int(store.verify_again.value, store.verify_again.origin)),
    ];
    Data::map(fields, store.name.origin)
}

fn job(platform: &Platform, job: &BackupJob, unset: OriginId) -> Data {
    let store = platform.backups.stores.get(job.store.value.0);
    let machines = job.machines.iter().filter_map(|(at, origin)| {
        let node = platform.topology.nodes.get(*at)?;
        let vmid = node.vmid.as_ref().map_or_else(|| Data::null(unset), |vmid| Data::int(vmid.value, vmid.origin));
        let container = Data::bool(node.container, *origin);
        Some(Data::map([("name", text(&node.name)), ("vmid", vmid), ("container", container)], *origin))
    });
    let fields = [
        ("name", text(&job.name)),
        ("store", store.map_or_else(|| Data::null(unset), |store| text(&store.name))),
        ("machines", Data::list(machines.collect(), job.name.origin)),
        ("schedule", text(&job.schedule)),
        ("mode", Data::str(job.mode.value.word(), job.mode.origin)),
        ("encryption", maybe(job.encryption.as_ref(), unset)),
    ];
    Data::map(fields, job.name.origin)
}

fn test(platform: &Platform, test: &RestoreTest, unset: OriginId) -> Data {
    let job = platform.backups.jobs.get(test.job.0);
    let store = job.and_then(|job| platform.backups.stores.get(job.store.value.0));
    let node = platform.topology.nodes.get(test.machine.0);
    let vmid = node.and_then(|node| node.vmid.as_ref());
    let host = node.and_then(|node| platform.topology.hypervisors.get(node.host?.0));
    let storage = test.storage.as_ref().or_else(|| host?.storage.as_ref());
    let fields = [
        ("name", text(&test.name)),
        ("store", store.map_or_else(|| Data::null(unset), |store| text(&store.name))),
        ("machine", node.map_or_else(|| Data::null(unset), |node| text(&node.name))),
        ("source", vmid.map_or_else(|| Data::null(unset), |vmid| Data::int(vmid.value, vmid.origin))),
        ("container", Data::bool(node.is_some_and(|node| node.container), test.vmid.origin)),
        ("vmid", Data::int(test.vmid.value, test.vmid.origin)),
        ("storage", maybe(storage, unset)),
        ("host", host.map_or_else(|| Data::null(unset), |host| text(&host.name))),
        ("schedule", text(&test.schedule)),
    ];
    Data::map(fields, test.name.origin)
}
