//! The platform as a whole, and documents.

use super::{Document, Group, Thing, View};
use crate::doc::Doc;
use crate::emit::TargetName;
use crate::model::SecretItem;
use crate::policy::value::{Item, Map, Text, Value};

impl<'a> View<'a> {
    pub(super) fn of_platform(&'a self, name: &str) -> Option<Item<'a>> {
        let platform = self.platform;
        Some(match name {
            "name" => self.text(&platform.name),
            "environment" => self.text(&platform.environment),
            "cluster" => self.text(platform.cluster.as_ref()?),
            "domains" => self.item(Thing::Domains),
            "versions" => {
                let versions = platform.versions.iter().map(|tool| (&*tool.name, self.text(&tool.version)));
                self.entries(versions, platform.name.origin)
            }
            "repository" => platform.repository.as_ref().map(|_| self.item(Thing::Repository))?,
            "components" => self.all(Group::Components),
            "nodes" => self.all(Group::Nodes),
            "flows" => self.all(Group::Flows),
            "addresses" => self.all(Group::Addresses),
            "networks" => self.all(Group::Networks),
            "hypervisors" => self.all(Group::Hypervisors),
            "plugins" => self.all(Group::Plugins),
            "compositions" => self.all(Group::Compositions),
            "storageClasses" => self.all(Group::Classes),
            "secrets" => {
                let items = platform.secret_items.values().map(|item| self.item(Thing::SecretItem(item)));
                self.strings(items, platform.name.origin)
            }
            "backups" => Item::data(self.contexts.backups(), self.origins()),
            _ => return None,
        })
    }

    pub(super) fn of_domains(&self, name: &str) -> Option<Item<'a>> {
        let domains = &self.platform.domains;
        Some(match name {
            "external" => self.text(domains.external.as_ref()?),
            "cluster" => self.text(&domains.cluster),
            "node" => self.text(domains.node.as_ref()?),
            _ => return None,
        })
    }

    pub(super) fn of_repository(&self, name: &str) -> Option<Item<'a>> {
        let repository = self.platform.repository.as_ref()?;
        Some(match name {
            "url" => self.text(&repository.url),
            "revision" => self.text(&repository.revision),
            "path" => self.text(&repository.path),
            _ => return None,
        })
    }

    pub(super) fn of_secret_item(&self, item: &'a SecretItem, name: &str) -> Option<Item<'a>> {
        Some(match name {
            "path" => self.text(&item.path),
            "keys" => self.strings(item.keys.iter().map(|key| self.text(key)), item.path.origin),
            _ => return None,
        })
    }

    pub(super) fn of_document(&'a self, document: &'a Document<'a>, name: &str) -> Option<Item<'a>> {
        let object = matches!(document.draft.target, TargetName::Manifests | TargetName::Argocd);
        let at = |path: &[&str]| {
            let doc = document.doc.at(path).filter(|_| object)?;
            Some(Item::doc(doc, document.origins))
        };
        let strings = |path: &[&str]| {
            let map = document.map(path).filter(|_| object);
            let empty = || Item::made(Value::Map(Map::Made(std::rc::Rc::default())));
            let here = |map| Item {
                value: Value::Map(Map::Doc(map, document.origins)),
                ..self.item(Thing::Document(document))
            };
            map.map_or_else(empty, here)
        };
        Some(match name {
            "path" => {
                Item { value: Value::Str(Text::Of(&document.draft.path)), from: self.place(Thing::Document(document)) }
            }
            "target" => Item::made(Value::Str(Text::Of(document.draft.target.word()))),
            "apiVersion" => at(&["apiVersion"])?,
            "kind" => at(&["kind"])?,
            "name" => at(&["metadata", "name"])?,
            "namespace" => at(&["metadata", "namespace"])?,
            "labels" => strings(&["metadata", "labels"]),
            "annotations" => strings(&["metadata", "annotations"]),
            "object" => Self::object(document),
            "component" => self.component(document.component?)?,
            _ => return None,
        })
    }

    /// Returns the tree of a document.
    pub(in crate::policy) fn object(document: &'a Document<'a>) -> Item<'a> {
        let doc: &'a Doc = document.doc;
        Item::doc(doc, document.origins)
    }
}
