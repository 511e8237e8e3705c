//! What is not said because something else is: the same again, and what follows from it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diag::{Diagnostic, Kind, Label, Severity};
use crate::emit::{OVERWRITTEN, UNKNOWN_ISSUER, UNSEEN_PIN};
use crate::library::BAD_FACTS;
use crate::library::contract::{OLDER_CONTRACT, UNCHECKED_CHART};
use crate::library::kinds::{OBJECT_TYPE, UNCHECKED_KIND};
use crate::lint::rules::addresses::{
    ADDRESS_ASKED_TWICE, HOST_OUTSIDE_DOMAINS, HOST_PORT_TWICE, OUTSIDE_POOLS, POOL_OUTSIDE_NETWORK, POOL_OVER_TAKEN,
};
use crate::lint::rules::argocd::{KIND_PROVIDED_TWICE, REPLACED_SYNC_SETTINGS};
use crate::lint::rules::order::KIND_WITHOUT_DEFINITION;
use crate::lint::rules::supply::IMAGE_LATEST;
use crate::lint::rules::topology::{MISSPELT_VOLUME_GROUP, SHARED};
use crate::model::{AMBIGUOUS_ROLE, TAKEN_TWICE, UNKNOWN_COMPONENT, UNKNOWN_LIBRARY};
use crate::policy::FAILED;
use crate::source::{SourceMap, Span};
use crate::spec::NOT_IN_BASE;

/// Where something is wrong in files of the user, errors at lines of the library follow from it: nobody can change these.
pub(super) fn without_followers(diagnostics: &mut Vec<Diagnostic>, sources: &SourceMap) {
    let stands = |label: &Label| sources.file(label.span.file).is_built_in();
    // Facts that are right for everybody else are told at the line that they are made for.
    let built_in = |problem: &Diagnostic| {
        let of_facts = problem.kind == BAD_FACTS && problem.secondary.iter().any(stands);
        problem.is_error() && (of_facts || problem.primary.as_ref().is_some_and(stands))
    };
    if diagnostics.iter().any(|problem| problem.is_error() && !built_in(problem)) {
        diagnostics.retain(|problem| !built_in(problem));
    }
}

/// Where a component of the base is misspelt, an overlay that spells it right has something to change.
pub(super) fn without_rightly_spelt(diagnostics: &mut Vec<Diagnostic>, sources: &SourceMap) {
    let misspelt = diagnostics.iter().filter(|problem| problem.kind == UNKNOWN_LIBRARY);
    let edits = misspelt.filter_map(|problem| problem.fix.as_ref()).flat_map(|fix| &fix.edits);
    let meant: BTreeSet<String> = edits.map(|edit| edit.text.clone()).collect();
    let named = |problem: &Diagnostic| {
        let span = problem.primary.as_ref()?.span;
        sources.file(span.file).text().get(span.start as usize..span.end as usize)
    };
    diagnostics
        .retain(|problem| problem.kind != NOT_IN_BASE || named(problem).is_none_or(|name| !meant.contains(name)));
}

/// What follows from another finding: at the same place.
const FOLLOWS: [(Kind, Kind); 4] = [
    // The newest image has no version that a bot could move.
    (UNSEEN_PIN, IMAGE_LATEST),
    (UNCHECKED_KIND, KIND_WITHOUT_DEFINITION),
    (OUTSIDE_POOLS, ADDRESS_ASKED_TWICE),
    (REPLACED_SYNC_SETTINGS, OBJECT_TYPE),
];

/// The same, of the same two things: what is there twice has all its ports twice.
const FOLLOWS_OF_BOTH: [(Kind, Kind); 1] = [(HOST_PORT_TWICE, KIND_PROVIDED_TWICE)];

/// The same, wherever in an environment it is: while a pool lies in no network, the addresses in it are in no pool.
const FOLLOWS_ANYWHERE: [(Kind, Kind); 1] = [(OUTSIDE_POOLS, POOL_OUTSIDE_NETWORK)];

/// Takes out what follows from other findings: one cause is reported once.
pub(super) fn without_consequences(diagnostics: &mut Vec<Diagnostic>) {
    without(diagnostics, &FOLLOWS, |problem| problem.primary.as_ref().map(|label| label.span));
    without(diagnostics, &FOLLOWS_OF_BOTH, |problem| {
        let labels = problem.primary.iter().chain(&problem.secondary);
        labels.map(|label| label.span).collect::<BTreeSet<Span>>()
    });
    without(diagnostics, &FOLLOWS_ANYWHERE, |problem| problem.environment.clone());
}

