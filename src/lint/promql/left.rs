//! The labels that are left of an expression.

use std::collections::BTreeSet;

use super::functions::CHOOSES;

/// The labels that are left of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Left<'a> {
    /// Those of its series.
    Unknown,
    /// It is a number.
    Number,
    /// These.
    Labels(BTreeSet<&'a str>),
}

impl<'a> Left<'a> {
    /// Returns what an operator leaves of two values.
    pub(super) fn with(self, operator: &str, other: Self) -> Self {
        let either = operator.eq_ignore_ascii_case("or");
        match (self, other) {
            (Self::Number, other) | (other, Self::Number) => other,
            (Self::Labels(mut one), Self::Labels(two)) => {
                if either {
                    one.extend(two);
                }
                Self::Labels(one)
            }
            (Self::Labels(one), Self::Unknown) if !either => Self::Labels(one),
            _ => Self::Unknown,
        }
    }

    /// Returns what an aggregation leaves, by its name in small letters and the labels behind `by` or `without`.
    pub(super) fn of_group(name: &str, kept: Option<(&str, BTreeSet<&'a str>)>) -> Self {
        match kept {
            // These choose among series, and leave them as they are.
            _ if CHOOSES.contains(&name) => Self::Unknown,
            Some((by, labels)) if by.eq_ignore_ascii_case("by") => Self::Labels(labels),
            Some(_) => Self::Unknown,
            None => Self::Labels(BTreeSet::new()),
        }
    }
}
