//! Rules that judge less than they did.

use super::{Finding, Level, RiskRule};
use crate::diff::report::Edit;
use crate::lint::rules;

/// A rule judges less.
pub(super) static RULE: RiskRule = RiskRule {
    name: "policy-loosened",
    code: "DV2075",
    summary: "A rule has a lower level, is waived, or is gone.",
    documentation: "\
## What it does
Reports rules whose level is lower, packs and rules of your own that are gone or changed, scopes, and waivers that are new: in policies, in
packs, and in comments (`dvgen: allow[…]`).

## Why it matters
It changes no output, so nothing else shows it. What the rule found it does not find from then on, in this change and in all later ones.

## What to do
Ask why. A waiver with a reason and an end, for one component, is better than a rule that is off.
",
    judge: |_, _| {},
};

/// The word of a waiver in a comment, in the path of an edit.
pub(in crate::diff) const WAIVER: &str = "waiver";

const WHY: &str = "what it found is found no more, here and in later changes";

/// Returns the findings about edits that make rules judge less.
pub(in crate::diff) fn loosened<'e>(edits: impl Iterator<Item = &'e Edit>) -> Vec<Finding> {
    let finding = |(at, edit): (usize, &Edit)| {
        let message = meaning(edit)?;
        Some(Finding::new(&RULE, Level::Caution, edit.place(), message).why(WHY).because(vec![at]).only())
    };
    edits.enumerate().filter_map(finding).collect()
}

/// Returns the part of a path that is below `policies` of the spec or of an environment, or in a file of policies.
pub(in crate::diff) fn below<'p>(file: &str, path: &'p [String]) -> Option<&'p [String]> {
    let inner = match path {
        [section, _, rest @ ..] if section == "environments" => rest,
        path => path,
    };
    match inner {
        [section, rest @ ..] if section == "policies" => Some(rest),
        _ if file.contains("dvgen/policies/") => Some(path),
        _ => None,
    }
}

fn meaning(edit: &Edit) -> Option<String> {
    if edit.path.first().is_some_and(|first| first == WAIVER) {
        return edit.after.as_ref().map(|after| format!("new waiver: {after}"));
    }
    let path: Vec<&str> = below(&edit.file, &edit.path)?.iter().map(String::as_str).collect();
    let (before, after) = (edit.before.as_deref(), edit.after.as_deref());
    match path.as_slice() {
        [] | ["rules"] if after.is_none() => Some("levels of rules are gone".to_owned()),
        ["file"] if after.is_none() => Some("a file of rules is gone".to_owned()),
        ["rules", rule] | ["rules", rule, "level"] if !rule.starts_with('[') => level(rule, before, after),
        ["rules", rule] if after.is_none() => Some(format!("own rule `{}` is gone", bare(rule))),
        ["rules", rule, "severity", ..] => {
            (after == Some("warning")).then(|| format!("own rule `{}` only warns", bare(rule)))
        }
        ["rules", rule, "match" | "validations" | "variables" | "forEach", ..] => {
            Some(format!("own rule `{}` asks something else", bare(rule)))
        }
        ["packs", ..] if before.is_some() => Some(format!("other packs hold: {} → {}", word(before), word(after))),
        ["packs", ..] => Some(format!("another pack holds, which may lower levels: {}", word(after)))
            .filter(|_| after != Some("recommended") && after != Some("[recommended]")),
        ["scopes", _, "rules", rule] if after.is_some_and(|after| matches!(plain(after), "off" | "warn")) => {
            Some(format!("`{rule}` is `{}` for a part of the platform", plain(after?)))
        }
        ["scopes", _, "match", ..] if before.is_some() => {
            Some(format!("levels hold for another part of the platform: {} → {}", word(before), word(after)))
        }
        ["scopes", ..] if after.is_some_and(|after| after.contains("off") || after.contains("warn")) => {
            Some(format!("other levels hold for a part of the platform: {}", word(after)))
        }
        ["waivers", ..] if after.is_some() => Some(format!("a waiver is new or wider: {}", word(after))),
        _ => None,
    }
}

