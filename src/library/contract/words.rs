//! Findings in words.

use super::check::{Finding, Problem, Reason};
use super::select::Selection;
use super::tree::Contract;
use super::{IGNORED_VALUE, OLDER_CONTRACT, UNCHECKED_CHART, UNKNOWN_VALUE, VALUE_OF_OTHER_VERSION, VALUE_TYPE};
use crate::diag::{Diagnostic, Kind, Severity};
use crate::source::Span;

impl Finding {
    /// Returns the kind of diagnostic that the finding is.
    pub const fn kind(&self) -> Kind {
        match &self.problem {
            Problem::UnknownKey { reason: Reason::OtherMajor { .. } | Reason::OtherVersion { .. }, .. } => {
                VALUE_OF_OTHER_VERSION
            }
            Problem::UnknownKey { .. } => UNKNOWN_VALUE,
            Problem::WrongType { .. } => VALUE_TYPE,
            Problem::IgnoredKey { .. } => IGNORED_VALUE,
        }
    }

    /// Returns the finding as a diagnostic at the line that a person has to change.
    pub fn diagnostic(&self, contract: &Contract, span: Span) -> Diagnostic {
        let message = self.message(contract);
        let mut diagnostic = match self.severity {
            Severity::Error => Diagnostic::error(self.kind(), span, message),
            Severity::Warning => Diagnostic::warning(self.kind(), span, message),
        };
        diagnostic = diagnostic.why(self.why());
        match self.help() {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }

    /// Returns what is wrong, in one phrase.
    pub fn message(&self, contract: &Contract) -> String {
        let (path, chart) = (&self.path, format!("{} {}", contract.name(), contract.version()));
        match &self.problem {
            Problem::UnknownKey { reason, .. } => match reason {
                Reason::Closed => format!("chart {chart} has no value `{path}`"),
                Reason::OtherMajor { version } | Reason::OtherVersion { version } => {
                    format!("`{path}` is a value of chart version {version}, not of {chart}")
                }
                Reason::NearMiss => format!("chart {chart} has no value `{path}`, but one spelled nearly so"),
                Reason::Assumed => format!("chart {chart} does not show a value `{path}`"),
            },
            Problem::WrongType { expected, found } => {
                format!("value `{path}` of chart {chart} takes {expected}, not {found}")
            }
            Problem::IgnoredKey { .. } => format!("chart {chart} ignores the value `{path}`"),
        }
    }

    fn why(&self) -> &'static str {
        match &self.problem {
            Problem::WrongType { .. } if self.severity == Severity::Warning => {
                "the chart's default is of this type, and its templates decide by it: to Helm, any text is true"
            }
            Problem::WrongType { .. } => "the chart's templates fail on it, or write a manifest that is refused",
            Problem::UnknownKey { reason: Reason::Assumed, .. } => {
                "Helm passes over keys that a chart does not read, without a word; the chart's defaults do not hold this \
                 one, though its templates might"
            }
            _ => "Helm passes over keys that a chart does not read, without a word: the setting has no effect",
        }
    }

    fn help(&self) -> Option<String> {
        match &self.problem {
            Problem::UnknownKey { suggestion, .. } => suggestion.as_ref().map(|near| format!("did you mean `{near}`?")),
            Problem::IgnoredKey { instead } => {
                Some(instead.as_ref().map_or_else(|| "remove it".to_owned(), |path| format!("write `{path}` instead")))
            }
            Problem::WrongType { .. } => None,
        }
    }
}

impl Selection<'_> {
    /// Says that a chart's values are judged by an older contract, or not at all; `span` is the chart's version.
    pub fn diagnostic(&self, name: &str, version: &str, span: Span) -> Option<Diagnostic> {
        match self {
            Self::Exact(_) => None,
            Self::Older(contract) => {
                let older = contract.version();
                let message = format!("values of chart {name} {version} are judged by the contract of {older}");
                let said = Diagnostic::warning(OLDER_CONTRACT, span, message);
                Some(said.why("what is new in the chart since is reported as unknown").help(ADD))
            }
            Self::None(known) => {
                let message = format!("no contract for the values of chart {name} {version}");
                let said = Diagnostic::warning(UNCHECKED_CHART, span, message).help(ADD);
                let said = said.why("a misspelt value of this chart has no effect, and nothing will say so");
                let known = known.iter().map(|version| format!("`{version}`")).collect::<Vec<_>>().join(", ");
                Some(if known.is_empty() { said } else { said.help(format!("there are contracts of {known}")) })
            }
        }
    }
}

/// What helps against a missing contract.
const ADD: &str = "put a contract for it into `dvgen/schemas/charts/` (docs/components.md)";
