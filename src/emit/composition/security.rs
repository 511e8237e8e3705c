//! `security.yaml`: what is asked of plugins before they are loaded, and what each may do.

use super::Part;
use crate::doc::Doc;
use crate::emit::build::{list, map, some, text, unless_empty};
use crate::emit::draft::Draft;
use crate::model::plugin::{PluginSecurity, TrustStore, VerificationRule};
use crate::source::{OriginId, Origins};
use crate::spec::plugin::TrustStoreKind;

/// Returns the file, if there is anything to say.
pub(super) fn draft(part: &Part<'_>, origins: &mut Origins) -> Option<Draft> {
    let here = part.here;
    let security = unless_empty(security(&part.source.platform.plugin_security, here));
    let mut policies = Vec::new();
    for (_, member, plugin) in part.members() {
        if !member.enabled.value {
            continue;
        }
        let permissions = plugin.permissions.iter().map(|permission| {
            let scope = unless_empty(list(permission.origin, permission.scope.iter().map(text)));
            some(
                permission.origin,
                [
                    ("action", Some(Doc::str(permission.action.value.word(), permission.action.origin))),
                    ("resource", Some(text(&permission.resource))),
                    ("scope", scope),
                ],
            )
        });
        let permissions: Vec<_> = permissions.collect();
        let restrictions = plugin.restrictions.iter().map(|one| Doc::str(one.value.word(), one.origin));
        let limits = part.limits(member, plugin, origins);
        let origin = member.name.origin;
        policies.push(some(
            origin,
            [
                ("plugin_name", Some(text(&member.name))),
                ("trust_level", Some(Doc::str(plugin.trust.value.word(), plugin.trust.origin))),
                ("permissions", Some(list(origin, permissions))),
                ("restrictions", unless_empty(list(origin, restrictions))),
                ("resource_limits", limits),
            ],
        ));
    }
    let policies = unless_empty(list(here, policies));
    let doc = some(here, [("plugin_security", security), ("policies", policies)]);
    unless_empty(doc).map(|doc| part.yaml("security.yaml", doc))
}

fn security(security: &PluginSecurity, here: OriginId) -> Doc {
    let stores = security.stores.values().map(store);
    let rules = security.rules.iter().map(rule);
    some(
        here,
        [("trust_stores", unless_empty(list(here, stores))), ("verification_rules", unless_empty(list(here, rules)))],
    )
}

fn store(store: &TrustStore) -> Doc {
    let here = store.name.origin;
    let file = match store.kind.value {
        TrustStoreKind::Certificate => "path",
        TrustStoreKind::Pgp => "keyring",
    };
    let kind = Doc::str(store.kind.value.word(), store.kind.origin);
    let mut doc = map(here, [("name", text(&store.name)), ("type", kind)]);
    doc.merge(some(
        here,
        [
            (file, store.file.as_ref().map(text)),
            ("trust_level", Some(Doc::str(store.trust.value.word(), store.trust.origin))),
        ],
    ));
    doc
}

fn rule(rule: &VerificationRule) -> Doc {
    let flag = |flag: &crate::model::Traced<bool>| Doc::bool(flag.value, flag.origin);
    some(
        rule.pattern.origin,
        [
            ("plugin_pattern", Some(text(&rule.pattern))),
            ("required_trust_level", rule.trust.as_ref().map(|trust| Doc::str(trust.value.word(), trust.origin))),
            ("require_signature", rule.signature.as_ref().map(flag)),
            ("allow_self_signed", rule.self_signed.as_ref().map(flag)),
        ],
    )
}
