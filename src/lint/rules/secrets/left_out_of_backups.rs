//! Data that is not among what is backed up.

use super::backup_missing::{Saved, keeps};
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::ComponentId;

rule! {
    /// Something that keeps data has no backup, where others of the platform have one.
    ///
    /// ## What it does
    ///
    /// Looks at components that answer `database` or `objects` flows and keep volumes, on platforms where at least one of
    /// them has a backup: a `backup` flow, or an object such as a ScheduledBackup. Each other one that has none is reported, but
    /// for the store that the backups go to. Backups of whole machines or of all namespaces count for everything.
    ///
    /// ## Why it matters
    ///
    /// Somebody decided that data is worth a backup, and this was forgotten: a volume that is lost takes it with it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// flows:
    ///   - backup: { from: shop-db, to: minio, name: shop-db }     # and nothing for users-db
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// flows:
    ///   - backup: { from: shop-db, to: minio, name: shop-db }
    ///   - backup: { from: users-db, to: minio, name: users-db }
    /// ```
    ///
    /// ## Source
    ///
    /// CloudNativePG, Backup.
    pub(super) static RULE = Kind::new("left-out-of-backups", "DV1650"), Secrets, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let saved = Saved::of(subject);
    let Some(example) = saved.example.filter(|_| !saved.all) else { return };
    for (at, component) in subject.platform.components.iter().enumerate() {
        let id = ComponentId(at);
        if !keeps(component) || saved.is_safe(id, component) || saved.stores.contains(&id) {
            continue;
        }
        let Some(span) = subject.line(component.name.origin) else { continue };
        let name = &component.name.value;
        let problem = RULE
            .at(span, format!("`{name}` has no backup, and others of the platform have one"))
            .related(example, "this is backed up")
            .why("a volume that is lost takes the data with it")
            .help(format!("add a flow: `backup: {{ from: {name}, to: <store>, name: {name} }}`"))
            .help("if its data may be lost, say so: `# dvgen: allow[left-out-of-backups] <reason>`");
        out.push(problem.about(name));
    }
}
