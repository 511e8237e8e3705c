//! Backups of machines as written: where they are kept, which are made when, and how it is tried that they can be restored.

use std::sync::Arc;

use super::platform::SecretRef;
use super::scalars::{Calendar, MachinePath, SimpleName, Word};
use crate::yaml::Names;
use crate::yaml::decode::OneOrMany;
use crate::{choice, record};

record! {
    /// Backups of whole machines.
    pub struct Backups as "the backups" {
        /// Where backups are kept.
        stores: Names<BackupStore> = "stores",
        /// Which machines are backed up, and when.
        jobs: Names<BackupJob> = "jobs",
        /// Restores that are tried, so that a backup is known to be one.
        restore_tests: Names<RestoreTest> = "restoreTests",
    }
}

choice! {
    /// How a folder comes from another machine.
    pub enum ShareKind as "a kind of share" {
        /// NFS.
        Nfs = "nfs",
        /// SMB, that is CIFS.
        Smb = "smb",
    }
}

record! {
    /// A share of another machine.
    pub struct Share as "a share" {
        /// Its protocol.
        kind: ShareKind = "kind" required,
        /// Host name or address of the machine.
        server: SimpleName = "server" required,
        /// What it shares: a path for NFS, a name for SMB.
        export: Word = "export" required,
        /// The account for SMB: an item with the keys `username` and `password`.
        secret: SecretRef = "secret",
        /// Options of the mount, besides those that the store needs.
        options: Vec<crate::yaml::Field<Word>> = "options",
    }
}

record! {
    /// How many backups of a machine are kept.
    pub struct Retention as "a retention" {
        /// The last ones.
        last: u16 = "last",
        /// One an hour, for so many hours.
        hourly: u16 = "hourly",
        /// One a day, for so many days.
        daily: u16 = "daily",
        /// One a week, for so many weeks.
        weekly: u16 = "weekly",
        /// One a month, for so many months.
        monthly: u16 = "monthly",
        /// One a year, for so many years.
        yearly: u16 = "yearly",
    }
}

record! {
    /// A place where backups are kept.
    pub struct BackupStore as "a store of backups" {
        /// The component that keeps it, such as Proxmox Backup Server.
        component: Arc<str> = "component" required,
        /// The folder; `/mnt/datastore/<name>` unless written.
        path: MachinePath = "path",
        /// What is mounted there; without it the folder is on a disk of the machine.
        target: Share = "target",
        /// What is kept.
        retention: Retention = "retention",
        /// When what is not kept is pruned; `daily` unless written.
        prune: Calendar = "prune",
        /// When space that nothing uses any more is freed; `daily` unless written.
        collect: Calendar = "collect",
        /// When backups are read and compared with their checksums; `weekly` unless written.
        verify: Calendar = "verify",
        /// After how many days a backup is verified again; 30 unless written.
        verify_again: u16 = "verifyAgain",
    }
}

choice! {
    /// What happens to a machine while it is backed up.
    pub enum BackupMode as "a mode of backups" {
        /// It runs on.
        Snapshot = "snapshot",
        /// It stands still for a while.
        Suspend = "suspend",
        /// It is shut down first.
        Stop = "stop",
    }
}

record! {
    /// Backups that are made again and again.
    pub struct BackupJob as "a backup job" {
        /// The store.
        store: Arc<str> = "store" required,
        /// The machines: nodes that run on a hypervisor.
        machines: OneOrMany<Arc<str>> = "machines" required,
        /// When.
        schedule: Calendar = "schedule" required,
        /// What happens to the machines meanwhile; `snapshot` unless written.
        mode: BackupMode = "mode",
        /// The key by which backups are encrypted before they leave the hypervisor: an item with the key `key`.
        encryption: SecretRef = "encryption",
    }
}

record! {
    /// A restore that is tried.
    pub struct RestoreTest as "a restore test" {
        /// The job whose newest backup is restored.
        job: Arc<str> = "job" required,
        /// The machine that is restored.
        machine: Arc<str> = "machine" required,
        /// When.
        schedule: Calendar = "schedule" required,
        /// The number that the restored machine has; it is destroyed afterwards.
        vmid: u32 = "vmid" required,
        /// The storage pool that it is restored to; the hypervisor's own unless written.
        storage: SimpleName = "storage",
    }
}
