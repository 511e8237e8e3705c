//! The Secrets of a platform: who makes which, as far as the spec and its outputs say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::facts::refs::issued;
use super::facts::{ComponentFacts, ObjectFact};
use crate::doc::{Doc, Map};
use crate::library::Facts;
use crate::model::{Component, Platform};
use crate::source::Span;

/// One that makes a Secret.
#[derive(Clone, Debug)]
pub(in crate::lint) struct Maker {
    /// The kind of object.
    pub(in crate::lint) kind: Arc<str>,
    /// The name of the object.
    pub(in crate::lint) name: Arc<str>,
    /// The keys of the Secret, if all of them are known.
    pub(in crate::lint) keys: Option<BTreeSet<Arc<str>>>,
    /// The component that it belongs to, by the index of its facts; none for what dvgen does not make.
    pub(in crate::lint) at: Option<usize>,
    /// Its line.
    pub(in crate::lint) span: Option<Span>,
    /// The names that a certificate is good for.
    pub(in crate::lint) hosts: Vec<Arc<str>>,
}

/// The facts that an object is of, with their index.
type Here<'a> = (usize, &'a ComponentFacts);

/// Who makes which Secret.
#[derive(Debug, Default)]
pub(in crate::lint) struct Made {
    /// By namespace and name.
    pub(in crate::lint) secrets: BTreeMap<Arc<str>, BTreeMap<Arc<str>, Vec<Maker>>>,
    /// Starts of names that a chart or an operator may make, by namespace; an empty one stands for every name.
    open: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    /// Names that are copied to other namespaces.
    anywhere: BTreeSet<Arc<str>>,
}

impl Made {
    pub(in crate::lint) fn new(platform: &Platform, facts: &[ComponentFacts]) -> Self {
        let mut made = Self::default();
        for here in facts.iter().enumerate() {
            for object in &here.1.objects {
                made.object(here, object);
            }
        }
        for component in &platform.components {
            made.component(platform, component);
        }
        made
    }

    /// Returns the makers of a Secret.
    pub(in crate::lint) fn of(&self, namespace: &str, name: &str) -> &[Maker] {
        self.secrets.get(namespace).and_then(|all| all.get(name)).map_or(&[], Vec::as_slice)
    }

