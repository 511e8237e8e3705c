//! What Vault has to know of the platform: a policy for each component that reads secrets, and the login by which its
//! service account gets it (developer.hashicorp.com, Kubernetes auth method).
//!
//! A policy names the exact items, never a whole mount. Values are not here: a person who has logged in runs the script.

mod reads;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Source;
use super::draft::{Body, Draft, TargetName};
use super::print::Note;
use super::print::block::{Block, Expr, Item};
use super::shell::{line, word};
use crate::doc::Doc;
use crate::model::{Component, ComponentId, STORE_ROLE, SecretStore, Text};
use crate::source::{OriginId, Origins};
use crate::spec::StoreKind;

pub(super) use reads::items;

/// The kind by which External Secrets reaches the store.
const SECRET_STORE: &str = "ClusterSecretStore.external-secrets.io";

/// Who logs in, and what it may do.
struct Login {
    accounts: Vec<Arc<str>>,
    namespace: Arc<str>,
    audience: Option<Arc<str>>,
    rules: BTreeMap<String, (&'static [&'static str], OriginId)>,
    origin: OriginId,
}

/// An authority in Vault that signs certificates for a component.
struct Authority {
    mount: Text,
    role: Text,
    /// The mount and the role together.
    origin: OriginId,
}

/// Returns the policies, and the script. Without a Vault there are none.
pub(super) fn drafts(source: &Source<'_>, origins: &mut Origins) -> Vec<Draft> {
    let Some(store) = source.platform.secret_store.as_ref().filter(|store| store.kind == StoreKind::Vault) else {
        return Vec::new();
    };
    let (logins, authorities) = collect(source, store, origins);
    if logins.is_empty() {
        return Vec::new();
    }
    let mut drafts: Vec<Draft> = logins.iter().map(|(name, login)| policy(source, name, login)).collect();
    drafts.push(script(source, store, &logins, &authorities));
    drafts
}

fn collect(
    source: &Source<'_>,
    store: &SecretStore,
    origins: &mut Origins,
) -> (BTreeMap<Arc<str>, Login>, Vec<Authority>) {
    let platform = source.platform;
    let mut logins = BTreeMap::new();
    let mut authorities = Vec::new();
    let copies = source.graph.crds.get(SECRET_STORE).and_then(|ComponentId(at)| platform.components.get(*at));
    if let Some(component) = copies {
        logins.insert(Arc::from(STORE_ROLE), login(component));
    }
    // What objects of the user read goes by the login of External Secrets too, whoever deploys them.
    for component in &platform.components {
        let Some(copies) = logins.get_mut(STORE_ROLE) else { break };
        for (item, span) in reads::items(component, store) {
            let reads = [store.mount.origin, origins.written("manifest", span)];
            let origin = origins.derived("an item that an ExternalSecret reads", &reads);
            copies.rules.entry(path(store, &item)).or_insert((&["read"], origin));
        }
    }
    // On machines Ansible reads the secrets, with the login of whoever runs it.
    let ours = platform.components.iter().filter(|component| component.is_installed() && !component.on_machines);
    for component in ours {
        let authority = authority(component, origins);
        if component.secrets.is_empty() && authority.is_none() {
            continue;
        }
        let mut own = login(component);
        for used in &component.secrets {
            let reads = [store.mount.origin, used.item.origin, component.name.origin];
            let origin = origins.derived("an item that the component reads", &reads);
            let path = path(store, &used.item.value);
            if let Some(copies) = logins.get_mut(STORE_ROLE) {
                copies.rules.entry(path.clone()).or_insert((&["read"], origin));
            }
            own.rules.entry(path).or_insert((&["read"], origin));
        }
        if let Some(authority) = authority {
            let path = format!("{}/sign/{}", authority.mount.value, authority.role.value);
            own.rules.insert(path, (&["create", "update"], authority.origin));
            authorities.push(authority);
        }
        match logins.get_mut(&component.name.value) {
            Some(known) => known.rules.append(&mut own.rules),
            None => drop(logins.insert(component.name.value.clone(), own)),
        }
    }
    logins.retain(|_, login: &mut Login| !login.rules.is_empty());
    (logins, authorities)
}

/// Returns the path of an item, as policies name it.
fn path(store: &SecretStore, item: &str) -> String {
    let inner = if store.version.value == 1 { "" } else { "data/" };
    format!("{}/{inner}{item}", store.mount.value)
}

/// Charts call the service account like everything else, unless the facts say otherwise.
fn login(component: &Component) -> Login {
    let facts = |key| component.vault.as_ref().and_then(|vault| vault.at(&[key]));
    let listed = match facts("serviceAccounts").map(|doc| &doc.value) {
        Some(crate::doc::Value::List(items)) => items.iter().filter_map(Doc::as_str).map(Arc::from).collect(),
        _ => Vec::new(),
    };
    Login {
        accounts: if listed.is_empty() { vec![component.fullname.value.clone()] } else { listed },
        namespace: component.namespace.value.clone(),
        audience: facts("audience").and_then(Doc::as_str).map(Arc::from),
        rules: BTreeMap::new(),
        origin: component.name.origin,
    }
}

