//! What protects connections.

use super::each::{Guard, each, guard, of_object};
use super::{Case, Finding, Level, RiskRule, sslmode};
use crate::diff::report::{Change, ChangeKind};
use crate::diff::tree::named;
use crate::spec::Tls;

/// Connections are protected less.
pub(super) static RULE: RiskRule = RiskRule {
    name: "protection-lowered",
    code: "DV2072",
    summary: "A connection is no longer encrypted, a certificate or a signature not checked.",
    documentation: "\
## What it does
Reports a component on machines that speaks without TLS, or asks its clients for no certificate any more, a hypervisor whose certificate is
no longer checked, any value that switches such a check off, a connection to a database whose `sslmode` asks for less, and signatures of
plugins that are no longer asked for.

## Why it matters
Without TLS whoever is on the way reads what is sent, passwords too, and may change it. Without a check of the certificate it is the same:
anybody can be the other side. Where clients show no certificate, whoever reaches the port may use it.

## What to do
Give the other side a certificate that is trusted, by the name under which it is called, and keep the check.
",
    judge,
};

const fn strength(tls: Option<Tls>) -> u8 {
    match tls {
        Some(Tls::Mutual) => 2,
        Some(Tls::Server) => 1,
        _ => 0,
    }
}

/// Returns what it means that nobody asks for a signature any more.
fn unsigned(change: &Change) -> Option<(Level, String, &'static str)> {
    let (before, after) = change.values();
    let key = change.key().to_ascii_lowercase();
    let asks = key.contains("signature") && ["require", "verify", "check"].iter().any(|word| key.contains(word));
    let lost = before == "true" && (after == "false" || change.kind == ChangeKind::Removed);
    let message = format!("`{}` is no longer asked for", change.path);
    (asks && lost).then_some((Level::Danger, message, "whoever can change it on its way decides what runs"))
}

fn unchecked(change: &Change) -> Option<(Level, String, &'static str)> {
    let (before, after) = change.values();
    let key = named(&change.path, change.key());
    let added = matches!(change.kind, ChangeKind::Added | ChangeKind::Changed);
    let guard = guard(key).filter(|_| added)?;
    let (before, after) = (before.trim_matches('"'), after.trim_matches('"'));
    let off = if guard == Guard::Checks { "false" } else { "true" };
    if after != off || before == off {
        return None;
    }
    let other = "anybody can be the other side, and read and change what is sent, tokens too";
    let plain = "whoever is on the way reads and changes what is sent, tokens too";
    let (what, why) = match guard {
        Guard::Skips | Guard::Checks => ("a certificate is no longer checked", other),
        Guard::Insecure => ("a certificate is no longer checked, or nothing is encrypted at all", plain),
        Guard::Plain => ("nothing is encrypted", plain),
    };
    Some((Level::Caution, format!("`{}` is {off}: {what}", change.path), why))
}

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    for (old, new) in case.components() {
        let value = |tls: &Option<crate::model::Traced<Tls>>| tls.as_ref().map(|tls| tls.value);
        let (from, to) = (strength(value(&old.tls)), strength(value(&new.tls)));
        if to >= from {
            continue;
        }
        let (message, why) = if to == 0 {
            ("speaks without encryption", "whoever is on the way reads what is sent, and may change it")
        } else {
            ("asks its clients for no certificate any more", "whoever reaches its port may use it")
        };
        let origin = |tls: &Option<crate::model::Traced<Tls>>| tls.as_ref().map(|tls| tls.origin);
        let name = &*new.name.value;
        let causes = case.because(origin(&old.tls), origin(&new.tls), Some(name));
        out.push(Finding::new(&RULE, Level::Danger, name, message).why(why).because(causes));
    }
    let known = &case.base().topology.hypervisors;
    for new in &case.head().topology.hypervisors {
        let old = known.iter().find(|old| old.name.value == new.name.value);
        if let Some(old) = old.filter(|old| !old.insecure.value && new.insecure.value) {
            let message = "its certificate is no longer checked";
            let why = "anybody can be the other side, and read the token that may do everything with its machines";
            let causes = case.because(Some(old.insecure.origin), Some(new.insecure.origin), None);
            let subject = format!("hypervisor {}", new.name.value);
            out.push(Finding::new(&RULE, Level::Caution, subject, message).why(why).because(causes));
        }
    }
    // What the model says is in the outputs too.
    let said: Vec<usize> = out
        .iter()
        .filter(|finding| finding.rule.name == RULE.name)
        .flat_map(|finding| finding.causes.clone())
        .collect();
    each(case, &RULE, out, |_, change| {
        let known = !change.causes.is_empty() && change.causes.iter().all(|cause| said.contains(cause));
        let mode = || sslmode::meaning(change, named(&change.path, change.key()));
        unsigned(change)
            .or_else(|| unchecked(change))
            .or_else(mode)
            .filter(|_| !known)
            .map(|said| of_object(change, said))
    });
}

#[cfg(test)]
mod tests {
    use super::unchecked;
    use crate::diff::report::Change;

    #[test]
    fn checks_that_are_switched_off_are_seen() {
        let seen = |path: &str, before: &str, after: &str| {
            unchecked(&Change::changed(path, before, after)).map(|found| found.1)
        };
        let said = seen("exporter.tls.insecure", "false", "true").unwrap_or_default();
        assert!(said.ends_with("no longer checked, or nothing is encrypted at all"), "{said}");
        let seen = |path: &str, before: &str, after: &str| seen(path, before, after).is_some();
        assert!(seen("datasources[Loki].jsonData.tlsSkipVerify", "false", "true"));
        assert!(seen("scrape_configs[x].tls_config.insecure_skip_verify", "", "true"));
        assert!(seen("spec.insecureSkipTLSVerify", "false", "true"));
        assert!(seen("output.insecureTransport", "", "true") && seen("proxmox.verify_ssl", "true", "false"));
        assert!(!seen("proxmox.verify_ssl", "false", "true") && !seen("verify_ssl", "", "true"));
        assert!(seen("env[LDAP_TLS_SKIP_VERIFY].value", "\"false\"", "\"true\""));
        assert!(!seen("env[PLAIN].value", "\"false\"", "\"true\"") && !seen("skipCertManager", "false", "true"));
        assert!(!seen("tlsSkipVerify", "true", "false") && !seen("skipTests", "false", "true"));
    }
}
