//! A terminal's text as a picture: SVG, which any browser and code host shows, and which is text that can be compared.

use std::fmt::Write as _;

const CHAR: f64 = 7.8;
const LINE: f64 = 18.0;
const EDGE: f64 = 16.0;

/// Returns the colour that a style means on a dark screen.
fn colour(style: &str) -> &'static str {
    match style {
        "31" => "#ff7b72",
        "32" => "#7ee787",
        "33" => "#e3b341",
        "36" => "#79c0ff",
        "2" => "#8b949e",
        _ => "#e6edf3",
    }
}

/// Splits a line into pieces of one style.
fn pieces(line: &str) -> Vec<(&str, &str)> {
    let mut parts = line.split('\u{1b}');
    let mut pieces = vec![("", parts.next().unwrap_or_default())];
    pieces.extend(parts.filter_map(|part| part.strip_prefix('[')?.split_once('m')));
    pieces.retain(|(_, text)| !text.is_empty());
    pieces
}

/// Returns the picture of a text with colours, as wide as `columns`.
pub(crate) fn picture(text: &str, title: &str, columns: u16) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let count = f64::from(u16::try_from(lines.len()).expect("a screen"));
    let (width, height) = (f64::from(columns).mul_add(CHAR, 2.0 * EDGE), count.mul_add(LINE, 2.0 * EDGE));
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" font-size=\"13\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\">\n<title>{}</title>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#0d1117\"/>\n",
        escape(title)
    );
    for (row, line) in (0_u16..).zip(lines) {
        let y = f64::from(row).mul_add(LINE, EDGE + 13.0);
        let mut column = 0_u16;
        for (style, piece) in pieces(line) {
            let size = u16::try_from(piece.chars().count()).expect("a line");
            let blank = u16::try_from(piece.chars().take_while(|char| *char == ' ').count()).expect("a line");
            let shown = piece.trim();
            if !shown.is_empty() {
                let (x, weight) = (
                    f64::from(column + blank).mul_add(CHAR, EDGE),
                    if style == "1" { " font-weight=\"bold\"" } else { "" },
                );
                let length = f64::from(u16::try_from(shown.chars().count()).expect("a line")) * CHAR;
                let _ = writeln!(
                    out,
                    "<text x=\"{x:.1}\" y=\"{y:.0}\" textLength=\"{length:.1}\" xml:space=\"preserve\" fill=\"{}\"{weight}>{}</text>",
                    colour(style),
                    escape(shown)
                );
            }
            column += size;
        }
    }
    out + "</svg>\n"
}
