//! `composition.lock.yaml`: which version of each plugin, and in which order they start and stop.

use super::Part;
use crate::doc::Doc;
use crate::emit::build::{list, named, some, text, unless_empty};
use crate::emit::draft::Draft;
use crate::model::composition::MemberId;
use crate::source::Origins;

/// Returns the file.
pub(super) fn draft(part: &Part<'_>, origins: &mut Origins) -> Draft {
    let here = part.here;
    let composition = part.composition;
    let plugins = part.members().into_iter().map(|(at, member, plugin)| {
        let id = MemberId(at);
        let after = part.order.edges.iter().filter(|edge| edge.from == id);
        let after = after.filter_map(|edge| {
            let name = &composition.member(edge.to)?.name.value;
            Some((name.clone(), Doc::str(edge.reason.word(), edge.origin)))
        });
        let wave = part.order.waves.get(at).filter(|_| member.enabled.value).map(|wave| {
            let decided = wave.decided_by.and_then(|edge| part.order.edges.get(edge));
            let origin = decided.map_or(here, |edge| edge.origin);
            Doc::int(i64::from(wave.number), origin)
        });
        let signature = plugin.signature.as_ref();
        let fields = some(
            member.name.origin,
            [
                ("path", Some(text(&plugin.path))),
                ("version", Some(text(&member.version))),
                ("trust", Some(Doc::str(plugin.trust.value.word(), plugin.trust.origin))),
                ("checksum", plugin.checksum.as_ref().map(text)),
                ("signedBy", signature.map(|signature| text(&signature.store))),
                ("enabled", Some(Doc::bool(member.enabled.value, member.enabled.origin))),
                ("wave", wave),
                ("after", unless_empty(named(member.name.origin, first_reasons(after)))),
            ],
        );
        (member.name.value.clone(), fields)
    });
    let plugins = named(here, plugins.collect::<Vec<_>>());
    let ordered = |ids: &mut dyn Iterator<Item = &MemberId>| {
        list(here, ids.filter_map(|id| Some(text(&composition.member(*id)?.name))).collect::<Vec<_>>())
    };
    let start = ordered(&mut part.order.start.iter());
    let stop = ordered(&mut part.order.start.iter().rev());
    let _ = origins;
    let doc = some(
        here,
        [
            ("composition", Some(text(&composition.name))),
            ("version", composition.version.as_ref().map(text)),
            ("plugins", Some(plugins)),
            ("start", Some(start)),
            ("stop", Some(stop)),
        ],
    );
    part.yaml("composition.lock.yaml", doc)
}

/// Of several reasons for one plugin the first is shown.
fn first_reasons(all: impl Iterator<Item = (std::sync::Arc<str>, Doc)>) -> Vec<(std::sync::Arc<str>, Doc)> {
    let mut kept: Vec<(std::sync::Arc<str>, Doc)> = Vec::new();
    for (name, doc) in all {
        if !kept.iter().any(|(known, _)| *known == name) {
            kept.push((name, doc));
        }
    }
    kept
}
