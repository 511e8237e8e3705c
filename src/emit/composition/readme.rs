//! `README.md`: what a composition is, how it is started, what is in it and in which order.

mod telemetry;

use super::{Part, config};
use crate::emit::draft::{Draft, TargetName};
use crate::emit::page::{Page, code, codes, escaped, prose};
use crate::model::composition::MemberId;
use crate::source::OriginId;
use crate::yaml::Field;

/// Returns the page.
pub(super) fn draft(part: &Part<'_>) -> Draft {
    let composition = part.composition;
    let here = part.here;
    let mut page = Page::new(&escaped(&composition.title.value), &part.source.layout.header(here));
    if let Some(description) = &composition.description {
        page.text(&prose(&description.value), description.origin);
    }
    let (name, environment) = (code(&composition.name.value), code(&part.source.platform.environment.value));
    match &composition.version {
        Some(version) => page.text(
            &format!("Version {} of the composition {name}, for environment {environment}.", code(&version.value)),
            version.origin,
        ),
        None => page.text(&format!("The composition {name}, for environment {environment}."), here),
    }
    lists(part, &mut page);
    if let Some(run) = composition.written.run.value() {
        page.heading(2, "Start", here);
        page.commands(run.lines().map(|line| (line.to_owned(), here)));
    }
    plugins(part, &mut page);
    order(part, &mut page);
    secrets(part, &mut page);
    topics(part, &mut page);
    shards(part, &mut page);
    telemetry::add(part, &mut page);
    page.draft(part.path("README.md"), TargetName::Pages)
}

fn lists(part: &Part<'_>, page: &mut Page) {
    let written = &part.composition.written;
    for (title, lines) in [("What it is for", &written.purposes), ("What it has", &written.features)] {
        let lines: Vec<_> = lines.value().into_iter().flatten().filter_map(Field::get).collect();
        if !lines.is_empty() {
            page.heading(2, title, part.here);
            page.list(lines.iter().map(|line| (prose(&line.value), part.here)));
        }
    }
}

fn plugins(part: &Part<'_>, page: &mut Page) {
    let rows: Vec<_> = part
        .members()
        .into_iter()
        .map(|(_, member, plugin)| {
            let state = match (member.enabled.value, member.listed) {
                (false, _) => "off",
                (true, true) => "",
                (true, false) => "added",
            };
            let description = plugin.description.as_ref().map_or_else(String::new, |text| escaped(&text.value));
            let cells = vec![
                code(&member.name.value),
                code(&member.version.value),
                plugin.kind.value.word().to_owned(),
                plugin.category.value.word().to_owned(),
                plugin.trust.value.word().to_owned(),
                state.to_owned(),
                description,
            ];
            (cells, member.name.origin)
        })
        .collect();
    if !rows.is_empty() {
        page.heading(2, "Plugins", part.here);
        page.table(&["plugin", "version", "type", "category", "trust", "state", "what it does"], &rows);
    }
}

/// The order of the start; it stops the other way round.
fn order(part: &Part<'_>, page: &mut Page) {
    if part.order.start.is_empty() {
        return;
    }
    page.heading(2, "Order", part.here);
    page.text("Plugins start in this order, and stop the other way round.", part.here);
    let name = |id: MemberId| part.composition.member(id).map_or("", |member| &*member.name.value);
    let line = |id: &MemberId| {
        let mut after: Vec<&str> =
            part.order.edges.iter().filter(|edge| edge.from == *id).map(|edge| name(edge.to)).collect();
        // A plugin can be needed for two reasons.
        after.dedup();
        let after = if after.is_empty() { String::new() } else { format!(", after {}", codes(after)) };
        let origin = part.composition.member(*id).map_or(part.here, |member| member.name.origin);
        (format!("{}{after}", code(name(*id))), origin)
    };
    page.list(part.order.start.iter().map(line));
    if !part.order.edges.is_empty() {
        page.fence("mermaid", order_drawing(part).into_iter().map(|line| (line, part.here)));
    }
}

fn secrets(part: &Part<'_>, page: &mut Page) {
    let mut rows: Vec<(Vec<String>, OriginId)> = Vec::new();
    for (_, member, _) in part.members() {
        for secret in config::secrets(&member.config).into_iter().filter(|_| member.enabled.value) {
            let cells = vec![code(&member.name.value), code(&secret.item.value), code(&secret.key.value)];
            rows.push((cells, secret.item.origin));
        }
    }
    if !rows.is_empty() {
        page.heading(2, "Secrets", part.here);
        page.text("The values are in the secret store; `composition.yaml` refers to them.", part.here);
        page.table(&["plugin", "item", "key"], &rows);
    }
}

fn topics(part: &Part<'_>, page: &mut Page) {
    let side = |side: &[(MemberId, OriginId)]| {
        codes(side.iter().filter_map(|(id, _)| part.composition.member(*id)).map(|member| &*member.name.value))
    };
    let row = |topic: &crate::model::composition::Topic| {
        let carries = topic.carries.as_ref().map_or("", |data| data.value.word());
        let cells =
            vec![code(&topic.name.value), carries.to_owned(), side(&topic.publishers), side(&topic.subscribers)];
        (cells, topic.name.origin)
    };
    let rows: Vec<_> = part.composition.topics.iter().map(row).collect();
    if !rows.is_empty() {
        page.heading(2, "Events", part.here);
        page.table(&["topic", "carries", "written by", "read by"], &rows);
    }
}

fn shards(part: &Part<'_>, page: &mut Page) {
    let row = |shard: &crate::model::composition::Shard| {
        let member = part.composition.member(shard.member).map_or("", |member| &*member.name.value);
        let cells = vec![code(&shard.node.value), code(member), code(&shard.name.value), shard.range.value.to_string()];
        (cells, shard.range.origin)
    };
    let rows: Vec<_> = part.composition.shards.iter().map(row).collect();
    if !rows.is_empty() {
        page.heading(2, "Nodes", part.here);
        page.table(&["node", "plugin", "shard", "part of the work"], &rows);
    }
}

/// Draws what starts before what, of the plugins that wait or are waited for.
fn order_drawing(part: &Part<'_>) -> Vec<String> {
    let mut lines = vec!["flowchart LR".to_owned()];
    let edges = &part.order.edges;
    for id in part.order.start.iter().filter(|id| edges.iter().any(|edge| edge.from == **id || edge.to == **id)) {
        let name = part.composition.member(*id).map_or("", |member| &*member.name.value);
        lines.push(format!("  p{}[\"{name}\"]", id.0));
    }
    let mut pairs: Vec<(usize, usize)> = edges.iter().map(|edge| (edge.to.0, edge.from.0)).collect();
    pairs.dedup();
    lines.extend(pairs.iter().map(|(first, then)| format!("  p{first} --> p{then}")));
    lines
}
