//! The rule of [`DERIVED_FIELD`].

use crate::lint::DERIVED_FIELD;
use crate::lint::rule::{Check, rule};

rule! {
    /// A field of an Application that dvgen derives is written by hand.
    ///
    /// ## What it does
    ///
    /// Looks for name, project, source, destination, sync wave and watched paths under `application:`, and for an automated
    /// sync that is switched off.
    ///
    /// ## Why it matters
    ///
    /// Projects, order and names are derived from the same facts, and would not agree with it. Nobody would sync an
    /// Application without the automated sync, and the root would wait for it for ever.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// application: { metadata: { annotations: { argocd.argoproj.io/sync-wave: "-5" } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// requires: [external-secrets]
    /// ```
    ///
    /// ## Source
    ///
    /// argoproj/argo-cd#7978; docs/outputs.md.
    pub(super) static RULE = DERIVED_FIELD, Order, Error, fix: None, Check::Raised, fixed: true;
}
