//! Scalars in quotes, of one line.

use super::Reader;
use crate::yaml::{Node, Style};

impl Reader<'_> {
    pub(super) fn single_quoted(&mut self) -> Option<Node> {
        let start = self.at;
        let body = self.text.get(start + 1..)?;
        let end = body.bytes().position(|byte| matches!(byte, b'\'' | b'\n'))?;
        if body.as_bytes().get(end) == Some(&b'\n') {
            return None;
        }
        if body.as_bytes().get(end + 1) != Some(&b'\'') {
            return self.quoted(start, start + end + 2, body.get(..end)?);
        }
        let mut text = String::new();
        let mut rest = body;
        loop {
            let (part, after) = rest.split_once('\'')?;
            if part.contains('\n') {
                return None;
            }
            text.push_str(part);
            match after.strip_prefix('\'') {
                Some(after) => {
                    text.push('\'');
                    rest = after;
                }
                None => return self.quoted(start, self.text.len() - after.len(), &text),
            }
        }
    }

    pub(super) fn double_quoted(&mut self) -> Option<Node> {
        let start = self.at;
        let body = self.text.get(start + 1..)?;
        let end = body.bytes().position(|byte| matches!(byte, b'"' | b'\\' | b'\n'))?;
        if body.as_bytes().get(end) == Some(&b'"') {
            return self.quoted(start, start + end + 2, body.get(..end)?);
        }
        let mut text = String::new();
        let mut rest = body;
        loop {
            let end = rest.find(['"', '\\', '\n'])?;
            text.push_str(rest.get(..end)?);
            let after = rest.get(end + 1..)?;
            match rest.as_bytes().get(end)? {
                b'"' => return self.quoted(start, self.text.len() - after.len(), &text),
                b'\\' => rest = escape(after, &mut text)?,
                _ => return None,
            }
        }
    }

    fn quoted(&mut self, start: usize, end: usize, text: &str) -> Option<Node> {
        self.at = end;
        Some(super::scalar(self.words.get(text), Style::Quoted, self.span(start, end)))
    }
}

/// Adds what an escape sequence means, and returns what follows it.
fn escape<'t>(after: &'t str, text: &mut String) -> Option<&'t str> {
    let mut rest = after.chars();
    let meant = match rest.next()? {
        '0' => '\0',
        'a' => '\x07',
        'b' => '\x08',
        't' => '\t',
        'n' => '\n',
        'v' => '\x0b',
        'f' => '\x0c',
        'r' => '\r',
        'e' => '\x1b',
        ' ' => ' ',
        '"' => '"',
        '/' => '/',
        '\\' => '\\',
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        'x' => return hexadecimal(rest.as_str(), 2, text),
        'u' => return hexadecimal(rest.as_str(), 4, text),
        _ => return None,
    };
    text.push(meant);
    Some(rest.as_str())
}

/// Adds a character by its number. One of two halves is none.
fn hexadecimal<'t>(rest: &'t str, digits: usize, text: &mut String) -> Option<&'t str> {
    let number = rest.get(..digits).filter(|number| number.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    text.push(char::from_u32(u32::from_str_radix(number, 16).ok()?)?);
    rest.get(digits..)
}
