//! Values that need no look: those with the outline of some that their contract takes.

use super::check::{self, Finding};
use super::select::{Contracts, Selection};
use crate::doc::{Outlined, PerOutline};

/// The contracts that take values, by outline, as far as scalars do not decide: where each is in memory, and whether it is of the
/// very version in use.
#[derive(Debug, Default)]
pub struct Sound(PerOutline<Vec<(usize, bool)>>);

impl Selection<'_> {
    /// Judges values, unless the same contract took some like them. The contracts have to be the same ones each time.
    pub fn check_once(&self, contracts: &Contracts, values: Outlined<'_>, sound: &mut Sound) -> Vec<Finding> {
        let Outlined { doc, outline } = values;
        let (Some(contract), Some(outline)) = (self.contract(), outline) else { return self.check(contracts, doc) };
        let own = (std::ptr::from_ref(contract).addr(), self.is_exact());
        if sound.0.get(outline).is_some_and(|known| known.contains(&own)) {
            return Vec::new();
        }
        let (found, by_texts) = check::judge(contract, &|| contracts.siblings(contract), self.is_exact(), doc);
        if found.is_empty() && !by_texts {
            let mut known = sound.0.get(outline).cloned().unwrap_or_default();
            known.push(own);
            sound.0.set(outline, known);
        }
        found
    }
}
