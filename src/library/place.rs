//! Where something stands in a document, as people write it: `spec.template.spec.containers[0].image`.

/// One step of a path.
#[derive(Clone, Copy)]
pub(super) enum Step<'d> {
    /// The value of a key.
    Key(&'d str),
    /// An item of a list, counted from zero.
    Item(usize),
}

/// Returns a path as text; a key that holds a dot is quoted.
pub(super) fn text(path: &[Step<'_>]) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for step in path {
        let dot = if text.is_empty() { "" } else { "." };
        let done = match step {
            Step::Key(key) if key.contains(['.', '[', '"']) => write!(text, "{dot}{key:?}"),
            Step::Key(key) => write!(text, "{dot}{key}"),
            Step::Item(at) => write!(text, "[{at}]"),
        };
        done.expect("internal error: writing to a string failed");
    }
    text
}
