//! Backups of machines as meant: stores, jobs and restore tests, with the names in them resolved.

mod check;

use std::sync::Arc;

use super::component::ComponentId;
use super::resolve::{Platform, Resolver};
use super::{BAD_BACKUP, TAKEN_TWICE, Text, Traced, UNKNOWN_COMPONENT};
use crate::diag::Diagnostic;
use crate::source::{OriginId, Span, Spanned};
use crate::spec::{self, BackupMode, ShareKind};
use crate::yaml::{Decoder, Field, Names};

/// Index of a store in [`Backups::stores`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreId(pub usize);

/// Index of a job in [`Backups::jobs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobId(pub usize);

/// Index of a node in [`super::Topology::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeId(pub usize);

/// The backups of machines, each by name.
#[derive(Clone, Debug, Default)]
pub struct Backups {
    /// Where backups are kept.
    pub stores: Vec<BackupStore>,
    /// Which are made when.
    pub jobs: Vec<BackupJob>,
    /// Restores that are tried.
    pub tests: Vec<RestoreTest>,
}

/// A share of another machine.
#[derive(Clone, Debug)]
pub struct BackupShare {
    /// Its protocol.
    pub kind: Traced<ShareKind>,
    /// The machine.
    pub server: Text,
    /// What it shares.
    pub export: Text,
    /// The item with the account.
    pub secret: Option<Text>,
    /// Options of the mount.
    pub options: Vec<Text>,
}