fn authority(component: &Component, origins: &mut Origins) -> Option<Authority> {
    let pki = component.vault.as_ref()?.at(&["pki"])?;
    let text = |key| pki.at(&[key]).and_then(|doc| Some(Text::new(doc.as_str()?.into(), doc.origin)));
    let (mount, role) = (text("mount")?, text("role")?);
    let origin = origins.derived("where certificates are signed", &[mount.origin, role.origin]);
    Some(Authority { mount, role, origin })
}

fn policy(source: &Source<'_>, name: &str, login: &Login) -> Draft {
    let rules = login.rules.iter().map(|(path, (capabilities, origin))| {
        let capabilities = capabilities.iter().map(|word| Expr::str(*word, *origin)).collect();
        Item::Block(Block::new("path", *origin).label(path).set("capabilities", Expr::list(capabilities, *origin)))
    });
    let notes = vec![
        source.layout.header(login.origin),
        Note::new("Exactly what is read; nothing else of the store.", login.origin),
    ];
    Draft {
        path: source.layout.file(&format!("vault/policies/{name}.hcl")),
        target: TargetName::Vault,
        header: notes,
        body: Body::Hcl(rules.collect()),
        executable: false,
        origin: login.origin,
    }
}

fn script(
    source: &Source<'_>,
    store: &SecretStore,
    logins: &BTreeMap<Arc<str>, Login>,
    authorities: &[Authority],
) -> Draft {
    let here = source.platform.name.origin;
    let mut lines: Vec<(String, OriginId)> = [
        "#!/bin/sh".to_owned(),
        format!("# {}", source.layout.header(here).text),
        "# Tells Vault who may read what. Run it after the first unsealing and whenever it changes, with VAULT_ADDR set and"
            .to_owned(),
        "# logged in (`vault login`) as somebody who may write policies. It can be run again at any time.".to_owned(),
        "set -eu".to_owned(),
        "cd \"$(dirname \"$0\")\"".to_owned(),
    ]
    .map(|line| (line, here))
    .into();
    let mount = word(&store.mount.value);
    lines.push((
        format!(
            "vault secrets list -format=json | {} || vault secrets enable -path={mount} -version={} kv",
            listed(&store.mount.value),
            store.version.value
        ),
        store.mount.origin,
    ));
    lines.push((
        "vault auth list -format=json | grep -q '\"kubernetes/\"' || vault auth enable kubernetes".to_owned(),
        store.origin,
    ));
    lines.push(if let Some(component) = &store.component {
        let host = format!("https://kubernetes.default.svc.{}", source.platform.domains.cluster.value);
        (format!("vault write auth/kubernetes/config kubernetes_host={}", word(&host)), component.origin)
    } else {
        let note =
            "# This Vault runs outside the cluster: write auth/kubernetes/config with the cluster's address and CA.";
        (note.to_owned(), store.origin)
    });
    for authority in authorities {
        authorities_lines(source, authority, &mut lines);
    }
    for (name, login) in logins {
        login_lines(name, login, &mut lines);
    }
    Draft {
        path: source.layout.file("vault/setup.sh"),
        target: TargetName::Vault,
        header: Vec::new(),
        body: Body::Lines(lines),
        executable: true,
        origin: here,
    }
}

/// The root of an authority is a person's to make: it decides how long everything below it is trusted.
fn authorities_lines(source: &Source<'_>, authority: &Authority, lines: &mut Vec<(String, OriginId)>) {
    let (mount, role) = (word(&authority.mount.value), word(&authority.role.value));
    let grep = listed(&authority.mount.value);
    let mut say = |line: String, origin: OriginId| lines.push((line, origin));
    let (at, both) = (authority.mount.origin, authority.origin);
    say(format!("vault secrets list -format=json | {grep} || vault secrets enable -path={mount} pki"), at);
    // Vault's own longest lease, 32 days, would cut short both the root and what it signs.
    say(format!("vault secrets tune -max-lease-ttl=87600h {mount}"), at);
    let root = "root/generate/internal common_name=… ttl=87600h";
    say(format!("# Its root is made once, by hand: vault write {}/{root}", line(&mount)), at);
    say(format!("vault write {mount}/roles/{role} \\"), both);
    if let Some(domain) = &source.platform.domains.external {
        say(format!("  allowed_domains={} \\", word(&domain.value)), domain.origin);
    }
    say("  allow_subdomains=true \\".to_owned(), authority.role.origin);
    // cert-manager asks for the certificate of an Ingress by its host names alone, without a common name.
    say("  require_cn=false \\".to_owned(), authority.role.origin);
    say("  max_ttl=2160h".to_owned(), authority.role.origin);
}

/// Returns the command that looks for a mount in a list of them.
fn listed(mount: &str) -> String {
    format!("grep -q {}", word(&format!("\"{mount}/\"")))
}

fn login_lines(name: &str, login: &Login, lines: &mut Vec<(String, OriginId)>) {
    let mut say = |line: String| lines.push((line, login.origin));
    say(format!("vault policy write {name} policies/{name}.hcl"));
    say(format!("vault write auth/kubernetes/role/{name} \\"));
    say(format!("  bound_service_account_names={} \\", word(&login.accounts.join(","))));
    say(format!("  bound_service_account_namespaces={} \\", word(&login.namespace)));
    if let Some(audience) = &login.audience {
        say(format!("  audience={} \\", word(audience)));
    }
    say(format!("  token_policies={name} \\"));
    say("  token_ttl=1h".to_owned());
}
