//! Files of databases on shares of other machines.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{Demand, StorageClass};

rule! {
    /// A database keeps its files on a share of another machine.
    ///
    /// ## What it does
    ///
    /// Looks at volumes of components, and of their parts, whose facts say that their files want a disk of the node
    /// (`needs.localDisk`), and reports those of a storage class with a `server`.
    ///
    /// ## Why it matters
    ///
    /// A database trusts in what it has written being there, and in nobody else writing. A share promises less of both, and a
    /// network that stalls at the wrong moment leaves files that cannot be repaired. What is archived may lie on a share.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// storage:
    ///   classes: { share: { component: csi-driver-nfs, server: nas, share: /volume1/kubernetes } }
    /// components:
    ///   photos-db: { library: cnpg-cluster, storage: { class: share, size: 10Gi } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// storage:
    ///   classes: { local: { component: local-path-provisioner } }
    /// components:
    ///   photos-db: { library: cnpg-cluster, storage: { class: local, size: 10Gi } }
    /// ```
    ///
    /// ## Source
    ///
    /// Prometheus, Storage; PostgreSQL, Creating a Database Cluster; MySQL, Using MySQL with network file systems.
    pub(super) static RULE = Kind::new("database-on-share", "DV1124"), Topology, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for demand in &subject.platform.demands {
        let Some(class) = demand.class.as_ref() else { continue };
        let known = subject.platform.topology.storage_classes.iter();
        let mut shares = known.filter(|known| known.name.value == class.value && known.server.is_some());
        out.extend(shares.next().and_then(|share| finding(subject, demand, share)));
    }
}

fn finding(subject: &Subject<'_>, demand: &Demand, share: &StorageClass) -> Option<Diagnostic> {
    let component = subject.platform.components.get(demand.component.0)?;
    let wish = component.variant.facts.needs.value()?.local_disk.value()?;
    let part = demand.part.and_then(|id| component.part(id));
    let parts = wish.parts.value().into_iter().flatten().filter_map(|name| name.value());
    let parts: Vec<&str> = parts.map(|name| &**name).collect();
    if !parts.is_empty() && !part.is_some_and(|part| parts.contains(&&*part.name)) {
        return None;
    }
    let written = subject.line(demand.class.as_ref()?.origin);
    let here = written.or_else(|| subject.line(component.name.origin))?;
    let (name, class) = (&component.name.value, &share.name.value);
    let who = part.map_or_else(|| format!("`{name}`"), |part| format!("`{}` of `{name}`", part.name));
    let problem = RULE.at(here, format!("{who} keeps its files on a share, by storage class `{class}`"));
    let problem = wish.why.value().into_iter().fold(problem, |problem, why| problem.why(why.to_string()));
    let server = share.server.as_ref().and_then(|server| subject.line(server.origin)).filter(|there| *there != here);
    let problem =
        server.into_iter().fold(problem, |problem, there| problem.related(there, "where the class keeps them"));
    let disks = subject.platform.topology.storage_classes.iter().filter(|other| other.server.is_none());
    let disks: Vec<String> = disks.map(|other| format!("`{}`", other.name.value)).collect();
    let help = if disks.is_empty() {
        "give it a storage class of disks of the nodes; what is archived may lie on a share".to_owned()
    } else {
        format!("take {}; what is archived may lie on a share", disks.join(" or "))
    };
    Some(problem.help(help).about(name))
}
