//! The scalars that settings are made of, by the names that `component.yaml` calls them.

use std::sync::Arc;

use ipnet::IpNet;

use crate::spec::scalars::{
    Count, Date, DnsName, Duration, ImageRef, Ip, MachinePath, Mount, ObjectName, Quantity, SimpleName, Title, Word,
    Zone,
};
use crate::yaml::decode::text;
use crate::yaml::{Decode, Decoder, Node};

/// Declares the types: the name, what is expected, and the type that reads it.
macro_rules! scalars {
    ($( $(#[doc = $doc:literal])* $variant:ident = $name:literal, $expected:literal, $read:ty; )*) => {
        /// A scalar that a setting takes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Scalar {
            $( $(#[doc = $doc])* $variant, )*
        }

        impl Scalar {
            /// The names, in the order of declaration.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// Returns the type of a name.
            pub(super) fn from_name(name: &str) -> Option<Self> {
                match name { $( $name => Some(Self::$variant), )* _ => None }
            }

            /// Returns what a person has to write.
            pub(super) const fn expected(self) -> &'static str {
                match self { $( Self::$variant => $expected, )* }
            }

            /// Reports what is wrong with a value.
            pub(super) fn check(self, node: &Node, cx: &mut Decoder) {
                match self { $( Self::$variant => drop(<$read>::decode(node, cx)), )* }
            }
        }
    };
}

scalars! {
    /// `true` or `false`.
    Boolean = "boolean", "`true` or `false`", bool;
    /// A text of one line.
    Text = "text", "a text", Line;
    /// A text that needs no quotes anywhere.
    Word = "word", "a word", Word;
    /// A name in somebody else's system.
    Name = "name", "a name", SimpleName;
    /// A name with blanks.
    Title = "title", "a name, which may have blanks", Title;
    /// A number above zero.
    Count = "count", "a whole number above 0", Count;
    /// The name of an object of Kubernetes.
    Object = "object", "the name of an object of Kubernetes", ObjectName;
    /// The mount of an engine of Vault.
    Mount = "mount", "the mount of an engine of Vault", Mount;
    /// A name in the DNS.
    Host = "host", "a DNS name", DnsName;
    /// An address.
    Ip = "ip", "an address", Ip;
    /// A network; whether it has host bits is asked by the rule `cidr-host-bits`, which knows what is meant.
    Cidr = "cidr", "a network in CIDR notation", Network;
    /// A length of time, as Prometheus writes it.
    Duration = "duration", "a length of time such as `30d`", Duration;
    /// A time zone.
    Zone = "zone", "a time zone such as `Europe/Berlin`", Zone;
    /// A day.
    Date = "date", "a day such as `2026-01-31`", Date;
    /// An amount.
    Quantity = "quantity", "an amount such as `8Gi`", Quantity;
    /// An image of containers.
    Image = "image", "an image with its tag", ImageRef;
    /// A folder of a machine.
    Path = "path", "the path of a folder", MachinePath;
}

/// A network, with host bits or without.
struct Network;

impl Decode for Network {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "a network in CIDR notation")?;
        if text.parse::<IpNet>().is_err() {
            let message = cx.cannot_be(text, "a network in CIDR notation");
            cx.bad_value(node.span, message, "write it as 192.168.0.0/24");
            return None;
        }
        Some(Self)
    }

    fn schema(schema: &mut crate::yaml::schema::Schema) -> serde_json::Value {
        Arc::<str>::schema(schema)
    }
}

/// A text of one line.
struct Line;

impl Decode for Line {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text: &Arc<str> = text(node, cx, "a text")?;
        if text.is_empty() || text.contains(char::is_control) {
            let message = cx.cannot_be(text, "a text");
            cx.bad_value(node.span, message, "write it on one line");
            return None;
        }
        Some(Self)
    }

    fn schema(schema: &mut crate::yaml::schema::Schema) -> serde_json::Value {
        Arc::<str>::schema(schema)
    }
}
