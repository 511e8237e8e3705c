//! The series that a query selects, and over which time.

use std::borrow::Cow;

use super::token::{self, Token};
use super::{Gives, Reader};
use crate::model::regex_fault;

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
        let mut chosen = name.is_some();
        loop {
            let label = match self.tokens.next() {
                Some(Token::Sign("}")) => break,
                Some(Token::Word(label)) => label,
                // The name of a series may stand among the labels, in quotes.
                Some(Token::Text(_)) => {
                    chosen = true;
                    ""
                }
                Some(token) => return Err(format!("{} stands where a label was expected", token.shown())),
                None => return Err("`{` is not closed".to_owned()),
            };
            if let Some(Token::Sign(sign @ ("=" | "!=" | "=~" | "!~"))) = self.tokens.peek() {
                self.tokens.next();
                let Some(Token::Text(value)) = self.tokens.next() else {
                    return Err(format!("`{label}{sign}` wants a text in quotes"));
                };
                let value = token::unquoted(value);
                if let Some(fault) = regex_fault(&value).filter(|_| sign.ends_with('~')) {
                    return Err(format!("`{label}{sign}\"{value}\"` is no regular expression: {fault}"));
                }
                chosen |= !takes_nothing(sign, &value);
                selector.matchers.push((label, sign, value));
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
        // Prometheus: "match[] selectors must contain at least one non-empty matcher".
        if !chosen {
            return Err("`{…}` chooses nothing: one of its labels has to have a value".to_owned());
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

/// Returns whether series fit that do not have the label at all.
fn takes_nothing(sign: &str, value: &str) -> bool {
    let fits = if sign.ends_with('~') {
        regex::Regex::new(&format!("^(?:{value})$")).is_ok_and(|regex| regex.is_match(""))
    } else {
        value.is_empty()
    };
    fits != sign.starts_with('!')
}
