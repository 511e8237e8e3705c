//! Imports against the table of layers.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Text;
use crate::model::plugin::{Layer, is_below};

rule! {
    /// A package imports from a layer that its own layer may not use.
    ///
    /// ## What it does
    ///
    /// Compares the `imports` of plugins and compositions with the table of `layers`. The longest folder that a package
    /// lies in is its layer; it may import from itself and from what the layer lists, unless a longer folder that is
    /// forbidden fits.
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
        let package = ["plugins/", &*plugin.path.value].concat();
        for import in &plugin.imports {
            // Another plugin is a matter of its own.
            if !is_below(&import.value, "plugins") {
                let who = format!("plugin `{}`", plugin.name.value);
                out.extend(finding(subject, &package, &who, import));
            }
        }
    }
    for composition in &platform.compositions {
        let package = ["compositions/", &*composition.name.value].concat();
        for import in &composition.imports {
            let who = format!("composition `{}`", composition.name.value);
            out.extend(finding(subject, &package, &who, import));
        }
    }
}

/// Returns the longest folder of a list that a path lies in.
fn longest<'a>(folders: impl Iterator<Item = &'a Text>, path: &str) -> Option<&'a Text> {
    folders.filter(|folder| is_below(path, &folder.value)).max_by_key(|folder| folder.value.len())
}

fn layer_of<'a>(layers: &'a [Layer], package: &str) -> Option<&'a Layer> {
    layers.iter().filter(|layer| is_below(package, &layer.folder.value)).max_by_key(|layer| layer.folder.value.len())
}

fn finding(subject: &Subject<'_>, package: &str, who: &str, import: &Text) -> Option<Diagnostic> {
    let layer = layer_of(&subject.platform.layers, package)?;
    let length = |text: Option<&Text>| text.map_or(0, |text| text.value.len());
    let (allowed, forbidden) =
        (longest(layer.imports.iter(), &import.value), longest(layer.forbids.iter(), &import.value));
    let own = is_below(&import.value, package);
    if own || (allowed.is_some() && length(allowed) > length(forbidden)) {
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
