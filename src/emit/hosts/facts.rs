//! What the playbook has to know of a machine: services, secrets, environments, mounts. They go into its `host_vars`.
//!
//! A secret is a lookup that Ansible does when it runs; no file of the repository has its value.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{compose, machines, rendered};
use crate::diag::Diagnostic;
use crate::doc::{Doc, Map, Value};
use crate::emit::Source;
use crate::emit::build::{list, lit, map, named, some, text, unless_empty};
use crate::library::BAD_FACTS;
use crate::model::{Component, ComponentId, Machine, MachineKind, Node, SecretKey, SecretUse, TAKEN_TWICE};
use crate::source::{OriginId, Origins};
use crate::spec::{InstalledBy, StoreKind};

/// Returns the variables of each machine that something is installed on.
pub(in crate::emit) fn of(
    source: &Source<'_>,
    origins: &mut Origins,
    out: &mut Vec<Diagnostic>,
) -> BTreeMap<MachineKind, Doc> {
    let mut all = BTreeMap::new();
    for (machine, components) in machines(source) {
        all.insert(machine.kind, vars(source, machine, &components, origins, out));
    }
    all
}

fn vars(
    source: &Source<'_>,
    machine: &Machine,
    components: &[(ComponentId, &Component)],
    origins: &mut Origins,
    out: &mut Vec<Diagnostic>,
) -> Doc {
    let here = machine.name.origin;
    let (mut services, mut secrets, mut environments) = (Vec::new(), Vec::new(), Vec::new());
    for (id, component) in components {
        let doc = rendered(source, (*id, component), machine, "service", origins, out);
        services.push(service(component, doc));
        let owner = services.last().and_then(|doc| doc.at(&["user"])).cloned();
        let named = rendered(source, (*id, component), machine, "environment", origins, out);
        let place = Place { source, component };
        // What a service reads from its environment lies in no file of its own.
        let apart = component.secrets.iter().filter(|used| !named.as_ref().is_some_and(|doc| names(doc, used)));
        secrets.extend(apart.flat_map(|used| self::secrets(source, component, used, owner.as_ref())));
        environments.extend(named.iter().flat_map(|doc| place.environments(doc, origins, out)));
    }
    owners(components, &mut services, origins, out);
    let composed = components.iter().any(|(_, component)| component.installed_by.value == InstalledBy::Compose);
    let node = source.platform.topology.node_of(machine);
    some(
        here,
        [
            ("machine_services", Some(list(here, services))),
            ("machine_secrets", unless_empty(list(here, secrets))),
            ("machine_environments", unless_empty(list(here, environments))),
            (
                "machine_mounts",
                unless_empty(list(here, node.into_iter().filter(|node| !node.container).flat_map(mounts))),
            ),
            ("machine_compose", composed.then(|| Doc::str(compose::path(source), here))),
        ],
    )
}

/// A folder that several services use is made once, for the one that runs as a user of its own: made for each in turn it
/// would change hands with every run.
fn owners(
    components: &[(ComponentId, &Component)],
    services: &mut [Doc],
    origins: &Origins,
    out: &mut Vec<Diagnostic>,
) {
    let mut all: BTreeMap<String, (usize, Option<String>)> = BTreeMap::new();
    let user = |doc: &Doc| doc.at(&["user"]).and_then(Doc::as_str).map(str::to_owned);
    for (at, service) in services.iter().enumerate() {
        for folder in service.at(&["folders"]).and_then(Doc::as_list).into_iter().flatten().filter_map(Doc::as_str) {
            let known = all.entry(folder.to_owned()).or_insert_with(|| (at, user(service)));
            match (known.1.as_ref(), user(service)) {
                (None, Some(user)) => *known = (at, Some(user)),
                (Some(one), Some(other)) if *one != other => {
                    let named = |at: usize| components.get(at).map(|(_, component)| &component.name);
                    let Some((first, second)) = named(known.0).zip(named(at)) else { continue };
                    let Some(span) = origins.written_span(second.origin) else { continue };
                    let message =
                        format!("`{}` and `{}` both keep their data in `{folder}`", first.value, second.value);
                    let problem = Diagnostic::error(TAKEN_TWICE, span, message)
                        .why(format!("they run as `{one}` and `{other}`, and the folder belongs to one user only"));
                    out.push(problem.help("let one of them run on another machine"));
                }
                _ => {}
            }
        }
    }
    for (at, service) in services.iter_mut().enumerate() {
        let Value::Map(map) = &mut service.value else { continue };
        let Some(Value::List(folders)) = map.get_mut("folders").map(|folders| &mut folders.value) else { continue };
        folders
            .retain(|folder| folder.as_str().and_then(|folder| all.get(folder)).is_none_or(|(owner, _)| *owner == at));
        if folders.is_empty() {
            *map = without(map, "folders");
        }
    }
}

fn service(component: &Component, doc: Option<Doc>) -> Doc {
    let here = component.name.origin;
    let installer = &component.installed_by;
    let version = component.version.as_ref();
    let mut service = some(
        here,
        [
            ("name", Some(text(&component.name))),
            ("installer", Some(Doc::str(installer.value.word(), installer.origin))),
            ("version", version.map(|version| Doc::str(version.value.text.clone(), version.origin))),
        ],
    );
    if let Some(mut doc) = doc {
        // What Compose runs comes as an image.
        if component.installed_by.value != InstalledBy::Systemd
            && let Value::Map(map) = &mut doc.value
        {
            *map = without(map, "release");
        }
        service.merge(doc);
    }
    service
}

