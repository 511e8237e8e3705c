//! What flows between what. Arrows go the way that data goes, whoever opens the connection.

mod beyond;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Drawing, Line, Mark, Shape, Sketch, View};
use crate::model::{Component, End, Flow, Platform};
use crate::spec::FlowKind;

/// Draws the flows of some kinds; of all kinds without any. Scrapes that nobody wrote are drawn when scrapes are asked for.
pub fn flows(platform: &Platform, kinds: &[FlowKind]) -> Drawing {
    let title = format!("Flows of {}, {}", platform.name.value, platform.environment.value);
    let mut canvas = Canvas { sketch: Sketch::new(View::Flows, title, true), platform, frames: BTreeMap::new() };
    let wanted = |kind: FlowKind| kinds.is_empty() || kinds.contains(&kind);
    let mut silent = 0_usize;
    for flow in platform.flows.iter().filter(|flow| wanted(flow.kind)) {
        if flow.span.is_none() && kinds.is_empty() && !beyond::is_exporter(platform, flow.to.component) {
            silent += 1;
            continue;
        }
        canvas.flow(flow);
    }
    canvas.telemetry(&wanted);
    if wanted(FlowKind::Ingress) {
        canvas.people();
    }
    canvas.beyond(&wanted);
    let mut drawing = canvas.sketch.drawing;
    // What is small is read like a line of text; what is large would be too wide for a page.
    drawing.sideways = drawing.nodes.len() <= SMALL;
    drawing.legend.push((
        Mark::Line(Line::Dashed),
        "dashed: read from a machine by an exporter, an agent or a backup, or restored to it".to_owned(),
    ));
    if silent > 0 {
        let what = super::left_out(silent, "scrape");
        drawing.notes.push(format!("{what}, as nobody has to write them: dvgen graph flows --kind scrape"));
    }
    drawing
}

/// The most nodes of a drawing that grows sideways.
const SMALL: usize = 10;

/// Returns whether data goes against the connection: the side that opens it reads.
const fn reads(kind: FlowKind) -> bool {
    matches!(kind, FlowKind::Scrape | FlowKind::Query | FlowKind::Auth | FlowKind::Discover)
}

struct Canvas<'a> {
    sketch: Sketch,
    platform: &'a Platform,
    frames: BTreeMap<Arc<str>, usize>,
}

