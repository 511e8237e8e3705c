//! The in-cluster addresses that people wrote.

use crate::diag::{Diagnostic, nearest};
use crate::lint::facts::{ComponentFacts, EXTRAS, UrlFact};
use crate::lint::hosts::{ClusterName, Found, cluster_name, find};
use crate::lint::subject::Subject;
use crate::model::ComponentId;
use crate::source::Span;
use crate::yaml::{Entry, Node, NodeKind};

/// An in-cluster address.
#[derive(Debug)]
pub(super) struct Target<'a> {
    /// The facts that it is in.
    pub(super) facts: &'a ComponentFacts,
    /// The text.
    pub(super) url: &'a UrlFact,
    /// The address in it.
    pub(super) found: Found<'a>,
    /// The name of the Service.
    pub(super) name: ClusterName<'a>,
    /// The namespace that it is looked for in.
    pub(super) namespace: &'a str,
}

/// As many names are looked through for one that is nearly right: more would make large platforms slow.
pub(super) const COMPARED: usize = 500;

impl Target<'_> {
    /// Returns the place of the host where the text names several, else that of the text.
    pub(super) fn place(&self) -> Span {
        let (text, span) = (&*self.url.text, self.url.span);
        let quotes = ((span.end - span.start) as usize).checked_sub(text.len());
        let inside = || {
            let at = (self.found.host.as_ptr().addr()).checked_sub(text.as_ptr().addr())?;
            let start = span.start + u32::try_from(at + quotes.filter(|quotes| *quotes <= 2)? / 2).ok()?;
            Some(Span { start, end: start + u32::try_from(self.found.host.len()).ok()?, ..span })
        };
        let several = self.url.whole && self.url.beside.is_none() && find(text).len() > 1;
        several.then(inside).flatten().unwrap_or(span)
    }
}

/// Keys of texts for people.
const PROSE: [&str; 6] = ["description", "summary", "message", "title", "notes", "comment"];

/// Iterates over the in-cluster addresses that people wrote and about which nothing is said yet.
pub(super) fn targets<'a, 's>(subject: &'s Subject<'a>) -> impl Iterator<Item = Target<'a>> + use<'a, 's> {
    let written = |url: &UrlFact| {
        let last = url.keys.rsplit('.').next().unwrap_or_default();
        let said = subject.is_reported(url.span) && !subject.is_overwritten(url.span);
        url.written && !PROSE.contains(&last) && !said
    };
    let urls = subject.facts.iter().flat_map(|facts| facts.urls.iter().map(move |url| (facts, url)));
    urls.filter(move |(_, url)| written(url)).flat_map(move |(facts, url)| {
        let found = match url.beside {
            Some((port, _)) => {
                let host = url.text.split(':').next().unwrap_or_default();
                vec![Found { scheme: None, host, port: Some(port), path: "" }]
            }
            None => find(&url.text),
        };
        found.into_iter().filter_map(move |found| {
            // The name of a component is a namespace that somebody may well have in mind.
            let may_be = |name: &str| subject.known_services().has(name) || subject.platform.component(name).is_some();
            let name = cluster_name(found.host, may_be)?;
            let namespace = name.namespace.or(url.namespace.as_deref())?;
            // Without a scheme a single word is any word, unless a Service that is there is called so, or nearly so.
            let services = || subject.known_services();
            let nearly = || nearest(name.service, services().names(namespace).take(COMPARED)).is_some();
            let named = || url.beside.is_some() && (services().get(namespace, name.service).is_some() || nearly());
            if name.namespace.is_none() && (found.scheme.is_none() && !named() || name.service == "localhost") {
                return None;
            }
            Some(Target { facts, url, found, name, namespace })
        })
    })
}

/// Adds a repair, where the text stands alone at its place.
pub(super) fn fix(problem: Diagnostic, target: &Target<'_>, old: &str, new: &str) -> Diagnostic {
    let (text, span) = (&*target.url.text, target.url.span);
    let quotes = ((span.end - span.start) as usize).checked_sub(text.len());
    let place = target.place();
    if place != span && target.found.host == old {
        return problem.fix(false, format!("change to `{new}`"), place, new);
    }
    if !target.url.whole || text.contains(['\\', '"', '\'']) || !text.contains(old) {
        return problem;
    }
    let changed = text.replacen(old, new, 1);
    match quotes {
        Some(0) => problem.fix(false, format!("change to `{changed}`"), span, changed),
        Some(2) => problem.fix(false, format!("change to `{changed}`"), span, format!("\"{changed}\"")),
        _ => problem,
    }
}

/// Returns whether the values of a component of a namespace hold a name: the chart may make a Service because of it.
pub(super) fn mentions(subject: &Subject<'_>, namespace: &str, name: &str) -> bool {
    let here = subject.known_services().components(namespace).iter();
    here.filter_map(|component| component.values.as_ref()).any(|values| holds(values, name))
}

/// Returns whether the values of a component hold a number: it may be the port of a Service.
pub(super) fn mentions_port(subject: &Subject<'_>, component: Option<ComponentId>, port: u16) -> bool {
    let component = component.and_then(|id| subject.platform.components.get(id.0));
    component.and_then(|component| component.values.as_ref()).is_some_and(|values| holds(values, &port.to_string()))
}

fn holds(node: &Node, text: &str) -> bool {
    match &node.kind {
        NodeKind::Sequence(items) => items.iter().any(|item| holds(item, text)),
        NodeKind::Mapping(mapping) => {
            // Further objects are looked at themselves.
            let own = |entry: &&Entry| !EXTRAS.contains(&&*entry.key.text);
            mapping.entries.iter().filter(own).any(|entry| &*entry.key.text == text || holds(&entry.value, text))
        }
        NodeKind::Scalar { .. } => node.as_scalar().is_some_and(|scalar| &**scalar == text),
    }
}
