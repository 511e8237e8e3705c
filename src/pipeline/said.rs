//! What is not said because something else is: the same again, and what follows from it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diag::{Diagnostic, Kind, Label, Severity};
use crate::emit::OVERWRITTEN;
use crate::library::contract::{OLDER_CONTRACT, UNCHECKED_CHART};
use crate::library::kinds::UNCHECKED_KIND;
use crate::model::{AMBIGUOUS_ROLE, TAKEN_TWICE, UNKNOWN_COMPONENT, UNKNOWN_LIBRARY};
use crate::policy::FAILED;
use crate::source::{SourceMap, Span};

/// Where something is wrong in files of the user, errors at lines of the library follow from it: nobody can change these.
pub(super) fn without_followers(diagnostics: &mut Vec<Diagnostic>, sources: &SourceMap) {
    let built_in = |problem: &Diagnostic| {
        problem.is_error() && problem.primary.as_ref().is_some_and(|label| sources.file(label.span.file).is_built_in())
    };
    if diagnostics.iter().any(|problem| problem.is_error() && !built_in(problem)) {
        diagnostics.retain(|problem| !built_in(problem));
    }
}

/// What follows from another finding, by the names of both: at the same place.
const FOLLOWS: [(&str, &str); 4] = [
    // The newest image has no version that a bot could move.
    ("unseen-pin", "image-latest"),
    ("unchecked-kind", "kind-without-definition"),
    // What is there twice has all its ports twice.
    ("host-port-twice", "kind-provided-twice"),
    ("load-balancer-address-outside-pools", "address-asked-twice"),
];

/// The same, wherever in an environment it is: while a pool lies in no network, the addresses in it are in no pool.
const FOLLOWS_ANYWHERE: [(&str, &str); 1] = [("load-balancer-address-outside-pools", "pool-outside-network")];

/// Takes out what follows from other findings: one cause is reported once.
pub(super) fn without_consequences(diagnostics: &mut Vec<Diagnostic>) {
    let place = |problem: &Diagnostic| problem.primary.as_ref().map(|label| label.span);
    let mut causes = BTreeSet::new();
    let mut anywhere = BTreeSet::new();
    for problem in diagnostics.iter() {
        if let Some((_, cause)) = FOLLOWS.iter().find(|(_, cause)| *cause == problem.kind.name) {
            causes.insert((*cause, place(problem)));
        }
        if let Some((_, cause)) = FOLLOWS_ANYWHERE.iter().find(|(_, cause)| *cause == problem.kind.name) {
            anywhere.insert((*cause, problem.environment.clone()));
        }
    }
    diagnostics.retain(|problem| {
        let follows = |(what, _): &&(&str, &str)| *what == problem.kind.name;
        let here = FOLLOWS.iter().find(follows).map(|(_, cause)| (*cause, place(problem)));
        let there = FOLLOWS_ANYWHERE.iter().find(follows).map(|(_, cause)| (*cause, problem.environment.clone()));
        here.is_none_or(|cause| !causes.contains(&cause)) && there.is_none_or(|cause| !anywhere.contains(&cause))
    });
}

/// Names that are misspelt where they are declared: who names the thing as it is meant is right.
const DECLARED: [&str; 2] = [UNKNOWN_LIBRARY.name, "misspelt-volume-group"];

