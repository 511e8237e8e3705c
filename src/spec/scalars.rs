//! The scalar types of the spec: addresses, quantities, versions, URLs.

mod amount;
mod container;
mod date;
mod duration;
mod hosts;
mod machine;
mod measures;
mod names;
mod times;
mod words;
mod zone;

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

pub use self::container::{AbsolutePath, Commit, Cpu, Digest, EnvName, ImageRef, PortName, Share};
pub use self::date::{DATE_HELP, Date};
pub use self::duration::Duration;
pub use self::hosts::{FileSystem, ProxmoxUser};
pub use self::machine::{Calendar, MachinePath};
pub use self::measures::{Bytes, Checksum, Cores, Count, Listen, Mtu, PercentRange, Period, Ratio, VersionRange};
pub use self::names::{HostPattern, Interface, Mount, ObjectName, Tenant, is_bucket, is_mount};
pub use self::times::Times;
pub use self::words::{BranchPattern, Folder, SimpleName, Title, Word};
pub use self::zone::Zone;
use crate::yaml::decode::{DEVICE_RULE, is_device, text, visible};
use crate::yaml::schema::Schema;
use crate::yaml::{Decode, Decoder, Node};

/// An address of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ip(pub IpAddr);

impl Decode for Ip {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "an IP address")?;
        let parsed = text.parse().ok();
        if parsed.is_none() {
            cx.bad_value(node.span, format!("`{text}` is not an IP address"), "write it as 192.168.0.10");
        }
        parsed.map(Self)
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "anyOf": [{ "format": "ipv4" }, { "format": "ipv6" }] })
    }
}

/// A network in CIDR notation, without host bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr(pub IpNet);

impl Decode for Cidr {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "a network in CIDR notation")?;
        let Ok(net) = text.parse::<IpNet>() else {
            let message = format!("`{text}` is not a network in CIDR notation");
            cx.bad_value(node.span, message, "write it as 192.168.0.0/24");
            return None;
        };
        if net.trunc() != net {
            let message = format!("`{text}` has host bits set");
            cx.bad_value(node.span, message, format!("the network is {}", net.trunc()));
            return None;
        }
        Some(Self(net))
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^[0-9A-Fa-f.:]+/[0-9]{1,3}$" })
    }
}

/// An inclusive range of addresses: `192.168.0.200-192.168.0.220`, or a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IpRange {
    /// The first address.
    pub first: IpAddr,
    /// The last address.
    pub last: IpAddr,
}

impl Decode for IpRange {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "a range of addresses")?;
        let range = text.split_once('-').and_then(|(first, last)| {
            Some(Self { first: first.trim().parse().ok()?, last: last.trim().parse().ok()? })
        });
        let net = text.parse::<IpNet>().ok();
        if let Some(net) = net.filter(|net| net.trunc() != *net) {
            let (first, last) = (net.network(), net.broadcast());
            let help =
                format!("the network is {}, which is {first}-{last}; for a part of it write both ends", net.trunc());
            cx.bad_value(node.span, format!("`{text}` has host bits set"), help);
            return None;
        }
        let net = || net.map(|net| Self { first: net.network(), last: net.broadcast() });
        match range.or_else(net) {
            Some(range) if range.first.is_ipv4() == range.last.is_ipv4() && range.first <= range.last => Some(range),
            Some(_) => {
                cx.bad_value(node.span, format!("the range `{text}` ends before it starts"), "swap the two ends");
                None
            }
            None => {
                let message = format!("`{text}` is not a range of addresses");
                cx.bad_value(node.span, message, "write it as 192.168.0.200-192.168.0.220 or 192.168.0.192/27");
                None
            }
        }
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^[0-9A-Fa-f.:]+([-/][0-9A-Fa-f.:]+)$" })
    }
}

/// An amount of memory or storage with a binary unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// The amount in bytes.
    pub bytes: u64,
    /// As it was written.
    pub text: Arc<str>,
}

