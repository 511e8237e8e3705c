//! Which nodes take which pods, as the scheduler compares (kubernetes.io, "Assigning Pods to Nodes", "Taints and
//! Tolerations").

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::doc::{Doc, Map};
use crate::emit::node_labels;
use crate::model::{Node, Platform};
use crate::source::OriginId;
use crate::spec::{Effect, Role};
use crate::template::{Data, DataMap};

/// The taint and label of control-plane nodes (kubernetes.io, well-known labels, annotations and taints).
pub const CONTROL_PLANE: &str = "node-role.kubernetes.io/control-plane";
/// What both were called up to Kubernetes 1.23.
pub const MASTER: &str = "node-role.kubernetes.io/master";

/// The label that tells nodes apart.
pub const HOSTNAME: &str = "kubernetes.io/hostname";
const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

/// A label that pods ask for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Its key.
    pub key: &'a str,
    /// Its value.
    pub value: &'a str,
    /// Where the value stands.
    pub origin: OriginId,
    /// Where the key stands, if that is known.
    pub key_origin: Option<OriginId>,
}

#[derive(Clone, Copy, Debug)]
struct Toleration<'a> {
    key: Option<&'a str>,
    exists: bool,
    value: &'a str,
    effect: Option<&'a str>,
}

/// An expression of a node affinity.
#[derive(Clone, Debug)]
pub struct Expression<'a> {
    /// The key of the label.
    pub key: &'a str,
    /// Where the key stands.
    pub origin: OriginId,
    /// How it compares: `In`, `NotIn`, `Exists`, `DoesNotExist` or another one.
    pub operator: &'a str,
    /// The values that it compares with, each with its place.
    pub values: Vec<(&'a str, OriginId)>,
}

/// What pods ask of nodes.
#[derive(Clone, Debug, Default)]
pub struct Pods<'a> {
    /// The labels of `nodeSelector`.
    pub selector: Vec<Wanted<'a>>,
    /// The terms of a required node affinity, of which one has to hold: expressions that hold together.
    pub terms: Vec<Vec<Expression<'a>>>,
    /// The expressions of preferred node affinities, as far as a placement has them.
    pub wishes: Vec<Expression<'a>>,
    tolerations: Vec<Toleration<'a>>,
}

impl<'a> Pods<'a> {
    /// Reads the placement of a component.
    pub fn of_placement(placement: &'a Data) -> Self {
        let selector = placement.get("nodeSelector").and_then(Data::as_map);
        let selector = selector.into_iter().flat_map(DataMap::iter);
        let selector = selector.filter_map(|(key, value)| {
            Some(Wanted { key, value: value.as_str()?, origin: value.origin, key_origin: None })
        });
        let listed = placement.get("tolerations").and_then(Data::as_list).unwrap_or_default();
        let tolerations = listed.iter().map(|item| {
            let field = |name| item.get(name).and_then(Data::as_str).map(|text| &**text);
            Toleration::new(field("key"), field("operator"), field("value"), field("effect"))
        });
        let affinity = |path: &[&str]| {
            let found = path.iter().try_fold(placement.get("nodes")?.get("nodeAffinity")?, |data, key| data.get(key));
            found.and_then(Data::as_list)
        };
        let terms = affinity(&[REQUIRED, "nodeSelectorTerms"]).into_iter().flatten();
        let wishes = affinity(&[PREFERRED]).into_iter().flatten().filter_map(|wish| wish.get("preference"));
        Self {
            selector: selector.collect(),
            terms: terms.map(|term| Expression::of_data(term).collect()).collect(),
            wishes: wishes.flat_map(Expression::of_data).collect(),
            tolerations: tolerations.collect(),
        }
    }

    /// Reads `nodeSelector`, `affinity` and `tolerations` of a map, as pods have them.
    pub fn of_map(map: &'a Doc) -> Self {
        let selector = map.at(&["nodeSelector"]).and_then(Doc::as_map);
        // Some kinds have a label selector of this name.
        let selector = selector.filter(|map| map.get("matchLabels").is_none() && map.get("matchExpressions").is_none());
        let selector = selector.into_iter().flat_map(Map::iter).filter_map(|(key, value)| {
            Some(Wanted { key: &key.text, value: value.as_str()?, origin: value.origin, key_origin: Some(key.origin) })
        });
        let affinity = map.at(&["affinity"]).unwrap_or(map);
        let terms = affinity.at(&["nodeAffinity", REQUIRED, "nodeSelectorTerms"]).and_then(Doc::as_list);
        let terms = terms.into_iter().flatten().map(|term| Expression::of_doc(term).collect());
        let listed = map.at(&["tolerations"]).and_then(Doc::as_list).into_iter().flatten();
        let tolerations = listed.map(|item| {
            let field = |name: &str| item.at(&[name]).and_then(Doc::as_str);
            Toleration::new(field("key"), field("operator"), field("value"), field("effect"))
        });
        let (selector, terms) = (selector.collect(), terms.collect());
        Self { selector, terms, wishes: Vec::new(), tolerations: tolerations.collect() }
    }

