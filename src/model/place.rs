//! The folders on machines that keep data, and what they want of the disks below them.

use std::sync::Arc;

use super::component::ComponentId;
use super::context::Contexts;
use super::resolve::{Platform, Resolver};
use super::{Text, Traced};
use crate::diag::Diagnostic;
use crate::doc::Doc;
use crate::library::BAD_FACTS;
use crate::source::OriginId;

/// What a folder wants of the disk below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Many small writes: flash.
    Ssd,
    /// Nobody else has the data: a pool that outlives a disk.
    Safe,
}

/// A folder that keeps data.
#[derive(Clone, Debug)]
pub struct Place {
    /// The component.
    pub component: ComponentId,
    /// The folder.
    pub path: Text,
    /// What it wants of the disk.
    pub wanted: Vec<Wanted>,
    /// Why.
    pub why: Arc<str>,
    /// The line of the facts.
    pub origin: OriginId,
}

/// Returns the folders of all components that run on machines, and of those that make volumes as directories on a disk of a node.
pub(super) fn resolve(cx: &mut Resolver<'_>, platform: &Platform) -> Vec<Place> {
    let contexts = Contexts::new(platform, platform.name.origin);
    let mut all = Vec::new();
    for (at, component) in platform.components.iter().enumerate() {
        let keeps = component.on_machines || component.variant.facts.directories.value() == Some(&true);
        let Some(template) = component.variant.computed.data.as_ref().filter(|_| keeps) else { continue };
        let context = contexts.of(ComponentId(at), &mut cx.origins);
        let doc = template.render(&context, None, &mut cx.origins, cx.out).doc();
        for entry in doc.as_ref().and_then(Doc::as_list).into_iter().flatten() {
            all.extend(place(cx, ComponentId(at), entry));
        }
    }
    all
}

fn place(cx: &mut Resolver<'_>, component: ComponentId, entry: &Doc) -> Option<Place> {
    let text = |key: &str| entry.at(&[key]).and_then(|doc| Some(Traced::new(Arc::from(doc.as_str()?), doc.origin)));
    let words = entry.at(&["media"]).and_then(Doc::as_list).into_iter().flatten();
    let mut wanted = Vec::new();
    for word in words {
        match word.as_str() {
            Some("ssd") => wanted.push(Wanted::Ssd),
            Some("safe") => wanted.push(Wanted::Safe),
            _ => {
                let span = cx.origins.place(word.origin)?;
                cx.out.push(Diagnostic::error(BAD_FACTS, span, "`media` is a list of `ssd` and `safe`"));
            }
        }
    }
    let why = text("why").map_or_else(|| Arc::from(""), |why: Text| why.value);
    Some(Place { component, path: text("path")?, wanted, why, origin: entry.origin })
}
