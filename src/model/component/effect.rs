//! Fields that are written and that nothing reads: the spec would promise what no output holds.

use std::sync::Arc;

use super::read::Reader;
use crate::diag::{Diagnostic, nearest};
use crate::library::Variant;
use crate::model::{NO_EFFECT, Traced};
use crate::source::Span;
use crate::spec::{self, InstalledBy};

impl Reader<'_, '_> {
    /// Reports the fields and settings of a component that neither its facts nor its templates name.
    pub(super) fn check_effect(&mut self, spec: &spec::Component, variant: &Variant, name: &Traced<Arc<str>>) {
        if spec.installed_by.value() == Some(&InstalledBy::External) {
            return;
        }
        let fields = [
            ("replicas", spec.replicas.span()),
            ("placement", spec.placement.span()),
            ("storage", spec.storage.span()),
            // On machines the DNS and the runbook have it in any case.
            ("expose", spec.expose.span().filter(|_| !spec.on_machines())),
            ("databases", spec.databases.span()),
            ("workload", spec.workload.span()),
        ];
        for (field, span) in fields {
            if let Some(span) = span.filter(|_| !variant.reads(field)) {
                self.no_effect(field, span, variant, name);
            }
        }
        for (setting, named) in spec.settings.value().into_iter().flatten() {
            if !variant.reads(&["settings.", setting].concat()) {
                self.no_effect(setting, named.key, variant, name);
            }
        }
    }

    fn no_effect(&mut self, field: &str, span: Span, variant: &Variant, name: &Traced<Arc<str>>) {
        let message = format!("`{field}` has no effect on `{}`", name.value);
        let mut problem = Diagnostic::warning(NO_EFFECT, span, message)
            .why("no template of the component reads it, so no output changes with it");
        if let Some(near) = nearest(field, variant.read_below("settings")) {
            problem = problem.help(format!("did you mean `{near}`?"));
            problem = problem.fix(false, format!("rename to `{near}`"), span, near);
        }
        let help =
            if variant.unknown { "write the chart's own keys under `values:`" } else { "remove it, or use `values:`" };
        self.cx.out.push(problem.help(help));
    }
}
