//! The rule of [`WIRING`].

use crate::lint::rule::{Check, rule};
use crate::model::WIRING;

rule! {
    /// A value of the user takes away what flows rely on.
    ///
    /// ## What it does
    ///
    /// Compares `values:` with the guards in the facts of the component, where a flow uses what they guard.
    ///
    /// ## Why it matters
    ///
    /// The Service that the flow goes to would not be there, or would listen at another port.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// mimir: { version: 5.6.0, values: { nginx: { enabled: false } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// mimir: { version: 6.2.0 }             # its way in is called mimir-gateway
    /// ```
    ///
    /// ## Source
    ///
    /// Design of dvgen.
    pub(super) static RULE = WIRING, Wiring, Error, fix: None, Check::Raised, fixed: true;
}
