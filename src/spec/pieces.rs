//! Pieces of a spec that can be left out while the rest means what it meant.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::{AlertRoute, Flow, Platform, SpecFiles};
use crate::diag::nearest;
use crate::source::Span;
use crate::yaml::decode::OneOrMany;
use crate::yaml::{Field, Names, Node};

/// The section of components.
const COMPONENTS: &str = "components";

/// A piece of a spec.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Piece {
    /// An entry of a section, such as `backups.jobs`.
    Entry(&'static str, Arc<str>),
    /// The items of a list but for these, which could be read, by what tells them apart.
    Items(&'static str, Arc<BTreeSet<String>>),
    /// A whole section, of which nothing can be told.
    Section(&'static str),
}

impl Piece {
    /// Returns the component that it is.
    pub fn component(&self) -> Option<&Arc<str>> {
        match self {
            Self::Entry(COMPONENTS, name) => Some(name),
            _ => None,
        }
    }

    /// Returns what a piece of one side is called on the other one, which has an entry of nearly the same name that this
    /// one lacks.
    pub fn other_name(&self, own: &BTreeSet<Self>, others: &BTreeSet<Self>) -> Option<Self> {
        let Self::Entry(section, name) = self else { return None };
        if others.contains(self) {
            return None;
        }
        let gone = others.difference(own).filter_map(|piece| match piece {
            Self::Entry(path, other) if path == section => Some(other),
            _ => None,
        });
        nearest(name, gone.map(|other| &**other)).map(|near| Self::Entry(section, near.into()))
    }

    /// Returns the piece that is a component.
    pub const fn of_component(name: Arc<str>) -> Self {
        Self::Entry(COMPONENTS, name)
    }
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry(section, name) => write!(f, "{section}.{name}"),
            Self::Items(path, _) => write!(f, "{path}[]"),
            Self::Section(path) => f.write_str(path),
        }
    }
}

/// A section of named entries.
trait Section {
    /// Returns the place of each entry.
    fn places(&self) -> Vec<(Arc<str>, Span)>;

    /// Makes an entry one that could not be read.
    fn forget(&mut self, name: &str);

    /// Returns the place of the whole.
    fn place(&self) -> Option<Span>;

    /// Makes the whole something that could not be read.
    fn lose(&mut self);
}

impl<T> Section for Field<Names<T>> {
    fn places(&self) -> Vec<(Arc<str>, Span)> {
        let entries = self.value().into_iter().flatten();
        entries.map(|(name, named)| (name.clone(), named.place())).collect()
    }

    fn forget(&mut self, name: &str) {
        if let Self::Given(entries) = self
            && let Some(named) = entries.value.get_mut(name)
        {
            named.value = None;
        }
    }

    fn place(&self) -> Option<Span> {
        self.span()
    }

    fn lose(&mut self) {
        *self = Self::Broken;
    }
}

/// Gives a section of a platform, if that has it.
type Find = for<'p> fn(&'p mut Platform) -> Option<&'p mut dyn Section>;

/// The sections whose entries mean something each, by their paths.
const SECTIONS: [(&str, Find); 14] = [
    (COMPONENTS, |platform| Some(&mut platform.components)),
    ("alerts.groups", |platform| Some(&mut given(&mut platform.alerts)?.groups)),
    ("alerts.mute", |platform| Some(&mut given(&mut platform.alerts)?.mute)),
    ("alerts.receivers", |platform| Some(&mut given(&mut platform.alerts)?.receivers)),
    ("alerts.tests", |platform| Some(&mut given(&mut platform.alerts)?.tests)),
    ("backups.jobs", |platform| Some(&mut given(&mut platform.backups)?.jobs)),
    ("backups.restoreTests", |platform| Some(&mut given(&mut platform.backups)?.restore_tests)),
    ("backups.stores", |platform| Some(&mut given(&mut platform.backups)?.stores)),
    ("certificates", |platform| Some(&mut platform.certificates)),
    ("compositions", |platform| Some(&mut platform.compositions)),
    ("gates", |platform| Some(&mut platform.gates)),
    ("images", |platform| Some(&mut platform.images)),
    ("secrets.items", |platform| Some(&mut given(&mut platform.secrets)?.items)),
    ("tunnels", |platform| Some(&mut platform.tunnels)),
];