fn bare(rule: &str) -> &str {
    rule.trim_start_matches('[').trim_end_matches(']')
}

fn word(value: Option<&str>) -> &str {
    value.unwrap_or("none")
}

/// Returns what another level of a rule means, if it is lower.
fn level(rule: &str, before: Option<&str>, after: Option<&str>) -> Option<String> {
    let rank = |text: &str| ["off", "warn", "error"].iter().position(|word| text.contains(word));
    let usual = || rules::all().find(|known| known.kind.name == rule || known.kind.code == rule);
    // A rule of the user is an error unless it says otherwise.
    let usual = || Some(usual().map_or("error", |known| known.level.word()).to_owned());
    let given = |text: Option<&str>| text.map(str::to_owned).or_else(usual);
    let (from, to) = (given(before)?, given(after)?);
    // Where nothing was written, a pack may have made a warning an error.
    if before.is_none() && plain(&to) == "warn" && plain(&from) == "warn" {
        return Some(format!("`{rule}` only warns, whatever a pack says"));
    }
    (rank(&to)? < rank(&from)?).then(|| format!("`{rule}` is `{}` and no longer `{}`", plain(&to), plain(&from)))
}

/// Returns the level in what was written.
fn plain(text: &str) -> &str {
    ["off", "warn", "error"].into_iter().find(|word| text.contains(word)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::meaning;
    use crate::diff::report::Edit;

    #[test]
    fn what_judges_less_is_known() {
        let said = |file: &str, path: &[&str], before: Option<&str>, after: Option<&str>| {
            let path = path.iter().map(|step| (*step).to_owned()).collect();
            let (before, after) = (before.map(str::to_owned), after.map(str::to_owned));
            let edit = Edit { file: file.to_owned(), line: 1, path, before, after, effects: 0, renamed: false };
            meaning(&edit)
        };
        let spec = |path: &[&str], before, after| said("platform.yaml", path, before, after);
        let off = spec(&["policies", "rules", "vip-in-pool"], None, Some("off"));
        assert_eq!(off.as_deref(), Some("`vip-in-pool` is `off` and no longer `error`"));
        assert_eq!(spec(&["policies", "rules", "vip-in-pool"], Some("off"), Some("error")), None);
        let level = spec(&["policies", "rules", "image-latest"], None, Some("{ level: warn }"));
        assert_eq!(level.as_deref(), Some("`image-latest` only warns, whatever a pack says"));
        let scope =
            |path: &[&str], before, after| spec(&[&["policies", "scopes", "[0]"], path].concat(), before, after);
        let part = scope(&["rules", "vip-in-pool"], Some("error"), Some("warn"));
        assert_eq!(part.as_deref(), Some("`vip-in-pool` is `warn` for a part of the platform"));
        assert_eq!(scope(&["rules", "vip-in-pool"], Some("off"), Some("error")), None);
        assert_eq!(scope(&["match"], None, Some("{ component: x }")), None);
        assert!(scope(&["match", "component"], Some("x"), None).is_some());
        assert!(spec(&["environments", "staging", "policies", "waivers", "[0]"], None, Some("{ rule: x }")).is_some());
        assert!(spec(&["policies", "packs", "[0]"], Some("recommended"), None).is_some());
        let own = |path: &[&str], after| said("dvgen/policies/ours.yaml", path, Some("x"), after);
        assert_eq!(own(&["rules", "[twice]"], None).as_deref(), Some("own rule `twice` is gone"));
        assert!(own(&["rules", "[twice]", "validations", "[0]", "expression"], Some("true")).is_some());
        assert_eq!(own(&["rules", "[twice]", "tests", "[0]"], None), None);
        assert_eq!(spec(&["components", "x", "rules", "y"], Some("error"), Some("off")), None);
    }
}
