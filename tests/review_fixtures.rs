//! Reviews of all platforms of `fixtures/platforms`: one compared with itself is the same, and two that have nothing to do
//! with each other can be compared.

#![expect(clippy::disallowed_methods, reason = "a test reads files")]

#[path = "support/platforms.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod platforms;

use dvgen::diff::render::{Format, MOST, Options, render};
use dvgen::diff::{Input, Report, Side, Unread, compare};
use dvgen::pipeline::Compilation;

fn compared(base: &Compilation, head: &Compilation) -> Report {
    let side = |label: &str| Side { label: label.to_owned(), ..Side::default() };
    compare(Input {
        base: (base, side("base")),
        head: (head, side("head")),
        specs: ("platform.yaml", "platform.yaml"),
        committed: None,
        unread: Unread::default(),
    })
}

#[test]
fn a_platform_is_the_same_as_itself() {
    for dir in platforms::all() {
        let (base, head) = (platforms::compiled(&dir, true), platforms::compiled(&dir, true));
        let report = compared(&base, &head);
        let text = render(&report, &Options::default(), Format::Text);
        assert!(report.is_empty() && report.edits.is_empty() && report.level.is_none(), "{}:\n{text}", dir.display());
        assert!(text.contains("No change"), "{text}");
    }
}

#[test]
fn any_two_platforms_can_be_compared() {
    let all: Vec<Compilation> = platforms::all().iter().map(|dir| platforms::compiled(dir, true)).collect();
    for pair in all.windows(2) {
        let [one, other] = pair else { continue };
        for (base, head) in [(one, other), (other, one)] {
            let report = compared(base, head);
            let again = compared(base, head);
            for format in Format::ALL {
                let text = render(&report, &Options::default(), format);
                assert_eq!(text, render(&again, &Options::default(), format), "two runs differ");
                if format == Format::Markdown {
                    assert!(text.chars().count() <= MOST);
                    assert_eq!(text.matches("<details").count(), text.matches("</details>").count());
                }
            }
        }
    }
}
