//! Pieces of a spec that can be left out while the rest means what it meant.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::{AlertRoute, Flow, Platform};
use crate::source::Span;
use crate::yaml::decode::{Named, OneOrMany};
use crate::yaml::{Field, Names, Node};

/// The section of components.
const COMPONENTS: &str = "components";

/// A piece of a spec.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Piece {
    /// An entry of a section, such as `backups.jobs`.
    Entry(&'static str, Arc<str>),
    /// The items of a list but for these, which could be read, by what tells them apart.
    Items(&'static str, BTreeSet<String>),
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
        entries.map(|(name, named)| (name.clone(), whole(named))).collect()
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

/// Returns the place of an entry; key and value may stand in two files.
fn whole<T>(named: &Named<T>) -> Span {
    let key = named.key;
    match &named.value {
        Some(value) if key.file == value.span.file && key.start <= value.span.end => key.to(value.span),
        Some(value) => value.span,
        None => key,
    }
}

/// Returns the sections whose entries mean something each, by their paths.
fn sections(platform: &mut Platform) -> Vec<(&'static str, &mut dyn Section)> {
    let mut all: Vec<(&'static str, &mut dyn Section)> = vec![
        (COMPONENTS, &mut platform.components),
        ("certificates", &mut platform.certificates),
        ("compositions", &mut platform.compositions),
        ("gates", &mut platform.gates),
        ("images", &mut platform.images),
        ("tunnels", &mut platform.tunnels),
    ];
    if let Field::Given(backups) = &mut platform.backups {
        all.push(("backups.jobs", &mut backups.value.jobs));
        all.push(("backups.restoreTests", &mut backups.value.restore_tests));
        all.push(("backups.stores", &mut backups.value.stores));
    }
    if let Field::Given(alerts) = &mut platform.alerts {
        all.push(("alerts.groups", &mut alerts.value.groups));
        all.push(("alerts.mute", &mut alerts.value.mute));
        all.push(("alerts.receivers", &mut alerts.value.receivers));
        all.push(("alerts.tests", &mut alerts.value.tests));
    }
    if let Field::Given(secrets) = &mut platform.secrets {
        all.push(("secrets.items", &mut secrets.value.items));
    }
    all
}

/// A list whose items mean something each: what they are told apart by, and where they stand.
type Listed = (&'static str, Option<Span>, Vec<(String, Span)>);

fn lists(platform: &Platform) -> Vec<Listed> {
    let mut all = vec![("flows", platform.flows.span(), items(&platform.flows, flow))];
    if let Some(alerts) = platform.alerts.value() {
        all.push(("alerts.routes", alerts.routes.span(), items(&alerts.routes, route)));
    }
    all
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
                for (_, section) in sections(platform).into_iter().filter(|(known, _)| known == path) {
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
                for (_, section) in sections(platform).into_iter().filter(|(known, _)| known == path) {
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
    /// Lists, with what tells their items apart and where those are.
    lists: Vec<Listed>,
    wholes: Vec<(Piece, Span)>,
}

impl Pieces {
    /// Finds them. Of an overlay its own entries count, too: `overlaid`.
    pub fn of(platform: &Platform, overlaid: &[(Piece, Span)]) -> Self {
        let lists = lists(platform);
        let mut platform = platform.clone();
        let alerts = platform.alerts.value().and_then(|alerts| alerts.route.span());
        let single =
            [("alerts.route", alerts), ("alerts", platform.alerts.span()), ("backups", platform.backups.span())];
        let (mut entries, mut wholes) = (Vec::new(), Vec::new());
        for (path, section) in sections(&mut platform) {
            entries.extend(section.places().into_iter().map(|(name, place)| (Piece::Entry(path, name), place)));
            // Each component has to be known by its name.
            let place = section.place().filter(|_| path != COMPONENTS);
            wholes.extend(place.map(|place| (Piece::Section(path), place)));
        }
        entries.extend_from_slice(overlaid);
        wholes.extend(single.into_iter().filter_map(|(path, place)| Some((Piece::Section(path), place?))));
        Self { entries, lists, wholes }
    }

    /// Returns the piece that a place is in, the smallest one. Of lists the items are kept in which no error is.
    pub fn at(&self, place: Span, errors: &BTreeSet<Span>) -> Option<Piece> {
        let of = |all: &[(Piece, Span)]| Some(all.iter().find(|(_, area)| holds(*area, place))?.0.clone());
        of(&self.entries).or_else(|| self.item(place, errors)).or_else(|| of(&self.wholes))
    }

    fn item(&self, place: Span, errors: &BTreeSet<Span>) -> Option<Piece> {
        let within = |(_, area, items): &&Listed| {
            area.is_some_and(|area| holds(area, place)) || items.iter().any(|(_, area)| holds(*area, place))
        };
        let (path, _, items) = self.lists.iter().find(within)?;
        let broken = |area: Span| errors.iter().any(|error| holds(area, *error));
        let bad: BTreeSet<&String> = items.iter().filter(|(_, area)| broken(*area)).map(|(key, _)| key).collect();
        let kept = items.iter().map(|(key, _)| key).filter(|key| !bad.contains(key)).cloned().collect();
        Some(Piece::Items(path, kept))
    }
}

/// Returns the entries of the sections that an overlay has, with their places.
pub(super) fn overlaid(overlay: &Node) -> Vec<(Piece, Span)> {
    let mut all = Vec::new();
    for path in [
        COMPONENTS,
        "alerts.groups",
        "alerts.mute",
        "alerts.receivers",
        "alerts.tests",
        "backups.jobs",
        "backups.restoreTests",
        "backups.stores",
        "certificates",
        "compositions",
        "gates",
        "images",
        "secrets.items",
        "tunnels",
    ] {
        let section = path.split('.').try_fold(overlay, |node, key| node.get(key));
        let entries = section.and_then(Node::as_mapping).into_iter().flat_map(|mapping| &mapping.entries);
        all.extend(
            entries.map(|entry| (Piece::Entry(path, entry.key.text.clone()), entry.key.span.to(entry.value.span))),
        );
    }
    all
}

fn holds(area: Span, place: Span) -> bool {
    area.file == place.file && area.start <= place.start && place.end <= area.end
}
