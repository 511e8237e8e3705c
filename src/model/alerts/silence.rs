//! What keeps messages back: alerts that speak for others, and times of silence.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Reader;
use super::by_name;
use crate::diag::Diagnostic;
use crate::model::{BAD_TIME, NO_EFFECT, UNKNOWN_RECEIVER};
use crate::source::Spanned;
use crate::spec::scalars::{Word, Zone};
use crate::spec::{self, AlertRoute};
use crate::template::Data;
use crate::yaml::decode::OneOrMany;
use crate::yaml::{Field, Names};

/// The days of the week in the order of Alertmanager, whose weeks begin on Sunday.
const DAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// The minutes of a day.
const DAY: u32 = 24 * 60;

impl Reader<'_, '_> {
    pub(super) fn inhibitions(&mut self, alerts: &spec::Alerts) -> Data {
        let mut all = Vec::new();
        for rule in alerts.inhibit.value().into_iter().flatten().filter_map(Field::get) {
            let origin = self.cx.origins.written("inhibition", rule.span);
            let rule = &rule.value;
            let mut sides = [Vec::new(), Vec::new()];
            let (when, hold) = (self.texts(&rule.when, "matcher"), self.texts(&rule.hold, "matcher"));
            for (side, texts, sign) in [(0, when, "="), (1, hold, "="), (1, self.fits(&rule.hold_fits), "=~")] {
                for (label, value) in texts {
                    let origin = value.origin;
                    let fields =
                        [("name", Data::str(label, origin)), ("value", value), ("sign", Data::str(sign, origin))];
                    if let Some(side) = sides.get_mut(side) {
                        side.push(Data::map(fields, origin));
                    }
                }
            }
            let [when, hold] = sides;
            let equal = rule.equal.value().into_iter().flatten().filter_map(Field::get);
            let equal =
                equal.map(|label| Data::str(label.value.0.clone(), self.cx.origins.written("label", label.span)));
            let equal = by_name(equal.collect());
            let fields = [
                ("when", Data::list(when, origin)),
                ("hold", Data::list(hold, origin)),
                ("equal", Data::list(equal, origin)),
            ];
            all.push(Data::map(fields, origin));
        }
        Data::list(all, self.none)
    }

    /// Returns the times of silence; one that goes over midnight is two ranges of a day.
    pub(super) fn mute(&mut self, alerts: &spec::Alerts) -> Data {
        let mut all = Vec::new();
        let used = muted(alerts);
        for (name, named) in alerts.mute.value().into_iter().flatten() {
            if used.as_ref().is_some_and(|used| !used.contains(name)) {
                let message = format!("no route names the time of silence `{name}`");
                let problem =
                    Diagnostic::warning(NO_EFFECT, named.key, message).why("people are told at this time too");
                self.cx.out.push(problem.help("name it in `mute` of a route, or remove it"));
            }
            let Some(time) = &named.value else { continue };
            self.zone(&time.value);
            let origin = self.cx.origins.written("time of silence", named.key);
            let time = &time.value;
            let (from, to) = (self.minute(&time.from), self.minute(&time.to));
            let (start, end) = (from.unwrap_or(0), to.unwrap_or(DAY));
            let ranges = match (from, to) {
                (None, None) => Vec::new(),
                _ if start < end => vec![(start, end)],
                _ => vec![(start, DAY), (0, end)],
            };
            let range = |(start, end): (u32, u32)| {
                Data::map([("from", Data::str(clock(start), origin)), ("to", Data::str(clock(end), origin))], origin)
            };
            let ranges = ranges.into_iter().filter(|(start, end)| start < end).map(range).collect();
            let fields = [
                ("name", Data::str(name.clone(), origin)),
                ("days", self.words(&time.days, is_days, "name days in full, and ranges from `sunday` to `saturday`: `[saturday, sunday]`, `monday:friday`")),
                ("monthDays", self.words(&time.month_days, is_month_days, "name days of the month: `1`, `1:7`, `-1`")),
                ("times", Data::list(ranges, origin)),
                ("zone", self.text(&time.zone, "time zone")),
            ];
            all.push(Data::map(fields, origin));
        }
        Data::list(all, self.none)
    }

