//! All hosts by which people reach components: those of the components themselves, and those of their parts.

use std::sync::Arc;

use super::{Component, ComponentId, Expose, Part, PartId};
use crate::model::Text;
use crate::model::resolve::Platform;
use crate::model::service::{Serve, Service};
use crate::spec::FlowKind;

/// A host by which people reach a component, or a part of one.
#[derive(Clone, Copy, Debug)]
pub struct Exposure<'a> {
    /// The component.
    pub component: &'a Component,
    /// The part of it that answers, if it is one.
    pub part: Option<&'a Part>,
    /// How people reach it.
    pub expose: &'a Expose,
}

impl<'a> Exposure<'a> {
    /// Returns a name of what answers that nothing else of the platform has: the component's, or `COMPONENT-PART`.
    pub fn name(&self) -> Arc<str> {
        self.part.map_or_else(|| self.component.name.value.clone(), |part| joined(self.component, part).into())
    }

    /// Returns what answers, as the spec names it: the component, or the part as flows name it.
    pub fn who(&self) -> &'a Arc<str> {
        self.part.map_or(&self.component.name.value, |part| &part.name)
    }

    /// Returns the name for people of what answers.
    pub fn title(&self) -> &'a Text {
        self.part.map_or(&self.component.title, |part| &part.title)
    }

    /// Returns the flows that what answers serves.
    fn served(&self, kind: FlowKind) -> Option<&'a Serve> {
        self.part.map_or(&self.component.serves, |part| &part.serves).get(&kind)
    }

    /// Returns the Service that people come to.
    pub fn service(&self) -> Option<&'a Service> {
        self.component.service_of(&self.served(FlowKind::Ingress)?.usual)
    }

    /// Returns the name of the Secret with the certificate of the host, if an issuer signs one.
    pub fn tls_secret(&self) -> Option<String> {
        self.expose.issuer.as_ref().map(|_| format!("{}-tls", self.name()))
    }
}

fn joined(component: &Component, part: &Part) -> String {
    format!("{}-{}", component.name.value, part.name)
}

impl Component {
    /// Returns the hosts by which people reach it and its parts.
    pub fn exposures(&self) -> impl Iterator<Item = Exposure<'_>> {
        self.exposed().map(|(_, exposure)| exposure)
    }

    /// Returns the hosts by which people reach it and its parts, with the part.
    pub(in crate::model) fn exposed(&self) -> impl Iterator<Item = (Option<PartId>, Exposure<'_>)> {
        let parts = (0..self.parts.len()).map(|at| Some(PartId(at)));
        std::iter::once(None).chain(parts).filter_map(|part| Some((part, self.exposure(part)?)))
    }

    /// Returns where it stands how people reach it, or a part of it.
    pub(in crate::model) fn expose_mut(&mut self, part: Option<PartId>) -> Option<&mut Expose> {
        match part {
            Some(part) => self.parts.get_mut(part.0)?.expose.as_deref_mut(),
            None => self.expose.as_deref_mut(),
        }
    }

    /// Returns the host by which people reach it, or a part of it.
    pub fn exposure(&self, part: Option<PartId>) -> Option<Exposure<'_>> {
        let Some(part) = part else {
            return self.expose.as_deref().map(|expose| Exposure { component: self, part: None, expose });
        };
        let part = self.part(part)?;
        Some(Exposure { component: self, part: Some(part), expose: part.expose.as_deref()? })
    }
}

impl Platform {
    /// Returns the hosts by which people reach components and their parts.
    pub fn exposures(&self) -> impl Iterator<Item = Exposure<'_>> {
        self.components.iter().flat_map(Component::exposures)
    }

    /// Returns the hosts with the ids of what answers.
    pub fn exposed(&self) -> impl Iterator<Item = (ComponentId, Option<PartId>, Exposure<'_>)> {
        let of = |(at, component)| {
            Component::exposed(component).map(move |(part, exposure)| (ComponentId(at), part, exposure))
        };
        self.components.iter().enumerate().flat_map(of)
    }
}
