//! The report for a terminal.

use std::fmt::Write as _;

use super::{Options, clean, group, words};
use crate::diff::report::{Change, ChangeKind, Presence, Report, Section, SharedChange};
use crate::diff::risk::{Finding, Level};

/// How wide lines are where no terminal says it: those of words, and those with two values.
const WIDTH: usize = 110;

/// Two values of more characters stand below each other where their line is too long.
const VALUES: usize = 40;

const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const CYAN: &str = "36";
const BOLD: &str = "1";
const DIM: &str = "2";

/// Returns the report.
pub(super) fn render(report: &Report, options: &Options) -> String {
    let mut out = Writer { options, text: String::new() };
    out.head(report);
    for finding in group::findings(report) {
        out.finding(report, &finding);
    }
    out.versions(report);
    if report.sections.is_empty() && report.shared.is_empty() && !report.is_complete() || report.is_empty() {
        out.edits(report);
    }
    for set in report.sets(|section| !words::visible(section, options.noise).is_empty()) {
        out.line(&[]);
        out.line(&[(BOLD, &words::environments(report, set.environments))]);
        for shared in set.shared {
            out.shared(report, shared);
        }
        for section in set.sections {
            out.section(report, section);
        }
    }
    if let Some(drift) = &report.drift {
        out.line(&[]);
        out.line(&[(BOLD, words::DRIFT)]);
        for set in drift.sets(|section| !words::visible(section, options.noise).is_empty()) {
            out.line(&[]);
            out.line(&[(BOLD, &words::environments(report, set.environments))]);
            set.shared.into_iter().for_each(|shared| out.shared(report, shared));
            set.sections.into_iter().for_each(|section| out.section(report, section));
        }
    }
    out.foot(report);
    out.text
}

struct Writer<'a> {
    options: &'a Options,
    text: String,
}

