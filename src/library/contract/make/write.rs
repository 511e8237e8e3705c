//! A contract as text: equal subtrees of some size are written once.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::Draft;

/// Subtrees of fewer lines are not worth a name.
const SHARE_LINES: usize = 3;

/// What a subtree is: equal ones have equal keys.
type Print = (String, Vec<(String, usize)>);

#[derive(Default)]
struct Shared {
    prints: BTreeMap<Print, usize>,
    /// How often a print occurs, and how many lines it has.
    counted: Vec<(usize, usize)>,
    /// The prints that have a name, with the number in it.
    named: BTreeMap<usize, usize>,
}

/// Returns the text of a contract.
pub(super) fn text(root: &Draft, header: &[String]) -> String {
    let mut shared = Shared::default();
    let top = shared.count(root);
    let mut order = Vec::new();
    shared.name(root, top, &mut BTreeSet::new(), &mut order);
    let mut lines = vec!["dvgen-contract 1".to_owned()];
    lines.extend(header.iter().cloned());
    lines.push("---".to_owned());
    for (number, draft) in order.iter().enumerate() {
        let label = draft.label();
        lines.push(format!("@{number} {}", if label.is_empty() { "m" } else { &label }));
        shared.write(draft, 1, &mut lines);
    }
    let mark = root.label().trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '?').to_owned();
    lines.push(format!("--- {mark}").trim_end().to_owned());
    shared.write(root, 0, &mut lines);
    lines.join("\n") + "\n"
}

impl Shared {
    fn print(&self, draft: &Draft) -> Option<usize> {
        let parts = draft.children().map(|(key, child)| Some((key, self.print(child)?)));
        self.prints.get(&(draft.label(), parts.collect::<Option<Vec<_>>>()?)).copied()
    }

    fn count(&mut self, draft: &Draft) -> usize {
        let mut size = 1;
        let mut parts = Vec::new();
        for (key, child) in draft.children() {
            let part = self.count(child);
            size += self.counted.get(part).map_or(0, |(_, size)| *size);
            parts.push((key, part));
        }
        let new = self.counted.len();
        let print = *self.prints.entry((draft.label(), parts)).or_insert(new);
        if print == new {
            self.counted.push((0, size));
        }
        if let Some((count, _)) = self.counted.get_mut(print) {
            *count += 1;
        }
        print
    }

    /// Names what occurs twice; what lies below comes before what holds it.
    fn name<'d>(&mut self, draft: &'d Draft, top: usize, seen: &mut BTreeSet<usize>, order: &mut Vec<&'d Draft>) {
        let Some(print) = self.print(draft).filter(|print| !seen.contains(print)) else { return };
        for (_, child) in draft.children() {
            self.name(child, top, seen, order);
        }
        seen.insert(print);
        let worth = self.counted.get(print).is_some_and(|(count, size)| *count > 1 && *size >= SHARE_LINES);
        if worth && print != top {
            self.named.insert(print, order.len());
            order.push(draft);
        }
    }

    fn write(&self, draft: &Draft, depth: usize, lines: &mut Vec<String>) {
        for (key, child) in draft.children() {
            let blanks = " ".repeat(depth);
            if let Some(number) = self.print(child).and_then(|print| self.named.get(&print)) {
                lines.push(format!("{blanks}{key} @{number}"));
                continue;
            }
            lines.push(format!("{blanks}{key} {}", child.label()).trim_end().to_owned());
            self.write(child, depth + 1, lines);
        }
    }
}
