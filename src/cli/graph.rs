//! `dvgen graph`: drawings of the platform.

use std::collections::BTreeSet;

use super::args::{Args, Graph};
use super::place::Place;
use super::{Exit, USAGE, show};
use crate::diag::render::Format;
use crate::diag::{Diagnostic, Kind, did_you_mean};
use crate::draw::{self, Drawing, View};
use crate::model::{AMBIGUOUS_PLUGIN, Platform, UNKNOWN_COMPONENT};
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
    if !graph.kinds.is_empty() && graph.view != Some(View::Flows) {
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
    let view = view(graph, platform);
    let mut drawing = match view {
        View::Order => draw::order(platform, &model.graph),
        View::Flows => draw::flows(platform, &graph.kinds),
        View::Topology => draw::topology(platform),
        View::Volumes => draw::volumes(platform),
        View::Secrets => draw::secrets(platform, &model.graph),
        View::Plugins => draw::plugins(platform, &model.graph),
        View::Layers => draw::layers(platform),
        View::Delivery => draw::delivery(platform),
    };
    if let Some(name) = &graph.focus {
        let stations = draw::stations(&drawing);
        let found = called(view, platform, &stations, name).map_err(|known| {
            Box::new(other(view, platform, name).unwrap_or_else(|| unknown(graph.view, platform, name, known)))
        })?;
        draw::focus(&mut drawing, found);
    }
    if drawing.nodes.is_empty() {
        let what = match view {
            View::Order => "no component",
            View::Flows => "no flow of this kind",
            View::Topology => "no node and no component",
            View::Volumes => "no volume",
            View::Secrets => "no secret and no certificate",
            View::Plugins => "no plugin of a composition",
            View::Layers => "no layer",
            View::Delivery => "no repository that changes come from",
        };
        let about = graph.focus.as_ref().map(|name| format!(" of `{name}`")).unwrap_or_default();
        return Err(Box::new(Diagnostic::without_span(NOTHING, format!("there is {what}{about} to draw"))));
    }
    Ok(drawing)
}

/// No places of a delivery: they are known once it is drawn.
static NONE: BTreeSet<String> = BTreeSet::new();

/// Returns what is drawn: what was asked for, or the drawing that has what it is to be about.
fn view(graph: &Graph, platform: &Platform) -> View {
    let has = |view: &View| graph.focus.as_ref().is_some_and(|name| called(*view, platform, &NONE, name).is_ok());
    let all = [View::Order, View::Plugins, View::Layers];
    graph.view.or_else(|| all.into_iter().find(has)).unwrap_or(View::Order)
}

/// Says of a name that something has, and nothing that is drawn here, what it is and which drawing has it.
fn other(view: View, platform: &Platform, name: &str) -> Option<Diagnostic> {
    let topology = &platform.topology;
    let is = |view: View| called(view, platform, &NONE, name).is_ok();
    let (what, drawn) = if platform.compositions.iter().any(|one| *one.name.value == *name) {
        ("a composition", Some(View::Plugins))
    } else if is(View::Plugins) {
        ("a plugin", Some(View::Plugins))
    } else if platform.plugins.iter().any(|one| *one.name.value == *name || *one.path.value == *name) {
        let message = format!("no composition has the plugin `{name}`, so there is nothing of it to draw");
        return Some(Diagnostic::without_span(UNKNOWN_COMPONENT, message));
    } else if is(View::Order) {
        ("a component", Some(View::Order))
    } else if is(View::Layers) {
        ("a layer", Some(View::Layers))
    } else if topology.nodes.iter().any(|one| *one.name.value == *name) {
        ("a node", None)
    } else if topology.hypervisors.iter().any(|one| *one.name.value == *name) {
        ("a hypervisor", None)
    } else {
        return None;
    };
    let message = format!("`{name}` is {what}, and this drawing is about {} only", about(view).1);
    let problem = Diagnostic::without_span(UNKNOWN_COMPONENT, message);
    Some(drawn.into_iter().fold(problem, |problem, drawn| {
        problem.help(format!("draw what has it: `dvgen graph {} --focus {name}`", drawn.word()))
    }))
}

