//! What it means that a plugin does not run.

use super::{Composition, Member, MemberId};
use crate::diag::Diagnostic;
use crate::model::resolve::Resolver;
use crate::model::{DISABLED_PLUGIN, PLUGIN_NEEDS_ITSELF};
use crate::source::{OriginId, Span};

/// Reports members that run and need one that does not.
pub(super) fn needs(cx: &mut Resolver<'_>, composition: &Composition) {
    for (id, member) in composition.running() {
        for need in &member.needs {
            let Some(other) = composition.member(need.on) else { continue };
            if need.on == id {
                itself(cx, member, need.origin);
            } else if !other.enabled.value {
                let message = format!("`{}` is switched off, and `{}` needs it", other.name.value, member.name.value);
                let text = format!("it needs `{}` {}", other.name.value, need.reason.phrase());
                report(cx, other, message, (need.origin, text), "it would never start");
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

/// Reports that something uses a member that does not run.
pub(super) fn used(cx: &mut Resolver<'_>, composition: &Composition, id: MemberId, place: Span, what: &str, why: &str) {
    let Some(member) = composition.member(id).filter(|member| !member.enabled.value) else { return };
    let message = format!("`{}` is switched off, and {what}", member.name.value);
    let origin = cx.origins.written("plugin", place);
    report(cx, member, message, (origin, "it is named here".to_owned()), why);
}

/// The line to change is the one that switches it off; a plugin that is off by itself is switched on where it is chosen.
fn report(cx: &mut Resolver<'_>, member: &Member, message: String, (used, text): (OriginId, String), why: &str) {
    let Some(span) = cx.origins.written_span(member.enabled.origin) else { return };
    let mut problem = Diagnostic::error(DISABLED_PLUGIN, span, message);
    if let Some(place) = cx.origins.written_span(used) {
        problem = problem.related(place, text);
    }
    let name = &member.name.value;
    cx.out.push(problem.why(why).help(format!("let `{name}` run, or take away what needs it")));
}
