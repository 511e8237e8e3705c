//! How long data are kept.

use std::sync::Arc;

use super::amount::{self, Amount};
use super::each::each_left;
use super::{Case, Finding, Level, RiskRule, inside};
use crate::diff::report::{Change, ChangeKind, FileChange};
use crate::emit::TargetName;
use crate::model::Traced;
use crate::spec::scalars::Duration;

/// Data are kept for less time.
pub(super) static RULE: RiskRule = RiskRule {
    name: "retention-shortened",
    code: "DV2034",
    summary: "Data are kept for less time, or in less room.",
    documentation: "\
## What it does
Reports a shorter retention of a part of a component, such as Prometheus, and of anything that a value, a manifest, a configuration or an
argument calls retention: of metrics, logs, traces, profiles, buckets and backups. So it does where old data were kept for ever, and
where their removal is switched on.

## Why it matters
What is older than the new retention is deleted soon after the sync, and does not come back with the old setting.

## What to do
Save what is still needed, such as what an audit asks for.
",
    judge,
};

const WHY: &str = "what is older is deleted soon after the sync, and does not come back with the old setting";

/// The same where nothing is synced.
const ON_MACHINES: &str =
    "what is older is deleted soon after the restart, and does not come back with the old setting";

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    let start = out.len();
    for (old, new) in case.components() {
        let name = &*new.name.value;
        for part in &new.parts {
            if let Some(was) = old.parts.iter().find(|was| was.name == part.name) {
                let subject = format!("{name}, part {}", part.name);
                shorter(case, name, &subject, (was.retention.as_ref(), part.retention.as_ref()), out);
            }
        }
    }
    backups(case, out);
    let meaning = |file: &FileChange, change: &Change| {
        let message = meaning(change, || stream(case, file, change))?;
        let on_machines = matches!(file.target, TargetName::Machines | TargetName::Ansible);
        Some((Level::Danger, message, if on_machines { ON_MACHINES } else { WHY }))
    };
    each_left(case, &RULE, (start, out), meaning);
    // What is kept is all that such an edit is about.
    out.iter_mut().skip(start).for_each(|finding| finding.by_cause = true);
}

/// Returns the selector of the streams that a change of Loki's retention is about.
fn stream<'a>(case: &Case<'a>, file: &FileChange, change: &Change) -> Option<&'a str> {
    let (_, after) = case.wholes(file, change)?;
    inside::at(after, change.path.strip_suffix(".period")?)?.at(&["selector"])?.as_str()
}

/// Compares how many backups the stores keep: without a word about a kind of them, none of that kind is kept for its own sake.
fn backups(case: &Case<'_>, out: &mut Vec<Finding>) {
    for new in &case.head().backups.stores {
        let stores = &case.base().backups.stores;
        let Some(old) = stores.iter().find(|old| old.name.value == new.name.value) else { continue };
        if new.retention.is_empty() {
            continue;
        }
        let (mut parts, mut causes) = (Vec::new(), Vec::new());
        for (word, from) in &old.retention {
            let to = new.retention.iter().find(|(other, _)| other == word).map(|(_, count)| count);
            let left = to.map_or(0, |count| count.value);
            if left < from.value {
                parts.push(format!("{word} {} → {left}", from.value));
                causes.extend(case.because(Some(from.origin), to.map(|count| count.origin), None));
            }
        }
        if !parts.is_empty() {
            causes.sort_unstable();
            causes.dedup();
            let message = format!("keeps fewer backups: {}", parts.join(", "));
            let why = "those that are too many are deleted when it is pruned next, and nothing brings them back";
            let subject = format!("backup store {}", new.name.value);
            out.push(Finding::new(&RULE, Level::Danger, subject, message).why(why).because(causes));
        }
    }
}

type Kept<'a> = Option<&'a Traced<Arc<str>>>;

fn shorter(case: &Case<'_>, component: &str, subject: &str, kept: (Kept<'_>, Kept<'_>), out: &mut Vec<Finding>) {
    let (Some(from), Some(to)) = kept else { return };
    let length = |kept: &Traced<Arc<str>>| Duration::parse(&kept.value).map(|time| time.milliseconds);
    if let (Some(before), Some(after)) = (length(from), length(to))
        && after < before
    {
        let message = format!("keeps data for {} instead of {}", to.value, from.value);
        let causes = case.because(Some(from.origin), Some(to.origin), Some(component));
        out.push(Finding::new(&RULE, Level::Danger, subject, message).why(WHY).because(causes));
    }
}

/// Returns what a change does, if it keeps less than before.
fn meaning<'s>(change: &Change, stream: impl FnOnce() -> Option<&'s str>) -> Option<String> {
    let (before, after) = change.values();
    match &change.kind {
        // How long Loki keeps the streams of a selector.
        ChangeKind::Changed if change.path.contains("retention_stream[") && change.path.ends_with("].period") => {
            let message = setting("retention_period", before, after)?;
            Some(stream().map_or_else(|| message.clone(), |selector| format!("of `{selector}`, {message}")))
        }
        ChangeKind::Changed => setting(key(&change.path), before, after),
        ChangeKind::Text(lines) => {
            let of = |wanted: char| lines.shown.iter().filter(move |(mark, _)| *mark == wanted).map(|(_, line)| line);
            of('-').find_map(|old| of('+').find_map(|new| line(old, new)))
        }
        _ => None,
    }
}

