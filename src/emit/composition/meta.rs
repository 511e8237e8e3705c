//! `meta.yaml`: what a catalogue of compositions shows of one.

use std::collections::BTreeSet;

use super::shown::field;
use super::{Part, config};
use crate::doc::Doc;
use crate::emit::build::{list, map, some, text, unless_empty};
use crate::emit::draft::Draft;
use crate::source::Origins;
use crate::spec::plugin::Category;

/// Returns the file.
pub(super) fn draft(part: &Part<'_>, origins: &mut Origins) -> Draft {
    let here = part.here;
    let (composition, platform) = (part.composition, part.source.platform);
    let written = &composition.written;
    let count = |category: Category| {
        let of = |plugin: &crate::model::plugin::Plugin| plugin.category.value == category;
        let number =
            part.members().into_iter().filter(|(_, member, plugin)| member.enabled.value && of(plugin)).count();
        Doc::int(i64::try_from(number).unwrap_or(i64::MAX), here)
    };
    let plugins = map(
        here,
        [
            ("core", count(Category::Core)),
            ("community", count(Category::Community)),
            ("custom", count(Category::Custom)),
        ],
    );
    let mut seen = BTreeSet::new();
    let mut secrets = Vec::new();
    for (_, member, _) in part.members() {
        for secret in config::secrets(&member.config).into_iter().filter(|_| member.enabled.value) {
            if seen.insert((secret.item.value.clone(), secret.key.value.clone())) {
                let here = secret.item.origin;
                secrets.push(map(here, [("item", text(&secret.item)), ("key", text(&secret.key))]));
            }
        }
    }
    let doc = some(
        here,
        [
            ("name", Some(text(&composition.name))),
            ("title", Some(text(&composition.title))),
            ("description", composition.description.as_ref().map(text)),
            ("version", composition.version.as_ref().map(text)),
            ("author", field(&written.author, origins)),
            ("platform", Some(text(&platform.name))),
            ("environment", Some(text(&platform.environment))),
            ("purposes", field(&written.purposes, origins)),
            ("features", field(&written.features, origins)),
            ("applications", field(&written.applications, origins)),
            ("packages", unless_empty(list(here, composition.imports.iter().map(text)))),
            ("plugins", Some(plugins)),
            ("secrets", unless_empty(list(here, secrets))),
        ],
    );
    part.yaml("meta.yaml", doc)
}