/// Where backups are kept.
#[derive(Clone, Debug)]
pub struct BackupStore {
    /// Its name.
    pub name: Text,
    /// The component that keeps it.
    pub component: ComponentId,
    /// The folder.
    pub path: Text,
    /// What is mounted there.
    pub share: Option<BackupShare>,
    /// What is kept: the words of Proxmox without `keep-`, and how many.
    pub retention: Vec<(&'static str, Traced<u16>)>,
    /// When it is pruned.
    pub prune: Text,
    /// When unused space is freed.
    pub collect: Text,
    /// When backups are verified.
    pub verify: Text,
    /// After how many days again.
    pub verify_again: Traced<u16>,
}

/// Backups that are made again and again.
#[derive(Clone, Debug)]
pub struct BackupJob {
    /// Its name.
    pub name: Text,
    /// The store.
    pub store: Traced<StoreId>,
    /// The machines, and where the spec names each.
    pub machines: Vec<(usize, OriginId)>,
    /// When.
    pub schedule: Text,
    /// What happens to the machines meanwhile.
    pub mode: Traced<BackupMode>,
    /// The item with the key.
    pub encryption: Option<Text>,
}

/// A restore that is tried.
#[derive(Clone, Debug)]
pub struct RestoreTest {
    /// Its name.
    pub name: Text,
    /// The job.
    pub job: JobId,
    /// The machine.
    pub machine: NodeId,
    /// When.
    pub schedule: Text,
    /// The number of the restored machine.
    pub vmid: Traced<u32>,
    /// The storage pool that it is restored to.
    pub storage: Option<Text>,
}

/// Resolves the backups once components are there.
pub(super) fn resolve(cx: &mut Resolver<'_>, platform: &Platform) -> Backups {
    let mut all = Backups::default();
    let Some(written) = cx.spec.backups.value() else { return all };
    for (name, named) in written.stores.value().into_iter().flatten() {
        let Some(store) = &named.value else { continue };
        all.stores.extend(self::store(cx, platform, name, named.key, &store.value));
    }
    for (name, named) in written.jobs.value().into_iter().flatten() {
        let Some(job) = &named.value else { continue };
        all.jobs.extend(self::job(cx, platform, &all.stores, (name, named.key), &job.value));
    }
    for (name, named) in written.restore_tests.value().into_iter().flatten() {
        let Some(test) = &named.value else { continue };
        all.tests.extend(self::test(cx, platform, &all.jobs, (name, named.key), &test.value));
    }
    numbers(cx, &all.tests);
    check::check(cx, platform, &all);
    all
}

/// Two tests of one number destroy what the other one restores.
fn numbers(cx: &mut Resolver<'_>, tests: &[RestoreTest]) {
    for (at, test) in tests.iter().enumerate() {
        let Some(span) = cx.origins.written_span(test.vmid.origin) else { continue };
        if test.vmid.value < 100 {
            let message = format!("{} is no number of a virtual machine", test.vmid.value);
            let problem = Diagnostic::error(BAD_BACKUP, span, message).why("Proxmox begins at 100");
            cx.out.push(problem.help("give the test a number from 100 on that nothing has"));
        }
        let Some(first) = tests.iter().take(at).find(|known| known.vmid.value == test.vmid.value) else { continue };
        let (one, two) = (&first.name.value, &test.name.value);
        let message = format!("restore tests `{one}` and `{two}` both use virtual machine {}", test.vmid.value);
        let problem = Diagnostic::error(TAKEN_TWICE, span, message)
            .why("one would destroy what the other one is restoring")
            .help("give each test a number of its own");
        let place = cx.origins.written_span(first.vmid.origin);
        cx.out.push(place.into_iter().fold(problem, |problem, place| problem.related(place, "the other one")));
    }
}

fn store(
    cx: &mut Resolver<'_>,
    platform: &Platform,
    name: &Arc<str>,
    key: Span,
    written: &spec::BackupStore,
) -> Option<BackupStore> {
    let name = cx.name("store of backups", name, key);
    let component = written.component.get()?;
    let found = platform.components.iter().position(|known| known.name.value == component.value);
    if found.is_none() && !cx.is_declared(super::resolve::Section::Components, &component.value) {
        let known = platform.components.iter().map(|known| &*known.name.value);
        cx.unknown_name(UNKNOWN_COMPONENT, component.span, "component", &component.value, known);
    }
    let component = ComponentId(found?);
    let path = cx.word(&written.path, "folder").unwrap_or_else(|| {
        let origin = cx.origins.derived("the name of the store", &[name.origin]);
        Traced::new(format!("/mnt/datastore/{}", name.value).into(), origin)
    });
    let share = written.target.value().and_then(|share| self::share(cx, share));
    let retention = written.retention.value().map(|keep| {
        let words = [
            ("last", &keep.last),
            ("hourly", &keep.hourly),
            ("daily", &keep.daily),
            ("weekly", &keep.weekly),
            ("monthly", &keep.monthly),
            ("yearly", &keep.yearly),
        ];
        let given = words.into_iter().filter_map(|(word, count)| Some((word, count.get()?)));
        given.map(|(word, count)| (word, cx.traced("retention", count.value, count.span))).collect()
    });
    Some(BackupStore {
        component,
        path,
        share,
        retention: retention.unwrap_or_default(),
        prune: calendar(cx, &written.prune, "daily", key),
        collect: calendar(cx, &written.collect, "daily", key),
        verify: calendar(cx, &written.verify, "weekly", key),
        verify_again: cx.given_or(&written.verify_again, "verification", 30, "backups are verified every 30 days", key),
        name,
    })
}

fn calendar(cx: &mut Resolver<'_>, field: &Field<spec::scalars::Calendar>, usual: &'static str, key: Span) -> Text {
    cx.word(field, "schedule")
        .unwrap_or_else(|| Traced::new(usual.into(), cx.origins.defaulted("the usual schedule", Some(key))))
}

fn share(cx: &mut Resolver<'_>, written: &spec::Share) -> Option<BackupShare> {
    let kind = written.kind.get()?;
    let secret = written.secret.value().map(|secret| cx.traced("secret", secret.item.clone(), secret.span));
    if kind.value == ShareKind::Smb && matches!(written.secret, Field::Absent) {
        let problem = Diagnostic::error(super::INCOMPLETE, kind.span, "a share by SMB needs an account");
        cx.out
            .push(problem.help("name an item with the keys `username` and `password`: `secret: { secret: nas/smb }`"));
    }
    wrong_export(cx, kind.value, written);
    let options = written.options.value().into_iter().flatten().filter_map(|option| cx.word(option, "option"));
    let options = options.collect();
    let (server, export) = (cx.word(&written.server, "server")?, cx.word(&written.export, "share")?);
    Some(BackupShare { kind: cx.traced("share", kind.value, kind.span), server, export, secret, options })
}

/// A server shares a folder by NFS and a name by SMB; one in the place of the other cannot be mounted.
fn wrong_export(cx: &mut Resolver<'_>, kind: ShareKind, written: &spec::Share) {
    let Some(export) = written.export.get() else { return };
    let (wrong, help) = match kind {
        ShareKind::Nfs => {
            (!export.value.0.starts_with('/'), "write the path of the folder on the server, from its root")
        }
        ShareKind::Smb => {
            (export.value.0.starts_with(['/', '\\']), "write the name of the share, without a `/` before it")
        }
    };
    if wrong {
        let message = format!("`{}` is not what a server shares by {}", export.value.0, kind.word().to_uppercase());
        let problem = Diagnostic::error(BAD_BACKUP, export.span, message).why("it could not be mounted");
        cx.out.push(problem.help(help));
    }
}

fn job(
    cx: &mut Resolver<'_>,
    platform: &Platform,
    stores: &[BackupStore],
    (name, key): (&Arc<str>, Span),
    written: &spec::BackupJob,
) -> Option<BackupJob> {
    let named = written.store.get()?;
    let store = known(cx, named, "store of backups", stores.iter().map(|store| &store.name), |spec| &spec.stores)?;
    let listed = written.machines.value().map_or(&[][..], |names| names.0.as_slice());
    let machines =
        listed.iter().filter_map(|name| Some((machine(cx, platform, name)?, cx.origins.written("machine", name.span))));
    // The list is a set: what is made of it stands in the order of the nodes.
    let mut machines: Vec<(usize, OriginId)> = machines.collect();
    machines.sort_by_key(|(at, _)| *at);
    let schedule = written.schedule.get()?;
    Some(BackupJob {
        name: cx.name("backup job", name, key),
        store: cx.traced("store", StoreId(store), named.span),
        machines,
        schedule: cx.traced("schedule", schedule.value.0.clone(), schedule.span),
        mode: cx.given_or(&written.mode, "mode", BackupMode::Snapshot, "the machine runs on", key),
        encryption: written.encryption.value().map(|secret| cx.traced("secret", secret.item.clone(), secret.span)),
    })
}

fn test(
    cx: &mut Resolver<'_>,
    platform: &Platform,
    jobs: &[BackupJob],
    (name, key): (&Arc<str>, Span),
    written: &spec::RestoreTest,
) -> Option<RestoreTest> {
    let at = known(cx, written.job.get()?, "backup job", jobs.iter().map(|job| &job.name), |spec| &spec.jobs)?;
    let named = written.machine.get()?;
    let machine = machine(cx, platform, named)?;
    let job = jobs.get(at)?;
    // A machine of the job that nobody knows, which has been reported, may be the one that is meant.
    let listed = cx.spec.backups.value().and_then(|all| all.jobs.value()?.get(&job.name.value)?.value.as_ref());
    let listed = listed.and_then(|written| written.value.machines.value()).map_or(0, |names| names.0.len());
    if listed == job.machines.len() && job.machines.iter().all(|(known, _)| *known != machine) {
        let message = format!("`{}` is in no backup of `{}`", named.value, job.name.value);
        let problem = Diagnostic::error(BAD_BACKUP, named.span, message).why("there would be nothing to restore");
        let place = cx.origins.written_span(job.name.origin);
        let problem = problem.help("name a machine of that job, or add this one to it");
        cx.out.push(place.into_iter().fold(problem, |problem, span| problem.related(span, "the job")));
    }
    let (schedule, vmid) = (written.schedule.get()?, written.vmid.get()?);
    taken(cx, platform, vmid);
    Some(RestoreTest {
        name: cx.name("restore test", name, key),
        job: JobId(at),
        machine: NodeId(machine),
        schedule: cx.traced("schedule", schedule.value.0.clone(), schedule.span),
        vmid: cx.traced("restore test", vmid.value, vmid.span),
        storage: cx.word(&written.storage, "storage pool"),
    })
}

/// A restore under the number of a machine would overwrite it.
fn taken(cx: &mut Resolver<'_>, platform: &Platform, vmid: &Spanned<u32>) {
    let topology = &platform.topology;
    let nodes = topology.nodes.iter().filter_map(|node| Some((node.vmid.as_ref()?, &node.name)));
    let templates = topology.hypervisors.iter().filter_map(|host| host.template.as_ref());
    let mut all = nodes.chain(templates.map(|(name, id)| (id, name)));
    let Some((id, name)) = all.find(|(id, _)| id.value == vmid.value) else { return };
    let message = format!("virtual machine {} is `{}`", vmid.value, name.value);
    let problem = Diagnostic::error(TAKEN_TWICE, vmid.span, message)
        .why("the restore would overwrite it, and the test would destroy it afterwards")
        .help("give the test a number that nothing has");
    let place = cx.origins.written_span(id.origin);
    cx.out.push(place.into_iter().fold(problem, |problem, span| problem.related(span, "it has the number already")));
}

fn machine(cx: &mut Resolver<'_>, platform: &Platform, named: &Spanned<Arc<str>>) -> Option<usize> {
    let topology = &platform.topology;
    let Some(at) = topology.nodes.iter().position(|node| node.name.value == named.value) else {
        let declared =
            cx.spec.nodes.is_broken() || cx.spec.nodes.value().is_some_and(|nodes| nodes.contains_key(&named.value));
        if !declared {
            let known = cx.spec.nodes.value().into_iter().flat_map(Names::keys).map(|name| &**name);
            cx.unknown_name(super::UNKNOWN_MACHINE, named.span, "node", &named.value, known);
        }
        return None;
    };
    let node = topology.nodes.get(at)?;
    if node.host.is_none() || node.vmid.is_none() {
        let message = format!("`{}` is no virtual machine of a hypervisor here", named.value);
        let problem = Diagnostic::error(BAD_BACKUP, named.span, message)
            .why("a hypervisor backs up the machines that run on it, by their numbers");
        cx.out.push(problem.help("give the node a `host` and a `vmid`, or leave it out"));
        return None;
    }
    Some(at)
}

fn known<'n, T>(
    cx: &mut Resolver<'_>,
    name: &Spanned<Arc<str>>,
    what: &str,
    all: impl Iterator<Item = &'n Text>,
    section: fn(&spec::Backups) -> &Field<Names<T>>,
) -> Option<usize> {
    let names: Vec<&Text> = all.collect();
    let found = names.iter().position(|known| known.value == name.value);
    let written = cx.spec.backups.value().map(section);
    let declared =
        written.is_some_and(|all| all.is_broken() || all.value().is_some_and(|all| all.contains_key(&name.value)));
    if found.is_none() && !declared {
        let names = names.iter().map(|known| &*known.value);
        let problem = Decoder::unknown_among(&mut cx.spelling, BAD_BACKUP, name.span, what, &name.value, names);
        cx.out.push(problem);
    }
    found
}
