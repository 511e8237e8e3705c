//! Components, their parts and the flows between them.

use std::sync::Arc;

use super::{Group, Thing, View};
use crate::graph::{Edge, Strength};
use crate::model::{Component, ComponentId, End, Expose, Flow, GateStep, Part, SecretUse, Service, Traced};
use crate::policy::value::Item;
use crate::spec::scalars::Quantity;

impl<'a> View<'a> {
    pub(super) fn of_component(&'a self, id: ComponentId, component: &'a Component, name: &str) -> Option<Item<'a>> {
        let here = component.name.origin;
        Some(match name {
            "name" => self.text(&component.name),
            "library" => self.str(&component.library, here),
            "title" => self.text(&component.title),
            "version" => {
                let version = component.version.as_ref()?;
                self.str(&version.value.text, version.origin)
            }
            "chart" => self.text(&component.chart.as_ref()?.1),
            "chartRepository" => self.text(&component.chart.as_ref()?.0),
            "group" => self.text(component.group.as_ref()?),
            "namespace" => self.text(&component.namespace),
            "project" => self.text(&component.project),
            "release" => self.text(&component.release),
            "fullname" => self.text(&component.fullname),
            "replicas" => {
                let replicas = component.replicas.as_ref()?;
                self.int(replicas.value, replicas.origin)
            }
            "installedBy" => self.str(component.installed_by.value.word(), component.installed_by.origin),
            "machines" => self.strings(component.machines.iter().map(|machine| self.text(&machine.name)), here),
            "tls" => {
                let tls = component.tls.as_ref()?;
                self.str(tls.value.word(), tls.origin)
            }
            "storage" => self.item(Thing::Storage(&component.storage, here)),
            "expose" => self.item(Thing::Expose(component, component.expose.as_ref()?)),
            "wave" => self.wave(id)?,
            "needs" => self.group(Group::Needs(self.graph.edges_of(id)), here),
            "services" => self.group(Group::Services(id, component), here),
            "flows" => self.group(Group::FlowsAt(self.contexts.opened_by(id)), here),
            "served" => self.group(Group::FlowsAt(self.contexts.served_by(id)), here),
            "secrets" => self.group(Group::Secrets(component), here),
            "parts" => self.group(Group::Parts(component), here),
            "databases" => self.strings(component.databases.iter().map(|database| self.text(database)), here),
            "gates" => self.group(Group::Gates(component), here),
            "ownLabels" => {
                let labels = component.own_labels.iter().map(|(label, value)| (&*label.value, self.text(value)));
                self.entries(labels, here)
            }
            "settings" => Item::data(&component.settings, self.origins()),
            "workload" => Item::data(&component.workload.as_ref()?.data, self.origins()),
            "values" => Item::node(component.values.as_deref()?),
            "placement" => Item::data(&component.placement, self.origins()),
            "labels" => Item::doc(component.labels.as_ref()?, self.origins()),
            _ => return None,
        })
    }

    /// Returns the wave of a component, which comes from the edge that decided it.
    pub(in crate::policy) fn wave(&self, id: ComponentId) -> Option<Item<'a>> {
        let wave = self.graph.waves.get(id.0)?;
        let edge = wave.decided_by.and_then(|at| self.graph.edges.get(at));
        let origin = match edge {
            Some(edge) => edge.origin,
            None => self.platform.components.get(id.0)?.name.origin,
        };
        Some(self.int(wave.number, origin))
    }

    pub(super) fn of_need(&'a self, edge: &'a Edge, name: &str) -> Option<Item<'a>> {
        Some(match name {
            "component" => Item { from: self.from(edge.origin), ..self.component(edge.to)? },
            "hard" => self.flag(edge.strength == Strength::Hard, edge.origin),
            "kept" => self.flag(edge.kept, edge.origin),
            "reason" => self.made(edge.reason.phrase(), edge.origin),
            _ => return None,
        })
    }

    pub(super) fn of_service(&'a self, id: ComponentId, service: &'a Service, name: &str) -> Option<Item<'a>> {
        Some(match name {
            "id" => self.str(&service.id, service.name.origin),
            "name" => self.text(&service.name),
            "namespace" => self.text(&service.namespace),
            "host" => self.text(&service.host),
            "port" => self.int(service.port.value, service.port.origin),
            "portName" => self.text(service.port_name.as_ref()?),
            "scheme" => self.str(service.scheme.as_ref()?, service.name.origin),
            "component" => self.component(id)?,
            _ => return None,
        })
    }

    pub(super) fn of_expose(&self, component: &'a Component, expose: &'a Expose, name: &str) -> Option<Item<'a>> {
        Some(match name {
            "host" => self.text(&expose.host),
            "issuer" => self.text(expose.issuer.as_ref()?),
            "class" => self.text(expose.class.as_ref()?),
            "url" => self.text(expose.url.as_ref()?),
            "access" => self.str(expose.access.as_ref()?.value.word(), expose.access.as_ref()?.origin),
            "tunnel" => self.text(expose.tunnel.as_ref()?),
            "guard" => self.str(expose.guard.word(), expose.host.origin),
            "annotations" => {
                let all = expose.annotations.iter().map(|(key, value)| (&**key, self.text(value)));
                self.entries(all, component.name.origin)
            }
            _ => return None,
        })
    }

    pub(super) fn of_storage(
        &self,
        storage: &'a (Option<Traced<Arc<str>>>, Option<Traced<Quantity>>),
        name: &str,
    ) -> Option<Item<'a>> {
        let size = || storage.1.as_ref();
        Some(match name {
            "class" => self.text(storage.0.as_ref()?),
            "size" => self.str(&size()?.value.text, size()?.origin),
            "bytes" => self.int(i64::try_from(size()?.value.bytes).ok()?, size()?.origin),
            _ => return None,
        })
    }

    pub(super) fn of_part(&'a self, component: &'a Component, part: &'a Part, name: &str) -> Option<Item<'a>> {
        let here = component.name.origin;
        Some(match name {
            "name" => self.str(&part.name, here),
            "title" => self.text(&part.title),
            "role" => self.str(part.role.as_ref()?, here),
            "enabled" => self.flag(part.enabled.value, part.enabled.origin),
            "replicas" => {
                let replicas = part.replicas.as_ref()?;
                self.int(replicas.value, replicas.origin)
            }
            "retention" => self.text(part.retention.as_ref()?),
            "storage" => self.item(Thing::Storage(&part.storage, here)),
            "expose" => self.item(Thing::Expose(component, part.expose.as_ref()?)),
            _ => return None,
        })
    }

    pub(super) fn of_secret(&self, used: &'a SecretUse, name: &str) -> Option<Item<'a>> {
        Some(match name {
            "id" => self.str(&used.id, used.name.origin),
            "name" => self.text(&used.name),
            "item" => self.text(&used.item),
            "keys" => {
                self.strings(used.keys.iter().map(|key| self.str(&key.stored, used.item.origin)), used.item.origin)
            }
            _ => return None,
        })
    }

    pub(super) fn of_gate(&self, gate: &'a GateStep, name: &str) -> Option<Item<'a>> {
        Some(match name {
            "name" => self.text(&gate.name),
            "action" => self.text(&gate.action),
            _ => return None,
        })
    }

    pub(super) fn of_flow(&'a self, flow: &'a Flow, name: &str) -> Option<Item<'a>> {
        Some(match name {
            "kind" => self.str(flow.kind.word(), flow.origin),
            "from" => self.item(Thing::End(&flow.from)),
            "to" => self.item(Thing::End(&flow.to)),
            "path" => self.text(&flow.endpoint.path),
            "tenant" => self.text(flow.tenant.as_ref()?),
            "name" => self.text(flow.name.as_ref()?),
            "datasource" => self.text(flow.datasource.as_ref()?),
            "service" => {
                let id = flow.to.component;
                let service = self.platform.components.get(id.0)?.service_of(&flow.endpoint)?;
                self.item(Thing::Service(id, service))
            }
            "interval" => self.text(flow.interval.as_ref()?),
            "written" => self.flag(flow.span.is_some(), flow.origin),
            "targets" => self.group(Group::Targets(flow), flow.origin),
            "settings" => Item::data(&flow.settings, self.origins()),
            _ => return None,
        })
    }

    pub(super) fn of_end(&'a self, end: &'a End, name: &str) -> Option<Item<'a>> {
        let component = self.platform.components.get(end.component.0)?;
        let part = end.part.and_then(|part| component.part(part));
        Some(match name {
            "name" => self.str(part.map_or(&component.name.value, |part| &part.name), end.origin),
            "component" => Item { from: self.from(end.origin), ..self.component(end.component)? },
            "part" => self.str(&part?.name, end.origin),
            _ => return None,
        })
    }
}
