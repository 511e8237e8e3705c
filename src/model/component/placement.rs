//! Where pods run: what the spec says, in the shape that Kubernetes gives it (kubernetes.io, "Assigning Pods to Nodes", "Pod
//! Topology Spread Constraints").
//!
//! Which pods are to be apart is known to templates only: they lay the labels of the pods over it with `for_pods`.

use std::sync::Arc;

use super::read::Reader;
use crate::source::{OriginId, Span};
use crate::spec::{self, Affinity, LabelValue, Labels, Placement, Strength};
use crate::template::{Data, DataMap};
use crate::yaml::Field;
use crate::yaml::decode::{Named, OneOrMany};

/// What origins call it.
const WHAT: &str = "placement";
/// The label by which the scheduler tells nodes apart.
const HOSTNAME: &str = "kubernetes.io/hostname";
const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
const COPIES: &str = "podAntiAffinity";
/// How much a wish counts beside those that the scheduler has itself: all that one can.
const WEIGHT: i64 = 100;

type Choices = Labels<OneOrMany<LabelValue>>;

impl Reader<'_, '_> {
    /// Returns where the pods of a component run, as templates read it.
    pub(super) fn placement(&mut self, spec: &spec::Component, here: OriginId) -> Data {
        let absent = Placement::absent();
        let written = spec.placement.value().map_or(&absent, |written| &**written);
        let fields = [
            ("nodeSelector", self.selector(written, here)),
            ("tolerations", self.tolerations(written, here)),
            ("nodes", self.nodes(written, here)),
            ("copies", self.copies(written, here)),
            ("apart", self.apart(written, here)),
            ("spread", self.spread(written, here)),
        ];
        with_affinity(Data::map(fields, here), here)
    }

    /// Returns where the pods of a part run: what it does not say itself is said by the component.
    pub(super) fn placement_of_part(&mut self, written: &Placement, whole: &Data, here: OriginId) -> Data {
        let mut own = whole.clone();
        if written.node_selector.value().is_some() {
            own.set("nodeSelector", self.selector(written, here));
        }
        if written.tolerations.value().is_some() {
            own.set("tolerations", self.tolerations(written, here));
        }
        if written.affinity.value().is_some() {
            own.set("nodes", self.nodes(written, here));
        }
        if written.apart.value().is_some() {
            own.set("copies", self.copies(written, here));
            own.set("apart", self.apart(written, here));
        }
        if written.spread.value().is_some() {
            own.set("spread", self.spread(written, here));
        }
        with_affinity(own, here)
    }

    fn written(&mut self, span: Span) -> OriginId {
        self.cx.origins.written(WHAT, span)
    }

    fn selector(&mut self, written: &Placement, here: OriginId) -> Data {
        let mut selector = Vec::new();
        for (label, named) in written.node_selector.value().into_iter().flat_map(|labels| &labels.0) {
            if let Some(value) = &named.value {
                let origin = self.written(value.span);
                selector.push((label.clone(), Data::str(value.value.0.clone(), origin)));
            }
        }
        Data::map(selector, here)
    }

    fn tolerations(&mut self, written: &Placement, here: OriginId) -> Data {
        let mut tolerations = Vec::new();
        for toleration in written.tolerations.value().into_iter().flatten().filter_map(Field::get) {
            let origin = self.written(toleration.span);
            let value = &toleration.value;
            let fields = [
                ("key", value.key.value().map(|key| key.0.clone())),
                ("operator", value.operator.value().map(|operator| operator.word().into())),
                ("value", value.value.value().map(|text| text.0.clone())),
                ("effect", value.effect.value().map(|effect| effect.word().into())),
            ];
            let fields = fields.into_iter().filter_map(|(key, text)| Some((key, Data::str(text?, origin))));
            tolerations.push(Data::map(fields, origin));
        }
        Data::list(tolerations, here)
    }

