//! What stands between `{{` and `}}`: words, variables, fields, texts, signs.

/// A piece of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// The name of a function, or a word of the language.
    Word(&'a str),
    /// A variable, with its `$` and without its fields.
    Variable(&'a str),
    /// The first field of what the point is, with the point.
    Field(&'a str),
    /// A text, a number, the point itself, or fields of what stands before them.
    Value,
    /// `:=` or `=`.
    Declares,
    /// A bracket, `|` or `,`.
    Sign(&'a str),
    /// A comment.
    Comment,
}

/// Takes an action apart, and returns what stands behind it.
pub(super) fn action(text: &str) -> Result<(Vec<Token<'_>>, &str), String> {
    let start = text.strip_prefix('-').filter(|rest| rest.starts_with(char::is_whitespace)).unwrap_or(text);
    if let Some(comment) = start.trim_start().strip_prefix("/*") {
        let (_, behind) = comment.split_once("*/").ok_or("`/*` is not closed")?;
        let behind = behind.trim_start().trim_start_matches('-').strip_prefix("}}");
        return Ok((vec![Token::Comment], behind.ok_or("`}}` has to follow upon `*/`")?));
    }
    let (mut all, mut rest, mut joined) = (Vec::new(), start, false);
    while let Some(first) = rest.chars().next() {
        if let Some(behind) = rest.strip_prefix("}}") {
            return Ok((all, behind));
        }
        if let Some(behind) = rest.strip_prefix("-}}").filter(|_| !joined) {
            return Ok((all, behind));
        }
        if first == '}' {
            let done = text.get(..text.len() - rest.len()).unwrap_or_default();
            return Err(format!("`{{{{{done}}}` is closed by one `}}`"));
        }
        let (length, token) = piece(rest, first, joined)?;
        joined = !first.is_whitespace();
        all.extend(token);
        rest = rest.get(length..).unwrap_or_default();
    }
    Err("`{{` is not closed".to_owned())
}

/// Returns how long the piece is that a text begins with, and what it is; space is nothing.
fn piece(rest: &str, first: char, joined: bool) -> Result<(usize, Option<Token<'_>>), String> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let until = |from: usize, stop: &dyn Fn(char) -> bool| {
        rest.get(from..).and_then(|text| text.find(stop)).map_or(rest.len(), |at| from + at)
    };
    let head = |length: usize| rest.get(..length).unwrap_or_default();
    let second = rest.chars().nth(1);
    Ok(match first {
        c if c.is_whitespace() => (until(0, &|c| !c.is_whitespace()), None),
        '"' | '`' | '\'' => (quoted(rest, first)?, Some(Token::Value)),
        '$' => {
            let length = until(1, &|c| !is_word(c));
            (length, Some(Token::Variable(head(length))))
        }
        '.' if second.is_some_and(|c| c.is_ascii_digit()) => {
            (until(1, &|c| !is_word(c) && c != '.'), Some(Token::Value))
        }
        '.' => {
            let length = until(1, &|c| !is_word(c));
            let token = if joined || length == 1 { Token::Value } else { Token::Field(head(length)) };
            (length, Some(token))
        }
        '+' | '-' if second.is_some_and(|c| c.is_ascii_digit() || c == '.') => {
            (until(1, &|c| !is_word(c) && c != '.'), Some(Token::Value))
        }
        c if c.is_ascii_digit() => (until(0, &|c| !is_word(c) && !matches!(c, '.' | '+' | '-')), Some(Token::Value)),
        c if is_word(c) => {
            let length = until(0, &|c| !is_word(c));
            (length, Some(Token::Word(head(length))))
        }
        ':' if second == Some('=') => (2, Some(Token::Declares)),
        '=' => (1, Some(Token::Declares)),
        '(' | ')' | '|' => (1, Some(Token::Sign(head(1)))),
        ',' => (1, Some(Token::Value)),
        c => return Err(format!("`{c}` means nothing here")),
    })
}

/// Returns the length of a text in quotes.
fn quoted(rest: &str, quote: char) -> Result<usize, String> {
    let mut escaped = false;
    let end = rest.char_indices().skip(1).find(|(_, c)| {
        let ends = *c == quote && !escaped;
        escaped = *c == '\\' && !escaped && quote != '`';
        ends
    });
    end.map(|(at, _)| at + 1).ok_or_else(|| format!("`{quote}` is not closed"))
}