    /// Iterates over the names of the Secrets of a namespace.
    pub(in crate::lint) fn names<'a>(&'a self, namespace: &str) -> impl Iterator<Item = &'a str> {
        self.secrets.get(namespace).into_iter().flat_map(BTreeMap::keys).map(|name| &**name)
    }

    /// Returns whether something that cannot be looked into may make a Secret.
    pub(in crate::lint) fn may_be(&self, namespace: &str, name: &str) -> bool {
        let starts = self.open.get(namespace).into_iter().flatten();
        let start = |start: &Arc<str>| {
            let rest = name.strip_prefix(&**start);
            rest.is_some_and(|rest| start.is_empty() || rest.is_empty() || rest.starts_with(['-', '.']))
        };
        self.anywhere.contains(name) || starts.into_iter().any(start)
    }

    /// Returns whether the Secrets of a namespace are made by objects that dvgen sees.
    pub(in crate::lint) fn kept(&self, namespace: &str) -> bool {
        self.secrets.get(namespace).is_some_and(|all| !all.is_empty())
    }

    /// Returns whether a name is the very one that a chart or an operator begins its names with.
    pub(in crate::lint) fn exact(&self, namespace: &str, name: &str) -> bool {
        self.anywhere.contains(name) || self.open.get(namespace).is_some_and(|all| all.contains(name))
    }

    fn add(&mut self, namespace: &Arc<str>, name: &str, maker: Maker) {
        self.secrets.entry(namespace.clone()).or_default().entry(name.into()).or_default().push(maker);
    }

    fn object(&mut self, here: Here<'_>, object: &ObjectFact) {
        let doc = &object.doc;
        let text = |path: &[&str]| doc.at(path).and_then(Doc::as_str);
        if &*object.kind == "ClusterExternalSecret" {
            let name = text(&["spec", "externalSecretSpec", "target", "name"]);
            self.anywhere.extend(name.or_else(|| text(&["spec", "externalSecretName"])).map(Arc::from));
            self.anywhere.insert(object.name.clone());
        }
        let Some(namespace) = &object.namespace else { return };
        let own = Some(&*object.name);
        let (name, keys, place): (Option<&str>, _, &[&str]) = match &*object.kind {
            "Secret" => (own, Some(keys(doc, &[&["data"], &["stringData"]])), &["metadata", "name"]),
            "ExternalSecret" => (text(TARGET).or(own), external(doc), TARGET),
            "SealedSecret" => (
                own,
                Some(keys(doc, &[&["spec", "encryptedData"], &["spec", "template", "data"]])),
                &["metadata", "name"],
            ),
            "Certificate" => (text(&["spec", "secretName"]), None, &["spec", "secretName"]),
            "VaultStaticSecret" | "VaultDynamicSecret" | "VaultPKISecret" => (text(DESTINATION), None, DESTINATION),
            "OnePasswordItem" => (own, None, &["metadata", "name"]),
            "Ingress" | "Gateway" => {
                self.shim(here, object);
                return;
            }
            "SecretProviderClass" => {
                for synced in doc.at(&["spec", "secretObjects"]).and_then(Doc::as_list).into_iter().flatten() {
                    if let Some(name) = synced.at(&["secretName"]).and_then(Doc::as_str) {
                        self.add(namespace, name, maker(here, object, None, &["spec", "secretObjects"]));
                    }
                }
                return;
            }
            _ => (None, None, &[]),
        };
        match name {
            Some(name) => {
                if copied(doc) {
                    self.anywhere.insert(name.into());
                }
                if !merges(doc) {
                    self.add(namespace, name, maker(here, object, keys, place));
                }
            }
            // The operator of a custom object may make Secrets that are called after it.
            None if object.api_version.split('/').next().is_some_and(is_custom) => {
                self.open.entry(namespace.clone()).or_default().insert(object.name.clone());
            }
            None => {}
        }
    }

    /// Adds the Secrets that cert-manager makes because of an annotation.
    fn shim(&mut self, here: Here<'_>, object: &ObjectFact) {
        let Some(namespace) = &object.namespace else { return };
        if !issued(object.doc.at(&["metadata", "annotations"])) {
            return;
        }
        for tls in object.doc.at(&["spec", "tls"]).and_then(Doc::as_list).into_iter().flatten() {
            if let Some(name) = tls.at(&["secretName"]).and_then(Doc::as_str) {
                let maker = maker(here, object, None, &["metadata", "name"]);
                self.add(namespace, name, Maker { hosts: words(tls.at(&["hosts"])), ..maker });
            }
        }
    }

    fn component(&mut self, platform: &Platform, component: &Component) {
        for used in &component.secrets {
            let keys = Some(used.keys.iter().map(|key| key.inside.value.clone()).collect());
            // Those that dvgen makes are objects, and are there already.
            if self.of(&component.namespace.value, &used.name.value).is_empty() {
                let span = platform.origins.written_span(component.name.origin);
                let (kind, name) = ("Secret".into(), used.name.value.clone());
                let maker = Maker { kind, name, keys, at: None, span, hosts: Vec::new() };
                self.add(&component.namespace.value, &used.name.value, maker);
            }
        }
        // What the Ingress of the chart names, and cert-manager fills.
        self.anywhere.extend(component.exposures().filter_map(|exposure| exposure.tls_secret().map(Arc::from)));
        let open = self.open.entry(component.namespace.value.clone()).or_default();
        if component.chart.is_none() {
            return;
        }
        // A chart may make Secrets, and so may the operator of a custom object of a chart.
        let makes = |kind: &str| kind == "Secret" || kind.split_once('.').is_some_and(|(_, group)| is_custom(group));
        let own = component.kinds.as_ref().map(|kinds| kinds.iter().any(|kind| makes(&kind.value)));
        let facts = component.variant.facts.kinds.value().map(|kinds| Facts::words(&kinds.namespaced).any(makes));
        match own.or(facts) {
            Some(false) => {}
            Some(true) => open.extend([component.fullname.value.clone(), component.release.value.clone()]),
            None => _ = open.insert("".into()),
        }
    }
}

