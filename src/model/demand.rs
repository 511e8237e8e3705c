//! The volumes that the platform plans: who asks for how many, of which size and class.
//!
//! What a chart asks for is a fact: `volumes` in `component.yaml`, which may depend on flows (with an object store Mimir
//! has other volumes than without). Where the facts say nothing, each copy of a component with a size has one volume.

use std::sync::Arc;

use super::component::{Component, ComponentId, PartId};
use super::context::Contexts;
use super::resolve::{Platform, Resolver};
use super::topology::VolumeGroup;
use super::{Text, Traced};
use crate::diag::Diagnostic;
use crate::doc::{Doc, Value};
use crate::library::BAD_FACTS;
use crate::source::OriginId;
use crate::spec::InstalledBy;
use crate::spec::scalars::Quantity;

/// Volumes of one kind that a component asks for.
#[derive(Clone, Debug)]
pub struct Demand {
    /// The component.
    pub component: ComponentId,
    /// The part of it.
    pub part: Option<PartId>,
    /// What the volumes are for, where the component has several kinds.
    pub name: Option<Text>,
    /// How many there are.
    pub count: Traced<u16>,
    /// The size of each.
    pub size: Traced<Quantity>,
    /// The storage class; without one the cluster would have to choose.
    pub class: Option<Text>,
}

impl Demand {
    /// Returns what all of the volumes take, in bytes.
    pub fn bytes(&self) -> u64 {
        self.size.value.bytes.saturating_mul(u64::from(self.count.value))
    }
}

impl Platform {
    /// Returns the volume group that volumes of a storage class are made in.
    pub fn volume_group_of(&self, class: &str) -> Option<&VolumeGroup> {
        let class = self.topology.storage_classes.iter().find(|known| &*known.name.value == class)?;
        let group = class.volume_group.as_ref()?;
        self.topology.volume_groups.iter().find(|known| known.name == group.value)
    }

    /// Returns the volumes that are made in a volume group.
    pub fn demands_on<'a>(&'a self, group: &'a VolumeGroup) -> impl Iterator<Item = &'a Demand> {
        let within = |demand: &&Demand| {
            let class = demand.class.as_ref();
            class.and_then(|class| self.volume_group_of(&class.value)).is_some_and(|found| found.name == group.name)
        };
        self.demands.iter().filter(within)
    }
}

/// Returns the volumes of all components that are deployed from here.
pub(super) fn resolve(cx: &mut Resolver<'_>, platform: &Platform) -> Vec<Demand> {
    let contexts = Contexts::new(platform, platform.name.origin);
    let mut all = Vec::new();
    for (at, component) in platform.components.iter().enumerate() {
        if component.installed_by.value == InstalledBy::External || !asks(component) {
            continue;
        }
        let id = ComponentId(at);
        match &component.variant.computed.volumes {
            Some(template) => {
                let context = contexts.of(id, &mut cx.origins);
                let doc = template.render(&context, None, &mut cx.origins, cx.out).doc();
                all.extend(listed(cx, id, component, doc.as_ref()));
            }
            None => all.extend(usual(id, component)),
        }
    }
    all
}

/// A component whose templates do not read `storage` makes no volumes with it.
fn asks(component: &Component) -> bool {
    let variant = &component.variant;
    variant.computed.volumes.is_some() || variant.reads("storage") || !component.parts.is_empty()
}

/// One volume for each copy, of the component and of its parts.
fn usual(id: ComponentId, component: &Component) -> Vec<Demand> {
    let mut all = Vec::new();
    let mut add = |part, copies: Option<&Traced<u16>>, storage: &(Option<Text>, Option<Traced<Quantity>>)| {
        let (class, Some(size)) = storage else { return };
        let count = copies.cloned().unwrap_or_else(|| Traced::new(1, size.origin));
        all.push(Demand { component: id, part, name: None, count, size: size.clone(), class: class.clone() });
    };
    if component.variant.reads("storage") {
        add(None, component.replicas.as_ref(), &component.storage);
    }
    for (at, part) in component.parts.iter().enumerate().filter(|(_, part)| part.enabled.value) {
        add(Some(PartId(at)), part.replicas.as_ref(), &part.storage);
    }
    all
}

/// What the facts list: `{ name, size, class, count }`, with the component's class and one volume unless written.
fn listed(cx: &mut Resolver<'_>, id: ComponentId, component: &Component, doc: Option<&Doc>) -> Vec<Demand> {
    let items = match doc.map(|doc| &doc.value) {
        Some(Value::List(items)) => items.as_slice(),
        Some(Value::Null) | None => return Vec::new(),
        Some(_) => {
            let origin = doc.map_or(component.name.origin, |doc| doc.origin);
            wrong(cx, origin, "`volumes` is a list of `{ name, size, count }`");
            return Vec::new();
        }
    };
    let read = |item: &Doc| {
        let text =
            |key: &str| item.at(&[key]).and_then(|doc| Some(Traced::new(Arc::<str>::from(doc.as_str()?), doc.origin)));
        let size = text("size").and_then(|size| Some(Traced::new(Quantity::parse(&size.value)?, size.origin)));
        let Some(size) = size else {
            wrong(cx, item.origin, "a volume has no `size` such as `8Gi`");
            return None;
        };
        let count = match item.at(&["count"]) {
            None => Traced::new(1, item.origin),
            Some(Doc { value: Value::Int(count), origin, .. }) => {
                Traced::new(u16::try_from(*count).unwrap_or(u16::MAX), *origin)
            }
            Some(doc) => {
                wrong(cx, doc.origin, "the `count` of volumes is a number");
                return None;
            }
        };
        let class = text("class").or_else(|| component.storage.0.clone());
        Some(Demand { component: id, part: None, name: text("name"), count, size, class })
    };
    items.iter().filter_map(read).collect()
}

fn wrong(cx: &mut Resolver<'_>, origin: OriginId, message: &str) {
    if let Some(span) = cx.origins.place(origin) {
        cx.out.push(Diagnostic::error(BAD_FACTS, span, message.to_owned()));
    }
}
