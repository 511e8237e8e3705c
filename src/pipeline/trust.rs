//! What can still be judged of an environment in which something is wrong.
//!
//! All problems are told in one run: errors of the spec do not keep its documents from being made and judged. A broken
//! part silences only what depends on it. Errors that leave nothing out of the model silence nothing, and neither do
//! sections that are misspelt; where flows are missing, the rules about flows keep silent; where other parts could not be
//! read, nothing is said of the documents of the components that they belong to, and of the rules that compare parts only
//! those about addresses are asked, which read little else, and of these none that an object may silence; where networks,
//! addresses or those of nodes could not be read, no rule that compares parts is.

mod areas;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Missing;
use crate::diag::{Diagnostic, Kind};
use crate::graph::{CYCLE, GATE_NOT_HELD, NO_PROVIDER};
use crate::lint::rule::{Check, Group};
use crate::lint::rules::addresses::{
    LOCAL_TRAFFIC, OUTSIDE_POOLS, POOL_OUTSIDE_NETWORK, POOL_OVER_TAKEN, UNKNOWN_POOL,
};
use crate::lint::rules::secrets::{BACKUP_MISSING, LEFT_OUT_OF_BACKUPS};
use crate::lint::rules::topology::ONCE_WITH_COPIES;
use crate::lint::{Rule, rules};
use crate::model::{self, Platform};
use crate::source::Span;
use crate::spec::{self, Piece};

use areas::Areas;

/// Errors that leave nothing out of the model: they judge what is in it.
const JUDGED: [Kind; 24] = [
    CYCLE,
    GATE_NOT_HELD,
    NO_PROVIDER,
    model::AMBIGUOUS_ENDPOINT,
    model::INCOMPLETE,
    model::NO_EFFECT,
    model::NO_HOST,
    model::NO_INGRESS,
    model::NO_PROVISIONER,
    model::OUTSIDE_NETWORK,
    model::OVERLAP,
    model::TAKEN_TWICE,
    model::TENANT,
    model::TWO_DEFAULTS,
    model::UNKNOWN_HYPERVISOR,
    model::UNKNOWN_INGRESS_CLASS,
    model::UNKNOWN_NETWORK,
    model::UNKNOWN_SECRET,
    model::UNKNOWN_STORAGE_CLASS,
    model::UNKNOWN_VOLUME_GROUP,
    model::UNTESTED_VERSION,
    model::WIRING,
    model::WRONG_OWNER,
    crate::lint::SECRET_IN_VALUES,
];

/// Errors that cost a flow, or a reference of one component to another.
const OF_FLOWS: [Kind; 6] = [
    model::AMBIGUOUS_ROLE,
    model::NOT_OPENED,
    model::NOT_SERVED,
    model::UNKNOWN_COMPONENT,
    model::UNKNOWN_OPTION,
    model::UNKNOWN_VIA,
];

/// Rules about addresses that an object may silence, or that miss one: a component that could not be read may have it.
const MISSING: [Kind; 5] = [LOCAL_TRAFFIC, OUTSIDE_POOLS, POOL_OUTSIDE_NETWORK, POOL_OVER_TAKEN, UNKNOWN_POOL];

/// Rules outside of the wiring that read flows.
const READ_FLOWS: [Kind; 3] = [BACKUP_MISSING, LEFT_OUT_OF_BACKUPS, ONCE_WITH_COPIES];

/// How much of the spec is missing in the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Loss {
    Nothing,
    /// Flows whose ends are not there.
    Flows,
    /// Parts of components, flows that could not be read, and whatever else addresses do not need.
    Apart,
    /// Anything.
    Parts,
}

/// What can still be judged.
#[derive(Debug)]
pub(super) struct Trust {
    loss: Loss,
    /// Whether there is an order.
    order: bool,
    /// Whether there are errors at all.
    failed: bool,
    /// Where errors are.
    places: BTreeSet<Span>,
    /// The components that could not be read in full.
    touched: BTreeSet<Arc<str>>,
    /// Whether that may be all of them.
    all: bool,
    /// What could not be read.
    missing: Vec<Missing>,
}

