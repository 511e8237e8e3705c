//! The matchers in a query of Prometheus: `up{job="node"}` has one.

/// One matcher.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Matcher<'a> {
    /// The name of the series before the braces; empty without one.
    pub(super) metric: &'a str,
    /// The label.
    pub(super) label: &'a str,
    /// `=`, `!=`, `=~` or `!~`.
    pub(super) sign: &'a str,
    /// The value, without its quotes.
    pub(super) value: String,
}

/// Returns the matchers of a query, as far as it can be read.
pub(super) fn of(query: &str) -> Vec<Matcher<'_>> {
    let mut all = Vec::new();
    let mut rest = query;
    while let Some(at) = rest.find(['{', '"', '\'', '`', '#']) {
        let (head, tail) = rest.split_at(at);
        let mut signs = tail.chars();
        let sign = signs.next().unwrap_or_default();
        rest = signs.as_str();
        match sign {
            '{' => rest = inside(metric(head), rest, &mut all),
            '#' => rest = rest.split_once('\n').map_or("", |(_, rest)| rest),
            quote => rest = text(rest, quote).1,
        }
    }
    all
}

/// Returns the names in a query that only recording rules have: those with a colon in them.
pub(super) fn recorded(query: &str) -> Vec<&str> {
    let mut all = Vec::new();
    let mut rest = query;
    while let Some(at) = rest.find(|c: char| matches!(c, '{' | '[' | '"' | '\'' | '`' | '#') || is_name(c)) {
        let (_, tail) = rest.split_at(at);
        let mut signs = tail.chars();
        rest = match signs.next().unwrap_or_default() {
            '{' => inside("", signs.as_str(), &mut Vec::new()),
            '[' => tail.split_once(']').map_or("", |(_, rest)| rest),
            '#' => tail.split_once('\n').map_or("", |(_, rest)| rest),
            quote @ ('"' | '\'' | '`') => text(signs.as_str(), quote).1,
            _ => {
                let (name, behind) = tail.split_at(tail.find(|c| !is_name(c)).unwrap_or(tail.len()));
                all.extend(Some(name).filter(|name| name.trim_matches(':').contains(':')));
                behind
            }
        };
    }
    all
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | ':')
}

/// Returns the name that stands right before a brace.
fn metric(head: &str) -> &str {
    let head = head.trim_end();
    let start = head.char_indices().rev().take_while(|(_, c)| is_name(*c)).last().map_or(head.len(), |(at, _)| at);
    head.get(start..).unwrap_or_default()
}

/// Reads the matchers up to the closing brace, and returns what stands behind it.
fn inside<'a>(metric: &'a str, mut rest: &'a str, all: &mut Vec<Matcher<'a>>) -> &'a str {
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        if let Some(behind) = rest.strip_prefix('}') {
            return behind;
        }
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        let (label, tail) = rest.split_at(end);
        let tail = tail.trim_start();
        let Some(sign) = ["=~", "!~", "!=", "="].into_iter().find(|sign| tail.starts_with(sign)) else { return tail };
        let tail = tail.strip_prefix(sign).unwrap_or_default().trim_start();
        let Some(quote) = tail.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) else { return tail };
        let (value, behind) = text(tail.get(1..).unwrap_or_default(), quote);
        all.push(Matcher { metric, label, sign, value });
        rest = behind;
    }
}

/// Reads a text up to its closing quote, and returns what stands behind it.
fn text(rest: &str, quote: char) -> (String, &str) {
    let mut value = String::new();
    let mut chars = rest.chars();
    while let Some(c) = chars.next() {
        match c {
            _ if c == quote => break,
            '\\' if quote != '`' => value.extend(chars.next()),
            _ => value.push(c),
        }
    }
    (value, chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::{of, recorded};

    #[test]
    fn names_of_recording_rules_have_a_colon() {
        let query = r#"sum(node:cpu:ratio{a="b:c"}[5m:1m]) > on (x) rate(up[1h:5m]) or "k:l" # m:n"#;
        assert_eq!(recorded(query), ["node:cpu:ratio"]);
    }

    #[test]
    fn matchers_are_found_wherever_they_stand() {
        let query = r#"sum by (job) (rate(a:b_total{job="x", mode!~"idle|io"}[5m])) / on () label_replace({job=~'y\\.z'}, "k", "{a=1}", "", "") # {job="no"}"#;
        let found: Vec<_> = of(query).into_iter().map(|one| (one.metric, one.label, one.sign, one.value)).collect();
        let expected = [
            ("a:b_total", "job", "=", "x".to_owned()),
            ("a:b_total", "mode", "!~", "idle|io".to_owned()),
            ("", "job", "=~", "y\\.z".to_owned()),
        ];
        assert_eq!(found, expected);
        assert!(of("up == 0 and {").is_empty());
    }
}
