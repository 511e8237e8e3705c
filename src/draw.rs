//! Drawings of a platform: what comes before what, what flows between what, what runs where, and how changes get there.
//!
//! [`order()`], [`flows()`], [`topology()`], [`volumes()`], [`secrets()`], [`plugins()`], [`layers()`] and [`delivery()`] make a [`Drawing`] of the model and the graph;
//! [`render`] writes it for Mermaid, for Graphviz (DOT) or as JSON. Nothing that is drawn is left without a name of the spec.

mod delivery;
mod dot;
mod flows;
mod focus;
mod json;
mod layers;
mod mermaid;
mod order;
mod plugins;
mod secrets;
mod telemetry;
mod topology;
mod volumes;

use std::collections::BTreeMap;

use crate::emit::print::is_hidden;

pub use delivery::{delivery, stations};
pub use flows::flows;
pub use focus::focus;
pub use layers::layers;
pub use order::order;
pub use plugins::plugins;
pub use secrets::secrets;
pub use topology::topology;
pub use volumes::volumes;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum View {
    /// What comes before what; the ranks are Argo CD's waves.
    Order,
    /// What flows between what, by kind.
    Flows,
    /// Hosts, nodes, and what runs where.
    Topology,
    /// Who keeps data, how much, and what it lies on.
    Volumes,
    /// The way of each secret from the store to who reads it.
    Secrets,
    /// The plugins of compositions, in the order in which they start.
    Plugins,
    /// What the code below each folder may import, and what never.
    Layers,
    /// The way of a change from the repository to what runs.
    Delivery,
}

impl View {
    /// Returns its name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Flows => "flows",
            Self::Topology => "topology",
            Self::Volumes => "volumes",
            Self::Secrets => "secrets",
            Self::Plugins => "plugins",
            Self::Layers => "layers",
            Self::Delivery => "delivery",
        }
    }
}

/// How a drawing is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Mermaid, which forges show as a picture.
    Mermaid,
    /// Graphviz.
    Dot,
    /// One JSON document.
    Json,
}

/// The shape of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Something that runs.
    Box,
    /// Something that keeps data.
    Store,
    /// Somebody outside of the platform.
    Person,
    /// A step that a person takes.
    Step,
    /// A machine.
    Machine,
}

/// The line of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Nothing works without it.
    Solid,
    /// It works once the other side is up.
    Dashed,
    /// It is no part of the order.
    Dotted,
    /// It must not be.
    Never,
}

/// What a line of a legend is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The drawing as a whole.
    Whole,
    /// Edges of a line.
    Line(Line),
    /// What is switched off.
    Off,
}

/// A frame around nodes and other frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// What is written on it.
    pub label: String,
    /// The frame around it, by index; always one before it.
    pub within: Option<usize>,
    /// Whether what is in it stands side by side, as a rank of an order.
    pub rank: bool,
}

/// A thing that is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is, such as `component/grafana`: the same in all drawings of a platform.
    pub id: String,
    /// What is written in it, line by line.
    pub lines: Vec<String>,
    /// Its shape.
    pub shape: Shape,
    /// The frame around it, by index.
    pub frame: Option<usize>,
    /// Whether it is switched off.
    pub off: bool,
}

/// A line between two nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Where it starts, by index.
    pub from: usize,
    /// Where its head is, by index.
    pub to: usize,
    /// What is written on it: one text a reason.
    pub labels: Vec<String>,
    /// How it is drawn.
    pub line: Line,
    /// Whether it is left out of pictures, because others lead the same way.
    pub implied: bool,
}

impl Drawing {
    /// Returns the lines of the legend for what is drawn.
    fn legend(&self) -> impl Iterator<Item = &String> {
        let is_there = |mark: Mark| match mark {
            Mark::Whole => true,
            Mark::Line(line) => self.edges.iter().any(|edge| edge.line == line),
            Mark::Off => self.nodes.iter().any(|node| node.off),
        };
        self.legend.iter().filter(move |(mark, _)| is_there(*mark)).map(|(_, text)| text)
    }

