//! `dvgen graph`: drawings of the platform.

use super::args::{Args, Graph};
use super::place::Place;
use super::{Exit, USAGE, show};
use crate::diag::render::Format;
use crate::diag::{Diagnostic, Kind, did_you_mean};
use crate::draw::{self, Drawing, View};
use crate::model::{Platform, UNKNOWN_COMPONENT};
use crate::pipeline::{Model, Options, compile};
use crate::source::SourceMap;

/// There is nothing to draw.
const NOTHING: Kind = Kind::no_verdict("nothing-to-draw", "DV0957");

/// Runs the command.
pub(super) fn run(args: &Args, graph: &Graph) -> Exit {
    let fail = |problems: &[Diagnostic], sources: &SourceMap, prefix: &str| {
        show::diagnostics(problems, sources, prefix, Format::Full, args.color);
        Exit::of(problems)
    };
    if !graph.kinds.is_empty() && graph.view != View::Flows {
        let problem = Diagnostic::without_span(USAGE, "`--kind` chooses flows, and this drawing has none")
            .help("draw flows: `dvgen graph flows --kind logs`");
        return fail(&[problem], &SourceMap::new(), "");
    }
    let place = match Place::find(args.directory.as_deref(), graph.spec.as_deref(), None) {
        Ok(place) => place,
        Err(problem) => return fail(&[*problem], &SourceMap::new(), ""),
    };
    let environments = graph.environment.iter().cloned().collect();
    let options = Options { provenance: true, environments, ..Options::new(place.spec.clone()) };
    let compilation = compile(&place.world, &options);
    let model = compilation.environments.first().and_then(|environment| environment.model.as_ref());
    let Some(model) = model.filter(|_| !compilation.has_errors()) else {
        return fail(&compilation.diagnostics, &compilation.sources, &place.prefix);
    };
    match draw(graph, model) {
        Ok(drawing) if show::out(&draw::render(&drawing, graph.format)) => Exit::Clean,
        Ok(_) => Exit::NoVerdict,
        Err(problem) => fail(&[*problem], &SourceMap::new(), ""),
    }
}

fn draw(graph: &Graph, model: &Model) -> Result<Drawing, Box<Diagnostic>> {
    let platform = &model.platform;
    let mut drawing = match graph.view {
        View::Order => draw::order(platform, &model.graph),
        View::Flows => draw::flows(platform, &graph.kinds),
        View::Topology => draw::topology(platform),
    };
    if let Some(name) = &graph.focus {
        if platform.component(name).is_none() {
            return Err(Box::new(unknown(platform, name)));
        }
        draw::focus(&mut drawing, name);
    }
    if drawing.nodes.is_empty() {
        let what = match graph.view {
            View::Order => "no component",
            View::Flows => "no flow of this kind",
            View::Topology => "no node and no component",
        };
        let about = graph.focus.as_ref().map(|name| format!(" of `{name}`")).unwrap_or_default();
        return Err(Box::new(Diagnostic::without_span(NOTHING, format!("there is {what}{about} to draw"))));
    }
    Ok(drawing)
}

fn unknown(platform: &Platform, name: &str) -> Diagnostic {
    let problem = Diagnostic::without_span(UNKNOWN_COMPONENT, format!("there is no component `{name}`"));
    let known = platform.components.iter().map(|component| &*component.name.value);
    did_you_mean(name, known).into_iter().fold(problem, Diagnostic::help)
}
