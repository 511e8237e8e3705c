//! Networks that are not written as one.

use ipnet::IpNet;

use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Value};
use crate::lint::facts::Place;
use crate::lint::rule::{Check, rule};
use crate::source::Origin;

rule! {
    /// A network in CIDR notation has host bits set.
    ///
    /// ## What it does
    ///
    /// Looks in `values:` and manifests at `cidr`, `cidrs`, keys that end so, and the addresses of pools. In the spec itself such
    /// a network is always an error.
    ///
    /// ## Why it matters
    ///
    /// What is meant is not what is written: `192.168.100.200/28` begins at 192.168.100.192. Some readers refuse it, others take
    /// the larger range without a word.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: IPAddressPool
    /// spec: { addresses: [192.168.100.200/28] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: IPAddressPool
    /// spec: { addresses: [192.168.100.200-192.168.100.207] }
    /// ```
    ///
    /// ## Source
    ///
    /// Faisal-Hajari/ai-platform, issue 8; Kubernetes 1.34, warnings about CIDR values.
    pub(super) static RULE = Kind::new("cidr-host-bits", "DV1014"), Addresses, Error, fix: Unsafe, Check::Map(|key| is_network(key) || key == POOL, check);
}

/// The addresses of a pool.
const POOL: &str = "addresses";

fn is_network(key: &str) -> bool {
    ["cidr", "CIDR", "cidrs", "CIDRs", "trustedIPs", "trustedProxies", "ourceRange", "ourceRanges"]
        .iter()
        .any(|end| key.ends_with(end))
}

fn check(place: &Place<'_>, out: &mut Vec<Diagnostic>) {
    for (key, value) in place.map.iter() {
        let name = &*key.text;
        let judged = is_network(name) || (name == POOL && of_pool(place));
        if !judged {
            continue;
        }
        match &value.value {
            Value::List(items) => items.iter().for_each(|item| judge(place, item, out)),
            _ => judge(place, value, out),
        }
    }
}

fn of_pool(place: &Place<'_>) -> bool {
    place.document.doc.at(&["kind"]).and_then(Doc::as_str) == Some("IPAddressPool")
}

fn judge(place: &Place<'_>, doc: &Doc, out: &mut Vec<Diagnostic>) {
    let Some(net) = doc.as_str().and_then(|text| text.parse::<IpNet>().ok()) else { return };
    let Some(span) = place.document.line(doc.origin).filter(|_| net.trunc() != net) else { return };
    // A setting is passed on as it stands.
    let origins = place.document.origins;
    let given = match origins.get(doc.origin) {
        Origin::Written { .. } => true,
        Origin::Template { reads: [only], .. } => matches!(origins.get(*only), Origin::Written { what: "setting", .. }),
        _ => false,
    };
    let said = |problem: &Diagnostic| {
        problem.kind == RULE.kind && problem.primary.as_ref().is_some_and(|label| label.span == span)
    };
    if !given || out.iter().any(said) {
        return;
    }
    let (whole, first, last) = (net.trunc(), net.network(), net.broadcast());
    let problem = RULE
        .at(span, format!("`{net}` has host bits set"))
        .why(format!("the network is {whole}, from {first} to {last}: readers refuse it, or take all of that"))
        .help(format!("write `{whole}` for the network, or both ends of the range that is meant"))
        .fix(false, "write the network", span, whole.to_string());
    let about = place.document.component.map(|component| &component.name.value);
    out.push(about.into_iter().fold(problem, Diagnostic::about));
}
