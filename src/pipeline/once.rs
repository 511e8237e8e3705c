//! One report for one line: what several environments, or several things made of one line, say alike is told once.
//!
//! Reports of one rule at one place that say the same, but for names in it, ask for one change. They become one report, which
//! names the environments where these are not all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diag::{Diagnostic, Label};
use crate::lint::rule::Check;
use crate::lint::rules;
use crate::source::Span;
use crate::spec::SpecFiles;
use crate::yaml::Node;

/// How many of the things that differ a report names.
const SAID: usize = 3;

/// What is known of the environments that were compiled.
#[derive(Debug, Default)]
pub(super) struct Environments {
    /// Their names.
    pub(super) all: Vec<Arc<str>>,
    /// Whether every rule was asked in all of them: then a finding of one is none of the others.
    pub(super) complete: bool,
    /// What stands in overlays: nobody has to be told where that holds.
    pub(super) overlays: Vec<Span>,
}

/// Returns the places of what overlays write.
pub(super) fn overlays(files: &SpecFiles) -> Vec<Span> {
    let sections = files.trees().skip(1).filter_map(Node::as_mapping).flat_map(|mapping| &mapping.entries);
    let spans = sections.flat_map(|entry| {
        let (key, value) = (entry.key.span, entry.value.span);
        let same = key.file == value.file && key.start <= value.end;
        if same { vec![key.to(value)] } else { vec![key, value] }
    });
    spans.collect()
}

/// A message, without what differs from environment to environment, and who says it.
struct Said {
    plain: String,
    environments: BTreeSet<Arc<str>>,
    diagnostic: Diagnostic,
}

/// Makes one report of the reports of one rule at one place that say the same.
pub(super) fn merge(diagnostics: &mut Vec<Diagnostic>, environments: &Environments) {
    let mut groups: BTreeMap<(Span, String, bool), Vec<Said>> = BTreeMap::new();
    let mut rest = Vec::new();
    for diagnostic in diagnostics.drain(..) {
        let Some(place) = diagnostic.primary.as_ref().map(|label| label.span) else {
            rest.push(diagnostic);
            continue;
        };
        let plain = plain(&diagnostic);
        let group = groups.entry((place, diagnostic.name().to_owned(), diagnostic.is_error())).or_default();
        let from = diagnostic.environment.clone();
        if let Some(same) = group.iter_mut().find(|said| said.plain == plain) {
            same.environments.extend(from);
            join(&mut same.diagnostic, diagnostic);
        } else {
            group.push(Said { plain, environments: from.into_iter().collect(), diagnostic });
        }
    }
    rest.extend(groups.into_values().flat_map(|group| one(group, environments)));
    *diagnostics = rest;
}

/// Returns a message without the name of its environment, by which names of Applications end.
fn plain(diagnostic: &Diagnostic) -> String {
    match &diagnostic.environment {
        Some(name) => diagnostic.message.replace(&format!("-{name}"), ""),
        None => diagnostic.message.clone(),
    }
}

/// Adds the places and advice of a report that says the same.
fn join(first: &mut Diagnostic, other: Diagnostic) {
    let primary = first.primary.as_ref().map(|label| label.span);
    let known = |label: &Label, all: &[Label]| {
        Some(label.span) == primary || all.iter().any(|known| known.span == label.span && known.text == label.text)
    };
    for label in other.secondary {
        if !known(&label, &first.secondary) {
            first.secondary.push(label);
        }
    }
    for help in other.help {
        if !first.help.contains(&help) {
            first.help.push(help);
        }
    }
    first.concealed |= other.concealed;
    first.fix = first.fix.take().or(other.fix);
}

fn one(mut group: Vec<Said>, environments: &Environments) -> Vec<Diagnostic> {
    // Each repair has to be made: reports that bring different ones stay apart.
    let repairs = group.iter().filter(|said| said.diagnostic.fix.is_some()).count();
    let apart = repairs > 1;
    let differ = group.iter().any(|said| group.first().is_some_and(|first| first.environments != said.environments));
    for said in &mut group {
        if let Some(words) = names(said, environments, differ) {
            said.diagnostic.message.push_str(&words);
        }
    }
    if apart {
        return group.into_iter().map(|said| said.diagnostic).collect();
    }
    let messages: Vec<&str> = group.iter().map(|said| &*said.diagnostic.message).collect();
    let alike = together(&messages);
    let whole = if alike.is_some() { alike } else { by_environment(&group, &messages) };
    if differ && whole.is_some() {
        advise_apart(&mut group, environments);
    }
    let mut all = group.into_iter().map(|said| said.diagnostic);
    let Some(whole) = whole else { return all.collect() };
    let Some(mut first) = all.next() else { return Vec::new() };
    first.message = whole;
    all.for_each(|other| join(&mut first, other));
    vec![first]
}

/// Says of advice that not all give in which environments it holds.
fn advise_apart(group: &mut [Said], environments: &Environments) {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for help in group.iter().flat_map(|said| &said.diagnostic.help) {
        *times.entry(help.clone()).or_default() += 1;
    }
    let all = group.len();
    for said in group {
        let Some(words) = names(said, environments, true) else { continue };
        for help in &mut said.diagnostic.help {
            if times.get(help).is_none_or(|times| *times < all) {
                help.push_str(&words);
            }
        }
    }
}

