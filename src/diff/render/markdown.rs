//! The report as a comment in a review.

use std::fmt::Write as _;
use std::sync::Arc;

use super::block::{Block, Held};
use super::escape::{cell, code, fenced, phrase, plain};
use super::{MOST, Options, block, group, words};
use crate::diff::report::{Change, ChangeKind, Presence, Report, Section, SharedChange};
use crate::diff::risk::{Finding, Level};
use crate::diff::value::cut_at;

/// Most characters of one section: what is longer would leave no room for others.
const SECTION: usize = 20_000;

/// Most characters of one phrase of a finding.
const PHRASE: usize = 800;

/// Most versions in the table.
const ROWS: usize = 60;

/// Most components that are named where they change alike.
const NAMES: usize = 40;

/// Returns the comment.
pub(super) fn render(report: &Report, options: &Options) -> String {
    let part = |text: String| Block { text, holds: Held { parts: 1, ..Held::default() } };
    let mut blocks = vec![part(head(report, options))];
    blocks.extend(findings(report, Level::Danger));
    blocks.extend(findings(report, Level::Caution));
    blocks.extend(versions(report).map(part));
    blocks.extend(routine(report).map(part));
    if report.is_empty() || report.sections.is_empty() && report.shared.is_empty() && !report.is_complete() {
        blocks.extend(edits(report).map(part));
    }
    let is_shown = |section: &Section| !words::visible(section, options.noise).is_empty();
    let drift = report.drift.iter().flat_map(|drift| drift.sets(is_shown)).map(|set| (words::DRIFT, set));
    for (what, set) in report.sets(is_shown).into_iter().map(|set| ("", set)).chain(drift) {
        let shared = set.shared.iter().map(|one| (shared(report, one), of(&one.components)));
        let sections = set.sections.iter().map(|one| (section(report, one, options), of(one.component.as_slice())));
        // The heading goes with the first part, so that it never stands alone.
        let mut heading = format!("#### {}\n\n", plain(&words::environments(report, set.environments)));
        if !what.is_empty() {
            heading.insert_str(0, &format!("### {what}\n\n"));
        }
        blocks.extend(
            shared.chain(sections).map(|(text, holds)| Block { text: std::mem::take(&mut heading) + &text, holds }),
        );
    }
    blocks.extend(following(report).map(part));
    block::join(&blocks, MOST, |left| foot(report, options, left))
}

/// Returns what a block about components holds; one about the platform is another part.
fn of(components: &[Arc<str>]) -> Held {
    Held {
        components: components.iter().cloned().collect(),
        parts: usize::from(components.is_empty()),
        ..Held::default()
    }
}

/// Returns the first line, by which a bot finds its own comment.
pub(super) fn marker(id: &str) -> String {
    let id: String = id.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).collect();
    // `--` would end the comment.
    format!("<!-- dvgen:diff:{} -->\n", id.replace("--", "-"))
}

fn head(report: &Report, options: &Options) -> String {
    let mut out = marker(&options.id);
    let mut parts = vec![format!("**{}**", plain(&report.platform))];
    let only = words::only(report).into_iter().chain(words::absent(report).map(str::to_owned));
    let only = only.fold(String::new(), |all, text| all + &plain(&text) + "\n\n");
    if let Some(text) = words::broken(report) {
        let left = words::left_out(report);
        let left = left.iter().fold(String::new(), |all, line| all + "> - " + &phrase(line) + "\n");
        let left = if left.is_empty() { left } else { format!(">\n> Left out:\n>\n{left}") };
        if report.compares() && !report.is_empty() {
            parts.extend(words::headline(report).iter().map(|part| plain(part)));
        }
        let _ = write!(out, "{}\n\n> [!CAUTION]\n> {}\n{left}\n{only}", parts.join(" · "), plain(&text));
        return out;
    }
    if report.is_empty() {
        let _ = write!(out, "{}\n\n✅ {}\n\n{only}", parts.join(" · "), plain(&words::nothing(report)));
        return out;
    }
    parts.extend(words::headline(report).iter().map(|part| plain(part)));
    let _ = write!(out, "{}\n\n{only}", parts.join(" · "));
    if report.level == Some(Level::Routine) {
        out.push_str("✅ **Routine**: nothing here needs a look.\n\n");
    }
    out
}

