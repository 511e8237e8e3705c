//! Versions: of each plugin the newest that everybody can work with.

use super::members::Found;
use crate::diag::Diagnostic;
use crate::model::plugin::Plugin;
use crate::model::resolve::Resolver;
use crate::model::{PLUGIN_VERSION, Traced};
use crate::source::OriginId;
use crate::spec::scalars::VersionRange;

/// A range, and who asks for it.
struct Wish {
    range: VersionRange,
    origin: OriginId,
    by: String,
    /// Whether a plugin asks, and no composition.
    of_catalogue: bool,
}

/// Chooses the versions of all members.
pub(super) fn choose(cx: &mut Resolver<'_>, name: &str, plugins: &[Plugin], found: &mut Found<'_>) {
    let mut wishes: Vec<Vec<Wish>> = found.members.iter().map(|_| Vec::new()).collect();
    for (at, selection) in found.selections.iter().enumerate() {
        let range = selection.and_then(|selection| selection.version.get());
        if let (Some(range), Some(list)) = (range, wishes.get_mut(at)) {
            let origin = cx.origins.written("version", range.span);
            let by = format!("composition `{name}`");
            list.push(Wish { range: range.value.clone(), origin, by, of_catalogue: false });
        }
    }
    for member in found.members.iter().filter(|member| member.enabled.value) {
        let Some(plugin) = plugins.get(member.plugin.0) else { continue };
        for need in &plugin.dependencies {
            let at = found.members.iter().position(|other| other.plugin == need.on);
            if let (Some(range), Some(list)) = (&need.range, at.and_then(|at| wishes.get_mut(at))) {
                list.push(Wish {
                    range: range.value.clone(),
                    origin: range.origin,
                    by: format!("`{}`", plugin.name.value),
                    of_catalogue: true,
                });
            }
        }
    }
    for (member, wishes) in found.members.iter_mut().zip(wishes) {
        let Some(plugin) = plugins.get(member.plugin.0) else { continue };
        let fits = |release: &&Traced<crate::spec::scalars::Version>| {
            wishes.iter().all(|wish| wish.range.holds(&release.value.number))
        };
        if let Some(release) = plugin.releases.iter().find(fits) {
            let mut reads = vec![release.origin];
            reads.extend(wishes.iter().map(|wish| wish.origin));
            let origin = cx.origins.derived("the newest version that all can work with", &reads);
            member.version = Traced::new(release.value.text.clone(), origin);
        } else {
            none_fits(cx, plugin, &wishes);
        }
    }
}

fn none_fits(cx: &mut Resolver<'_>, plugin: &Plugin, wishes: &[Wish]) {
    let alone = |wish: &&Wish| !plugin.releases.iter().any(|release| wish.range.holds(&release.value.number));
    // A range that no version fits is the mistake; else it is the last of those that do not go together.
    let Some(wish) = wishes.iter().find(alone).or(wishes.last()) else { return };
    // What one plugin asks of another in vain is a matter of the catalogue, and reported there.
    if wish.of_catalogue && alone(&wish) {
        return;
    }
    let Some(span) = cx.origins.written_span(wish.origin) else { return };
    let known: Vec<_> = plugin.releases.iter().map(|release| &*release.value.text).collect();
    let message =
        format!("no version of `{}` fits `{}`, which {} asks for", plugin.name.value, wish.range.text, wish.by);
    let mut problem = Diagnostic::error(PLUGIN_VERSION, span, message);
    if let Some(place) = plugin.releases.first().and_then(|first| cx.origins.written_span(first.origin)) {
        problem = problem.related(place, format!("there is {}", known.join(", ")));
    }
    for other in wishes.iter().filter(|other| !std::ptr::eq(*other, wish)) {
        if let Some(place) = cx.origins.written_span(other.origin) {
            problem = problem.related(place, format!("{} asks for `{}`", other.by, other.range.text));
        }
    }
    cx.out.push(problem.help("widen the range, or add a version that fits to the plugin"));
}
