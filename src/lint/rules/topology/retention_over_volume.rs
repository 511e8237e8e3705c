//! Limits of data that are larger than the volume.

use crate::diag::{Diagnostic, Kind};
use crate::lint::facts::Place;
use crate::lint::rule::{Check, rule};
use crate::spec::scalars::Quantity;

rule! {
    /// Prometheus may keep more data than its volume has room for.
    ///
    /// ## What it does
    ///
    /// Compares `retentionSize` with the volume beside it (`storageSpec` or `storage`), in Helm values and in objects of the
    /// operator.
    ///
    /// ## Why it matters
    ///
    /// The limit is there so that old data goes before the disk is full. With one that is never reached the disk fills up, and
    /// Prometheus stops.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kube-prometheus-stack:
    ///   parts: { prometheus: { storage: { size: 40Gi } } }
    ///   values: { prometheus: { prometheusSpec: { retentionSize: 50GB } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kube-prometheus-stack:
    ///   parts: { prometheus: { storage: { size: 40Gi } } }
    ///   values: { prometheus: { prometheusSpec: { retentionSize: 34GB } } }   # 80 to 85 of a hundred
    /// ```
    ///
    /// ## Source
    ///
    /// Prometheus, Storage: right-sizing retention size.
    pub(super) static RULE =
        Kind::new("retention-over-volume", "DV1122"), Topology, Warn, fix: None, Check::Map(|key| key == "retentionSize", check);
}

/// Where the size of the volume is, below the map of the limit.
const SIZE: [&str; 5] = ["volumeClaimTemplate", "spec", "resources", "requests", "storage"];

fn check(place: &Place<'_>, out: &mut Vec<Diagnostic>) {
    let Some(limit) = place.map.get("retentionSize") else { return };
    let volume = ["storageSpec", "storage"].iter().find_map(|key| place.map.get(key)?.at(&SIZE));
    let Some((volume, room)) =
        volume.and_then(|volume| Some((volume, Quantity::parse(&volume.as_str()?.into())?.bytes)))
    else {
        return;
    };
    let Some(most) = limit.as_str().and_then(bytes).filter(|most| *most >= room) else { return };
    let (shown, size) = (limit.as_str().unwrap_or_default(), volume.as_str().unwrap_or_default());
    let message = if most == room {
        format!("`retentionSize` is {shown}, all that the volume has")
    } else {
        format!("`retentionSize` is {shown}, and the volume has {size}")
    };
    let problem = place.finding(&RULE, limit.origin, message);
    let there = place.document.origins.written_span(volume.origin);
    out.extend(problem.map(|problem| {
        let problem = problem
            .why("old data would never go, the disk would fill up, and Prometheus would stop")
            .help("write 80 to 85 of a hundred of the volume: the log of what comes in is on it too");
        there.into_iter().fold(problem, |problem, there| problem.related(there, "the volume"))
    }));
}

/// Reads a size as Prometheus writes it: its units are powers of 1024 (prometheus.io, `storage.tsdb.retention.size`).
fn bytes(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(digits)?;
    let power = ["B", "KB", "MB", "GB", "TB", "PB", "EB"]
        .iter()
        .position(|known| known.trim_end_matches('B') == unit.trim_end_matches(['B', 'i']))?;
    number.parse::<u64>().ok()?.checked_mul(1024_u64.checked_pow(u32::try_from(power).ok()?)?)
}
