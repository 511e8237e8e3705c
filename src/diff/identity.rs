//! Which item of a list is which item of another: by name, by another key, or by being alike.

use std::collections::{BTreeMap, BTreeSet};

use super::value::exact;
use crate::doc::{Doc, Value};

/// Fields that tell items apart, the surest first. Those of one entry are taken together; an item needs the first.
const KEYS: &[&[&str]] = &[
    &["name"],
    &["secretKey"],
    &["kind", "group"],
    &["server", "namespace"],
    &["repoURL", "chart", "path", "ref"],
    &["job_name"],
    &["uid"],
    &["id"],
    &["key"],
    &["url"],
    &["host"],
    &["hostname"],
    &["ip"],
    &["mountPath"],
    &["containerPort"],
    &["port"],
    &["path"],
    &["topologyKey"],
];

/// How the items of two lists belong together.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    /// Places in both, with the name of the item; without one it is the place that counts.
    pub(super) both: Vec<(usize, usize, Option<String>)>,
    /// Places in the first only.
    pub(super) removed: Vec<(usize, Option<String>)>,
    /// Places in the second only.
    pub(super) added: Vec<(usize, Option<String>)>,
    /// Whether what is in both stands in another order.
    pub(super) reordered: bool,
}

/// Pairs the items of two lists.
pub(super) fn pair(base: &[Doc], head: &[Doc]) -> Pairs {
    if let (Some(before), Some(after)) = (rules(base), rules(head)) {
        return renamed(by_name(&before, &after, &["form", "rule"]), base, head);
    }
    let mut pairs = match KEYS.iter().find_map(|keys| Some((names(base, keys)?, names(head, keys)?, *keys))) {
        Some((before, after, keys)) if !base.is_empty() || !head.is_empty() => by_name(&before, &after, keys),
        _ => by_content(base, head),
    };
    pairs.reordered |= is_reordered(&pairs);
    renamed(pairs, base, head)
}

fn is_reordered(pairs: &Pairs) -> bool {
    pairs.both.windows(2).any(|two| matches!(two, [a, b] if a.1 > b.1))
}

/// Pairs one that went and one that came, in a list that names them: most often one that was renamed.
fn renamed(mut pairs: Pairs, base: &[Doc], head: &[Doc]) -> Pairs {
    if let ([(from, _)], [(to, name)]) = (pairs.removed.as_slice(), pairs.added.as_slice())
        && base.get(*from).map(form) == head.get(*to).map(form)
    {
        // By its new name, unless that is a long value.
        let name = name.clone().filter(|name| name.len() <= 40);
        pairs.both.push((*from, *to, name));
        pairs.removed.clear();
        pairs.added.clear();
    }
    pairs
}

/// Returns what an item is: of what is called by its form, such as an alert and a series, one never becomes the other.
fn form(item: &Doc) -> (bool, &'static str) {
    let form = ["alert", "record"].into_iter().find(|form| item.at(&[form]).is_some());
    (item.as_map().is_some(), form.unwrap_or_default())
}

/// Returns the names of rules of Prometheus, alerts and series in one list, behind the word for what each is. Of several with one name
/// the severity tells them apart, and else their order.
fn rules(items: &[Doc]) -> Option<BTreeMap<Vec<String>, usize>> {
    let text = |item: &'_ Doc, path: &[&str]| item.at(path).and_then(Doc::as_str).map(str::to_owned);
    let named = |item: &Doc| {
        let name = |form| Some((form, text(item, &[form])?));
        name("alert").or_else(|| name("record"))
    };
    let all: Vec<(&str, String)> = items.iter().map(named).collect::<Option<_>>()?;
    let mut count: BTreeMap<&(&str, String), usize> = BTreeMap::new();
    for one in &all {
        *count.entry(one).or_default() += 1;
    }
    let mut found = BTreeMap::new();
    for (at, (item, one)) in items.iter().zip(&all).enumerate() {
        let (form, name) = one;
        let several = count.get(one).is_some_and(|count| *count > 1);
        let severity = text(item, &["labels", "severity"]).filter(|_| several);
        let name = severity.map_or_else(|| name.clone(), |severity| format!("{name} ({severity})"));
        let key = |name: String| vec![(*form).to_owned(), name];
        let numbered = (2..).map(|number| format!("{name} #{number}"));
        let free = std::iter::once(name.clone()).chain(numbered).map(key).find(|key| !found.contains_key(key));
        found.insert(free?, at);
    }
    Some(found)
}

/// What stands before the name of a rule where the name does not say what it is: an alert is called by letters and digits, a series
/// by what is computed, `node:cpu:rate5m`.
pub(super) const FORMS: [(&str, &str); 2] = [("alert", "alert "), ("record", "series ")];

fn is_map(doc: Option<&Doc>) -> bool {
    doc.is_some_and(|doc| doc.as_map().is_some())
}

/// Returns the values of the keys of each item, if they tell all items apart.
fn names(items: &[Doc], keys: &[&str]) -> Option<BTreeMap<Vec<String>, usize>> {
    let mut found = BTreeMap::new();
    for (at, item) in items.iter().enumerate() {
        let map = item.as_map()?;
        let scalar = |key: &&str| match map.get(key).map(|doc| &doc.value) {
            Some(Value::Map(_) | Value::List(_)) | None => None,
            Some(_) => map.get(key).map(exact),
        };
        scalar(keys.first()?)?;
        let name = keys.iter().map(|key| scalar(key).unwrap_or_default()).collect();
        if found.insert(name, at).is_some() {
            return None;
        }
    }
    Some(found)
}