fn given<T>(field: &mut Field<T>) -> Option<&mut T> {
    match field {
        Field::Given(spanned) => Some(&mut spanned.value),
        _ => None,
    }
}

/// Returns a section of a platform by its path.
fn section<'p>(platform: &'p mut Platform, path: &str) -> Option<&'p mut dyn Section> {
    SECTIONS.iter().find(|(known, _)| *known == path)?.1(platform)
}

/// A list whose items mean something each.
#[derive(Debug)]
struct Listed {
    area: Option<Span>,
    items: Vec<Span>,
    /// What is left of it without the items in which something is wrong.
    rest: Piece,
}

impl Listed {
    /// Finds the items of a list, and which of them no error is in.
    fn new<T>(path: &'static str, list: &Field<Vec<Field<T>>>, key: fn(&T) -> String, errors: &BTreeSet<Span>) -> Self {
        let items = items(list, key);
        let (bad, good): (Vec<_>, Vec<_>) = items.iter().partition(|(_, area)| any_in(*area, errors));
        // Of those that nothing tells apart all are left out.
        let bad: BTreeSet<&String> = bad.into_iter().map(|(key, _)| key).collect();
        let kept = good.into_iter().map(|(key, _)| key).filter(|key| !bad.contains(key)).cloned().collect();
        let rest = Piece::Items(path, Arc::new(kept));
        Self { area: list.span(), items: items.into_iter().map(|(_, area)| area).collect(), rest }
    }

    fn holds(&self, place: Span) -> bool {
        self.area.is_some_and(|area| area.holds(place)) || self.items.iter().any(|area| area.holds(place))
    }
}

/// Returns whether an error lies in an area.
fn any_in(area: Span, errors: &BTreeSet<Span>) -> bool {
    let first = Span { end: area.start, ..area };
    errors.range(first..).take_while(|error| error.file == area.file && error.start <= area.end).any(|e| area.holds(*e))
}

fn items<T>(list: &Field<Vec<Field<T>>>, key: fn(&T) -> String) -> Vec<(String, Span)> {
    let given = list.value().into_iter().flatten().filter_map(Field::get);
    given.map(|item| (key(&item.value), item.span)).collect()
}

fn keep<T>(list: &mut Field<Vec<Field<T>>>, kept: &BTreeSet<String>, key: fn(&T) -> String) {
    if let Field::Given(items) = list {
        items.value.retain(|item| item.value().is_some_and(|item| kept.contains(&key(item))));
    }
}

/// Returns what tells a flow from others.
fn flow(flow: &Flow) -> String {
    let ends = |ends: &Field<OneOrMany<Arc<str>>>| {
        let ends = ends.value().map_or(&[][..], |ends| ends.0.as_slice());
        ends.iter().map(|end| &*end.value).collect::<Vec<_>>().join(",")
    };
    let fields = &flow.fields;
    let (tenant, name) = (fields.tenant.value().map(|tenant| &tenant.0), fields.name.value().map(|name| &name.0));
    format!("{} {} {} {tenant:?} {name:?}", flow.kind.word(), ends(&fields.from), ends(&fields.to))
}

/// Returns what tells a route from others: which alerts it takes.
fn route(route: &AlertRoute) -> String {
    let texts = |texts: &Field<Names<Arc<str>>>| -> Vec<(Arc<str>, Option<Arc<str>>)> {
        let entries = texts.value().into_iter().flatten();
        entries.map(|(label, named)| (label.clone(), named.value.as_ref().map(|text| text.value.clone()))).collect()
    };
    format!("{:?} {:?}", texts(&route.matches), texts(&route.fits))
}

