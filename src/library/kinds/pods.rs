//! Pieces of pods in Helm values: charts hand them on as they are, under keys that all charts call alike.
//!
//! A chart may put fields of its own beside those of Kubernetes, such as `enabled`. So only what is nearly a field is one that is
//! misspelt; words and forms are those that the server takes.

use super::judge::{At, Flaw, Walk};
use super::sound::{Need, are_met, positions};
use super::table::KindTables;
use crate::diag::is_slip;
use crate::doc::{Doc, Outline, Outlined, PerOutline, Value};
use crate::source::OriginId;

/// Deepest nesting that is followed.
const MAX_DEPTH: usize = 64;

const CONTAINER: &str = "Container";
const POD: &str = "PodSpec";

/// Something that is wrong with a piece of a pod.
#[derive(Clone, Debug, PartialEq)]
pub struct PodFault {
    /// The path in the values, as people write it.
    pub path: String,
    /// The key or value at fault.
    pub origin: OriginId,
    /// What is wrong.
    pub flaw: Flaw,
}

/// Shapes and their fields.
type Fields = &'static [(&'static str, &'static str)];

/// Returns the shapes and fields that the value of a key may be: it is wrong if it is wrong as each of them.
fn fields(key: &str) -> Fields {
    match key {
        "resources" => &[(CONTAINER, "resources")],
        "podSecurityContext" => &[(POD, "securityContext")],
        "containerSecurityContext" => &[(CONTAINER, "securityContext")],
        "securityContext" => &[(CONTAINER, "securityContext"), (POD, "securityContext")],
        "env" | "extraEnv" | "extraEnvVars" => &[(CONTAINER, "env")],
        "envFrom" | "extraEnvFrom" => &[(CONTAINER, "envFrom")],
        "volumeMounts" | "extraVolumeMounts" => &[(CONTAINER, "volumeMounts")],
        "volumes" | "extraVolumes" => &[(POD, "volumes")],
        "initContainers" | "extraInitContainers" | "extraContainers" => &[(POD, "initContainers")],
        "lifecycle" => &[(CONTAINER, "lifecycle")],
        "tolerations" => &[(POD, "tolerations")],
        "affinity" => &[(POD, "affinity")],
        "topologySpreadConstraints" => &[(POD, "topologySpreadConstraints")],
        "dnsConfig" => &[(POD, "dnsConfig")],
        "hostAliases" => &[(POD, "hostAliases")],
        "dnsPolicy" => &[(POD, "dnsPolicy")],
        "imagePullPolicy" | "pullPolicy" => &[(CONTAINER, "imagePullPolicy")],
        _ if key.ends_with("Probe") => &[(CONTAINER, "livenessProbe")],
        _ => &[],
    }
}

/// Where pieces of pods stand in values, by outline.
#[derive(Debug, Default)]
pub struct Pieces(PerOutline<Vec<Piece>>);

/// A piece of a pod in all values of an outline.
#[derive(Clone, Debug)]
struct Piece {
    /// The number of its node.
    at: usize,
    /// What it may be.
    fields: Fields,
    /// What its nodes have to say to be sound, where nothing else decides that.
    needs: Option<Vec<(usize, Need)>>,
}

impl Pieces {
    /// Returns the pieces in values.
    fn of<'p>(&'p mut self, tables: &KindTables, doc: &Doc, outline: &Outline<'_>) -> &'p [Piece] {
        if self.0.get(outline).is_none() {
            let mut all = Vec::new();
            pieces(doc, &mut String::new(), 0, &mut |fields, piece, _| {
                let at = outline.nodes().iter().position(|node| std::ptr::eq(*node, piece));
                let first = fields.first().map(|field| tables.as_field(*field, piece)).unwrap_or_default();
                let needs = first.needs.filter(|_| first.found.is_empty()).and_then(|all| positions(all, outline));
                all.extend(at.map(|at| Piece { at, fields, needs }));
            });
            self.0.set(outline, all);
        }
        self.0.get(outline).map(Vec::as_slice).unwrap_or_default()
    }
}