/// Returns what needs no look, closed.
fn routine(report: &Report) -> Option<String> {
    let all: Vec<&Finding> = report.findings.iter().filter(|finding| finding.level == Level::Routine).collect();
    let items = all.iter().map(|one| format!("- {}\n", finding(report, one)));
    (!all.is_empty()).then(|| details(&format!("Routine: {}", all.len()), false, items))
}

/// Returns the findings of a level, which stand out.
fn findings(report: &Report, level: Level) -> Vec<Block> {
    let all = group::findings(report).into_iter().filter(|finding| finding.level == level).collect::<Vec<_>>();
    let mark = if level == Level::Danger { "> [!CAUTION]" } else { "> [!WARNING]" };
    // Many of them become several blocks, so that some fit. GitHub's own words for these boxes are others than ours.
    all.chunks(10)
        .map(|chunk| {
            let mut block = format!("{mark}\n> **{}**\n>\n", title(level));
            for one in chunk {
                let _ = writeln!(block, "> - {}", finding(report, one));
            }
            let number = chunk.len();
            let holds = match level {
                Level::Danger => Held { dangers: number, ..Held::default() },
                _ => Held { cautions: number, ..Held::default() },
            };
            Block { text: block + "\n", holds }
        })
        .collect()
}

fn title(level: Level) -> &'static str {
    match level {
        Level::Danger => "Danger",
        Level::Caution => "Caution",
        Level::Routine => "Routine",
    }
}

fn finding(report: &Report, finding: &Finding) -> String {
    let cut = |text: &str| cut_at(text, PHRASE);
    let mut text = format!("**{}: {}**", plain(&cut(&finding.subject)), phrase(&cut(&finding.message)));
    if !finding.why.is_empty() {
        let _ = write!(text, "<br>{}", phrase(&cut(&finding.why)));
    }
    let mut parts = vec![plain(&words::environments(report, &finding.environments))];
    parts.extend(words::causes(report, &finding.causes).iter().map(|cause| code(cause)));
    parts.push(code(finding.rule.name));
    parts.retain(|part| !part.is_empty());
    let _ = write!(text, "<br><sub>{}</sub>", parts.join(" · "));
    text
}

fn versions(report: &Report) -> Option<String> {
    if report.versions.is_empty() {
        return None;
    }
    let mut out =
        String::from("| component | what | from → to | step | environments | cause |\n|---|---|---|---|---|---|\n");
    for row in report.versions.iter().take(ROWS) {
        let shown = |text: &str| if text.is_empty() { "–".to_owned() } else { cell(text) };
        let cause = words::places(report, &row.causes);
        let _ = writeln!(
            out,
            "| {} | {} | {} → {} | {} | {} | {} |",
            shown(&row.subject),
            shown(&row.what),
            shown(&row.from),
            shown(&row.to),
            row.step.trim_end_matches("-0"),
            plain(&words::environments(report, &row.environments)),
            shown(&cause),
        );
    }
    let more = report.versions.len().saturating_sub(ROWS);
    if more > 0 {
        let _ = writeln!(out, "\n… and {more} more");
    }
    out.push('\n');
    Some(out)
}

fn edits(report: &Report) -> Option<String> {
    if report.edits.is_empty() {
        return None;
    }
    let summary = format!("What was edited: {}", words::count(report.edits.len(), "edit"));
    let line = |edit: &crate::diff::Edit| format!("- {} {}\n", code(&edit.place()), code(&edit.words()));
    Some(details(&summary, false, report.edits.iter().map(line)))
}

/// Returns a part that can be opened. Items are taken until it is too long.
fn details(summary: &str, open: bool, items: impl Iterator<Item = String>) -> String {
    let attribute = if open { " open" } else { "" };
    let mut out = format!("<details{attribute}><summary>{summary}</summary>\n\n");
    let mut size = block::length(&out);
    let mut dropped = 0;
    for item in items {
        size += block::length(&item);
        if size > SECTION || dropped > 0 {
            dropped += 1;
        } else {
            out.push_str(&item);
        }
    }
    if dropped > 0 {
        let _ = writeln!(out, "\n… and {dropped} more");
    }
    out.push_str("\n</details>\n\n");
    out
}

/// Words in a summary are HTML, not Markdown.
fn html(text: &str) -> String {
    let text = super::clean::line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('@', "@\u{2060}").replace('#', "#\u{2060}").replace("://", ":\u{2060}//")
}

