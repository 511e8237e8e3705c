//! Functions on plain texts that templates and policies share.

use std::net::IpAddr;

use ipnet::IpNet;
use semver::{Version, VersionReq};

/// The first and the last address of a range: `10.0.0.0/24`, `10.0.0.1-10.0.0.9`, or one address.
pub type Range = (IpAddr, IpAddr);

/// Returns the addresses that a text names, or what is wrong with it.
pub fn range(text: &str) -> Result<Range, String> {
    let wrong = || format!("`{text}` is no address, no range such as `10.0.0.1-10.0.0.9` and no `10.0.0.0/24`");
    if text.contains('/') {
        let net: IpNet = text.parse().map_err(|_| wrong())?;
        return Ok((net.network(), net.broadcast()));
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let address = |text: &str| text.trim().parse::<IpAddr>().map_err(|_| wrong());
    let (first, last) = (address(first)?, address(last)?);
    if first.is_ipv4() != last.is_ipv4() || last < first {
        return Err(wrong());
    }
    Ok((first, last))
}

/// Returns whether two ranges have an address in common.
pub fn cidr_overlap(a: &str, b: &str) -> Result<bool, String> {
    let (a, b) = (range(a)?, range(b)?);
    Ok(a.0.is_ipv4() == b.0.is_ipv4() && a.0 <= b.1 && b.0 <= a.1)
}

/// Returns whether all addresses of the second range are in the first.
pub fn cidr_contains(whole: &str, part: &str) -> Result<bool, String> {
    let (whole, part) = (range(whole)?, range(part)?);
    Ok(whole.0.is_ipv4() == part.0.is_ipv4() && whole.0 <= part.0 && part.1 <= whole.1)
}

/// Returns a range of versions, such as `>=1.2, <2`.
pub fn version_range(text: &str) -> Result<VersionReq, String> {
    VersionReq::parse(text).map_err(|_| format!("`{text}` is no range of versions; write for example `>=1.2, <2`"))
}

/// Returns whether a version, with or without `v`, lies in a range. A pre-release counts as its release.
pub fn version_in(version: &str, range: &str) -> Result<bool, String> {
    let range = version_range(range)?;
    let bare = version.strip_prefix('v').unwrap_or(version);
    let parsed = Version::parse(bare).map_err(|_| format!("`{version}` is no version of three numbers"))?;
    Ok(range.matches(&Version::new(parsed.major, parsed.minor, parsed.patch)))
}

/// Returns the value of a Kubernetes quantity ("10Gi", "1.5k", "500m") in whole units, rounded up as Kubernetes does
/// (kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity).
pub fn quantity(text: &str) -> Option<i64> {
    const UNITS: [(&str, i128, i128); 14] = [
        ("Ki", 1 << 10, 1),
        ("Mi", 1 << 20, 1),
        ("Gi", 1 << 30, 1),
        ("Ti", 1 << 40, 1),
        ("Pi", 1 << 50, 1),
        ("Ei", 1 << 60, 1),
        ("m", 1, 1000),
        ("k", 1000, 1),
        ("M", 1_000_000, 1),
        ("G", 1_000_000_000, 1),
        ("T", 1_000_000_000_000, 1),
        ("P", 1_000_000_000_000_000, 1),
        ("E", 1_000_000_000_000_000_000, 1),
        ("", 1, 1),
    ];
    let (digits, factor, divisor) =
        UNITS.iter().find_map(|(unit, factor, divisor)| Some((text.strip_suffix(unit)?, *factor, *divisor)))?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let numeric = |part: &str| part.len() <= 18 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !numeric(whole) || fraction.len() > 9 || !numeric(fraction) || digits.is_empty() || digits == "." {
        return None;
    }
    let scale = 10_i128.pow(u32::try_from(fraction.len()).ok()?);
    let value = format!("{whole}{fraction}").parse::<i128>().ok()?.checked_mul(factor)?;
    let divisor = scale.checked_mul(divisor)?;
    i64::try_from((value + divisor - 1).checked_div(divisor)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        assert_eq!(cidr_overlap("10.0.0.0/24", "10.0.0.200-10.0.1.3"), Ok(true));
        assert_eq!(cidr_overlap("10.0.0.0/24", "10.0.1.0"), Ok(false));
        assert_eq!(cidr_overlap("::/0", "10.0.1.0"), Ok(false));
        assert_eq!(cidr_contains("10.0.0.0/24", "10.0.0.7"), Ok(true));
        assert_eq!(cidr_contains("10.0.0.0/24", "10.0.0.7-10.0.1.1"), Ok(false));
        for bad in ["", "10.0.0", "10.0.0.9-10.0.0.1", "10.0.0.0/33", "::1-10.0.0.1"] {
            assert!(range(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn versions() {
        assert_eq!(version_in("v1.21.1", ">=1.20"), Ok(true));
        assert_eq!(version_in("1.21.0-rc.1", ">=1.21, <2"), Ok(true));
        assert_eq!(version_in("2.0.0", ">=1.21, <2"), Ok(false));
        assert!(version_in("latest", ">=1").is_err());
        assert!(version_in("1.0.0", "new").is_err());
    }
}
