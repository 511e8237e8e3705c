//! Folders that the table of layers knows nothing of.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Diagnostic, Kind, is_slip, nearest};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Text;
use crate::model::plugin::Layer;
use crate::source::Span;

rule! {
    /// The table of layers has no row for code that imports something, or names a folder that is misspelt.
    ///
    /// ## What it does
    ///
    /// Each plugin and each composition that imports packages lies in a layer: that is the row of the longest folder around
    /// it. A folder under `imports` or `forbids` that lies in no layer, or is no layer, is compared with those that are.
    ///
    /// ## Why it matters
    ///
    /// What has no layer may import anything, and nobody sees that the table says nothing about it. A misspelt folder
    /// neither allows nor forbids anything.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// layers:
    ///   plugins: { imports: [pkg/shared], forbids: [internl] }
    ///   internal: { imports: [pkg] }
    ///   pkg: {}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// layers:
    ///   plugins: { imports: [pkg/shared], forbids: [internal] }
    ///   internal: { imports: [pkg] }
    ///   pkg: {}
    /// ```
    ///
    /// ## Source
    ///
    /// DetectViz, Composable architecture, rules of layers.
    pub(super) static RULE = Kind::new("folder-without-layer", "DV1917"), Plugins, Warn, fix: None, Check::Platform(check);
}

/// Where a folder without a layer is used.
#[derive(Default)]
struct Uses {
    /// Code that lies in it and imports something.
    code: Vec<(Span, String)>,
    /// Rows of the table that name it.
    rows: Vec<(Span, String)>,
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let layers = &subject.platform.layers;
    if layers.is_empty() {
        return;
    }
    let folders: BTreeSet<&str> = layers.iter().map(|layer| &*layer.folder.value).collect();
    let mut unknown = BTreeMap::<String, Uses>::new();
    for layer in layers {
        for folder in layer.imports.iter().chain(&layer.forbids) {
            let Some(place) = subject.line(folder.origin) else { continue };
            if Layer::of(layers, &folder.value).is_none() {
                let text = format!("`{}` names it", layer.folder.value);
                unknown.entry(first(&folder.value)).or_default().rows.push((place, text));
            } else if let Some(near) = slip(&folders, &folder.value) {
                out.push(misspelt(subject, layer, folder, place, near));
            }
        }
    }
    for (package, who, imports) in packages(subject) {
        let place = imports.first().and_then(|import| subject.line(import.origin));
        if let Some(place) = place.filter(|_| Layer::of(layers, &package).is_none()) {
            unknown.entry(first(&package)).or_default().code.push((place, who));
        }
    }
    for (folder, uses) in unknown {
        out.extend(missing(subject, &folder, &uses));
    }
}

/// Returns the first folder of a path.
fn first(path: &str) -> String {
    path.split('/').next().unwrap_or(path).to_owned()
}

/// Returns the code that the spec knows of: where it lies, what it is, and what it imports.
fn packages<'a>(subject: &Subject<'a>) -> Vec<(String, String, &'a [Text])> {
    let platform = subject.platform;
    let plugins = platform.plugins.iter();
    let mut all: Vec<_> = plugins
        .map(|plugin| (plugin.package(), format!("plugin `{}` imports this", plugin.name.value), &*plugin.imports))
        .collect();
    all.extend(platform.compositions.iter().map(|composition| {
        let name = &composition.name.value;
        let package = ["compositions/", &**name].concat();
        (package, format!("composition `{name}` imports this"), &*composition.imports)
    }));
    all
}

/// Returns the row that a folder is a slip of, unless it is one itself.
fn slip<'a>(rows: &BTreeSet<&'a str>, folder: &str) -> Option<&'a str> {
    let deep = |path: &str| path.matches('/').count();
    let alike = rows.iter().copied().filter(|row| deep(row) == deep(folder) && is_slip(folder, row));
    let near = nearest(folder, alike);
    near.filter(|_| !rows.contains(folder))
}

fn misspelt(subject: &Subject<'_>, layer: &Layer, folder: &Text, here: Span, near: &str) -> Diagnostic {
    let message = format!("layer `{}` names `{}`, which is a layer of nothing", layer.folder.value, folder.value);
    let row = subject.platform.layers.iter().find(|row| &*row.folder.value == near);
    let mut problem = RULE.at(here, message);
    if let Some(place) = row.and_then(|row| subject.line(row.folder.origin)) {
        problem = problem.related(place, "a layer that is spelled nearly so");
    }
    problem.why("a folder that is not there is neither allowed nor forbidden").help(format!("did you mean `{near}`?"))
}

/// One report a folder, at the row that is misspelt, at the code that nothing is said of, or at what names it.
fn missing(subject: &Subject<'_>, folder: &str, uses: &Uses) -> Option<Diagnostic> {
    let layers = &subject.platform.layers;
    let roots = layers.iter().map(|layer| &*layer.folder.value).filter(|row| !row.contains('/'));
    let row = nearest(folder, roots).and_then(|near| layers.iter().find(|layer| &*layer.folder.value == near));
    let Some((here, _)) = uses.code.first() else {
        // Of a folder that no code of the spec lies in, and that is not misspelt, nothing is asked.
        let (near, (here, text)) = (&row?.folder, uses.rows.first()?);
        let message = format!("`{folder}` lies in no layer");
        let mut problem = RULE.at(*here, message).label(text.clone());
        if let Some(place) = subject.line(near.origin) {
            problem = problem.related(place, "a layer that is spelled nearly so");
        }
        let problem = problem.why("a folder that is not there is neither allowed nor forbidden");
        return Some(problem.help(format!("did you mean `{}`?", near.value)));
    };
    let message = format!("no layer says what the code in `{folder}` may import");
    let why = "what has no layer may import anything";
    if let Some(place) = row.and_then(|row| subject.line(row.folder.origin)) {
        let problem = RULE.at(place, message).related(*here, "it is called so here").why(why);
        return Some(problem.help(format!("rename the layer to `{folder}`")));
    }
    let mut places = uses.code.iter().skip(1).chain(&uses.rows).cloned();
    let mut problem = RULE.at(*here, message);
    if let Some((place, text)) = places.next() {
        problem = problem.related(place, text);
    }
    Some(problem.why(why).help(format!("add a row to `layers`: `{folder}: {{ imports: […] }}`")))
}
