//! Policies as data: the packs that a spec names, and what it says itself, resolved for one environment.

mod packs;
mod part;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use packs::Packs;

use super::levels::{Choice, Levels};
use super::waiver::{Cover, Grant};
use super::{FIXED_LEVEL, SECRET_IN_VALUES, UNKNOWN_PARAMETER, UNKNOWN_RULE, rules};
use crate::diag::Diagnostic;
use crate::model::Platform;
use crate::source::{Span, Spanned};
use crate::spec::{Pack, Policies, RuleSetting, Scope, Waiver};
use crate::yaml::{BAD_VALUE, Decoder, Field, Names};

/// What the scopes of a pack are narrowed by; people write it beside a level.
const SCOPED: [&str; 4] = ["environment", "component", "group", "label"];

/// The levels and waivers of one environment.
#[derive(Clone, Debug, Default)]
pub struct InForce {
    /// The levels.
    pub levels: Levels,
    /// The waivers that policy files hold.
    pub waivers: Vec<Grant>,
    /// The parts of the platform that policies name.
    pub parts: Parts,
}

/// The parts of the platform that policies name: a component may be in one environment only, so that one which is not
/// here is unknown only if it is nowhere.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// Where something is named that there is.
    known: BTreeSet<Span>,
    /// What is said of what there is not.
    unknown: Vec<Diagnostic>,
}

impl Parts {
    /// Adds those of another environment.
    pub fn add(&mut self, other: Self) {
        self.known.extend(other.known);
        self.unknown.extend(other.unknown);
    }

    /// Returns what is said of what no environment has.
    pub fn unknown(self) -> impl Iterator<Item = Diagnostic> {
        let Self { known, unknown } = self;
        unknown
            .into_iter()
            .filter(move |problem| problem.primary.as_ref().is_none_or(|label| !known.contains(&label.span)))
    }
}

/// What the policies of a platform are judged by.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The platform as one environment has it.
    pub platform: &'a Platform,
    /// The names of all environments; none where they could not be read.
    pub environments: &'a [Arc<str>],
    /// The rules of the user's own.
    pub own_rules: &'a [Arc<str>],
}

/// Reads the packs that a spec names, and its own policies over them.
pub fn policies(
    packs: &Packs,
    written: &Field<Policies>,
    known: Known<'_>,
    choice: &Choice,
    out: &mut Vec<Diagnostic>,
) -> InForce {
    let mut named = packs.named(written, out);
    let own = written.value().map(|own| Pack {
        description: Field::Absent,
        rules: own.rules.clone(),
        scopes: own.scopes.clone(),
        waivers: own.waivers.clone(),
    });
    named.extend(&own);
    let mut reader = Reader::new(known, choice, out);
    for pack in named {
        reader.pack(pack);
    }
    let Reader { levels, waivers, mut parts, .. } = reader;
    let mut idle = Reader::new(known, choice, out);
    for pack in packs.others() {
        idle.pack(pack);
    }
    parts.add(idle.parts);
    InForce { levels, waivers, parts }
}

struct Reader<'a> {
    known: Known<'a>,
    levels: Levels,
    waivers: Vec<Grant>,
    parts: Parts,
    out: &'a mut Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    fn new(known: Known<'a>, choice: &Choice, out: &'a mut Vec<Diagnostic>) -> Self {
        let (levels, waivers, parts) = (Levels::new(choice.clone()), Vec::new(), Parts::default());
        Self { known, levels, waivers, parts, out }
    }

    fn pack(&mut self, pack: &Pack) {
        self.rules(&pack.rules);
        for scope in pack.scopes.value().into_iter().flatten().filter_map(Field::value) {
            self.scope(scope);
        }
        for waiver in pack.waivers.value().into_iter().flatten().filter_map(Field::get) {
            self.waiver(&waiver.value, waiver.span);
        }
    }

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
        let mut range = None;
        for (parameter, span, value) in &setting.parameters {
            let rule = rules::find(name);
            let all = rule.map_or(&[][..], |rule| rule.parameters);
            let (Some(rule), Some(known)) = (rule, all.iter().find(|known| known.name == &**parameter)) else {
                let known = all.iter().map(|known| known.name).chain(["level"]);
                let what = format!("parameter of rule `{name}` called");
                let problem = Decoder::unknown_name(UNKNOWN_PARAMETER, *span, &what, parameter, known);
                let narrows = SCOPED.contains(&parameter.trim_end_matches('s'));
                let help =
                    "what holds for a part of the platform only is written under `scopes`, of `policies` or of a pack";
                self.out.push(if narrows { problem.help(help) } else { problem });
                continue;
            };
            match self.levels.parameterize(rule, known, value) {
                Ok(()) => range = (rule.parameters.iter().any(|it| it.name == "first")).then_some((rule, value.span)),
                Err(problem) => self.out.push(*problem),
            }
        }
        // Where both ends can be set, something has to lie between them.
        if let Some((rule, span)) = range {
            let (first, last) = (self.levels.number(rule, "first"), self.levels.number(rule, "last"));
            if first > last {
                let message = format!("nothing lies between `first` {first} and `last` {last} of rule `{name}`");
                self.out.push(Diagnostic::error(BAD_VALUE, span, message).help("write the smaller number as `first`"));
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
        if self.known.own_rules.contains(name) {
            return Some(name.clone());
        }
        let mut known: Vec<&str> = rules::names().collect();
        known.extend(self.known.own_rules.iter().map(|name| &**name));
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
        let strangers = self.parts.unknown.len();
        let Some(part) = waiver.part.value().and_then(|selector| self.part(selector)) else { return };
        let reason = waiver.reason.value().cloned().filter(|reason| !reason.trim().is_empty());
        let until = waiver.until.get().map(|until| (until.value, until.span));
        let broken = waiver.is_broken() || self.parts.unknown.len() > strangers;
        self.waivers.push(Grant { rules, span, reason, until, cover: Cover::Part(part), removal: None, broken });
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
