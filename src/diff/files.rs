//! Which file is which, and what changed in it.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::cause::{Causes, Context, Scope};
use super::rename::Renames;
use super::report::{Change, ChangeKind, FileChange, Object, Presence};
use super::tree::{self, Raw};
use super::view::{self, View};
use super::{lines, noise, tfvars};
use crate::doc::Doc;
use crate::emit::{Artifact, Body, TargetName};
use crate::pipeline::{Environment, Model};
use crate::source::{OriginId, Origins};

/// Two environments and what they were made of.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a> {
    pub(super) base: (&'a Environment, &'a Model),
    pub(super) head: (&'a Environment, &'a Model),
    pub(super) renames: &'a Renames,
    pub(super) scope: &'a Scope<'a>,
}

/// Compares the files of an environment. Files come by component and path.
pub(super) fn compare(sides: Sides<'_>, causes: &Causes<'_>) -> Vec<(Option<Arc<str>>, FileChange)> {
    let short = |environment: &Environment, artifact: &Artifact| {
        artifact.path.strip_prefix(environment.folder.as_str()).unwrap_or(&artifact.path).to_owned()
    };
    let index = |environment: &Environment| -> BTreeMap<String, usize> {
        environment.artifacts.iter().enumerate().map(|(at, artifact)| (short(environment, artifact), at)).collect()
    };
    let (before, after) = (index(sides.base.0), index(sides.head.0));
    let mut pairs: Vec<(Side<'_>, Side<'_>)> = Vec::new();
    for (path, at) in &before {
        let old = sides.base.0.artifacts.get(*at).map(|artifact| (path.as_str(), artifact));
        let new =
            after.get(path).and_then(|at| sides.head.0.artifacts.get(*at)).map(|artifact| (path.as_str(), artifact));
        pairs.push((old, new));
    }
    for (path, at) in after.iter().filter(|(path, _)| !before.contains_key(*path)) {
        if let Some(artifact) = sides.head.0.artifacts.get(*at) {
            pairs.push((None, Some((path, artifact))));
        }
    }
    join_moved(&mut pairs);
    if !sides.renames.is_empty() {
        join_renamed(&mut pairs, sides.renames);
    }
    let mut found: Vec<_> = pairs.iter().filter_map(|(old, new)| pair(*old, *new, &sides, causes)).collect();
    found.sort_by(|a, b| (&a.0, &a.1.path).cmp(&(&b.0, &b.1.path)));
    found
}

type Side<'a> = Option<(&'a str, &'a Artifact)>;

fn origins(side: Side<'_>) -> Option<&Origins> {
    side.and_then(|(_, artifact)| artifact.origins.as_deref())
}

/// Files that are on one side only, by what tells which is which.
type Loose<K> = BTreeMap<K, VecDeque<usize>>;

/// Returns the pairs that only have a new side, in order.
fn come<K: Ord>(pairs: &[(Side<'_>, Side<'_>)], key: impl Fn(Side<'_>) -> Option<K>) -> Loose<K> {
    let mut found: Loose<K> = BTreeMap::new();
    for (at, pair) in pairs.iter().enumerate().filter(|(_, pair)| pair.0.is_none()) {
        if let Some(key) = key(pair.1) {
            found.entry(key).or_default().push_back(at);
        }
    }
    found
}

/// Gives what is gone the new side of the first pair that has the same key.
fn join<K: Ord>(
    pairs: &mut Vec<(Side<'_>, Side<'_>)>,
    old: impl Fn(Side<'_>) -> Option<K>,
    new: impl Fn(Side<'_>) -> Option<K>,
) {
    let mut loose = come(pairs, new);
    for at in 0..pairs.len() {
        let Some(pair) = pairs.get(at).copied().filter(|pair| pair.1.is_none()) else { continue };
        let other = old(pair.0).and_then(|key| loose.get_mut(&key)?.pop_front());
        if let Some(side) = other.and_then(|other| pairs.get_mut(other)?.1.take())
            && let Some(pair) = pairs.get_mut(at)
        {
            pair.1 = Some(side);
        }
    }
    pairs.retain(|pair| pair.0.is_some() || pair.1.is_some());
}

/// A file of a component that is at another path, because its group or namespace is another one, is the same file.
fn join_moved(pairs: &mut Vec<(Side<'_>, Side<'_>)>) {
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let key = |side: Side<'_>| {
        let (path, artifact) = side?;
        Some((artifact.component.clone()?, artifact.target, name(path)))
    };
    join(pairs, key, key);
}

/// A file of what has another name now is the same file, and has that name in its path.
fn join_renamed(pairs: &mut Vec<(Side<'_>, Side<'_>)>, renames: &Renames) {
    let old = |side: Side<'_>| {
        let (path, artifact) = side?;
        let component = artifact.component.as_ref();
        let component = component.map(|name| renames.after(name).unwrap_or(name).clone());
        Some((renames.apply(path), artifact.target, component))
    };
    let new = |side: Side<'_>| {
        let (path, artifact) = side?;
        Some((path.to_owned(), artifact.target, artifact.component.clone()))
    };
    join(pairs, old, new);
}

