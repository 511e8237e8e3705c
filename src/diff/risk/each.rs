//! Rules that judge one change at a time.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Case, Finding, Level, RiskRule};
use crate::diff::report::{Change, ChangeKind, FileChange, Object};
use crate::diff::tree::joined_path;
use crate::diff::value::words;

/// What a change means: how much care it needs, what happens, and why it matters.
pub(super) type Meaning = (Level, String, &'static str);

/// Keys whose values rules judge wherever they stand, also inside of something new, in small letters.
const TELLING: &[&str] = &[
    "type",
    "privileged",
    "hostnetwork",
    "hostpid",
    "hostipc",
    "allowprivilegeescalation",
    "runasuser",
    "runasnonroot",
    "readonlyrootfilesystem",
    "receiver",
];

/// Ends of such keys.
const ENDINGS: &[&str] =
    &["loadbalancerip", "loadbalancerips", "lb-ipam-ips", "/ips", "insecure", "insecureskipverify", "skipverify"];

/// Returns whether rules judge the value of a key inside of something new.
pub(in crate::diff) fn is_telling(key: &str) -> bool {
    let small = key.to_ascii_lowercase();
    TELLING.contains(&small.as_str()) || ENDINGS.iter().any(|end| small.ends_with(end)) || guard(key).is_some()
}

/// Words for the certificate of the other side, and for a connection by it.
const CERTIFICATES: &[&str] = &["tls", "ssl", "cert", "peer"];

/// What the value of a key does to a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guard {
    /// Where it is true, no certificate is checked.
    Skips,
    /// Where it is true, no certificate is checked, or nothing is encrypted: each program has its own word for it.
    Insecure,
    /// Where it is true, nothing is encrypted.
    Plain,
    /// Where it is false, no certificate is checked.
    Checks,
}

/// Words that end as a port does.
const NO_PORTS: &[&str] = &["export", "import", "support", "report"];

/// Returns whether a key is about a port; small letters alone tell no words apart.
fn is_port(key: &str) -> bool {
    let is = |word: &str| {
        let word = word.strip_suffix('s').unwrap_or(word);
        word.ends_with("port") && !word.ends_with("transport") && !NO_PORTS.contains(&word)
    };
    words_of(key).iter().any(|word| is(word))
}

/// Returns the words of a key in small letters, where it says where they begin: `tlsSkipVerify`, `TLS_SKIP`, `TLSVerify`.
fn words_of(key: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let (mut was, mut rest) = (' ', key.chars().peekable());
    while let Some(c) = rest.next() {
        let ends = c.is_uppercase() && was.is_uppercase() && rest.peek().is_some_and(|next| next.is_lowercase());
        if !c.is_alphanumeric() || ends || c.is_uppercase() && !was.is_uppercase() {
            all.push(String::new());
        }
        if let Some(word) = all.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        was = c;
    }
    all
}

/// Returns what a key does to a connection.
pub(super) fn guard(key: &str) -> Option<Guard> {
    let bare: String = key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let has = |words: &[&str]| words.iter().any(|word| bare.contains(word));
    // What is skipped of certificates may also be that they are made.
    let skips = || {
        let whole = ["skiptls", "skipssl", "tlsskip", "sslskip"].iter().any(|end| bare.ends_with(end));
        whole || bare.contains("verif") || has(CERTIFICATES) && has(&["check", "valid"])
    };
    match () {
        () if bare.contains("skip") && skips() => Some(Guard::Skips),
        () if has(&["insecuretransport", "plaintext"]) && !is_port(key) => Some(Guard::Plain),
        () if bare.contains("insecure") && !is_port(key) => {
            Some(if has(CERTIFICATES) { Guard::Skips } else { Guard::Insecure })
        }
        () if bare == "rejectunauthorized" => Some(Guard::Checks),
        // An address or a name of such a check is no switch.
        () if has(&["verify", "verification", "validatecert"]) && has(CERTIFICATES) && !has(&["client", "depth"]) => {
            Some(Guard::Checks)
        }
        () => None,
    }
}

/// Returns a change, and the values inside of what is new, as changes of their own.
fn views(change: &Change) -> impl Iterator<Item = Cow<'_, Change>> {
    let inside = change.inside.iter().map(|(path, value)| {
        let path = joined_path((&change.path, path));
        let one = Change::new(path, ChangeKind::Added, None, Some(words(value.as_str())));
        Cow::Owned(Change { object: change.object.clone(), causes: change.causes.clone(), ..one })
    });
    std::iter::once(Cow::Borrowed(change)).chain(inside)
}

/// Returns what a change of a file is about: a component, a composition, else the platform.
pub(super) fn subject(component: Option<&str>, file: &FileChange) -> String {
    let folder = file.path.strip_prefix("compositions/").and_then(|path| path.split_once('/'));
    match (component, folder) {
        (Some(name), _) => name.to_owned(),
        (None, Some((name, _))) => format!("composition {name}"),
        (None, None) => "the platform".to_owned(),
    }
}

