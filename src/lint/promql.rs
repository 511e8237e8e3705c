//! Queries of Prometheus: read as far as rules ask, and no further (prometheus.io, "Querying basics", "Operators", "Functions").
//!
//! A library that reads them whole would bring a generator of parsers and a clock.

mod functions;
mod left;
mod series;
#[cfg(test)]
mod tests;
mod token;
mod values;

use std::collections::BTreeSet;

use functions::{AGGREGATIONS, Wants, wants};
use left::Left;
pub(in crate::lint) use series::Selector;
pub(in crate::lint) use token::unquoted;
use token::{Token, Tokens};
pub(in crate::lint) use values::fault as values;

use crate::diag::nearest;

/// What a query asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::lint) struct Query<'a> {
    /// The series that it selects.
    pub(in crate::lint) selectors: Vec<Selector<'a>>,
    /// The labels of what it gives, if they are known: those that an aggregation leaves.
    pub(in crate::lint) labels: Option<BTreeSet<&'a str>>,
}

/// What an expression gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gives {
    /// A value of each series, or one that is none.
    Values,
    /// Samples over some time.
    Samples,
    /// A text.
    Text,
}

/// Reads a query; else says what is wrong with it.
pub(in crate::lint) fn read(query: &str) -> Result<Query<'_>, String> {
    let mut reader = Reader { tokens: Tokens::of(query)?, query: Query::default(), left: Left::Unknown, depth: 0 };
    if reader.tokens.peek().is_none() {
        return Err("it is empty".to_owned());
    }
    reader.expression(None)?;
    match reader.tokens.next() {
        None => {
            if let Left::Labels(labels) = reader.left {
                reader.query.labels = Some(labels);
            }
            Ok(reader.query)
        }
        Some(Token::Sign(sign @ (")" | "]" | "}"))) => Err(format!("`{sign}` closes nothing")),
        Some(token) => Err(format!("{} stands where an operator was expected", token.shown())),
    }
}

/// The deepest that brackets and calls may be.
const DEEPEST: usize = 100;

/// Operators between two values.
const OPERATORS: [&str; 12] = ["+", "-", "*", "/", "%", "^", "==", "!=", ">", "<", ">=", "<="];

/// Operators that are words.
const WORDS: [&str; 4] = ["and", "or", "unless", "atan2"];

struct Reader<'a> {
    tokens: Tokens<'a>,
    query: Query<'a>,
    /// What is left of the value that was read last.
    left: Left<'a>,
    depth: usize,
}