/// Returns what a drawing can be about: one, and several.
fn about(view: View) -> (&'static str, &'static str) {
    match view {
        View::Order | View::Volumes => ("component", "components"),
        View::Flows | View::Topology => ("component or composition", "components and compositions"),
        View::Secrets => ("component, composition or plugin", "components, compositions and plugins"),
        View::Plugins => ("plugin or composition", "plugins and compositions"),
        View::Layers => ("layer", "layers"),
        View::Delivery => (
            "branch, workflow, registry, component or cluster",
            "branches, workflows, registries, components and clusters",
        ),
    }
}

/// Returns the whole name of what a drawing is to be about; else the names that there are.
fn called<'a>(
    view: View,
    platform: &'a Platform,
    stations: &'a BTreeSet<String>,
    name: &str,
) -> Result<&'a str, Vec<&'a str>> {
    let compositions = || platform.compositions.iter().map(|composition| &*composition.name.value);
    let known: Vec<&str> = match view {
        View::Order | View::Volumes => platform.components.iter().map(|component| &*component.name.value).collect(),
        View::Secrets => {
            let components = platform.components.iter().map(|component| &*component.name.value);
            let members = platform.compositions.iter().flat_map(|composition| &composition.members);
            let members: BTreeSet<&str> = members.map(|member| &*member.name.value).collect();
            components.chain(compositions()).chain(members).collect()
        }
        View::Flows | View::Topology => {
            platform.components.iter().map(|component| &*component.name.value).chain(compositions()).collect()
        }
        View::Plugins => {
            let members = platform.compositions.iter().flat_map(|composition| &composition.members);
            let members: BTreeSet<&str> = members.map(|member| &*member.name.value).collect();
            members.into_iter().chain(compositions()).collect()
        }
        View::Layers => platform.layers.iter().map(|layer| &*layer.folder.value).collect(),
        View::Delivery => stations.iter().map(String::as_str).collect(),
    };
    if let Some(found) = known.iter().find(|known| **known == name) {
        return Ok(found);
    }
    // As a composition calls its plugins: by the path, or by the last word where only one has it.
    let of_path = platform.plugins.iter().find(|plugin| *plugin.path.value == *name);
    let of_path = of_path
        .map(|plugin| &*plugin.name.value)
        .filter(|name| known.contains(name))
        .filter(|_| matches!(view, View::Plugins | View::Secrets));
    let mut last = known.iter().filter(|known| known.rsplit('/').next() == Some(name));
    match (of_path, last.next(), last.next()) {
        (Some(found), _, _) => Ok(found),
        (None, Some(found), None) => Ok(found),
        _ => Err(known),
    }
}

fn unknown<'a>(view: Option<View>, platform: &'a Platform, name: &str, mut known: Vec<&'a str>) -> Diagnostic {
    // Where no drawing was asked for, the name chooses one.
    let what = view.map_or("component, composition, plugin or layer", |view| about(view).0);
    if view.is_none() {
        let more =
            [View::Plugins, View::Layers].into_iter().filter_map(|view| called(view, platform, &NONE, name).err());
        known.extend(more.flatten());
    }
    let several: Vec<_> = known.iter().filter(|known| known.rsplit('/').next() == Some(name)).collect();
    if let [_, _, ..] = several.as_slice() {
        let names: Vec<_> = several.iter().map(|name| format!("`{name}`")).collect();
        let problem = Diagnostic::without_span(AMBIGUOUS_PLUGIN, format!("`{name}` can be {} things", several.len()));
        return problem.help(format!("name the one that is meant: {}", names.join(" or ")));
    }
    let problem = Diagnostic::without_span(UNKNOWN_COMPONENT, format!("there is no {what} `{name}`"));
    // By the last word too, as people call plugins.
    let words = known.iter().copied().chain(known.iter().filter_map(|known| known.rsplit('/').next()));
    did_you_mean(name, words).into_iter().fold(problem, Diagnostic::help)
}
