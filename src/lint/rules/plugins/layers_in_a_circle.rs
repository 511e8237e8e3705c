//! Layers that may import each other.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::plugin::{Layer, is_below};
use crate::source::OriginId;

rule! {
    /// The table of layers lets layers import each other in a circle.
    ///
    /// ## What it does
    ///
    /// Follows `imports` from layer to layer. A folder that is imported stands for the layer that it lies in, and for those below
    /// it, unless a longer folder of `forbids` fits them.
    ///
    /// ## Why it matters
    ///
    /// The table is there so that dependencies go one way. In a circle no layer can be built, tested or replaced without
    /// the others, and most compilers refuse packages that import each other.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// layers:
    ///   internal: { imports: [pkg] }
    ///   pkg: { imports: [internal/platform] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// layers:
    ///   internal: { imports: [pkg] }
    ///   pkg: { forbids: [internal] }
    /// ```
    ///
    /// ## Source
    ///
    /// DetectViz, Composable architecture, directions of dependencies.
    pub(super) static RULE = Kind::new("layers-in-a-circle", "DV1918"), Plugins, Warn, fix: None, Check::Platform(check);
}

/// A step from a layer to one that it may import: the index of that one, and the line that allows it.
type Step = (usize, OriginId);

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let layers = &subject.platform.layers;
    let steps: Vec<Vec<Step>> = (0..layers.len()).map(|at| steps(layers, at)).collect();
    let mut circles: Vec<_> = (0..layers.len()).filter_map(|start| circle(&steps, start)).collect();
    // Of circles that go through one line the plainest is reported.
    circles.sort_by_cached_key(|circle| {
        let names = circle.iter().filter_map(|(at, _)| layers.get(*at)).map(|layer| layer.folder.value.len());
        (circle.len(), names.sum::<usize>())
    });
    let mut reported = BTreeSet::new();
    for circle in circles {
        let lines: Vec<_> = circle.iter().filter_map(|(_, line)| subject.line(*line)).collect();
        if let Some(last) = lines.iter().max().filter(|_| !lines.iter().any(|line| reported.contains(line))) {
            reported.insert(*last);
            out.extend(finding(subject, &circle));
        }
    }
}

/// Returns the layers that one may import.
fn steps(layers: &[Layer], from: usize) -> Vec<Step> {
    let Some(layer) = layers.get(from) else { return Vec::new() };
    let mut all = Vec::new();
    for folder in &layer.imports {
        let around = Layer::of(layers, &folder.value).map(|layer| &layer.folder.value);
        for (at, other) in layers.iter().enumerate().filter(|(at, _)| *at != from) {
            let inside = is_below(&other.folder.value, &folder.value) && layer.allows(&other.folder.value).0;
            let around = around == Some(&other.folder.value) && layer.allows(&folder.value).0;
            if inside || around {
                all.push((at, folder.origin));
            }
        }
    }
    all
}

/// Returns the shortest circle that leads from a layer back to it: each layer with the line that leads on.
fn circle(steps: &[Vec<Step>], start: usize) -> Option<Vec<Step>> {
    let mut ways = vec![vec![]];
    let mut ends = vec![start];
    let mut seen = BTreeSet::new();
    while !ends.is_empty() {
        let (mut next_ways, mut next_ends) = (Vec::new(), Vec::new());
        for (way, at) in ways.iter().zip(&ends) {
            for (to, line) in steps.get(*at).into_iter().flatten() {
                let mut longer: Vec<Step> = way.clone();
                longer.push((*at, *line));
                if *to == start {
                    return Some(longer);
                }
                if seen.insert(*to) {
                    next_ways.push(longer);
                    next_ends.push(*to);
                }
            }
        }
        (ways, ends) = (next_ways, next_ends);
    }
    None
}

fn finding(subject: &Subject<'_>, circle: &[Step]) -> Option<Diagnostic> {
    let name = |at: usize| subject.platform.layers.get(at).map_or("", |layer| &*layer.folder.value);
    let mut names: Vec<String> = circle.iter().map(|(at, _)| format!("`{}`", name(*at))).collect();
    names.extend(names.first().cloned());
    // The step that goes against the others is most often the last one that was written.
    let mut lines: Vec<_> =
        circle.iter().filter_map(|(at, line)| Some((subject.line(*line)?, format!("`{}` may", name(*at))))).collect();
    lines.sort();
    let (here, _) = lines.pop()?;
    let message = format!("layers may import each other in a circle: {}", names.join(" → "));
    let problem = RULE.at(here, message);
    let problem = lines.into_iter().fold(problem, |problem, (place, text)| problem.related(place, text));
    let problem = problem.why("none of them can be built, tested or replaced without the others");
    Some(problem.help("take one of these imports away, or forbid the folder that leads back"))
}
