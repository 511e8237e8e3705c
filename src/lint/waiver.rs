//! Waivers: findings that are allowed, with a reason and for a time.
//!
//! In a YAML file that a person writes, a comment is one: `# dvgen: allow[rule] reason until 2027-01-31`. Behind something
//! on its line it covers that node; alone on its line it covers the next node and all below it. In a policy file it is an
//! entry of `waivers`, which covers a part of the platform.

mod comment;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use comment::{comments, written};

use super::levels::Part;
use super::rules::linter::{EXPIRED_WAIVER, UNUSED_WAIVER, WAIVER_WITHOUT_EXPIRY, WAIVER_WITHOUT_REASON};
use super::{FIXED_LEVEL, UNKNOWN_RULE, rules};
use crate::diag::{Diagnostic, Severity};
use crate::source::Span;
use crate::spec::scalars::Date;
use crate::yaml::Decoder;

/// A waiver.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The rules that it allows, each with the place where it is named.
    pub rules: Vec<(Arc<str>, Span)>,
    /// Where it stands.
    pub span: Span,
    /// Why.
    pub reason: Option<Arc<str>>,
    /// Its last day.
    pub until: Option<(Date, Span)>,
    /// What it covers.
    pub cover: Cover,
    /// What to remove to be rid of it, where that is certain.
    pub removal: Option<Span>,
    /// Whether a part of it could not be read, which is reported.
    pub broken: bool,
}

/// What a waiver covers.
#[derive(Clone, Debug)]
pub enum Cover {
    /// A part of a file.
    Lines(Span),
    /// A part of the platform.
    Part(Part),
}

/// A finding that a waiver allows.
#[derive(Clone, Debug)]
pub struct Waived {
    /// The finding.
    pub diagnostic: Diagnostic,
    /// Why it is allowed.
    pub reason: Arc<str>,
    /// Where the waiver stands.
    pub span: Span,
}

/// What became of findings under waivers.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The findings that stay.
    pub stay: Vec<Diagnostic>,
    /// The findings that are allowed.
    pub waived: Vec<Waived>,
    /// The waivers that allowed something, by place and rule.
    pub used: BTreeSet<(Span, Arc<str>)>,
    /// The expired waivers whose findings are told again.
    pub lapsed: BTreeSet<Span>,
}

impl Grant {
    fn allows(&self, diagnostic: &Diagnostic) -> Option<&(Arc<str>, Span)> {
        let covers = match &self.cover {
            Cover::Part(part) => part.holds(diagnostic),
            Cover::Lines(lines) => diagnostic.primary.as_ref().is_some_and(|label| {
                let at = label.span;
                at.file == lines.file && lines.start <= at.start && at.end <= lines.end
            }),
        };
        self.rules.iter().find(|(rule, _)| covers && is_meant(rule, diagnostic))
    }

    /// Returns its last day, with its place, if that is past.
    fn ended(&self, day: Day) -> Option<(Date, Span)> {
        self.until.filter(|(until, _)| day.today.is_some_and(|today| *until < today))
    }
}

/// Returns whether a waiver may allow a finding of this rule at all.
fn is_meant(rule: &str, diagnostic: &Diagnostic) -> bool {
    diagnostic.name() == rule && (diagnostic.rule.is_some() || rules::find(rule).is_some_and(|rule| rule.adjustable))
}

/// What is known about the run that waivers are judged in.
#[derive(Clone, Copy, Debug, Default)]
pub struct Day {
    /// Today, where it is known.
    pub today: Option<Date>,
    /// Whether a waiver that has expired or hides nothing is an error, and no warning.
    pub strict: bool,
}