/// Returns how an item is called in a path.
fn label(name: &[String], keys: &[&str]) -> String {
    let given = || name.iter().filter(|part| !part.is_empty());
    match keys {
        // Of a source the chart or the path says more than the repository.
        ["repoURL", ..] => name.iter().skip(1).find(|part| !part.is_empty()).or(name.first()).cloned(),
        ["form", "rule"] => {
            let [form, rule] = name else { return String::new() };
            let usual = (form == "record") == rule.contains(':');
            let word = FORMS.iter().find(|(of, _)| of == form && !usual).map_or("", |(_, word)| word);
            Some(format!("{word}{rule}"))
        }
        ["server", "namespace"] => name.get(1).filter(|part| !part.is_empty()).or(name.first()).cloned(),
        _ => Some(given().cloned().collect::<Vec<_>>().join(".")),
    }
    .unwrap_or_default()
}

fn by_name(before: &BTreeMap<Vec<String>, usize>, after: &BTreeMap<Vec<String>, usize>, keys: &[&str]) -> Pairs {
    let mut pairs = Pairs::default();
    for (name, at) in before {
        match after.get(name) {
            Some(to) => pairs.both.push((*at, *to, Some(label(name, keys)))),
            None => pairs.removed.push((*at, Some(label(name, keys)))),
        }
    }
    let new = after.iter().filter(|(name, _)| !before.contains_key(*name));
    pairs.added = new.map(|(name, at)| (*at, Some(label(name, keys)))).collect();
    pairs.both.sort_unstable();
    pairs.removed.sort_unstable();
    pairs.added.sort_unstable();
    pairs
}

/// Pairs items that are equal, wherever they stand, and then what is left between two equal ones.
fn by_content(base: &[Doc], head: &[Doc]) -> Pairs {
    let (before, after): (Vec<_>, Vec<_>) = (base.iter().map(exact).collect(), head.iter().map(exact).collect());
    let mut pairs = Pairs::default();
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, text) in after.iter().enumerate().rev() {
        places.entry(text).or_default().push(at);
    }
    let mut taken = vec![false; head.len()];
    for (at, text) in before.iter().enumerate() {
        match places.get_mut(text.as_str()).and_then(Vec::pop) {
            Some(to) => {
                if let Some(flag) = taken.get_mut(to) {
                    *flag = true;
                }
                pairs.both.push((at, to, None));
            }
            None => pairs.removed.push((at, None)),
        }
    }
    let new = taken.iter().enumerate().filter(|(_, taken)| !**taken);
    pairs.added = new.map(|(at, _)| (at, None)).collect();
    pairs.reordered = is_reordered(&pairs);
    options(base, head, &mut pairs);
    let in_place: Vec<usize> = pairs.removed.iter().map(|(at, _)| *at).collect();
    for at in in_place {
        // A map that changed where it stands.
        if pairs.added.iter().any(|(to, _)| *to == at) && is_map(base.get(at)) && is_map(head.get(at)) {
            pairs.both.push((at, at, None));
            pairs.removed.retain(|(other, _)| *other != at);
            pairs.added.retain(|(other, _)| *other != at);
        }
    }
    pairs.both.sort_unstable();
    pairs
}

/// Returns the name in front of the value of an option: `--name=value`, `NAME=value`.
fn option(item: &Doc) -> Option<&str> {
    let (name, _) = item.as_str()?.split_once('=')?;
    let bare = name.trim_start_matches('-');
    let plain = !bare.is_empty() && bare.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:".contains(c));
    plain.then_some(name)
}

/// Pairs options with one name and another value, in their order where one is there several times.
fn options(base: &[Doc], head: &[Doc], pairs: &mut Pairs) {
    let mut come: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, _) in pairs.added.iter().rev() {
        if let Some(name) = head.get(*at).and_then(option) {
            come.entry(name).or_default().push(*at);
        }
    }
    let mut taken = BTreeSet::new();
    let both = &mut pairs.both;
    pairs.removed.retain(|(at, _)| {
        let to = base.get(*at).and_then(option).and_then(|name| come.get_mut(name)?.pop());
        both.extend(to.map(|to| (*at, to, None)));
        taken.extend(to);
        to.is_none()
    });
    pairs.added.retain(|(at, _)| !taken.contains(at));
}

#[cfg(test)]
mod tests {
    use super::pair;
    use crate::doc::Doc;
    use crate::source::Origins;

    #[test]
    fn options_are_known_by_their_names() {
        let mut origins = Origins::default();
        let origin = origins.derived("a test", &[]);
        let list = |items: &[&str]| items.iter().map(|item| Doc::str((*item).to_owned(), origin)).collect::<Vec<_>>();
        let pairs = pair(&list(&["--raw=90d", "run", "--five=1y", "-v"]), &list(&["--raw=120d", "run", "--five=90d"]));
        let both: Vec<(usize, usize)> = pairs.both.iter().map(|(from, to, _)| (*from, *to)).collect();
        assert_eq!(both, [(0, 0), (1, 1), (2, 2)]);
        assert_eq!((pairs.removed.len(), pairs.added.len(), pairs.reordered), (1, 0, false));
    }
}
