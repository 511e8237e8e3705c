//! Plugins and compositions.

use std::rc::Rc;
use std::sync::Arc;

use super::{Group, Thing, View};
use crate::model::composition::{Composition, Member, MemberId, Topic};
use crate::model::plugin::{ConfigValue, Permission, Plugin};
use crate::policy::value::{Item, Map, Value};
use crate::source::OriginId;

impl<'a> View<'a> {
    pub(super) fn of_plugin(&'a self, plugin: &'a Plugin, name: &str) -> Option<Item<'a>> {
        let here = plugin.name.origin;
        let texts = |all: &'a [crate::model::Text]| self.strings(all.iter().map(|one| self.text(one)), here);
        Some(match name {
            "name" => self.text(&plugin.name),
            "path" => self.text(&plugin.path),
            "versions" => {
                let all = plugin.releases.iter().map(|release| self.str(&release.value.text, release.origin));
                self.strings(all, here)
            }
            "type" => self.str(plugin.kind.value.word(), plugin.kind.origin),
            "category" => self.str(plugin.category.value.word(), plugin.category.origin),
            "trust" => self.str(plugin.trust.value.word(), plugin.trust.origin),
            "enabled" => self.flag(plugin.enabled.value, plugin.enabled.origin),
            "description" => self.text(plugin.description.as_ref()?),
            "author" => self.text(plugin.author.as_ref()?),
            "license" => self.text(plugin.license.as_ref()?),
            "dependencies" => {
                let named = |on: crate::model::plugin::PluginId| self.platform.plugins.get(on.0);
                let all = plugin.dependencies.iter();
                let all = all.filter_map(|need| Some(self.str(&named(need.on)?.name.value, need.origin)));
                self.strings(all, here)
            }
            "imports" => texts(&plugin.imports),
            "permissions" => self.group(Group::Permissions(plugin), here),
            "signedBy" => self.text(&plugin.signature.as_ref()?.store),
            "checksum" => self.text(plugin.checksum.as_ref()?),
            "publishes" => texts(&plugin.publishes),
            "subscribes" => texts(&plugin.subscribes),
            _ => return None,
        })
    }

    pub(super) fn of_permission(&self, permission: &'a Permission, name: &str) -> Option<Item<'a>> {
        Some(match name {
            "action" => self.str(permission.action.value.word(), permission.action.origin),
            "resource" => self.text(&permission.resource),
            "scope" => self.strings(permission.scope.iter().map(|one| self.text(one)), permission.origin),
            _ => return None,
        })
    }

    pub(super) fn of_composition(&'a self, at: usize, composition: &'a Composition, name: &str) -> Option<Item<'a>> {
        let here = composition.name.origin;
        let named = |ids: &'a [MemberId], origin: OriginId| {
            let all = ids.iter().filter_map(|id| composition.member(*id)).map(|member| self.text(&member.name));
            self.strings(all, origin)
        };
        Some(match name {
            "name" => self.text(&composition.name),
            "version" => self.text(composition.version.as_ref()?),
            "title" => self.text(&composition.title),
            "description" => self.text(composition.description.as_ref()?),
            "imports" => self.strings(composition.imports.iter().map(|one| self.text(one)), here),
            "plugins" => self.group(Group::Members(composition), here),
            "start" => named(self.graph.compositions.get(at).map_or(&[], |order| &*order.start), here),
            "watched" => match &composition.watched {
                Some(watched) => named(&watched.members, watched.origin),
                None => named(&[], here),
            },
            "topics" => self.group(Group::Topics(composition), here),
            "settings" => {
                let all = composition.written.settings.value().into_iter().flatten();
                let all = all.filter_map(|(key, named)| Some((&**key, Item::node(&named.value.as_ref()?.value))));
                self.entries(all, here)
            }
            _ => return None,
        })
    }

    pub(super) fn of_member(
        &'a self,
        composition: &'a Composition,
        member: &'a Member,
        name: &str,
    ) -> Option<Item<'a>> {
        let here = member.name.origin;
        Some(match name {
            "name" => self.text(&member.name),
            "plugin" => self.item(Thing::Plugin(self.platform.plugins.get(member.plugin.0)?)),
            "version" => self.text(&member.version),
            "enabled" => self.flag(member.enabled.value, member.enabled.origin),
            "listed" => self.flag(member.listed, here),
            "needs" => {
                let all = member.needs.iter();
                let all = all.filter_map(|need| Some(self.str(&composition.member(need.on)?.name.value, need.origin)));
                self.strings(all, here)
            }
            "config" => self.config(&member.config, here),
            _ => return None,
        })
    }

    /// A secret is the item that it stands in.
    fn config(&self, config: &'a [(Arc<str>, ConfigValue)], here: OriginId) -> Item<'a> {
        let value = |value: &'a ConfigValue| match value {
            ConfigValue::Plain(node) => Item::node(node),
            ConfigValue::Map(inner, origin) => self.config(inner, *origin),
            ConfigValue::Secret(secret) => {
                let item = self.text(&secret.item);
                let map = [(Rc::from("secret"), item), (Rc::from("key"), self.text(&secret.key))].into();
                Item { value: Value::Map(Map::Made(Rc::new(map))), from: self.from(secret.item.origin) }
            }
        };
        self.entries(config.iter().map(|(key, inner)| (&**key, value(inner))), here)
    }

    pub(super) fn of_topic(&self, composition: &'a Composition, topic: &'a Topic, name: &str) -> Option<Item<'a>> {
        let side = |side: &'a [(MemberId, OriginId)]| {
            let all =
                side.iter().filter_map(|(id, origin)| Some(self.str(&composition.member(*id)?.name.value, *origin)));
            self.strings(all, topic.name.origin)
        };
        Some(match name {
            "name" => self.text(&topic.name),
            "carries" => {
                let carries = topic.carries.as_ref()?;
                self.str(carries.value.word(), carries.origin)
            }
            "publishers" => side(&topic.publishers),
            "subscribers" => side(&topic.subscribers),
            _ => return None,
        })
    }
}
