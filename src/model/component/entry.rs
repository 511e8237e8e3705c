//! The entry of the library that a component is, and the chart that it has there.

use std::sync::Arc;

use super::read::Reader;
use crate::diag::{Diagnostic, nearest};
use crate::library::Variant;
use crate::model::{Text, Traced, UNKNOWN_LIBRARY};
use crate::source::Span;
use crate::spec::scalars::Version;
use crate::spec::{self, InstalledBy, entry_on_machines};
use crate::yaml::{Decoder, Field};

impl Reader<'_, '_> {
    pub(super) fn variant(
        &mut self,
        spec: &spec::Component,
        name: &Traced<Arc<str>>,
        key: Span,
        version: Option<&Traced<Version>>,
    ) -> Option<(Arc<str>, Arc<Variant>)> {
        let (library, span) = match spec.library.get() {
            Some(library) => (library.value.clone(), library.span),
            None if spec.library.is_broken() => return None,
            None => (spec.library_name(&name.value), spec.workload.span().unwrap_or(key)),
        };
        let known = self.input.library;
        let entry = if spec.on_machines() { entry_on_machines(&library) } else { library.clone() };
        if known.has(&entry) && !library.contains('/') {
            let variant = known.variant(&entry, version.map(|version| &version.value.number));
            return variant.map(|variant| (library, variant));
        }
        if self.other_place(spec, &library, span) {
            return None;
        }
        let external = spec.installed_by.value() == Some(&InstalledBy::External);
        let own =
            spec.chart.get().is_some() || spec.manifests.get().is_some() || external && spec.kinds.get().is_some();
        // Values are those of a chart: without one that is named, the library's is meant.
        let names = known.names().iter().map(|name| &**name).filter(|name| !name.contains('/'));
        let near = nearest(&library, names.clone()).is_some();
        let misspelt = near && !external && spec.values.get().is_some() && spec.chart.get().is_none();
        if own && !misspelt && spec.library.get().is_none() {
            return Some((library, Arc::new(Variant::unknown(&name.value, key))));
        }
        if spec.chart.is_broken()
            || spec.workload.is_broken()
            || spec.manifests.is_broken()
            || external && spec.kinds.is_broken()
        {
            return None;
        }
        if spec.library.get().is_none() && self.is_added(&name.value) {
            let problem = self.not_in_base(name, key, "nor does the library");
            self.cx.out.push(problem);
            return None;
        }
        let problem = Decoder::unknown_name(UNKNOWN_LIBRARY, span, "component in the library called", &library, names);
        let own =
            "give a component of your own a `chart:` or `manifests:`, or add `dvgen/values/<name>/component.yaml`";
        let kinds = "say which custom kinds it brings: `kinds: [Kind.group]`";
        self.cx.out.push(match (near, external) {
            (true, _) => problem,
            (false, true) => problem.help(kinds).help(own),
            (false, false) => problem.help(own),
        });
        None
    }

    /// Reports a component that the library knows in the other place only: in a cluster, or on machines.
    fn other_place(&mut self, spec: &spec::Component, library: &Arc<str>, span: Span) -> bool {
        let known = self.input.library;
        let on_machines = spec.on_machines();
        let other = if on_machines { library.clone() } else { entry_on_machines(library) };
        if !known.has(&other) {
            return false;
        }
        let (here, there) = if on_machines { ("on machines", "in a cluster") } else { ("in a cluster", "on machines") };
        let message = format!("the library knows `{library}` {there}, not {here}");
        let problem = Diagnostic::error(UNKNOWN_LIBRARY, span, message);
        self.cx.out.push(if on_machines {
            problem.help(format!("add `dvgen/values/{library}/machines/component.yaml` with its facts there"))
        } else {
            problem.help(
                "say on which machines, and who installs it: `runsOn: <node>`, `installedBy: systemd` or `compose`",
            )
        });
        true
    }

    pub(super) fn chart(&mut self, spec: &spec::Component, variant: &Variant) -> Option<(Text, Text)> {
        if let Some(chart) = spec.chart.value() {
            let (repo, name) = (chart.repo.get()?, chart.name.get()?);
            let repo = self.cx.traced("chart", repo.value.0.clone(), repo.span);
            return Some((repo, self.cx.traced("chart", name.value.0.clone(), name.span)));
        }
        let version = spec.version.value().map(|version| &version.number);
        let homes = variant.facts.also.value().into_iter().flatten().filter_map(Field::value);
        let elsewhere = version.and_then(|version| homes.into_iter().find(|home| home.alone_has(version)));
        let (repo, name) = match elsewhere {
            Some(home) => (home.repo.get()?, home.name.get()?),
            None => variant.facts.chart.value().and_then(|chart| Some((chart.repo.get()?, chart.name.get()?)))?,
        };
        let repo_origin = self.cx.origins.template(repo.span, &[]);
        let name_origin = self.cx.origins.template(name.span, &[]);
        Some((Traced::new(repo.value.0.clone(), repo_origin), Traced::new(name.value.0.clone(), name_origin)))
    }
}
