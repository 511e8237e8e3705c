//! The way of what applications tell of themselves: through the agent of a composition to what keeps it, and on to Grafana.

use super::{Line, Shape, Sketch};
use crate::model::Platform;
use crate::model::composition::{Composition, Telemetry};
use crate::spec::FlowKind;

/// Draws the telemetry of compositions, as far as its kinds are wanted. `keeps` returns the node of a component.
pub(super) fn draw(
    sketch: &mut Sketch,
    platform: &Platform,
    wanted: &dyn Fn(FlowKind) -> bool,
    keeps: &mut dyn FnMut(&mut Sketch, usize) -> Option<usize>,
) {
    for composition in &platform.compositions {
        if let Some(telemetry) = &composition.telemetry {
            agent(sketch, (composition, telemetry), wanted, keeps);
        }
    }
}

fn agent(
    sketch: &mut Sketch,
    (composition, telemetry): (&Composition, &Telemetry),
    wanted: &dyn Fn(FlowKind) -> bool,
    keeps: &mut dyn FnMut(&mut Sketch, usize) -> Option<usize>,
) {
    let targets: Vec<_> = telemetry.targets.iter().filter(|target| wanted(target.signal)).collect();
    let scrape = telemetry.scrape.as_ref().filter(|_| wanted(FlowKind::Scrape));
    if targets.is_empty() && scrape.is_none() {
        return;
    }
    let name = &composition.name.value;
    let written = composition.written.telemetry.value();
    let service = written.and_then(|written| written.service.value()).map_or(&**name, |service| &*service.0);
    let mut sources = Vec::new();
    if !targets.is_empty() {
        sources.push((format!("application/{name}"), vec![service.to_owned()]));
    }
    let examples = telemetry.examples.iter().filter(|_| !targets.is_empty());
    sources.extend(examples.map(|language| {
        let word = language.word();
        (format!("example/{name}/{word}"), vec![format!("{word} example")])
    }));
    let lines = vec!["agent".to_owned(), format!("of {name}")];
    let agent = sketch.node(format!("agent/{name}"), || (lines, Shape::Box, None));
    for (id, lines) in sources {
        let source = sketch.node(id, || (lines, Shape::Person, None));
        sketch.edge(source, agent, Some("OTLP".to_owned()), Line::Solid);
    }
    for target in scrape.iter().flat_map(|scrape| &scrape.targets) {
        let lines = vec![target.name.value.to_string(), target.address.value.to_string()];
        let source = sketch.node(format!("scraped/{name}/{}", target.name.value), || (lines, Shape::Person, None));
        sketch.edge(source, agent, Some(FlowKind::Scrape.word().to_owned()), Line::Solid);
    }
    for target in targets {
        let Some(store) = keeps(sketch, target.to.0) else { continue };
        let tenant = target.tenant.as_ref().map_or_else(String::new, |tenant| format!(" {}", tenant.value));
        sketch.edge(agent, store, Some(format!("{}{tenant}", target.signal.word())), Line::Solid);
        if target.query.is_some() && wanted(FlowKind::Query) {
            let reader = sketch.node(format!("datasources/{name}"), || {
                (vec!["Grafana".to_owned(), format!("datasources of {name}")], Shape::Box, None)
            });
            sketch.edge(store, reader, Some(FlowKind::Query.word().to_owned()), Line::Solid);
        }
    }
}
