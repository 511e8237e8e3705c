//! Proxies that believe everybody.

use ipnet::IpNet;

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::template::Data;
use crate::yaml::Field;

rule! {
    /// A setting that says whom to believe names everybody.
    ///
    /// ## What it does
    ///
    /// Looks at settings by which a component believes others about who calls (`believes` in its `component.yaml`), and reports
    /// ranges that no network has: `0.0.0.0/0`, `::/0`, and others above a `/8`, or a `/16` of IPv6. Private ones are left alone.
    ///
    /// ## Why it matters
    ///
    /// Callers then say themselves where they come from, in a header: lists of addresses that may come, limits for each caller,
    /// and logs hold what somebody made up. A name in such a header may even count as signed in.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// traefik: { version: 41.3.0, settings: { trustedProxies: [0.0.0.0/0] } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// traefik: { version: 41.3.0, settings: { trustedProxies: [10.11.0.0/24, 173.245.48.0/20] } }
    /// ```
    ///
    /// ## Source
    ///
    /// Traefik, EntryPoints, forwarded headers; RFC 7239, section 8.1.
    pub(super) static RULE =
        Kind::new("believes-everybody", "DV1698"), Secrets, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for component in subject.platform.components.iter().filter(|one| one.is_installed()) {
        let believes = component.variant.facts.believes.value().into_iter().flatten().filter_map(Field::value);
        for setting in believes {
            let listed = component.settings.get(&setting.0).and_then(Data::as_list).unwrap_or_default();
            for entry in listed {
                let Some(range) = entry.as_str().filter(|text| is_everybody(text)) else { continue };
                let Some(span) = subject.line(entry.origin) else { continue };
                let name = &component.name.value;
                out.push(
                    RULE.at(span, format!("`{name}` believes everybody in {range} about who calls"))
                        .why("whoever comes to it can make up an address, a host and a protocol in a header")
                        .help("name the addresses of the proxies before it, and no others")
                        .about(name),
                );
            }
        }
    }
}

/// Returns whether a range is larger than any network that one party has, and not a private one.
fn is_everybody(text: &str) -> bool {
    match text.parse::<IpNet>() {
        Ok(IpNet::V4(range)) => range.prefix_len() < 8,
        // Unique local addresses, RFC 4193.
        Ok(IpNet::V6(range)) => {
            range.prefix_len() < 16 && range.network().segments().first().is_none_or(|first| first >> 9 != 0xfc >> 1)
        }
        Err(_) => false,
    }
}
