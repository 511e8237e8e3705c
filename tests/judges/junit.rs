//! The grammar of `JUnit`'s XML, by the schema of Jenkins' xUnit plug-in, in words of our own; and a reader that takes no XML
//! but a well-formed document.

/// An element: its name, its attributes, the elements in it, and whether there is text in it.
#[derive(Debug, Default)]
pub struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    inner: Vec<Element>,
    text: bool,
}

/// What may be in an element.
struct Shape {
    name: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
    inner: &'static [&'static str],
    text: bool,
}

/// Attributes that are whole numbers.
const NUMBERS: [&str; 6] = ["tests", "failures", "errors", "skipped", "disabled", "line"];

const SHAPES: [Shape; 9] = [
    Shape {
        name: "testsuites",
        required: &[],
        optional: &["name", "time", "tests", "failures", "disabled", "errors"],
        inner: &["testsuite"],
        text: false,
    },
    Shape {
        name: "testsuite",
        required: &["name"],
        optional: &["tests", "failures", "errors", "skipped", "time", "timestamp", "hostname", "id", "package", "file"],
        inner: &["properties", "testcase", "system-out", "system-err", "testsuite"],
        text: false,
    },
    Shape {
        name: "testcase",
        required: &["name", "classname"],
        optional: &["assertions", "time", "status", "class", "file", "line", "group"],
        inner: &["skipped", "error", "failure", "system-out", "system-err"],
        text: false,
    },
    Shape { name: "failure", required: &[], optional: &["type", "message"], inner: &[], text: true },
    Shape { name: "error", required: &[], optional: &["type", "message"], inner: &[], text: true },
    Shape { name: "skipped", required: &[], optional: &["type", "message"], inner: &[], text: true },
    Shape { name: "system-out", required: &[], optional: &[], inner: &[], text: true },
    Shape { name: "system-err", required: &[], optional: &[], inner: &[], text: true },
    Shape { name: "properties", required: &[], optional: &[], inner: &[], text: false },
];

/// Returns what is wrong with a report.
pub fn complaints(text: &str) -> Vec<String> {
    let root = match document(text) {
        Ok(root) => root,
        Err(problem) => return vec![problem],
    };
    let mut all = Vec::new();
    if !["testsuites", "testsuite"].contains(&&*root.name) {
        all.push(format!("the root is <{}>", root.name));
    }
    judge(&root, &mut all);
    all
}

fn judge(element: &Element, all: &mut Vec<String>) {
    let name = &element.name;
    let Some(shape) = SHAPES.iter().find(|shape| shape.name == name) else {
        all.push(format!("there is no <{name}>"));
        return;
    };
    for (at, (key, value)) in element.attributes.iter().enumerate() {
        if !shape.required.contains(&&**key) && !shape.optional.contains(&&**key) {
            all.push(format!("<{name}> has no attribute `{key}`"));
        }
        if NUMBERS.contains(&&**key) && value.parse::<u64>().is_err() {
            all.push(format!("`{key}` of <{name}> is no number: {value}"));
        }
        if element.attributes.iter().take(at).any(|(other, _)| other == key) {
            all.push(format!("<{name}> has `{key}` twice"));
        }
    }
    for key in shape.required {
        if element.attributes.iter().all(|(own, _)| own != key) {
            all.push(format!("<{name}> lacks `{key}`"));
        }
    }
    if element.text && !shape.text {
        all.push(format!("there is text in <{name}>"));
    }
    for inner in &element.inner {
        if !shape.inner.contains(&&*inner.name) {
            all.push(format!("<{}> stands in <{name}>", inner.name));
        }
        judge(inner, all);
    }
}

/// Reads a document: an XML declaration, then one element.
fn document(text: &str) -> Result<Element, String> {
    let rest = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>").ok_or("there is no XML declaration")?;
    if let Some(bad) =
        text.chars().find(|c| (*c < ' ' && !"\n\r\t".contains(*c)) || matches!(c, '\u{fffe}' | '\u{ffff}'))
    {
        return Err(format!("{bad:?} is no character of XML"));
    }
    let (root, rest) = element(rest.trim_start())?;
    if rest.trim().is_empty() { Ok(root) } else { Err(format!("something follows the root: {rest:.40}")) }
}

fn element(text: &str) -> Result<(Element, &str), String> {
    let rest = text.strip_prefix('<').ok_or_else(|| format!("no element: {text:.40}"))?;
    let (tag, mut rest) = head(rest)?;
    let (tag, empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
    let (name, mut attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    let mut made = Element { name: name.to_owned(), ..Element::default() };
    while !attributes.trim().is_empty() {
        let (key, value) = attributes.trim_start().split_once("=\"").ok_or("an attribute has no value")?;
        let (value, more) = value.split_once('"').ok_or("an attribute is not closed")?;
        made.attributes.push((key.to_owned(), plain(value)?));
        attributes = more;
    }
    if empty {
        return Ok((made, rest));
    }
    loop {
        let (between, more) = rest.split_at(rest.find('<').ok_or_else(|| format!("<{name}> is not closed"))?);
        made.text |= !plain(between)?.trim().is_empty();
        if let Some(end) = more.strip_prefix("</") {
            let (closed, more) = end.split_once('>').ok_or("a tag is not closed")?;
            return if closed == name { Ok((made, more)) } else { Err(format!("</{closed}> closes <{name}>")) };
        }
        let (inner, more) = element(more)?;
        made.inner.push(inner);
        rest = more;
    }
}

/// Returns what stands in a tag: a `>` in quotes does not end it.
fn head(text: &str) -> Result<(&str, &str), String> {
    let mut quoted = false;
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '<' => return Err(format!("`<` stands in a tag: {text:.40}")),
            '>' if !quoted => return Ok((text.get(..at).unwrap_or(""), text.get(at + 1..).unwrap_or(""))),
            _ => {}
        }
    }
    Err("a tag is not closed".to_owned())
}

/// Returns a text without references; only those that XML has by itself are allowed.
fn plain(text: &str) -> Result<String, String> {
    let mut parts = text.split('&');
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once(';').ok_or_else(|| format!("`&` is not escaped: {part:.40}"))?;
        whole.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            other => return Err(format!("there is no reference &{other};")),
        });
        whole.push_str(rest);
    }
    Ok(whole)
}
