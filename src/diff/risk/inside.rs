//! What stands at the path of a change in the whole of its file or object.

use crate::doc::Doc;

/// Returns the first step of a path, and what follows: a key, a key in quotes, a place or a name in brackets.
fn step(path: &str) -> Option<(&str, &str)> {
    if let Some(rest) = path.strip_prefix('[') {
        let end = rest.find(']')?;
        return Some((path.get(..=end)?, rest.get(end + 1..)?));
    }
    let path = path.strip_prefix('.').unwrap_or(path);
    if let Some(rest) = path.strip_prefix('"') {
        let end = rest.find('"')?;
        return Some((rest.get(..end)?, rest.get(end + 1..)?));
    }
    let end = path.find(['.', '[']).unwrap_or(path.len());
    let (key, rest) = path.split_at_checked(end)?;
    (!key.is_empty()).then_some((key, rest))
}

/// Returns what is at a path of a document.
pub(super) fn at<'d>(doc: &'d Doc, path: &str) -> Option<&'d Doc> {
    let (mut doc, mut rest) = (doc, path);
    while !rest.is_empty() {
        let (key, next) = step(rest)?;
        doc = match key.strip_prefix('[') {
            Some(item) => {
                let items = doc.as_list()?;
                let named = |one: &&Doc| one.at(&["name"]).and_then(Doc::as_str) == Some(item);
                match item.parse::<usize>() {
                    Ok(place) => items.get(place),
                    Err(_) => items.iter().find(named),
                }?
            }
            None => doc.at(&[key])?,
        };
        rest = next;
    }
    Some(doc)
}

#[cfg(test)]
mod tests {
    use super::at;
    use crate::diff::tree::doc;
    use crate::doc::Doc;

    #[test]
    fn what_a_path_leads_to_is_found() {
        let whole = doc("{ a: { 'b.c': [{ name: x, d: one }, { name: y, d: two }] } }");
        let text = |path: &str| at(&whole, path).and_then(Doc::as_str);
        assert_eq!(text("a.\"b.c\"[1].d"), Some("two"));
        assert_eq!(text("a.\"b.c\"[x].d"), Some("one"));
        assert_eq!((text("a.b"), text("a.\"b.c\"[7].d"), text("a.\"b.c\"[z].d")), (None, None, None));
    }
}
