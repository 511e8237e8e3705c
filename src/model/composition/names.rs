//! Names of plugins, in the catalogue and in one composition.

use std::sync::Arc;

use super::{Member, MemberId};
use crate::diag::{Diagnostic, nearest};
use crate::model::plugin::{Plugin, PluginId};
use crate::model::resolve::Resolver;
use crate::model::{AMBIGUOUS_PLUGIN, UNKNOWN_PLUGIN};
use crate::source::{Span, Spanned};
use crate::yaml::Decoder;

/// Returns the plugin that a composition names: by its name, or by its path.
pub(super) fn in_catalogue(cx: &mut Resolver<'_>, plugins: &[Plugin], name: &Arc<str>, span: Span) -> Option<PluginId> {
    let wanted = name.strip_prefix("plugins/").unwrap_or(name);
    let at = plugins.binary_search_by(|plugin| (*plugin.name.value).cmp(wanted)).ok();
    let at = at.or_else(|| plugins.iter().position(|plugin| *plugin.path.value == *wanted));
    if at.is_none() && !crate::model::plugin::is_declared(cx, wanted) {
        let known = plugins.iter().flat_map(|plugin| [&*plugin.name.value, &*plugin.path.value]);
        let problem = Decoder::unknown_name(UNKNOWN_PLUGIN, span, "plugin", wanted, known);
        cx.out.push(problem.help("the plugins that can be chosen are those of the section `plugins`"));
    }
    at.map(PluginId)
}

/// The names by which the parts of a composition call its plugins.
pub(super) struct MemberNames<'a> {
    pub(super) composition: &'a str,
    pub(super) plugins: &'a [Plugin],
    pub(super) members: &'a [Member],
    /// Whether all plugins of the composition could be read.
    pub(super) complete: bool,
}

impl MemberNames<'_> {
    /// Returns the member of a name: a plugin's name, its path, or the last word of either where only one has it.
    pub(super) fn find(&self, cx: &mut Resolver<'_>, name: &Spanned<Arc<str>>) -> Option<MemberId> {
        let wanted = name.value.strip_prefix("plugins/").unwrap_or(&name.value);
        let path = |member: &Member| self.plugins.get(member.plugin.0).map_or("", |plugin| &*plugin.path.value);
        let whole = |member: &Member| *member.name.value == *wanted || path(member) == wanted;
        if let Some(at) = self.members.iter().position(whole) {
            return Some(MemberId(at));
        }
        let last = |text: &str| text.rsplit('/').next() == Some(wanted);
        let short = |member: &Member| last(&member.name.value) || last(path(member));
        let found: Vec<_> = self.members.iter().enumerate().filter(|(_, member)| short(member)).collect();
        match found.as_slice() {
            [(at, _)] => Some(MemberId(*at)),
            [] => {
                self.unknown(cx, wanted, name.span);
                None
            }
            several => {
                let message = format!("`{wanted}` can be {} plugins of `{}`", several.len(), self.composition);
                let mut problem = Diagnostic::error(AMBIGUOUS_PLUGIN, name.span, message);
                for (_, member) in several {
                    if let Some(span) = cx.origins.written_span(member.name.origin) {
                        problem = problem.related(span, "may be meant");
                    }
                }
                let names: Vec<_> = several.iter().map(|(_, member)| format!("`{}`", member.name.value)).collect();
                cx.out.push(problem.help(format!("name the one that is meant: {}", names.join(" or "))));
                None
            }
        }
    }

    fn unknown(&self, cx: &mut Resolver<'_>, wanted: &str, span: Span) {
        if !self.complete {
            return;
        }
        let whole: Vec<&str> = self.members.iter().map(|member| &*member.name.value).collect();
        let words: Vec<&str> = whole.iter().filter_map(|name| name.rsplit('/').next()).collect();
        // Who writes the last word means the last word.
        let short =
            nearest(wanted, whole.iter().copied()).is_none() && nearest(wanted, words.iter().copied()).is_some();
        let known = if short { words } else { whole };
        let what = format!("plugin in composition `{}` that is called", self.composition);
        let mut problem = Decoder::unknown_name(UNKNOWN_PLUGIN, span, &what, wanted, known.into_iter());
        let last = |text: &str| text.rsplit('/').next() == Some(wanted);
        let elsewhere = self.plugins.iter().find(|plugin| last(&plugin.name.value) || last(&plugin.path.value));
        if let Some(plugin) = elsewhere {
            if let Some(place) = cx.origins.written_span(plugin.name.origin) {
                problem = problem.related(place, "the catalogue has it");
            }
            problem = problem.help(format!("add `{}` to the plugins of the composition", plugin.name.value));
        }
        cx.out.push(problem);
    }
}
