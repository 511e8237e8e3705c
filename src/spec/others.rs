//! What one environment may know of the others.

use std::sync::Arc;

use crate::source::Span;
use crate::yaml::Entry;

/// An environment besides the base, as others see it.
#[derive(Clone, Debug)]
pub struct OtherEnvironment {
    /// Its name.
    pub name: Arc<str>,
    /// The revision of the repository that is written for it, and its place.
    pub revision: Option<(Arc<str>, Span)>,
}

impl OtherEnvironment {
    pub(super) fn of(entry: &Entry) -> Self {
        let revision = entry.value.get("repository").and_then(|repository| repository.get("revision"));
        let revision = revision.and_then(|node| Some((node.as_scalar()?.clone(), node.span)));
        Self { name: entry.key.text.clone(), revision }
    }
}