/// Takes a key out of a map.
fn without(map: &mut Map, left_out: &str) -> Map {
    let mut rest = Map::new();
    for (key, doc) in std::mem::take(map).into_iter().filter(|(key, _)| &*key.text != left_out) {
        rest.push_new(key, doc);
    }
    rest
}

/// Returns whether an environment names a secret.
fn names(doc: &Doc, used: &SecretUse) -> bool {
    match &doc.value {
        Value::Map(map) => map.iter().any(|(_, value)| names(value, used)),
        Value::Str(place) => place.rsplit_once('/').is_some_and(|(secret, _)| *secret == *used.name.value),
        _ => false,
    }
}

/// A secret is a file for each key, in a folder that only the service can read.
fn secrets(source: &Source<'_>, component: &Component, used: &SecretUse, owner: Option<&Doc>) -> Vec<Doc> {
    let folder = component.secret_folder(used);
    let file = |key: &SecretKey| {
        let here = used.item.origin;
        let entries = [
            ("path", Some(Doc::str(format!("{folder}/{}", key.inside.value), key.inside.origin))),
            ("owner", owner.cloned()),
            ("value", Some(Doc::str(lookup(source, &used.item.value, &key.stored), here))),
        ];
        some(here, entries)
    };
    used.keys.iter().map(file).collect()
}

/// Returns the expression by which Ansible reads a key of an item. Names of items are paths, without quotes in them.
fn lookup(source: &Source<'_>, item: &str, key: &str) -> String {
    let Some(store) = &source.platform.secret_store else {
        return format!("{{{{ secret_items['{item}']['{key}'] }}}}");
    };
    let (title, mount) = (store.title(item), &store.mount.value);
    let quoted = |text: Option<&crate::model::Text>| text.map(|text| text.value.replace('\'', "")).unwrap_or_default();
    let (plugin, arguments, key) = match store.kind {
        StoreKind::Vault => {
            let version = store.version.value;
            let plugin = format!("community.hashi_vault.vault_kv{version}_get");
            (plugin, format!("'{title}', engine_mount_point='{mount}'"), format!(".secret['{key}']"))
        }
        StoreKind::OnePassword => {
            let vault = quoted(store.vault.as_ref());
            let arguments = format!("'{title}', field='{key}', vault='{vault}'");
            ("community.general.onepassword".to_owned(), arguments, String::new())
        }
        StoreKind::Gcp => {
            let project = quoted(store.project.as_ref());
            let arguments = format!("key='{title}', project='{project}'");
            ("google.cloud.gcp_secret_manager".to_owned(), arguments, format!(" | from_json)['{key}']"))
        }
    };
    let open = if store.kind == StoreKind::Gcp { "(" } else { "" };
    format!("{{{{ {open}lookup('{plugin}', {arguments}){key} }}}}")
}

/// A component whose secrets are looked up.
struct Place<'a> {
    source: &'a Source<'a>,
    component: &'a Component,
}

impl Place<'_> {
    /// An environment names keys of secrets, as `SECRET/KEY`: the name of the Secret, and the key in it. What stands below a
    /// path goes into a file of its own.
    fn environments(&self, doc: &Doc, origins: &Origins, out: &mut Vec<Diagnostic>) -> Vec<Doc> {
        let mut own = Vec::new();
        let mut all = Vec::new();
        for (name, value) in doc.as_map().into_iter().flat_map(Map::iter) {
            match value.as_map() {
                Some(more) => {
                    let values = more.iter().filter_map(|(name, value)| self.variable(&name.text, value, origins, out));
                    all.extend(file(&name.text, values.collect(), value.origin));
                }
                None => own.extend(self.variable(&name.text, value, origins, out)),
            }
        }
        let name = &self.component.name.value;
        all.extend(file(&format!("/etc/{name}/{name}.env"), own, doc.origin));
        all
    }

    fn variable(
        &self,
        name: &str,
        value: &Doc,
        origins: &Origins,
        out: &mut Vec<Diagnostic>,
    ) -> Option<(Arc<str>, Doc)> {
        let found = value.as_str().and_then(|place| place.rsplit_once('/')).and_then(|(secret, key)| {
            let used = self.component.secrets.iter().find(|used| *used.name.value == *secret)?;
            let key = used.keys.iter().find(|known| *known.inside.value == *key)?;
            Some((used, key))
        });
        let Some((used, key)) = found else {
            let span = origins.place(value.origin)?;
            let message = format!("`{name}` names no key of a secret of `{}`", self.component.name.value);
            out.push(Diagnostic::error(BAD_FACTS, span, message).help("write `SECRET/KEY`"));
            return None;
        };
        Some((Arc::from(name), Doc::str(lookup(self.source, &used.item.value, &key.stored), value.origin)))
    }
}

fn file(path: &str, values: Vec<(Arc<str>, Doc)>, here: OriginId) -> Option<Doc> {
    let file = map(here, [("path", Doc::str(path.to_owned(), here)), ("values", named(here, values))]);
    file.at(&["values"])?.as_map().filter(|values| !values.is_empty())?;
    Some(file)
}

fn mounts(node: &Node) -> impl Iterator<Item = Doc> + '_ {
    node.disks.iter().filter_map(|disk| {
        let mount = disk.mount.as_ref()?;
        let here = mount.origin;
        Some(map(here, [("device", text(&disk.device)), ("path", text(mount)), ("filesystem", lit(here, "ext4"))]))
    })
}
