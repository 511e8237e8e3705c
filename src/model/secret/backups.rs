//! Secrets of backups: the account of a share, for whoever mounts it, and the key, for whoever encrypts.

use std::sync::Arc;

use super::{SecretKey, SecretUse};
use crate::model::component::ComponentId;
use crate::model::resolve::Platform;
use crate::model::{Text, Traced};
use crate::spec::FlowKind;

/// Returns the secrets that components read because of backups.
pub(super) fn uses(platform: &Platform) -> Vec<(ComponentId, SecretUse)> {
    let mut all = Vec::new();
    for store in &platform.backups.stores {
        let Some(secret) = store.share.as_ref().and_then(|share| share.secret.as_ref()) else { continue };
        all.extend(used(platform, store.component, &store.name, "share", secret, &["username", "password"]));
    }
    for job in &platform.backups.jobs {
        let Some(secret) = &job.encryption else { continue };
        let Some(store) = platform.backups.stores.get(job.store.0) else { continue };
        // Whoever opens the connection to the store encrypts before anything leaves the machine.
        let to_store = platform.flows.iter().filter(|flow| flow.kind == FlowKind::Backup);
        for flow in to_store.filter(|flow| flow.to.component == store.component) {
            all.extend(used(platform, flow.from.component, &job.name, "encryption", secret, &["key"]));
        }
    }
    all
}

fn used(
    platform: &Platform,
    id: ComponentId,
    what: &Text,
    suffix: &str,
    item: &Text,
    keys: &[&str],
) -> Option<(ComponentId, SecretUse)> {
    let component = platform.components.get(id.0)?;
    let key = |key: &&str| {
        let name: Arc<str> = Arc::from(*key);
        SecretKey { id: name.clone(), stored: name.clone(), inside: Traced::new(name, item.origin) }
    };
    let name = format!("{}-{}-{suffix}", component.name.value, what.value).into();
    let used = SecretUse {
        id: format!("{}-{suffix}", what.value).into(),
        name: Traced::new(name, what.origin),
        item: item.clone(),
        keys: keys.iter().map(key).collect(),
        hints: Vec::new(),
        kind: None,
        flow: None,
    };
    Some((id, used))
}
