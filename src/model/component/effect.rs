//! Fields that are written and that nothing reads: the spec would promise what no output holds.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::read::Reader;
use crate::diag::{Diagnostic, did_you_mean, nearest};
use crate::library::{SettingType, Variant};
use crate::model::{NO_EFFECT, Traced, UNKNOWN_SETTING};
use crate::source::Span;
use crate::spec::{self, InstalledBy, Placement};
use crate::yaml::Decoder;
use crate::yaml::decode::visible;

/// Returns what a setting of a component takes.
pub(super) fn typed<'v>(variant: &'v Variant, name: &str) -> Option<&'v SettingType> {
    variant.facts.settings.value()?.get(name)?.value.as_ref().map(|of| &of.value)
}

impl Reader<'_, '_> {
    /// Reports the fields and settings of a component that neither its facts nor its templates name. Returns whether one
    /// of the settings may be another one, misspelt.
    pub(super) fn check_effect(&mut self, spec: &spec::Component, variant: &Variant, name: &Traced<Arc<str>>) -> bool {
        if spec.version.is_broken() {
            return false;
        }
        // Of what is made elsewhere, settings say where it answers.
        if spec.installed_by.value() == Some(&InstalledBy::External) {
            return self.check_settings(spec, variant, name);
        }
        let fields = [
            ("replicas", spec.replicas.span()),
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
        if let Some(placement) = spec.placement.get() {
            self.check_placement("placement", placement.span, &placement.value, variant, name);
        }
        let known = |part: &str| variant.facts.parts.value().is_some_and(|all| all.contains_key(part));
        for (part, named) in spec.parts.value().into_iter().flatten().filter(|(part, _)| known(part)) {
            if let Some(written) = &named.value {
                self.check_part(part, &written.value, variant, name);
            }
        }
        self.check_settings(spec, variant, name)
    }

    fn check_part(&mut self, part: &str, written: &spec::Part, variant: &Variant, name: &Traced<Arc<str>>) {
        let fields = [
            ("replicas", written.replicas.span()),
            ("retention", written.retention.span()),
            ("storage", written.storage.span()),
            ("expose", written.expose.span()),
        ];
        for (field, span) in fields {
            let path = format!("parts.{part}.{field}");
            if let Some(span) = span.filter(|_| !variant.reads(&path)) {
                self.no_effect(&path, span, variant, name);
            }
        }
        if let Some(placement) = written.placement.get() {
            self.check_placement(&format!("parts.{part}.placement"), placement.span, &placement.value, variant, name);
        }
        if let (Some(span), Some(off)) = (written.expose.span(), written.enabled.get().filter(|on| !on.value)) {
            let message = format!("part `{part}` of `{}` is exposed, and is not deployed", name.value);
            let problem = Diagnostic::warning(NO_EFFECT, span, message).related(off.span, "it is turned off here");
            self.cx
                .out
                .push(problem.why("nobody would answer for the host").help("remove `expose`, or `enabled: false`"));
        }
    }

    fn check_settings(&mut self, spec: &spec::Component, variant: &Variant, name: &Traced<Arc<str>>) -> bool {
        let mut misspelt = false;
        for (setting, named) in spec.settings.value().into_iter().flatten() {
            if variant.reads_setting(setting) {
                continue;
            }
            if variant.unknown || self.is_of_group(setting, named.key) {
                self.no_effect(setting, named.key, variant, name);
            } else {
                self.unknown_setting(spec, (setting, named.key), variant, name);
                misspelt = true;
            }
        }
        misspelt
    }

    /// Reports what a placement says and no template reads. What the component says holds for its parts.
    fn check_placement(
        &mut self,
        path: &str,
        span: Span,
        placement: &Placement,
        variant: &Variant,
        name: &Traced<Arc<str>>,
    ) {
        let parts: BTreeSet<&str> =
            if path == "placement" { variant.read_below("parts").collect() } else { BTreeSet::new() };
        let reads = |field: &str| {
            variant.reads(&format!("{path}{field}"))
                || parts.iter().any(|part| variant.reads(&format!("parts.{part}.placement{field}")))
        };
        if !reads("") {
            return self.no_effect(path, span, variant, name);
        }
        // Charts with a switch of their own for it read the word, others what Kubernetes makes of it.
        let fields: [(&str, Option<Span>, &[&str]); 5] = [
            ("nodeSelector", placement.node_selector.span(), &[".nodeSelector"]),
            ("tolerations", placement.tolerations.span(), &[".tolerations"]),
            ("affinity", placement.affinity.span(), &[".nodes", ".affinity", ".strict"]),
            ("apart", placement.apart.span(), &[".affinity", ".apart"]),
            ("spread", placement.spread.span(), &[".spread"]),
        ];
        for (field, span, read) in fields {
            if let Some(span) = span.filter(|_| !read.iter().any(|read| reads(read))) {
                self.no_effect(&format!("{path}.{field}"), span, variant, name);
            }
        }
    }

    /// Reports settings that are not of the type that the component's facts give them, and returns their names: nothing can be
    /// said of what they would make.
    pub(super) fn ill_typed(&mut self, spec: &spec::Component, variant: &Variant) -> Vec<Arc<str>> {
        let mut cx = Decoder::default();
        let mut broken = Vec::new();
        for (setting, named) in spec.settings.value().into_iter().flatten() {
            let Some(written) = &named.value else {
                broken.push(setting.clone());
                continue;
            };
            if typed(variant, setting).is_some_and(|of| !of.check(setting, &written.value, &mut cx)) {
                broken.push(setting.clone());
            }
        }
        self.cx.out.append(&mut cx.diagnostics);
        broken
    }

    /// Returns whether a setting is that of a group, of which some components have it.
    fn is_of_group(&self, setting: &str, key: Span) -> bool {
        let groups = self.cx.spec.groups.value().into_iter().flatten().filter_map(|(_, named)| named.value.as_ref());
        let mut settings = groups.filter_map(|group| group.value.settings.value());
        settings.any(|settings| settings.get(setting).is_some_and(|named| named.key == key))
    }

    fn unknown_setting(
        &mut self,
        spec: &spec::Component,
        (setting, key): (&str, Span),
        variant: &Variant,
        name: &Traced<Arc<str>>,
    ) {
        let external = spec.installed_by.value() == Some(&InstalledBy::External);
        let message = format!("`{}` has no setting `{}`", name.value, visible(setting));
        let mut problem = Diagnostic::error(UNKNOWN_SETTING, key, message)
            .why("no template of the component reads it, so no output changes with it");
        let written = |known: &&str| spec.settings.value().is_none_or(|settings| !settings.contains_key(known));
        let all: BTreeSet<&str> = variant.read_below("settings").collect();
        if let Some(help) = did_you_mean(setting, all.iter().copied().filter(written)) {
            problem = problem.help(help);
        }
        if let Some(near) = nearest(setting, all.iter().copied().filter(written)) {
            problem = problem.fix(false, format!("rename to `{near}`"), key, near);
        }
        self.cx.out.push(if external {
            problem
        } else {
            problem.help("keys of the chart are written under `values:`")
        });
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
