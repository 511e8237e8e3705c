//! What two environments use of one host, share or store.

use crate::diag::Kind;
use crate::lint::rule::{Check, rule};

rule! {
    /// Two environments use one thing that only one of them can have.
    ///
    /// ## What it does
    ///
    /// Compares what environments use outside of machines of their own: components on a hypervisor, shares of `backups`, backup
    /// jobs of one Proxmox, the numbers of restore tests, the secrets of one project of a cloud, those of one vault or mount that
    /// a component issues or is known by, the buckets and databases of what
    /// others run, the hosts of `expose` in whatever cluster, and names in the DNS that mean something else in each, such as
    /// those of nodes and of the API. A bucket or database that says `shared: true` in both is meant.
    ///
    /// ## Why it matters
    ///
    /// Each environment has its own configuration, secrets and retention. What is applied last wins on a hypervisor, one prunes
    /// the backups of the other, a restore test destroys the machine of the other one, and two Lokis in one bucket delete each
    /// other's chunks. A host leads to one of the two, and whoever means the other one signs in at this.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// backups:
    ///   stores: { main: { component: pbs, target: { kind: nfs, server: 192.168.40.20, export: /volume1/pbs } } }
    /// environments:
    ///   staging: { nodes: { monitoring: { vmid: 211 } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// environments:
    ///   staging:
    ///     nodes: { monitoring: { vmid: 211 } }
    ///     backups: { stores: { main: { target: { export: /volume1/pbs-staging } } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Proxmox Backup Server, Storage: a datastore belongs to one server; Loki, Storage: one bucket for each cluster.
    pub(super) static RULE =
        Kind::new("shared-between-environments", "DV1170"), Topology, Error, fix: None, Check::Raised;
}
