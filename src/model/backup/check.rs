//! What would leave backups without a way to their store, or hide what lies there.

use std::collections::BTreeMap;

use super::Backups;
use crate::diag::Diagnostic;
use crate::model::component::ComponentId;
use crate::model::resolve::{Platform, Resolver};
use crate::model::{BAD_BACKUP, TAKEN_TWICE};
use crate::source::Span;
use crate::spec::FlowKind;

/// Judges the backups as a whole.
pub(super) fn check(cx: &mut Resolver<'_>, platform: &Platform, all: &Backups) {
    no_way(cx, platform, all);
    hidden(cx, platform, all);
}

/// A job names a store, and a `backup` flow gives its host the account and the address there.
fn no_way(cx: &mut Resolver<'_>, platform: &Platform, all: &Backups) {
    let mut kinds = cx.spec.flows.value().into_iter().flatten().map(|flow| flow.get().map(|flow| flow.value.kind));
    // A flow that could not be resolved has been reported, and may be the one that is missing.
    let resolved = |kind: FlowKind| platform.flows.iter().any(|flow| flow.kind == kind);
    if cx.spec.flows.is_broken()
        || kinds.any(|kind| kind.is_none_or(|kind| kind == FlowKind::Backup && !resolved(kind)))
    {
        return;
    }
    let leads =
        |to: ComponentId| platform.flows.iter().any(|flow| flow.kind == FlowKind::Backup && flow.to.component == to);
    let mut jobs = BTreeMap::<usize, Vec<Span>>::new();
    for job in &all.jobs {
        let keeper = all.stores.get(job.store.value.0).map(|store| store.component);
        let Some(keeper) = keeper.filter(|keeper| !leads(*keeper)) else { continue };
        jobs.entry(keeper.0).or_default().extend(cx.origins.written_span(job.store.origin));
    }
    for (keeper, mut spans) in jobs {
        spans.sort_unstable();
        let (Some(keeper), Some((first, others))) = (platform.components.get(keeper), spans.split_first()) else {
            continue;
        };
        let name = &keeper.name.value;
        let message = format!("nobody can write backups to this store: no `backup` flow leads to `{name}`");
        let problem = Diagnostic::error(BAD_BACKUP, *first, message)
            .why("the flow brings the address and the account; without it the storage is not made, and the job fails")
            .help(format!("add `- backup: {{ from: COMPONENT, to: {name} }}` to `flows`"));
        cx.out.push(others.iter().fold(problem, |problem, span| problem.related(*span, "nor to this one")));
    }
}

/// A disk and a share at one folder: one hides the other.
fn hidden(cx: &mut Resolver<'_>, platform: &Platform, all: &Backups) {
    for store in all.stores.iter().filter(|store| store.share.is_some()) {
        let machines = platform.components.get(store.component.0).map_or(&[][..], |keeper| &keeper.machines);
        for node in machines.iter().filter_map(|machine| platform.topology.node_of(machine)) {
            let mut mounts = node.disks.iter().filter_map(|disk| disk.mount.as_ref());
            let Some(mount) = mounts.find(|mount| mount.value == store.path.value) else { continue };
            let Some(span) = cx.origins.written_span(mount.origin) else { continue };
            let (name, folder) = (&store.name.value, &mount.value);
            let message =
                format!("`{folder}` of `{}` is where the share of store `{name}` is mounted", node.name.value);
            let place = store.share.as_ref().and_then(|share| cx.origins.written_span(share.kind.origin));
            let problem = Diagnostic::error(TAKEN_TWICE, span, message)
                .why("one hides the other: backups lie on whichever is mounted last")
                .help("mount the disk at the folder of a store without a `target`, or remove the `target`");
            cx.out.push(place.into_iter().fold(problem, |problem, span| problem.related(span, "this share")));
        }
    }
}
