//! Amounts that are written as other tools write them: `6GB`, `10 GiB`, `18.5Gi`, `512m`.

use crate::diag::Diagnostic;
use crate::yaml::{BAD_VALUE, Decoder, Node};

/// The units that an amount may have, the smallest first: each is 1024 times the one before.
const UNITS: [&str; 4] = ["Ki", "Mi", "Gi", "Ti"];

/// Reports a text that is no amount, with the one that it probably means.
pub(super) fn report(node: &Node, text: &str, help: &str, cx: &mut Decoder) {
    let message = format!("`{text}` is not an amount with a unit");
    let problem = Diagnostic::error(BAD_VALUE, node.span, message).help(help);
    cx.report(match meant(text) {
        Some(meant) => problem.help(format!("did you mean `{meant}`?")).fix(
            false,
            format!("change to `{meant}`"),
            node.span,
            meant,
        ),
        None => problem,
    });
}

/// Returns the amount that a text with another spelling of its unit means. A unit of 1000 and one of 1024 are seldom told
/// apart by those who write them, so that a person has to look.
fn meant(text: &str) -> Option<String> {
    let text = text.trim();
    let end = text.find(|char: char| !char.is_ascii_digit() && char != '.')?;
    let (number, unit) = text.split_at_checked(end)?;
    let unit = unit.trim().to_ascii_lowercase();
    let unit = unit.strip_suffix("ib").or_else(|| unit.strip_suffix(['b', 'i'])).unwrap_or(&unit);
    let at = UNITS.iter().position(|known| known.get(..1).is_some_and(|first| first.eq_ignore_ascii_case(unit)))?;
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if part.bytes().all(|digit| digit == b'0') {
        let whole: u64 = whole.parse().ok()?;
        return (whole > 0).then(|| format!("{whole}{}", UNITS.get(at).copied().unwrap_or_default()));
    }
    // A part of a unit is a whole number of the next smaller one, or nothing that could be offered.
    let smaller = UNITS.get(at.checked_sub(1)?)?;
    let digits = u32::try_from(part.len()).ok().filter(|digits| *digits <= 6)?;
    let ten = 10_u64.checked_pow(digits)?;
    let number: u64 = format!("{whole}{part}").parse().ok()?;
    let times = number.checked_mul(1024)?;
    (times % ten == 0).then(|| format!("{}{smaller}", times / ten))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_other_tools_are_understood() {
        let cases = [
            ("10 GiB", Some("10Gi")),
            ("6GB", Some("6Gi")),
            ("100G", Some("100Gi")),
            ("18gi", Some("18Gi")),
            ("256m", Some("256Mi")),
            ("18.5Gi", Some("18944Mi")),
            ("2.0 TB", Some("2Ti")),
            ("1.1Gi", None),
            ("0G", None),
            ("64", None),
            ("6 apples", None),
            ("G", None),
            ("1.2.3G", None),
            ("99999999999999999999G", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(meant(text).as_deref(), wanted, "{text}");
        }
    }
}
