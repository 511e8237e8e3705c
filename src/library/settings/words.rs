//! Lists of words in a sentence.

/// Returns "a, b or c".
pub(super) fn or(words: impl IntoIterator<Item = String>) -> String {
    joined(words, " or ")
}

/// Returns "a, b and c".
pub(super) fn and(words: impl IntoIterator<Item = String>) -> String {
    joined(words, " and ")
}

fn joined(words: impl IntoIterator<Item = String>, last: &str) -> String {
    let mut words: Vec<String> = words.into_iter().collect();
    let Some(end) = words.pop() else { return String::new() };
    if words.is_empty() { end } else { [&words.join(", "), last, &end].concat() }
}
