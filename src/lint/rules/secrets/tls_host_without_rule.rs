//! Hosts in the TLS of an Ingress that it does not serve.

use crate::diag::{Diagnostic, Kind, nearest};
use crate::doc::Doc;
use crate::lint::facts::Place;
use crate::lint::made::covers;
use crate::lint::rule::{Check, rule};
use crate::source::OriginId;

rule! {
    /// The TLS of an Ingress names a host that it does not serve, and leaves out one that it does.
    ///
    /// ## What it does
    ///
    /// Compares the hosts in `tls` of Ingresses with those of their rules, in manifests and Helm values. It is reported where
    /// a host of `tls` is in no rule, and the host of a rule is in no `tls`. An Ingress that serves a host without TLS beside
    /// others is left alone.
    ///
    /// ## Why it matters
    ///
    /// The host is served with the certificate of the controller, which browsers refuse, and the one that was asked for is of
    /// no use.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Ingress
    /// spec:
    ///   tls: [{ hosts: [ww.example.org], secretName: web-tls }]
    ///   rules: [{ host: www.example.org }]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Ingress
    /// spec:
    ///   tls: [{ hosts: [www.example.org], secretName: web-tls }]
    ///   rules: [{ host: www.example.org }]
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, "Ingress", TLS.
    pub(super) static RULE =
        Kind::new("tls-host-without-rule", "DV1694"), Secrets, Warn, fix: Unsafe, Check::Map(|key| key == "tls", check);
}

/// The keys that charts have for the hosts of an Ingress.
const HOSTS: [&str; 5] = ["extraHosts", "host", "hostname", "hostnames", "hosts"];

fn check(place: &Place<'_>, out: &mut Vec<Diagnostic>) {
    let is_ingress = place.document.doc.at(&["kind"]).and_then(Doc::as_str) == Some("Ingress");
    if place.document.is_object() && !is_ingress {
        return;
    }
    let Some(tls) = place.map.get("tls").and_then(Doc::as_list) else { return };
    let named = tls.iter().filter_map(|item| item.at(&["hosts"])?.as_list()).flatten();
    let named: Vec<(&str, OriginId)> = named.filter_map(|host| Some((host.as_str()?, host.origin))).collect();
    let mut served = Vec::new();
    for key in if is_ingress { &["rules"][..] } else { &HOSTS[..] } {
        place.map.get(key).into_iter().for_each(|doc| hosts(doc, &mut served));
    }
    let is_template = |host: &&str| host.contains(['{', '$', '(']);
    if served.iter().any(is_template) || named.iter().any(|(host, _)| is_template(host)) {
        return;
    }
    let bare: Vec<&str> =
        served.iter().copied().filter(|host| !named.iter().any(|(name, _)| covers(name, host))).collect();
    let idle: Vec<(&str, OriginId)> =
        named.iter().copied().filter(|(name, _)| !served.iter().any(|host| covers(name, host))).collect();
    for (name, origin) in &idle {
        let near = nearest(name, bare.iter().copied());
        let Some(host) = near.or(match (bare.as_slice(), idle.as_slice()) {
            ([one], [_]) => Some(*one),
            _ => None,
        }) else {
            continue;
        };
        if !place.document.is_written(*origin) {
            continue;
        }
        let message = format!("`{name}` is the host of no rule, and `{host}` has no certificate");
        let Some(found) = place.finding(&RULE, *origin, message) else { continue };
        let found = found.why("the host is served with the certificate of the controller, which browsers refuse");
        let span = place.document.line(*origin).filter(|span| (span.end - span.start) as usize == name.len());
        let found = match near {
            Some(near) => found.help(format!("did you mean `{near}`?")),
            None => found.help(format!("write `{host}` in `tls`, or serve `{name}`")),
        };
        out.push(match near.zip(span) {
            Some((near, span)) => found.fix(false, format!("change to `{near}`"), span, near),
            None => found,
        });
    }
}

/// Adds the hosts that a value names: a text, a list of them, or maps with a `host` or a `name`.
fn hosts<'a>(doc: &'a Doc, all: &mut Vec<&'a str>) {
    if let Some(items) = doc.as_list() {
        return items.iter().for_each(|item| hosts(item, all));
    }
    let name = doc.as_str().or_else(|| doc.at(&["host"]).or_else(|| doc.at(&["name"]))?.as_str());
    all.extend(name.filter(|name| !name.is_empty()));
}
