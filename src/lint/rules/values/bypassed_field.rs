//! The rule of [`BYPASSED_FIELD`].

use crate::emit::BYPASSED_FIELD;
use crate::lint::rule::{Check, rule};

rule! {
    /// A value that follows from a field of the spec is replaced by one of `values:`.
    ///
    /// ## What it does
    ///
    /// Compares `values:` with the values that dvgen makes. One that was made of a field that somebody wrote (`replicas`,
    /// `storage`, `expose`, `placement`, `databases`, `settings`, the name of a flow, a storage class) and that gets another
    /// value is reported, and so is an `enabled: false` beside such values. Where the chart takes the same value in several
    /// places and one of its parts is told otherwise, that is tuning. So are values that no field decides, such as
    /// `resources`.
    ///
    /// ## Why it matters
    ///
    /// Other values, other components and the checks of dvgen follow from the field too, and stay as they were: a budget for
    /// three copies where one runs, a certificate for a host that nobody serves.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// grafana: { version: 12.11.1, replicas: 2, values: { replicas: 1 } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// grafana: { version: 12.11.1, replicas: 1 }
    /// ```
    ///
    /// ## Source
    ///
    /// Design of dvgen.
    pub(super) static RULE = BYPASSED_FIELD, Values, Warn, fix: None, Check::Raised;
}
