//! What it means that a plugin does not run.

use std::collections::BTreeMap;

use super::{Composition, Member, MemberId};
use crate::diag::Diagnostic;
use crate::model::plugin::Plugin;
use crate::model::resolve::Resolver;
use crate::model::{DISABLED_PLUGIN, PLUGIN_NEEDS_ITSELF};
use crate::source::{OriginId, Span};

/// Something that uses a member, which so has to run.
#[derive(Debug)]
pub(super) struct Use {
    pub(super) member: MemberId,
    /// Where it is named.
    pub(super) place: Span,
    /// What uses it, as the end of "it is switched off, and".
    pub(super) what: String,
    /// What comes of it.
    pub(super) why: &'static str,
}

/// Collects what members that run need of others, and reports those that need themselves.
pub(super) fn needs(cx: &mut Resolver<'_>, composition: &Composition, uses: &mut Vec<Use>) {
    for (id, member) in composition.running() {
        for need in &member.needs {
            if need.on == id {
                itself(cx, member, need.origin);
            } else if let Some(place) = cx.origins.written_span(need.origin) {
                let what = format!("`{}` needs it {}", member.name.value, need.reason.phrase());
                uses.push(Use { member: need.on, place, what, why: "what needs it would never start" });
            }
        }
    }
}

fn itself(cx: &mut Resolver<'_>, member: &Member, origin: OriginId) {
    let Some(span) = cx.origins.written_span(origin) else { return };
    let message = format!("`{}` is to start before itself", member.name.value);
    let problem = Diagnostic::error(PLUGIN_NEEDS_ITSELF, span, message).why("it could never be started");
    cx.out.push(problem.help("remove the name"));
}

/// Reports members that are used and do not run: each once, whatever uses it.
pub(super) fn report(cx: &mut Resolver<'_>, composition: &Composition, plugins: &[Plugin], uses: Vec<Use>) {
    let mut of = BTreeMap::<MemberId, Vec<Use>>::new();
    for one in uses {
        of.entry(one.member).or_default().push(one);
    }
    for (id, uses) in of {
        if let Some(member) = composition.member(id).filter(|member| !member.enabled.value) {
            off(cx, member, plugins.get(member.plugin.0), &uses);
        }
    }
}

/// The line to change is the one that switches it off; a plugin that is off by itself is switched on where it is chosen.
fn off(cx: &mut Resolver<'_>, member: &Member, plugin: Option<&Plugin>, uses: &[Use]) {
    let by_itself = plugin.filter(|plugin| plugin.enabled.origin == member.enabled.origin);
    let place = by_itself.map_or(member.enabled.origin, |_| member.name.origin);
    let (Some(span), Some(first)) = (cx.origins.written_span(place), uses.first()) else { return };
    let name = &member.name.value;
    let state = if by_itself.is_some() { "is off by itself" } else { "is switched off" };
    let message = match uses {
        [only] => format!("`{name}` {state}, and {}", only.what),
        several => format!("`{name}` {state}, and {} things need it", several.len()),
    };
    let mut problem = Diagnostic::error(DISABLED_PLUGIN, span, message);
    if let Some(line) = by_itself.and_then(|plugin| cx.origins.written_span(plugin.enabled.origin)) {
        problem = problem.related(line, "off unless a composition says otherwise");
    }
    for one in uses.iter().filter(|one| one.place != span) {
        let text = if uses.len() == 1 { "here".to_owned() } else { one.what.clone() };
        problem = problem.related(one.place, text);
    }
    let help = match by_itself {
        Some(_) => format!("write `enabled: true` here, or take away what needs `{name}`"),
        None => format!("let `{name}` run, or take away what needs it"),
    };
    cx.out.push(problem.why(first.why).help(help));
}