    /// Adds what other pods ask for: a component's placement holds for all that it says nothing else of.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.selector.extend(other.selector);
        if self.terms.is_empty() {
            self.terms = other.terms;
        }
        self.tolerations.extend(other.tolerations);
        self
    }

    /// Adds that they run whatever taints nodes have.
    #[must_use]
    pub fn despite_taints(mut self) -> Self {
        self.tolerations.push(Toleration { key: None, exists: true, value: "", effect: None });
        self
    }

    /// Returns whether some nodes will not do.
    pub fn asks(&self) -> bool {
        !self.selector.is_empty() || !self.terms.is_empty()
    }

    /// Returns the keys of labels that they ask for, each with a place: that of the value, or of the expression.
    pub fn keys(&self) -> impl Iterator<Item = (&'a str, OriginId)> {
        self.named().map(|(key, place, _)| (key, place))
    }

    /// Returns the keys of labels that they ask for, each with a place, and with that of the key itself if it is known.
    pub fn named(&self) -> impl Iterator<Item = (&'a str, OriginId, Option<OriginId>)> {
        let expressions =
            self.terms.iter().flatten().chain(&self.wishes).map(|one| (one.key, one.origin, Some(one.origin)));
        self.selector.iter().map(|label| (label.key, label.origin, label.key_origin)).chain(expressions)
    }

    fn tolerate(&self, key: &str, value: &str, effect: Effect) -> bool {
        self.tolerations.iter().any(|one| {
            one.key.map_or(one.exists, |known| known == key)
                && one.effect.is_none_or(|known| known == effect.word())
                && (one.exists || one.value == value)
        })
    }
}

impl<'a> Expression<'a> {
    /// Reads the expressions of a term as the model has it.
    fn of_data(term: &'a Data) -> impl Iterator<Item = Self> {
        let listed = term.get("matchExpressions").and_then(Data::as_list).unwrap_or_default().iter();
        listed.filter_map(|one| {
            let values = one.get("values").and_then(Data::as_list).unwrap_or_default().iter();
            Some(Self {
                key: one.get("key")?.as_str()?,
                origin: one.get("key")?.origin,
                operator: one.get("operator")?.as_str()?,
                values: values.filter_map(|value| Some((&**value.as_str()?, value.origin))).collect(),
            })
        })
    }

    /// Reads the expressions of a term as documents have it.
    fn of_doc(term: &'a Doc) -> impl Iterator<Item = Self> {
        let listed = term.at(&["matchExpressions"]).and_then(Doc::as_list).into_iter().flatten();
        listed.filter_map(|one| {
            let values = one.at(&["values"]).and_then(Doc::as_list).into_iter().flatten();
            let key = one.at(&["key"])?;
            Some(Self {
                key: key.as_str()?,
                origin: key.origin,
                operator: one.at(&["operator"]).and_then(Doc::as_str).unwrap_or(""),
                values: values.filter_map(|value| Some((value.as_str()?, value.origin))).collect(),
            })
        })
    }
}

impl<'a> Toleration<'a> {
    fn new(key: Option<&'a str>, operator: Option<&'a str>, value: Option<&'a str>, effect: Option<&'a str>) -> Self {
        Self { key, exists: operator == Some("Exists"), value: value.unwrap_or(""), effect }
    }
}

/// Keys and values.
type Labels = Vec<(String, String)>;

/// The nodes of a platform with all their labels.
#[derive(Debug)]
pub struct Nodes<'a> {
    /// The nodes, each with its labels: those of the spec, and those that dvgen derives.
    pub all: Vec<(&'a Node, Doc)>,
    workers: bool,
    /// Whether roles are labels that the distribution sets in its own way.
    roles_unknown: bool,
    domains: BTreeSet<String>,
    /// The nodes of selectors that were asked for: many components have the same.
    found: RefCell<BTreeMap<Labels, Vec<usize>>>,
}

