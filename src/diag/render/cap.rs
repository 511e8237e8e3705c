//! The bound on what a person is shown: thousands of reports of one kind say no more than the first ones.

use std::collections::BTreeMap;

use crate::diag::Diagnostic;

/// The diagnostics that are shown, and how many more there are of which kind.
pub(super) struct Capped<'a> {
    pub(super) shown: Vec<&'a Diagnostic>,
    left_out: BTreeMap<&'a str, usize>,
}

impl<'a> Capped<'a> {
    /// Keeps the first diagnostics of each kind.
    pub(super) fn new(diagnostics: &'a [Diagnostic], most: usize) -> Self {
        let mut counts = BTreeMap::<&'a str, usize>::new();
        let mut first = |diagnostic: &&'a Diagnostic| {
            let count = counts.entry(diagnostic.name()).or_default();
            *count += 1;
            *count <= most
        };
        let shown = diagnostics.iter().filter(&mut first).collect();
        let more = |(kind, count): (_, usize)| (count > most).then(|| (kind, count - most));
        Self { shown, left_out: counts.into_iter().filter_map(more).collect() }
    }

    /// Returns a line for each kind of which not all are shown, in the order of their names.
    pub(super) fn notes(&self) -> impl Iterator<Item = String> {
        self.left_out.iter().map(|(kind, count)| format!("… and {count} more of [{kind}]; `--format json` has all\n"))
    }
}

#[cfg(test)]
mod tests {
    use crate::diag::render::{Format, RenderOptions, render};
    use crate::diag::{Diagnostic, Kind};
    use crate::source::SourceMap;

    const MANY: Kind = Kind::new("many", "DV0001");
    const FEW: Kind = Kind::new("few", "DV0002");

    fn lines(format: Format) -> Vec<String> {
        let mut all = vec![Diagnostic::without_span(MANY, "m"); 1003];
        all.push(Diagnostic::without_span(FEW, "f"));
        let text = render(&all, &SourceMap::new(), &RenderOptions::default(), format);
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_person_sees_the_first_of_each_kind_and_how_many_more_there_are() {
        for (format, shown) in [(Format::Full, 50), (Format::Concise, 1000)] {
            let lines = lines(format);
            assert_eq!(lines.iter().filter(|line| *line == "error[many]: m").count(), shown);
            assert_eq!(lines.iter().filter(|line| *line == "error[few]: f").count(), 1);
            let note = format!("… and {} more of [many]; `--format json` has all", 1003 - shown);
            assert_eq!(lines.last(), Some(&note));
        }
    }

    #[test]
    fn programs_get_all() {
        let shown = |format| {
            let text = lines(format).join("\n");
            text.matches(MANY.code).count().max(text.matches(MANY.name).count())
        };
        assert!(shown(Format::Json) >= 1003 && shown(Format::Sarif) >= 1003);
    }
}
