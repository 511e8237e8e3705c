//! Archives of databases that are to lie in a directory.

use crate::diag::{Diagnostic, Kind};
use crate::doc::Doc;
use crate::lint::facts::Place;
use crate::lint::rule::{Check, rule};

rule! {
    /// The write-ahead log of PostgreSQL is to be archived in a directory.
    ///
    /// ## What it does
    ///
    /// Looks at `destinationPath` of object stores of Barman and of clusters of CloudNativePG, in values and in manifests. A
    /// `backup` flow to something that is no object store is reported as `flow-not-served`.
    ///
    /// ## Why it matters
    ///
    /// Barman Cloud speaks the interface of object stores. With the path of a share it fails at each segment, the log stays on the
    /// volume of the database until that is full, and there is nothing to recover from.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// values:
    ///   backups: { enabled: true, destinationPath: /mnt/nas/wal }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   minio: { version: 5.4.0, storage: { class: nfs, size: 200Gi } }
    /// flows:
    ///   - backup: { from: postgresql, to: minio, name: postgresql }
    /// ```
    ///
    /// ## Source
    ///
    /// CloudNativePG, Barman Cloud plugin, object stores.
    pub(super) static RULE = Kind::new("archive-not-object-store", "DV1610"), Secrets, Error, fix: None, Check::Map(check);
}

/// How addresses of object stores begin (barman-cloud-wal-archive(1)).
const STORES: [&str; 4] = ["s3://", "gs://", "https://", "azure://"];

fn check(place: &Place<'_>, out: &mut Vec<Diagnostic>) {
    let Some(path) = place.map.get("destinationPath") else { return };
    let Some(text) = path.as_str().filter(|text| !text.is_empty()) else { return };
    let directory = text.starts_with(['/', '.']) || text.starts_with("file://") || text.starts_with("nfs://");
    if !directory || STORES.iter().any(|store| text.starts_with(store)) || !is_archive(place) {
        return;
    }
    let Some(problem) = place.finding(&RULE, path.origin, format!("`{text}` is no object store")) else { return };
    out.push(
        problem
            .why("Barman archives the write-ahead log by the interface of object stores, and writes to no directory")
            .help("run an object store whose volume is on the share: `minio: { storage: { class: <that class>, size: … } }`")
            .help("then say `backup: { from: <the cluster>, to: minio, name: <a bucket> }`, and remove this path"),
    );
}

/// Returns whether the map says where an archive is, and is not something of another kind with such a key.
fn is_archive(place: &Place<'_>) -> bool {
    let within = ["backups", "barmanObjectStore", "configuration", "recovery", "objectStore"];
    let named = place.keys.last().is_some_and(|key| within.contains(key));
    named || place.map.get("endpointURL").and_then(Doc::as_str).is_some()
}
