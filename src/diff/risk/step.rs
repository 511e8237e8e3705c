//! How large a step from one version to another is.

use semver::Version;

/// Majors from here on are years.
const CALENDAR: u64 = 1000;

/// Returns a word for the step between two versions: `major`, `minor`, `patch`, `downgrade`, or `other` where they are no
/// versions. Before 1.0 a minor step may break as a major one does, and is called `minor-0`.
pub(in crate::diff) fn step(from: &str, to: &str) -> &'static str {
    let (Some(old), Some(new)) = (parse(from), parse(to)) else { return "other" };
    if new < old {
        return "downgrade";
    }
    if !new.pre.is_empty() && old.pre.is_empty() {
        return "prerelease";
    }
    match (old.major == new.major, old.minor == new.minor) {
        (true, true) => "patch",
        (true, false) if new.major == 0 => "minor-0",
        (true, false) => "minor",
        (false, _) if old.major >= CALENDAR => "minor",
        (false, _) => "major",
    }
}

/// Reads a version, also one with a `v` before it and one of two numbers.
fn parse(text: &str) -> Option<Version> {
    let bare = text.trim_matches('"').trim_start_matches('v');
    Version::parse(bare).or_else(|_| Version::parse(&format!("{bare}.0"))).ok()
}

#[cfg(test)]
mod tests {
    use super::step;

    #[test]
    fn steps_have_sizes() {
        for (from, to, expected) in [
            ("1.2.3", "1.2.4", "patch"),
            ("v1.2.3", "v1.3.0", "minor"),
            ("0.34.1", "0.34.2", "patch"),
            ("0.34.1", "0.35.0", "minor-0"),
            ("5.6.0", "6.2.0", "major"),
            ("0.9.0", "1.0.0", "major"),
            ("6.2.0", "5.6.0", "downgrade"),
            ("2025.1.0", "2026.1.0", "minor"),
            ("1.2.3", "1.3.0-rc.1", "prerelease"),
            ("1.32", "1.33", "minor"),
            ("main", "1.3.0", "other"),
        ] {
            assert_eq!(step(from, to), expected, "{from} → {to}");
        }
    }
}
