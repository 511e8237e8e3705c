//! Faults in words.

use super::judge::{Fault, Flaw};
use super::{
    DUPLICATE_ITEM, MISSING_OBJECT_FIELD, NAMESPACE_OF_CLUSTER_KIND, OBJECT_TYPE, OBJECT_VALUE, UNCHECKED_KIND,
    UNKNOWN_KIND, UNKNOWN_OBJECT_FIELD, UNSERVED_VERSION,
};
use crate::diag::{Diagnostic, Kind, nearest};
use crate::source::Span;

/// How a table is added.
const ADD: &str = "add a table of it in `dvgen/schemas/kinds/` (docs/components.md)";

impl Fault {
    /// Returns the kind of diagnostic that the fault is.
    pub const fn kind(&self) -> Kind {
        match &self.flaw {
            Flaw::UnknownField { .. } => UNKNOWN_OBJECT_FIELD,
            Flaw::WrongType { .. } => OBJECT_TYPE,
            Flaw::Missing => MISSING_OBJECT_FIELD,
            Flaw::NotAWord { .. } | Flaw::BadForm { .. } => OBJECT_VALUE,
            Flaw::Twice { .. } => DUPLICATE_ITEM,
            Flaw::Version { .. } => UNSERVED_VERSION,
            Flaw::UnknownKind { .. } => UNKNOWN_KIND,
            Flaw::Unchecked => UNCHECKED_KIND,
            Flaw::Namespace => NAMESPACE_OF_CLUSTER_KIND,
        }
    }

    /// Returns the fault as a diagnostic at the line that a person has to change.
    pub fn diagnostic(&self, span: Span) -> Diagnostic {
        let make = match &self.flaw {
            Flaw::Unchecked | Flaw::Namespace => Diagnostic::warning,
            _ => Diagnostic::error,
        };
        let said = make(self.kind(), span, self.message()).why(self.why());
        self.help().into_iter().fold(said, Diagnostic::help)
    }

    fn message(&self) -> String {
        let (object, path) = (&self.object, &self.path);
        match &self.flaw {
            Flaw::UnknownField { .. } => format!("{object} has no field `{path}`"),
            Flaw::WrongType { expected, found, .. } => {
                format!("field `{path}` of {object} takes {expected}, not {found}")
            }
            Flaw::Missing => format!("{object} needs the field `{path}`"),
            Flaw::NotAWord { given, .. } | Flaw::BadForm { given, .. } => {
                format!("field `{path}` of {object} does not take `{given}`")
            }
            Flaw::Twice { fields, .. } => format!("`{path}` of {object} has the same `{fields}` as an item before it"),
            Flaw::Version { gone: true, .. } => format!("{object} is not served any more"),
            Flaw::Version { gone: false, .. } => format!("there is no such version: {object}"),
            Flaw::UnknownKind { .. } => format!("there is no such kind: {object}"),
            Flaw::Unchecked => format!("there is no table of the kind {object}: its fields are not checked"),
            Flaw::Namespace => format!("{object} is in no namespace"),
        }
    }

    const fn why(&self) -> &'static str {
        match &self.flaw {
            Flaw::UnknownField { .. } => {
                "the server drops fields that it does not know or refuses the object: the setting has no effect"
            }
            Flaw::WrongType { .. } | Flaw::Missing | Flaw::NotAWord { .. } | Flaw::BadForm { .. } => {
                "the server refuses the object"
            }
            Flaw::Twice { .. } => "the server takes them for one item, and refuses the object or loses one",
            Flaw::Version { .. } | Flaw::UnknownKind { .. } => "the sync fails: no server answers for it",
            Flaw::Unchecked => "a misspelt field of it is dropped in silence, and nothing will say so",
            Flaw::Namespace => "there is one for the whole cluster, so two of one name are one object",
        }
    }

    fn help(&self) -> Vec<String> {
        match &self.flaw {
            Flaw::UnknownField { near: None, below: None, around: None, .. } if self.path.ends_with("$patch") => {
                vec!["there are no patches: what a chart makes is changed by `values:` of its component".to_owned()]
            }
            flaw => flaw.help(),
        }
    }
}

impl Flaw {
    /// Returns what can be done about it.
    pub fn help(&self) -> Vec<String> {
        let near = |near: &str| format!("did you mean `{near}`?");
        let list = |words: &[String]| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        match self {
            Self::UnknownField { near: Some(name), .. } => vec![near(name)],
            Self::UnknownField { below: Some(name), .. } => {
                vec![format!("did you mean `{name}`? It stands inside `spec`")]
            }
            Self::UnknownField { around: Some(path), .. } if path.is_empty() => {
                vec!["the object itself has a field of this name: move it there".to_owned()]
            }
            Self::UnknownField { around: Some(path), .. } => {
                vec![format!("`{path}` has a field of this name: move it there")]
            }
            Self::UnknownField { source, .. } => {
                vec![format!("remove it, or, if it is newer than the table of {source}, {ADD}")]
            }
            Self::WrongType { quotes: true, .. } => vec!["put it in quotes".to_owned()],
            Self::NotAWord { given, words } => match nearest(given, words.iter().map(String::as_str)) {
                Some(word) => vec![near(word), format!("it takes {}", list(words))],
                None => vec![format!("it takes {}", list(words))],
            },
            Self::BadForm { meant, expected, .. } => {
                meant.iter().map(|meant| near(meant)).chain([format!("it takes {expected}")]).collect()
            }
            Self::Version { instead: Some(version), .. } => vec![format!("write `apiVersion: {version}`")],
            Self::Version { instead: None, .. } => vec!["remove the object: nothing took its place".to_owned()],
            Self::UnknownKind { near: kind } => vec![near(kind)],
            Self::Unchecked => vec![ADD.to_owned()],
            Self::Namespace => vec!["remove `namespace`".to_owned()],
            Self::WrongType { .. } | Self::Missing | Self::Twice { .. } => Vec::new(),
        }
    }
}