    /// Returns the times of silence that a route names.
    pub(super) fn times(&mut self, route: &AlertRoute) -> Data {
        let known = self.cx.spec.alerts.value().map(|alerts| &alerts.mute);
        let listed = route.mute.value().map_or(&[][..], |names| names.0.as_slice());
        let mut all = Vec::new();
        for name in listed {
            let is_known = known
                .is_some_and(|all| all.is_broken() || all.value().is_some_and(|all| all.contains_key(&name.value)));
            if !is_known {
                let times = known.and_then(Field::value).into_iter().flat_map(Names::keys).map(|name| &**name);
                self.cx.unknown_name(UNKNOWN_RECEIVER, name.span, "time of silence", &name.value, times);
            }
            all.push(Data::str(name.value.clone(), self.cx.origins.written("time of silence", name.span)));
        }
        Data::list(by_name(all), self.none)
    }

    /// Alertmanager does not start with a time zone that nobody knows (iana.org, Time Zone Database).
    fn zone(&mut self, time: &spec::MuteTime) {
        let Some(zone) = time.zone.get().filter(|zone| !Zone::exists(&zone.value.0)) else {
            return;
        };
        let message = format!("there is no time zone `{}`", zone.value.0);
        let problem = Diagnostic::error(BAD_TIME, zone.span, message).why("Alertmanager would not start");
        self.cx.out.push(problem.help(Zone::help(&zone.value.0)));
    }

    fn words(&mut self, field: &Field<OneOrMany<Word>>, fits: fn(&str) -> bool, help: &'static str) -> Data {
        let words = field.value().map_or(&[][..], |words| words.0.as_slice());
        let mut all = Vec::new();
        for word in words {
            if !fits(&word.value.0) {
                self.bad_time(word, help);
            }
            all.push(Data::str(word.value.0.clone(), self.cx.origins.written("time", word.span)));
        }
        Data::list(by_name(all), self.none)
    }

    fn minute(&mut self, field: &Field<Word>) -> Option<u32> {
        let word = field.get()?;
        let minute = minute(&word.value.0);
        if minute.is_none() {
            self.bad_time(word, "write a time of the day as `22:00`, in quotes");
        }
        minute
    }

    fn bad_time(&mut self, word: &Spanned<Word>, help: &'static str) {
        let message = format!("`{}` is not a time that Alertmanager takes", word.value.0);
        self.cx.out.push(Diagnostic::error(BAD_TIME, word.span, message).help(help));
    }
}

/// Returns the times of silence that routes name; `None` where that cannot be read.
fn muted(alerts: &spec::Alerts) -> Option<BTreeSet<Arc<str>>> {
    if alerts.routes.is_broken() || alerts.route.is_broken() {
        return None;
    }
    let routes = alerts.routes.value().into_iter().flatten();
    let routes: Option<Vec<_>> = routes.map(|route| route.get().map(|route| &route.value)).collect();
    let named = routes?.into_iter().filter_map(|route| route.mute.value()).flat_map(|names| &names.0);
    let named: BTreeSet<Arc<str>> = named.map(|name| name.value.clone()).collect();
    // The one that is misspelt may be this one.
    let known = |name: &Arc<str>| alerts.mute.value().is_some_and(|all| all.contains_key(name));
    named.iter().all(known).then_some(named)
}

fn minute(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |text: &str| text.parse::<u32>().ok().filter(|_| text.len() == 2);
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (minutes < 60 && hours * 60 + minutes <= DAY).then_some(hours * 60 + minutes)
}

fn clock(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn is_days(text: &str) -> bool {
    let day = |day: &str| DAYS.iter().position(|known| *known == day);
    match text.split_once(':') {
        Some((first, last)) => day(first).zip(day(last)).is_some_and(|(first, last)| first <= last),
        None => day(text).is_some(),
    }
}

fn is_month_days(text: &str) -> bool {
    let day = |day: &str| day.parse::<i32>().ok().filter(|day| (1..=31).contains(&day.abs()));
    match text.split_once(':') {
        Some((first, last)) => day(first).zip(day(last)).is_some_and(|(first, last)| first <= last),
        None => day(text).is_some(),
    }
}
