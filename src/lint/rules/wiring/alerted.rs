//! The alerts of the platform with the labels that are known of them, and whether matchers fit.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

use crate::lint::subject::Subject;
use crate::model::Platform;
use crate::spec::FlowKind;
use crate::template::{Data, DataMap};

/// An alert and its labels; further ones come from the series, and are not known.
pub(super) struct Alert<'a> {
    labels: BTreeMap<&'a str, &'a str>,
}

/// Returns the entries of a list in the alerts.
pub(super) fn list<'a>(data: &'a Data, name: &str) -> &'a [Data] {
    data.get(name).and_then(Data::as_list).unwrap_or_default()
}

/// Returns the text of a field.
pub(super) fn text<'a>(data: &'a Data, name: &str) -> Option<&'a str> {
    data.get(name).and_then(Data::as_str).map(|text| &**text)
}

/// Returns the alerts that there can be; `None` where others than those of the spec are sent too, or something cannot be read.
pub(super) fn alerts<'a>(subject: &Subject<'a>) -> Option<Vec<Alert<'a>>> {
    let platform = subject.platform;
    let data = &platform.alerts.as_ref()?.data;
    if !platform.complete || !only_ours(platform) {
        return None;
    }
    let rules = list(data, "groups").iter().flat_map(|group| list(group, "rules"));
    let alert = |rule: &'a Data| {
        let own = rule.get("labels").and_then(Data::as_map).into_iter().flat_map(DataMap::iter);
        let own = own.filter_map(|(label, value)| Some((&**label, &**value.as_str()?)));
        let mut labels: BTreeMap<&str, &str> = own.filter(|(_, value)| !value.contains("{{")).collect();
        labels.insert("alertname", text(rule, "name")?);
        Some(Alert { labels })
    };
    let all: Vec<_> = rules.filter_map(alert).collect();
    (!all.is_empty()).then_some(all)
}

/// In a cluster charts bring rules of their own. Whoever sends alerts from a machine has only those of the spec.
fn only_ours(platform: &Platform) -> bool {
    let mut flows = platform.flows.iter().filter(|flow| flow.kind == FlowKind::Alerts).peekable();
    flows.peek().is_some()
        && flows.all(|flow| {
            let ends = [flow.from.component, flow.to.component].map(|id| platform.components.get(id.0));
            ends.into_iter().flatten().all(|one| one.on_machines && one.is_installed() && one.values.is_none())
        })
}

impl<'a> Alert<'a> {
    /// Returns the name of the alert.
    pub(super) fn name(&self) -> &'a str {
        self.labels.get("alertname").copied().unwrap_or_default()
    }

    /// Returns the value of a label, if it is known.
    pub(super) fn label(&self, name: &str) -> Option<&'a str> {
        self.labels.get(name).copied()
    }

    /// Returns whether a label has a value; `None` where that is not known.
    pub(super) fn has(&self, name: &str, value: &str) -> Option<bool> {
        self.label(name).map(|known| known == value)
    }

    /// Returns whether matchers fit: `None` where that depends on labels which come from the series.
    pub(super) fn fits(&self, matchers: &[Data]) -> Option<bool> {
        let mut certain = true;
        for matcher in matchers {
            match self.fits_one(matcher) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => certain = false,
            }
        }
        certain.then_some(true)
    }

    fn fits_one(&self, matcher: &Data) -> Option<bool> {
        let (sign, wanted) = (text(matcher, "sign")?, text(matcher, "value")?);
        let value = *self.labels.get(text(matcher, "name")?)?;
        match sign {
            "=" => Some(value == wanted),
            "=~" => Regex::new(&format!("^(?:{wanted})$")).ok().map(|regex| regex.is_match(value)),
            _ => None,
        }
    }
}

/// Returns matchers as a person reads them.
pub(super) fn shown(matchers: &[Data]) -> String {
    let one = |matcher: &Data| {
        let field = |name| text(matcher, name).unwrap_or_default();
        format!("`{}{}{}`", field("name"), field("sign"), field("value"))
    };
    matchers.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Returns a name that is nearly that of an alert which a matcher asks for.
pub(super) fn meant(alerts: &[Alert<'_>], matchers: &[Data]) -> Option<String> {
    let asked = matchers.iter().find(|matcher| text(matcher, "name") == Some("alertname"))?;
    crate::diag::did_you_mean(text(asked, "value")?, alerts.iter().map(Alert::name))
}

/// Labels that targets, logs and who sends alerts bring, whatever the queries say.
pub(super) const BROUGHT: [&str; 13] = [
    "alertname",
    "cluster",
    "container",
    "environment",
    "host",
    "hypervisor",
    "instance",
    "job",
    "level",
    "node",
    "severity",
    "tier",
    "unit",
];

/// Returns the labels that alerts are known to have: those that are brought, and whatever rules and their tests mention.
pub(super) fn labels(data: &Data) -> BTreeSet<&str> {
    let mut words = BTreeSet::from(BROUGHT);
    for part in ["groups", "tests"].into_iter().filter_map(|part| data.get(part)) {
        mentioned(part, &mut words);
    }
    words
}

/// Collects what can be a label in the texts and keys of rules and tests.
fn mentioned<'a>(data: &'a Data, words: &mut BTreeSet<&'a str>) {
    if let Some(text) = data.as_str() {
        words.extend(text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
    }
    for entry in data.as_list().unwrap_or_default() {
        mentioned(entry, words);
    }
    if let Some(map) = data.as_map() {
        for (key, value) in map.iter() {
            words.insert(key);
            mentioned(value, words);
        }
    }
}
