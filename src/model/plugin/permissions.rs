//! What plugins may do, and what they may never do.

use std::sync::Arc;

use super::read::find;
use super::{Permission, Plugin};
use crate::diag::Diagnostic;
use crate::model::resolve::Resolver;
use crate::model::{BOUNDS, Traced, UNKNOWN_PLUGIN};
use crate::source::Spanned;
use crate::spec;
use crate::spec::plugin::Action;
use crate::yaml::Field;

/// Reads what a plugin may do.
pub(super) fn read(cx: &mut Resolver<'_>, written: &spec::plugin::Plugin) -> Vec<Permission> {
    let mut all = Vec::new();
    for permission in written.permissions.value().into_iter().flatten().filter_map(Field::get) {
        let fields = &permission.value;
        let (Some(action), Some(resource)) = (fields.action.get(), fields.resource.get()) else { continue };
        if !possible(action.value, &resource.value.0) {
            let (verb, what) = (action.value.word(), &resource.value.0);
            let message = format!("nothing can `{verb}` `{what}`");
            let problem = Diagnostic::error(BOUNDS, action.span, message).related(resource.span, "the resource");
            let problem = problem.why("the permission allows nothing, and what the plugin needs is refused");
            cx.out.push(problem.help(if action.value == Action::Network {
                "connections go to http://, https:// and tcp://; files and plugins are read, written and executed"
            } else {
                "what is executed is a file or a plugin; to connect to a host is `network`"
            }));
        }
        let scope = fields.scope.value().into_iter().flatten().filter_map(Field::get);
        all.push(Permission {
            action: cx.traced("permission", action.value, action.span),
            resource: cx.traced("permission", resource.value.0.clone(), resource.span),
            scope: scope.map(|one| cx.traced("scope", one.value.clone(), one.span)).collect(),
            origin: cx.origins.written("permission", permission.span),
        });
    }
    all
}

/// What a plugin is allowed to do cannot be what it may never do.
pub(super) fn restrictions(cx: &mut Resolver<'_>, name: &str, written: &spec::plugin::Plugin) -> Vec<Traced<Action>> {
    let allowed = written.permissions.value().into_iter().flatten().filter_map(Field::value);
    let allowed: Vec<_> = allowed.filter_map(|permission| permission.action.get()).collect();
    let mut all = Vec::new();
    for action in written.restrictions.value().into_iter().flatten().filter_map(Field::get) {
        if let Some(permission) = allowed.iter().find(|allowed| allowed.value == action.value) {
            let message = format!("plugin `{name}` may `{0}`, and may never `{0}`", action.value.word());
            let problem = Diagnostic::error(BOUNDS, action.span, message).related(permission.span, "allowed here");
            cx.out.push(problem.help("keep one of them"));
        }
        all.push(cx.traced("restriction", action.value, action.span));
    }
    all
}

/// Returns whether an action can be done with a resource: connections go to hosts, and hosts are not run.
fn possible(action: Action, resource: &str) -> bool {
    let on_network = ["http://", "https://", "tcp://"].iter().any(|scheme| resource.starts_with(scheme));
    match action {
        Action::Network => on_network,
        Action::Execute => !on_network,
        Action::Read | Action::Write => true,
    }
}

fn is_known(names: &[(Arc<str>, Arc<str>)], name: &str) -> bool {
    name.contains('*') || names.iter().any(|(known, path)| **known == *name || **path == *name)
}

/// What a permission names of `plugin://` are plugins.
pub(super) fn scopes(cx: &mut Resolver<'_>, names: &[(Arc<str>, Arc<str>)], plugins: &[Plugin]) {
    let of_plugins = plugins.iter().flat_map(|plugin| &plugin.permissions);
    for permission in of_plugins {
        let Some(one) = permission.resource.value.strip_prefix("plugin://") else { continue };
        let span = |origin| cx.origins.written_span(origin);
        if let Some(place) = span(permission.resource.origin).filter(|_| !one.is_empty() && !is_known(names, one)) {
            let whole: Vec<String> = names.iter().map(|(name, _)| format!("plugin://{name}")).collect();
            let whole = whole.iter().map(String::as_str);
            cx.unknown_name(UNKNOWN_PLUGIN, place, "plugin", &permission.resource.value, whole);
        }
        for scope in permission.scope.iter().filter(|scope| !scope.value.contains('*')) {
            if let Some(place) = cx.origins.written_span(scope.origin) {
                find(cx, names, &Spanned::new(scope.value.clone(), place));
            }
        }
    }
}
