//! Unit tests of rules: what promtool is told to expect is made of the rules, so that a test says only what is its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Reader;
use crate::model::UNKNOWN_ALERT;
use crate::source::Spanned;
use crate::spec::{self, AlertRule};
use crate::template::Data;
use crate::yaml::{Field, Names};

/// The rules of all groups, by the name of the alert.
type Rules<'a> = BTreeMap<&'a Arc<str>, &'a AlertRule>;

impl Reader<'_, '_> {
    pub(super) fn tests(&mut self, alerts: &spec::Alerts) -> Data {
        let groups = alerts.groups.value().into_iter().flatten().filter_map(|(_, group)| group.value.as_ref());
        let rules = groups.flat_map(|group| group.value.rules.value().into_iter().flatten());
        let rules: Rules<'_> = rules.filter_map(|(name, rule)| Some((name, &rule.value.as_ref()?.value))).collect();
        let mut all = Vec::new();
        for (name, named) in alerts.tests.value().into_iter().flatten() {
            let Some(test) = &named.value else { continue };
            let origin = self.cx.origins.written("test", named.key);
            let test = &test.value;
            let listed = test.series.value().into_iter().flatten().filter_map(Field::get);
            let series = listed.map(|series| {
                let origin = self.cx.origins.written("series", series.span);
                let series = &series.value;
                let fields =
                    [("series", self.text(&series.name, "series")), ("values", self.text(&series.values, "values"))];
                Data::map(fields, origin)
            });
            let series = series.collect();
            let mut expected = Vec::new();
            for (alert, named) in test.fires.value().into_iter().flatten() {
                let Some(listed) = &named.value else { continue };
                let rule = self.rule_of(&rules, alert, named.key);
                let fired = listed.value.iter().filter_map(Field::get);
                let fired: Vec<Data> = fired.filter_map(|labels| Some(self.fired(rule?, labels))).collect();
                let here = self.cx.origins.written("alert", named.key);
                expected.push(Data::map(
                    [("alert", Data::str(alert.clone(), here)), ("fired", Data::list(fired, here))],
                    here,
                ));
            }
            let mut quiet: Vec<_> = test.quiet.value().into_iter().flat_map(|names| &names.0).collect();
            quiet.sort_by(|a, b| a.value.cmp(&b.value));
            for alert in quiet {
                self.rule_of(&rules, &alert.value, alert.span);
                let here = self.cx.origins.written("alert", alert.span);
                let none = Data::list(Vec::new(), here);
                expected.push(Data::map([("alert", Data::str(alert.value.clone(), here)), ("fired", none)], here));
            }
            let interval = match test.interval.get() {
                Some(_) => self.duration(&test.interval),
                None => Data::str("1m", origin),
            };
            let fields = [
                ("name", Data::str(name.clone(), origin)),
                ("series", Data::list(series, origin)),
                ("interval", interval),
                ("at", self.duration(&test.at)),
                ("expected", Data::list(expected, origin)),
            ];
            all.push(Data::map(fields, origin));
        }
        Data::list(all, self.none)
    }

    fn rule_of<'a>(
        &mut self,
        rules: &Rules<'a>,
        alert: &Arc<str>,
        place: crate::source::Span,
    ) -> Option<&'a AlertRule> {
        let found = rules.get(alert).copied();
        if found.is_none() {
            let names = rules.keys().map(|name| &***name);
            self.cx.unknown_name(UNKNOWN_ALERT, place, "alert rule", alert, names);
        }
        found
    }

    /// Returns an alert with all of its labels and annotations, as it fires for a series with these labels.
    fn fired(&mut self, rule: &AlertRule, labels: &Spanned<Names<Arc<str>>>) -> Data {
        let origin = self.cx.origins.written("alert", labels.span);
        let own: BTreeMap<Arc<str>, Arc<str>> = labels
            .value
            .iter()
            .filter_map(|(label, value)| Some((label.clone(), value.value.as_ref()?.value.clone())))
            .collect();
        let mut all = own.clone();
        for (label, named) in rule.labels.value().into_iter().flat_map(|labels| &labels.0) {
            if let Some(value) = &named.value {
                all.insert(label.clone(), value.value.0.clone());
            }
        }
        if let Some(severity) = rule.severity.value() {
            all.insert("severity".into(), severity.0.clone());
        }
        let mut texts: BTreeMap<Arc<str>, Arc<str>> = BTreeMap::new();
        for (name, named) in rule.annotations.value().into_iter().flatten() {
            if let Some(value) = &named.value {
                texts.insert(name.clone(), value.value.clone());
            }
        }
        for (name, text) in [("summary", &rule.summary), ("description", &rule.description)] {
            if let Some(text) = text.value() {
                texts.insert(name.into(), text.clone());
            }
        }
        if let Some(url) = rule.runbook.value() {
            texts.insert("runbook_url".into(), url.0.clone());
        }
        let map = |entries: BTreeMap<Arc<str>, Arc<str>>, fill: bool| {
            let text = |text: &str| if fill { filled(text, &own) } else { text.to_owned() };
            let entries = entries.into_iter().map(|(name, value)| (name, Data::str(text(&value), origin)));
            Data::map(entries.collect::<Vec<_>>(), origin)
        };
        Data::map([("labels", map(all, false)), ("annotations", map(texts, true))], origin)
    }
}

/// Replaces `{{ $labels.NAME }}` by the label of the series. What computes more has to be left out of rules with tests.
fn filled(text: &str, labels: &BTreeMap<Arc<str>, Arc<str>>) -> String {
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        made.push_str(before);
        let Some((inside, tail)) = after.split_once("}}") else {
            made.push_str("{{");
            rest = after;
            continue;
        };
        if let Some(label) = inside.trim().strip_prefix("$labels.") {
            made.push_str(labels.get(label).map_or("", |value| value));
        } else {
            made.extend(["{{", inside, "}}"]);
        }
        rest = tail;
    }
    made.push_str(rest);
    made
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn labels_are_filled_in_and_the_rest_stays() {
        let labels = [("node".into(), "backup".into())].into();
        let text = "{{ $labels.node }} is down, {{$labels.other}}{{ $value | humanize }} {{";
        assert_eq!(filled(text, &labels), "backup is down, {{ $value | humanize }} {{");
    }
}