/// Makes a platform one without some of its pieces, as if they could not be read.
pub(super) fn leave_out(platform: &mut Platform, pieces: &BTreeSet<Piece>) {
    for piece in pieces {
        match piece {
            Piece::Entry(path, name) => {
                if let Some(section) = section(platform, path) {
                    section.forget(name);
                }
            }
            Piece::Items("flows", kept) => keep(&mut platform.flows, kept, flow),
            Piece::Items(_, kept) => {
                if let Field::Given(alerts) = &mut platform.alerts {
                    keep(&mut alerts.value.routes, kept, route);
                }
            }
            Piece::Section("alerts.route") => {
                if let Field::Given(alerts) = &mut platform.alerts {
                    alerts.value.route = Field::Broken;
                }
            }
            Piece::Section("alerts") => platform.alerts = Field::Broken,
            Piece::Section("backups") => platform.backups = Field::Broken,
            Piece::Section(path) => {
                if let Some(section) = section(platform, path) {
                    section.lose();
                }
            }
        }
    }
}

/// Where the pieces of a spec stand.
#[derive(Debug)]
pub struct Pieces {
    entries: Vec<(Piece, Span)>,
    lists: Vec<Listed>,
    wholes: Vec<(Piece, Span)>,
}

impl Pieces {
    /// Finds them. Of an overlay its own entries count, too: `overlaid`. Of lists the items are kept in which no error is.
    pub fn of(platform: &Platform, overlaid: &[(Piece, Span)], errors: &BTreeSet<Span>) -> Self {
        let mut lists = vec![Listed::new("flows", &platform.flows, flow, errors)];
        let alerts = platform.alerts.value();
        lists.extend(alerts.map(|alerts| Listed::new("alerts.routes", &alerts.routes, route, errors)));
        let route = alerts.and_then(|alerts| alerts.route.span());
        let single =
            [("alerts.route", route), ("alerts", platform.alerts.span()), ("backups", platform.backups.span())];
        let mut platform = platform.clone();
        let (mut entries, mut wholes) = (Vec::new(), Vec::new());
        for (path, find) in SECTIONS {
            let Some(section) = find(&mut platform) else { continue };
            entries.extend(section.places().into_iter().map(|(name, place)| (Piece::Entry(path, name), place)));
            // Each component has to be known by its name.
            let place = section.place().filter(|_| path != COMPONENTS);
            wholes.extend(place.map(|place| (Piece::Section(path), place)));
        }
        entries.extend_from_slice(overlaid);
        wholes.extend(single.into_iter().filter_map(|(path, place)| Some((Piece::Section(path), place?))));
        Self { entries, lists, wholes }
    }

    /// Returns the piece that a place is in, the smallest one.
    pub fn at(&self, place: Span) -> Option<Piece> {
        let of = |all: &[(Piece, Span)]| Some(all.iter().find(|(_, area)| area.holds(place))?.0.clone());
        let item = || Some(self.lists.iter().find(|list| list.holds(place))?.rest.clone());
        of(&self.entries).or_else(item).or_else(|| of(&self.wholes))
    }
}

impl SpecFiles {
    /// Returns the entries of the sections: an overlay may go on naming what they do not have any more.
    pub fn entries(&self) -> BTreeSet<Piece> {
        overlaid(&self.root).into_iter().map(|(piece, _)| piece).collect()
    }

    /// Returns the same with those of overlays.
    pub fn all_entries(&self) -> BTreeSet<Piece> {
        self.trees().flat_map(overlaid).map(|(piece, _)| piece).collect()
    }
}

/// Returns the entries of the sections that an overlay has, with their places.
pub(super) fn overlaid(overlay: &Node) -> Vec<(Piece, Span)> {
    let mut all = Vec::new();
    for (path, _) in SECTIONS {
        let section = path.split('.').try_fold(overlay, |node, key| node.get(key));
        let entries = section.and_then(Node::as_mapping).into_iter().flat_map(|mapping| &mapping.entries);
        all.extend(
            entries.map(|entry| (Piece::Entry(path, entry.key.text.clone()), entry.key.span.to(entry.value.span))),
        );
    }
    all
}