impl Writer<'_> {
    /// Writes a line of parts, each with a style, and cuts it at the edge of the terminal.
    fn line(&mut self, parts: &[(&str, &str)]) {
        let mut room = self.options.width.unwrap_or(usize::MAX);
        for (style, text) in parts {
            let text = clean::line(text);
            let size = text.chars().count();
            let shown: String =
                if size > room { text.chars().take(room.saturating_sub(1)).chain(['…']).collect() } else { text };
            if self.options.color && !style.is_empty() && !shown.is_empty() {
                let _ = write!(self.text, "\u{1b}[{style}m{shown}\u{1b}[0m");
            } else {
                self.text.push_str(&shown);
            }
            room = room.saturating_sub(size);
            if room == 0 {
                break;
            }
        }
        let end = self.text.trim_end_matches(' ').len();
        self.text.truncate(end);
        self.text.push('\n');
    }

    /// Writes words below each other, broken between words.
    fn wrapped(&mut self, indent: usize, style: &str, text: &str) {
        let width = self.options.width.unwrap_or(WIDTH).max(indent + 20);
        let mut line = String::new();
        for word in text.split_whitespace() {
            if !line.is_empty() && indent + line.chars().count() + 1 + word.chars().count() > width {
                self.line(&[("", &" ".repeat(indent)), (style, &line)]);
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        if !line.is_empty() {
            self.line(&[("", &" ".repeat(indent)), (style, &line)]);
        }
    }

    fn head(&mut self, report: &Report) {
        let sides = format!(": {} → {}", words::side(&report.base), words::side(&report.head));
        self.line(&[(BOLD, &report.platform), (BOLD, &sides)]);
        for (side, name) in [(&report.base, "base"), (&report.head, "head")] {
            if let Some(spec) = &side.spec {
                self.line(&[("", &format!("the spec of the {name} is {spec}"))]);
            }
        }
        if let Some(text) = words::absent(report) {
            self.line(&[(YELLOW, text)]);
        }
        if let Some(text) = words::broken(report) {
            self.line(&[(RED, &text)]);
        }
        let left_out = words::left_out(report);
        for (at, line) in left_out.iter().enumerate() {
            self.line(&[("", if at == 0 { "left out " } else { "         " }), ("", line)]);
        }
        if let Some(text) = words::only(report) {
            self.line(&[(YELLOW, &text)]);
        }
        if report.is_empty() {
            if report.is_complete() {
                self.line(&[(GREEN, &words::nothing(report))]);
            }
        } else {
            self.line(&[("", &words::headline(report).join(" · "))]);
            if report.level == Some(Level::Routine) {
                self.line(&[(GREEN, "Routine: nothing here needs a look.")]);
            }
        }
        self.text.push('\n');
    }

    fn finding(&mut self, report: &Report, finding: &Finding) {
        let style = match finding.level {
            Level::Danger => RED,
            Level::Caution => YELLOW,
            Level::Routine => GREEN,
        };
        let word = format!("{:<9}", finding.level.word());
        let rule = format!("  [{}]", finding.rule.name);
        let message = format!(": {}", finding.message);
        self.line(&[(style, &word), (BOLD, &finding.subject), ("", &message), (DIM, &rule)]);
        if !finding.why.is_empty() {
            self.wrapped(9, "", &finding.why);
        }
        let mut parts = vec![words::environments(report, &finding.environments)];
        parts.extend(words::causes(report, &finding.causes));
        parts.retain(|part| !part.is_empty());
        if !parts.is_empty() {
            self.line(&[("", "         "), (DIM, &parts.join(" · "))]);
        }
    }

    fn versions(&mut self, report: &Report) {
        if report.versions.is_empty() {
            return;
        }
        self.line(&[]);
        self.line(&[(BOLD, "Versions")]);
        let rows: Vec<[String; 6]> = report
            .versions
            .iter()
            .map(|row| {
                let shown = |text: &str| if text.is_empty() { "–".to_owned() } else { clean::line(text) };
                let step = row.step.trim_end_matches("-0").to_owned();
                let versions = format!("{} → {}", shown(&row.from), shown(&row.to));
                let environments = words::environments(report, &row.environments);
                [
                    shown(&row.subject),
                    shown(&row.what),
                    versions,
                    step,
                    environments,
                    words::places(report, &row.causes),
                ]
            })
            .collect();
        let width =
            |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
        for row in &rows {
            let mut line = String::from(" ");
            for (column, cell) in row.iter().enumerate() {
                let pad = width(column).unwrap_or(0).saturating_sub(cell.chars().count());
                let _ = write!(line, " {cell}{} ", " ".repeat(pad));
            }
            self.line(&[("", line.trim_end())]);
        }
    }

    fn edits(&mut self, report: &Report) {
        if report.edits.is_empty() {
            return;
        }
        if !report.findings.is_empty() {
            self.line(&[]);
        }
        self.line(&[(BOLD, "What was edited")]);
        for edit in &report.edits {
            self.line(&[("", "  "), (DIM, &edit.place()), ("", " "), ("", &edit.words())]);
        }
    }

    fn shared(&mut self, report: &Report, shared: &SharedChange) {
        let names = shared.components.iter().map(|name| &**name).collect::<Vec<_>>().join(", ");
        let title = format!("{} change alike", words::count(shared.components.len(), "component"));
        self.line(&[("", "  "), (BOLD, &title)]);
        self.wrapped(4, "", &names);
        for change in &shared.changes {
            self.change(report, change, true, true);
        }
    }

    fn section(&mut self, report: &Report, section: &Section) {
        let files = words::visible(section, self.options.noise);
        let common = words::common(&files);
        let cause = common.map(|causes| format!("  ← {}", words::places(report, causes))).unwrap_or_default();
        let sums = format!("  {}", words::sums(section));
        self.line(&[("", "  "), (BOLD, words::title(section)), ("", &sums), (DIM, &cause)]);
        for file in files {
            let state = match file.presence {
                Presence::Added => format!(" (new, {})", words::count(file.lines, "line")),
                Presence::Removed => " (gone)".to_owned(),
                _ => file.was.as_ref().map(|was| format!(" (was {was})")).unwrap_or_default(),
            };
            self.line(&[("", "    "), (CYAN, &file.path), (DIM, &state)]);
            // Of a file that came or went, its objects are enough.
            let objects = file.presence != Presence::Both;
            for change in file.changes.iter().filter(|change| self.options.noise || !change.noise) {
                if !objects || change.object.is_some() {
                    self.change(report, change, !objects, common.is_none());
                }
            }
        }
    }

    fn change(&mut self, report: &Report, change: &Change, values: bool, causes: bool) {
        let mark = words::mark(change);
        let style = match mark {
            '+' => GREEN,
            '-' => RED,
            _ => YELLOW,
        };
        let (before, after) = change.values();
        let detail = match (&change.kind, values && !change.is_whole_object()) {
            (_, false) => String::new(),
            (ChangeKind::Changed | ChangeKind::Moved, _) => format!(" {before} → {after}"),
            (ChangeKind::Added, _) => format!(" {after}"),
            (ChangeKind::Removed, _) => format!(" {before}"),
            (ChangeKind::Reordered, _) => format!(" order only: {after}"),
            (ChangeKind::Text(_), _) => format!(" {}", words::lines(change)),
        };
        let place = words::place(change);
        let place = if place.is_empty() || detail.is_empty() { place } else { format!("{place}:") };
        let detail = if place.is_empty() { detail.trim_start().to_owned() } else { detail };
        let places = if causes { words::places(report, &change.causes) } else { String::new() };
        let cause = if places.is_empty() { String::new() } else { format!("  ← {places}") };
        let long = 8 + [&place, &detail, &cause].map(|part| part.chars().count()).iter().sum::<usize>();
        let values_are_long = before.chars().count() + after.chars().count() > VALUES;
        let two = values
            && values_are_long
            && change.kind == ChangeKind::Changed
            && long > self.options.width.unwrap_or(WIDTH);
        let detail = if two { "" } else { &*detail };
        self.line(&[("", "      "), (style, &format!("{mark} ")), ("", &place), ("", detail), (DIM, &cause)]);
        if two {
            self.line(&[("", "          "), (RED, "- "), ("", before)]);
            self.line(&[("", "          "), (GREEN, "+ "), ("", after)]);
        }
        if let ChangeKind::Text(lines) = &change.kind {
            for (mark, line) in &lines.shown {
                let style = match mark {
                    '+' => GREEN,
                    '-' => RED,
                    _ => DIM,
                };
                let mark = if *mark == '@' { ' ' } else { *mark };
                self.line(&[("", "          "), (style, &format!("{mark} {line}"))]);
            }
        }
    }

    fn foot(&mut self, report: &Report) {
        let following = words::following(report);
        if !following.is_empty() || report.hidden > 0 {
            self.line(&[]);
        }
        if !following.is_empty() {
            self.wrapped(0, DIM, &format!("Pages that follow: {}", following.join(", ")));
        }
        if report.hidden > 0 && !self.options.noise {
            let text = format!(
                "{} of labels, checksums, headers, order of keys and lists of pins hidden (--show-noise)",
                words::count(report.hidden, "change")
            );
            self.line(&[(DIM, &text)]);
        }
    }
}
