//! Queries of alerts about a namespace that is misspelt.

use std::cell::LazyCell;
use std::collections::BTreeSet;

use super::queries::queries;
use crate::diag::{Diagnostic, Kind};
use crate::doc::Doc;
use crate::lint::promql;
use crate::lint::rule::{Check, rule};
use crate::lint::services::Services;
use crate::lint::subject::Subject;

rule! {
    /// The query of an alert or a network policy names a namespace that is nearly one of the platform.
    ///
    /// ## What it does
    ///
    /// Reads the label `namespace` in the queries of alerts and recording rules, also as a list of names or beginnings
    /// (`=~"web|shop.*"`), and `kubernetes.io/metadata.name` in network policies of manifests. A value that differs by one letter
    /// from a namespace of the platform, and is none itself, is reported. Other names are left alone: a cluster has namespaces that
    /// no spec knows.
    ///
    /// ## Why it matters
    ///
    /// A query that selects nothing gives no series, and no series is no alert. One that leaves out nothing alerts about what it
    /// was to leave out. A policy lets nobody in.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// alerts: { groups: { apps: { rules: { Down: { expr: 'up{namespace="monitorng"} == 0' } } } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// alerts: { groups: { apps: { rules: { Down: { expr: 'up{namespace="monitoring"} == 0' } } } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Prometheus, Querying basics, instant vector selectors.
    pub(super) static RULE = Kind::new("misspelt-namespace", "DV1445"), Wiring, Warn, fix: None, Check::Platform(check);
}

/// The shortest name of which one letter is a slip, and no other word.
const SHORTEST: usize = 5;

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    // Most platforms have neither queries nor policies of their own.
    let known: LazyCell<BTreeSet<&str>, _> = LazyCell::new(|| {
        let made = subject.objects_of("Namespace").map(|(_, namespace)| &*namespace.name);
        subject.known_services().namespaces().chain(made).collect()
    });
    for query in queries(subject).into_iter().filter(|query| !query.logs) {
        let Ok(read) = promql::read(query.expr) else { continue };
        let matchers = read.selectors.iter().flat_map(|selector| &selector.matchers);
        let matchers = matchers.filter(|(label, ..)| *label == "namespace");
        let mut asked = matchers.flat_map(|(_, sign, value)| names(sign, value).into_iter().map(|name| (*sign, name)));
        let found = asked.find_map(|(sign, asked)| Some((sign, meant(&known, asked)?)));
        let Some((sign, (name, near))) = found else { continue };
        let (does, why) = if sign.starts_with('=') {
            ("selects", "a query that selects nothing gives no series, and no series is no alert")
        } else {
            ("leaves out", "the alert is about what it was to leave out, too")
        };
        let of = &query.name;
        let message = format!("the query of `{of}` {does} namespace `{name}`, which the platform does not have");
        let problem = RULE.at(query.span, message).why(why).help(format!("did you mean `{near}`?"));
        out.push(query.facts.into_iter().fold(problem, |problem, facts| subject.about(facts, problem)));
    }
    for (at, policy) in subject.objects_of("NetworkPolicy") {
        let Some(facts) = subject.facts.get(at) else { continue };
        for name in peers(&policy.doc).into_iter().filter(|name| facts.is_written(name.origin)) {
            let asked = name.as_str().map(|name| (name, ""));
            let Some((asked, near)) = asked.and_then(|asked| meant(&known, asked)) else { continue };
            let Some(span) = facts.line(name.origin) else { continue };
            let message =
                format!("NetworkPolicy `{}` names namespace `{asked}`, which the platform does not have", policy.name);
            let problem = RULE.at(span, message).why("nobody is in it, so nobody is let through");
            out.push(subject.about(facts, problem.help(format!("did you mean `{near}`?"))));
        }
    }
}

/// What may follow the beginning of a name in a regular expression.
const ENDS: [&str; 2] = [".*", ".+"];

/// Returns the names that a matcher asks for, each with what stands for all that may follow.
fn names<'v>(sign: &str, value: &'v str) -> Vec<(&'v str, &'static str)> {
    if matches!(sign, "=" | "!=") {
        return vec![(value, "")];
    }
    let begins = |part: &'v str| ENDS.into_iter().find_map(|end| Some((part.strip_suffix(end)?, end)));
    let plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let parts = value.split('|').map(|part| begins(part).unwrap_or((part, "")));
    parts.filter(|(name, _)| plain(name)).collect()
}

/// Returns a name that no namespace has, and the one that differs by a letter.
fn meant(known: &BTreeSet<&str>, (name, end): (&str, &str)) -> Option<(String, String)> {
    let there = |known: &&str| if end.is_empty() { **known == *name } else { known.starts_with(name) };
    // Stages of one thing are numbered.
    let digits = |name: &str| name.bytes().any(|byte| byte.is_ascii_digit());
    if name.len() < SHORTEST || digits(name) || known.iter().any(there) || Services::is_of_cluster(name) {
        return None;
    }
    let words = name.split('-').count();
    let begin = |known: &&'_ str| -> String {
        if end.is_empty() { (*known).to_owned() } else { known.split('-').take(words).collect::<Vec<_>>().join("-") }
    };
    let near = |known: &String| strsim::damerau_levenshtein(known, name) == 1 && !digits(known);
    let near = known.iter().map(begin).find(near)?;
    Some((format!("{name}{end}"), format!("{near}{end}")))
}

/// The label that every namespace has its name in (kubernetes.io, well-known labels).
const NAME: &str = "kubernetes.io/metadata.name";

/// Returns the names of the namespaces that a network policy lets in or out.
fn peers(policy: &Doc) -> Vec<&Doc> {
    let mut all = Vec::new();
    for (way, side) in [("ingress", "from"), ("egress", "to")] {
        let rules = policy.at(&["spec", way]).and_then(Doc::as_list).into_iter().flatten();
        let peers = rules.filter_map(|rule| rule.at(&[side])?.as_list()).flatten();
        for selector in peers.filter_map(|peer| peer.at(&["namespaceSelector"])) {
            all.extend(selector.at(&["matchLabels", NAME]));
            let terms = selector.at(&["matchExpressions"]).and_then(Doc::as_list).into_iter().flatten();
            let word = |term: &Doc, key: &str, wanted: &str| term.at(&[key]).and_then(Doc::as_str) == Some(wanted);
            let terms = terms.filter(|term| word(term, "key", NAME) && word(term, "operator", "In"));
            all.extend(terms.filter_map(|term| term.at(&["values"])?.as_list()).flatten());
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_by_a_letter_are_meant() {
        let known = BTreeSet::from(["flowagent", "flowagent-stage", "ingress-nginx", "web2-shop"]);
        let of = |sign: &str, value: &str| -> Vec<String> {
            names(sign, value).into_iter().filter_map(|asked| meant(&known, asked)).map(|(_, near)| near).collect()
        };
        assert_eq!(of("=", "flowagents"), ["flowagent"]);
        assert_eq!(of("=~", "flowagents.*"), ["flowagent.*"]);
        assert_eq!(of("=~", "other|flowagnt-.+|ingres-nginx"), ["ingress-nginx"]);
        assert_eq!(of("=~", "flowagents-stage.*"), ["flowagent-stage.*"]);
        for (sign, value) in [
            ("=", "flowagent"),
            ("=~", "flowagent.*"),
            ("=~", "flow.*"),
            ("=~", "(flowagents|x)"),
            ("=~", "flowagent[s]"),
            ("=~", "something-else"),
            ("=", "web1-shop"),
            ("=~", ".*"),
        ] {
            assert_eq!(of(sign, value), Vec::<String>::new(), "{value}");
        }
    }
}