/// Takes out reports that would spread a name that is misspelt where it is declared.
pub(super) fn without_spread(diagnostics: &mut Vec<Diagnostic>) {
    let names = |problem: &Diagnostic| -> Vec<String> {
        problem.message.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    let mut right = BTreeSet::new();
    for problem in diagnostics.iter().filter(|problem| DECLARED.contains(&problem.name())) {
        let edits = problem.fix.iter().flat_map(|fix| &fix.edits);
        right.extend(edits.flat_map(|edit| names(problem).into_iter().map(|wrong| (edit.text.clone(), wrong))));
    }
    if right.is_empty() {
        return;
    }
    diagnostics.retain(|problem| {
        let meant = |help: &str| Some(help.strip_prefix("did you mean `")?.strip_suffix("`?")?.to_owned());
        let meant: Vec<String> = problem.help.iter().filter_map(|help| meant(help)).collect();
        let spreads = |name: String| meant.iter().any(|meant| right.contains(&(name.clone(), meant.clone())));
        !names(problem).into_iter().any(spreads)
    });
}

/// As many places are shown of what is said once for all of them.
const SHOWN: usize = 5;

/// A role that two components play is one mistake, however many flows name it; a rule of the platform's own that cannot be
/// evaluated is broken once, wherever it stops in which environment.
pub(super) fn once_for_all_places(diagnostics: &mut Vec<Diagnostic>) {
    let mut first = BTreeMap::<(String, Option<Arc<str>>), (usize, usize)>::new();
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(diagnostics.len());
    for mut problem in diagnostics.drain(..) {
        let is_failure = problem.kind == FAILED;
        if !is_failure && problem.kind != AMBIGUOUS_ROLE {
            kept.push(problem);
            continue;
        }
        let environment = problem.environment.clone().filter(|_| !is_failure);
        let (at, count) = *first.entry((problem.message.clone(), environment)).or_insert((kept.len(), 0));
        let Some(known) = kept.get_mut(at) else {
            problem.environment = problem.environment.filter(|_| !is_failure);
            kept.push(problem);
            continue;
        };
        let place = problem.primary.map(|label| label.span).filter(|_| !is_failure && count < SHOWN);
        if let (Some(place), Some(entry)) = (place, first.get_mut(&(problem.message, problem.environment))) {
            known.secondary.push(Label { span: place, text: "named here too".to_owned() });
            entry.1 += 1;
        }
    }
    *diagnostics = kept;
}

/// Where the value that replaced a derived one is wrong itself, that is what has to change.
pub(super) fn without_overwritten(diagnostics: &mut Vec<Diagnostic>) {
    let place = |problem: &Diagnostic| problem.primary.as_ref().map(|label| label.span);
    let wrong = diagnostics.iter().filter(|problem| problem.is_error() && problem.kind != OVERWRITTEN);
    let wrong: BTreeSet<Span> = wrong.filter_map(place).collect();
    diagnostics.retain(|problem| {
        let Some(own) = place(problem).filter(|_| problem.kind == OVERWRITTEN) else { return true };
        let from = Span { end: own.start, ..own };
        wrong
            .range(from..)
            .take_while(|span| span.file == own.file && span.start <= own.end)
            .all(|span| span.end > own.end)
    });
}

/// A chart or kind that is used many times is unchecked once, at the first place.
pub(super) fn once_each_chart(diagnostics: &mut Vec<Diagnostic>) {
    let mut first = BTreeMap::<String, Span>::new();
    let unchecked = |d: &Diagnostic| {
        matches!(d.kind, UNCHECKED_CHART | OLDER_CONTRACT | UNCHECKED_KIND) && d.severity == Severity::Warning
    };
    for problem in diagnostics.iter().filter(|problem| unchecked(problem)) {
        if let Some(label) = &problem.primary {
            let least = first.entry(problem.message.clone()).or_insert(label.span);
            *least = label.span.min(*least);
        }
    }
    diagnostics.retain(|problem| {
        let place = problem.primary.as_ref().map(|label| label.span);
        !unchecked(problem) || first.get(&problem.message).copied() == place
    });
}

/// What names one thing from many places, none of which is to blame: a component that is gone.
const OF_ONE_THING: [Kind; 1] = [UNKNOWN_COMPONENT];

/// How many places a report names.
const PLACES: usize = 5;

/// Makes one report of those that miss the same thing. A name that is nearly another one is misspelt at each place by itself.
pub(super) fn once_each_thing(diagnostics: &mut Vec<Diagnostic>) {
    let mut places = BTreeMap::<(&str, String), Vec<Span>>::new();
    let one = |problem: &Diagnostic| OF_ONE_THING.contains(&problem.kind) && problem.fix.is_none();
    for problem in diagnostics.iter().filter(|problem| one(problem)) {
        let spans = places.entry((problem.kind.name, problem.message.clone())).or_default();
        spans.extend(problem.primary.as_ref().map(|label| label.span));
    }
    for spans in places.values_mut() {
        spans.sort_unstable();
    }
    diagnostics.retain_mut(|problem| {
        let Some(spans) = places.get(&(problem.kind.name, problem.message.clone())).filter(|_| one(problem)) else {
            return true;
        };
        let Some((first, rest)) = spans.split_first() else { return true };
        if problem.primary.as_ref().is_none_or(|label| label.span != *first) {
            return false;
        }
        let labels = rest.iter().take(PLACES).map(|span| Label { span: *span, text: "and here".to_owned() });
        problem.secondary.extend(labels);
        if let Some(more) = rest.len().checked_sub(PLACES).filter(|more| *more > 0) {
            problem.help.push(format!("{more} more places name it"));
        }
        true
    });
}

/// An address that two environments have is the cause of what is wrong with it in one of them only.
pub(super) fn without_inherited(diagnostics: &mut Vec<Diagnostic>) {
    const OUTSIDE: &str = "load-balancer-address-outside-pools";
    let both = diagnostics.iter().filter(|problem| problem.kind == TAKEN_TWICE && problem.environment.is_none());
    let both: Vec<Span> = both.flat_map(|problem| &problem.secondary).map(|label| label.span).collect();
    let place = |problem: &Diagnostic| problem.primary.as_ref().map(|label| label.span);
    let mut said = BTreeMap::<Span, usize>::new();
    for problem in diagnostics.iter().filter(|problem| problem.name() == OUTSIDE) {
        if let Some(place) = place(problem) {
            *said.entry(place).or_default() += 1;
        }
    }
    let follows = |problem: &Diagnostic| {
        let once = |place: Span| both.contains(&place) && said.get(&place) == Some(&1);
        problem.name() == OUTSIDE && place(problem).is_some_and(once)
    };
    diagnostics.retain(|problem| !follows(problem));
}