/// Takes out the findings that waivers allow. What an expired one allowed stays, and says so.
pub fn apply(grants: &[Grant], diagnostics: Vec<Diagnostic>, day: Day) -> Outcome {
    let mut outcome = Outcome::default();
    for diagnostic in diagnostics {
        let mut reason = None;
        let mut ended = None;
        for grant in grants {
            let Some((rule, _)) = grant.allows(&diagnostic) else { continue };
            if let Some(end) = grant.ended(day) {
                ended = ended.or(Some((grant.span, end)));
            } else {
                outcome.used.insert((grant.span, rule.clone()));
                reason = reason.or_else(|| Some((grant.reason.clone().unwrap_or_default(), grant.span)));
            }
        }
        match (reason, ended) {
            (Some((reason, span)), _) => outcome.waived.push(Waived { diagnostic, reason, span }),
            (None, Some((waiver, (until, span)))) => {
                outcome.lapsed.insert(waiver);
                let mut told = diagnostic.related(span, format!("the waiver of it ended on {until}"));
                if day.strict {
                    told.severity = Severity::Error;
                }
                outcome.stay.push(told);
            }
            (None, None) => outcome.stay.push(diagnostic),
        }
    }
    outcome
}

/// Judges the waivers themselves. `used` are those that allowed something, `lapsed` those whose findings are told again because
/// they ended, `ran` says whether a rule was run at all.
pub fn judge(
    grants: &[Grant],
    (used, lapsed): (&BTreeSet<(Span, Arc<str>)>, &BTreeSet<Span>),
    ran: &dyn Fn(&str) -> bool,
    day: Day,
    out: &mut Vec<Diagnostic>,
) {
    let mut seen = BTreeSet::new();
    for grant in grants.iter().filter(|grant| !grant.broken && seen.insert(grant.span)) {
        if grant.reason.is_none() {
            out.push(
                WAIVER_WITHOUT_REASON
                    .at(grant.span, "this waiver gives no reason")
                    .why("whoever reads it next cannot tell whether it still holds")
                    .help("write why it is allowed, in a few words"),
            );
        }
        let ended = grant.ended(day);
        match (grant.until, ended) {
            (None, _) => out.push(
                WAIVER_WITHOUT_EXPIRY
                    .at(grant.span, "this waiver never ends")
                    .why("what is allowed for ever is forgotten")
                    .help("write the last day on which it holds: `until 2027-01-31`"),
            ),
            (Some(_), Some((until, span))) if !lapsed.contains(&grant.span) => {
                let mut problem = EXPIRED_WAIVER
                    .at(span, format!("this waiver ended on {until}"))
                    .why("it hides nothing any more, and what it allowed was to be repaired by then")
                    .help("remove it, or give it a new day and say why");
                if day.strict {
                    problem.severity = Severity::Error;
                }
                out.push(problem);
            }
            (Some(_), _) => {}
        }
        if ended.is_some() {
            continue;
        }
        for (rule, span) in &grant.rules {
            if !used.contains(&(grant.span, rule.clone())) && ran(rule) {
                let mut problem = UNUSED_WAIVER
                    .at(*span, format!("this waiver of `{rule}` hides nothing"))
                    .why("it would hide the next finding that nobody has looked at");
                if day.strict {
                    problem.severity = Severity::Error;
                }
                out.push(match grant.removal.filter(|_| grant.rules.len() == 1) {
                    Some(removal) => problem.fix(true, "remove it", removal, ""),
                    None => problem.help("remove it"),
                });
            }
        }
    }
}

/// Returns the rule that a waiver names, or says that there is none or that it cannot be waived.
fn named(name: &str, span: Span, own_rules: &[Arc<str>], out: &mut Vec<Diagnostic>) -> Option<Arc<str>> {
    if let Some(rule) = rules::find(name) {
        if rule.adjustable {
            return Some(rule.kind.name.into());
        }
        let message = format!("`{name}` cannot be waived");
        let why = "no outputs can be made of what it finds, or what they hold would be dangerous";
        out.push(Diagnostic::error(FIXED_LEVEL, span, message).why(why).help("repair what it reports"));
        return None;
    }
    if own_rules.iter().any(|own| **own == *name) {
        return Some(name.into());
    }
    let mut known: Vec<&str> = rules::names().collect();
    known.extend(own_rules.iter().map(|name| &**name));
    out.push(Decoder::unknown_name(UNKNOWN_RULE, span, "rule", name, known.into_iter()));
    None
}
