//! What a query is made of: words, numbers and times, texts, signs.

use std::borrow::Cow;

use crate::spec::scalars::Duration;

/// A piece of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name.
    Word(&'a str),
    /// A number, or a time such as `5m`.
    Number(&'a str),
    /// A text, with its quotes.
    Text(&'a str),
    /// An operator or bracket.
    Sign(&'a str),
}

impl Token<'_> {
    /// Returns it as people see it.
    pub(super) fn shown(&self) -> String {
        let (Self::Word(text) | Self::Number(text) | Self::Text(text) | Self::Sign(text)) = self;
        format!("`{text}`")
    }

    /// Returns whether labels of groups follow.
    pub(super) fn is_grouping(&self) -> bool {
        matches!(self, Self::Word(word) if word.eq_ignore_ascii_case("by") || word.eq_ignore_ascii_case("without"))
    }
}

/// The pieces of a query, one after the other.
pub(super) struct Tokens<'a> {
    all: std::iter::Peekable<std::vec::IntoIter<Token<'a>>>,
}

impl<'a> Tokens<'a> {
    /// Takes a query apart.
    pub(super) fn of(query: &'a str) -> Result<Self, String> {
        let (mut all, mut rest) = (Vec::new(), query);
        while let Some(first) = rest.chars().next() {
            let (length, make) = piece(rest, first)?;
            let (text, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
            all.extend(make.map(|make| make(text)));
            rest = behind;
        }
        Ok(Self { all: all.into_iter().peekable() })
    }

    pub(super) fn peek(&mut self) -> Option<Token<'a>> {
        self.all.peek().copied()
    }

    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        self.all.next()
    }
}

/// What a piece becomes; none for space and comments.
type Make<'a> = Option<fn(&'a str) -> Token<'a>>;

/// Returns how long the piece is that a text begins with.
fn piece<'a>(rest: &str, first: char) -> Result<(usize, Make<'a>), String> {
    let until = |stop: &dyn Fn(char) -> bool| rest.find(stop).unwrap_or(rest.len());
    let follows = |sign: &str| rest.get(1..).is_some_and(|behind| behind.starts_with(sign));
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':');
    Ok(match first {
        c if c.is_whitespace() => (until(&|c| !c.is_whitespace()), None),
        '#' => (until(&|c| c == '\n'), None),
        '"' | '\'' | '`' => (text(rest, first)?, Some(Token::Text)),
        c if c.is_ascii_digit()
            || c == '.' && rest.get(1..).is_some_and(|behind| behind.starts_with(|c: char| c.is_ascii_digit())) =>
        {
            (number(rest), Some(Token::Number))
        }
        c if c.is_ascii_alphabetic() || c == '_' => (until(&|c| !is_word(c)), Some(Token::Word)),
        // A colon begins the name of a recorded series, but in the brackets of a subquery.
        ':' if rest.get(1..).is_some_and(|behind| behind.starts_with(|c: char| c.is_ascii_alphabetic())) => {
            (until(&|c| !is_word(c)), Some(Token::Word))
        }
        '=' | '!' if follows("=") || follows("~") => (2, Some(Token::Sign)),
        '<' | '>' if follows("=") => (2, Some(Token::Sign)),
        '(' | ')' | '[' | ']' | '{' | '}' | ',' | ':' | '@' | '+' | '-' | '*' | '/' | '%' | '^' | '=' | '<' | '>' => {
            (1, Some(Token::Sign))
        }
        c => return Err(format!("`{c}` has no meaning in a query")),
    })
}

/// Numbers, also with an exponent or in hexadecimal, and times.
fn number(rest: &str) -> usize {
    let exponent = |at: usize, c: char| {
        let before = rest.get(..at).unwrap_or_default();
        matches!(c, '+' | '-') && before.ends_with(['e', 'E']) && !before.starts_with("0x")
    };
    let ends = |(at, c): &(usize, char)| !(c.is_ascii_alphanumeric() || *c == '.' || *c == '_' || exponent(*at, *c));
    rest.char_indices().find(ends).map_or(rest.len(), |(at, _)| at)
}

/// Behind a backslash in quotes few signs mean something (prometheus.io, "Querying basics", String literals).
fn text(rest: &str, quote: char) -> Result<usize, String> {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if escaped
            && !matches!(c, 'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | 'x' | 'u' | 'U' | '\\' | '0'..='7')
            && c != quote
        {
            return Err(format!("`\\{c}` means nothing in {quote}…{quote}: write `\\\\{c}` for a regular expression"));
        }
        if c == quote && !escaped {
            return Ok(at + 1);
        }
        escaped = c == '\\' && !escaped && quote != '`';
    }
    Err(format!("`{quote}` is not closed"))
}

/// Returns a text without its quotes.
pub(in crate::lint) fn unquoted(text: &str) -> Cow<'_, str> {
    let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
    if text.starts_with('`') || !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let (mut plain, mut chars) = (String::new(), inner.chars());
    while let Some(c) = chars.next() {
        plain.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    Cow::Owned(plain)
}

/// Returns a time such as `1h30m`, or a number of seconds, in milliseconds.
pub(super) fn milliseconds(time: &str) -> Option<u64> {
    if let Ok(seconds) = time.parse::<u64>() {
        return seconds.checked_mul(1000);
    }
    Duration::parse(&time.into()).map(|time| time.milliseconds)
}
