//! What is written of machines: folders of their file systems, and the times of their schedules.

use std::sync::Arc;

use super::Word;
use crate::yaml::decode::{text, visible};
use crate::yaml::schema::Schema;
use crate::yaml::{Decode, Decoder, Node};

/// A folder of a machine, from its root: `/var/lib/prometheus`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MachinePath(pub Arc<str>);

impl Decode for MachinePath {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let word = Word::decode(node, cx)?;
        let odd = |part: &str| matches!(part, "" | "." | "..") || part.starts_with('~');
        if word.0.strip_prefix('/').is_none_or(|rest| rest.split('/').any(odd)) {
            let message = format!("`{}` is not the path of a folder{}", word.0, cx.place());
            cx.bad_value(node.span, message, "write it from the root, without `..` and without a `/` at its end");
            return None;
        }
        Some(Self(word.0))
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^(/[A-Za-z0-9_@+:.-]+)+$" })
    }
}

impl From<MachinePath> for Arc<str> {
    fn from(path: MachinePath) -> Self {
        path.0
    }
}

/// A calendar event as Proxmox and systemd write it: `daily`, `02:30`, `sun 04:00`, `*-*-01 05:00`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar(pub Arc<str>);

/// Words that stand for a whole event (Proxmox VE administration guide, calendar events).
const SHORT: [&str; 8] = ["minutely", "hourly", "daily", "weekly", "monthly", "quarterly", "semiannually", "yearly"];

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Decode for Calendar {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "a calendar event")?;
        if !is_calendar(text) {
            let message = format!("`{}` is not a calendar event{}", visible(text), cx.place());
            cx.bad_value(
                node.span,
                message,
                "write `daily`, `02:30`, `mon..fri 22:00`, or `*-*-01 05:00` for each month",
            );
            return None;
        }
        if let Some(date) = text.split(' ').find(|word| never_comes(word)) {
            let message = format!("`{}` never comes true: no year has the day `{date}`{}", visible(text), cx.place());
            cx.bad_value(node.span, message, "name a day that the month has; the last one of February is `02-28`");
            return None;
        }
        Some(Self(text.clone()))
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "examples": ["daily", "02:30", "sun 04:00", "*-*-01 05:00"] })
    }
}

impl From<Calendar> for Arc<str> {
    fn from(calendar: Calendar) -> Self {
        calendar.0
    }
}

/// A day of the week, a date and a time, each left out where any will do, in this order.
fn is_calendar(text: &str) -> bool {
    if SHORT.contains(&text) {
        return true;
    }
    let rank = |word: &str| {
        if is_days(word) {
            Some(0)
        } else if is_fields(word, '-', 2..=3, &[9999, 12, 31]) {
            Some(1)
        } else if is_fields(word, ':', 2..=3, &[23, 59, 59]) {
            Some(2)
        } else {
            None
        }
    };
    let mut last = None;
    !text.is_empty()
        && text.split(' ').all(|word| {
            let next = rank(word);
            let after = next.is_some() && next > last;
            last = next;
            after
        })
}

/// Returns whether a word is a date of one month that does not have the day, as 31 February.
fn never_comes(word: &str) -> bool {
    let fields: Vec<&str> = word.split('-').collect();
    let ([month, days] | [_, month, days]) = fields.as_slice() else { return false };
    let longest = match month.parse() {
        Ok(2) => 29,
        Ok(4 | 6 | 9 | 11) => 30,
        _ => return false,
    };
    let first = |part: &str| part.split(['.', '/']).next().and_then(|day| day.parse::<u32>().ok());
    days.split(',').all(|part| first(part).is_some_and(|day| day > longest))
}

fn is_days(word: &str) -> bool {
    let day = |day: &str| DAYS.iter().any(|known| day.eq_ignore_ascii_case(known));
    word.split(',').all(|part| part.split_once("..").map_or_else(|| day(part), |(from, to)| day(from) && day(to)))
}

/// Returns whether a word is numbers with a mark between them, each within its bound, or `*`, `a..b`, `a/step` of them.
fn is_fields(word: &str, mark: char, count: std::ops::RangeInclusive<usize>, bounds: &[u32]) -> bool {
    let fields: Vec<&str> = word.split(mark).collect();
    // Of two fields of a date the year is left out.
    let skipped = if mark == '-' { bounds.len().saturating_sub(fields.len()) } else { 0 };
    let number = |text: &str, bound: u32| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text == "*" || digits && text.parse::<u32>().is_ok_and(|number| number <= bound)
    };
    let value = |text: &str, bound: u32| {
        let (text, step) = text.split_once('/').map_or((text, None), |(text, step)| (text, Some(step)));
        let range = text.split_once("..");
        range.map_or_else(|| number(text, bound), |(from, to)| number(from, bound) && number(to, bound))
            && step.is_none_or(|step| step != "*" && number(step, bound))
    };
    let field = |(text, bound): (&&str, &u32)| text.split(',').all(|part| value(part, *bound));
    count.contains(&fields.len()) && fields.iter().zip(bounds.iter().skip(skipped)).all(field)
}

#[cfg(test)]
mod tests {
    use super::{is_calendar, never_comes};

    #[test]
    fn some_dates_never_come() {
        for text in ["*-02-31", "02-30", "*-4-31", "2026-2-30,31", "*-06-31/1"] {
            assert!(never_comes(text), "{text}");
        }
        for text in ["*-02-29", "*-*-31", "*-02-1..31", "*-2,3-31", "*-12-31", "*-2-29,30", "05:00", "mon"] {
            assert!(!never_comes(text), "{text}");
        }
    }

    #[test]
    fn calendar_events_are_those_of_proxmox() {
        for text in [
            "daily",
            "02:30",
            "2:30",
            "*:0/15",
            "mon..fri 22:00",
            "sat,sun 04:00:30",
            "Sun",
            "*-*-01 05:00",
            "2026-1..6-1 05:00",
            "mon 12-24 18:00",
        ] {
            assert!(is_calendar(text), "{text}");
        }
        for text in [
            "",
            "nightly",
            "25:00",
            "02:60",
            "02:30 mon",
            "mon tue",
            "0 2 * * *",
            "02.30",
            "*-13-01",
            "02:30 ",
            "*/x:00",
        ] {
            assert!(!is_calendar(text), "{text}");
        }
    }
}