/// Names the object that a change is in, where what is said of it does not.
pub(super) fn of_object(change: &Change, (level, message, why): Meaning) -> Meaning {
    let name = change.object.as_ref().map(Object::words);
    (level, name.map_or_else(|| message.clone(), |name| format!("{name}: {message}")), why)
}

/// Judges each change by itself. What is said of several changes of one thing is said once.
pub(super) fn each(
    case: &Case<'_>,
    rule: &'static RiskRule,
    out: &mut Vec<Finding>,
    meaning: impl Fn(&FileChange, &Change) -> Option<Meaning>,
) {
    each_of(case, rule, out, |_| None, meaning);
}

/// As [`each`], with the name of what the changes of a file are about, where that is not their component.
pub(super) fn each_of(
    case: &Case<'_>,
    rule: &'static RiskRule,
    out: &mut Vec<Finding>,
    named: impl Fn(&FileChange) -> Option<String>,
    meaning: impl Fn(&FileChange, &Change) -> Option<Meaning>,
) {
    let mut known: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (at, component, file, change) in case.changes().filter(|(.., change)| !change.noise) {
        for view in views(change) {
            let Some((level, message, why)) = meaning(file, &view) else { continue };
            let subject = named(file).unwrap_or_else(|| subject(component, file));
            let place = *known.entry((subject.clone(), message.clone())).or_insert(out.len());
            match out.get_mut(place) {
                Some(finding) => finding.add(at, change),
                None => {
                    out.push(Finding::new(rule, level, subject, message).why(why).about(at, change).only());
                }
            }
        }
    }
}

/// Judges each change by itself, but those whose edits a finding from `start` on is about already: what the model says is
/// in the outputs too.
pub(super) fn each_left(
    case: &Case<'_>,
    rule: &'static RiskRule,
    (start, out): (usize, &mut Vec<Finding>),
    meaning: impl Fn(&FileChange, &Change) -> Option<Meaning>,
) {
    // Of an object that is new nothing was otherwise before.
    let seen = |change| views(change).take(if change.is_whole_object() { 1 } else { usize::MAX });
    for (at, component, file, change) in case.changes() {
        let Some((level, message, why)) = seen(change).find_map(|view| meaning(file, &view)) else { continue };
        if let Some(finding) = covered(out.get_mut(start..).unwrap_or_default(), change) {
            finding.covers.push(at);
        } else {
            out.push(Finding::new(rule, level, subject(component, file), message).why(why).about(at, change).only());
        }
    }
}

/// Returns the finding that is about all edits that caused a change.
pub(super) fn covered<'f>(findings: &'f mut [Finding], change: &Change) -> Option<&'f mut Finding> {
    let about = |finding: &&mut Finding| change.causes.iter().all(|cause| finding.causes.contains(cause));
    if change.causes.is_empty() { None } else { findings.iter_mut().find(about) }
}

#[cfg(test)]
mod tests {
    use super::{Guard, guard, is_telling, views};
    use crate::diff::report::{Change, ChangeKind};

    #[test]
    fn what_is_inside_of_something_new_is_a_change_of_its_own() {
        let mut change = Change::new("service".to_owned(), ChangeKind::Added, None, None);
        change.inside.push(("type".to_owned(), "LoadBalancer".to_owned()));
        let paths: Vec<String> = views(&change).map(|view| format!("{} {}", view.path, view.values().1)).collect();
        assert_eq!(paths, ["service ", "service.type LoadBalancer"]);
    }

    #[test]
    fn telling_keys_are_known_however_they_are_spelt() {
        for key in ["type", "metallb.io/loadBalancerIPs", "insecure_skip_verify", "tlsSkipVerify", "PVE_INSECURE"] {
            assert!(is_telling(key), "{key}");
        }
        let cases = [
            (Guard::Skips, &["tlsSkipVerify", "insecureSkipTLSVerify", "SKIP_SSL", "skip_peer_verification"][..]),
            (Guard::Insecure, &["insecure", "allowInsecure", "PVE_INSECURE"]),
            (Guard::Plain, &["insecureTransport", "plaintext"]),
            (Guard::Checks, &["verify_ssl", "sslVerify", "tls_verify", "verifyCertificate", "rejectUnauthorized"]),
        ];
        for (wanted, keys) in cases {
            for key in keys {
                assert_eq!(guard(&key.to_ascii_lowercase()), Some(wanted), "{key}");
                assert!(is_telling(key), "{key}");
            }
        }
        assert_eq!(guard("otel_exporter_insecure"), Some(Guard::Insecure));
        assert_eq!(guard("insecureExporterPort"), None);
        assert_eq!(guard("skipCertCheck"), Some(Guard::Skips));
        for key in ["skipCertManager", "skipTlsSecretCreation", "skip_peer_discovery", "insecureHTTPPort"] {
            assert_eq!(guard(key), None, "{key}");
        }
        for key in ["replicas", "skipcrds", "insecureport", "insecure_bind_port", "verify", "tls", "ssl_client_verify"]
        {
            assert_eq!(guard(key), None, "{key}");
        }
        assert!(!is_telling("replicas"));
    }
}
