//! Who decided about a value of a document: a person, or a template of the library.

use super::Document;
use crate::source::{Origin, OriginId};

impl Document<'_> {
    /// Returns whether a person wrote a value, and no template made it.
    pub fn is_written(&self, origin: OriginId) -> bool {
        matches!(self.origins.get(origin), Origin::Written { .. })
    }

    /// Returns whether a template made a value of where the spec says that pods run.
    pub fn is_placed(&self, origin: OriginId) -> bool {
        let Origin::Template { reads, .. } = self.origins.get(origin) else { return false };
        let placement = |read: &OriginId| matches!(self.origins.get(*read), Origin::Written { what: "placement", .. });
        reads.iter().any(placement)
    }

    /// Returns whether a person wrote a text: as it stands, or as a variable or argument of a workload that a template passes on.
    pub fn is_given(&self, origin: OriginId) -> bool {
        match self.origins.get(origin) {
            Origin::Written { .. } => true,
            Origin::Template { reads, .. } if self.component.is_some_and(|component| component.workload.is_some()) => {
                reads.iter().any(|read| {
                    matches!(self.origins.get(*read), Origin::Written { what: "variable" | "argument", .. })
                })
            }
            _ => false,
        }
    }

    /// Returns whether a person chose a value: it is written, or a template passes one setting on.
    pub fn is_chosen(&self, origin: OriginId) -> bool {
        let setting = |read: &OriginId| matches!(self.origins.get(*read), Origin::Written { what: "setting", .. });
        match self.origins.get(origin) {
            Origin::Written { .. } => true,
            Origin::Template { reads: [first, rest @ ..], .. } => {
                setting(first) && rest.iter().all(|read| read == first)
            }
            _ => false,
        }
    }
}