/// Returns the last key of a path, without quotes.
fn key(path: &str) -> &str {
    let path = path.trim_end_matches('"');
    path.rsplit(['.', '"', '[']).next().unwrap_or_default()
}

fn line(old: &str, new: &str) -> Option<String> {
    // A command goes on behind a backslash.
    let bare = |line: &'_ str| line.trim().trim_end_matches('\\').trim_end().to_owned();
    let (old, new) = (bare(old), bare(new));
    // An argument, then a key with its value.
    for mark in ['=', ':', ' '] {
        let (Some((before, from)), Some((after, to))) = (old.rsplit_once(mark), new.rsplit_once(mark)) else {
            continue;
        };
        if before == after {
            let word = before.rsplit([' ', '"']).find(|word| !word.is_empty()).unwrap_or_default();
            if let Some(message) = setting(word, from, to) {
                return Some(message);
            }
        }
    }
    None
}

/// Returns what another value of a setting means, if it is about retention and the value is less.
fn setting(key: &str, before: &str, after: &str) -> Option<String> {
    // An argument of a list has its name in its value.
    if let (Some((name, from)), Some((other, to))) = (before.split_once('='), after.split_once('='))
        && name == other
        && is_retention(name)
    {
        return setting(name.trim_start_matches('-'), from, to);
    }
    if !is_retention(key) {
        return None;
    }
    let bare = |text: &str| text.trim().trim_matches([',', '"', '\'']).to_owned();
    let (before, after) = (bare(before), bare(after));
    if key.ends_with("enabled") {
        let on = before == "false" && after == "true";
        return on.then(|| format!("`{key}` is switched on: old data are deleted from now on"));
    }
    let (from, to) = (amount::read(&before)?, amount::read(&after)?);
    less(from, to).then(|| format!("`{key}` {before} → {after}: data are kept for less"))
}

/// Nothing at all means for ever (Loki, Mimir and Tempo say so of theirs).
fn less(from: Amount, to: Amount) -> bool {
    match (from.is_zero(), to.is_zero()) {
        (true, false) => true,
        (_, true) => false,
        _ => from.is_like(to) && to.number < from.number,
    }
}

fn is_retention(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let backups =
        ["keep_last", "keep-last", "keeplast", "keep_daily", "keep-daily", "keepdaily", "keep_weekly", "keep-weekly"];
    let other = ["delay", "policyon", "resolution", "jitter", "interval", "stream"];
    (key.contains("retention") || backups.iter().any(|name| key.ends_with(name)))
        && (key.contains("retention.resolution-") || !other.iter().any(|part| key.contains(part)))
}

#[cfg(test)]
mod tests {
    use super::meaning;
    use crate::diff::report::{Change, ChangeKind, Lines};

    #[test]
    fn less_time_is_seen_wherever_it_stands() {
        let shortens = |path: &str, before: &str, after: &str| {
            let change = Change::changed(path, before, after);
            meaning(&change, || None).is_some()
        };
        assert!(shortens("loki.limits_config.retention_period", "744h", "168h"));
        assert!(!shortens("loki.limits_config.retention_period", "168h", "744h"));
        assert!(shortens("loki.limits_config.retention_period", "0s", "744h"), "for ever before");
        assert!(!shortens("loki.limits_config.retention_period", "744h", "0"));
        assert!(shortens("mimir.limits.compactor_blocks_retention_period", "1y", "30d"));
        assert!(shortens("prometheusSpec.retentionSize", "50GiB", "20GB"));
        assert!(shortens("server.retentionPeriod", "12", "3"));
        assert!(shortens("loki.compactor.retention_enabled", "false", "true"));
        assert!(!shortens("loki.compactor.retention_enabled", "true", "false"));
        assert!(!shortens("loki.compactor.retention_delete_delay", "2h", "1h"));
        assert!(shortens(
            "spec.containers[x].args[0]",
            "--storage.tsdb.retention.time=15d",
            "--storage.tsdb.retention.time=5d"
        ));
        assert!(shortens("spec.retentionPolicy", "30d", "7d"));
        assert!(shortens("args[3]", "--retention.resolution-raw=90d", "--retention.resolution-raw=1d"));
        assert!(shortens("limits_config.retention_stream[0].period", "2160h", "720h"));
        let debug = Change::changed("limits_config.retention_stream[1].period", "168h", "24h");
        assert_eq!(
            meaning(&debug, || Some("{tier=\"debug\"}")).as_deref(),
            Some("of `{tier=\"debug\"}`, `retention_period` 168h → 24h: data are kept for less")
        );
        assert!(!shortens("spec.interval", "30d", "7d"));
        let text = |old: &str, new: &str| {
            let lines = Lines { shown: vec![('-', old.to_owned()), ('+', new.to_owned())], added: 1, removed: 1 };
            meaning(&Change::new(String::new(), ChangeKind::Text(lines), None, None), || None).is_some()
        };
        assert!(text(
            "ExecStart=/p --storage.tsdb.retention.time=15d",
            "ExecStart=/p --storage.tsdb.retention.time=3d"
        ));
        assert!(text("  retention_period: 744h", "  retention_period: 24h"));
        assert!(text("    block_retention = \"48h\"", "    block_retention = \"24h\""));
        assert!(!text("  retention_period: 24h", "  retention_period: 744h"));
        assert!(text("  --keep-daily 14 \\", "  --keep-daily 7 \\"));
        assert!(!text("  scrape_interval: 30s", "  scrape_interval: 15s"));
    }
}
