//! What plugins of a catalogue need of each other, whatever compositions choose.

use super::Plugin;
use crate::diag::Diagnostic;
use crate::model::PLUGIN_VERSION;
use crate::model::resolve::Resolver;

/// Reports dependencies that no version of the other plugin can fulfil.
pub(super) fn check(cx: &mut Resolver<'_>, plugins: &[Plugin]) {
    for plugin in plugins {
        for need in &plugin.dependencies {
            let Some((range, on)) = need.range.as_ref().zip(plugins.get(need.on.0)) else { continue };
            let fits = on.releases.iter().any(|release| range.value.holds(&release.value.number));
            let (false, Some(first)) = (fits, on.releases.first()) else { continue };
            let Some(span) = cx.origins.written_span(range.origin) else { continue };
            let known: Vec<_> = on.releases.iter().map(|release| &*release.value.text).collect();
            let (on, by, text) = (&on.name.value, &plugin.name.value, &range.value.text);
            let message = format!("no version of `{on}` fits `{text}`, which `{by}` asks for");
            let mut problem = Diagnostic::error(PLUGIN_VERSION, span, message);
            if let Some(place) = cx.origins.written_span(first.origin) {
                problem = problem.related(place, format!("there is {}", known.join(", ")));
            }
            cx.out.push(problem.help("widen the range, or add a version that fits to the plugin"));
        }
    }
}
