//! Other repositories of a chart.

use std::sync::Arc;

use semver::Version;

use super::Versions;
use crate::record;
use crate::spec::scalars::{Url, Word};

record! {
    /// Another home of a chart.
    pub struct Home as "another home of the chart" {
        /// The repository.
        repo: Url = "repo" required,
        /// The name of the chart there.
        name: Word = "name" required,
        /// The versions that are there and not at the usual home: those come from here.
        versions: Arc<str> = "versions",
    }
}

impl Home {
    /// Returns whether a version of the chart is here, and not at the usual home.
    pub fn alone_has(&self, version: &Version) -> bool {
        let range = self.versions.value().and_then(|range| Versions::parse(range));
        range.is_some_and(|range| range.have(version))
    }
}
