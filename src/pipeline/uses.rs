//! What of the library a spec uses.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::spec::{self, Written};

/// Returns the library entries that the components of all environments use, each with its versions.
pub(super) fn uses<'a>(written: impl Iterator<Item = &'a Written>) -> BTreeMap<Arc<str>, Vec<Option<semver::Version>>> {
    let mut uses = BTreeMap::<Arc<str>, Vec<Option<semver::Version>>>::new();
    for written in written {
        for (name, named) in written.platform.components.value().into_iter().flatten() {
            let Some(component) = &named.value else { continue };
            let library = component.value.library_name(name);
            let library = if component.value.on_machines() { spec::entry_on_machines(&library) } else { library };
            let version = component.value.version.value().map(|version| version.number.clone());
            uses.entry(library).or_default().push(version);
        }
    }
    uses
}