impl<'a> Reader<'a> {
    /// Reads values with operators between them; `by` is the function that gets them.
    fn expression(&mut self, by: Option<&'a str>) -> Result<Gives, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("it is nested deeper than {DEEPEST} levels"));
        }
        let mut gives = self.value(by)?;
        while let Some(operator) = self.operator() {
            let left = self.left.clone();
            let grouped = self.modifiers()?;
            let right = self.value(None).map_err(|fault| match &*fault {
                "" => format!("nothing follows upon `{operator}`"),
                _ => fault,
            })?;
            if gives != Gives::Values || right != Gives::Values {
                let what =
                    if gives == Gives::Text || right == Gives::Text { "a text" } else { "samples over some time" };
                return Err(format!("`{operator}` cannot reckon with {what}"));
            }
            gives = Gives::Values;
            let right = std::mem::replace(&mut self.left, Left::Unknown);
            self.left = if grouped { Left::Unknown } else { left.with(operator, right) };
        }
        self.depth -= 1;
        Ok(gives)
    }

    fn operator(&mut self) -> Option<&'a str> {
        let found = match self.tokens.peek()? {
            Token::Sign(sign) if OPERATORS.contains(&sign) => sign,
            Token::Word(word) if WORDS.contains(&&*word.to_ascii_lowercase()) => word,
            _ => return None,
        };
        self.tokens.next();
        Some(found)
    }

    /// What stands behind an operator: `bool`, `on (…)`, `group_left (…)`. Returns whether labels of the other side come in.
    fn modifiers(&mut self) -> Result<bool, String> {
        let mut grouped = false;
        while let Some(Token::Word(word)) = self.tokens.peek() {
            match &*word.to_ascii_lowercase() {
                "bool" => {
                    self.tokens.next();
                }
                "on" | "ignoring" => {
                    self.tokens.next();
                    self.labels(word)?;
                }
                "group_left" | "group_right" => {
                    grouped = true;
                    self.tokens.next();
                    if self.tokens.peek() == Some(Token::Sign("(")) {
                        self.labels(word)?;
                    }
                }
                _ => break,
            }
        }
        Ok(grouped)
    }

    fn labels(&mut self, word: &str) -> Result<BTreeSet<&'a str>, String> {
        if self.tokens.next() != Some(Token::Sign("(")) {
            return Err(format!("`{word}` wants labels in brackets"));
        }
        let mut labels = BTreeSet::new();
        loop {
            match self.tokens.next() {
                Some(Token::Sign(")")) => return Ok(labels),
                Some(Token::Word(label)) => {
                    labels.insert(label);
                }
                Some(Token::Text(_) | Token::Sign(",")) => {}
                Some(token) => return Err(format!("{} is no label of `{word}`", token.shown())),
                None => return Err("`(` is not closed".to_owned()),
            }
        }
    }

    /// Reads one value with its signs, window and offset.
    fn value(&mut self, by: Option<&'a str>) -> Result<Gives, String> {
        let mut signed = None;
        while let Some(Token::Sign(sign @ ("+" | "-"))) = self.tokens.peek() {
            signed = Some(sign);
            self.tokens.next();
        }
        let before = self.query.selectors.len();
        self.left = Left::Unknown;
        let Some(token) = self.tokens.peek() else {
            return Err(signed.map(|sign| format!("nothing follows upon `{sign}`")).unwrap_or_default());
        };
        let mut gives = match token {
            Token::Number(_) => {
                self.left = Left::Number;
                self.taken(Gives::Values)
            }
            Token::Text(_) => self.taken(Gives::Text),
            Token::Sign("(") => {
                self.tokens.next();
                let gives = self.expression(by)?;
                self.close(")", "(")?;
                gives
            }
            Token::Sign("{") => self.selector(None)?,
            Token::Word(word) => {
                self.tokens.next();
                self.named(word)?
            }
            Token::Sign(sign) if OPERATORS.contains(&sign) => {
                return Err(format!("`{sign}` stands where a value was expected"));
            }
            Token::Sign(_) => return Err(String::new()),
        };
        loop {
            match self.tokens.peek() {
                Some(Token::Sign("[")) if gives == Gives::Values => {
                    let window = self.window()?;
                    let own = self.query.selectors.get_mut(before..).unwrap_or_default();
                    own.iter_mut().filter(|one| one.window.is_none()).for_each(|one| one.window = Some((window, by)));
                    gives = Gives::Samples;
                }
                Some(Token::Word(word)) if word.eq_ignore_ascii_case("offset") => {
                    self.tokens.next();
                    if self.tokens.peek() == Some(Token::Sign("-")) {
                        self.tokens.next();
                    }
                    if !matches!(self.tokens.next(), Some(Token::Number(_))) {
                        return Err("`offset` wants a time, such as `5m`".to_owned());
                    }
                }
                Some(Token::Sign("@")) => self.at()?,
                _ => return Ok(gives),
            }
        }
    }

    fn taken(&mut self, gives: Gives) -> Gives {
        self.tokens.next();
        gives
    }

    fn close(&mut self, sign: &str, open: &str) -> Result<(), String> {
        match self.tokens.next() {
            Some(Token::Sign(found)) if found == sign => Ok(()),
            Some(token) => Err(format!("{} stands where `{sign}` was expected", token.shown())),
            None => Err(format!("`{open}` is not closed")),
        }
    }

    /// A name: of an aggregation, a function, or a series.
    fn named(&mut self, word: &'a str) -> Result<Gives, String> {
        let lower = word.to_ascii_lowercase();
        let next = self.tokens.peek();
        if AGGREGATIONS.contains(&&*lower) {
            let mut kept = None;
            if let Some(Token::Word(by)) = next.filter(Token::is_grouping) {
                self.tokens.next();
                kept = Some((by, self.labels(by)?));
            }
            if self.tokens.next() != Some(Token::Sign("(")) {
                return Err(format!("`{word}` wants its values in brackets"));
            }
            self.arguments(word, Wants::Values)?;
            if let Some(Token::Word(by)) = self.tokens.peek().filter(Token::is_grouping) {
                self.tokens.next();
                kept = Some((by, self.labels(by)?));
            }
            self.left = Left::of_group(&lower, kept);
            return Ok(Gives::Values);
        }
        match next {
            Some(Token::Sign("(")) => {
                self.tokens.next();
                let wants = wants(word).or_else(|fault| {
                    // Newer versions have functions that are not in the table.
                    let near = nearest(word, functions::names());
                    near.map_or(Ok(Wants::Anything), |near| Err(format!("{fault}: did you mean `{near}`?")))
                })?;
                self.arguments(word, wants)?;
                if !functions::KEEPS.contains(&word) {
                    self.left = Left::Unknown;
                }
                Ok(Gives::Values)
            }
            Some(Token::Sign("{")) => self.selector(Some(word)),
            _ if ["inf", "nan"].contains(&&*lower) => Ok(Gives::Values),
            _ if ["by", "without"].contains(&&*lower) || WORDS.contains(&&*lower) => {
                Err(format!("`{word}` stands where a value was expected"))
            }
            _ => {
                self.query.selectors.push(Selector { name: Some(word), ..Selector::default() });
                Ok(Gives::Values)
            }
        }
    }

    fn arguments(&mut self, function: &'a str, wants: Wants) -> Result<(), String> {
        let (mut samples, mut first) = (false, None);
        loop {
            if self.tokens.peek() == Some(Token::Sign(")")) {
                self.tokens.next();
                break;
            }
            let gives = self.expression(Some(function)).map_err(|fault| match &*fault {
                "" if self.tokens.peek().is_none() => "`(` is not closed".to_owned(),
                "" => format!("a value of `{function}` is missing"),
                _ => fault,
            })?;
            samples |= gives == Gives::Samples;
            first.get_or_insert_with(|| self.left.clone());
            if gives == Gives::Samples && wants == Wants::Values {
                return Err(format!("`{function}` takes values, and not samples over some time: leave the `[…]` out"));
            }
            match self.tokens.next() {
                Some(Token::Sign(",")) => {}
                Some(Token::Sign(")")) => break,
                Some(token) => return Err(format!("{} stands where `)` was expected", token.shown())),
                None => return Err("`(` is not closed".to_owned()),
            }
        }
        // What a function gets besides, such as the step of `round`, leaves its labels as they are.
        self.left = first.unwrap_or(Left::Unknown);
        if wants == Wants::Samples && !samples {
            return Err(format!(
                "`{function}` takes samples over some time: write `[5m]` or the like behind the series"
            ));
        }
        Ok(())
    }
}
