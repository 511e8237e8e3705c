//! The rule of [`NOT_SERVED`].

use crate::lint::rule::{Check, rule};
use crate::model::NOT_SERVED;

rule! {
    /// A flow goes to a component that does not answer it.
    ///
    /// ## What it does
    ///
    /// Compares the kind of each flow with the facts of the component in `to`; and, where a kind leaves the protocol open, as
    /// `database` does, the protocols that the facts of both ends name (`speaks`).
    ///
    /// ## Why it matters
    ///
    /// No Service of it speaks the protocol, so there is no address to write, or one that leads to a server of another kind: a
    /// program that was made for PostgreSQL does not start with MySQL.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// flows:
    ///   - remoteWrite: { from: prometheus, to: alertmanager }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// flows:
    ///   - remoteWrite: { from: prometheus, to: mimir }
    /// ```
    ///
    /// ## Source
    ///
    /// Design of dvgen.
    pub(super) static RULE = NOT_SERVED, Wiring, Error, fix: None, Check::Raised, fixed: true;
}
