//! How a machine, the server of backups and a hypervisor come back; databases and volumes are beside it.

use super::Writer;
use crate::diag::Diagnostic;
use crate::emit::page::code;
use crate::model::{BackupJob, Component, Hypervisor, MachineKind, Node};
use crate::source::OriginId;
use crate::spec::FlowKind;

impl Writer<'_> {
    /// Says how databases, volumes and machines come back.
    pub(super) fn restoring(&mut self, out: &mut Vec<Diagnostic>) {
        let platform = self.source.platform;
        // On a hypervisor its own commands bring a machine back.
        let saves = |one: &Component| one.machines.iter().any(|on| matches!(on.kind, MachineKind::Hypervisor(_)));
        let backups = platform.flows.iter().filter(|flow| flow.kind == FlowKind::Backup);
        let mut makers = backups.filter_map(|flow| platform.components.get(flow.from.component.0));
        let jobs = platform.backups.jobs.first().filter(|_| makers.any(saves));
        let recoverable = self.recoverable(out);
        let of_components = recoverable.first().map(|(_, steps)| steps.origin);
        let first = jobs.map(|job| job.name.origin).or(of_components).or_else(|| self.first_share());
        let Some(first) = first else { return };
        self.page.heading(2, "Restoring", first);
        if jobs.is_some() {
            self.lost_machines();
        }
        self.recover(&recoverable);
        self.lost_volumes();
    }

    fn lost_machines(&mut self) {
        self.lost_machine();
        self.encrypted();
        self.lost_server();
        self.say(
            "**The hypervisor is lost**: install Proxmox, and do the phases above from the account of Terraform on, but let Terraform make\nno machine that has a backup. Services come to the hypervisor first; with its storages back, each machine is restored as above.",
        );
        self.say(
            "Single files come out of a backup without restoring the machine: in Proxmox, choose the storage, the backup and\n*File Restore*.",
        );
    }

    fn lost_machine(&mut self) {
        let mut rows: Vec<(Vec<(String, OriginId)>, OriginId)> = Vec::new();
        let platform = self.source.platform;
        for job in &platform.backups.jobs {
            for (at, _) in &job.machines {
                let Some(node) = platform.topology.nodes.get(*at) else { continue };
                let host = node.host.and_then(|id| platform.topology.hypervisors.get(id.0));
                rows.extend(host.and_then(|host| self.commands_of(job, node, host)));
            }
        }
        self.say(
            "**A machine is lost, or has to go back**: on its hypervisor, list its backups and take one of them. `--force 1` overwrites a\nmachine that is there; its disks of now are gone then.",
        );
        for (lines, _) in rows {
            self.page.commands(lines);
        }
        self.say(
            "Afterwards `terraform plan` has to show no change: number, name and addresses are those of the backup. Run the playbook of\nservices once, so that what changed since the backup is applied.",
        );
    }

    fn commands_of(
        &mut self,
        job: &BackupJob,
        node: &Node,
        host: &Hypervisor,
    ) -> Option<(Vec<(String, OriginId)>, OriginId)> {
        let store = self.source.platform.backups.stores.get(job.store.value.0)?;
        let (vmid, storage) = (node.vmid.as_ref()?, host.storage.as_ref());
        let reads = [job.name.origin, store.name.origin, vmid.origin, node.name.origin];
        let origin = self.origins.derived("how a machine is restored", &reads);
        let (store, id) = (&store.name.value, vmid.value);
        let to = storage.map(|pool| format!(" --storage {}", pool.value)).unwrap_or_default();
        let list = format!("pvesm list pbs-{store} --vmid {id}   # {}, by {}", node.name.value, job.name.value);
        let restore = if node.container {
            format!("pct restore {id} pbs-{store}:backup/ct/{id}/TIME{to} --force 1 && pct start {id}")
        } else {
            format!("qmrestore pbs-{store}:backup/vm/{id}/TIME {id}{to} --force 1 && qm start {id}")
        };
        Some((vec![(list, origin), (restore, origin)], origin))
    }

    fn encrypted(&mut self) {
        let keys = self.source.platform.backups.jobs.iter().filter_map(|job| job.encryption.as_ref());
        let Some(first) = keys.into_iter().next().cloned() else { return };
        let text = format!(
            "Backups are encrypted: without the key in {} none of them can be read, on this hypervisor or another one. Keep a copy of it\nwhere you get at it when the secret store is lost too.",
            code(&first.value)
        );
        self.page.text(&text, first.origin);
    }

    fn lost_server(&mut self) {
        let platform = self.source.platform;
        let servers: Vec<&Component> = platform
            .backups
            .stores
            .iter()
            .filter(|store| store.share.is_some())
            .filter_map(|store| platform.components.get(store.component.0))
            .collect();
        let Some(server) = servers.first() else { return };
        let playbook = self.path("ansible/services.yml");
        let text = format!(
            "**{} is lost**: make its machine anew with Terraform and run {}. Its stores on shares still hold the backups, and are taken\nover; a store on a disk of its own is empty. Its certificate is a new one: write what the table of secrets names as issued by it into\nthe store, and run the playbook again.",
            code(&server.name.value),
            code(&playbook)
        );
        self.page.text(&text, server.name.origin);
    }
}
