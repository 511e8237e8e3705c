//! The comment in a review that could not be made: what the last one says no longer holds.

use std::fmt::Write as _;

use super::escape::{phrase, plain};
use super::markdown::marker;
use crate::diag::Diagnostic;

/// Returns the comment about a problem for which nothing could be compared.
pub(super) fn render(platform: &str, id: &str, problem: &Diagnostic) -> String {
    let mut out = format!("{}**{}** · not reviewed\n\n", marker(id), plain(platform));
    let _ = writeln!(out, "> [!CAUTION]\n> Nothing was compared: {}", phrase(&problem.message));
    for help in problem.why.iter().chain(&problem.help) {
        let _ = writeln!(out, ">\n> {}", phrase(help));
    }
    out.push_str("\nWhat an earlier review said here is about other commits.\n");
    out
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::diag::Diagnostic;
    use crate::world::git::UNKNOWN_REVISION;

    #[test]
    fn the_comment_of_a_review_takes_its_place() {
        let problem =
            Diagnostic::without_span(UNKNOWN_REVISION, "there is no revision `mian`").help("did you mean `main`?");
        let text = render("shop", "sh--op<", &problem);
        assert!(text.starts_with("<!-- dvgen:diff:sh-op -->\n**shop** · not reviewed\n"), "{text}");
        assert!(
            text.contains("> Nothing was compared: there is no revision `mian`\n>\n> did you mean `main`?"),
            "{text}"
        );
    }
}
