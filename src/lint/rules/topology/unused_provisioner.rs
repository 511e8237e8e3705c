//! Components that make volumes, and no class that asks them to.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{Component, StorageClass};
use crate::spec::InstalledBy;

rule! {
    /// A component makes volumes, and no storage class asks it for one.
    ///
    /// ## What it does
    ///
    /// Compares the components whose facts name a `provisioner` with `storage.classes`, where a component wants volumes and names
    /// no class.
    ///
    /// ## Why it matters
    ///
    /// Without a class no claim gets a volume, and some provisioners do not start: TopoLVM's daemon wants at least one device
    /// class, and those come from the storage classes.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components: { topolvm: { version: 17.1.0 }, tempo: { version: 2.2.4, storage: { size: 20Gi } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// storage: { classes: { fast: { component: topolvm, volumeGroup: nvme, default: true } } }
    /// components: { topolvm: { version: 17.1.0 }, tempo: { version: 2.2.4, storage: { size: 20Gi } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, "Storage Classes"; TopoLVM, lvmd, device classes.
    pub(super) static RULE = Kind::new("unused-provisioner", "DV1132"), Topology, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    let mut wanting = platform.components.iter().filter(|one| wants(one));
    let (Some(first), more, true) = (wanting.next(), wanting.count(), platform.complete) else { return };
    for component in platform.components.iter().filter(|one| provides(one)) {
        let name = &component.name.value;
        let asks = |class: &StorageClass| class.component.as_ref().is_some_and(|of| of.value == *name);
        let asked = platform.topology.storage_classes.iter().any(asks);
        let Some(here) = subject.line(component.name.origin).filter(|_| !asked) else { continue };
        let wanted = match more {
            0 => "this wants volumes".to_owned(),
            _ => format!("this and {more} more want volumes"),
        };
        let found = RULE
            .at(here, format!("no storage class asks `{name}` for volumes"))
            .why("claims wait for a class in vain, and the provisioner may not even start without one")
            .help(format!(
                "add `storage: {{ classes: {{ NAME: {{ component: {name}, … }} }} }}`, or remove the component"
            ))
            .about(name);
        let line = subject.line(first.name.origin);
        out.push(line.into_iter().fold(found, |found, line| found.related(line, wanted.clone())));
    }
}

/// A component that somebody else installs has classes of somebody else's.
fn provides(component: &Component) -> bool {
    component.installed_by.value != InstalledBy::External && component.variant.facts.provisioner.get().is_some()
}

/// Whether it makes claims, and names no class for them.
fn wants(component: &Component) -> bool {
    let needs = component.variant.facts.needs.value().and_then(|needs| needs.storage.value()) == Some(&true);
    !component.on_machines && component.storage.0.is_none() && (needs || component.storage.1.is_some())
}
