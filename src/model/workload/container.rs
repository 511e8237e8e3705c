//! The containers of a workload, their ports, variables and volumes.

use std::sync::Arc;

use super::{Reader, written_only};
use crate::source::OriginId;
use crate::spec::scalars::{EnvName, ImageRef};
use crate::spec::{self, Amounts, Probes, WorkloadPort};
use crate::template::Data;
use crate::yaml::{Field, Names};

/// What the main container and a sidecar have alike.
struct Container<'a> {
    name: Data,
    image: &'a Field<ImageRef>,
    command: &'a Field<Vec<Field<Arc<str>>>>,
    args: &'a Field<Vec<Field<Arc<str>>>>,
    ports: &'a Field<Names<WorkloadPort>>,
    env: &'a Field<Names<Arc<str>>>,
    secrets: &'a Field<Names<Names<EnvName>>>,
    resources: &'a Field<spec::Resources>,
    probes: &'a Field<Probes>,
}

impl Reader<'_, '_> {
    /// Returns the containers, the main one first.
    pub(super) fn containers(&mut self, written: &spec::Workload) -> Data {
        let main = Container {
            name: Data::str(self.name.value.clone(), self.name.origin),
            image: &written.image,
            command: &written.command,
            args: &written.args,
            ports: &written.ports,
            env: &written.env,
            secrets: &written.secrets,
            resources: &written.resources,
            probes: &written.probes,
        };
        let mounts = self.mounts(written);
        let mut all = vec![self.container(&main, mounts)];
        for (name, named) in written.sidecars.value().into_iter().flatten() {
            let Some(sidecar) = &named.value else { continue };
            let sidecar = &sidecar.value;
            let sidecar = Container {
                name: Data::str(name.clone(), self.cx.origins.written("sidecar", named.key)),
                image: &sidecar.image,
                command: &sidecar.command,
                args: &sidecar.args,
                ports: &sidecar.ports,
                env: &sidecar.env,
                secrets: &sidecar.secrets,
                resources: &sidecar.resources,
                probes: &sidecar.probes,
            };
            let none = Data::list(Vec::new(), self.none);
            all.push(self.container(&sidecar, none));
        }
        Data::list(all, self.none)
    }

    fn container(&mut self, container: &Container<'_>, mounts: Data) -> Data {
        let fields = [
            ("name", container.name.clone()),
            ("image", self.image(container.image)),
            ("command", self.words(container.command, "command")),
            ("args", self.words(container.args, "argument")),
            ("ports", self.container_ports(container.ports)),
            ("env", self.env(container)),
            ("resources", self.resources(container.resources)),
            ("probes", self.probes(container.probes, container.ports)),
            ("mounts", mounts),
        ];
        Data::map(fields, container.name.origin)
    }

    pub(super) fn words(&mut self, list: &Field<Vec<Field<Arc<str>>>>, what: &'static str) -> Data {
        let items = list.value().into_iter().flatten().filter_map(Field::get);
        let items: Vec<Data> =
            items.map(|item| Data::str(item.value.clone(), self.cx.origins.written(what, item.span))).collect();
        Data::list(items, self.none)
    }

    /// Variables that are written, then those of secrets.
    fn env(&mut self, container: &Container<'_>) -> Data {
        let mut all = Vec::new();
        for (name, named) in container.env.value().into_iter().flatten() {
            let Some(value) = &named.value else { continue };
            let origin = self.cx.origins.written("variable", value.span);
            let fields = [("name", Data::str(name.clone(), origin)), ("value", Data::str(value.value.clone(), origin))];
            all.push(Data::map(fields, origin));
        }
        for (item, named) in container.secrets.value().into_iter().flatten() {
            let Some(keys) = &named.value else { continue };
            let object = self.secret_object(item);
            for (key, variable) in &keys.value {
                let Some(variable) = &variable.value else { continue };
                let origin = self.cx.origins.written("secret", variable.span);
                let fields = [
                    ("name", Data::str(variable.value.0.clone(), origin)),
                    ("secret", Data::str(object.clone(), origin)),
                    ("key", Data::str(key.clone(), origin)),
                ];
                all.push(Data::map(fields, origin));
            }
        }
        Data::list(all, self.none)
    }

    /// Returns the name of the Secret that an item of the store becomes.
    fn secret_object(&self, item: &str) -> Arc<str> {
        let own = item.strip_prefix(&*self.name.value).and_then(|rest| rest.strip_prefix('/')).unwrap_or(item);
        let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        let own: String = own.chars().map(plain).collect();
        format!("{}-{own}", self.name.value).into()
    }