impl Trust {
    /// Returns what errors leave to be judged.
    pub(super) fn new<'d>(
        errors: &(impl Iterator<Item = &'d Diagnostic> + Clone),
        written: &spec::Written,
        platform: &Platform,
    ) -> Self {
        let errors = || errors.clone().filter(|problem| problem.is_error());
        let most = errors().map(|problem| loss(problem.kind)).max().unwrap_or(Loss::Nothing);
        let order = errors().all(|problem| problem.kind != CYCLE);
        let label = |problem: &Diagnostic| problem.primary.as_ref().map(|label| label.span);
        let places = errors().filter_map(label).collect();
        let mut trust = Self {
            loss: if platform.complete { Loss::Nothing } else { Loss::Apart },
            order,
            failed: errors().next().is_some(),
            places,
            touched: BTreeSet::new(),
            all: false,
            missing: Vec::new(),
        };
        // What is not certain of a component has been reported, wherever that stands.
        let doubtful = platform.components.iter().filter(|component| component.doubtful);
        trust.touched.extend(doubtful.map(|component| component.name.value.clone()));
        let areas = (most == Loss::Parts).then(|| Areas::new(written, &trust.places));
        // A section that is misspelt is read as the one that is meant.
        let respelt = |problem: &Diagnostic| label(problem).is_some_and(|place| written.respelt.contains(&place));
        for error in errors().filter(|problem| loss(problem.kind) != Loss::Nothing && !respelt(problem)) {
            let mut piece = None;
            let mut cost = loss(error.kind);
            if let Some(areas) = areas.as_ref().filter(|_| cost == Loss::Parts) {
                match label(error) {
                    Some(place) => (piece, cost) = trust.touch(areas, place),
                    // Nobody knows what a problem without a place is about.
                    None => trust.all = true,
                }
            }
            trust.loss = trust.loss.max(cost);
            trust.missing.push(Missing { piece, kind: error.kind, place: label(error) });
        }
        trust
    }

    /// Notes what an error at a place costs. Returns the piece that it belongs to, and how much it is.
    fn touch(&mut self, areas: &Areas<'_>, place: Span) -> (Option<Piece>, Loss) {
        if let Some(name) = areas.component(place) {
            self.touched.insert(name.clone());
            return (Some(Piece::of_component(name.clone())), Loss::Apart);
        }
        let piece = areas.pieces.at(place);
        if let Some(members) = areas.group(place) {
            self.touched.extend(members);
            return (piece, Loss::Apart);
        }
        if areas.is_apart(place) {
            return (piece, Loss::Apart);
        }
        self.all |= areas.may_be_of_all(place);
        (piece, Loss::Parts)
    }

    /// Returns what could not be read, and whether the rest can be compared with another revision.
    pub(super) fn missing(&self) -> (Vec<Missing>, bool) {
        let known = self.loss < Loss::Apart
            || !self.touched.is_empty()
            || self.missing.iter().any(|missing| missing.piece.is_some());
        // A section that others read, such as the nodes; what stands in the library or in a manifest is of those that use it.
        let of_none = |missing: &Missing| missing.piece.is_none() && loss(missing.kind) == Loss::Parts;
        (self.missing.clone(), known && !self.missing.iter().any(of_none))
    }

    /// Returns whether nothing is wrong.
    pub(super) const fn is_whole(&self) -> bool {
        !self.failed
    }

    /// Returns whether a rule can be asked.
    pub(super) fn asks(&self, rule: &Rule) -> bool {
        let compares = matches!(rule.check, Check::Platform(_));
        match self.loss {
            _ if !compares => true,
            Loss::Nothing => self.order || rule.group != Group::Order,
            Loss::Flows => {
                (self.order || rule.group != Group::Order)
                    && rule.group != Group::Wiring
                    && !READ_FLOWS.contains(&rule.kind)
            }
            Loss::Apart => rule.group == Group::Addresses && !MISSING.contains(&rule.kind),
            Loss::Parts => false,
        }
    }

    /// Returns whether the rules of the platform's own can be asked: they may read anything.
    pub(super) fn asks_own(&self) -> bool {
        self.loss == Loss::Nothing && self.order
    }

    /// Returns whether what the targets say of a component or of the whole platform counts: what they miss may be what is
    /// broken.
    pub(super) fn counts(&self, emitted: &Diagnostic) -> bool {
        self.is_whole()
            || self.loss == Loss::Nothing
                && rules::find(emitted.kind.name).is_some_and(|rule| rule.adjustable && rule.group != Group::Wiring)
    }

    /// Returns whether an error is at a place, or at the value of a key.
    fn is_said(&self, place: Span) -> bool {
        let behind = |error: &Span| error.start >= place.end && error.start - place.end <= 2;
        let next = self.places.range(Span { start: place.end, end: place.end, ..place }..).next();
        self.places.contains(&place) || next.is_some_and(|error| error.file == place.file && behind(error))
    }

    /// Keeps the findings that do not follow from an error.
    pub(super) fn filter(&self, found: &mut Vec<Diagnostic>) {
        if self.is_whole() {
            return;
        }
        found.retain(|problem| {
            let own = problem.about.as_ref().is_none_or(|about| !self.touched.contains(about));
            let said = problem.primary.as_ref().is_some_and(|label| self.is_said(label.span));
            own && !self.all && !said
        });
    }
}

/// Returns how much an error costs.
fn loss(kind: Kind) -> Loss {
    // What packs, waivers and rules of the platform's own say wrong is no part of the model.
    let policy = kind.code.starts_with("DV07") || rules::find(kind.name).is_some_and(|rule| rule.adjustable);
    if JUDGED.contains(&kind) || policy {
        Loss::Nothing
    } else if OF_FLOWS.contains(&kind) {
        Loss::Flows
    } else {
        Loss::Parts
    }
}

/// Returns whether an error costs parts of the model.
pub(super) fn costs(kind: Kind) -> bool {
    loss(kind) != Loss::Nothing
}
