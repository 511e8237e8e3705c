//! Names with the rules of those who read them: Kubernetes, Linux, Vault, the stores of metrics and logs.

use std::sync::Arc;

use super::is_dns_name;
use crate::yaml::decode::text;
use crate::yaml::schema::Schema;
use crate::yaml::{Decode, Decoder, Node};

/// Reads a text that keeps a rule; what breaks it is reported with what would not.
pub(super) fn ruled(node: &Node, cx: &mut Decoder, what: &str, fits: fn(&str) -> bool, help: &str) -> Option<Arc<str>> {
    let text = text(node, cx, what)?;
    if !fits(text) {
        cx.bad_value(node.span, cx.cannot_be(text, what), help);
        return None;
    }
    Some(text.clone())
}

/// The name of an object of Kubernetes that is not made here, such as an ingress class (RFC 1123 subdomain).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectName(pub Arc<str>);

impl Decode for ObjectName {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let help =
            "Kubernetes takes lower-case letters, digits, `-` and `.`, starting and ending with a letter or digit";
        ruled(node, cx, "the name of an object", is_dns_name, help).map(Self)
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "maxLength": 253, "pattern": "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$" })
    }
}

/// A host, or all hosts with one more label: `*.example.org` (RFC 6125).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPattern(pub Arc<str>);

impl Decode for HostPattern {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let fits = |text: &str| is_dns_name(text.strip_prefix("*.").unwrap_or(text));
        let help = "write a DNS name, such as grafana.example.org, or *.example.org for all of a domain";
        ruled(node, cx, "a host", fits, help).map(Self)
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "maxLength": 253, "pattern": "^(\\*\\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$" })
    }
}

/// The name of a network interface of Linux: at most 15 bytes, no `/` (linux/if.h, `dev_valid_name`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface(pub Arc<str>);

impl Decode for Interface {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let help = "Linux takes at most 15 letters, digits, `-`, `_` and `.`, for example eth0 or ens18.100";
        ruled(node, cx, "the name of an interface", is_interface, help).map(Self)
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "maxLength": 15, "pattern": "^[A-Za-z0-9_][A-Za-z0-9_.-]*$" })
    }
}

/// The mount of an engine of Vault: names, with `/` between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount(pub Arc<str>);

impl Decode for Mount {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let help = "use letters, digits, `-`, `_` and `.`, with `/` between names only, for example secret or team/kv";
        ruled(node, cx, "a mount of an engine of Vault", is_mount, help).map(Self)
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$" })
    }
}

/// A tenant of Mimir, Loki or Tempo: at most 150 bytes (grafana.com, Mimir, about tenant IDs).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant(pub Arc<str>);

impl Decode for Tenant {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let help = "use at most 150 letters, digits, `-`, `_` and `.`, starting with a letter or digit";
        ruled(node, cx, "a tenant", |text| text.len() <= 150 && is_segment(text), help).map(Self)
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "maxLength": 150, "pattern": "^[A-Za-z0-9_][A-Za-z0-9_.-]*$" })
    }
}

fn is_interface(text: &str) -> bool {
    text.len() <= 15 && is_segment(text)
}

/// Returns whether a text can be the mount of an engine of Vault, or another part of a path there.
pub fn is_mount(text: &str) -> bool {
    text.split('/').all(is_segment)
}

/// Returns whether a text is a name that is no path, leads nowhere and is no option of a command.
fn is_segment(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !text.is_empty() && text.chars().all(fits) && !text.starts_with(['.', '-']) && !text.contains("..")
}

/// Returns whether a text can be the name of a bucket (docs.aws.amazon.com, bucket naming rules).
pub fn is_bucket(text: &str) -> bool {
    (3..=63).contains(&text.len()) && is_dns_name(text)
}

impl From<HostPattern> for Arc<str> {
    fn from(pattern: HostPattern) -> Self {
        pattern.0
    }
}

impl From<ObjectName> for Arc<str> {
    fn from(name: ObjectName) -> Self {
        name.0
    }
}

impl From<Interface> for Arc<str> {
    fn from(name: Interface) -> Self {
        name.0
    }
}

impl From<Mount> for Arc<str> {
    fn from(mount: Mount) -> Self {
        mount.0
    }
}

impl From<Tenant> for Arc<str> {
    fn from(tenant: Tenant) -> Self {
        tenant.0
    }
}
