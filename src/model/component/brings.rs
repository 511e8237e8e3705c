//! What a component brings that nobody sees here.

use super::Component;
use crate::library::Facts;

impl Component {
    /// Returns whether it may bring objects of a kind, one that `is`, which nobody sees here: with its chart, or because
    /// whoever installs it may have made some. What the spec says of its kinds counts before the facts, and of a chart of which
    /// neither speaks everything may come.
    pub fn may_bring(&self, is: impl Fn(&str) -> bool) -> bool {
        let facts = &self.variant.facts;
        let external = !self.is_installed();
        let provided = facts.provides.value().is_some_and(|provides| Facts::words(&provides.crds).any(&is));
        let listed = self.kinds.as_ref().map(|kinds| kinds.iter().any(|kind| is(&kind.value)));
        let known = facts.kinds.value();
        let known = known.map(|kinds| Facts::words(&kinds.cluster).chain(Facts::words(&kinds.namespaced)).any(&is));
        let charted = self.chart.is_some() && listed.or(known).unwrap_or(true);
        charted || external && (provided || listed == Some(true))
    }
}