/// Takes out what follows from other findings that have the same key.
fn without<K: Ord>(diagnostics: &mut Vec<Diagnostic>, follows: &[(Kind, Kind)], key: impl Fn(&Diagnostic) -> K) {
    let cause_of = |problem: &Diagnostic| follows.iter().find(|(what, _)| *what == problem.kind);
    let is_cause = |problem: &&Diagnostic| follows.iter().any(|(_, cause)| *cause == problem.kind);
    let causes: BTreeSet<_> =
        diagnostics.iter().filter(is_cause).map(|problem| (problem.kind.name, key(problem))).collect();
    diagnostics
        .retain(|problem| cause_of(problem).is_none_or(|(_, cause)| !causes.contains(&(cause.name, key(problem)))));
}

/// Names that are misspelt where they are declared: who names the thing as it is meant is right.
const DECLARED: [Kind; 2] = [UNKNOWN_LIBRARY, MISSPELT_VOLUME_GROUP];

/// Takes out reports that would spread a name that is misspelt where it is declared.
pub(super) fn without_spread(diagnostics: &mut Vec<Diagnostic>) {
    let names = |problem: &Diagnostic| -> Vec<String> {
        problem.message.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    let mut right = BTreeSet::new();
    for problem in diagnostics.iter().filter(|problem| DECLARED.contains(&problem.kind)) {
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

/// What names one thing from many places, none of which is to blame: a component that is gone, or an issuer.
const OF_ONE_THING: [Kind; 2] = [UNKNOWN_COMPONENT, UNKNOWN_ISSUER];

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
    let both = diagnostics.iter().filter(|problem| problem.kind == TAKEN_TWICE && problem.environment.is_none());
    let both: Vec<Span> = both.flat_map(|problem| &problem.secondary).map(|label| label.span).collect();
    let place = |problem: &Diagnostic| problem.primary.as_ref().map(|label| label.span);
    let mut said = BTreeMap::<Span, usize>::new();
    for problem in diagnostics.iter().filter(|problem| problem.kind == OUTSIDE_POOLS) {
        if let Some(place) = place(problem) {
            *said.entry(place).or_default() += 1;
        }
    }
    let follows = |problem: &Diagnostic| {
        let once = |place: Span| both.contains(&place) && said.get(&place) == Some(&1);
        problem.kind == OUTSIDE_POOLS && place(problem).is_some_and(once)
    };
    diagnostics.retain(|problem| !follows(problem));
    without_forgotten(diagnostics);
    without_pools_over_vips(diagnostics);
}

/// A host that an overlay forgets to change is that of the base, which lies in no domain of the overlay.
fn without_forgotten(diagnostics: &mut Vec<Diagnostic>) {
    let shared = diagnostics.iter().filter(|problem| problem.kind == SHARED);
    let shared: BTreeSet<Span> = shared.flat_map(places).collect();
    let outside = |problem: &Diagnostic| {
        problem.primary.as_ref().filter(|_| problem.kind == HOST_OUTSIDE_DOMAINS).map(|label| label.span)
    };
    let mut said = BTreeMap::<Span, usize>::new();
    for place in diagnostics.iter().filter_map(outside) {
        *said.entry(place).or_default() += 1;
    }
    // One that lies outside in each environment is wrong by itself.
    let forgotten = |place: Span| shared.contains(&place) && said.get(&place) == Some(&1);
    diagnostics.retain(|problem| !outside(problem).is_some_and(forgotten));
}

/// Where a node has the address of a VIP, the pool that holds both is as it should be.
fn without_pools_over_vips(diagnostics: &mut Vec<Diagnostic>) {
    let twice = diagnostics.iter().filter(|problem| problem.kind == TAKEN_TWICE);
    let taken: BTreeSet<Span> = twice.filter_map(|problem| Some(problem.primary.as_ref()?.span)).collect();
    diagnostics.retain(|problem| {
        problem.kind != POOL_OVER_TAKEN || !problem.secondary.iter().any(|label| taken.contains(&label.span))
    });
}

fn places(problem: &Diagnostic) -> impl Iterator<Item = Span> {
    problem.primary.iter().chain(&problem.secondary).map(|label| label.span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clash_of_the_same_two_follows_from_what_is_there_twice() {
        let mut sources = SourceMap::new();
        let file = sources.add("platform.yaml", "one: 1\ntwo: 2\nthree: 3\n");
        let [one, two, three] = [0, 7, 14].map(|start| Span { file, start, end: start + 3 });
        let clash = |here, there| Diagnostic::error(HOST_PORT_TWICE, here, "both take it").related(there, "the other");
        let twice = Diagnostic::error(KIND_PROVIDED_TWICE, two, "both define it").related(one, "the other");
        let mut all = vec![clash(two, one), twice.clone(), clash(two, three)];
        without_consequences(&mut all);
        assert_eq!(all, [twice, clash(two, three)]);
    }
}
