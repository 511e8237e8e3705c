//! Today, by which waivers expire.

use jiff::Timestamp;
use jiff::tz::Offset;

use super::USAGE;
use crate::diag::Diagnostic;
use crate::spec::scalars::{DATE_HELP, Date};

/// Returns today in UTC: what `--today` says, else `SOURCE_DATE_EPOCH` (reproducible-builds.org), else the clock.
pub(super) fn today(written: Option<&str>) -> Result<Option<Date>, Box<Diagnostic>> {
    if let Some(text) = written {
        let bad =
            || Box::new(Diagnostic::without_span(USAGE, format!("`--today {text}` is not a day")).help(DATE_HELP));
        return Date::parse(text).map(Some).ok_or_else(bad);
    }
    #[expect(clippy::disallowed_methods, reason = "cli is the room that reads the environment")]
    let epoch = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.trim().parse::<i64>().ok());
    let seconds = epoch.or_else(clock);
    let moment = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    Ok(moment.map(|moment| Date(Offset::UTC.to_datetime(moment).date())))
}

#[expect(clippy::disallowed_types, reason = "cli is the room that reads the clock")]
fn clock() -> Option<i64> {
    use std::time::SystemTime;
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}
