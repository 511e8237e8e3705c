//! Terraform's parallel lists as machines: a place in the lists is the identity of one.

use super::report::ChangeKind;
use super::tree::{Raw, below, compare};
use super::value::words;
use crate::doc::{Doc, Map, Value};

/// The list that names the machines of a role.
const NAMES: &str = "_hostnames";

/// Compares two variables files.
pub(super) fn files(base: &Map, head: &Map, out: &mut Vec<Raw>) {
    let prefixes: Vec<&str> = head.iter().filter_map(|(key, _)| key.text.strip_suffix(NAMES)).collect();
    let roles: Vec<(&str, Role<'_>, Role<'_>)> = prefixes
        .into_iter()
        .filter_map(|prefix| Some((prefix, Role::of(base, prefix)?, Role::of(head, prefix)?)))
        .collect();
    for (prefix, before, after) in &roles {
        machines(prefix, before, after, out);
    }
    let of_role = |key: &str| roles.iter().any(|(_, before, after)| before.holds(key) && after.holds(key));
    let rest = |map: &Map| {
        let mut rest = Map::new();
        let plain = map.iter().filter(|(key, _)| !of_role(&key.text));
        plain.for_each(|(key, doc)| rest.push_new(key.clone(), doc.clone()));
        rest
    };
    let origin = |map: &Map| map.iter().next().map(|(_, doc)| doc.origin);
    if let (Some(old), Some(new)) = (origin(base), origin(head)) {
        compare(&Doc::map(rest(base), old), &Doc::map(rest(head), new), "", out);
    }
}

/// The lists of one role, all of one length.
struct Role<'a> {
    names: Vec<&'a str>,
    lists: Vec<(&'a str, &'a [Doc])>,
}

impl<'a> Role<'a> {
    fn of(map: &'a Map, prefix: &str) -> Option<Self> {
        let names = map.get(&format!("{prefix}{NAMES}"))?.as_list()?;
        let names: Vec<&str> = names.iter().map(Doc::as_str).collect::<Option<_>>()?;
        let lists =
            map.iter().filter(|(key, _)| key.text.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('_')));
        let lists = lists.filter_map(|(key, doc)| Some((&*key.text, doc.as_list()?.as_slice())));
        Some(Self { lists: lists.filter(|(_, list)| list.len() == names.len()).collect(), names })
    }

    fn holds(&self, key: &str) -> bool {
        self.lists.iter().any(|(name, _)| *name == key)
    }

    fn get(&self, key: &str, at: usize) -> Option<&'a Doc> {
        self.lists.iter().find(|(name, _)| *name == key)?.1.get(at)
    }

    /// Returns all that is said of a machine.
    fn machine(&self, prefix: &str, at: usize) -> Option<Doc> {
        let mut map = Map::new();
        let mut origin = None;
        for (name, list) in &self.lists {
            let doc = list.get(at)?;
            origin = origin.or(Some(doc.origin));
            let short = name.strip_prefix(prefix).unwrap_or(name).trim_start_matches('_');
            if short != "hostnames" {
                map.set(short.to_owned(), doc.clone());
            }
        }
        Some(Doc::new(Value::Map(map), origin?))
    }
}

/// Lists whose values no two machines share.
const OWN: [&str; 2] = ["_vm_ids", "_ips"];

/// Returns the places of machines that have another name: what is theirs alone is the same.
fn renamed(before: &Role<'_>, after: &Role<'_>) -> Vec<(usize, usize)> {
    let alone = |own: &Role<'_>, other: &Role<'_>| -> Vec<usize> {
        let names = own.names.iter().enumerate().filter(|(_, name)| !other.names.contains(*name));
        names.map(|(at, _)| at).collect()
    };
    let (gone, come) = (alone(before, after), alone(after, before));
    let lists = || before.lists.iter().map(|(key, _)| *key);
    let Some(own) = OWN.iter().find_map(|end| lists().find(|key| key.ends_with(end))) else { return Vec::new() };
    let value = |role: &Role<'_>, at: usize| role.get(own, at).map(super::value::exact);
    let same = |from: usize| come.iter().copied().find(|to| value(before, from) == value(after, *to));
    gone.into_iter().filter_map(|from| Some((from, same(from)?))).collect()
}