fn pair(
    old: Side<'_>,
    new: Side<'_>,
    sides: &Sides<'_>,
    causes: &Causes<'_>,
) -> Option<(Option<Arc<str>>, FileChange)> {
    let (path, artifact) = new.or(old)?;
    let context = Context {
        origins: (origins(old), origins(new)),
        scope: sides.scope,
        component: artifact.component.as_deref(),
        file: path,
    };
    let presence = match (old, new) {
        (Some(_), Some(_)) => Presence::Both,
        (None, _) => Presence::Added,
        (_, None) => Presence::Removed,
    };
    let mut raws = Vec::new();
    match (old, new) {
        (Some((_, old)), Some((_, new))) if old.text == new.text && old.executable == new.executable => {}
        (Some((_, old)), Some((_, new))) => both(old, new, sides.renames, &mut raws),
        _ => raws.extend(one(old.map(|(_, artifact)| artifact), new.map(|(_, artifact)| artifact))),
    }
    let was = old.map(|(path, _)| path.to_owned()).filter(|was| was != path);
    if raws.is_empty() && was.is_none() {
        return None;
    }
    let changes = raws.into_iter().map(|raw| finish(raw, artifact.target, &context, causes)).collect();
    let lines = if presence == Presence::Both { 0 } else { artifact.text.lines().count() };
    let file = FileChange { path: path.to_owned(), was, target: artifact.target, presence, lines, changes };
    Some((artifact.component.clone(), file))
}

fn finish(raw: Raw, target: TargetName, context: &Context<'_>, causes: &Causes<'_>) -> Change {
    let causes = causes.of(&raw, context);
    let noise = raw.change.noise || noise::is_noise(&raw.change, target);
    Change { causes, noise, ..raw.change }
}

/// Compares a file that is on both sides.
fn both(old: &Artifact, new: &Artifact, renames: &Renames, out: &mut Vec<Raw>) {
    match (view::of(old), view::of(new)) {
        (View::Docs(before), View::Docs(after)) => documents(&before, &after, renames, out),
        (View::Variables(before), View::Variables(after)) => tfvars::files(before, after, out),
        _ => {}
    }
    if out.is_empty() {
        // Lines, and comments at the head of a file, which are no part of its documents.
        let documents = !matches!(view::of(new), View::Lines);
        let (before, after) = (view::lines(old), view::lines(new));
        out.extend(lines::compare("", &before, &after).map(|raw| lines::order_only(raw, (&before, &after), documents)));
        // Keys in another order say the same; hosts of an inventory are taken in their order.
        let keyed = matches!(new.body, Some(Body::Yaml(_) | Body::Json(_)));
        for raw in out.iter_mut().filter(|raw| keyed && raw.change.kind == ChangeKind::Reordered) {
            raw.change.noise = true;
        }
    }
    if old.executable != new.executable {
        let word = |artifact: &Artifact| if artifact.executable { "executable" } else { "not executable" };
        let mut change = Change::new("mode".to_owned(), ChangeKind::Changed, None, None);
        (change.before, change.after) = (Some(super::value::words(word(old))), Some(super::value::words(word(new))));
        out.push(Raw { change, base: vec![old.origin], head: vec![new.origin] });
    }
}

type Documents<'a> = [(Option<Object>, Cow<'a, Doc>)];

