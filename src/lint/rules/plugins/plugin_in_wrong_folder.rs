//! Folders that hold one type of plugins.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Kind, is_slip, nearest};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::plugin::Plugin;
use crate::spec::plugin::PluginType;

rule! {
    /// A plugin lies in the folder of another type.
    ///
    /// ## What it does
    ///
    /// Compares the path of plugins with their type: `importers`, `exporters`, `visualizers` and `auth` hold one type each. A
    /// folder that only one plugin has, and that is spelled nearly as one of several others, is reported too.
    ///
    /// ## Why it matters
    ///
    /// Each plugin does one thing: it reads, or it writes. People look for it, and rules judge it, by its folder.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// plugins:
    ///   influxdb: { path: community/importers/influxdb, version: 1.0.0, type: exporter }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// plugins:
    ///   influxdb: { path: community/exporters/influxdb, version: 1.0.0, type: exporter }
    /// ```
    ///
    /// ## Source
    ///
    /// Telegraf, plugins/inputs and plugins/outputs.
    pub(super) static RULE = Kind::new("plugin-in-wrong-folder", "DV1910"), Plugins, Warn, fix: None, Check::Platform(check);
}

/// Folders that hold one type.
const FOLDERS: [(&str, PluginType); 4] = [
    ("importers", PluginType::Importer),
    ("exporters", PluginType::Exporter),
    ("visualizers", PluginType::Visualizer),
    ("auth", PluginType::Auth),
];

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    misspelt(subject, out);
    for plugin in &subject.platform.plugins {
        // What the framework groups stands right below the category, or one folder deeper.
        let folders: Vec<&str> = plugin.path.value.split('/').skip(1).take(2).collect();
        let found = FOLDERS.iter().find(|(folder, _)| folders.contains(folder));
        let Some((folder, kind)) = found.filter(|(_, kind)| *kind != plugin.kind.value) else { continue };
        let Some(here) = subject.line(plugin.kind.origin) else { continue };
        let (name, is) = (&plugin.name.value, plugin.kind.value.word());
        let mut problem = RULE.at(here, format!("plugin `{name}` is of type `{is}`, and lies in `{folder}`"));
        if let Some(place) = subject.line(plugin.path.origin).filter(|place| *place != here) {
            problem = problem.related(place, "its folder");
        }
        let problem = problem.why("each plugin does one thing, and people look for it by its folder");
        out.push(problem.help(format!("write `type: {}`, or move the plugin", kind.word())));
    }
}

/// Folders right below a category, of one plugin alone, that are a slip of one that several have.
fn misspelt(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let mut folders = BTreeMap::<(&str, &str), Vec<&Plugin>>::new();
    for plugin in &subject.platform.plugins {
        let mut parts = plugin.path.value.split('/');
        // A plugin of its own is no folder of plugins.
        if let (Some(category), Some(folder), Some(_)) = (parts.next(), parts.next(), parts.next()) {
            folders.entry((category, folder)).or_default().push(plugin);
        }
    }
    for ((category, folder), plugins) in &folders {
        let [plugin] = plugins.as_slice() else { continue };
        let others = folders.iter().filter(|((other, _), all)| other == category && all.len() > 1);
        let alike = others.map(|((_, other), _)| *other).filter(|other| is_slip(folder, other));
        let (Some(near), Some(here)) = (nearest(folder, alike), subject.line(plugin.path.origin)) else { continue };
        let message = format!("plugin `{}` lies alone in `{category}/{folder}`", plugin.name.value);
        let problem =
            RULE.at(here, message).why("other plugins of its kind lie elsewhere, and rules judge it by its folder");
        out.push(problem.help(format!("did you mean `{category}/{near}`?")));
    }
}
