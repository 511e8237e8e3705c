//! Edits that no origin leads to: those of what a change is called after, of its component, of its group.

use std::collections::BTreeSet;

use super::{Causes, Context};
use crate::diff::report::ChangeKind;
use crate::diff::tree::Raw;

/// From how many edits on they say less than the names in a change.
const MANY: usize = 20;

/// Most edits that can all be the cause of one change.
const MOST: usize = 200;

impl<'a> Causes<'a> {
    /// Keys of outputs are called by names of the spec, and lists stand in their order: returns the edits of names that a change
    /// speaks of.
    pub(super) fn renames(&self, raw: &Raw, context: &Context<'a>) -> BTreeSet<usize> {
        let change = &raw.change;
        match change.kind {
            ChangeKind::Reordered => self.within(context, self.index.renames.iter().copied()),
            _ => self.within(context, self.index.renamed_in(&change.path)),
        }
    }

    /// A line that changed because other facts hold at another version reads neither version: the edits of the components
    /// that the facts are of are the cause.
    pub(super) fn facts(&self, raw: &Raw, context: &Context<'a>, libraries: &BTreeSet<String>) -> BTreeSet<usize> {
        let own = context.component.and_then(|name| context.scope.component(name));
        let mut found = BTreeSet::new();
        for library in libraries {
            // Of several that are made of the same, a file is about its own.
            let own = own.filter(|component| *component.library == **library).map(|one| &*one.name.value);
            let of_own = self.within(context, own.into_iter().flat_map(|name| self.deciding(name)));
            if of_own.is_empty() {
                let all = context.scope.of_library(library).iter().flat_map(|name| self.deciding(name));
                found.extend(self.within(context, all));
            } else {
                found.extend(of_own);
            }
        }
        if found.len() > MANY {
            let named = self.called(raw, context);
            let both: BTreeSet<usize> = found.intersection(&named).copied().collect();
            return if both.is_empty() { found } else { both };
        }
        found
    }

    /// Returns the edits that decide which facts hold of a component.
    fn deciding<'n>(&'n self, name: &'n str) -> impl Iterator<Item = usize> + 'n {
        let decides = move |at: &usize| {
            let last = self.edits.get(*at).and_then(|placed| placed.edit.path.last());
            last.is_some_and(|last| {
                last == name || matches!(last.as_str(), "version" | "library" | "chart" | "settings")
            })
        };
        self.index.of_component(name).iter().copied().filter(decides)
    }

    /// What reads nothing that was edited comes from the edits of the file's own component and its group.
    pub(super) fn near(&self, context: &Context<'a>, changes_structure: bool) -> BTreeSet<usize> {
        let index = &self.index;
        if let Some(name) = context.component {
            let group = context.scope.component(name).and_then(|component| component.group.as_ref());
            let of_group = group.map_or(&[][..], |group| index.of_group(&group.value));
            let all = [index.of_component(name), of_group, index.of_flows(name)];
            let mut own = self.within(context, all.into_iter().flatten().copied());
            if changes_structure {
                let more = self.neighbours(context, name);
                // Where all of a namespace came or went, each of it says enough.
                if own.is_empty() || more.len() <= MANY {
                    own.extend(more);
                }
            }
            if !own.is_empty() {
                return own;
            }
        } else {
            // Machines stand in the order of their numbers, and files for all of them name each.
            let order = self.within(context, index.machines.iter().copied());
            if !order.is_empty() {
                return order;
            }
        }
        // One edit causes all.
        let mut all = self.holding(context, self.index.effective.iter().copied());
        match (all.next(), all.next()) {
            (Some(one), None) => std::iter::once(one).collect(),
            _ => BTreeSet::new(),
        }
    }

    /// What no origin leads to an edit from comes from those of what it is called after, or else from any.
    pub(super) fn named(&self, raw: &Raw, context: &Context<'a>) -> BTreeSet<usize> {
        let called = self.called(raw, context);
        if !called.is_empty() {
            return called;
        }
        let all = self.within(context, self.index.effective.iter().copied());
        // What another component is edited in says least of all.
        let common: BTreeSet<usize> = all.iter().copied().filter(|at| !self.of_another(*at, context)).collect();
        let found = if common.is_empty() { all } else { common };
        // Of very many, of which none is nearer than the others, each says nothing.
        if found.len() <= MOST { found } else { called }
    }

    /// Returns whether an edit is about a component, and not about this one.
    fn of_another(&self, at: usize, context: &Context<'a>) -> bool {
        let Some(placed) = self.edits.get(at) else { return false };
        // A file of manifests is about those that name it.
        let name = context.component.unwrap_or_default();
        if let Some(own) = context.scope.in_manifest_of(name, (placed.base, placed.head)) {
            return !own;
        }
        let path = placed.edit.path.as_slice();
        let mut named = path.windows(2).filter(|two| two.first().is_some_and(|section| section == "components"));
        named.any(|two| two.last().map(String::as_str) != context.component)
    }