impl Canvas<'_> {
    fn flow(&mut self, flow: &Flow) {
        let (Some(from), Some(to)) = (self.end(&flow.from), self.end(&flow.to)) else { return };
        let (first, second) = if reads(flow.kind) { (to, from) } else { (from, to) };
        let mut label = flow.kind.word().to_owned();
        let more = [flow.name.as_ref().map(|name| &name.value), flow.tenant.as_ref().map(|tenant| &tenant.value)];
        for text in more.into_iter().flatten() {
            label.push(' ');
            label.push_str(text);
        }
        self.sketch.edge(first, second, Some(label), Line::Solid);
        for (target, _) in &flow.targets {
            let Some(host) = self.platform.topology.hypervisors.get(target.0) else { continue };
            let name = host.name.value.to_string();
            let node = self.sketch.node(format!("host/{name}"), || (vec![name], Shape::Machine, None));
            self.sketch.edge(node, to, Some(flow.kind.word().to_owned()), Line::Dashed);
        }
    }

    /// Draws what the agents of compositions pass on.
    fn telemetry(&mut self, wanted: &dyn Fn(FlowKind) -> bool) {
        let platform = self.platform;
        let Self { sketch, frames, .. } = self;
        let mut keeps = |sketch: &mut Sketch, at: usize| {
            let component = platform.components.get(at)?;
            let frame = component
                .group
                .as_ref()
                .map(|group| *frames.entry(group.value.clone()).or_insert_with(|| sketch.frame(&*group.value, None)));
            let name = component.name.value.to_string();
            Some(sketch.node(format!("component/{name}"), || (vec![name], Shape::Store, frame)))
        };
        super::telemetry::draw(sketch, platform, wanted, &mut keeps);
    }

    /// Returns the frame of a component's group.
    fn group(&mut self, component: &Component) -> Option<usize> {
        let group = component.group.as_ref()?.value.clone();
        let sketch = &mut self.sketch;
        Some(*self.frames.entry(group.clone()).or_insert_with(|| sketch.frame(&*group, None)))
    }

    /// Returns the node of a component, or of the part of it that is meant.
    fn end(&mut self, end: &End) -> Option<usize> {
        let component = self.platform.components.get(end.component.0)?;
        let frame = self.group(component);
        let name = &component.name.value;
        let part = end.part.and_then(|id| component.part(id));
        let id = part.map_or_else(|| format!("component/{name}"), |part| format!("component/{name}/{}", part.name));
        let keeps = |kinds: &BTreeMap<FlowKind, crate::model::Serve>| {
            [FlowKind::Database, FlowKind::Objects].iter().any(|kind| kinds.contains_key(kind))
        };
        let shape = if keeps(&component.serves) { Shape::Store } else { Shape::Box };
        let lines = match part {
            Some(part) => vec![part.name.to_string(), format!("of {name}")],
            None => vec![name.to_string()],
        };
        Some(self.sketch.node(id, || (lines, shape, frame)))
    }

    /// Draws how people reach what has a host: through the tunnel that it names, else through what answers for its class.
    fn people(&mut self) {
        let platform = self.platform;
        for (at, component) in platform.components.iter().enumerate() {
            if component.workload.as_ref().is_some_and(|workload| workload.load_balancer)
                && let Some(inner) = self.whole(at)
            {
                let people = self.door(None);
                let port =
                    component.services.first().map_or_else(String::new, |service| format!(" {}", service.port.value));
                self.sketch.edge(people, inner, Some(format!("load balancer{port}")), Line::Solid);
            }
        }
        for (component, part, exposure) in platform.exposed() {
            let expose = exposure.expose;
            let tunnel = expose.tunnel.as_ref().and_then(|name| self.inner_end(&name.value));
            let door = tunnel.or_else(|| self.controller(expose.class.as_ref().map(|class| &*class.value)));
            let Some(inner) = self.end(&End { component, part, origin: expose.host.origin }) else { continue };
            let outer = self.door(door.filter(|door| *door != inner));
            self.sketch.edge(outer, inner, Some(expose.host.value.to_string()), Line::Solid);
        }
        for tunnel in &platform.tunnels {
            let Some(end) = self.inner_end(&tunnel.name.value) else { continue };
            for route in &tunnel.routes {
                let name = route.to.value.to_string();
                let place = self.sketch.node(format!("host/{name}"), || (vec![name], Shape::Machine, None));
                let label = format!("{} {}", route.protocol.value.word(), route.host.value);
                let outer = self.door(Some(end));
                self.sketch.edge(outer, place, Some(label), Line::Solid);
            }
        }
    }

    /// Returns the component that people come through, or people themselves where nothing stands between.
    fn door(&mut self, door: Option<usize>) -> usize {
        let people = self.sketch.node("people".to_owned(), || (vec!["people".to_owned()], Shape::Person, None));
        let Some(door) = door else { return people };
        self.sketch.edge(people, door, None, Line::Solid);
        door
    }

    /// Returns the component at the inner end of a tunnel.
    fn inner_end(&mut self, tunnel: &str) -> Option<usize> {
        let platform = self.platform;
        let tunnel = platform.tunnels.iter().find(|one| &*one.name.value == tunnel)?;
        let at = platform.components.iter().position(|one| one.name.value == tunnel.component.value)?;
        self.whole(at)
    }

    /// Returns the ingress controller that answers for a class.
    fn controller(&mut self, class: Option<&str>) -> Option<usize> {
        let answers = |one: &Component| {
            one.ingress.as_ref().is_some_and(|own| class.is_none_or(|class| *class == *own.class.value))
        };
        let at = self.platform.components.iter().position(answers)?;
        self.whole(at)
    }

    fn whole(&mut self, at: usize) -> Option<usize> {
        let component = self.platform.components.get(at)?;
        let origin = component.name.origin;
        self.end(&End { component: crate::model::ComponentId(at), part: None, origin })
    }
}
