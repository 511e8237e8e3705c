//! Takes out of texts what a terminal or a browser would obey.

/// Returns whether a character does something else than being seen.
fn is_hidden(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}' | '\u{61c}')
}

/// Returns a text in one line, in which every character can be seen.
pub(super) fn line(text: &str) -> String {
    let text = text.replace('\t', "  ");
    text.chars().map(|char| if is_hidden(char) { '\u{fffd}' } else { char }).collect()
}
