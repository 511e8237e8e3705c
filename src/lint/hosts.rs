//! Addresses in texts: URLs, and hosts with the words that only names in a cluster have.

/// An address in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lint) struct Found<'a> {
    /// The scheme, such as `http`; none without `://`.
    pub(in crate::lint) scheme: Option<&'a str>,
    /// The host, without a final dot.
    pub(in crate::lint) host: &'a str,
    /// The port, if one is written.
    pub(in crate::lint) port: Option<u16>,
    /// The path, without query.
    pub(in crate::lint) path: &'a str,
}

/// A host of a cluster, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lint) struct ClusterName<'a> {
    /// The Service.
    pub(in crate::lint) service: &'a str,
    /// Its namespace; none where the name of the Service is all.
    pub(in crate::lint) namespace: Option<&'a str>,
    /// What follows `svc`.
    pub(in crate::lint) domain: Option<&'a str>,
    /// Whether it is the name of one pod, or of a port.
    pub(in crate::lint) deeper: bool,
}

/// What stands between addresses.
const BETWEEN: [char; 14] = [',', ';', '"', '\'', '`', '|', '(', ')', '[', ']', '<', '>', '=', '\\'];

/// Returns the addresses of a text; none where parts of it are filled in later.
pub(in crate::lint) fn find(text: &str) -> Vec<Found<'_>> {
    if ["{{", "${", "$(", "<<"].iter().any(|open| text.contains(open)) {
        return Vec::new();
    }
    text.split(|c: char| c.is_whitespace() || BETWEEN.contains(&c)).filter_map(address).collect()
}

fn address(token: &str) -> Option<Found<'_>> {
    let (scheme, rest) = match token.split_once("://") {
        // `dns+http://…`, as memcached and Thanos write it.
        Some((scheme, rest)) => (Some(scheme.rsplit('+').next()?), rest),
        None if token.contains(".svc") => (None, token.rsplit('+').next()?),
        None => return None,
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit('@').next()?;
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port.trim_end_matches(['.', '}']).parse().ok()?)),
        None => (authority, None),
    };
    let host = host.trim_end_matches('.');
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-._".contains(&b);
    (!host.is_empty() && host.bytes().all(fits)).then_some(Found { scheme, host, port, path })
}

/// Takes a host apart as names of a cluster are made; `is_namespace` knows the namespaces.
pub(in crate::lint) fn cluster_name(host: &str, is_namespace: impl Fn(&str) -> bool) -> Option<ClusterName<'_>> {
    let labels: Vec<&str> = host.split('.').collect();
    if let Some(at) = labels.iter().position(|label| *label == "svc") {
        let (service, namespace) = (labels.get(at.checked_sub(2)?)?, labels.get(at - 1)?);
        let tail = host.split_once(".svc").map(|(_, tail)| tail.trim_start_matches('.'));
        let domain = tail.filter(|tail| !tail.is_empty());
        return Some(ClusterName { service, namespace: Some(namespace), domain, deeper: at > 2 });
    }
    match labels.as_slice() {
        [service] => Some(ClusterName { service, namespace: None, domain: None, deeper: false }),
        [service, namespace] if is_namespace(namespace) => {
            Some(ClusterName { service, namespace: Some(namespace), domain: None, deeper: false })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(text: &str) -> Vec<(&str, Option<u16>, &str)> {
        find(text).into_iter().map(|found| (found.host, found.port, found.path)).collect()
    }

    #[test]
    fn addresses_are_found_in_texts_of_any_kind() {
        assert_eq!(hosts("http://loki.logs.svc:3100/a?b=c"), [("loki.logs.svc", Some(3100), "/a")]);
        assert_eq!(hosts("--url=http://u:p@x.y.svc.cluster.local./"), [("x.y.svc.cluster.local", None, "/")]);
        assert_eq!(hosts("a.b.svc:1,c.d.svc:2"), [("a.b.svc", Some(1), ""), ("c.d.svc", Some(2), "")]);
        assert_eq!(hosts("dns+http://x.y.svc:9095"), [("x.y.svc", Some(9095), "")]);
        assert_eq!(hosts("url = \"http://x\"  # why"), [("x", None, "")]);
        assert_eq!(hosts("http://{{ .host }}-loki.logs.svc"), []);
        assert_eq!(hosts("http://[::1]:80 see the svc"), []);
    }

    #[test]
    fn names_of_a_cluster_are_taken_apart() {
        let name =
            |host| cluster_name(host, |namespace| namespace == "logs").map(|n| (n.service, n.namespace, n.domain));
        assert_eq!(name("loki"), Some(("loki", None, None)));
        assert_eq!(name("loki.logs"), Some(("loki", Some("logs"), None)));
        assert_eq!(name("example.org"), None);
        assert_eq!(name("loki.logs.svc"), Some(("loki", Some("logs"), None)));
        assert_eq!(name("loki-0.loki.logs.svc.a.b"), Some(("loki", Some("logs"), Some("a.b"))));
        assert_eq!(name("loki.svc"), None);
    }
}
