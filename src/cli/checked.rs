//! What `dvgen build --check` says of outputs that differ, and what a build would do with them.

use super::DRIFT;
use super::place::Place;
use crate::diag::{Diagnostic, Label};
use crate::output::{Difference, State};
use crate::pipeline::Compilation;
use crate::source::Span;

/// Returns the problem of an output that differs, at the file where that lies below the spec.
pub(super) fn drifted(
    place: &Place,
    difference: &Difference,
    shown: &str,
    compilation: &mut Compilation,
) -> Diagnostic {
    let (word, reason) = difference.state.words();
    let message = format!("{word}: {shown}{} ({reason})", difference.path);
    let beside = place.root.join(place.in_repository()) == place.out.join("");
    let mut problem = Diagnostic::without_span(DRIFT, message);
    if beside {
        let file = compilation.sources.add(&difference.path, String::new());
        problem.primary = Some(Label { span: Span::new(file, 0, 0), text: String::new() });
    }
    match difference.state {
        State::Leftover => problem.help("`dvgen build` removes it: run that and commit that it is gone"),
        State::HandEdited | State::Foreign => problem
            .help("`dvgen build` refuses to lose what is in it: what is to stay belongs in the spec, or elsewhere")
            .help(format!("`dvgen build --adopt {shown}{}` gives it up", difference.path)),
        _ => problem.help("`dvgen build` writes it: run that and commit what it wrote"),
    }
}

/// Returns what a build would do, in one phrase.
pub(super) fn summary(differences: &[Difference]) -> String {
    let count = |states: &[State]| differences.iter().filter(|one| states.contains(&one.state)).count();
    let refused = count(&[State::HandEdited, State::Foreign]);
    let removed = count(&[State::Leftover]);
    let all = differences.len();
    let them = |count: usize| if count == 1 { "it" } else { "them" };
    let done = match (all - removed - refused, removed, refused) {
        (0, 0, 0) => return "outputs are what the spec gives".to_owned(),
        (_, _, 1..) => {
            let one = if refused == all { them(refused).to_owned() } else { format!("{refused} of {}", them(all)) };
            format!("and `dvgen build` refuses to overwrite {one}")
        }
        (written, 0, _) => format!("and `dvgen build` writes {}", them(written)),
        (0, removed, _) => format!("and `dvgen build` removes {}", them(removed)),
        (written, removed, _) => format!("and `dvgen build` writes {written} and removes {removed} of them"),
    };
    let files = if all == 1 { "1 file differs".to_owned() } else { format!("{all} files differ") };
    format!("{files} from what the spec gives, {done}")
}

#[cfg(test)]
mod tests {
    use super::summary;
    use crate::output::{Difference, State};

    #[test]
    fn a_summary_says_what_a_build_does() {
        let of = |states: &[State]| {
            let one = |state: &State| Difference { path: String::new(), state: *state, diff: String::new() };
            summary(&states.iter().map(one).collect::<Vec<_>>())
                .split(", and `dvgen build` ")
                .collect::<Vec<_>>()
                .join("|")
        };
        let cases: [(&[State], &str); 8] = [
            (&[], "outputs are what the spec gives"),
            (&[State::Missing], "1 file differs from what the spec gives|writes it"),
            (&[State::Missing, State::Stale], "2 files differ from what the spec gives|writes them"),
            (&[State::Leftover], "1 file differs from what the spec gives|removes it"),
            (
                &[State::Leftover, State::Stale],
                "2 files differ from what the spec gives|writes 1 and removes 1 of them",
            ),
            (&[State::Foreign], "1 file differs from what the spec gives|refuses to overwrite it"),
            (&[State::Foreign, State::HandEdited], "2 files differ from what the spec gives|refuses to overwrite them"),
            (
                &[State::Stale, State::HandEdited],
                "2 files differ from what the spec gives|refuses to overwrite 1 of them",
            ),
        ];
        for (states, expected) in cases {
            assert_eq!(of(states), expected);
        }
    }
}
