//! Repairs of misspelt keys.

use crate::diag::Diagnostic;
use crate::source::{Origin, OriginId, Origins, Span};

/// A key, and the one that is meant.
pub(super) struct Misspelt<'a> {
    /// The key that is meant.
    pub(super) near: &'a str,
    /// Where the misspelt key comes from.
    pub(super) origin: OriginId,
    /// Where it stands.
    pub(super) span: Span,
    /// The origins of what stands under the key that is meant already.
    pub(super) there: &'a [OriginId],
}

impl Misspelt<'_> {
    /// Adds the repair to a problem. Where people wrote both keys, there is none: YAML takes a key once.
    pub(super) fn repair(&self, problem: Diagnostic, safe: bool, origins: &Origins) -> Diagnostic {
        let Self { near, span, .. } = *self;
        let section = |origin| match origins.get(origin) {
            Origin::Written { what, .. } => Some(what),
            _ => None,
        };
        let own = section(self.origin);
        if own.is_some() && self.there.iter().any(|there| section(*there) == own) {
            return problem.help(format!("`{near}` stands there already: move this into it"));
        }
        problem.fix(safe, format!("rename to `{near}`"), span, near)
    }
}
