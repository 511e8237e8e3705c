//! Values that let in more: where something listens, which sites may call it, and who needs no name.

use std::collections::BTreeMap;

use super::each::{Meaning, subject};
use super::{Case, Finding, Level, RiskRule};
use crate::diff::report::{Change, ChangeKind, Object};
use crate::diff::tree::below;
use crate::diff::value::exact;
use crate::doc::{Doc, Map};

/// Addresses of the machine itself, and those of all its networks; without one it is all of them too.
const OWN: &[&str] = &["127.0.0.1", "localhost", "[::1]", "::1"];
const ALL: &[&str] = &["0.0.0.0", "[::]", "::", ""];

/// Returns whether what listened for the machine alone listens for everybody.
fn is_opened(before: &str, after: &str) -> bool {
    let same = |own: &str, all: &str| {
        // Where no address is, a port has to be behind it.
        before.split_once(own).is_some_and(|(start, rest)| {
            (!all.is_empty() || rest.starts_with(':')) && after == format!("{start}{all}{rest}")
        })
    };
    OWN.iter().any(|own| ALL.iter().any(|all| same(own, all)))
}

/// Returns what it means where something listens now.
fn listens(change: &Change) -> Option<Meaning> {
    let why =
        "whoever reaches the machine reaches it: see that it asks for a login, or that a firewall stands before it";
    let told = |what: &str| (Level::Caution, format!("listens at {what} and no longer for its own machine only"), why);
    match &change.kind {
        ChangeKind::Changed => {
            let (before, after) = change.values();
            is_opened(before, after).then(|| told(&format!("`{after}` (`{}`)", change.path)))
        }
        ChangeKind::Text(lines) => {
            let of = |wanted: char| lines.shown.iter().filter(move |(mark, _)| *mark == wanted).map(|(_, line)| line);
            let opened = of('-').find_map(|old| of('+').find(|new| is_opened(old.trim(), new.trim())));
            opened.map(|line| told(&format!("`{}`", line.trim())))
        }
        _ => None,
    }
}

/// Returns what it means that pages of any site may call something.
fn origins(change: &Change) -> Option<Meaning> {
    let (before, after) = change.values();
    let path = change.path.to_ascii_lowercase().replace(['_', '-'], "");
    let asks = path.contains("allowedorigins") || path.contains("alloworigin") || path.contains("corsorigin");
    let all = |text: &str| text.trim_matches(['[', ']']).split(", ").any(|one| one.trim_matches('"') == "*");
    let added = matches!(change.kind, ChangeKind::Added | ChangeKind::Changed);
    let why = "each page that somebody has open may call it in their name: name the sites that have to";
    (asks && added && all(after) && !all(before))
        .then(|| (Level::Caution, format!("`{}` is `*`: pages of any site may call it", change.path), why))
}

/// The section of Grafana's configuration about those who sign in to nothing.
const NAMELESS: &str = "auth.anonymous";

/// What Grafana lets somebody do without a name, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Nobody,
    Viewer,
    Editor,
    Admin,
}

/// Returns who somebody without a name is.
fn role(section: Option<&Doc>) -> Role {
    let enabled = section.and_then(|section| section.at(&["enabled"])).map(exact);
    if enabled.is_none_or(|enabled| enabled.trim_matches('"') != "true") {
        return Role::Nobody;
    }
    match section.and_then(|section| section.at(&["org_role"])).and_then(Doc::as_str) {
        Some("Admin") => Role::Admin,
        Some("Editor") => Role::Editor,
        _ => Role::Viewer,
    }
}

/// Collects the sections about nameless people in a document, each by its path.
fn sections<'d>(doc: &'d Doc, path: &str, out: &mut Vec<(String, &'d Doc)>) {
    for (key, inside) in doc.as_map().into_iter().flat_map(Map::iter) {
        let path = below(path, &key.text);
        if &*key.text == NAMELESS { out.push((path, inside)) } else { sections(inside, &path, out) }
    }
}

/// Returns what it means how Grafana's configuration is now, by the path of its section.
fn nameless(before: &Doc, after: &Doc) -> Vec<(String, Meaning)> {
    let (mut old, mut new) = (Vec::new(), Vec::new());
    sections(before, "", &mut old);
    sections(after, "", &mut new);
    let told = |(path, section): (String, &Doc)| {
        let was = role(old.iter().find(|(known, _)| *known == path).map(|(_, section)| *section));
        let is = role(Some(section));
        let meaning = match is {
            _ if is <= was => return None,
            Role::Admin | Role::Editor => {
                let why = "whoever reaches its host can change what it holds: sign people in with an `auth` flow";
                (Level::Danger, format!("lets everybody in without a name, as {is:?}"), why)
            }
            _ => {
                let why = "whoever reaches its host sees what it shows: see what that is, and which role they get";
                (Level::Caution, "lets everybody in without a name".to_owned(), why)
            }
        };
        Some((path, meaning))
    };
    new.into_iter().filter_map(told).collect()
}

