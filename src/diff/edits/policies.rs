//! What is new of policies: an edit for each level, since one for all of them would be cut, and judged by its beginning only.

use super::{Finder, Node};
use crate::diff::risk::below_policies;
use crate::source::{FileId, Span};
use crate::yaml::{Dialect, NodeKind, load_all};

/// Returns whether each entry below a path of policies is an edit of its own.
fn is_split(path: &[String]) -> bool {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        [] | ["rules" | "scopes"] | ["scopes", _] | ["scopes", _, "rules"] => true,
        // An own rule of a file of policies is an item of a list.
        ["rules", name] => !name.starts_with('['),
        _ => false,
    }
}

impl Finder<'_> {
    /// An entry or an item that only the head has.
    pub(super) fn added(&mut self, path: &mut Vec<String>, new: &Node, span: Span) {
        if self.levels(path, new) {
            return;
        }
        self.push(path, None, Some((new, span)));
        if matches!(path.as_slice(), [section] | [section, _] if section == "environments") {
            self.within(path, new);
        }
    }

    /// Adds an edit for each of the levels that are new, if a path is one of levels. Returns whether it is.
    pub(super) fn levels(&mut self, path: &mut Vec<String>, new: &Node) -> bool {
        let file = self.head.file(new.span.file).name();
        if !below_policies(file, path).is_some_and(is_split) {
            return false;
        }
        match &new.kind {
            NodeKind::Mapping(mapping) if !mapping.entries.is_empty() => {
                for entry in &mapping.entries {
                    path.push(entry.key.text.to_string());
                    self.added(path, &entry.value, entry.key.span.to(entry.value.span));
                    path.pop();
                }
                true
            }
            NodeKind::Sequence(items) if path.last().is_some_and(|last| last == "scopes") => {
                for (at, item) in items.iter().enumerate() {
                    path.push(format!("[{at}]"));
                    self.added(path, item, item.span);
                    path.pop();
                }
                !items.is_empty()
            }
            _ => false,
        }
    }

    /// The policies of a file that is new: a file that the spec includes can have some.
    pub(super) fn policies_of(&mut self, new: FileId) {
        let file = self.head.file(new);
        let yaml = file.name().rsplit_once('.').is_some_and(|(_, ending)| matches!(ending, "yaml" | "yml"));
        if !yaml || file.name().starts_with("dvgen/") || !file.text().contains("policies") {
            return;
        }
        let nodes = load_all(new, file.text(), Dialect::Spec, &mut Vec::new()).map(|(nodes, _)| nodes);
        for node in nodes.unwrap_or_default() {
            self.within(&mut Vec::new(), &node);
        }
    }

    /// The policies of what is new as a whole: a file, environments, or one of them. They have no place, since edits do not lie over
    /// each other.
    fn within(&mut self, path: &mut Vec<String>, new: &Node) {
        let start = self.out.len();
        self.inside(path, new);
        self.out.iter_mut().skip(start).for_each(|placed| placed.head = None);
    }

    fn inside(&mut self, path: &mut Vec<String>, new: &Node) {
        let Some(mapping) = new.as_mapping() else { return };
        for entry in &mapping.entries {
            let of_policies = &*entry.key.text == "policies";
            path.push(entry.key.text.to_string());
            match path.as_slice() {
                [_] | [_, _, _] if of_policies => self.added(path, &entry.value, entry.key.span.to(entry.value.span)),
                [section] | [section, _] if section == "environments" => self.inside(path, &entry.value),
                _ => {}
            }
            path.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::diff::Unread;
    use crate::diff::edits::between;
    use crate::diff::risk::loosened;
    use crate::source::SourceMap;

    /// Returns what is said of files that are edited, each with its text before, if it was there, and after.
    fn said(files: &[(&str, Option<&str>, &str)]) -> Vec<String> {
        let (mut base, mut head) = (SourceMap::new(), SourceMap::new());
        for (name, before, after) in files {
            before.map(|before| base.add(*name, before));
            head.add(*name, *after);
        }
        let edits = between(&base, &head, ("platform.yaml", "platform.yaml"), &Unread::default());
        loosened(edits.iter().map(|placed| &placed.edit)).into_iter().map(|finding| finding.message).collect()
    }

    const OFF: &str = "`vip-in-pool` is `off` and no longer `error`";

    #[test]
    fn a_level_is_seen_however_much_stands_before_it() {
        let many =
            (0..40).fold(String::new(), |all, number| all + &format!("    rule-with-a-long-name-{number}: error\n"));
        let rules = format!("  rules:\n{many}    vip-in-pool: off\n");
        for before in ["name: x\n", "name: x\npolicies:\n", "name: x\npolicies: { packs: [recommended] }\n"] {
            let packs = if before.contains("packs") { "  packs: [recommended]\n" } else { "" };
            let after = format!("name: x\npolicies:\n{packs}{rules}");
            assert_eq!(said(&[("platform.yaml", Some(before), &after)]), [OFF], "{before}");
        }
        let reason = "why ".repeat(60);
        let after = format!("policies: {{ rules: {{ vip-in-pool: {{ reason: {reason}, level: off }} }} }}\n");
        assert_eq!(said(&[("platform.yaml", Some("policies: { rules: {} }\n"), &after)]), [OFF]);
    }

    #[test]
    fn levels_of_a_part_are_seen_too() {
        let names = (0..60).fold(String::new(), |all, number| all + &format!("component-{number}, "));
        let scope = format!("{{ match: {{ component: [{names}x] }}, rules: {{ vip-in-pool: off, b: error }} }}");
        let expected = ["`vip-in-pool` is `off` for a part of the platform"];
        for before in ["policies: {}\n", "policies: { scopes: [] }\n", "name: x\n"] {
            let after = format!("policies: {{ scopes: [{scope}] }}\n");
            assert_eq!(said(&[("platform.yaml", Some(before), &after)]), expected, "{before}");
        }
        let pack = |scopes: &str| format!("description: x\nscopes: [{scopes}]\n");
        assert_eq!(said(&[("dvgen/policies/ours.yaml", Some(&pack("")), &pack(&scope))]), expected);
    }

    #[test]
    fn waivers_in_comments_are_read_as_they_hold() {
        let allowed = ["new waiver: allow[vip-in-pool] why"];
        for comment in
            ["# dvgen: allow[vip-in-pool] why", "#dvgen:allow[vip-in-pool] why", "#   dvgen:  allow[vip-in-pool] why"]
        {
            assert_eq!(
                said(&[("platform.yaml", Some("name: x\n"), &format!("name: x {comment}\n"))]),
                allowed,
                "{comment}"
            );
        }
        for other in ["'# dvgen: allow[vip-in-pool] why'", "x # that is, # dvgen: allow[vip-in-pool] why"] {
            assert_eq!(said(&[("platform.yaml", Some("name: x\n"), &format!("name: {other}\n"))]), [""; 0], "{other}");
        }
    }

    #[test]
    fn what_is_new_as_a_whole_can_have_levels() {
        let levels = "policies: { rules: { vip-in-pool: off } }";
        assert_eq!(said(&[("more.yaml", None, levels)]), [OFF]);
        let environment = format!("environments: {{ staging: {{ {levels} }} }}\n");
        assert_eq!(said(&[("more.yaml", None, &environment)]), [OFF]);
        assert_eq!(said(&[("platform.yaml", Some("environments: {}\n"), &environment)]), [OFF]);
        assert_eq!(said(&[("platform.yaml", Some("name: x\n"), &environment)]), [OFF]);
        assert_eq!(said(&[("values.txt", None, levels)]), [""; 0]);
    }
}
