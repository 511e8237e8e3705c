//! Policies as data: the packs that a spec names, and what it says itself, resolved for one environment.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::levels::{Choice, Levels, Part};
use super::waiver::{Cover, Grant};
use super::{FIXED_LEVEL, SECRET_IN_VALUES, UNKNOWN_PARAMETER, UNKNOWN_PART, UNKNOWN_RULE, rules};
use crate::diag::Diagnostic;
use crate::library::{LibraryFiles, Loader};
use crate::model::Platform;
use crate::source::{Span, Spanned};
use crate::spec::{Pack, Policies, RuleSetting, Scope, Selector, Waiver};
use crate::yaml::{Decode, Decoder, Dialect, Field, Names, WRONG_TYPE, load};

/// The levels and waivers of one environment.
#[derive(Clone, Debug, Default)]
pub struct InForce {
    /// The levels.
    pub levels: Levels,
    /// The waivers that policy files hold.
    pub waivers: Vec<Grant>,
}

/// Reads the packs that a spec names, and its own policies over them.
pub fn policies(
    loader: &mut Loader<'_>,
    written: &Field<Policies>,
    platform: &Platform,
    own_rules: &[Arc<str>],
    choice: &Choice,
) -> InForce {
    let mut packs = packs(loader, written);
    if let Some(own) = written.value() {
        packs.push(Pack {
            description: Field::Absent,
            rules: own.rules.clone(),
            scopes: own.scopes.clone(),
            waivers: own.waivers.clone(),
        });
    }
    let mut reader =
        Reader { platform, own_rules, levels: Levels::new(choice.clone()), waivers: Vec::new(), out: loader.out };
    for pack in &packs {
        reader.rules(&pack.rules);
        for scope in pack.scopes.value().into_iter().flatten().filter_map(Field::value) {
            reader.scope(scope);
        }
        for waiver in pack.waivers.value().into_iter().flatten().filter_map(Field::get) {
            reader.waiver(&waiver.value, waiver.span);
        }
    }
    InForce { levels: reader.levels, waivers: reader.waivers }
}

fn packs(loader: &mut Loader<'_>, written: &Field<Policies>) -> Vec<Pack> {
    let mut all = Vec::new();
    let named = written.value().map(|policies| &policies.packs).and_then(Field::value);
    for pack in named.into_iter().flatten().filter_map(Field::get) {
        let path = format!("policies/{}.yaml", pack.value);
        if !loader.files.has(&path) {
            let known = known_packs(loader.files);
            let packs = known.iter().map(|name| &**name);
            loader.out.push(Decoder::unknown_name(UNKNOWN_RULE, pack.span, "rule pack", &pack.value, packs));
            continue;
        }
        let Some((file, text)) = loader.files.open(&path, loader.world, loader.sources, loader.out) else { continue };
        let Some((root, _)) = load(file, &text, Dialect::Spec, loader.out) else { continue };
        let mut cx = Decoder::default();
        let read = Pack::decode(&root, &mut cx);
        loader.out.append(&mut cx.diagnostics);
        all.extend(read);
    }
    all
}

fn known_packs(files: &LibraryFiles) -> Vec<String> {
    let names = files.below("policies/").filter_map(|path| path.strip_prefix("policies/")?.strip_suffix(".yaml"));
    names.map(str::to_owned).collect()
}

