//! What hypervisors and their disks are told by words of their own: accounts and file systems.

use std::sync::Arc;

use super::SimpleName;
use crate::diag::{Diagnostic, nearest};
use crate::yaml::schema::Schema;
use crate::yaml::{BAD_VALUE, Decode, Decoder, Node};

/// An account of Proxmox: a name and the realm that knows it, such as `terraform@pve` (Proxmox VE administration guide, user
/// management).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxmoxUser(pub Arc<str>);

impl Decode for ProxmoxUser {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let name = SimpleName::decode(node, cx)?.0;
        if name.split_once('@').is_some_and(|(user, realm)| !user.is_empty() && !realm.is_empty()) {
            return Some(Self(name));
        }
        let user = name.trim_matches('@');
        let problem = Diagnostic::error(BAD_VALUE, node.span, format!("account `{name}` has no realm"))
            .why("Proxmox knows an account by both, and refuses to let in one without a realm");
        cx.report(problem.help(format!("write `{user}@pve` for an account of Proxmox, `{user}@pam` for one of Linux")));
        None
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^[^@]+@[^@]+$", "examples": ["terraform@pve"] })
    }
}

impl From<ProxmoxUser> for Arc<str> {
    fn from(user: ProxmoxUser) -> Self {
        user.0
    }
}

/// A file system that a driver makes on a volume: one of those that drivers have, or another that is no misspelt one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSystem(pub Arc<str>);

impl FileSystem {
    /// The usual ones (kubernetes-csi.github.io, `csi.storage.k8s.io/fstype`).
    const USUAL: [&str; 6] = ["btrfs", "ext3", "ext4", "ntfs", "xfs", "zfs"];
}

impl Decode for FileSystem {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let name = SimpleName::decode(node, cx)?.0;
        if Self::USUAL.contains(&&*name) {
            return Some(Self(name));
        }
        let Some(near) = nearest(&name, Self::USUAL) else { return Some(Self(name)) };
        let problem = Diagnostic::error(BAD_VALUE, node.span, format!("`{name}` is not a file system"))
            .why("the driver cannot make it, and no volume is ever mounted");
        cx.report(problem.help(format!("did you mean `{near}`?")).fix(
            false,
            format!("change to `{near}`"),
            node.span,
            near,
        ));
        None
    }

    fn schema(schema: &mut Schema) -> serde_json::Value {
        let mut name = SimpleName::schema(schema);
        if let Some(fields) = name.as_object_mut() {
            fields.insert("examples".to_owned(), serde_json::json!(["xfs", "ext4"]));
        }
        name
    }
}

impl From<FileSystem> for Arc<str> {
    fn from(name: FileSystem) -> Self {
        name.0
    }
}
