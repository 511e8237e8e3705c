//! The pages of a composition: themes that people can choose, entries of the navigation, and who serves what.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::runtime::Runtime;
use crate::diag::Diagnostic;
use crate::model::{TAKEN_TWICE, Text, UNKNOWN_ENTRY};
use crate::source::{Span, Spanned};
use crate::spec::composition::{Composition, NavigationNode};
use crate::spec::plugin::PluginType;
use crate::yaml::{Decoder, Field};

/// An entry of the navigation: where its name stands, and the plugin that brings it.
struct Node {
    key: Option<Span>,
    plugin: Option<Arc<str>>,
    parent: Option<Spanned<Arc<str>>>,
    /// What the entry says: title, icon, page, permission.
    says: [Option<Arc<str>>; 4],
}

/// Returns what an entry says, wherever it is written.
fn says(node: &NavigationNode) -> [Option<Arc<str>>; 4] {
    [
        node.title.value().cloned(),
        node.icon.value().map(|icon| icon.0.clone()),
        node.url.value().map(|url| url.0.clone()),
        node.permission.value().map(|permission| permission.0.clone()),
    ]
}

/// Who serves a path, and where that is written: a plugin, or else the framework.
type Servers = BTreeMap<Arc<str>, (Option<Arc<str>>, Option<Span>)>;

impl Runtime<'_, '_> {
    /// Checks what pages name.
    pub(super) fn pages(&mut self, written: &Composition) {
        self.themes(written);
        self.navigation(written);
        self.routes(written);
    }

    fn themes(&mut self, written: &Composition) {
        let Some(themes) = written.web.value().and_then(|web| web.themes.value()) else { return };
        let mut all = Vec::new();
        for name in themes.available.value().into_iter().flatten().filter_map(Field::get) {
            let id = self.running(name, "people can choose it as a theme", "who chooses it sees no page");
            self.is_of(id, name, PluginType::Web, "a theme");
            let listed: Vec<_> = all.iter().map(|(id, _)| *id).collect();
            let id = id.filter(|id| self.once(&listed, *id, name));
            all.extend(id.map(|id| (id, name.value.clone())));
        }
        let (Some(default), Some(available)) = (themes.default.get(), themes.available.get()) else { return };
        // Of one that cannot be chosen it has been said already.
        let same = |name: &&Field<Arc<str>>| name.value() == Some(&default.value);
        if available.value.iter().any(|name| same(&name)) {
            return;
        }
        let Some(id) = self.find(default) else { return };
        if !all.iter().any(|(known, _)| *known == id) && !available.value.iter().any(Field::is_broken) {
            let known = all.iter().map(|(_, name)| &**name);
            let problem = Decoder::unknown_name(
                UNKNOWN_ENTRY,
                default.span,
                "theme among those that are available called",
                &default.value,
                known,
            );
            self.cx.out.push(problem.related(available.span, "the themes"));
        }
    }

    /// Each entry is written once, and stands below one that exists.
    fn navigation(&mut self, written: &Composition) {
        let mut all = BTreeMap::<Arc<str>, Node>::new();
        let parent = |node: &NavigationNode| node.parent.get().cloned();
        let composition = self.composition;
        for (_, member) in composition.running() {
            let Some(plugin) = self.plugins.get(member.plugin.0) else { continue };
            for (id, node) in &plugin.navigation {
                let key = self.cx.origins.written_span(id.origin);
                let own = Node { key, plugin: Some(plugin.name.value.clone()), parent: parent(node), says: says(node) };
                self.entry(&mut all, &id.value, own);
            }
        }
        for (id, named) in written.web.value().and_then(|web| web.navigation.value()).into_iter().flatten() {
            let Some(node) = &named.value else { continue };
            let own = Node { key: Some(named.key), plugin: None, parent: parent(&node.value), says: says(&node.value) };
            self.entry(&mut all, id, own);
        }
        let parents: Vec<_> = all.values().filter_map(|node| node.parent.clone()).collect();
        for parent in parents.iter().filter(|parent| !all.contains_key(&parent.value)) {
            let known = all.keys().map(|id| &**id);
            let what = "entry of the navigation";
            self.cx.out.push(Decoder::unknown_name(UNKNOWN_ENTRY, parent.span, what, &parent.value, known));
        }
    }

    /// Adds an entry, and reports one that has the name of another.
    fn entry(&mut self, all: &mut BTreeMap<Arc<str>, Node>, id: &Arc<str>, node: Node) {
        let Some(first) = all.get(id) else {
            all.insert(id.clone(), node);
            return;
        };
        // What was made by dvgen has the entries of plugins too, and may be read again.
        let parent = |node: &Node| node.parent.as_ref().map(|parent| parent.value.clone());
        if node.plugin.is_none() && node.says == first.says && parent(&node) == parent(first) {
            return;
        }
        let Some(span) = node.key.or(first.key) else { return };
        let message = format!("`{}` has two entries of the navigation called `{id}`", self.composition.name.value);
        let mut problem = Diagnostic::error(TAKEN_TWICE, span, message);
        if let (Some(place), Some(plugin)) = (first.key.filter(|place| *place != span), &first.plugin) {
            problem = problem.related(place, format!("plugin `{plugin}` brings one"));
        }
        let problem = problem.why("one of them would take the place of the other");
        self.cx.out.push(problem.help("give one of them another name"));
    }

    /// A page is served by one plugin, or by the framework.
    fn routes(&mut self, written: &Composition) {
        let mut all = Servers::new();
        let own = written.web.value().and_then(|web| web.pages.value()).into_iter().flatten().filter_map(Field::get);
        for page in own {
            let route = Text::new(page.value.0.clone(), self.cx.origins.written("page", page.span));
            self.route(&mut all, &route, None);
        }
        let composition = self.composition;
        for (_, member) in composition.running() {
            let Some(plugin) = self.plugins.get(member.plugin.0) else { continue };
            for route in &plugin.routes {
                let route = Text::new(route.value.0.clone(), route.origin);
                self.route(&mut all, &route, Some(&plugin.name.value));
            }
        }
    }

    fn route(&mut self, all: &mut Servers, route: &Text, plugin: Option<&Arc<str>>) {
        let span = self.cx.origins.written_span(route.origin);
        let Some((first, place)) = all.get(&route.value) else {
            all.insert(route.value.clone(), (plugin.cloned(), span));
            return;
        };
        let Some(here) = span else { return };
        let name = |plugin: Option<&Arc<str>>| plugin.map_or("the framework".to_owned(), |name| format!("`{name}`"));
        let message = if first.as_ref() == plugin {
            format!("{} serves `{}` twice", name(plugin), route.value)
        } else {
            format!("{} and {} both serve `{}`", name(first.as_ref()), name(plugin), route.value)
        };
        let mut problem = Diagnostic::error(TAKEN_TWICE, here, message);
        if let Some(place) = place.filter(|place| *place != here) {
            problem = problem.related(place, "the first one");
        }
        self.cx
            .out
            .push(problem.why("only one of them is ever asked").help("let one of them serve it at another path"));
    }
}
