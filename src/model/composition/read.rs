//! Spec to compositions.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::members::{self, Found};
use super::names::MemberNames;
use super::runtime::Runtime;
use super::{Composition, MemberId, MemberNeed, MemberReason, check, shards, telemetry, versions};
use crate::diag::Diagnostic;
use crate::model::plugin::folders;
use crate::model::resolve::{Platform, Resolver};
use crate::model::{Traced, UNUSABLE_NAME};
use crate::source::{Span, Spanned};
use crate::spec;
use crate::spec::scalars::is_dns_label;

/// Reads the compositions; the components are known.
pub(in crate::model) fn resolve(cx: &mut Resolver<'_>, spec: &spec::Platform, platform: &mut Platform) {
    let mut all = Vec::new();
    for (name, named) in spec.compositions.value().into_iter().flatten() {
        if !is_dns_label(name) {
            let problem =
                Diagnostic::error(UNUSABLE_NAME, named.key, format!("`{name}` cannot be the name of a composition"));
            cx.out.push(problem.help("use lower-case letters, digits and `-`: a folder is called by it"));
            continue;
        }
        let Some(written) = &named.value else { continue };
        all.push(composition(cx, platform, name, named.key, written));
    }
    platform.compositions = all;
}

fn composition(
    cx: &mut Resolver<'_>,
    platform: &Platform,
    name: &Arc<str>,
    key: Span,
    written: &Spanned<spec::composition::Composition>,
) -> Composition {
    let (plugins, fields) = (platform.plugins.as_slice(), &written.value);
    let own = cx.name("composition", name, key);
    let version = fields.version.get().map(|version| cx.traced("version", version.value.text.clone(), version.span));
    let mut found = members::read(cx, fields, name, key, plugins);
    members::ordered(cx, name, plugins, &mut found);
    versions::choose(cx, name, plugins, &mut found);
    let Found { members, complete, .. } = found;
    let title = cx.word(&fields.title, "title").unwrap_or_else(|| Traced::new(name.clone(), own.origin));
    let description = cx.word(&fields.description, "description");
    let imports = folders(cx, "import", &fields.imports);
    let mut composition = Composition {
        name: own,
        version,
        title,
        description,
        imports,
        members,
        watched: None,
        topics: Vec::new(),
        shards: Vec::new(),
        telemetry: None,
        names: BTreeMap::new(),
        written: Arc::new(fields.clone()),
    };
    let (names, uses) = (BTreeMap::new(), Vec::new());
    let mut runtime = Runtime { cx, composition: &composition, plugins, complete, names, uses };
    let watched = runtime.watched();
    let topics = runtime.topics();
    runtime.check();
    let bus = runtime.bus();
    let (names, mut uses) = (runtime.names, runtime.uses);
    (composition.watched, composition.topics, composition.names) = (watched, topics, names);
    if let Some((bus, place)) = bus {
        carried(cx, &mut composition, bus, place);
    }
    if let Some(scaling) = fields.scaling.get() {
        let (called, members) = (&composition.name.value, &composition.members);
        let names = MemberNames { composition: called, plugins, members, complete };
        let (shards, whole) = shards::read(cx, scaling, &names, &mut uses);
        composition.shards = shards;
        // Whose share a misspelt name has is not known.
        if whole {
            shards::check(cx, &scaling.value, &composition);
        }
    }
    check::needs(cx, &composition, &mut uses);
    check::report(cx, &composition, plugins, uses);
    composition.telemetry = telemetry::read(cx, platform, &fields.telemetry);
    composition
}

/// Whoever writes to a topic or reads one starts after what carries the events.
fn carried(cx: &mut Resolver<'_>, composition: &mut Composition, bus: MemberId, place: Span) {
    if !composition.member(bus).is_some_and(|member| member.enabled.value) {
        return;
    }
    let origin = cx.origins.written("events", place);
    let sides = composition.topics.iter().flat_map(|topic| topic.publishers.iter().chain(&topic.subscribers));
    let mut users: Vec<MemberId> = sides.map(|(id, _)| *id).filter(|id| *id != bus).collect();
    users.sort();
    users.dedup();
    for user in users {
        if let Some(member) = composition.members.get_mut(user.0) {
            member.needs.push(MemberNeed { on: bus, reason: MemberReason::Bus, origin });
        }
    }
}
