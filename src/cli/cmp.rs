//! `dvgen cmp`: dvgen as a config management plugin of Argo CD.
//!
//! Argo CD calls it in a copy of the repository without `.git`, and hands parameters over in the environment (Argo CD,
//! "Config Management Plugins"): stdout takes objects and nothing else.

use serde_json::{Value, json};

use super::args::{Args, Cmp};
use super::place::Place;
use super::{Exit, USAGE, show};
use crate::diag::render::{Format, summary};
use crate::diag::{Diagnostic, did_you_mean};
use crate::emit::{Delivery, TargetName};
use crate::pipeline::{Compilation, Environment, Options, compile};
use crate::source::SourceMap;

/// The parameters that an Application sets.
#[derive(Debug, Default)]
struct Parameters {
    environment: Option<String>,
    component: Option<String>,
}

/// Runs the command.
pub(super) fn run(args: &Args, cmp: &Cmp) -> Exit {
    let place = match Place::find(args.directory.as_deref(), None, None) {
        Ok(place) => place,
        Err(problem) => return fail(args, "", &[*problem], &SourceMap::new()),
    };
    match cmp {
        Cmp::Generate => generate(args, &place),
        Cmp::Parameters => announce(args, &place),
    }
}

fn fail(args: &Args, prefix: &str, problems: &[Diagnostic], sources: &SourceMap) -> Exit {
    show::diagnostics(problems, sources, prefix, Format::Full, args.color);
    show::err(&format!("dvgen: {}\n", summary(problems)));
    Exit::of(problems)
}

/// Prints the objects of an Application: those of one component, or, without one, the Applications themselves.
fn generate(args: &Args, place: &Place) -> Exit {
    let parameters = match parameters() {
        Ok(parameters) => parameters,
        Err(problem) => return fail(args, "", &[*problem], &SourceMap::new()),
    };
    let options = Options {
        environments: parameters.environment.clone().into_iter().collect(),
        delivery: Delivery::Plugin,
        ..Options::new(place.spec.clone())
    };
    let compilation = compile(&place.world, &options);
    let Compilation { diagnostics, sources, environments, .. } = &compilation;
    if compilation.has_errors() {
        return fail(args, &place.prefix, diagnostics, sources);
    }
    // Of several environments it is the first, the base, that an Application without a parameter means.
    let Some(environment) = environments.first() else {
        return fail(args, &place.prefix, diagnostics, sources);
    };
    match objects(environment, parameters.component.as_deref()) {
        Ok(text) if show::out(&text) => Exit::Clean,
        Ok(_) => Exit::NoVerdict,
        Err(problem) => fail(args, &place.prefix, &[*problem], sources),
    }
}

fn objects(environment: &Environment, component: Option<&str>) -> Result<String, Box<Diagnostic>> {
    let wanted = |target, folder: &str| {
        let files = environment.artifacts.iter().filter(move |file| file.target == target);
        let inside = format!("{folder}/");
        files.filter(move |file| file.path.contains(&inside)).map(|file| file.text.to_string()).collect::<Vec<_>>()
    };
    let files = match component {
        None => wanted(TargetName::Argocd, "gitops/apps"),
        Some(name) => wanted(TargetName::Manifests, &format!("gitops/manifests/{name}")),
    };
    if files.is_empty() {
        let name = component.unwrap_or("the platform");
        let message = format!("there are no objects of `{name}` in environment `{}`", environment.name);
        let known = environment.artifacts.iter().filter_map(|file| {
            let (_, below) = file.path.split_once("gitops/manifests/")?;
            below.split('/').next()
        });
        let problem = Diagnostic::without_span(USAGE, message);
        let problem = did_you_mean(name, known).into_iter().fold(problem, Diagnostic::help);
        return Err(Box::new(problem.help("the parameter `component` names a component that has manifests")));
    }
    Ok(files.join("---\n"))
}

/// Reads the parameters of the Application: each is a variable of its own, and all are in one as JSON.
fn parameters() -> Result<Parameters, Box<Diagnostic>> {
    #[expect(clippy::disallowed_methods, reason = "cli is the room that reads the environment")]
    let variable = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
    let mut parameters = Parameters::default();
    if let Some(text) = variable("ARGOCD_APP_PARAMETERS") {
        let bad = |_| Box::new(Diagnostic::without_span(USAGE, "`ARGOCD_APP_PARAMETERS` is not a JSON array"));
        let all: Vec<Value> = serde_json::from_str(&text).map_err(bad)?;
        let find = |name: &str| {
            let one = all.iter().find(|one| one.get("name").is_some_and(|own| own == name))?;
            one.get("string")?.as_str().map(str::to_owned)
        };
        parameters = Parameters { environment: find("environment"), component: find("component") };
    }
    parameters.environment = parameters.environment.or_else(|| variable("PARAM_ENVIRONMENT"));
    parameters.component = parameters.component.or_else(|| variable("PARAM_COMPONENT"));
    Ok(parameters)
}

/// Prints the parameters that Argo CD shows for an Application.
fn announce(args: &Args, place: &Place) -> Exit {
    let compilation = compile(&place.world, &Options::new(place.spec.clone()));
    if compilation.has_errors() {
        return fail(args, &place.prefix, &compilation.diagnostics, &compilation.sources);
    }
    let names: Vec<&str> = compilation.environments.iter().map(|environment| &*environment.name).collect();
    let known = format!("One of: {}.", names.join(", "));
    let announced = json!([
        { "name": "environment", "title": "Environment", "tooltip": known, "string": names.first().unwrap_or(&"") },
        { "name": "component", "title": "Component", "tooltip": "Empty for the Applications themselves.", "string": "" },
    ]);
    if show::out(&format!("{announced}\n")) { Exit::Clean } else { Exit::NoVerdict }
}
