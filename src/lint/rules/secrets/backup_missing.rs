//! Data without a backup.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, Kind};
use crate::lint::facts::ObjectFact;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{Component, ComponentId};
use crate::source::Span;
use crate::spec::FlowKind;
use crate::yaml::{Node, NodeKind};

rule! {
    /// Something that keeps data has no backup.
    ///
    /// ## What it does
    ///
    /// Looks at components that answer `database` or `objects` flows and keep volumes, and asks for one of: an `objects` or
    /// `backup` flow from them, an object in their namespace that makes backups, or a key of `values:` that speaks of backups.
    /// Where some of them have a backup, `left-out-of-backups` reports the others, and this rule nothing. The pack `recommended`
    /// turns it on; elsewhere it is off, as backups that are made from outside are not seen.
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

/// What has a backup.
pub(super) struct Saved<'a> {
    /// Components that send their data to a store.
    sends: BTreeSet<ComponentId>,
    /// Namespaces with an object that makes backups of what lies in them.
    namespaces: BTreeSet<&'a str>,
    /// The database clusters that are backed up, by namespace and name.
    clusters: BTreeSet<(&'a str, &'a str)>,
    /// Whether whole machines or all namespaces are backed up.
    pub(super) all: bool,
    /// The stores that backups go to.
    pub(super) stores: BTreeSet<ComponentId>,
    /// The line of a backup.
    pub(super) example: Option<Span>,
}

impl<'a> Saved<'a> {
    pub(super) fn of(subject: &Subject<'a>) -> Self {
        let platform = subject.platform;
        let objects: Vec<_> = BACKUPS.into_iter().flat_map(|kind| subject.objects_of(kind)).collect();
        let cluster = |object: &'a ObjectFact| {
            let name = object.doc.at(&["spec", "cluster", "name"])?.as_str()?;
            Some((object.namespace.as_deref()?, name))
        };
        let named = objects.iter().filter(|(_, object)| &*object.kind == "ScheduledBackup");
        let clusters = named.filter_map(|(_, object)| cluster(object)).collect();
        let others =
            objects.iter().filter(|(_, object)| &*object.kind != "ScheduledBackup" || cluster(object).is_none());
        let namespaces = others.map(|(_, object)| object.namespace.as_deref().unwrap_or("")).collect();
        // What backs up whole namespaces is an object without one, or one of another namespace.
        let whole = objects.iter().any(|(_, object)| matches!(&*object.kind, "Schedule" | "RecurringJob"));
        let flows = || platform.flows.iter().filter(|flow| matches!(flow.kind, FlowKind::Objects | FlowKind::Backup));
        let backups = || platform.flows.iter().filter(|flow| flow.kind == FlowKind::Backup);
        let by_flow = backups().find_map(|flow| flow.span);
        let by_object = || {
            let (at, object) = objects.iter().find(|(_, object)| &*object.kind == "ScheduledBackup")?;
            subject.facts.get(*at)?.line_at(object, &[&["kind"]])
        };
        Self {
            sends: flows().map(|flow| flow.from.component).collect(),
            namespaces,
            clusters,
            all: whole || !platform.backups.jobs.is_empty(),
            stores: backups().map(|flow| flow.to.component).collect(),
            example: by_flow.or_else(by_object),
        }
    }

    /// Returns whether the data of a component lies in a second place.
    pub(super) fn is_safe(&self, id: ComponentId, component: &Component) -> bool {
        self.sends.contains(&id)
            || self.namespaces.contains(&*component.namespace.value)
            || self.clusters.iter().any(|(namespace, cluster)| {
                *namespace == &*component.namespace.value && cluster.starts_with(&*component.fullname.value)
            })
            || component.values.as_deref().is_some_and(speaks)
    }
}

/// Returns whether a component keeps the data of others on volumes.
pub(super) fn keeps(component: &Component) -> bool {
    let keeps = [FlowKind::Database, FlowKind::Objects].iter().any(|kind| component.serves.contains_key(kind));
    let needs = component.variant.facts.needs.value();
    keeps && component.is_installed() && needs.is_some_and(|needs| needs.storage.value() == Some(&true))
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let saved = Saved::of(subject);
    // Where some have a backup, `left-out-of-backups` says which have none.
    if saved.all || saved.example.is_some() {
        return;
    }
    for (at, component) in subject.platform.components.iter().enumerate() {
        if !keeps(component) || saved.is_safe(ComponentId(at), component) {
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
