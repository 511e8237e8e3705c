//! Data without a backup.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::ComponentId;
use crate::spec::FlowKind;
use crate::yaml::{Node, NodeKind};

rule! {
    /// Something that keeps data has no backup.
    ///
    /// ## What it does
    ///
    /// Looks at components that answer `database` or `objects` flows and keep volumes, and asks for one of: an `objects` or
    /// `backup` flow from them, an object in their namespace that makes backups, or a key of `values:` that speaks of backups.
    ///
    /// ## Why it matters
    ///
    /// A volume that is lost takes the data with it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   postgresql: { library: cnpg-cluster, version: 0.8.1, databases: [app] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   postgresql:
    ///     library: cnpg-cluster
    ///     version: 0.8.1
    ///     databases: [app]
    ///     manifests: [scheduled-backup.yaml]
    /// ```
    ///
    /// ## Source
    ///
    /// Velero, Backup Reference.
    pub(super) static RULE = Kind::new("backup-missing", "DV1609"), Secrets, Off, fix: None, Check::Platform(check);
}

/// Kinds of object that make backups.
const BACKUPS: [&str; 6] =
    ["ScheduledBackup", "Schedule", "ReplicationSource", "VolumeSnapshotClass", "RecurringJob", "BackupSchedule"];

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let saved = BACKUPS.into_iter().flat_map(|kind| subject.objects_of(kind));
    let saved: BTreeSet<&str> = saved.map(|(_, object)| object.namespace.as_deref().unwrap_or("")).collect();
    let flows = subject.platform.flows.iter().filter(|flow| matches!(flow.kind, FlowKind::Objects | FlowKind::Backup));
    let sends: BTreeSet<ComponentId> = flows.map(|flow| flow.from.component).collect();
    // What backs up whole namespaces is an object without one, or one of another namespace.
    if BACKUPS
        .iter()
        .any(|kind| matches!(*kind, "Schedule" | "RecurringJob") && subject.objects_of(kind).next().is_some())
    {
        return;
    }
    for (at, component) in subject.platform.components.iter().enumerate() {
        let keeps = [FlowKind::Database, FlowKind::Objects].iter().any(|kind| component.serves.contains_key(kind));
        let volumes = component.variant.facts.needs.value().is_some_and(|needs| needs.storage.value() == Some(&true));
        let safe = sends.contains(&ComponentId(at)) || saved.contains(&*component.namespace.value);
        if !keeps || !volumes || safe || component.values.as_deref().is_some_and(speaks) {
            continue;
        }
        let Some(span) = subject.line(component.name.origin) else { continue };
        let name = &component.name.value;
        out.push(
            RULE.at(span, format!("nothing makes backups of `{name}`"))
                .why("a volume that is lost takes the data with it")
                .help("add a schedule of backups to its `manifests` or `values`")
                .about(name),
        );
    }
}

fn speaks(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Sequence(items) => items.iter().any(speaks),
        NodeKind::Mapping(map) => map
            .entries
            .iter()
            .any(|entry| entry.key.text.to_ascii_lowercase().contains("backup") || speaks(&entry.value)),
        NodeKind::Scalar { .. } => false,
    }
}