    /// All labels that are required are one term, whose expressions hold together; each wish counts on its own.
    fn nodes(&mut self, written: &Placement, here: OriginId) -> Data {
        let absent = Affinity::absent();
        let affinity = written.affinity.value().unwrap_or(&absent);
        let mut all = self.expressions(&affinity.require, "In");
        all.extend(self.expressions(&affinity.exclude, "NotIn"));
        let term = |expressions, origin| Data::map([("matchExpressions", Data::list(expressions, origin))], origin);
        let required = (!all.is_empty()).then(|| {
            let terms = Data::list(vec![term(all, here)], here);
            (REQUIRED, Data::map([("nodeSelectorTerms", terms)], here))
        });
        let liked = self.expressions(&affinity.prefer, "In").into_iter();
        let liked: Vec<Data> = liked
            .map(|one| {
                let origin = one.origin;
                wish("preference", term(vec![one], origin), origin)
            })
            .collect();
        let preferred = (!liked.is_empty()).then(|| (PREFERRED, Data::list(liked, here)));
        let fields: Vec<_> = required.into_iter().chain(preferred).collect();
        let affinity = (!fields.is_empty()).then(|| ("nodeAffinity", Data::map(fields, here)));
        Data::map(affinity, here)
    }

    fn copies(&mut self, written: &Placement, here: OriginId) -> Data {
        let Some(strength) = written.apart.get() else { return Data::map::<&str>([], here) };
        let origin = self.written(strength.span);
        let copies = match strength.value {
            Strength::Require => required(origin),
            Strength::Prefer => {
                let term = Data::map([("topologyKey", Data::str(HOSTNAME, origin))], origin);
                Data::map([(PREFERRED, Data::list(vec![wish("podAffinityTerm", term, origin)], origin))], origin)
            }
        };
        Data::map([(COPIES, copies)], here)
    }

    fn expressions(&mut self, labels: &Field<Choices>, operator: &'static str) -> Vec<Data> {
        let mut all = Vec::new();
        for (key, named) in labels.value().into_iter().flat_map(|labels| &labels.0) {
            all.extend(self.expression((key, named), operator));
        }
        all
    }

    fn expression(
        &mut self,
        (key, named): (&Arc<str>, &Named<OneOrMany<LabelValue>>),
        operator: &'static str,
    ) -> Option<Data> {
        let written = named.value.as_ref()?;
        let origin = self.written(named.key);
        let values = written.value.0.iter().map(|value| Data::str(value.value.0.clone(), self.written(value.span)));
        let values: Vec<Data> = values.collect();
        let fields = [
            ("key", Data::str(key.clone(), origin)),
            ("operator", Data::str(operator, origin)),
            ("values", Data::list(values, origin)),
        ];
        Some(Data::map(fields, origin))
    }

    fn apart(&mut self, written: &Placement, here: OriginId) -> Data {
        match written.apart.get() {
            Some(strength) => Data::str(strength.value.word(), self.written(strength.span)),
            None => Data::null(here),
        }
    }

    fn spread(&mut self, written: &Placement, here: OriginId) -> Data {
        let mut all = Vec::new();
        for (key, named) in written.spread.value().into_iter().flat_map(|labels| &labels.0) {
            let Some(strength) = &named.value else { continue };
            let (label, origin) = (self.written(named.key), self.written(strength.span));
            let unsatisfied = match strength.value {
                Strength::Require => "DoNotSchedule",
                Strength::Prefer => "ScheduleAnyway",
            };
            let fields = [
                ("maxSkew", Data::int(1, label)),
                ("topologyKey", Data::str(key.clone(), label)),
                ("whenUnsatisfiable", Data::str(unsatisfied, origin)),
            ];
            all.push(Data::map(fields, label));
        }
        Data::list(all, here)
    }
}

/// Sets the affinity of pods: that to nodes, and that of copies to each other. `strict` is the same for a chart that keeps
/// copies apart unless it is told otherwise.
fn with_affinity(mut placement: Data, here: OriginId) -> Data {
    let of = |key| placement.get(key).and_then(Data::as_map).into_iter().flat_map(DataMap::iter);
    let all: Vec<_> = of("nodes").chain(of("copies")).map(|(key, data)| (key.clone(), data.clone())).collect();
    let mut strict = Data::map(all.clone(), here);
    if strict.get(COPIES).is_none() {
        strict.set(COPIES, required(here));
    }
    placement.set("affinity", Data::map(all, here));
    placement.set("strict", strict);
    placement
}

/// Returns that no two copies may share a node.
fn required(origin: OriginId) -> Data {
    let term = Data::map([("topologyKey", Data::str(HOSTNAME, origin))], origin);
    Data::map([(REQUIRED, Data::list(vec![term], origin))], origin)
}

/// Returns a wish, as the scheduler weighs it.
fn wish(key: &'static str, what: Data, origin: OriginId) -> Data {
    Data::map([("weight", Data::int(WEIGHT, origin)), (key, what)], origin)
}