const TARGET: &[&str] = &["spec", "target", "name"];
const DESTINATION: &[&str] = &["spec", "destination", "name"];

fn maker((at, facts): Here<'_>, object: &ObjectFact, keys: Option<BTreeSet<Arc<str>>>, place: &[&str]) -> Maker {
    let mut hosts = words(object.doc.at(&["spec", "dnsNames"]));
    hosts.extend(object.doc.at(&["spec", "commonName"]).and_then(Doc::as_str).map(Arc::from));
    let span = facts.line_at(object, &[place, &["metadata", "name"]]);
    Maker { kind: object.kind.clone(), name: object.name.clone(), keys, at: Some(at), span, hosts }
}

fn words(doc: Option<&Doc>) -> Vec<Arc<str>> {
    doc.and_then(Doc::as_list).into_iter().flatten().filter_map(Doc::as_str).map(Arc::from).collect()
}

fn keys(doc: &Doc, maps: &[&[&str]]) -> BTreeSet<Arc<str>> {
    let maps = maps.iter().filter_map(|path| doc.at(path)?.as_map());
    maps.flat_map(Map::iter).map(|(key, _)| Arc::from(&*key.text)).collect()
}

/// Returns the keys that an `ExternalSecret` fills, unless it takes whole items or makes them by a template.
fn external(doc: &Doc) -> Option<BTreeSet<Arc<str>>> {
    let spec = doc.at(&["spec"])?;
    let template = spec.at(&["target", "template"]).and_then(Doc::as_map);
    let made =
        template.is_some_and(|template| template.get("data").is_some() || template.get("templateFrom").is_some());
    if made || spec.at(&["dataFrom"]).is_some() {
        return None;
    }
    let data = spec.at(&["data"])?.as_list()?;
    Some(data.iter().filter_map(|item| Some(Arc::from(item.at(&["secretKey"])?.as_str()?))).collect())
}

/// Returns whether an object adds to a Secret that somebody else makes.
fn merges(doc: &Doc) -> bool {
    let policy = doc.at(&["spec", "target", "creationPolicy"]).and_then(Doc::as_str);
    matches!(policy, Some("Merge" | "None"))
}

/// Returns whether annotations ask for copies in other namespaces.
fn copied(doc: &Doc) -> bool {
    let paths: [&[&str]; 4] = [
        &["metadata", "annotations"],
        &["spec", "target", "template", "metadata", "annotations"],
        &["spec", "secretTemplate", "annotations"],
        &["spec", "template", "metadata", "annotations"],
    ];
    let annotations = paths.iter().filter_map(|path| doc.at(path)?.as_map()).flat_map(Map::iter);
    annotations.into_iter().any(|(key, _)| key.text.contains("reflect") || key.text.contains("replicat"))
}

/// Returns whether a group is one of custom objects.
fn is_custom(group: &str) -> bool {
    group.contains('.') && !group.ends_with(".k8s.io") && group != "monitoring.coreos.com"
}

/// Returns whether a name of a certificate covers a host; `*` stands for one label.
pub(in crate::lint) fn covers(name: &str, host: &str) -> bool {
    name.eq_ignore_ascii_case(host)
        || name.strip_prefix("*.").is_some_and(|rest| {
            host.split_once('.').is_some_and(|(first, tail)| !first.is_empty() && tail.eq_ignore_ascii_case(rest))
        })
}
