//! Scalars of containers: images, processor time, paths, variables, ports.

use std::sync::Arc;

use super::names::ruled;
use crate::yaml::schema::Schema;
use crate::yaml::{Decode, Decoder, Node};

/// Declares a text that keeps a rule.
macro_rules! scalar {
    ($(#[doc = $doc:literal])* $name:ident, $what:literal, $fits:path, $help:literal, $schema:tt) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(pub Arc<str>);

        impl Decode for $name {
            fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
                ruled(node, cx, $what, $fits, $help).map(Self)
            }

            fn schema(_: &mut Schema) -> serde_json::Value {
                serde_json::json!($schema)
            }
        }

        impl From<$name> for Arc<str> {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

scalar! {
    /// The name of an image, of `images` or whole, with a tag or digest or none.
    ImageRef, "the name of an image", is_image,
    "write an entry of `images`, or registry, name and tag or digest: ghcr.io/example/app:1.2.3",
    { "type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._:/-]*(@sha256:[0-9a-f]{64})?$" }
}

scalar! {
    /// The digest of an image.
    Digest, "a digest", is_digest,
    "write `sha256:` and 64 hexadecimal digits, as the registry shows it",
    { "type": "string", "pattern": "^sha256:[0-9a-f]{64}$" }
}

scalar! {
    /// A commit of Git, in full: a branch or tag can be moved to another one.
    Commit, "a commit", is_commit,
    "write all 40 hexadecimal digits of the commit, as `git rev-parse` prints them",
    { "type": "string", "pattern": "^[0-9a-f]{40}$" }
}

scalar! {
    /// An amount of processor time, in cores or thousandths of one.
    Cpu, "an amount of processor time", is_cpu,
    "write cores or thousandths of one, for example 2 or 500m",
    { "type": ["string", "number"], "pattern": "^[0-9]+(m|\\.[0-9]{1,3})?$" }
}

scalar! {
    /// A number of things, or how many of a hundred of them.
    Share, "a number or a percentage", is_share,
    "write a number, or a percentage such as 25%",
    { "type": ["string", "integer"], "pattern": "^[0-9]+%?$", "minimum": 0 }
}

scalar! {
    /// A path from the root of a file system, or of a URL.
    AbsolutePath, "a path", is_absolute,
    "begin with `/`, and use letters, digits and `-`, `_`, `.`, `~`, `+`, `=`, `:`, `@`, with no `..`",
    { "type": "string", "pattern": "^/[A-Za-z0-9._~+=:@/-]*$" }
}

scalar! {
    /// The name of a variable of the environment.
    EnvName, "the name of a variable", is_env,
    "use letters, digits and `_`, with no digit at the start, for example DATABASE_URL",
    { "type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$" }
}

scalar! {
    /// The name of a port: at most 15 characters (kubernetes.io, Service).
    PortName, "the name of a port", is_port_name,
    "Kubernetes takes at most 15 lower-case letters, digits and `-`, with a letter among them",
    { "type": "string", "maxLength": 15, "pattern": "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$" }
}

impl Cpu {
    /// Returns the thousandths of a core.
    pub fn millis(&self) -> u64 {
        let text = &*self.0;
        if let Some(millis) = text.strip_suffix('m') {
            return millis.parse().unwrap_or(0);
        }
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let whole: u64 = whole.parse().unwrap_or(0);
        let part: u64 = format!("{part:0<3}").parse().unwrap_or(0);
        whole.saturating_mul(1000).saturating_add(part)
    }
}

fn is_image(text: &str) -> bool {
    let (name, digest) = text.split_once('@').map_or((text, None), |(name, digest)| (name, Some(digest)));
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | ':');
    digest.is_none_or(is_digest)
        && name.len() <= 255
        && name.chars().all(fits)
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.ends_with(|c: char| c.is_ascii_alphanumeric())
        && !name.contains("//")
}

fn is_digest(text: &str) -> bool {
    let hex = |c: char| c.is_ascii_digit() || matches!(c, 'a'..='f');
    text.strip_prefix("sha256:").is_some_and(|rest| rest.len() == 64 && rest.chars().all(hex))
}

fn is_commit(text: &str) -> bool {
    text.len() == 40 && text.chars().all(|c| c.is_ascii_digit() || matches!(c, 'a'..='f'))
}

fn is_cpu(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    match (text.strip_suffix('m'), text.split_once('.')) {
        (Some(millis), _) => digits(millis),
        (None, Some((whole, part))) => digits(whole) && digits(part) && part.len() <= 3,
        (None, None) => digits(text),
    }
}

fn is_share(text: &str) -> bool {
    let digits = text.strip_suffix('%').unwrap_or(text);
    !digits.is_empty() && digits.len() <= 5 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_absolute(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "._~+=:@/-".contains(c);
    text.starts_with('/') && text.chars().all(fits) && !text.split('/').any(|part| part == "..")
}

fn is_env(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && text.chars().all(fits)
}

fn is_port_name(text: &str) -> bool {
    text.len() <= 15
        && super::is_dns_label(text)
        && text.contains(|c: char| c.is_ascii_lowercase())
        && !text.contains("--")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_processor_time() {
        for (text, millis) in [("2", 2000), ("500m", 500), ("0.25", 250), ("1.5", 1500)] {
            assert!(is_cpu(text), "{text}");
            assert_eq!(Cpu(text.into()).millis(), millis);
        }
        assert!(!["", "m", "1,5", "-1", "2cores", "1.2345"].into_iter().any(is_cpu));
    }

    #[test]
    fn names_of_images_and_ports() {
        assert!(["mongo", "mongo:7.0", "a.b:5000/c/d:1"].into_iter().all(is_image));
        assert!(!["", "/a", "a b", "a@sha256:12", "$(x)", "a//b"].into_iter().any(is_image));
        assert!(["http", "http-metrics", "9p"].into_iter().all(is_port_name));
        assert!(!["", "80", "Http", "a--b", "a-very-long-port-name"].into_iter().any(is_port_name));
        assert!(is_env("_A1") && !is_env("1A") && !is_env("A-B"));
        assert!(is_absolute("/data/db") && !is_absolute("data") && !is_absolute("/a/../b"));
    }
}