fn shared(report: &Report, shared: &SharedChange) -> String {
    let summary = format!("<b>{}</b> change alike", words::count(shared.components.len(), "component"));
    let mut names = shared.components.iter().take(NAMES).map(|name| code(name)).collect::<Vec<_>>().join(", ");
    let more = shared.components.len().saturating_sub(NAMES);
    if more > 0 {
        let _ = write!(names, " and {more} more");
    }
    let risky = shared.changes.iter().any(|change| change.level == Level::Danger);
    let items = shared.changes.iter().map(|one| change(report, one, true, true));
    details(&summary, risky, [format!("{names}\n\n")].into_iter().chain(items))
}

fn section(report: &Report, section: &Section, options: &Options) -> String {
    let files = words::visible(section, options.noise);
    let common = words::common(&files);
    let cause = common.map(|causes| format!(" ← {}", html(&words::places(report, causes)))).unwrap_or_default();
    let sums = words::sums(section);
    let sums = if sums.is_empty() { sums } else { format!(" ({sums})") };
    let summary = format!("<b>{}</b>{sums}{cause}", html(words::title(section)));
    let mut items = Vec::new();
    let mut risky = false;
    for file in files {
        let state = match file.presence {
            Presence::Added => format!(" (new, {})", words::count(file.lines, "line")),
            Presence::Removed => " (gone)".to_owned(),
            _ => file.was.as_ref().map(|was| format!(" (was {})", code(was))).unwrap_or_default(),
        };
        items.push(format!("\n{}{state}\n", code(&file.path)));
        let objects = file.presence != Presence::Both;
        for one in file.changes.iter().filter(|change| options.noise || !change.noise) {
            risky |= one.level == Level::Danger;
            if !objects || one.object.is_some() {
                items.push(change(report, one, !objects, common.is_none()));
            }
        }
    }
    details(&summary, risky, items.into_iter())
}

fn change(report: &Report, change: &Change, values: bool, causes: bool) -> String {
    let (before, after) = change.values();
    let place = words::place(change);
    let place = if place.is_empty() { String::new() } else { format!(" {}", code(&place)) };
    let detail = match (&change.kind, values && !change.is_whole_object()) {
        (_, false) => String::new(),
        (ChangeKind::Changed | ChangeKind::Moved, _) => format!(" {} → {}", code(before), code(after)),
        (ChangeKind::Added, _) => format!(" {}", code(after)),
        (ChangeKind::Removed, _) => format!(" {}", code(before)),
        (ChangeKind::Reordered, _) => format!(" order only: {}", code(after)),
        (ChangeKind::Text(_), _) => format!(" {}", words::lines(change)),
    };
    let mark = match words::mark(change) {
        '+' => "➕",
        '-' => "➖",
        _ => "✏️",
    };
    let places = if causes { words::places(report, &change.causes) } else { String::new() };
    let cause = if places.is_empty() { String::new() } else { format!(" ← {}", code(&places)) };
    let mut out = format!("- {mark}{place}{detail}{cause}\n");
    if let ChangeKind::Text(lines) = &change.kind {
        let lines: Vec<String> = lines
            .shown
            .iter()
            .map(|(mark, line)| format!("{}{line}", if *mark == '@' { ' ' } else { *mark }))
            .collect();
        let block = fenced("diff", &lines);
        // Below its item.
        let block: Vec<String> = block.lines().map(|line| format!("  {line}")).collect();
        let _ = write!(out, "\n{}\n\n", block.join("\n"));
    }
    out
}

fn following(report: &Report) -> Option<String> {
    let names = words::following(report);
    (!names.is_empty()).then(|| {
        let names = names.iter().map(|name| code(name)).collect::<Vec<_>>().join(", ");
        format!("Pages that follow: {names}\n\n")
    })
}

fn foot(report: &Report, options: &Options, left_out: &Held) -> String {
    let mut out = String::new();
    if let Some(what) = left_out.words() {
        let _ = writeln!(out, "**{what} left out** for lack of room. All of it: {}\n", code(&options.command));
    }
    let mut parts = Vec::new();
    if report.hidden > 0 && !options.noise {
        parts.push(format!(
            "{} of labels, checksums, headers, order of keys and lists of pins hidden",
            words::count(report.hidden, "change")
        ));
    }
    parts.push(format!("{} → {}", code(&words::side(&report.base)), code(&words::side(&report.head))));
    parts.push(format!("dvgen {}", env!("CARGO_PKG_VERSION")));
    let _ = writeln!(out, "<sub>{}</sub>", parts.join(" · "));
    out
}
