//! Times in Helm values that the program does not take.

use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Value};
use crate::library::{Facts, TimeFact};
use crate::lint::facts::Document;
use crate::lint::rule::{Check, rule};
use crate::spec::scalars::Times;
use crate::yaml::Field;

rule! {
    /// A time in the values of a chart is one that its program does not take.
    ///
    /// ## What it does
    ///
    /// Looks at the values that the facts of a component know as lengths of time (`times` in its `component.yaml`), whether they
    /// come from `settings` or from `values:`. The time has to be made of numbers with the units that the program knows, whole
    /// ones unless it takes fractions, and not be shorter than what it takes. Nothing, `0`, is for ever.
    ///
    /// ## Why it matters
    ///
    /// Helm passes any text on, and the program does not start, or starts without the setting. Programs differ: days are a unit to
    /// InfluxDB and Loki, and none to Tempo.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// influxdb2: { version: 2.1.2, settings: { retention: 8760 } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// influxdb2: { version: 2.1.2, settings: { retention: 8760h } }
    /// ```
    ///
    /// ## Source
    ///
    /// InfluxDB, `influx bucket create`: "The minimum retention period is one hour", and its units; Go, `time.ParseDuration`.
    pub(super) static RULE = Kind::new("unusable-time", "DV1590"), Values, Error, fix: None, Check::Values(check);
}

fn check(document: &Document<'_>, out: &mut Vec<Diagnostic>) {
    let Some(component) = document.component else { return };
    let times = component.variant.facts.times.value().into_iter().flatten().filter_map(Field::value);
    for time in times {
        let path: Vec<&str> = Facts::words(&time.path).collect();
        let Some(found) = document.doc.at(&path) else { continue };
        let Some((message, help)) = judge(found, time) else { continue };
        let Some(span) = document.line(found.origin) else { continue };
        let why = time.why.value().map_or("its program does not take it", |why| why);
        let problem = RULE.at(span, message).why(why.to_owned()).help(help);
        out.push(problem.about(&component.name.value));
    }
}

/// Returns what is wrong with a time, and what to write.
fn judge(found: &Doc, time: &TimeFact) -> Option<(String, String)> {
    let text = match &found.value {
        Value::Str(text) => text.to_string(),
        Value::Int(number) => number.to_string(),
        _ => return None,
    };
    let units: Vec<&str> = Facts::words(&time.units).collect();
    let fractions = time.fractions.value() == Some(&true);
    // Who says nothing of units takes after Prometheus, the others after Go.
    let times = if units.is_empty() { Times::PROMETHEUS } else { Times { units: &units, fractions, ordered: false } };
    let Some(length) = times.milliseconds(&text) else {
        let near =
            text.bytes().all(|byte| byte.is_ascii_digit()).then(|| format!("write a unit, for example `{text}h`"));
        let numbers = if fractions { "numbers" } else { "whole numbers" };
        let help = near.unwrap_or_else(|| format!("write {numbers} with units, for example `720h`"));
        let order = if times.ordered { ", the larger ones first" } else { "" };
        let help = format!("{help}; the units here are {}{order}", times.units.join(", "));
        return Some((format!("`{text}` is no length of time"), help));
    };
    let least = time.least.value()?;
    let short = times.milliseconds(least).is_some_and(|least| length < least);
    (short && length > 0).then(|| (format!("`{text}` is too short a time"), format!("write `{least}` or longer")))
}
