//! Schedules that never come true.

use crate::diag::{Diagnostic, Kind, nearest};
use crate::doc::Doc;
use crate::lint::facts::Place;
use crate::lint::rule::{Check, rule};

rule! {
    /// A schedule can never come true.
    ///
    /// ## What it does
    ///
    /// Reads the schedules of CronJobs, ScheduledBackups (six fields, seconds first), Velero's Schedules and Argo's
    /// CronWorkflows in manifests, and every text in Helm values that stands under `schedule` or `cron` and looks like one.
    /// Days that none of the months has, such as 30 February, never come.
    ///
    /// ## Why it matters
    ///
    /// The job or backup is refused, or never runs, and nobody misses it until the backup is needed.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: ScheduledBackup
    /// spec: { schedule: "0 3 * * *" }          # five fields: six are asked for
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: ScheduledBackup
    /// spec: { schedule: "0 0 3 * * *" }
    /// ```
    ///
    /// ## Source
    ///
    /// CloudNativePG, Scheduled backups; Kubernetes, CronJob.
    pub(super) static RULE = Kind::new("bad-cron", "DV1606"), Secrets, Error, fix: None, Check::Map(is_schedule, check);
}

fn check(place: &Place<'_>, out: &mut Vec<Diagnostic>) {
    for (key, value) in place.map.iter().filter(|(key, _)| is_schedule(&key.text)) {
        let Some(text) = value.as_str() else { continue };
        let object = place.document.is_object();
        let kind = place.document.doc.at(&["kind"]).and_then(Doc::as_str).filter(|_| object);
        let fields = match (kind, place.keys) {
            (Some("CronJob" | "Schedule" | "CronWorkflow"), ["spec"]) => Some(5),
            (Some("ScheduledBackup"), ["spec"]) => Some(6),
            (None, _) if looks_like_cron(text) => None,
            _ => continue,
        };
        let Err(why) = read(text, fields) else { continue };
        let message = format!("`{}: {text}` is no schedule: {why}", key.text);
        let Some(problem) = place.finding(&RULE, value.origin, message) else { continue };
        let shape = if fields == Some(6) {
            "`second minute hour day month weekday`"
        } else {
            "`minute hour day month weekday`"
        };
        out.push(problem.why("it is refused, or never runs").help(format!("the fields are {shape}")));
    }
}

fn is_schedule(key: &str) -> bool {
    matches!(key, "schedule" | "cron" | "cronSchedule" | "cronExpression") || key.ends_with("Schedule")
}

/// The largest and smallest number of each field, seconds first.
const RANGES: [(&str, u8, u8); 6] =
    [("second", 0, 59), ("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7)];

const NAMES: [&str; 19] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "sun", "mon", "tue", "wed",
    "thu", "fri", "sat",
];

/// Returns whether a text of Helm values is a schedule: five or six words of the signs that schedules have.
fn looks_like_cron(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let fits = |word: &&str| word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"*/,-?#".contains(&byte));
    (5..=6).contains(&words.len())
        && words.iter().all(fits)
        && words.first().is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit() || c == '*'))
}

fn read(text: &str, count: Option<usize>) -> Result<(), String> {
    let text = text.trim();
    let text = text
        .strip_prefix("TZ=")
        .or_else(|| text.strip_prefix("CRON_TZ="))
        .map_or(text, |rest| rest.split_once(' ').map_or("", |(_, rest)| rest));
    if let Some(word) = text.strip_prefix('@') {
        let known = ["yearly", "annually", "monthly", "weekly", "daily", "midnight", "hourly"];
        let every = word.strip_prefix("every ").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if known.contains(&word) || every {
            return Ok(());
        }
        let near = nearest(word, known).map_or_else(String::new, |near| format!("; did you mean `@{near}`?"));
        return Err(format!("there is no `@{word}`{near}"));
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let count = count.unwrap_or(words.len());
    if words.len() != count {
        return Err(format!("it has {} fields, and {count} are asked for", words.len()));
    }
    let ranges = RANGES.iter().skip(RANGES.len().saturating_sub(count));
    ranges.zip(&words).try_for_each(|(range, word)| field(word, *range))?;
    match words.as_slice() {
        // With a weekday too, either of the two is enough.
        [.., day, month, "*" | "?"] => some_day(day, month),
        _ => Ok(()),
    }
}

/// Checks that one of the months has one of the days, in a leap year: there is no 30 February.
fn some_day(day: &str, month: &str) -> Result<(), String> {
    let first = day.split(',').map(|item| item.split(['-', '/']).next()?.parse::<u8>().ok());
    let Some(first) = first.collect::<Option<Vec<u8>>>().and_then(|days| days.into_iter().min()) else { return Ok(()) };
    let months = month.split(',').map(|item| Some((item, length(item)?)));
    let Some(months) = months.collect::<Option<Vec<_>>>() else { return Ok(()) };
    match months.iter().max_by_key(|(_, days)| *days) {
        Some((_, days)) if first > *days => Err(format!("month {month} has no day {day}")),
        _ => Ok(()),
    }
}

/// Returns how many days a single month has at most; none for what is no single month.
fn length(month: &str) -> Option<u8> {
    match month.to_ascii_lowercase().trim_start_matches('0') {
        "2" | "feb" => Some(29),
        "4" | "6" | "9" | "11" | "apr" | "jun" | "sep" | "nov" => Some(30),
        "1" | "3" | "5" | "7" | "8" | "10" | "12" | "jan" | "mar" | "may" | "jul" | "aug" | "oct" | "dec" => Some(31),
        _ => None,
    }
}

fn field(word: &str, (name, low, high): (&str, u8, u8)) -> Result<(), String> {
    for item in word.split(',') {
        let (span, step) = item.split_once('/').map_or((item, None), |(span, step)| (span, Some(step)));
        if step.is_some_and(|step| step.parse::<u8>().map_or(true, |step| step == 0)) {
            return Err(format!("`{item}` is no {name}"));
        }
        if matches!(span, "*" | "?") {
            continue;
        }
        for number in span.split('-') {
            let named = NAMES.contains(&number.to_ascii_lowercase().as_str()) && matches!(name, "month" | "weekday");
            let last = number.contains(['L', 'W', '#']);
            if !named && !last && !number.parse().is_ok_and(|number: u8| (low..=high).contains(&number)) {
                return Err(format!("`{number}` is no {name}"));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn schedules_are_read() {
        for text in ["0 3 * * *", "*/5 0-6,22 * jan-mar mon", "@daily", "@every 1h", "TZ=Asia/Taipei 0 3 1 * ?"] {
            assert_eq!(read(text, Some(5)), Ok(()), "{text}");
        }
        for text in ["0 3 29 2 *", "0 3 30 2 1", "0 3 31 feb,mar *", "0 3 L 2 *", "0 3 1-31 2 ?", "0 3 31 */2 *"] {
            assert_eq!(read(text, Some(5)), Ok(()), "{text}");
        }
        for text in ["0 2 30 2 *", "0 2 30-31 feb *", "0 2 31 4,6 ?", "0 2 31 04 *"] {
            assert!(read(text, Some(5)).is_err(), "{text}");
        }
        for text in ["0 25 * * *", "0 3 * *", "0 0 3 * * *", "@dayly", "*/0 * * * *", "0 3 32 * *", "0 3 * 13 *", ""] {
            assert!(read(text, Some(5)).is_err(), "{text}");
        }
        assert_eq!(read("0 0 3 * * *", Some(6)), Ok(()));
    }
}
