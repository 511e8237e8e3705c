//! Imports against the table of layers.

use crate::diag::{Diagnostic, Kind, is_slip, nearest};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Text;
use crate::model::composition::Composition;
use crate::model::plugin::{Layer, is_below};

rule! {
    /// A package imports from a layer that its own layer may not use.
    ///
    /// ## What it does
    ///
    /// Compares the `imports` of plugins and compositions with the table of `layers`. The longest folder that a package
    /// lies in is its layer; it may import from itself and from what the layer lists, unless a longer folder that is
    /// forbidden fits. A composition imports no plugin, also where the table says nothing about compositions.
    ///
    /// ## Why it matters
    ///
    /// A contract that knows who implements it, or a service that knows a port, cannot be used without the other one any
    /// more. The compiler of the language lets it pass until it is a circle.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// layers:
    ///   plugins: { imports: [pkg/platform/contracts, pkg/shared] }
    /// plugins:
    ///   slack: { path: custom/slack, version: 1.0.0, type: integration, imports: [internal/services/alerting] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// layers:
    ///   plugins: { imports: [pkg/platform/contracts, pkg/shared] }
    /// plugins:
    ///   slack: { path: custom/slack, version: 1.0.0, type: integration, imports: [pkg/platform/contracts/alerting] }
    /// ```
    ///
    /// ## Source
    ///
    /// DetectViz, Composable architecture, dependency rules; golangci-lint, depguard.
    pub(super) static RULE = Kind::new("import-across-layers", "DV1901"), Plugins, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    contradictions(subject, out);
    for plugin in &platform.plugins {
        for import in &plugin.imports {
            // Another plugin is a matter of its own.
            if !is_below(&import.value, "plugins") {
                let who = format!("plugin `{}`", plugin.name.value);
                out.extend(finding(subject, &plugin.package(), &who, import));
            }
        }
    }
    for composition in &platform.compositions {
        let package = ["compositions/", &*composition.name.value].concat();
        for import in &composition.imports {
            let who = format!("composition `{}`", composition.name.value);
            let problem = plugin_of(subject, (composition, &package), &who, import);
            out.extend(problem.or_else(|| finding(subject, &package, &who, import)));
        }
    }
}

/// A composition chooses plugins; it imports none, unless the table says that it may.
fn plugin_of(
    subject: &Subject<'_>,
    (composition, package): (&Composition, &str),
    who: &str,
    import: &Text,
) -> Option<Diagnostic> {
    let path = import.value.strip_prefix("plugins/").unwrap_or(&import.value);
    let plugins = &subject.platform.plugins;
    let at = plugins.iter().position(|plugin| {
        let (name, folder) = (&*plugin.name.value, &*plugin.path.value);
        name == path || is_below(path, folder)
    });
    let plugin = at.and_then(|at| plugins.get(at));
    if plugin.is_none() && !is_below(&import.value, "plugins") {
        return None;
    }
    let layer = Layer::of(&subject.platform.layers, package);
    if layer.is_some_and(|layer| layer.allows(&["plugins/", path].concat()).0) {
        return None;
    }
    let here = subject.line(import.origin)?;
    let called = plugin.map_or(&*import.value, |plugin| &*plugin.name.value);
    let mut problem = RULE.at(here, format!("{who} imports plugin `{called}`"));
    if let Some(place) = plugin.and_then(|plugin| subject.line(plugin.name.origin)) {
        problem = problem.related(place, "the plugin");
    }
    let problem = problem.why("plugins are chosen and not built in: the registry loads them while the program runs");
    let chosen = composition.members.iter().any(|member| at == Some(member.plugin.0));
    Some(match (chosen, plugin) {
        (true, _) => problem.help("it is chosen already, under `plugins` of the composition: remove it here"),
        (false, Some(_)) => problem.help(format!("choose it: write `{called}` under `plugins` of the composition")),
        (false, None) => problem.help("choose a plugin of the catalogue, under `plugins` of the composition"),
    })
}

fn finding(subject: &Subject<'_>, package: &str, who: &str, import: &Text) -> Option<Diagnostic> {
    let layer = Layer::of(&subject.platform.layers, package)?;
    let (allowed, forbidden) = layer.allows(&import.value);
    if allowed || is_below(&import.value, package) {
        return None;
    }
    let here = subject.line(import.origin)?;
    let folder = &layer.folder.value;
    let message = format!("{who} imports `{}`, which `{folder}` may not", import.value);
    let mut problem = RULE.at(here, message);
    let place = forbidden.map_or(layer.folder.origin, |folder| folder.origin);
    if let Some(place) = subject.line(place) {
        problem = problem.related(place, if forbidden.is_some() { "forbidden here" } else { "the layer" });
    }
    if let Some(why) = &layer.why {
        problem = problem.why(&*why.value);
    }
    let near = nearest(&import.value, layer.imports.iter().map(|folder| &*folder.value));
    if let Some(near) = near.filter(|near| forbidden.is_none() && is_slip(&import.value, near)) {
        return Some(problem.help(format!("did you mean `{near}`?")));
    }
    let allowed: Vec<_> = layer.imports.iter().map(|folder| format!("`{}`", folder.value)).collect();
    Some(problem.help(if allowed.is_empty() {
        format!("`{folder}` imports from nothing but itself")
    } else {
        format!("import from {}, or let a contract stand in between", allowed.join(", "))
    }))
}

/// A folder that a layer may import from and may not.
fn contradictions(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for layer in &subject.platform.layers {
        for folder in &layer.forbids {
            let Some(other) = layer.imports.iter().find(|other| other.value == folder.value) else { continue };
            let (Some(here), Some(there)) = (subject.line(folder.origin), subject.line(other.origin)) else { continue };
            let message = format!("layer `{}` may import from `{}`, and may not", layer.folder.value, folder.value);
            out.push(RULE.at(here, message).related(there, "allowed here").help("keep one of them"));
        }
    }
}