fn machines<'a>(prefix: &str, before: &Role<'a>, after: &Role<'a>, out: &mut Vec<Raw>) {
    let place = |role: &Role<'_>, name: &str| role.names.iter().position(|other| *other == name);
    let renamed = renamed(before, after);
    for (from, name) in before.names.iter().enumerate() {
        let new = renamed.iter().find(|(old, _)| *old == from).map(|(_, to)| *to);
        let name = new.and_then(|to| after.names.get(to)).unwrap_or(name);
        let path = format!("{prefix}[{name}]");
        if let Some(to) = new {
            let names = |role: &Role<'a>, at| role.get(&format!("{prefix}{NAMES}"), at);
            let place = below(&path, "hostname");
            out.push(Raw::new(place, ChangeKind::Changed, names(before, from), names(after, to)));
        }
        let Some(to) = new.or_else(|| place(after, name)) else {
            let machine = before.machine(prefix, from);
            out.push(Raw::new(path, ChangeKind::Removed, machine.as_ref(), None));
            continue;
        };
        if from != to {
            let docs = (before.get(&format!("{prefix}{NAMES}"), from), after.get(&format!("{prefix}{NAMES}"), to));
            let mut raw = Raw::new(path.clone(), ChangeKind::Moved, docs.0, docs.1);
            raw.change.before = Some(words(format!("index {from}")));
            raw.change.after = Some(words(format!("index {to}")));
            // Who came or went before it is the cause.
            raw.base.extend(
                before
                    .names
                    .iter()
                    .enumerate()
                    .filter(|(_, other)| place(after, other).is_none())
                    .filter_map(|(at, _)| Some(before.get(&format!("{prefix}{NAMES}"), at)?.origin)),
            );
            raw.head.extend(
                after
                    .names
                    .iter()
                    .enumerate()
                    .filter(|(_, other)| place(before, other).is_none())
                    .filter_map(|(at, _)| Some(after.get(&format!("{prefix}{NAMES}"), at)?.origin)),
            );
            out.push(raw);
        }
        for (key, _) in &after.lists {
            let short = key.strip_prefix(prefix).unwrap_or(key).trim_start_matches('_');
            let named = *key != format!("{prefix}{NAMES}");
            if let (Some(old), Some(new), true) = (before.get(key, from), after.get(key, to), named) {
                compare(old, new, &below(&path, short), out);
            }
        }
    }
    let is_new = |(at, name): &(usize, &&str)| place(before, name).is_none() && renamed.iter().all(|(_, to)| to != at);
    for (at, name) in after.names.iter().enumerate().filter(is_new) {
        let machine = after.machine(prefix, at);
        out.push(Raw::new(format!("{prefix}[{name}]"), ChangeKind::Added, None, machine.as_ref()));
    }
}

#[cfg(test)]
mod tests {
    use super::files;
    use crate::doc::{Doc, Map};
    use crate::source::Origins;

    fn variables(names: &[&str], cores: &[i64]) -> Map {
        let origin = Origins::new().defaulted("x", None);
        let mut map = Map::new();
        map.set("cluster", Doc::str("c", origin));
        let list = |items: Vec<Doc>| Doc::list(items, origin);
        map.set("worker_hostnames", list(names.iter().map(|name| Doc::str((*name).to_owned(), origin)).collect()));
        map.set("worker_cores", list(cores.iter().map(|count| Doc::int(*count, origin)).collect()));
        map
    }

    fn changes(base: &Map, head: &Map) -> Vec<String> {
        let mut out = Vec::new();
        files(base, head, &mut out);
        let line = |raw: &super::Raw| {
            let (before, after) = raw.change.values();
            format!("{} {before} > {after}", raw.change.path)
        };
        out.iter().map(line).collect()
    }

    #[test]
    fn a_machine_between_others_moves_those_behind_it() {
        let base = variables(&["a", "c"], &[2, 4]);
        assert_eq!(
            changes(&base, &variables(&["a", "b", "c"], &[2, 3, 4])),
            ["worker[c] index 1 > index 2", "worker[b]  > {cores: 3}"]
        );
        assert_eq!(
            changes(&base, &variables(&["c"], &[8])),
            ["worker[a] {cores: 2} > ", "worker[c] index 1 > index 0", "worker[c].cores 4 > 8"]
        );
        assert_eq!(changes(&base, &base), Vec::<String>::new());
    }
}
