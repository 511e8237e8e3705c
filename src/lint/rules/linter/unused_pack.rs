//! Packs that no environment names.

use crate::diag::Kind;
use crate::lint::rule::{Check, rule};

rule! {
    /// A file of `policies/` is named by no environment.
    ///
    /// ## What it does
    ///
    /// Compares the packs in `dvgen/policies/`, which are the files without rules, with `policies.packs` of the spec and of its
    /// environments. What is wrong with such a pack is reported all the same.
    ///
    /// ## Why it matters
    ///
    /// The levels, scopes and waivers in it do not hold. Whoever wrote them believes that they do.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// # dvgen/policies/ours.yaml
    /// rules:
    ///   image-latest: error
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// # platform.yaml
    /// policies:
    ///   packs: [ours]
    /// ```
    ///
    /// ## Source
    ///
    /// Configuration files of ESLint and ruff, which are found without being named, and those of conftest, which are not.
    pub(in crate::lint) static RULE = Kind::new("unused-pack", "DV1890"), Linter, Warn, fix: None, Check::Raised;
}