    /// Returns the edits of what a change is called after.
    fn called(&self, raw: &Raw, context: &Context<'a>) -> BTreeSet<usize> {
        let object = raw.change.object.as_ref().map(|object| object.name.as_str()).unwrap_or_default();
        let texts = [object, raw.change.path.as_str(), context.file];
        self.within(context, texts.iter().flat_map(|text| self.index.named_in(text)))
    }

    /// Returns those of some edits that hold in an environment.
    pub(super) fn within(&self, context: &Context<'a>, all: impl Iterator<Item = usize>) -> BTreeSet<usize> {
        self.holding(context, all).collect()
    }

    fn holding<'n>(
        &'n self,
        context: &Context<'n>,
        all: impl Iterator<Item = usize> + 'n,
    ) -> impl Iterator<Item = usize> + 'n {
        let environment = &**context.scope.environment();
        let holds = move |at: &usize| match self.edits.get(*at).map(|placed| placed.edit.path.as_slice()) {
            Some([section, name, ..]) if section == "environments" => name == environment,
            other => other.is_some(),
        };
        all.filter(holds)
    }

    /// Returns the edits that add or remove a component in the namespace of another one: what names its pods has to tell
    /// them apart from then on.
    fn neighbours(&self, context: &Context<'a>, name: &str) -> BTreeSet<usize> {
        let whole = |at: &usize, other: &str| {
            let path = self.edits.get(*at).map(|placed| placed.edit.path.as_slice());
            matches!(path, Some([.., section, last]) if section == "components" && last == other)
        };
        let of = |other: &'a str| self.index.of_component(other).iter().copied().filter(move |at| whole(at, other));
        self.within(context, context.scope.neighbours(name).flat_map(of))
    }
}

#[cfg(test)]
mod tests {
    use super::{Causes, Context, Raw};
    use crate::diff::Unread;
    use crate::diff::cause::Scope;
    use crate::diff::edits::between;
    use crate::diff::rename::Renames;
    use crate::diff::report::{Change, ChangeKind};
    use crate::model::Platform;
    use crate::pipeline::{Compilation, Options, compile};
    use crate::world::{MemoryWorld, RelPath};

    fn compiled(version: &str, revision: &str, data: &str) -> Compilation {
        let spec = format!(
            "apiVersion: dvgen.dev/v1alpha1\nkind: Platform\nmetadata: {{ name: small, environment: production }}\n\
             repository: {{ url: https://git.example.org/team/platform.git, revision: {revision} }}\n\
             components:\n  cert-manager: {{ version: v1.21.1 }}\n\
             \x20 external-secrets: {{ version: {version}, manifests: [./extra.yaml] }}\n"
        );
        let extra = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: extra }}\ndata: {{ word: {data} }}\n");
        let world = MemoryWorld::new([("platform.yaml", spec.as_bytes()), ("extra.yaml", extra.as_bytes())]);
        let path = RelPath::root().join("platform.yaml").expect("a path");
        compile(&world, &Options { provenance: true, ..Options::new(path) })
    }

    fn platform(side: &Compilation) -> &Platform {
        let model = side.environments.first().and_then(|environment| environment.model.as_ref());
        &model.expect("a model").platform
    }

    #[test]
    fn what_is_edited_of_another_component_causes_least() {
        let paths = |base: &Compilation, head: &Compilation| {
            let edits = between(&base.sources, &head.sources, ("platform.yaml", "platform.yaml"), &Unread::default());
            let causes = Causes::new(&edits, (&base.sources, &head.sources));
            let scope = Scope::new(platform(base), platform(head), &Renames::default());
            let context = Context { origins: (None, None), scope: &scope, component: Some("cert-manager"), file: "" };
            let change = Change::new(String::new(), ChangeKind::Changed, None, None);
            let found = causes.of(&Raw { change, base: Vec::new(), head: Vec::new() }, &context);
            found.iter().filter_map(|at| Some(edits.get(*at)?.edit.path.join("."))).collect::<Vec<_>>()
        };
        let base = compiled("2.9.0", "main", "one");
        assert_eq!(paths(&base, &compiled("2.10.0", "stable", "one")), ["repository.revision"]);
        assert_eq!(paths(&base, &compiled("2.10.0", "main", "one")), ["components.external-secrets.version"]);
        assert_eq!(paths(&base, &compiled("2.9.0", "stable", "two")), ["repository.revision"]);
        assert_eq!(paths(&base, &compiled("2.9.0", "main", "two")), ["data.word"]);
    }
}