/// A file, and the object in it, where it has several.
type Place<'a> = (usize, Option<&'a Object>);

/// Judges whom Grafana lets in without a name: a role says nothing where nobody is let in.
pub(super) fn judge(case: &Case<'_>, rule: &'static RiskRule, out: &mut Vec<Finding>) {
    let speaks = |change: &Change| {
        let (_, after) = change.values();
        [change.path.as_str(), after].iter().any(|text| text.contains(NAMELESS) || text.contains("grafana"))
    };
    let is_in = |path: &str, above: &str| {
        let rest = path.strip_prefix(above);
        rest.is_some_and(|rest| above.is_empty() || rest.is_empty() || rest.starts_with('.'))
    };
    let mut known: BTreeMap<Place<'_>, Vec<(String, Meaning)>> = BTreeMap::new();
    let mut said: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (at, component, file, change) in case.changes().filter(|(.., change)| speaks(change)) {
        let all = known.entry((at.0, change.object.as_ref())).or_insert_with(|| {
            case.wholes(file, change).map(|(before, after)| nameless(before, after)).unwrap_or_default()
        });
        let about = all.iter().filter(|(path, _)| is_in(path, &change.path) || is_in(&change.path, path));
        for (_, (level, message, why)) in about {
            let subject = subject(component, file);
            let place = *said.entry((subject.clone(), message.clone())).or_insert(out.len());
            if let Some(finding) = out.get_mut(place) {
                finding.add(at, change);
            } else {
                let finding = Finding::new(rule, *level, subject, message.clone());
                out.push(finding.why(*why).about(at, change).only());
            }
        }
    }
}

/// Returns what a value lets in.
pub(super) fn meaning(change: &Change) -> Option<Meaning> {
    listens(change).or_else(|| origins(change))
}

#[cfg(test)]
mod tests {
    use super::{meaning, nameless};
    use crate::diff::report::{Change, ChangeKind, Lines};
    use crate::diff::tree::doc;

    #[test]
    fn what_lets_in_more_is_seen() {
        let seen = |path: &str, before: &str, after: &str| {
            let change = Change::changed(path, before, after);
            meaning(&change).map(|found| found.0.word())
        };
        assert_eq!(seen("telemetry.grpc", "127.0.0.1:4317", "0.0.0.0:4317"), Some("caution"));
        assert_eq!(seen("telemetry.grpc", "0.0.0.0:4317", "127.0.0.1:4317"), None);
        assert_eq!(seen("config.allowed_origins[0]", "http://localhost:8080", "*"), Some("caution"));
        assert_eq!(seen("cors.allowOrigins", "*", "https://a.example.org"), None);
        assert_eq!(seen("bind", "127.0.0.1:80", ":80"), Some("caution"));
        assert_eq!(seen("bind", "::1", "::"), Some("caution"));
        assert_eq!(seen("bind", "localhost", ""), None);
        let lines = |old: &str, new: &str| {
            let lines = Lines { shown: vec![('-', old.to_owned()), ('+', new.to_owned())], added: 1, removed: 1 };
            meaning(&Change::new(String::new(), ChangeKind::Text(lines), None, None)).is_some()
        };
        assert!(lines("endpoint = \"127.0.0.1:4317\"", "endpoint = \"0.0.0.0:4317\""));
        assert!(!lines("endpoint = \"127.0.0.1:4317\"", "endpoint = \"127.0.0.1:4318\""));
    }

    #[test]
    fn nobody_is_let_in_by_a_role_alone() {
        let said = |before: &str, after: &str| {
            let whole = |section: &str| doc(&format!("grafana:\n  grafana.ini: {{ auth.anonymous: {section} }}\n"));
            let all = nameless(&whole(before), &whole(after));
            all.into_iter().map(|(path, (level, message, _))| format!("{path} {} {message}", level.word())).collect()
        };
        let none: [String; 0] = [];
        let path = "grafana.\"grafana.ini\".\"auth.anonymous\"";
        let all: Vec<String> = said("{ enabled: false, org_role: Viewer }", "{ enabled: false, org_role: Admin }");
        assert_eq!(all, none);
        let all: Vec<String> = said("{ enabled: true, org_role: Admin }", "{ enabled: true, org_role: Viewer }");
        assert_eq!(all, none);
        let all: Vec<String> = said("{ enabled: true, org_role: Viewer }", "{ enabled: true, org_role: Admin }");
        assert_eq!(all, [format!("{path} danger lets everybody in without a name, as Admin")]);
        let all: Vec<String> = said("{ enabled: false, org_role: Editor }", "{ enabled: true, org_role: Editor }");
        assert_eq!(all, [format!("{path} danger lets everybody in without a name, as Editor")]);
        let all: Vec<String> = said("{ enabled: false }", "{ enabled: \"true\" }");
        assert_eq!(all, [format!("{path} caution lets everybody in without a name")]);
    }
}