/// What was found in a piece, judged as one field.
#[derive(Debug, Default)]
struct Judged<'d> {
    found: Vec<(OriginId, String, Flaw)>,
    /// What its scalars have to say; nothing where more than that decided.
    needs: Option<Vec<(&'d Doc, Need)>>,
}

/// Looks for pieces of pods, with their paths.
fn pieces<'d>(doc: &'d Doc, path: &mut String, depth: usize, found: &mut dyn FnMut(Fields, &'d Doc, &str)) {
    let length = path.len();
    match &doc.value {
        _ if depth > MAX_DEPTH => {}
        Value::Map(map) => {
            for (key, value) in map.iter() {
                path.push_str(if length == 0 { "" } else { "." });
                path.push_str(&key.text);
                match fields(&key.text) {
                    [] => pieces(value, path, depth + 1, found),
                    fields => found(fields, value, path),
                }
                path.truncate(length);
            }
        }
        Value::List(items) => {
            for (at, item) in items.iter().enumerate() {
                path.extend(["[", &at.to_string(), "]"]);
                pieces(item, path, depth + 1, found);
                path.truncate(length);
            }
        }
        _ => {}
    }
}

impl KindTables {
    /// Judges the pieces of pods in values. Values of an outline that was met have theirs where the others had them.
    pub fn pods(&self, values: Outlined<'_>, known: &mut Pieces) -> Vec<PodFault> {
        let Outlined { doc, outline } = values;
        if let Some(outline) = outline {
            let sound = |piece: &Piece| {
                piece.needs.as_ref().is_some_and(|needs| are_met(needs, outline.nodes()))
                    || outline.nodes().get(piece.at).is_some_and(|doc| self.piece(piece.fields, doc, "").is_empty())
            };
            if known.of(self, doc, outline).iter().all(sound) {
                return Vec::new();
            }
        }
        let mut all = Vec::new();
        pieces(doc, &mut String::new(), 0, &mut |fields, piece, path| all.extend(self.piece(fields, piece, path)));
        all
    }

    /// Judges a value as one of some fields.
    fn piece(&self, fields: &[(&str, &str)], doc: &Doc, path: &str) -> Vec<PodFault> {
        let mut fields = fields.iter();
        let mut found = fields.next().map(|field| self.as_field(*field, doc).found).unwrap_or_default();
        for field in fields {
            let other = if found.is_empty() { Vec::new() } else { self.as_field(*field, doc).found };
            found.retain(|(origin, ..)| other.iter().any(|(other, ..)| other == origin));
        }
        let fault = |(origin, below, flaw): (OriginId, String, Flaw)| {
            let dot = if below.is_empty() || below.starts_with('[') { "" } else { "." };
            PodFault { path: format!("{path}{dot}{below}"), origin, flaw }
        };
        found.into_iter().map(fault).collect()
    }

    fn as_field<'d>(&self, (name, field): (&str, &str), doc: &'d Doc) -> Judged<'d> {
        let node = || {
            let place = self.place(usize::MAX, name)?;
            let (table, shape) = self.shape(place)?;
            let fields = shape.fields(shape.nodes.last()?);
            let field = fields.iter().find(|known| table.slice(&known.name) == field)?;
            Some((At { number: place.table, table, shape }, shape.node(field.node)?))
        };
        let Some((at, node)) = node() else { return Judged::default() };
        let mut walk = Walk::new(self);
        walk.node(at, node, doc, doc.origin);
        walk.found.retain(|(_, path, flaw)| match flaw {
            Flaw::UnknownField { near: Some(near), .. } => {
                let key = path.rsplit('.').next().unwrap_or(path);
                is_slip(key, near)
            }
            // Charts write some words in capitals themselves.
            Flaw::NotAWord { given, words } => {
                let same = |word: &String| word.eq_ignore_ascii_case(given);
                !given.is_empty() && !given.contains("{{") && !words.iter().any(same)
            }
            Flaw::BadForm { .. } => true,
            _ => false,
        });
        let needs = (!walk.undecided).then_some(walk.needs);
        Judged { found: walk.found, needs }
    }
}
