//! Device classes that storage classes of manifests name.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, Kind, did_you_mean};
use crate::doc::Doc;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::spec::InstalledBy;

rule! {
    /// A storage class of a manifest names a device class that nothing makes.
    ///
    /// ## What it does
    ///
    /// Compares the parameter of the provisioner that names a device class with the device classes of `storage.classes`.
    ///
    /// ## Why it matters
    ///
    /// The provisioner knows no such class on any node. Claims wait for ever.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: StorageClass
    /// provisioner: topolvm.io
    /// parameters: { topolvm.io/device-class: ssd }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// storage:
    ///   classes:
    ///     fast: { component: topolvm, volumeGroup: topolvm-vg, deviceClass: ssd }
    /// ```
    ///
    /// ## Source
    ///
    /// TopoLVM, "StorageClass" and "LVMd".
    pub(super) static RULE =
        Kind::new("unknown-device-class", "DV1114"), Topology, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    for component in platform.components.iter().filter(|one| one.installed_by.value != InstalledBy::External) {
        let facts = &component.variant.facts;
        let named = (facts.provisioner.value(), facts.device_class_parameter.value());
        let (Some(provisioner), Some(parameter)) = named else { continue };
        let own = platform.topology.storage_classes.iter();
        let own = own.filter(|class| class.is_of(&component.name.value));
        let known: BTreeSet<&str> = own.map(|class| &*class.device_class.value).collect();
        for (at, object) in subject.objects_of("StorageClass") {
            if object.doc.at(&["provisioner"]).and_then(Doc::as_str) != Some(&*provisioner.0) {
                continue;
            }
            let Some(doc) = object.doc.at(&["parameters", &*parameter.0]) else { continue };
            let name = doc.as_str().unwrap_or("");
            let line = subject.facts.get(at).and_then(|facts| facts.line(doc.origin));
            let Some(span) = line.filter(|_| !known.contains(name)) else { continue };
            let message = format!("`{}` makes no device class `{name}`", component.name.value);
            let mut problem = RULE.at(span, message).why("no node has volumes of it, and claims wait for ever");
            problem = did_you_mean(name, known.iter().copied()).into_iter().fold(problem, Diagnostic::help);
            let about = subject.component(at).map(|component| &component.name.value);
            let problem = problem.help("declare the class under `storage.classes`, with the volume group of a disk");
            out.push(about.into_iter().fold(problem, Diagnostic::about));
        }
    }
}
