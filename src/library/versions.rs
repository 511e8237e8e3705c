//! Ranges of versions of charts.

use semver::{Version, VersionReq};

/// The range of versions that facts were read in: one or several, with `||` between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versions(Vec<VersionReq>);

impl Versions {
    /// Reads `>=6.6.4, <7 || >=18.11, <18.12`.
    pub fn parse(text: &str) -> Option<Self> {
        text.split("||").map(|range| VersionReq::parse(range).ok()).collect::<Option<_>>().map(Self)
    }

    /// Returns whether a version is one of them. A pre-release counts as the release that it leads to.
    pub fn have(&self, version: &Version) -> bool {
        let plain = Version::new(version.major, version.minor, version.patch);
        self.0.iter().any(|range| range.matches(&plain))
    }
}
