//! A rule: what it is called, what is said about it, and how it judges.
//!
//! One file a rule, in [`super::rules`]. The doc comment of its static is its page: a sentence, then the sections that
//! `tests/rules.rs` asks for. `dvgen explain` and the documentation print the same text.

use super::facts::{Document, Object, Place};
use super::subject::Subject;
use crate::diag::{Diagnostic, Kind, Severity};
use crate::source::Span;
use crate::spec::Level;

/// What a rule is about; `--select` and `--ignore` take it for all its rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Addresses, ranges, host names, ports.
    Addresses,
    /// Machines, volumes, scheduling.
    Topology,
    /// What has to be there before what.
    Order,
    /// Applications, projects, and what Argo CD does with them.
    Argocd,
    /// Who talks to whom, and how.
    Wiring,
    /// Helm values and Kubernetes objects.
    Values,
    /// Secrets, certificates, backups.
    Secrets,
    /// Versions, images, registries.
    Supply,
    /// Plugins and what is put together from them.
    Plugins,
    /// The linter itself.
    Linter,
}

impl Group {
    /// All groups, in the order of the documentation.
    pub const ALL: [Self; 10] = [
        Self::Addresses,
        Self::Topology,
        Self::Order,
        Self::Argocd,
        Self::Wiring,
        Self::Values,
        Self::Secrets,
        Self::Supply,
        Self::Plugins,
        Self::Linter,
    ];

    /// Returns the word that people write.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Addresses => "addresses",
            Self::Topology => "topology",
            Self::Order => "order",
            Self::Argocd => "argocd",
            Self::Wiring => "wiring",
            Self::Values => "values",
            Self::Secrets => "secrets",
            Self::Supply => "supply",
            Self::Plugins => "plugins",
            Self::Linter => "linter",
        }
    }
}

/// Whether `--fix` can solve what a rule finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixClass {
    /// A person has to.
    None,
    /// `--fix` does, where the repair is certain.
    Safe,
    /// `--unsafe-fixes` does: a person should look at the result.
    Unsafe,
}

impl FixClass {
    /// Returns the word that people read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

/// How a rule judges.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// The room that works with the thing reports it on its way: there is nothing to ask for afterwards.
    Raised,
    /// It reads the whole platform of an environment.
    Platform(fn(&Subject<'_>, &mut Vec<Diagnostic>)),
    /// It looks at each object that a cluster gets, one by one.
    Object(fn(&Object<'_>, &mut Vec<Diagnostic>)),
    /// It looks at the Helm values of each component.
    Values(fn(&Document<'_>, &mut Vec<Diagnostic>)),
    /// It looks at maps of objects and values, whatever they stand under: those that have a key that the first function knows.
    Map(fn(&str) -> bool, fn(&Place<'_>, &mut Vec<Diagnostic>)),
}

/// A parameter that a platform can set beside the level of a rule.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it is for, in one sentence.
    pub about: &'static str,
    /// What holds unless it is set; it decides the type.
    pub default: Setting<'static>,
}

/// The value of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting<'a> {
    /// A whole number.
    Number(u32),
    /// A list of names of the DNS.
    Domains(&'a [&'a str]),
    /// Some of a few words: those that hold, and all that there are.
    Some(&'a [&'a str], &'a [&'a str]),
}

impl<'a> Setting<'a> {
    /// Returns the words of a list.
    pub const fn words(self) -> &'a [&'a str] {
        match self {
            Self::Number(_) => &[],
            Self::Domains(words) | Self::Some(words, _) => words,
        }
    }
}

/// A rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its name and code.
    pub kind: Kind,
    /// What it is about.
    pub group: Group,
    /// The level that holds unless a platform says otherwise; rules of the nursery are off.
    pub level: Level,
    /// Where a finding is only a warning although the level is `error`.
    pub softer: Option<&'static str>,
    /// Whether a platform can change the level and waive what is found. Not so where dvgen could not go on with it.
    pub adjustable: bool,
    /// Whether it repairs.
    pub fix: FixClass,
    /// What can be set.
    pub parameters: &'static [Parameter],
    /// Its page, in Markdown.
    pub text: &'static str,
    /// How it judges.
    pub check: Check,
}

impl Rule {
    /// Returns a finding at a place.
    pub fn at(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        let mut problem = Diagnostic::error(self.kind, span, message);
        if self.level != Level::Error {
            problem.severity = Severity::Warning;
        }
        problem
    }

    /// Returns the page without the space that a doc comment begins with.
    pub fn page(&self) -> String {
        self.text.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).flat_map(|line| [line, "\n"]).collect()
    }

    /// Returns the page with its head: name, code, level, what can be repaired and set.
    pub fn whole_page(&self) -> String {
        let level = match (self.adjustable, self.level) {
            (false, _) => "Always an error: no level changes it.".to_owned(),
            (true, Level::Off) => "Off unless a platform sets a level: it is in the nursery.".to_owned(),
            (true, level) => {
                let softer = self.softer.map(|place| format!("; only a warning {place}")).unwrap_or_default();
                format!("Level: `{}` unless a platform says otherwise{softer}.", level.word())
            }
        };
        let fix = match self.fix {
            FixClass::None => "A person has to repair it.",
            FixClass::Safe => "`dvgen lint --fix` repairs it, where the repair is certain.",
            FixClass::Unsafe => "`dvgen lint --unsafe-fixes` repairs it; look at the result.",
        };
        let Kind { name, code, .. } = self.kind;
        let mut text = format!("# {name} ({code})\n\n{}\n## Fix\n\n{fix}\n\n{level}\n", self.page());
        for parameter in self.parameters {
            let default = match parameter.default {
                Setting::Number(number) => number.to_string(),
                list => format!("[{}]", list.words().join(", ")),
            };
            let Parameter { name, about, .. } = parameter;
            text.extend([format!("\nParameter `{name}` ({default} unless set): {about}\n")]);
        }
        text
    }

    /// Returns the first sentence of the page.
    pub fn summary(&self) -> String {
        self.page().lines().take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Returns whether a person means this rule: its name or its code.
    pub fn is_called(&self, name: &str) -> bool {
        self.kind.name == name || self.kind.code == name
    }
}

/// Declares a rule; the doc comment is its page.
macro_rules! rule {
    (
        $(#[doc = $doc:literal])+
        $vis:vis static $id:ident = $kind:expr, $group:ident, $level:ident, fix: $fix:ident, $check:expr
        $(, parameters: $parameters:expr)? $(, softer: $softer:literal)? $(, fixed: $fixed:literal)?;
    ) => {
        /// The rule; its page is its text.
        $vis static $id: $crate::lint::rule::Rule = $crate::lint::rule::Rule {
            kind: $kind,
            group: $crate::lint::rule::Group::$group,
            level: $crate::spec::Level::$level,
            softer: $crate::lint::rule::rule!(@softer $($softer)?),
            adjustable: true $(&& !$fixed)?,
            fix: $crate::lint::rule::FixClass::$fix,
            parameters: $crate::lint::rule::rule!(@or $($parameters)?),
            text: concat!($($doc, "\n"),+),
            check: $check,
        };
    };
    (@softer) => { None };
    (@softer $softer:literal) => { Some($softer) };
    (@or) => { &[] };
    (@or $parameters:expr) => { $parameters };
}
pub(crate) use rule;
