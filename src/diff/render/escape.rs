//! Words of users in Markdown: as they are, and never obeyed.

use super::clean;

/// Keeps `@name`, `#12` and addresses from becoming mentions and links. It has no width.
const JOINER: char = '\u{2060}';

/// Returns a text as code. The fence is longer than any run of backticks inside.
pub(super) fn code(text: &str) -> String {
    let text = clean::line(text);
    let text = if text.trim().is_empty() { "(empty)".to_owned() } else { text };
    let fence = "`".repeat(longest_run(&text) + 1);
    // A space keeps a backtick of the text apart from the fence; Markdown takes one off again.
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Returns a text as code in a cell of a table, where a pipe ends the cell even in code.
pub(super) fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// Returns a phrase of ours, in which names of users stand between backticks.
pub(super) fn phrase(text: &str) -> String {
    let mut parts = text.split('`');
    let mut out = plain(parts.next().unwrap_or_default());
    let rest: Vec<&str> = parts.collect();
    for pair in rest.chunks(2) {
        match pair {
            [inner, after] => {
                out.push_str(&code(inner));
                out.push_str(&plain(after));
            }
            [unpaired] => out.push_str(&plain(unpaired)),
            _ => {}
        }
    }
    out
}

/// Returns a text that Markdown leaves alone.
pub(super) fn plain(text: &str) -> String {
    let text = clean::line(text);
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '!' | '|' | '~' => out.extend(['\\', char]),
            '@' | '#' | ':' => out.extend([char, JOINER]),
            _ => out.push(char),
        }
    }
    // Only before slashes and other words does a colon make a link.
    out.replace(&format!(":{JOINER} "), ": ").replace("www.", &format!("www{JOINER}."))
}

/// Returns lines in a fence that none of them can close.
pub(super) fn fenced(language: &str, lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| clean::line(line)).collect();
    let longest = lines.iter().map(|line| longest_run(line)).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", lines.join("\n"))
}

fn longest_run(text: &str) -> usize {
    text.split(|char| char != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{cell, code, fenced, phrase, plain};

    #[test]
    fn nothing_of_a_value_is_obeyed() {
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`x`"), "`` `x` ``");
        assert_eq!(code("a\nb\u{1b}[31m\u{202e}"), "`a\u{fffd}b\u{fffd}[31m\u{fffd}`");
        assert_eq!(cell("a|b"), "`a\\|b`");
        assert_eq!(code(""), "`(empty)`");
        assert_eq!(plain("<img src=x>"), "&lt;img src=x&gt;");
        assert_eq!(plain("![x](y)"), "\\!\\[x\\](y)");
        assert_eq!(plain("@all #1"), "@\u{2060}all #\u{2060}1");
        assert_eq!(plain("see https://x.y: now"), "see https:\u{2060}//x.y: now");
        assert_eq!(phrase("Service `a` is *gone*"), "Service `a` is \\*gone\\*");
        assert_eq!(phrase("odd ` one"), "odd  one");
        assert_eq!(fenced("diff", &["```".to_owned(), "</details>".to_owned()]), "````diff\n```\n</details>\n````\n");
    }
}
