//! Makes a contract out of a chart: of its default values, what stands in comments beside them, and its JSON Schema.
//!
//! The contract is a text in the format at the head of `scripts/contracts.py`; that script takes what is made here, and adds
//! corrections by hand to the charts of the catalogue, which a chart of a user does not have. No default, description or
//! comment is copied.

mod draft;
mod schema;
mod values;
mod write;

#[cfg(test)]
mod tests;

use draft::{Draft, is_passed};

use super::parse::number;
use crate::diag::{Diagnostic, Kind};
use crate::source::SourceMap;
use crate::yaml::{Dialect, FORBIDDEN, Node, load};

/// A chart that no contract can be made of.
pub const BAD_CHART: Kind = Kind::new("bad-chart", "DV0508");

/// The files of a chart that say what it takes.
#[derive(Clone, Debug, Default)]
pub struct ChartFiles {
    /// `Chart.yaml`.
    pub chart: String,
    /// `values.yaml`, if there is one.
    pub values: Option<String>,
    /// `values.schema.json`, if there is one.
    pub schema: Option<String>,
}

/// A contract that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The name of the chart.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The contract.
    pub text: String,
}

/// Makes the contract of a chart. What cannot be read is added to `out`, with its place in `sources`.
pub fn make(
    files: &ChartFiles,
    repositories: &[String],
    sources: &mut SourceMap,
    out: &mut Vec<Diagnostic>,
) -> Option<Made> {
    let chart = read("Chart.yaml", &files.chart, sources, out)?;
    let text = |key: &str| chart.get(key).and_then(Node::as_scalar).filter(|text| !text.is_empty());
    let (Some(name), Some(version)) = (text("name"), text("version")) else {
        let problem = Diagnostic::error(BAD_CHART, chart.span.at_start(), "`Chart.yaml` has no `name` or no `version`");
        out.push(problem.why("a contract belongs to a version of a chart"));
        return None;
    };
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if !plain || name.starts_with('.') {
        let message = format!("`{name}` cannot be the name of a chart");
        let problem = Diagnostic::error(BAD_CHART, chart.span.at_start(), message);
        out.push(problem.help("a name has letters, digits, `-`, `_` and `.`"));
        return None;
    }
    if number(version).is_none() || version.contains(['/', '\\']) {
        let message = format!("`{version}` of `Chart.yaml` is not a version number");
        out.push(Diagnostic::error(BAD_CHART, chart.span.at_start(), message).help("write it as 1.2.3"));
        return None;
    }
    let mut root = Draft::map(super::Mark::Assumed);
    let mut source = Vec::new();
    if let Some(text) = files.values.as_ref().filter(|text| has_content(text)) {
        root = values::draft(&read("values.yaml", text, sources, out)?, "");
        root.mark = super::Mark::Assumed;
        values::add_commented(&mut root, text);
        source.push("values");
    }
    if let Some(text) = &files.schema {
        root = draft::merge(schema::draft(text, sources, out)?, root);
        if root.mark == super::Mark::Open {
            root.mark = super::Mark::Assumed;
        }
        source.push("schema");
    }
    open_passed(&mut root);
    add_dependencies(&mut root, &chart);
    root.keys.entry("global".to_owned()).or_insert_with(|| Draft::map(super::Mark::Open));
    let mut header = vec![format!("name: {name}"), format!("version: {version}")];
    header.extend(repositories.iter().map(|repository| format!("repo: {repository}")));
    header.push(format!("source: {}", source.join(" ")));
    let text = write::text(&root, &header);
    Some(Made { name: name.to_string(), version: version.to_string(), text })
}

fn read(name: &str, text: &str, sources: &mut SourceMap, out: &mut Vec<Diagnostic>) -> Option<Node> {
    let file = sources.add(name, text);
    let mut problems = Vec::new();
    let root = load(file, text, Dialect::Foreign, &mut problems);
    // Charts use anchors and aliases: what an alias stands for is taken for anything.
    problems.retain(|problem| problem.kind != FORBIDDEN);
    let failed = problems.iter().any(Diagnostic::is_error);
    out.append(&mut problems);
    let (root, _) = root.filter(|_| !failed)?;
    if root.as_mapping().is_none() {
        let message = format!("`{name}` of the chart holds {}, not a map", root.describe());
        out.push(Diagnostic::error(BAD_CHART, root.span.at_start(), message));
        return None;
    }
    Some(root)
}

/// Returns whether a YAML text is more than comments.
fn has_content(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    lines.any(|line| !line.is_empty() && !line.starts_with('#') && !matches!(line, "---" | "{}"))
}

/// Opens what is passed through, unless a schema closes it.
fn open_passed(draft: &mut Draft) {
    for (key, child) in &mut draft.keys {
        let holds_keys = !child.keys.is_empty() || child.types.contains('m');
        if is_passed(key) && child.mark == super::Mark::Assumed && holds_keys {
            child.mark = super::Mark::Open;
            open_below(child);
        }
        open_passed(child);
    }
    for child in draft.item.iter_mut().chain(&mut draft.rest) {
        open_passed(child);
    }
}

fn open_below(draft: &mut Draft) {
    for child in draft.keys.values_mut().chain(draft.item.as_deref_mut()).chain(draft.rest.as_deref_mut()) {
        if child.mark == super::Mark::Assumed && !child.keys.is_empty() {
            child.mark = super::Mark::Open;
        }
        open_below(child);
    }
}

/// Gives every dependency its key, open, and the switch that its condition names.
fn add_dependencies(root: &mut Draft, chart: &Node) {
    let dependencies = chart.get("dependencies").and_then(Node::as_sequence).unwrap_or_default();
    for dependency in dependencies {
        let text = |key: &str| dependency.get(key).and_then(Node::as_scalar).map(|text| &**text);
        let Some(alias) = text("alias").or_else(|| text("name")) else { continue };
        let node = root.keys.entry(alias.to_owned()).or_default();
        node.mark = super::Mark::Open;
        "m".clone_into(&mut node.types);
        let condition = text("condition").and_then(|text| text.split(',').next()).unwrap_or_default().trim();
        let mut parts: Vec<&str> = condition.split('.').filter(|part| !part.is_empty()).collect();
        let Some(last) = parts.pop() else { continue };
        let mut at = &mut *root;
        for part in parts {
            if at.types.is_empty() {
                "m".clone_into(&mut at.types);
            }
            at = at.keys.entry(part.to_owned()).or_default();
        }
        if at.types.is_empty() {
            "m".clone_into(&mut at.types);
        }
        at.keys.entry(last.to_owned()).or_insert_with(|| Draft::of("b"));
    }
    if dependencies.iter().any(|dependency| dependency.get("tags").is_some()) {
        root.keys.entry("tags".to_owned()).or_insert_with(|| Draft::map(super::Mark::Open));
    }
}
