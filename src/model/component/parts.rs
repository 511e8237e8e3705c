//! The parts of umbrella charts.

use std::collections::BTreeMap;

use super::Part;
use super::read::Reader;
use crate::library::Variant;
use crate::model::{Traced, UNKNOWN_PART};
use crate::source::OriginId;
use crate::spec;
use crate::template::Data;
use crate::yaml::{Decoder, Field, Names};

impl Reader<'_, '_> {
    /// Returns the parts that the facts know, with what the spec says of them.
    pub(super) fn parts(
        &mut self,
        spec: &spec::Component,
        variant: &Variant,
        placement: &Data,
        here: OriginId,
    ) -> Vec<Part> {
        let facts = variant.facts.parts.value();
        let written: Option<&Names<spec::Part>> = spec.parts.value();
        for (name, named) in written.into_iter().flatten() {
            if facts.is_none_or(|facts| !facts.contains_key(name)) {
                let known = facts.into_iter().flat_map(Names::keys).map(|name| &**name);
                self.cx.out.push(Decoder::unknown_name(UNKNOWN_PART, named.key, "part", name, known));
            }
        }
        let mut all = Vec::new();
        for (name, named) in facts.into_iter().flatten() {
            let Some(fact) = &named.value else { continue };
            let own = written.and_then(|written| written.get(name)).and_then(|named| named.value.as_ref());
            let absent = spec::Part::absent();
            let own = own.map_or(&absent, |own| &own.value);
            let fact = &fact.value;
            let origin = self.cx.origins.template(named.key, &[]);
            let enabled = match (own.enabled.get(), fact.enabled.get()) {
                (Some(written), _) => self.cx.traced("part", written.value, written.span),
                (None, Some(fact)) => Traced::new(fact.value, self.cx.origins.template(fact.span, &[])),
                (None, None) => Traced::new(true, origin),
            };
            let retention = self.cx.word(&own.retention, "retention").or_else(|| {
                let fact = fact.retention.get()?;
                Some(Traced::new(fact.value.0.clone(), self.cx.origins.template(fact.span, &[])))
            });
            let title = fact.title.get().map_or_else(
                || Traced::new(name.clone(), origin),
                |title| Traced::new(title.value.clone(), self.cx.origins.template(title.span, &[])),
            );
            let exposed = enabled.value && variant.reads(&format!("parts.{name}.expose"));
            let expose = self.expose(own.expose.value().filter(|_| exposed).map(|expose| &**expose));
            all.push(Part {
                name: name.clone(),
                title,
                role: fact.role.value().map(|role| role.0.clone()),
                enabled,
                replicas: self.replicas(&own.replicas, &fact.replicas),
                retention,
                storage: self.storage(own.storage.value(), fact.storage.value().map(|storage| &storage.size)),
                placed: own.placement.value().is_some(),
                placement: own
                    .placement
                    .value()
                    .map_or_else(|| placement.clone(), |written| self.placement_of_part(written, placement, here)),
                expose: expose.map(Box::new),
                login: fact.login.value() != Some(&false),
                serves: BTreeMap::new(),
                opens: fact.opens.value().into_iter().flatten().filter_map(Field::value).copied().collect(),
            });
        }
        all
    }
}