impl Quantity {
    const UNITS: [(&'static str, u64); 4] = [("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("Ti", 1 << 40)];

    /// Returns bytes in the largest unit that they are whole in.
    pub fn show(bytes: u64) -> String {
        let whole = Self::UNITS.iter().rev().find(|(_, factor)| bytes > 0 && bytes.is_multiple_of(*factor));
        whole.map_or_else(|| bytes.to_string(), |(unit, factor)| format!("{}{unit}", bytes / factor))
    }

    /// Returns the amount that a text stands for.
    pub fn parse(text: &Arc<str>) -> Option<Self> {
        let (unit, factor) = Self::UNITS.iter().find(|(unit, _)| text.ends_with(unit))?;
        let number = text.strip_suffix(unit)?;
        let number: u64 = number.bytes().all(|byte| byte.is_ascii_digit()).then(|| number.parse().ok())??;
        Some(Self { bytes: number.checked_mul(*factor)?, text: text.clone() })
    }

    /// Returns the amount in whole mebibytes, as Proxmox counts memory.
    pub const fn mebibytes(&self) -> u64 {
        self.bytes / (1 << 20)
    }

    /// Returns the amount in whole gibibytes, rounded up.
    pub const fn gibibytes(&self) -> u64 {
        self.bytes.div_ceil(1 << 30)
    }
}

impl Decode for Quantity {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "an amount such as `8Gi`")?;
        let parsed = Self::parse(text);
        if parsed.is_none() {
            amount::report(node, text, "write a whole number with Ki, Mi, Gi or Ti, for example 8Gi", cx);
        }
        if parsed.as_ref().is_some_and(|amount| amount.bytes == 0) {
            let message = format!("`{text}` holds nothing{}", cx.place());
            cx.bad_value(node.span, message, "write an amount above 0, for example 8Gi, or leave it out");
            return None;
        }
        parsed
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^0*[1-9][0-9]*(Ki|Mi|Gi|Ti)$", "examples": ["8Gi"] })
    }
}

/// A version as its publisher writes it: three numbers, with or without `v`, and an optional suffix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The numbers, for comparing.
    pub number: semver::Version,
    /// As it was written.
    pub text: Arc<str>,
}

impl Version {
    /// Returns the version that a text stands for.
    pub fn parse(text: &Arc<str>) -> Option<Self> {
        let bare = text.strip_prefix('v').unwrap_or(text);
        Some(Self { number: semver::Version::parse(bare).ok()?, text: text.clone() })
    }
}

impl Decode for Version {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "a version")?;
        let parsed = Self::parse(text);
        if parsed.is_none() {
            let message = format!("`{text}` is not a version");
            cx.bad_value(node.span, message, "pin one release with three numbers, for example 1.32.0");
        }
        parsed
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^v?[0-9]+\\.[0-9]+\\.[0-9]+([-+].+)?$" })
    }
}

/// A URL without credentials: https, http, ssh, oci or the `git@host:path` form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url(pub Arc<str>);

impl Decode for Url {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "a URL")?;
        let scheme = ["https://", "http://", "ssh://", "oci://"].iter().find_map(|scheme| text.strip_prefix(scheme));
        let scp = text.strip_prefix("git@").filter(|rest| rest.contains(':'));
        // What no URL has (RFC 3986 §2) means something to shells, to Jinja and to the expressions of GitHub.
        let odd = |c: char| c.is_whitespace() || c.is_control() || "\"'`\\<>{}|^".contains(c);
        let authority = scheme.map(|rest| rest.split('/').next().unwrap_or(""));
        if authority.is_some_and(|authority| {
            // A user alone is an account for ssh, and a token for https.
            let ssh = text.starts_with("ssh://");
            authority.rsplit_once('@').is_some_and(|(user, _)| !ssh || user.contains(':'))
        }) {
            let problem = crate::diag::Diagnostic::error(super::SECRET_VALUE, node.span, "the URL holds credentials");
            let problem = problem.why("the spec is in Git, and whoever can read Git could use them");
            cx.report(problem.help("remove them; name a secret where the tool asks for credentials").conceal());
            return None;
        }
        let host = authority.map(|authority| authority.rsplit_once('@').map_or(authority, |(_, host)| host));
        if let Some(port) = host.and_then(port).filter(|port| port.parse::<u16>().map_or(true, |port| port == 0)) {
            let message = format!("`{}` is not the number of a port", visible(port));
            cx.bad_value(node.span, message, "write a number from 1 to 65535 after the host");
            return None;
        }
        if (authority.is_none_or(str::is_empty) && scp.is_none()) || text.contains(odd) {
            cx.bad_value(
                node.span,
                format!("`{text}` is not a URL"),
                "start with https://, http://, ssh://, oci:// or git@host:",
            );
            return None;
        }
        Some(Self(text.clone()))
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^(https://|http://|ssh://|oci://|git@)" })
    }
}

/// Returns what stands after the host of a URL and a colon; the address of IPv6 has colons of its own, and brackets.
fn port(authority: &str) -> Option<&str> {
    let rest = authority.rsplit_once(']').map_or(authority, |(_, rest)| rest);
    rest.split_once(':').map(|(_, port)| port)
}