    /// Returns what is written beside a picture.
    fn beside(&self) -> impl Iterator<Item = &String> {
        self.legend().chain(&self.notes)
    }
}

impl Edge {
    /// Returns what pictures show of the reasons: no webhook of a kind that is named already, and few of them.
    fn shown(&self) -> Vec<String> {
        let named =
            |label: &str| label.strip_prefix(WEBHOOK).is_some_and(|kind| self.labels.iter().any(|one| one == kind));
        let mut shown: Vec<String> = self.labels.iter().filter(|label| !named(label)).cloned().collect();
        if shown.len() > MOST_LABELS {
            let more = shown.len() - (MOST_LABELS - 1);
            shown.truncate(MOST_LABELS - 1);
            shown.push(format!("{more} more"));
        }
        shown
    }
}

/// The start of a label for a webhook.
const WEBHOOK: &str = "webhook for ";

/// Most labels of an edge of a picture.
const MOST_LABELS: usize = 4;

/// A drawing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    /// What is drawn.
    pub view: View,
    /// What it is of.
    pub title: String,
    /// Whether it grows from left to right; from top to bottom otherwise.
    pub sideways: bool,
    /// What its lines mean; of what is not in it nothing is said.
    pub legend: Vec<(Mark, String)>,
    /// What a reader has to know besides, such as what was left out.
    pub notes: Vec<String>,
    /// The frames, outer ones first.
    pub frames: Vec<Frame>,
    /// The nodes.
    pub nodes: Vec<Node>,
    /// The edges.
    pub edges: Vec<Edge>,
}

/// Returns how many of something there are, in words that go on with what is done to them.
fn left_out(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one} is left out") } else { format!("{count} {one}s are left out") }
}

/// Writes a drawing.
pub fn render(drawing: &Drawing, format: Format) -> String {
    match format {
        Format::Mermaid => mermaid::render(drawing),
        Format::Dot => dot::render(drawing),
        Format::Json => json::render(drawing),
    }
}

/// Returns a text as one line in which every character is seen; never an empty one, which Mermaid does not take.
fn plain(text: &str) -> String {
    let seen: String = text.chars().map(|char| if is_hidden(char) { ' ' } else { char }).collect();
    if seen.trim().is_empty() { " ".to_owned() } else { seen }
}

/// A drawing that grows.
#[derive(Debug)]
struct Sketch {
    drawing: Drawing,
    places: BTreeMap<String, usize>,
}

impl Sketch {
    fn new(view: View, title: String, sideways: bool) -> Self {
        let drawing = Drawing {
            view,
            title,
            sideways,
            legend: Vec::new(),
            notes: Vec::new(),
            frames: Vec::new(),
            nodes: Vec::new(),
            edges: Vec::new(),
        };
        Self { drawing, places: BTreeMap::new() }
    }

    fn frame(&mut self, label: impl Into<String>, within: Option<usize>) -> usize {
        self.drawing.frames.push(Frame { label: label.into(), within, rank: false });
        self.drawing.frames.len() - 1
    }

    /// Returns the node of an id; a new one if there is none.
    fn node(&mut self, id: String, make: impl FnOnce() -> (Vec<String>, Shape, Option<usize>)) -> usize {
        let next = self.drawing.nodes.len();
        let at = *self.places.entry(id.clone()).or_insert(next);
        if at == next {
            let (lines, shape, frame) = make();
            self.drawing.nodes.push(Node { id, lines, shape, frame, off: false });
        }
        at
    }

    /// Adds an edge; one more reason if there is one like it already.
    fn edge(&mut self, from: usize, to: usize, label: Option<String>, line: Line) {
        let same = |edge: &&mut Edge| (edge.from, edge.to, edge.line) == (from, to, line);
        if let Some(edge) = self.drawing.edges.iter_mut().rev().take(RECENT).find(same) {
            edge.labels.extend(label.filter(|label| !edge.labels.contains(label)));
        } else {
            let labels = label.into_iter().collect();
            self.drawing.edges.push(Edge { from, to, labels, line, implied: false });
        }
    }
}

/// How many edges back one like it is looked for: those of one pair come one after the other, but for some of another line.
const RECENT: usize = 16;
