//! The nearest spelling of a name.

/// Returns the candidate that `name` is most probably a misspelling of.
///
/// Case and the separators `-`, `_` are ignored first; then at most one edit in three characters is allowed. Whoever
/// misses more than one letter hits the first one, leaves out a word, or stops early: `alertmanager` is no misspelt `cert-manager`. Of
/// equally near candidates the one wins that begins and ends as the name does, then the first in alphabetical order, so
/// the answer does not depend on their order.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['-', '_', '.'], "");
    let wanted = plain(name);
    let allowed = wanted.chars().count().max(3) / 3;
    let measure = |candidate: &'a str| {
        let known = plain(candidate);
        let distance = strsim::damerau_levenshtein(&wanted, &known);
        let begins = wanted.chars().next() == known.chars().next();
        // Of a name of several words one may be left out.
        let within = known.contains(&wanted) || wanted.contains(&known);
        let length = wanted.chars().count();
        // What somebody calls by its first letters may lack half of them: `mongo` is `mongodb`.
        let short = known.starts_with(&wanted) && distance * 2 <= length;
        let near = distance <= allowed && (distance < 2 || begins) || within && distance * 3 <= length || short;
        near.then(|| (distance, std::cmp::Reverse(alike(&wanted, &known)), candidate))
    };
    let others = candidates.into_iter().filter(|candidate| *candidate != name);
    others.filter_map(measure).min().map(|(_, _, candidate)| candidate)
}

/// Returns whether two names differ in case and separators only.
pub fn is_spelled_alike(one: &str, other: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace(['-', '_', '.'], "");
    plain(one) == plain(other)
}

/// Returns whether `given` is so near to `known` that it is a slip and no name of its own.
///
/// Names that differ in case or separators only always are. Else long names may differ by one letter or two, unless a number or the
/// `s` of `https` is the difference.
pub fn is_slip(given: &str, known: &str) -> bool {
    const ONE_SLIP: usize = 5;
    const TWO_SLIPS: usize = 10;
    let plain = |text: &str| text.to_lowercase().replace(['-', '_', '.'], "");
    let bare = |text: &str| text.replace("https", "http").replace(|c: char| c.is_ascii_digit(), "");
    let (given, known) = (plain(given), plain(known));
    let allowed = match given.len().min(known.len()) {
        _ if given == known => return true,
        ..ONE_SLIP => return false,
        ONE_SLIP..TWO_SLIPS => 1,
        _ => 2,
    };
    strsim::damerau_levenshtein(&given, &known) <= allowed && bare(&given) != bare(&known)
}

/// Returns how many letters two words have in common at their beginnings and ends.
fn alike(one: &str, other: &str) -> usize {
    let same = |pair: &(char, char)| pair.0 == pair.1;
    let begin = one.chars().zip(other.chars()).take_while(same).count();
    let end = one.chars().rev().zip(other.chars().rev()).take_while(same).count();
    begin + end
}

/// How many names the unknown ones of one spec may still be compared with. In a spec with thousands of both, only the
/// first unknown names get a suggestion: the rest would cost minutes, and nobody reads them.
#[derive(Debug)]
pub struct Spelling {
    left: usize,
}

impl Default for Spelling {
    fn default() -> Self {
        Self { left: 500_000 }
    }
}

impl Spelling {
    /// Returns the names to compare with, or nothing once that has cost too much.
    pub fn look<'n>(&mut self, known: impl Iterator<Item = &'n str>) -> Option<Vec<&'n str>> {
        if self.left == 0 {
            return None;
        }
        let known: Vec<&str> = known.collect();
        self.left = self.left.saturating_sub(known.len());
        Some(known)
    }
}

/// Returns "did you mean `x`?" for an unknown name, or the list of what exists when it is short.
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    const SHORT: usize = 12;
    let mut all: Vec<&str> = candidates.into_iter().collect();
    all.sort_unstable();
    all.dedup();
    if let Some(near) = nearest(name, all.iter().copied()) {
        return Some(format!("did you mean `{near}`?"));
    }
    let list = || all.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    (!all.is_empty() && all.len() <= SHORT).then(|| format!("known here: {}", list()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions_are_near() {
        assert_eq!(nearest("alertmanager", ["cert-manager", "grafana"]), None);
        assert_eq!(nearest("mongo", ["grafana", "mongodb"]), Some("mongodb"));
        assert_eq!(nearest("loki", ["loki-gateway"]), None);
        assert_eq!(nearest("servces", ["serves", "services"]), Some("services"));
        assert_eq!(nearest("rgafana", ["grafana"]), Some("grafana"));
        assert_eq!(nearest("olama", ["ollama"]), Some("ollama"));
        assert_eq!(nearest("prometheus-stack", ["kube-prometheus-stack"]), Some("kube-prometheus-stack"));
    }

    #[test]
    fn only_the_first_of_very_many_unknown_names_are_compared() {
        let names: Vec<String> = (0..100_000).map(|at| format!("n{at}")).collect();
        let mut spelling = Spelling::default();
        let looked = (0..100).filter(|_| spelling.look(names.iter().map(String::as_str)).is_some()).count();
        assert_eq!(looked, 5);
    }
}