impl<'a> Nodes<'a> {
    /// Returns the nodes of a platform.
    pub fn of(platform: &'a Platform) -> Self {
        let all: Vec<(&Node, Doc)> =
            platform.topology.nodes.iter().map(|node| (node, node_labels(platform, node))).collect();
        let version = platform.kubernetes().map_or("", |version| &version.value);
        let keys = all.iter().filter_map(|(_, labels)| labels.as_map()).flat_map(Map::iter);
        let domains = keys.filter_map(|(key, _)| Some(key.text.split_once('/')?.0.to_owned())).collect();
        Self {
            all,
            workers: platform.topology.nodes_of(Role::Worker).next().is_some(),
            roles_unknown: version.contains("k3s") || version.contains("rke2"),
            domains,
            found: RefCell::default(),
        }
    }

    /// Returns whether a node has a label with one of these values, as far as the spec can tell: labels of domains that the
    /// spec does not use may be set by whoever owns the domain.
    fn holds(&self, (node, labels): &(&Node, Doc), key: &str, is: impl Fn(&str) -> bool) -> bool {
        if let Some(value) = labels.at(&[key]) {
            return value.as_str().is_some_and(is);
        }
        match key {
            HOSTNAME => is(&node.name.value),
            CONTROL_PLANE if !self.roles_unknown => node.role.value == Role::ControlPlane && is(""),
            _ if key.starts_with("node-role.kubernetes.io/") => self.roles_unknown,
            _ => key.split_once('/').is_some_and(|(domain, _)| {
                let of_kubernetes = domain.ends_with("kubernetes.io") || domain.ends_with("k8s.io");
                of_kubernetes || !self.domains.contains(domain)
            }),
        }
    }

    /// Returns whether a node has a label.
    pub fn has(&self, node: &(&Node, Doc), wanted: &Wanted<'_>) -> bool {
        self.holds(node, wanted.key, |value| value == wanted.value)
    }

    /// Returns whether an expression of a node affinity holds on a node.
    pub fn matches(&self, node: &(&Node, Doc), one: &Expression<'_>) -> bool {
        let listed = |value: &str| one.values.iter().any(|(known, _)| *known == value);
        let there = |is: &dyn Fn(&str) -> bool| self.holds(node, one.key, is);
        let known = one.key == HOSTNAME || node.1.at(&[one.key]).is_some();
        match one.operator {
            "In" => there(&listed),
            "Exists" => there(&|_| true),
            "NotIn" => !known || there(&|value| !listed(value)),
            "DoesNotExist" => !known,
            _ => true,
        }
    }

    fn fits(&self, node: &(&Node, Doc), pods: &Pods<'_>) -> bool {
        pods.selector.iter().all(|label| self.has(node, label))
            && (pods.terms.is_empty() || pods.terms.iter().any(|term| term.iter().all(|one| self.matches(node, one))))
    }

    /// Returns whether a node has a label, with whatever value.
    pub fn has_key(&self, node: &(&Node, Doc), key: &str) -> bool {
        self.holds(node, key, |_| true)
    }

    /// Returns the nodes whose labels pods ask for, as indices.
    pub fn fit(&self, pods: &Pods<'_>) -> Vec<usize> {
        let nodes = self.all.iter().enumerate();
        let search = || nodes.filter(|(_, node)| self.fits(node, pods)).map(|(at, _)| at).collect();
        if !pods.terms.is_empty() {
            return search();
        }
        let key = pods.selector.iter().map(|label| (label.key.to_owned(), label.value.to_owned())).collect();
        self.found.borrow_mut().entry(key).or_insert_with(search).clone()
    }

    /// Returns the nodes that take pods: those with the labels, and without a taint that keeps them away.
    pub fn taking(&self, pods: &Pods<'_>) -> Vec<usize> {
        let mut fit = self.fit(pods);
        fit.retain(|at| self.all.get(*at).is_some_and(|(node, _)| self.blocked(pods, node).is_none()));
        fit
    }

    /// Returns the first taint of a node that keeps pods away, and where it is written. kubeadm taints control-plane nodes.
    pub fn blocked(&self, pods: &Pods<'_>, node: &Node) -> Option<(String, Option<OriginId>)> {
        let control_plane = self.workers && node.role.value == Role::ControlPlane;
        if control_plane && !pods.tolerate(CONTROL_PLANE, "", Effect::NoSchedule) {
            return Some((format!("{CONTROL_PLANE}:NoSchedule"), None));
        }
        let mut taints = node.taints.iter().filter(|taint| taint.effect.value != Effect::PreferNoSchedule);
        taints.find_map(|taint| {
            let value = taint.value.as_ref().map_or("", |value| &value.value);
            let (key, effect) = (&taint.key.value, taint.effect.value);
            let shown = if value.is_empty() { String::new() } else { format!("={value}") };
            let blocks = !pods.tolerate(key, value, effect);
            blocks.then(|| (format!("{key}{shown}:{}", effect.word()), Some(taint.key.origin)))
        })
    }
}
