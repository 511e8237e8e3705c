//! Content as the lock knows it: SHA-256 of the text with LF line ends.
//!
//! Git may check out the same file with CRLF (`core.autocrlf`); that is not a hand edit, so a CR before a LF
//! counts for nothing.

use std::borrow::Cow;
use std::fmt;

use sha2::{Digest as _, Sha256};

/// SHA-256 of a content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Digest([u8; 32]);

impl Digest {
    /// Returns the digest of a content, its line ends normalised.
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(normal(bytes)).into())
    }

    /// Reads 64 lower-case hexadecimal digits.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let mut out = [0; 32];
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != out.len() || !rest.is_empty() {
            return None;
        }
        for (slot, [high, low]) in out.iter_mut().zip(pairs) {
            *slot = digit(*high)? << 4 | digit(*low)?;
        }
        Some(Self(out))
    }

    /// Appends 64 lower-case hexadecimal digits.
    pub(super) fn push_to(self, out: &mut String) {
        let digit = |value: u8| if value < 10 { b'0' + value } else { b'a' + value - 10 };
        let mut text = [0; 64];
        for ([high, low], byte) in text.as_chunks_mut::<2>().0.iter_mut().zip(self.0) {
            *high = digit(byte >> 4);
            *low = digit(byte & 15);
        }
        out.push_str(std::str::from_utf8(&text).unwrap_or_default());
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(64);
        self.push_to(&mut text);
        out.write_str(&text)
    }
}

/// Returns whether two contents differ in nothing but line ends.
pub(super) fn same(a: &[u8], b: &[u8]) -> bool {
    a == b || (has_return(a) || has_return(b)) && normal(a) == normal(b)
}

/// Returns whether there is a CR. Nearly no content has one.
fn has_return(bytes: &[u8]) -> bool {
    memchr::memchr(b'\r', bytes).is_some()
}

/// Returns the content with every CR LF as LF.
fn normal(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !has_return(bytes) {
        return Cow::Borrowed(bytes);
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\r' || rest.peek() != Some(&b'\n') {
            out.push(byte);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::{Digest, same};

    #[test]
    fn line_ends_do_not_count() {
        assert!(same(b"a\r\nb\r\n", b"a\nb\n"));
        assert!(!same(b"a\rb", b"ab"));
        assert!(!same(b"a\n", b"a"));
        assert_eq!(Digest::of(b"a\r\n"), Digest::of(b"a\n"));
        assert_ne!(Digest::of(b"a\r"), Digest::of(b"a"));
    }

    #[test]
    fn is_sha256() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Digest::of(b"").to_string(), empty);
        assert_eq!(Digest::parse(empty), Some(Digest::of(b"")));
        assert_eq!(Digest::parse(&empty.to_uppercase()), None);
        assert_eq!(Digest::parse(empty.trim_start_matches('e')), None);
    }
}
