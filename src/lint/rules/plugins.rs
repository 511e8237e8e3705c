//! Plugins and what is put together from them.

mod events_stay_on_node;
mod folder_without_layer;
mod import_across_layers;
mod layers_in_a_circle;
mod navigation_circle;
mod navigation_url_twice;
mod page_not_served;
mod pages;
mod patterns;
mod permission_beyond_trust;
mod permission_of_no_role;
mod permission_outside_limits;
mod plugin_imports_plugin;
mod plugin_in_wrong_folder;
mod plugin_not_verified;
mod telemetry_out_of_reach;
mod topic_side_not_declared;
mod topic_without_publisher;
mod topic_without_subscriber;
mod trust_too_low;
mod unbounded_permission;
mod unsigned_plugin;
mod verification_rule_without_effect;

use std::collections::BTreeSet;

use super::Rule;
use crate::lint::Subject;
use crate::model::composition::Composition;
use crate::model::plugin::Plugin;

/// The rules of this group, by name.
pub static RULES: &[&Rule] = &[
    &events_stay_on_node::RULE,
    &folder_without_layer::RULE,
    &import_across_layers::RULE,
    &layers_in_a_circle::RULE,
    &navigation_circle::RULE,
    &navigation_url_twice::RULE,
    &page_not_served::RULE,
    &permission_of_no_role::RULE,
    &permission_beyond_trust::RULE,
    &permission_outside_limits::RULE,
    &plugin_imports_plugin::RULE,
    &plugin_in_wrong_folder::RULE,
    &plugin_not_verified::RULE,
    &trust_too_low::RULE,
    &telemetry_out_of_reach::RULE,
    &topic_side_not_declared::RULE,
    &topic_without_publisher::RULE,
    &topic_without_subscriber::RULE,
    &unbounded_permission::RULE,
    &unsigned_plugin::RULE,
    &verification_rule_without_effect::RULE,
];

/// Returns the plugins that run in some composition, each once, by name.
fn running<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Plugin> {
    let platform = subject.platform;
    let members = platform.compositions.iter().flat_map(Composition::running);
    let ids: BTreeSet<_> = members.map(|(_, member)| member.plugin).collect();
    ids.into_iter().filter_map(|id| platform.plugins.get(id.0))
}
