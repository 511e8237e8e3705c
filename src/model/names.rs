//! Names of components, parts and roles.

use std::sync::Arc;

use super::component::{Component, ComponentId, PartId};
use super::resolve::Resolver;
use super::{AMBIGUOUS_ROLE, UNKNOWN_COMPONENT};
use crate::diag::{Diagnostic, nearest};
use crate::source::{OriginId, Origins, Spanned};

/// What a name in a flow stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) component: ComponentId,
    pub(super) part: Option<PartId>,
}

/// All names that a flow may use.
pub(super) struct NameTable {
    names: std::collections::BTreeMap<Arc<str>, Vec<(Target, OriginId)>>,
    broken: Vec<Arc<str>>,
    /// The parts that are off, by each of their names, with their component.
    off: std::collections::BTreeMap<Arc<str>, (Arc<str>, OriginId)>,
}

impl NameTable {
    /// Collects the names: components first; a part or role that has the name of a component is not visible.
    pub(super) fn new(components: &[Component], broken: Vec<Arc<str>>) -> Self {
        let whole = components.iter().enumerate().map(|(at, component)| {
            let target = Target { component: ComponentId(at), part: None };
            (component.name.value.clone(), vec![(target, component.name.origin)])
        });
        let mut names: std::collections::BTreeMap<Arc<str>, Vec<(Target, OriginId)>> = whole.collect();
        for (at, component) in components.iter().enumerate() {
            for (part_at, part) in component.parts.iter().enumerate().filter(|(_, part)| part.enabled.value) {
                let target = Target { component: ComponentId(at), part: Some(PartId(part_at)) };
                let full: Arc<str> = format!("{}/{}", component.name.value, part.name).into();
                names.entry(full).or_default().push((target, component.name.origin));
                let short = [Some(part.name.clone()), part.role.clone().filter(|role| *role != part.name)];
                for short in short.into_iter().flatten() {
                    let taken =
                        names.get(&short).and_then(|all| all.first()).is_some_and(|(first, _)| first.part.is_none());
                    if !taken {
                        names.entry(short).or_default().push((target, component.name.origin));
                    }
                }
            }
        }
        let mut off = std::collections::BTreeMap::new();
        for component in components {
            for part in component.parts.iter().filter(|part| !part.enabled.value) {
                let full = format!("{}/{}", component.name.value, part.name).into();
                for name in [Some(full), Some(part.name.clone()), part.role.clone()].into_iter().flatten() {
                    off.entry(name).or_insert((component.name.value.clone(), part.enabled.origin));
                }
            }
        }
        Self { names, broken, off }
    }

    /// Returns what a name stands for, or reports why it stands for nothing.
    pub(super) fn find(&self, name: &Spanned<Arc<str>>, cx: &mut Resolver<'_>) -> Option<Target> {
        match self.names.get(&name.value).map(Vec::as_slice) {
            Some([(only, _)]) => Some(*only),
            Some([first, rest @ ..]) => {
                let problem = self.ambiguous(name, first.1, rest, &cx.origins);
                cx.out.push(problem);
                None
            }
            _ if self.may_be_broken(&name.value, cx) => None,
            _ if self.off.contains_key(&name.value) => {
                let problem = self.turned_off(name, &cx.origins);
                cx.out.extend(problem);
                None
            }
            _ => {
                let known = self.names.keys().map(|name| &**name);
                cx.unknown_name(UNKNOWN_COMPONENT, name.span, "component", &name.value, known);
                None
            }
        }
    }

    /// A name may be that of a component that could not be read, or of a part that such a component has.
    fn may_be_broken(&self, name: &str, cx: &mut Resolver<'_>) -> bool {
        let component = name.split('/').next().unwrap_or(name);
        let known = self.names.keys().map(|name| &**name);
        let near = || cx.spell(known, || false, |known| nearest(name, known.iter().copied()).is_some());
        self.broken.iter().any(|broken| &**broken == component) || (!self.broken.is_empty() && !near())
    }

    fn turned_off(&self, name: &Spanned<Arc<str>>, origins: &Origins) -> Option<Diagnostic> {
        let (component, origin) = self.off.get(&name.value)?;
        let message = format!("`{}` is a part of `{component}` that is off", name.value);
        let problem = Diagnostic::error(UNKNOWN_COMPONENT, name.span, message);
        Some(match origins.written_span(*origin) {
            Some(span) => problem.related(span, "it is turned off here").help("turn it on, or remove the flow"),
            None => problem.help(format!("turn it on in `{component}`, with `parts: {{ …: {{ enabled: true }} }}`")),
        })
    }

    fn ambiguous(
        &self,
        name: &Spanned<Arc<str>>,
        first: OriginId,
        rest: &[(Target, OriginId)],
        origins: &Origins,
    ) -> Diagnostic {
        let message = format!("`{}` is played by more than one component", name.value);
        let mut problem = Diagnostic::error(AMBIGUOUS_ROLE, name.span, message);
        for origin in std::iter::once(first).chain(rest.iter().map(|(_, origin)| *origin)) {
            if let Some(span) = origins.written_span(origin) {
                problem = problem.related(span, "plays it");
            }
        }
        let wanted = name.value.clone();
        let suffix = format!("/{wanted}");
        let full: Vec<_> =
            self.names.keys().filter(|key| key.ends_with(&suffix)).map(|key| format!("`{key}`")).collect();
        problem.help(format!("name the one that is meant: {}", full.join(" or ")))
    }
}
