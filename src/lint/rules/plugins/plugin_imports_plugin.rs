//! Plugins that import plugins.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Text;
use crate::model::plugin::{Plugin, is_below};

rule! {
    /// A plugin imports the code of another plugin.
    ///
    /// ## What it does
    ///
    /// Looks at the `imports` of plugins for folders below `plugins/` that are not their own.
    ///
    /// ## Why it matters
    ///
    /// Neither can be left out, replaced or raised alone any more. What has to run first is said by `dependencies` and
    /// `dependsOn`, which only order the start; what one tells another goes through a contract or a topic.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// plugins:
    ///   prometheus-exporter: { path: custom/prometheus, version: 1.0.0, type: exporter, imports: [plugins/custom/influxdb] }
    ///   influxdb-importer: { path: custom/influxdb, version: 1.0.0, type: importer }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// plugins:
    ///   prometheus-exporter: { path: custom/prometheus, version: 1.0.0, type: exporter, dependencies: [influxdb-importer] }
    ///   influxdb-importer: { path: custom/influxdb, version: 1.0.0, type: importer }
    /// ```
    ///
    /// ## Source
    ///
    /// DetectViz, Composable architecture, isolation of plugins.
    pub(super) static RULE = Kind::new("plugin-imports-plugin", "DV1902"), Plugins, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for plugin in &subject.platform.plugins {
        let own = ["plugins/", &*plugin.path.value].concat();
        for import in plugin.imports.iter().filter(|import| is_below(&import.value, "plugins")) {
            if !is_below(&import.value, &own) {
                out.extend(finding(subject, plugin, import));
            }
        }
    }
}

fn finding(subject: &Subject<'_>, plugin: &Plugin, import: &Text) -> Option<Diagnostic> {
    let here = subject.line(import.origin)?;
    let path = import.value.strip_prefix("plugins/").unwrap_or(&import.value);
    let others = subject.platform.plugins.iter();
    let other = others.filter(|other| is_below(path, &other.path.value)).max_by_key(|other| other.path.value.len());
    let called = other.map_or(&*import.value, |other| &*other.name.value);
    let message = format!("plugin `{}` imports plugin `{called}`", plugin.name.value);
    let mut problem = RULE.at(here, message);
    if let Some(place) = other.and_then(|other| subject.line(other.name.origin)) {
        problem = problem.related(place, "the other plugin");
    }
    Some(
        problem
            .why("neither can be left out or replaced alone any more")
            .help(
                "use a contract (`pkg/platform/contracts`), or a topic that one publishes and the other subscribes to",
            )
            .help(format!("if `{called}` only has to run before: name it under `dependencies`")),
    )
}
