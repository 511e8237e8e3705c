//! When a schedule of Proxmox or systemd comes true, as far as minutes, days of the week and of the month say so.

use std::collections::BTreeSet;

const WEEK: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The days and minutes of a schedule; months and years count as any.
#[derive(Debug)]
pub(super) struct Moments {
    weekdays: BTreeSet<u8>,
    days: BTreeSet<u8>,
    minutes: BTreeSet<u16>,
}

impl Moments {
    /// Reads a schedule; `None` where it says more than is understood here.
    pub(super) fn of(text: &str) -> Option<Self> {
        let text = match text {
            "minutely" => "*:*",
            "hourly" => "*:0",
            "daily" | "weekdays" => "0:0",
            "weekly" => "mon 0:0",
            "monthly" => "*-*-1 0:0",
            "quarterly" | "yearly" | "annually" | "semiannually" | "semi-annually" => return None,
            other => other,
        };
        let every = |last: u8| (1..=last).collect::<BTreeSet<u8>>();
        let mut moments = Self { weekdays: every(7), days: every(31), minutes: BTreeSet::from([0]) };
        let mut words = text.split_whitespace().peekable();
        if let Some(word) = words.next_if(|word| word.starts_with(|c: char| c.is_ascii_alphabetic())) {
            moments.weekdays = weekdays(&word.to_ascii_lowercase())?;
        }
        if let Some(word) = words.next_if(|word| word.contains('-') && !word.contains(':')) {
            moments.days = numbers(word.rsplit('-').next()?, 1, 31)?
                .into_iter()
                .filter_map(|day| u8::try_from(day).ok())
                .collect();
        }
        if let Some(word) = words.next() {
            moments.minutes = minutes(word)?;
        }
        words.next().is_none().then_some(moments)
    }

    /// Returns whether both come true in one minute.
    pub(super) fn meet(&self, other: &Self) -> bool {
        !self.weekdays.is_disjoint(&other.weekdays)
            && !self.days.is_disjoint(&other.days)
            && !self.minutes.is_disjoint(&other.minutes)
    }
}

fn weekdays(text: &str) -> Option<BTreeSet<u8>> {
    let day = |word: &str| {
        let at = WEEK.iter().position(|known| word.starts_with(known))?;
        u8::try_from(at + 1).ok()
    };
    let mut all = BTreeSet::new();
    for part in text.trim_end_matches(',').split(',') {
        match part.split_once("..").or_else(|| part.split_once('-')) {
            Some((first, last)) => all.extend(day(first)?..=day(last)?),
            None => all.extend([day(part)?]),
        }
    }
    Some(all)
}

/// Reads `HH:MM`, or minutes of every hour; seconds are those of the beginning.
fn minutes(text: &str) -> Option<BTreeSet<u16>> {
    let mut parts = text.split(':');
    let (first, second) = (parts.next()?, parts.next());
    let (hours, minutes) = match second {
        Some(minutes) => (numbers(first, 0, 23)?, numbers(minutes, 0, 59)?),
        None => ((0..24).collect(), numbers(first, 0, 59)?),
    };
    Some(hours.iter().flat_map(|hour| minutes.iter().map(move |minute| hour * 60 + minute)).collect())
}

/// Reads `*`, `5`, `1,15`, `0..8`, `0/15`, `*/15`.
fn numbers(text: &str, least: u16, most: u16) -> Option<Vec<u16>> {
    let mut all = Vec::new();
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse().ok().filter(|step| *step > 0)?),
            None => (part, 1_u16),
        };
        let (from, to) = match range.split_once("..") {
            Some((from, to)) => (from.parse().ok()?, to.parse().ok()?),
            None if range == "*" => (least, most),
            None => {
                let from = range.parse().ok()?;
                (from, if part.contains('/') { most } else { from })
            }
        };
        all.extend((from..=to).step_by(usize::from(step)));
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::Moments;

    #[test]
    fn schedules_meet_where_day_and_minute_do() {
        let meet = |one: &str, other: &str| Moments::of(one).expect(one).meet(&Moments::of(other).expect(other));
        assert!(meet("02:30", "*-*-01 02:30"));
        assert!(meet("sat 18:00", "mon..sun 18:00"));
        assert!(meet("daily", "*:0/15"));
        assert!(!meet("sat 18:00", "sun 18:00"));
        assert!(!meet("*-*-01 05:00", "*-*-02 05:00"));
        assert!(!meet("02:30", "daily"));
        assert!(Moments::of("yearly").is_none());
    }
}
