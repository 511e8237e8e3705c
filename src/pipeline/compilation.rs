//! What is asked of a compilation, and what comes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diag::{Diagnostic, Kind};
use crate::emit::{Artifact, Delivery};
use crate::graph::Graph;
use crate::lint;
use crate::lint::waiver::Waived;
use crate::model::Platform;
use crate::source::{SourceMap, Span};
use crate::spec::Piece;
use crate::spec::scalars::Date;
use crate::world::RelPath;

/// What to compile.
#[derive(Clone, Debug)]
pub struct Options {
    /// The spec, from the repository's root.
    pub spec: RelPath,
    /// Only these environments; all of them when empty.
    pub environments: Vec<String>,
    /// Whether what `why` and `diff` need is kept: the origin of every line, the documents and the model, and the
    /// environments that could be compiled although something is wrong.
    pub provenance: bool,
    /// Which rules are judged.
    pub choice: lint::Choice,
    /// Today, by which waivers expire; it never reaches an output. Without it no waiver does.
    pub today: Option<Date>,
    /// Whether a waiver that has expired or hides nothing is an error, as `lint` has it.
    pub strict: bool,
    /// How Argo CD gets what is made.
    pub delivery: Delivery,
    /// Pieces that are left out as if they could not be read, by environment: what another revision cannot read is no difference.
    pub without: Without,
}

/// Pieces of the spec, such as components, by their environments.
pub type Without = BTreeMap<Arc<str>, BTreeSet<Piece>>;

impl Options {
    /// Returns what compiles all environments of a spec, with every rule at its level.
    pub fn new(spec: RelPath) -> Self {
        let choice = lint::Choice::default();
        let (environments, delivery, without) = (Vec::new(), Delivery::Committed, Without::new());
        Self { spec, environments, provenance: false, choice, today: None, strict: false, delivery, without }
    }
}

/// The outcome of a compilation: everything that a front end needs.
#[derive(Debug)]
pub struct Compilation {
    /// The texts that spans point into.
    pub sources: SourceMap,
    /// All problems, in the order of their places.
    pub diagnostics: Vec<Diagnostic>,
    /// The names of the rules of the platform's own, if they were read.
    pub own_rules: Option<Vec<Arc<str>>>,
    /// The findings that waivers allow.
    pub waived: Vec<Waived>,
    /// The name of the platform, where it could be read.
    pub platform: Option<Arc<str>>,
    /// The environments that were compiled; none where something is wrong, unless origins were asked for.
    pub environments: Vec<Environment>,
    /// The environments in which something is wrong, if origins were asked for.
    pub partial: Vec<Partial>,
}

/// What can be told of an environment in which something is wrong.
#[derive(Debug)]
pub struct Partial {
    /// Its name.
    pub name: Arc<str>,
    /// Its files but for those of missing components; none where the rest means nothing without what is missing.
    pub environment: Option<Environment>,
    /// What could not be read.
    pub missing: Vec<Missing>,
}

/// Something that could not be read, by the problem that says why.
#[derive(Clone, Debug)]
pub struct Missing {
    /// The piece of the spec that it is in; none where the rest means nothing without it, or where it costs no piece.
    pub piece: Option<Piece>,
    /// The kind of the problem.
    pub kind: Kind,
    /// Its place.
    pub place: Option<Span>,
}

impl Missing {
    /// Returns the component, if it is one.
    pub fn component(&self) -> Option<&Arc<str>> {
        self.piece.as_ref().and_then(Piece::component)
    }
}

/// The outputs of one environment.
#[derive(Debug)]
pub struct Environment {
    /// Its name.
    pub name: Arc<str>,
    /// The folder that its files lie in, with a `/` at its end; empty for the base.
    pub folder: String,
    /// Its files, by path.
    pub artifacts: Vec<Artifact>,
    /// What they were made of, if origins were asked for.
    pub model: Option<Model>,
}

/// What the files of an environment were made of.
#[derive(Debug)]
pub struct Model {
    /// The platform as meant.
    pub platform: Platform,
    /// Its order.
    pub graph: Graph,
}

impl Compilation {
    /// Returns what a revision without a spec comes to: nothing, and no problem.
    pub fn nothing() -> Self {
        let (diagnostics, waived, environments, partial) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (sources, own_rules, platform) = (SourceMap::new(), None, None);
        Self { sources, diagnostics, own_rules, waived, platform, environments, partial }
    }

    /// Returns whether a problem stops the build.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// Iterates over the files of all environments.
    pub fn artifacts(&self) -> impl Iterator<Item = (&Environment, &Artifact)> {
        self.environments
            .iter()
            .flat_map(|environment| environment.artifacts.iter().map(move |file| (environment, file)))
    }
}
