//! The rule of [`UNANNOUNCED`].

use crate::emit::UNANNOUNCED;
use crate::lint::rule::{Check, rule};

rule! {
    /// A template makes an object of a custom kind, and the facts do not say so.
    ///
    /// ## What it does
    ///
    /// Compares the kinds of the objects that templates make with `needs.crds` of `component.yaml`.
    ///
    /// ## Why it matters
    ///
    /// The order follows from the facts: the object would be applied before its kind is defined.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// # dvgen/values/web/component.yaml, with a template that makes a Certificate
    /// title: Web
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// title: Web
    /// needs: { crds: [Certificate.cert-manager.io] }
    /// ```
    ///
    /// ## Source
    ///
    /// docs/components.md.
    pub(super) static RULE = UNANNOUNCED, Order, Error, fix: None, Check::Raised, fixed: true;
}
