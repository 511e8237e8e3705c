//! What a composition has of pages: the entries of its navigation, and what serves what they lead to.

use std::sync::Arc;

use crate::lint::subject::Subject;
use crate::model::composition::Composition;
use crate::model::plugin::Plugin;
use crate::spec::composition::NavigationNode;

/// An entry of the navigation.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    /// Its name.
    pub(super) id: &'a Arc<str>,
    /// What is said of it.
    pub(super) node: &'a NavigationNode,
    /// The plugin that brings it; else it is the composition's own.
    pub(super) plugin: Option<&'a Plugin>,
}

/// Returns the plugins of a composition that run.
pub(super) fn plugins<'a>(subject: &Subject<'a>, composition: &'a Composition) -> impl Iterator<Item = &'a Plugin> {
    let platform = subject.platform;
    composition.running().filter_map(|(_, member)| platform.plugins.get(member.plugin.0))
}

/// Returns the entries of a composition: its own, then those of its plugins that run.
pub(super) fn entries<'a>(subject: &Subject<'a>, composition: &'a Composition) -> Vec<Entry<'a>> {
    let own = composition.written.web.value().and_then(|web| web.navigation.value()).into_iter().flatten();
    let own = own.filter_map(|(id, named)| Some(Entry { id, node: &named.value.as_ref()?.value, plugin: None }));
    let of = |plugin: &'a Plugin| {
        plugin.navigation.iter().map(move |(id, node)| Entry { id: &id.value, node, plugin: Some(plugin) })
    };
    own.chain(plugins(subject, composition).flat_map(of)).collect()
}

/// Returns whether a plugin says that it serves a path: by its routes, or where it has none by what its entries lead to.
pub(super) fn serves(plugin: &Plugin, path: &str) -> bool {
    if !plugin.routes.is_empty() {
        return plugin.routes.iter().any(|route| route.value.holds(path));
    }
    let mut own = plugin.navigation.iter().filter_map(|(_, node)| node.url.value()?.path());
    own.any(|own| own.trim_end_matches('/') == path.trim_end_matches('/'))
}
