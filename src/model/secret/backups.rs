//! Secrets of backups: the account of a share, for whoever mounts it, and the key, for whoever encrypts.

use std::sync::Arc;

use super::{SecretKey, SecretUse};
use crate::model::component::ComponentId;
use crate::model::resolve::{Platform, Resolver};
use crate::model::{Text, Traced};
use crate::source::OriginId;
use crate::spec::FlowKind;

/// A key that is only a text is refused (pbs.proxmox.com, Backup Client Usage, "Encryption").
const KEY: &str = "the file that `proxmox-backup-client key create --kdf none key.json` makes; keep a copy of it outside of the platform: without it no backup can be read";

/// Returns the secrets that components read because of backups.
pub(super) fn uses(cx: &mut Resolver<'_>, platform: &Platform) -> Vec<(ComponentId, SecretUse)> {
    let mut all = Vec::new();
    for store in &platform.backups.stores {
        let Some(share) = &store.share else { continue };
        let Some(secret) = &share.secret else { continue };
        let origin = cx.origins.derived("whose account it is", &[share.server.origin, share.export.origin]);
        let of =
            format!("issued by {}: an account that may write to its share {}", share.server.value, share.export.value);
        let hints = [("username", of), ("password", "the password of this account".to_owned())];
        all.extend(used(platform, store.component, &store.name, "share", secret, (&hints, origin)));
    }
    for job in &platform.backups.jobs {
        let Some(secret) = &job.encryption else { continue };
        let Some(store) = platform.backups.stores.get(job.store.value.0) else { continue };
        // Whoever opens the connection to the store encrypts before anything leaves the machine.
        let to_store = platform.flows.iter().filter(|flow| flow.kind == FlowKind::Backup);
        for flow in to_store.filter(|flow| flow.to.component == store.component) {
            let origin = cx.origins.derived("the key of a job", &[job.name.origin]);
            let hints = [("key", KEY.to_owned())];
            all.extend(used(platform, flow.from.component, &job.name, "encryption", secret, (&hints, origin)));
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
    (hints, origin): (&[(&str, String)], OriginId),
) -> Option<(ComponentId, SecretUse)> {
    let component = platform.components.get(id.0)?;
    let key = |(key, _): &(&str, String)| {
        let name: Arc<str> = Arc::from(*key);
        SecretKey { id: name.clone(), stored: name.clone(), inside: Traced::new(name, item.origin) }
    };
    let name = format!("{}-{}-{suffix}", component.name.value, what.value).into();
    let used = SecretUse {
        id: format!("{}-{suffix}", what.value).into(),
        name: Traced::new(name, what.origin),
        item: item.clone(),
        keys: hints.iter().map(key).collect(),
        hints: hints.iter().map(|(key, hint)| (Arc::from(*key), Traced::new(hint.clone().into(), origin))).collect(),
        kind: None,
        flow: None,
    };
    Some((id, used))
}