/// Compares documents: objects by kind, namespace and name, then by kind and name; others by their place.
fn documents(before: &Documents<'_>, after: &Documents<'_>, renames: &Renames, out: &mut Vec<Raw>) {
    type Key = (Option<Object>, usize);
    fn keyed<'a>(docs: &'a Documents<'_>) -> BTreeMap<Key, &'a Doc> {
        let mut count: BTreeMap<Option<Object>, usize> = BTreeMap::new();
        let mut keyed = BTreeMap::new();
        for (object, doc) in docs {
            let number = count.entry(object.clone()).or_default();
            keyed.insert((object.clone(), *number), &**doc);
            *number += 1;
        }
        keyed
    }
    let (mut old, mut new) = (keyed(before), keyed(after));
    let mut pairs: Vec<(Key, Option<&Doc>, Option<&Doc>)> = Vec::new();
    let same: Vec<Key> = old.keys().filter(|key| new.contains_key(*key)).cloned().collect();
    for key in same {
        let docs = (old.remove(&key), new.remove(&key));
        pairs.push((key, docs.0, docs.1));
    }
    // What is left: by kind and name, in any namespace.
    let loose = |object: &'_ Object, name: String| (object.kind.clone(), object.group.clone(), name);
    let mut by_name: BTreeMap<Option<(String, String, String)>, VecDeque<Key>> = BTreeMap::new();
    for key in new.keys() {
        let name = key.0.as_ref().map(|object| loose(object, object.name.clone()));
        by_name.entry(name).or_default().push_back(key.clone());
    }
    for (key, before) in std::mem::take(&mut old) {
        let names = match &key.0 {
            Some(object) => {
                vec![Some(loose(object, object.name.clone())), Some(loose(object, renames.apply(&object.name)))]
            }
            None => vec![None],
        };
        let other = names.iter().find_map(|name| by_name.get_mut(name)?.pop_front());
        let doc = other.as_ref().and_then(|other| new.remove(other));
        pairs.push((other.unwrap_or(key), Some(before), doc));
    }
    pairs.extend(new.into_iter().map(|(key, doc)| (key, None, Some(doc))));
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    for ((object, _), old, new) in pairs {
        let start = out.len();
        match (old, new) {
            (Some(old), Some(new)) => tree::compare(old, new, "", out),
            (old, new) => out.extend(whole(old, new)),
        }
        for raw in out.iter_mut().skip(start) {
            raw.change.object.clone_from(&object);
        }
    }
}

/// Returns the change of a document that came or went.
fn whole(old: Option<&Doc>, new: Option<&Doc>) -> Option<Raw> {
    let kind = if old.is_some() { ChangeKind::Removed } else { ChangeKind::Added };
    let doc = old.or(new)?;
    let mut raw = Raw::new(String::new(), kind, old, new);
    // What an object is made for stands in its name.
    let name = doc.at(&["metadata", "name"]).map(|name| name.origin);
    (if old.is_some() { &mut raw.base } else { &mut raw.head }).extend(name);
    Some(raw)
}

/// Returns the changes of a file that came or went: one for each object, or one for the file.
fn one(old: Option<&Artifact>, new: Option<&Artifact>) -> Vec<Raw> {
    let Some(artifact) = old.or(new) else { return Vec::new() };
    let mut raws = Vec::new();
    if let View::Docs(docs) = view::of(artifact)
        && artifact.target != TargetName::Renovate
    {
        for (object, doc) in &docs {
            let sides = if old.is_some() { (Some(&**doc), None) } else { (None, Some(&**doc)) };
            if let Some(mut raw) = whole(sides.0, sides.1) {
                raw.change.object.clone_from(object);
                raws.push(raw);
            }
        }
    }
    if raws.is_empty() {
        let kind = if old.is_some() { ChangeKind::Removed } else { ChangeKind::Added };
        let origin =
            |side: Option<&Artifact>| side.map(|artifact| artifact.origin).into_iter().collect::<Vec<OriginId>>();
        let count = artifact.text.lines().count();
        let mut change = Change::new(String::new(), kind, None, None);
        let shown = Some(super::value::words(format!("{count} lines")));
        (change.before, change.after) = if old.is_some() { (shown, None) } else { (None, shown) };
        raws.push(Raw { change, base: origin(old), head: origin(new) });
    }
    raws
}
