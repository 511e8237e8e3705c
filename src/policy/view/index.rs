//! Indexes of the platform, each built when it is asked for first.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::{Thing, View};
use crate::model::ComponentId;

/// Components and places of their Services, by namespace and name.
type Services = BTreeMap<Arc<str>, BTreeMap<Arc<str>, (usize, usize)>>;

/// A set of components.
type Reached = Arc<Vec<bool>>;

/// Indexes of one platform.
#[derive(Debug, Default)]
pub(in crate::policy) struct Index {
    services: OnceLock<Services>,
    nodes: OnceLock<BTreeMap<Arc<str>, usize>>,
    before: OnceLock<Vec<Vec<usize>>>,
    reach: Mutex<Reach>,
}

/// What was asked about reaching, and what was found.
#[derive(Debug, Default)]
struct Reach {
    /// What a component needs.
    needs: BTreeMap<usize, Reached>,
    /// What needs a component.
    needed: BTreeMap<usize, Reached>,
}

impl<'a> View<'a> {
    /// Returns the number of a component.
    pub(in crate::policy) fn component_id(&self, name: &str) -> Option<ComponentId> {
        let components = &self.platform.components;
        components.binary_search_by(|component| (*component.name.value).cmp(name)).ok().map(ComponentId)
    }

    /// Returns a Service by namespace and name.
    pub(in crate::policy) fn service(&self, namespace: &str, name: &str) -> Option<Thing<'a>> {
        let services = self.index.services.get_or_init(|| {
            let mut all = Services::new();
            for (id, component) in self.platform.components.iter().enumerate() {
                for (at, service) in component.services.iter().enumerate() {
                    let named = all.entry(service.namespace.value.clone()).or_default();
                    named.insert(service.name.value.clone(), (id, at));
                }
            }
            all
        });
        let (id, at) = *services.get(namespace)?.get(name)?;
        let service = self.platform.components.get(id)?.services.get(at)?;
        Some(Thing::Service(ComponentId(id), service))
    }

    /// Returns a node by its name.
    pub(in crate::policy) fn node(&self, name: &str) -> Option<Thing<'a>> {
        let all = &self.platform.topology.nodes;
        let nodes = self
            .index
            .nodes
            .get_or_init(|| all.iter().enumerate().map(|(at, node)| (node.name.value.clone(), at)).collect());
        all.get(*nodes.get(name)?).map(Thing::Node)
    }

    /// Returns whether a component needs another one, directly or through others.
    ///
    /// Rules ask about one component and all others, in one direction or the other; the second question about one end
    /// is answered from all that it reaches.
    pub(in crate::policy) fn reaches(&self, from: ComponentId, to: ComponentId) -> bool {
        let mut reach = self.index.reach.lock().unwrap_or_else(PoisonError::into_inner);
        let has = |set: &Reached, id: ComponentId| set.get(id.0).copied().unwrap_or(false);
        if let Some(set) = reach.needed.get(&to.0) {
            return has(set, from);
        }
        if let Some(set) = reach.needs.get(&from.0) {
            return has(set, to);
        }
        let forward = |at: usize| self.graph.edges_of(ComponentId(at)).iter().filter(|e| e.kept).map(|e| e.to.0);
        let needs = self.walk(from.0, |at| forward(at).collect());
        let found = has(&needs, to);
        reach.needs.insert(from.0, needs);
        let before = self.index.before.get_or_init(|| self.backward());
        reach.needed.insert(to.0, self.walk(to.0, |at| before.get(at).cloned().unwrap_or_default()));
        found
    }

    fn backward(&self) -> Vec<Vec<usize>> {
        let mut before = vec![Vec::new(); self.platform.components.len()];
        for edge in self.graph.edges.iter().filter(|edge| edge.kept) {
            if let Some(list) = before.get_mut(edge.to.0) {
                list.push(edge.from.0);
            }
        }
        before
    }

    fn walk(&self, start: usize, next: impl Fn(usize) -> Vec<usize>) -> Reached {
        let mut seen = vec![false; self.platform.components.len()];
        let mut open = next(start);
        while let Some(at) = open.pop() {
            if let Some(slot) = seen.get_mut(at).filter(|slot| !**slot) {
                *slot = true;
                open.extend(next(at));
            }
        }
        Arc::new(seen)
    }
}
