//! The rule of [`MISSPELT_SETTING`].

use crate::library::configs::MISSPELT_SETTING;
use crate::lint::rule::{Check, rule};

rule! {
    /// A setting of a program is nearly, and not quite, one that it has.
    ///
    /// ## What it does
    ///
    /// Compares what the spec adds to the configurations of programs with the settings that are known of them: `values:` of
    /// what runs on machines (`prometheus.yml`, `alertmanager.yml`, `loki.yml`, `grafana.ini`), maps under these names in Helm
    /// values, values that a chart passes on (`loki` of Loki, `configs.cm` and `configs.params` of Argo CD), and `renovate:`;
    /// files that are written as text are not looked into. Only what is spelled nearly as one of them is reported: programs have
    /// more settings than anybody lists.
    ///
    /// ## Why it matters
    ///
    /// Prometheus, Alertmanager and Loki do not start with a setting that they do not know, Grafana and Argo CD pass over it
    /// without a word, and Renovate opens an issue and makes no more pull requests until it is mended.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// values: { globl: { scrape_timeout: 10s } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// values: { global: { scrape_timeout: 10s } }
    /// ```
    ///
    /// ## Source
    ///
    /// The reference pages of each program; `schemas/configs`.
    pub(super) static RULE = MISSPELT_SETTING, Values, Error, fix: Unsafe, Check::Raised;
}