/// Returns one message for what each environment says of one line in its own words: numbers differ, the cause does not.
fn by_environment(group: &[Said], messages: &[&str]) -> Option<String> {
    let mut seen = BTreeSet::new();
    let apart = group
        .iter()
        .all(|said| !said.environments.is_empty() && said.environments.iter().all(|name| seen.insert(name)));
    let (first, others) = messages.split_first()?;
    if !apart || others.is_empty() {
        return None;
    }
    let mut whole = (*first).to_owned();
    for other in others {
        let same = first.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
        // Words and names stay whole; what begins alike is said once.
        let head = other.as_bytes().get(..same)?.iter().rposition(|byte| *byte == b' ').map_or(0, |at| at + 1);
        let tail = other.get(head..)?;
        whole.push_str("; ");
        whole.push_str(if 2 * head > other.len() { tail } else { other });
    }
    Some(whole)
}

/// Returns one message for several that differ in a part only; `None` where they say different things.
fn together(messages: &[&str]) -> Option<String> {
    let first = *messages.first()?;
    if messages.len() == 1 {
        return Some(first.to_owned());
    }
    let text = first.as_bytes();
    let same = |other: &&str| text.iter().zip(other.as_bytes()).take_while(|(a, b)| a == b).count();
    let same_end = |other: &&str| text.iter().rev().zip(other.bytes().rev()).take_while(|(a, b)| **a == *b).count();
    let start = messages.iter().map(same).min()?;
    let end = text.len().saturating_sub(messages.iter().map(same_end).min()?);
    // Words and names stay whole.
    let is_space = |byte: &u8| *byte == b' ';
    let head = text.get(..start)?.iter().rposition(is_space)? + 1;
    let tail = text.get(end..)?.iter().position(is_space).map_or(text.len(), |at| end + at);
    let (head, tail) = (first.get(..head)?, first.get(tail..)?);
    if 3 * (head.len() + tail.len()) < 2 * first.len() {
        return None;
    }
    let part = |message: &&str| message.strip_prefix(head)?.strip_suffix(tail).map(str::to_owned);
    let parts: Vec<String> = messages.iter().map(part).collect::<Option<_>>()?;
    let comma = parts.iter().all(|part| part.ends_with(','));
    let parts: Vec<&str> = parts.iter().map(|part| part.trim_end_matches(',')).collect();
    if parts.iter().any(|part| part.is_empty()) {
        return None;
    }
    let more = parts.len().saturating_sub(SAID);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let said: Vec<&str> = parts.into_iter().take(SAID).collect();
    Some(format!("{head}{}{more}{}{tail}", said.join(", "), if comma { "," } else { "" }))
}

/// Returns in which environments something is said, unless that is all of them or plain from where it stands.
fn names(said: &Said, environments: &Environments, differ: bool) -> Option<String> {
    let (all, some) = (&environments.all, &said.environments);
    if all.len() < 2 || some.is_empty() || some.len() == all.len() {
        return None;
    }
    let place = said.diagnostic.primary.as_ref()?.span;
    let of_overlay = |area: &Span| area.file == place.file && area.start <= place.start && place.end <= area.end;
    let later = asked_later(&said.diagnostic);
    // What is made of the base only, and what an overlay leaves out, is the base's.
    let of_base = !later && all.first().is_some_and(|base| some.iter().eq([base]));
    let unsure = later && !environments.complete;
    if !differ && (of_base || unsure || environments.overlays.iter().any(of_overlay)) {
        return None;
    }
    let names: Vec<String> = all.iter().filter(|name| some.contains(*name)).map(|name| format!("`{name}`")).collect();
    Some(match names.as_slice() {
        [one] => format!(" (in environment {one})"),
        [first @ .., last] => format!(" (in environments {} and {last})", first.join(", ")),
        [] => return None,
    })
}

/// Returns whether a rule finds this when documents are judged: in an environment with errors it may not have been asked.
fn asked_later(diagnostic: &Diagnostic) -> bool {
    diagnostic.rule.is_some()
        || rules::find(diagnostic.kind.name).is_some_and(|rule| !matches!(rule.check, Check::Raised))
}

#[cfg(test)]
mod tests {
    use super::together;

    #[test]
    fn messages_are_joined_where_they_differ() {
        let of = |messages: &[&str]| together(messages);
        assert_eq!(of(&["one"]).as_deref(), Some("one"));
        let kinds = [
            "`a` makes objects of kind A.x.io, which nobody knows",
            "`a` makes objects of kind B.x.io, which nobody knows",
        ];
        assert_eq!(of(&kinds).as_deref(), Some("`a` makes objects of kind A.x.io, B.x.io, which nobody knows"));
        assert_eq!(of(&["it is ä here", "it is ö here"]).as_deref(), Some("it is ä, ö here"));
        let many = ["no node 1 there", "no node 2 there", "no node 3 there", "no node 4 there", "no node 5 there"];
        assert_eq!(of(&many).as_deref(), Some("no node 1, 2, 3 and 2 more there"));
        assert_eq!(of(&["`a` is missing", "`b` is missing"]), None);
        assert_eq!(of(&["same words", "same words twice"]), None);
        assert_eq!(of(&["`a` has no key", "`a` does not say where it goes"]), None);
    }
}
