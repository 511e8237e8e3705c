//! Functions on strings.

use super::{Call, Host, filter};
use crate::template::data::{Data, DataValue};
use crate::template::eval::Item;
use crate::template::expr::Outcome;
use std::sync::Arc;

pub(super) static TABLE: &[Host] = &[
    filter("lower", &["value"], 1, |call| map_text(call, str::to_lowercase)),
    filter("upper", &["value"], 1, |call| map_text(call, str::to_uppercase)),
    filter("capitalize", &["value"], 1, |call| map_text(call, capitalize)),
    filter("title", &["value"], 1, |call| map_text(call, title)),
    filter("string", &["value"], 1, |call| map_text(call, str::to_owned)),
    filter("trim", &["value", "chars"], 1, trim),
    filter("replace", &["value", "old", "new"], 3, replace),
    filter("split", &["value", "separator"], 1, split),
    filter("lines", &["value"], 1, |call| {
        let text = call.text(0)?;
        pieces(call, text.lines())
    }),
    filter("indent", &["value", "width", "first", "blank"], 2, indent),
    filter("helm_escape", &["value"], 1, |call| map_text(call, helm_escape)),
];

fn map_text(call: &mut Call<'_, '_>, change: fn(&str) -> String) -> Outcome<Option<Item>> {
    let text = call.text(0)?;
    call.give(change(&text))
}

fn capitalize(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    first + &chars.as_str().to_lowercase()
}

fn title(text: &str) -> String {
    let mut start = true;
    let mut titled = String::with_capacity(text.len());
    for letter in text.chars() {
        if start {
            titled.extend(letter.to_uppercase());
        } else {
            titled.extend(letter.to_lowercase());
        }
        start = !letter.is_alphanumeric();
    }
    titled
}

fn trim(call: &mut Call<'_, '_>) -> Outcome<Option<Item>> {
    let text = call.text(0)?;
    let trimmed = match call.text_if(1)? {
        Some(chars) => text.trim_matches(|c| chars.contains(c)).to_owned(),
        None => text.trim().to_owned(),
    };
    call.give(trimmed)
}

fn replace(call: &mut Call<'_, '_>) -> Outcome<Option<Item>> {
    let (text, old, new) = (call.text(0)?, call.text(1)?, call.text(2)?);
    // The result can be as long as the product of both, so it is paid for before it is made.
    let times = text.matches(&*old).count();
    call.eval.spend_text(times.saturating_mul(new.len()))?;
    call.give(text.replace(&*old, &new))
}

fn split(call: &mut Call<'_, '_>) -> Outcome<Option<Item>> {
    let text = call.text(0)?;
    match call.text_if(1)? {
        Some(separator) => pieces(call, text.split(&*separator)),
        None => pieces(call, text.split_whitespace()),
    }
}

/// Makes a list of the parts of a text; each part comes from where the text comes from.
fn pieces<'t>(call: &mut Call<'_, '_>, parts: impl Iterator<Item = &'t str>) -> Outcome<Option<Item>> {
    let origin = call.eval.made();
    let mut list = Vec::new();
    for part in parts {
        call.eval.spend(1)?;
        list.push(Data::str(part, origin));
    }
    Ok(Some(Item::made(DataValue::List(Arc::new(list)))))
}

fn indent(call: &mut Call<'_, '_>) -> Outcome<Option<Item>> {
    let text = call.text(0)?;
    let width = call.int_if(1)?.unwrap_or(4);
    let (first, blank) = (call.flag(2), call.flag(3));
    let Some(width) = usize::try_from(width).ok().filter(|width| *width <= 100) else {
        return Err(call.fault("`width` has to be between 0 and 100"));
    };
    call.eval.spend_text(text.lines().count().saturating_mul(width))?;
    let margin = " ".repeat(width);
    let mut indented = String::new();
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            indented.push('\n');
        }
        if (at > 0 || first) && (blank || !line.trim().is_empty()) {
            indented.push_str(&margin);
        }
        indented.push_str(line);
    }
    call.give(indented)
}

/// Wraps each brace pair so that Helm's `tpl` prints it instead of reading it
/// (<https://helm.sh/docs/howto/charts_tips_and_tricks/>, "Using the 'tpl' function").
fn helm_escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let pair = ["{{", "}}"].iter().filter_map(|pair| Some((rest.find(pair)?, *pair))).min();
        let Some((at, pair)) = pair else { break };
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        escaped.push_str(before);
        escaped.push_str("{{ \"");
        escaped.push_str(pair);
        escaped.push_str("\" }}");
        rest = after.strip_prefix(pair).unwrap_or("");
    }
    escaped + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_survive_tpl() {
        let cases = [
            ("plain", "plain"),
            ("{{ .Name }}", r#"{{ "{{" }} .Name {{ "}}" }}"#),
            ("{{{x", r#"{{ "{{" }}{x"#),
            ("a}}{{b", r#"a{{ "}}" }}{{ "{{" }}b"#),
            ("{ä{{", r#"{ä{{ "{{" }}"#),
        ];
        for (text, wanted) in cases {
            assert_eq!(helm_escape(text), wanted);
        }
    }
}
