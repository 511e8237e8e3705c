//! The volumes that are planned in volume groups: those of components, and those of manifests.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::doc::{Doc, Value};
use crate::lint::subject::Subject;
use crate::source::Span;
use crate::spec::scalars::Quantity;

/// Volumes of one size.
pub(super) struct Volumes<'a> {
    /// How people name who asks.
    pub(super) who: String,
    /// How many there are.
    pub(super) count: u64,
    /// The bytes of each.
    pub(super) size: u64,
    /// The line to change.
    pub(super) span: Span,
    /// The component that they belong to.
    pub(super) about: Option<&'a Arc<str>>,
}

impl Volumes<'_> {
    /// Returns the bytes of all of them.
    pub(super) fn bytes(&self) -> u64 {
        self.size.saturating_mul(self.count)
    }

    /// Returns number and size, as people say it.
    pub(super) fn shown(&self) -> String {
        match self.count {
            1 => format!("asks for {}", Quantity::show(self.size)),
            count => format!("asks for {count} times {}", Quantity::show(self.size)),
        }
    }
}

/// Returns the volumes by the name of their group.
pub(super) fn volumes<'a>(subject: &Subject<'a>) -> BTreeMap<&'a str, Vec<Volumes<'a>>> {
    volumes_by(subject, &|class| subject.platform.volume_group_of(class).map(|group| &*group.name))
}

/// Returns the volumes by what their storage class belongs to; those of other classes are left out.
pub(super) fn volumes_by<'a>(
    subject: &Subject<'a>,
    of_class: &dyn Fn(&str) -> Option<&'a str>,
) -> BTreeMap<&'a str, Vec<Volumes<'a>>> {
    let platform = subject.platform;
    let mut all: BTreeMap<&str, Vec<Volumes<'a>>> = BTreeMap::new();
    for demand in &platform.demands {
        let group = demand.class.as_ref().and_then(|class| of_class(&class.value));
        let (Some(group), Some(span)) = (group, subject.line(demand.size.origin)) else { continue };
        let Some(component) = platform.components.get(demand.component.0) else { continue };
        let part = demand.part.and_then(|part| component.part(part)).map(|part| format!("/{}", part.name));
        let who = format!("`{}{}`", component.name.value, part.unwrap_or_default());
        let (count, size) = (demand.count.value.into(), demand.size.value.bytes);
        all.entry(group).or_default().push(Volumes { who, count, size, span, about: Some(&component.name.value) });
    }
    let default = platform.topology.storage_classes.iter().find(|class| class.default.value);
    let default = default.map(|class| &*class.name.value);
    let mut claim = |at: usize, doc: &Doc, who: String, count: u64| {
        let class = doc.at(&["spec", "storageClassName"]).map_or(default, Doc::as_str);
        let size = doc.at(&["spec", "resources", "requests", "storage"]);
        let Some(group) = class.and_then(of_class) else { return };
        let read = |size: &Doc| {
            Some((Quantity::parse(&size.as_str()?.into())?.bytes, subject.facts.get(at)?.line(size.origin)?))
        };
        let Some((size, span)) = size.and_then(read) else { return };
        let about = subject.component(at).map(|component| &component.name.value);
        all.entry(group).or_default().push(Volumes { who, count, size, span, about });
    };
    // What templates make is known by the facts of the component.
    let written = |at: usize, doc: &Doc| subject.facts.get(at).is_some_and(|facts| facts.is_written(doc.origin));
    for (at, object) in subject.objects_of("PersistentVolumeClaim").filter(|(at, object)| written(*at, &object.doc)) {
        claim(at, &object.doc, format!("claim `{}`", object.name), 1);
    }
    for (at, object) in subject.objects_of("StatefulSet").filter(|(at, object)| written(*at, &object.doc)) {
        let count = match object.doc.at(&["spec", "replicas"]).map(|doc| &doc.value) {
            Some(Value::Int(count)) => u64::try_from(*count).unwrap_or(0),
            _ => 1,
        };
        let claims = object.doc.at(&["spec", "volumeClaimTemplates"]).and_then(Doc::as_list);
        for doc in claims.into_iter().flatten() {
            claim(at, doc, format!("StatefulSet `{}`", object.name), count);
        }
    }
    all
}
