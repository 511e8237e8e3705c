//! Waves that are not numbers.

use super::hooks::{self, WAVE};
use super::wave_without_effect::whose;
use crate::diag::{Diagnostic, Kind};
use crate::lint::Place;
use crate::lint::rule::{Check, rule};

rule! {
    /// A sync wave is not a whole number.
    ///
    /// ## What it does
    ///
    /// Reads the annotation `argocd.argoproj.io/sync-wave` of objects, and wherever values hold annotations.
    ///
    /// ## Why it matters
    ///
    /// Argo CD takes anything else for wave 0 and says nothing, so the order that was meant is not kept.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// metadata: { name: migrate, annotations: { argocd.argoproj.io/sync-wave: five } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// metadata: { name: migrate, annotations: { argocd.argoproj.io/sync-wave: "5" } }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Sync Phases and Waves.
    pub(super) static RULE = Kind::new("wave-not-integer", "DV1212"), Order, Error, fix: None, Check::Map(|key| key == WAVE, check);
}

fn check(place: &Place<'_>, out: &mut Vec<Diagnostic>) {
    if !hooks::are_annotations(place.keys) {
        return;
    }
    let Some(wave) = place.map.get(WAVE) else { return };
    // Where it has no effect at all, that is what is wrong with it.
    if whose(place).is_some() {
        return;
    }
    // A chart may pass annotations through Helm's `tpl`.
    let Some(text) = wave.as_str().filter(|text| text.parse::<i32>().is_err() && !text.contains("{{")) else { return };
    let Some(span) = place.document.line(wave.origin) else { return };
    let problem = RULE
        .at(span, format!("`{text}` is not a sync wave"))
        .why("Argo CD takes what is not a whole number for wave 0, and the order that was meant is not kept")
        .help("write a whole number in quotes, such as `\"5\"` or `\"-1\"`");
    out.push(problem);
}
