//! One component at different majors in different environments.

use crate::diag::Kind;
use crate::lint::rule::{Check, Parameter, Setting, rule};

rule! {
    /// A chart is at another major version in one environment than in another.
    ///
    /// ## What it does
    ///
    /// Compares the versions of components of one name and chart in all environments with those of the base. The parameter
    /// `majors` says how far they may be apart.
    ///
    /// ## Why it matters
    ///
    /// What was tried in one environment says little about the other one. While an upgrade is under way that is as it should
    /// be, so it is off unless a platform asks for it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components: { loki: { version: 18.11.0 } }
    /// environments: { staging: { components: { loki: { version: 6.30.0 } } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components: { loki: { version: 18.11.0 } }
    /// environments: { staging: { components: { loki: { version: 18.12.0 } } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kargo, promotion between stages.
    pub(super) static RULE = Kind::new("environments-apart", "DV1710"), Supply, Off, fix: None, Check::Raised,
        parameters: PARAMETERS;
}

const PARAMETERS: &[Parameter] = &[Parameter {
    name: "majors",
    about: "how many major versions an environment may be away from the base.",
    default: Setting::Number(0),
}];