/// A DNS name (RFC 1123).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsName(pub Arc<str>);

impl Decode for DnsName {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "a DNS name")?;
        if !is_dns_name(text) {
            let message = format!("`{text}` is not a DNS name");
            let host = text.split_once("://").and_then(|(_, rest)| rest.split(['/', ':']).next());
            let help = host.filter(|host| is_dns_name(host)).map_or_else(
                || "use lower-case letters, digits and `-` between dots, for example grafana.example.org".to_owned(),
                |host| format!("write the host alone: `{host}`"),
            );
            cx.bad_value(node.span, message, help);
            return None;
        }
        Some(Self(text.clone()))
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "maxLength": 253, "pattern": "^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$" })
    }
}

/// One label of a DNS name (RFC 1123): the name of a namespace, a release, an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsLabel(pub Arc<str>);

impl Decode for DnsLabel {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "a name")?;
        if !is_dns_label(text) {
            let help = "use at most 63 lower-case letters, digits and `-`, starting and ending with a letter or digit";
            cx.bad_value(node.span, cx.cannot_be(text, "a name"), help);
            return None;
        }
        Some(Self(text.clone()))
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "maxLength": 63, "pattern": "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$" })
    }
}

/// A label that files or directories are called after as well: the name of the platform, an environment, a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLabel(pub Arc<str>);

impl Decode for FileLabel {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let label = DnsLabel::decode(node, cx)?.0;
        if is_device(&label) {
            cx.bad_value(node.span, cx.cannot_be(&label, "a name"), DEVICE_RULE);
            return None;
        }
        Some(Self(label))
    }

    fn schema(schema: &mut Schema) -> serde_json::Value {
        DnsLabel::schema(schema)
    }
}

impl From<FileLabel> for Arc<str> {
    fn from(label: FileLabel) -> Self {
        label.0
    }
}

/// Returns whether a text is a DNS name by RFC 1123, in lower case as Kubernetes asks.
pub fn is_dns_name(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_dns_label)
}

/// Returns whether a text is one label of a DNS name by RFC 1123.
pub fn is_dns_label(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.len() <= 63 && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

impl From<DnsName> for Arc<str> {
    fn from(name: DnsName) -> Self {
        name.0
    }
}

impl From<DnsLabel> for Arc<str> {
    fn from(label: DnsLabel) -> Self {
        label.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceMap, Span};
    use crate::yaml::{NodeKind, Style};

    fn decode<T: Decode>(text: &str) -> Option<T> {
        let file = SourceMap::new().add("t", "");
        let kind = NodeKind::Scalar { text: text.into(), style: Style::Plain };
        T::decode(&Node { span: Span::new(file, 0, 0), tag: None, kind }, &mut Decoder::default())
    }

    #[test]
    fn good_values() {
        assert!(decode::<Ip>("192.168.0.1").is_some());
        assert!(decode::<Cidr>("10.96.0.0/12").is_some());
        assert!(decode::<IpRange>("10.0.0.1-10.0.0.9").is_some());
        assert_eq!(decode::<Quantity>("8Gi").unwrap().mebibytes(), 8192);
        assert_eq!(decode::<Version>("v1.32.0").unwrap().number.minor, 32);
        assert!(decode::<Url>("git@github.com:a/b.git").is_some());
        assert!(decode::<Url>("ssh://git@github.com/a/b.git").is_some());
        assert!(decode::<DnsName>("detectviz.internal").is_some());
    }

    #[test]
    fn bad_values() {
        assert!(decode::<Ip>("192.168.0.256").is_none());
        assert!(decode::<Cidr>("192.168.0.5/24").is_none());
        assert!(decode::<IpRange>("10.0.0.9-10.0.0.1").is_none());
        assert!(decode::<IpRange>("192.168.100.200/28").is_none());
        assert!(decode::<Quantity>("8").is_none());
        assert!(decode::<Quantity>("99999999999999999999Gi").is_none());
        assert!(decode::<Quantity>("18446744073709551615Ti").is_none());
        assert!(decode::<Version>("latest").is_none());
        assert!(decode::<Version>("1.2").is_none());
        assert!(decode::<Url>("https://u:p@host/").is_none());
        assert!(decode::<Url>("https://token@host/a.git").is_none());
        assert!(decode::<Url>("ssh://git:secret@host/a.git").is_none());
        assert!(decode::<Url>("ftp://host").is_none());
        assert!(decode::<Word>("a;rm -rf").is_none());
        assert!(decode::<DnsName>("Upper.case").is_none());
    }
}
