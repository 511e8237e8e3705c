//! The rule of [`DUPLICATE_ITEM`].

use crate::library::kinds::DUPLICATE_ITEM;
use crate::lint::rule::{Check, rule};

rule! {
    /// Two items of a list that the server takes for one.
    ///
    /// ## What it does
    ///
    /// Looks at lists whose items are told apart by a field, such as the ports of a Service by port and protocol, in
    /// every object that a cluster gets.
    ///
    /// ## Why it matters
    ///
    /// The server refuses the object, or keeps one of the two without a word.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// spec:
    ///   ports:
    ///     - { name: http, port: 80 }
    ///     - { name: web, port: 80 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// spec:
    ///   ports:
    ///     - { name: http, port: 80 }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes API conventions, `x-kubernetes-list-map-keys`.
    pub(super) static RULE = DUPLICATE_ITEM, Values, Error, fix: None, Check::Raised;
}