    /// Returns the items that containers read, each with all keys that one of them reads.
    pub(super) fn secret_items(&mut self, written: &spec::Workload) -> Data {
        let sidecars = written.sidecars.value().into_iter().flatten().filter_map(|(_, named)| named.value.as_ref());
        let all = std::iter::once(&written.secrets).chain(sidecars.map(|sidecar| &sidecar.value.secrets));
        let mut items = std::collections::BTreeMap::<Arc<str>, (OriginId, Vec<(Arc<str>, Data)>)>::new();
        for (item, named) in all.flat_map(|secrets| secrets.value().into_iter().flatten()) {
            let origin = self.cx.origins.written("secret", named.key);
            let entry = items.entry(item.clone()).or_insert_with(|| (origin, Vec::new()));
            let keys = named.value.as_ref().map(|keys| &keys.value).into_iter().flatten();
            for (key, variable) in keys {
                let origin = self.cx.origins.written("secret", variable.key);
                if entry.1.iter().all(|(known, _)| known != key) {
                    entry.1.push((key.clone(), Data::str(key.clone(), origin)));
                }
            }
        }
        let mut all = Vec::with_capacity(items.len());
        for (item, (origin, keys)) in items {
            let object = self.secret_object(&item);
            let fields = [
                ("item", Data::str(item, origin)),
                ("object", Data::str(object, origin)),
                ("keys", Data::map(keys, origin)),
            ];
            all.push(Data::map(fields, origin));
        }
        Data::list(all, self.none)
    }

    fn container_ports(&mut self, ports: &Field<Names<WorkloadPort>>) -> Data {
        let mut all = Vec::new();
        for (name, named) in ports.value().into_iter().flatten() {
            let Some(port) = &named.value else { continue };
            let origin = self.cx.origins.written("port", named.key);
            let protocol = port.value.protocol.value().map(|protocol| Data::str(protocol.word(), origin));
            let fields = [
                ("name", Data::str(name.clone(), origin)),
                ("containerPort", self.number(&port.value.port, "port")),
                ("protocol", protocol.unwrap_or_else(|| Data::null(self.none))),
            ];
            all.push(written_only(fields, origin));
        }
        Data::list(all, self.none)
    }

    /// Returns the ports of the Service: those of all containers that are in it.
    pub(super) fn service_ports(&mut self, written: &spec::Workload) -> Data {
        let mut all = Vec::new();
        for (name, key, port) in ports(written) {
            let at = port.service.get().or_else(|| port.port.get()).filter(|number| number.value != 0);
            let Some(at) = at else { continue };
            let origin = self.cx.origins.written("port", key);
            let number = Data::int(at.value, self.cx.origins.written("port", at.span));
            let protocol = port.protocol.value().map(|protocol| Data::str(protocol.word(), origin));
            let scheme = self.text(&port.scheme, "scheme");
            let scheme = if scheme.as_str().is_some() { scheme } else { Data::str("http", origin) };
            let fields = [
                ("name", Data::str(name.clone(), origin)),
                ("service", number),
                ("protocol", protocol.unwrap_or_else(|| Data::null(self.none))),
                ("scheme", scheme),
                ("internal", self.internal(&port.internal, origin)),
                ("path", self.text(&port.path, "path")),
            ];
            all.push(Data::map(fields, origin));
        }
        Data::list(all, self.none)
    }

    fn internal(&mut self, written: &Field<bool>, near: OriginId) -> Data {
        match written.get() {
            Some(internal) => Data::bool(internal.value, self.cx.origins.written("port", internal.span)),
            None => Data::bool(false, near),
        }
    }

    /// Returns the kinds of flow that are answered, each by the port that says so first.
    pub(super) fn serves(&mut self, written: &spec::Workload) -> Data {
        let mut all: Vec<(Arc<str>, Data)> = Vec::new();
        for (name, key, port) in ports(written) {
            let origin = self.cx.origins.written("port", key);
            for kind in port.serves.value().into_iter().flat_map(|kinds| &kinds.0) {
                let word = kind.value.word();
                let origin_of_kind = self.cx.origins.written("port", kind.span);
                let fields = [
                    ("kind", Data::str(word, origin_of_kind)),
                    ("port", Data::str(name.clone(), origin)),
                    ("path", self.text(&port.path, "path")),
                ];
                if all.iter().all(|(known, _)| &**known != word) {
                    all.push((word.into(), Data::map(fields, origin)));
                }
            }
        }
        Data::list(all.into_iter().map(|(_, way)| way).collect(), self.none)
    }

    fn resources(&mut self, written: &Field<spec::Resources>) -> Data {
        let Some(resources) = written.get() else { return Data::null(self.none) };
        let here = self.cx.origins.written("resources", resources.span);
        let mut amounts = |field: &Field<Amounts>| match field.value() {
            Some(amounts) => {
                let memory = amounts.memory.get();
                let memory = memory
                    .map(|memory| Data::str(memory.value.text.clone(), self.cx.origins.written("memory", memory.span)));
                let cpu = self.text(&amounts.cpu, "processor time");
                written_only([("cpu", cpu), ("memory", memory.unwrap_or_else(|| Data::null(self.none)))], here)
            }
            None => Data::null(self.none),
        };
        let fields = [("requests", amounts(&resources.value.requests)), ("limits", amounts(&resources.value.limits))];
        Data::map(fields, here)
    }
}

/// Iterates over the ports of all containers, with their names.
fn ports(written: &spec::Workload) -> impl Iterator<Item = (&Arc<str>, crate::source::Span, &WorkloadPort)> {
    let sidecars = written.sidecars.value().into_iter().flatten().filter_map(|(_, named)| named.value.as_ref());
    let all = std::iter::once(&written.ports).chain(sidecars.map(|sidecar| &sidecar.value.ports));
    all.flat_map(|ports| ports.value().into_iter().flatten())
        .filter_map(|(name, named)| Some((name, named.key, &named.value.as_ref()?.value)))
}
