//! One JSON document: an array with an object for every diagnostic, for editors, bots and `jq`.
//!
//! Absent things are `null` or empty lists, never missing keys. Lines and columns count from 1, columns count
//! characters; `startByte` and `endByte` count bytes of the file from 0. Ends are exclusive.

use serde::Serialize;

use super::place::Place;
use super::{RenderOptions, clean, word};
use crate::diag::{Diagnostic, Fix, Label};
use crate::source::{SourceMap, Span};

#[derive(Serialize)]
struct Item<'a> {
    kind: &'a str,
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    #[serde(flatten)]
    place: Region,
    label: Option<&'a str>,
    labels: Vec<ItemLabel<'a>>,
    why: Option<&'a str>,
    help: &'a [String],
    fix: Option<ItemFix<'a>>,
    /// The reason of the waiver that allows it.
    waived: Option<&'a str>,
}

/// The fields of a place, all `null` where there is none.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    path: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    start_byte: Option<usize>,
    end_byte: Option<usize>,
}

#[derive(Serialize)]
struct ItemLabel<'a> {
    #[serde(flatten)]
    place: Region,
    text: &'a str,
}

#[derive(Serialize)]
struct ItemFix<'a> {
    title: &'a str,
    safe: bool,
    edits: Vec<ItemLabel<'a>>,
}

/// Returns one JSON document.
pub(super) fn render(diagnostics: &[Diagnostic], sources: &SourceMap, options: &RenderOptions) -> String {
    let shown = |span: Span| Region::of(Place::shown(sources, options, span));
    let fix = |fix| item_fix(fix, sources, options);
    let mut items: Vec<Item<'_>> = diagnostics.iter().map(|diagnostic| item(diagnostic, shown, fix)).collect();
    let waived = options.waived.iter();
    items.extend(waived.map(|(waived, reason)| Item { waived: Some(reason), ..item(waived, shown, fix) }));
    let text = serde_json::to_string_pretty(&items).expect("internal error: strings and numbers are JSON");
    clean::json(&text)
}

fn item<'a>(
    diagnostic: &'a Diagnostic,
    shown: impl Fn(Span) -> Region,
    fix: impl Fn(&'a Fix) -> ItemFix<'a>,
) -> Item<'a> {
    let label = |label: &'a Label| ItemLabel { place: shown(label.span), text: &label.text };
    Item {
        kind: diagnostic.name(),
        code: diagnostic.kind.code,
        severity: word(diagnostic.severity),
        message: &diagnostic.message,
        place: diagnostic.primary.as_ref().map(|label| shown(label.span)).unwrap_or_default(),
        label: diagnostic.primary.as_ref().map(|label| label.text.as_str()).filter(|text| !text.is_empty()),
        labels: diagnostic.secondary.iter().map(label).collect(),
        why: diagnostic.why.as_deref(),
        help: &diagnostic.help,
        fix: diagnostic.fix.as_ref().map(fix),
        waived: None,
    }
}

fn item_fix<'a>(fix: &'a Fix, sources: &SourceMap, options: &RenderOptions) -> ItemFix<'a> {
    let place = |span| Region::of(Place::exact(sources, options, span));
    let edits = fix.edits.iter().map(|edit| ItemLabel { place: place(edit.span), text: &edit.text }).collect();
    ItemFix { title: &fix.title, safe: fix.safe, edits }
}

impl Region {
    fn of(place: Place) -> Self {
        Self {
            path: Some(place.path),
            line: Some(place.from.line),
            column: Some(place.from.column),
            end_line: Some(place.to.line),
            end_column: Some(place.to.column),
            start_byte: Some(place.bytes.start),
            end_byte: Some(place.bytes.end),
        }
    }
}