struct Reader<'a> {
    platform: &'a Platform,
    /// The rules of the user's own.
    own_rules: &'a [Arc<str>],
    levels: Levels,
    waivers: Vec<Grant>,
    out: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn rules(&mut self, rules: &Field<Names<RuleSetting>>) {
        for (name, named) in rules.value().into_iter().flatten() {
            let Some(setting) = &named.value else { continue };
            let Some(rule) = self.rule(&Spanned::new(name.clone(), named.key)) else { continue };
            if let Some(level) = &setting.value.level {
                self.levels.set(&rule, level.value);
            }
            self.parameters(&rule, &setting.value);
        }
    }

    fn parameters(&mut self, name: &str, setting: &RuleSetting) {
        for (parameter, span, value) in &setting.parameters {
            let rule = rules::find(name);
            let all = rule.map_or(&[][..], |rule| rule.parameters);
            let (Some(rule), Some(known)) = (rule, all.iter().find(|known| known.name == &**parameter)) else {
                let known = all.iter().map(|known| known.name).chain(["level"]);
                let what = format!("parameter of rule `{name}` called");
                self.out.push(Decoder::unknown_name(UNKNOWN_PARAMETER, *span, &what, parameter, known));
                continue;
            };
            if let Err((span, expected)) = self.levels.parameterize(rule, known, value) {
                let message = format!("`{parameter}` of rule `{name}` takes {expected}, not {}", value.describe());
                self.out.push(Diagnostic::error(WRONG_TYPE, span, message).help(known.about));
            }
        }
    }

    /// Returns the name of a rule that is written by name or code.
    fn rule(&mut self, written: &Spanned<Arc<str>>) -> Option<Arc<str>> {
        let name = &written.value;
        if let Some(rule) = rules::find(name) {
            if rule.adjustable {
                return Some(rule.kind.name.into());
            }
            self.out.push(fixed(written));
            return None;
        }
        if self.own_rules.contains(name) {
            return Some(name.clone());
        }
        let mut known: Vec<&str> = rules::names().collect();
        known.extend(self.own_rules.iter().map(|name| &**name));
        self.out.push(Decoder::unknown_name(UNKNOWN_RULE, written.span, "rule", name, known.into_iter()));
        None
    }

    fn scope(&mut self, scope: &Scope) {
        let mut levels = BTreeMap::new();
        for (name, named) in scope.rules.value().into_iter().flatten() {
            let Some(level) = &named.value else { continue };
            if let Some(rule) = self.rule(&Spanned::new(name.clone(), named.key)) {
                levels.insert(rule, level.value);
            }
        }
        if let Some(part) = scope.part.value().and_then(|selector| self.part(selector)) {
            self.levels.scope(part, levels);
        }
    }

    fn waiver(&mut self, waiver: &Waiver, span: Span) {
        let named = waiver.rule.value().map_or(&[][..], |rules| &rules.0);
        let rules: Vec<_> = named.iter().filter_map(|rule| Some((self.rule(rule)?, rule.span))).collect();
        let Some(part) = waiver.part.value().and_then(|selector| self.part(selector)) else { return };
        let reason = waiver.reason.value().cloned().filter(|reason| !reason.trim().is_empty());
        let until = waiver.until.get().map(|until| (until.value, until.span));
        let broken = waiver.is_broken();
        self.waivers.push(Grant { rules, span, reason, until, cover: Cover::Part(part), removal: None, broken });
    }

    /// Returns the part that a selector means in this environment, `None` if it means another environment.
    fn part(&mut self, selector: &Selector) -> Option<Part> {
        let environment = selector.environment.value().map(|names| &names.0);
        let here = &self.platform.environment.value;
        if environment.is_some_and(|names| names.iter().all(|name| name.value != *here)) {
            return None;
        }
        let mut parts: Option<BTreeSet<Arc<str>>> = None;
        let mut narrow = |found: BTreeSet<Arc<str>>| {
            parts = Some(match parts.take() {
                Some(known) => known.intersection(&found).cloned().collect(),
                None => found,
            });
        };
        if let Some(names) = selector.component.value() {
            let known = |name: &str| self.platform.component(name).is_some();
            for name in names.0.iter().filter(|name| !known(&name.value)) {
                let all = self.platform.components.iter().map(|component| &*component.name.value);
                self.out.push(Decoder::unknown_name(UNKNOWN_PART, name.span, "component", &name.value, all));
            }
            narrow(names.0.iter().map(|name| name.value.clone()).collect());
        }
        if let Some(groups) = selector.group.value() {
            let group = |component: &crate::model::Component| component.group.as_ref().map(|group| group.value.clone());
            let all: BTreeSet<_> = self.platform.components.iter().filter_map(group).collect();
            for name in groups.0.iter().filter(|name| !all.contains(&name.value)) {
                let all = all.iter().map(|name| &**name);
                self.out.push(Decoder::unknown_name(UNKNOWN_PART, name.span, "group", &name.value, all));
            }
            let wanted = |component: &&crate::model::Component| {
                group(component).is_some_and(|group| groups.0.iter().any(|name| name.value == group))
            };
            let found = self.platform.components.iter().filter(wanted);
            narrow(found.map(|component| component.name.value.clone()).collect());
        }
        for (key, named) in selector.label.value().into_iter().flat_map(|labels| &labels.0) {
            let Some(value) = &named.value else { continue };
            let wanted = |component: &&crate::model::Component| {
                component.own_labels.iter().any(|(own, label)| own.value == *key && label.value == value.value.0)
            };
            let found: BTreeSet<_> =
                self.platform.components.iter().filter(wanted).map(|component| component.name.value.clone()).collect();
            if found.is_empty() {
                let message = format!("no component has the label `{key}: {}`", value.value.0);
                let problem = Diagnostic::error(UNKNOWN_PART, named.key, message);
                self.out.push(problem.help("write it under `labels` of a component or of a group"));
            }
            narrow(found);
        }
        Some(Part { components: parts })
    }
}

fn fixed(rule: &Spanned<Arc<str>>) -> Diagnostic {
    let secret = rules::find(&rule.value).is_some_and(|rule| rule.kind == SECRET_IN_VALUES);
    let message = format!("`{}` has no level: it is always an error", rule.value);
    let problem = Diagnostic::error(FIXED_LEVEL, rule.span, message);
    if secret {
        problem
            .why("that no secret is written to an output is a promise of dvgen, and not a rule of this platform")
            .help("remove this line; where something is no secret, write a reference such as `${NAME}` in its place")
    } else {
        problem
            .why("no outputs can be made of what it finds")
            .help("remove this line, and repair what the rule reports")
    }
}
