//! The part of a platform that a selector means in one environment.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Reader;
use crate::diag::Diagnostic;
use crate::lint::UNKNOWN_PART;
use crate::lint::levels::Part;
use crate::model::Component;
use crate::source::{Span, Spanned};
use crate::spec::Selector;
use crate::yaml::Decoder;

impl Reader<'_> {
    /// Returns the part that a selector means in this environment, `None` if it means another environment.
    pub(super) fn part(&mut self, selector: &Selector) -> Option<Part> {
        let environment = selector.environment.value().map_or(&[][..], |names| &names.0);
        self.environments(environment);
        let here = &self.known.platform.environment.value;
        if !environment.is_empty() && environment.iter().all(|name| name.value != *here) {
            return None;
        }
        let mut narrowed = Narrowed(None);
        if let Some(names) = selector.component.value() {
            let all = self.known.platform.components.iter().map(|component| component.name.value.clone()).collect();
            self.named("component", &names.0, &all);
            narrowed.to(names.0.iter().map(|name| name.value.clone()).collect());
        }
        if let Some(groups) = selector.group.value() {
            let group = |component: &Component| component.group.as_ref().map(|group| group.value.clone());
            let all: BTreeSet<_> = self.known.platform.components.iter().filter_map(group).collect();
            self.named("group", &groups.0, &all);
            narrowed.to(self.those(|component| {
                group(component).is_some_and(|group| groups.0.iter().any(|name| name.value == group))
            }));
        }
        for (key, named) in selector.label.value().into_iter().flat_map(|labels| &labels.0) {
            let Some(value) = &named.value else { continue };
            let found = self.those(|component| {
                component.own_labels.iter().any(|(own, label)| own.value == *key && label.value == value.value.0)
            });
            let message = format!("no component has the label `{key}: {}`", value.value.0);
            let problem = Diagnostic::error(UNKNOWN_PART, named.key, message);
            let help = "write it under `labels` of a component or of a group";
            self.note(named.key, (found.is_empty()).then(|| problem.help(help)));
            narrowed.to(found);
        }
        Some(Part { components: narrowed.0 })
    }

    /// Returns the names of the components that fit.
    fn those(&self, wanted: impl Fn(&Component) -> bool) -> BTreeSet<Arc<str>> {
        let found = self.known.platform.components.iter().filter(|component| wanted(component));
        found.map(|component| component.name.value.clone()).collect()
    }

    fn named(&mut self, what: &str, names: &[Spanned<Arc<str>>], all: &BTreeSet<Arc<str>>) {
        for name in names {
            let unknown = || {
                let known = all.iter().map(|name| &**name);
                Decoder::unknown_name(UNKNOWN_PART, name.span, what, &name.value, known)
            };
            self.note(name.span, (!all.contains(&name.value)).then(unknown));
        }
    }

    /// Notes whether there is what is named at a place.
    fn note(&mut self, place: Span, unknown: Option<Diagnostic>) {
        match unknown {
            Some(problem) => self.parts.unknown.push(problem),
            None => {
                self.parts.known.insert(place);
            }
        }
    }

    /// Reports environments that there are none of.
    fn environments(&mut self, named: &[Spanned<Arc<str>>]) {
        let all = self.known.environments;
        for name in named.iter().filter(|name| !all.is_empty() && !all.contains(&name.value)) {
            let known = all.iter().map(|name| &**name);
            self.out.push(Decoder::unknown_name(UNKNOWN_PART, name.span, "environment", &name.value, known));
        }
    }
}

/// The components that are left; all of them, and what belongs to none, if nothing narrows.
struct Narrowed(Option<BTreeSet<Arc<str>>>);

impl Narrowed {
    fn to(&mut self, found: BTreeSet<Arc<str>>) {
        self.0 = Some(match self.0.take() {
            Some(known) => known.intersection(&found).cloned().collect(),
            None => found,
        });
    }
}
