//! Values that let in more: where something listens, which sites may call it, and who needs no name.

use super::Level;
use super::each::Meaning;
use crate::diff::report::{Change, ChangeKind};

/// Addresses of the machine itself, and those of all its networks.
const OWN: &[&str] = &["127.0.0.1", "localhost", "[::1]"];
const ALL: &[&str] = &["0.0.0.0", "[::]"];

/// Returns whether what listened for the machine alone listens for everybody.
fn is_opened(before: &str, after: &str) -> bool {
    let same = |own: &str, all: &str| before.contains(own) && before.replacen(own, all, 1) == after;
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

/// Returns what it means that Grafana asks nobody for a name.
fn nameless(change: &Change) -> Option<Meaning> {
    let (_, rest) = change.path.split_once("auth.anonymous")?;
    let (before, after) = change.values();
    let key = rest.rsplit('.').next().unwrap_or_default().trim_matches('"');
    let added = matches!(change.kind, ChangeKind::Added | ChangeKind::Changed);
    let role = ["Admin", "Editor"].into_iter().find(|role| match key {
        "org_role" => after == *role && before != *role,
        _ => after.contains("enabled: true") && after.contains(&format!("org_role: {role}")),
    });
    let why = "whoever reaches its host can change what it holds: sign people in with an `auth` flow";
    match role.filter(|_| added) {
        Some(role) => Some((Level::Danger, format!("lets everybody in without a name, as {role}"), why)),
        None if added && (after.contains("enabled: true") || key == "enabled" && after == "true") => {
            let why = "whoever reaches its host sees what it shows: see what that is, and which role they get";
            Some((Level::Caution, "lets everybody in without a name".to_owned(), why))
        }
        None => None,
    }
}

/// Returns what a value lets in.
pub(super) fn meaning(change: &Change) -> Option<Meaning> {
    listens(change).or_else(|| origins(change)).or_else(|| nameless(change))
}

#[cfg(test)]
mod tests {
    use super::meaning;
    use crate::diff::report::{Change, ChangeKind, Lines};
    use crate::diff::value::words;

    #[test]
    fn what_lets_in_more_is_seen() {
        let seen = |path: &str, before: &str, after: &str| {
            let change = Change::new(path.to_owned(), ChangeKind::Changed, Some(words(before)), Some(words(after)));
            meaning(&change).map(|found| found.0.word())
        };
        assert_eq!(seen("telemetry.grpc", "127.0.0.1:4317", "0.0.0.0:4317"), Some("caution"));
        assert_eq!(seen("telemetry.grpc", "0.0.0.0:4317", "127.0.0.1:4317"), None);
        assert_eq!(seen("config.allowed_origins[0]", "http://localhost:8080", "*"), Some("caution"));
        assert_eq!(seen("cors.allowOrigins", "*", "https://a.example.org"), None);
        assert_eq!(seen("\"grafana.ini\".\"auth.anonymous\".org_role", "Viewer", "Admin"), Some("danger"));
        assert_eq!(seen("\"grafana.ini\".\"auth.anonymous\".enabled", "false", "true"), Some("caution"));
        let lines = |old: &str, new: &str| {
            let lines = Lines { shown: vec![('-', old.to_owned()), ('+', new.to_owned())], added: 1, removed: 1 };
            meaning(&Change::new(String::new(), ChangeKind::Text(lines), None, None)).is_some()
        };
        assert!(lines("endpoint = \"127.0.0.1:4317\"", "endpoint = \"0.0.0.0:4317\""));
        assert!(!lines("endpoint = \"127.0.0.1:4317\"", "endpoint = \"127.0.0.1:4318\""));
    }
}
