//! Times in settings that are too short for the program.

use crate::diag::{Diagnostic, Kind};
use crate::library::{SettingType, Time};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::template::{Data, DataMap};

rule! {
    /// A setting asks for a shorter time than its program takes.
    ///
    /// ## What it does
    ///
    /// Compares times in `settings` with the least that the facts of the component know for them (`least` in its
    /// `component.yaml`), such as how long Loki keeps logs, all of them or those of a tier. Nothing, `0s`, is for ever.
    ///
    /// ## Why it matters
    ///
    /// The program does not start. The least that Loki keeps logs for is a day, since its index is one of days.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// loki: { installedBy: systemd, runsOn: monitoring, version: 3.5.3, settings: { tiers: { critical: 90d, debug: 12h } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// loki: { installedBy: systemd, runsOn: monitoring, version: 3.5.3, settings: { tiers: { critical: 90d, debug: 24h } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Loki, Log retention: "The minimum retention period is 24h."
    pub(super) static RULE =
        Kind::new("retention-too-short", "DV1671"), Secrets, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for component in subject.platform.components.iter().filter(|one| one.is_installed()) {
        let types = component.variant.facts.settings.value().into_iter().flatten();
        for (name, of) in types {
            let (Some(of), Some(written)) = (of.value.as_ref(), component.settings.get(name)) else { continue };
            each(&of.value, written, &mut |time, data| {
                let Some((text, span)) = data.as_str().zip(subject.line(data.origin)) else { return };
                let Some(least) = time.too_short(text) else { return };
                let owner = &component.name.value;
                let message = format!("`{text}` is too short a time for the setting `{name}` of `{owner}`");
                let problem = RULE.at(span, message).why(least.why.to_string());
                out.push(problem.help(format!("write `{}` or longer", least.time)).about(owner));
            });
        }
    }
}

/// Visits the times in a setting, each with what the facts say of it.
fn each<'a>(of: &'a SettingType, data: &'a Data, visit: &mut dyn FnMut(&'a Time, &'a Data)) {
    match of {
        SettingType::Time(time) => visit(time, data),
        SettingType::Either(types) => types.iter().for_each(|of| each(of, data, visit)),
        _ => {
            for item in data.as_list().into_iter().flatten() {
                of.inside(None).into_iter().for_each(|of| each(of, item, visit));
            }
            for (key, value) in data.as_map().into_iter().flat_map(DataMap::iter) {
                of.inside(Some(key)).into_iter().for_each(|of| each(of, value, visit));
            }
        }
    }
}
