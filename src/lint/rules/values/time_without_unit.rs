//! Settings that are times, and are none.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Component;
use crate::spec::scalars::Duration;
use crate::template::{Data, DataValue};
use crate::yaml::Field;

rule! {
    /// A setting is a time, and has no unit or none that there is.
    ///
    /// ## What it does
    ///
    /// Looks at the `settings` that are times by the facts of the component (`timeSettings`), where that does not show in Helm
    /// values (`unusable-time`): those of components on machines, for example.
    ///
    /// ## Why it matters
    ///
    /// The setting is passed on as it stands: the program does not start, or takes the number for nanoseconds.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// prometheus: { version: 3.5.0, settings: { retention: 30 } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// prometheus: { version: 3.5.0, settings: { retention: 30d } }
    /// ```
    ///
    /// ## Source
    ///
    /// Prometheus, Configuration, `<duration>`; Go, `time.ParseDuration`.
    pub(super) static RULE = Kind::new("time-without-unit", "DV1513"), Values, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for component in &subject.platform.components {
        for path in component.variant.facts.time_settings.value().into_iter().flatten().filter_map(Field::value) {
            let setting = path.split('.').try_fold(&component.settings, |data, key| data.get(key));
            out.extend(setting.and_then(|setting| judge(subject, component, path, setting)));
        }
    }
}

fn judge(subject: &Subject<'_>, component: &Component, path: &str, setting: &Data) -> Option<Diagnostic> {
    let (shown, number) = match &setting.value {
        DataValue::Str(text) if Duration::parse(text).is_some() || text.starts_with('0') => return None,
        DataValue::Str(text) => (text.to_string(), text.parse::<u64>().is_ok()),
        DataValue::Int(0) => return None,
        DataValue::Int(number) => (number.to_string(), true),
        _ => return None,
    };
    let span = subject.line(setting.origin).filter(|span| !subject.is_reported(*span))?;
    let name = &component.name.value;
    let fault = if number { "is a time without a unit" } else { "is no time" };
    let problem = RULE
        .at(span, format!("`{path}` of `{name}` {fault}: `{shown}`"))
        .why("it is passed on as it stands: the program does not start, or takes it for nanoseconds");
    let help = if number {
        format!("write `{shown}d` for days, `{shown}h` for hours")
    } else {
        "write `30d` or the like".to_owned()
    };
    Some(problem.help(help).about(name))
}
