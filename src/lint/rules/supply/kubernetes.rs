//! Versions of Kubernetes, as rules compare them.

use semver::Version;

/// Reads a version of which patch and minor may be left out.
pub(in crate::lint) fn version(text: &str) -> Option<Version> {
    let bare = text.trim().trim_start_matches('v');
    // Distributions add a word of their own: `1.33.1+k3s1`, `v1.33.1-gke.100`.
    let bare = bare.split(['+', '-']).next().unwrap_or(bare);
    let mut numbers = bare.split('.').map(|number| number.parse::<u64>().ok());
    let (major, minor, patch) = (numbers.next()??, numbers.next()??, numbers.next().unwrap_or(Some(0))?);
    numbers.next().is_none().then_some(Version::new(major, minor, patch))
}
