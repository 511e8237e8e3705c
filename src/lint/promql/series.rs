//! The series that a query selects, and over which time.

use std::borrow::Cow;

use super::token::{self, Token};
use super::{Gives, Reader};

/// Series that are selected.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::lint) struct Selector<'a> {
    /// Their name, if it is written before the braces.
    pub(in crate::lint) name: Option<&'a str>,
    /// What their labels have to be: label, sign, value.
    pub(in crate::lint) matchers: Vec<(&'a str, &'a str, Cow<'a, str>)>,
    /// How far back their samples are taken, in milliseconds, and the function that takes them.
    pub(in crate::lint) window: Option<(u64, Option<&'a str>)>,
}

impl<'a> Reader<'a> {
    /// The time in square brackets, perhaps with that of a subquery.
    pub(super) fn window(&mut self) -> Result<u64, String> {
        self.tokens.next();
        let Some(Token::Number(time)) = self.tokens.next() else {
            return Err("`[` wants a time, such as `5m`".to_owned());
        };
        let mut time =
            token::milliseconds(time).ok_or_else(|| format!("`{time}` is no time: write `5m` or the like"))?;
        loop {
            match self.tokens.next() {
                Some(Token::Sign("]")) => return Ok(time),
                // Of a subquery the steps decide, and times can be reckoned with.
                Some(Token::Sign(":" | "+" | "-" | "*" | "/") | Token::Number(_)) => time = u64::MAX,
                Some(token) => return Err(format!("{} is no time", token.shown())),
                None => return Err("`[` is not closed".to_owned()),
            }
        }
    }

    /// What a series has to be, in braces.
    pub(super) fn selector(&mut self, name: Option<&'a str>) -> Result<Gives, String> {
        self.tokens.next();
        let mut selector = Selector { name, ..Selector::default() };
        loop {
            let label = match self.tokens.next() {
                Some(Token::Sign("}")) => break,
                Some(Token::Word(label)) => label,
                // The name of a series may stand among the labels, in quotes.
                Some(Token::Text(_)) => "",
                Some(token) => return Err(format!("{} stands where a label was expected", token.shown())),
                None => return Err("`{` is not closed".to_owned()),
            };
            if let Some(Token::Sign(sign @ ("=" | "!=" | "=~" | "!~"))) = self.tokens.peek() {
                self.tokens.next();
                let Some(Token::Text(value)) = self.tokens.next() else {
                    return Err(format!("`{label}{sign}` wants a text in quotes"));
                };
                selector.matchers.push((label, sign, token::unquoted(value)));
            } else if !label.is_empty() {
                return Err(format!("label `{label}` wants `=` and a value"));
            }
            match self.tokens.next() {
                Some(Token::Sign(",")) => {}
                Some(Token::Sign("}")) => break,
                Some(token) => return Err(format!("{} stands where `}}` was expected", token.shown())),
                None => return Err("`{` is not closed".to_owned()),
            }
        }
        self.query.selectors.push(selector);
        Ok(Gives::Values)
    }

    /// The time of `@`: a number, `start()` or `end()`.
    pub(super) fn at(&mut self) -> Result<(), String> {
        self.tokens.next();
        match self.tokens.next() {
            Some(Token::Number(_)) => Ok(()),
            Some(Token::Word("start" | "end")) => {
                self.tokens.next();
                self.close(")", "(")
            }
            _ => Err("`@` wants a time".to_owned()),
        }
    }
}
