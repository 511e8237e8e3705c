//! The report for programs.

use serde_json::{Value, json};

use crate::diff::report::{
    Change, ChangeKind, EnvironmentState, FileChange, LeftOut, Presence, Report, Section, SharedChange, Side,
};
use crate::diff::risk::Finding;

/// The version of this format.
const FORMAT: &str = "dvgen.dev/diff/v1";

/// Returns the report.
pub(super) fn render(report: &Report) -> String {
    let mut value = json!({
        "format": FORMAT,
        "platform": report.platform,
        "level": report.level.map(crate::diff::risk::Level::word),
        "complete": report.is_complete(),
        "empty": report.is_empty() && report.is_complete(),
        "base": side(&report.base),
        "head": side(&report.head),
        "environments": report.environments.iter().map(environment).collect::<Vec<_>>(),
        "only": report.only,
        "leftOut": report.left_out.iter().map(left_out).collect::<Vec<_>>(),
        "components": { "all": report.components.0, "unchanged": report.components.1, "removed": report.removed },
        "hidden": report.hidden,
        "edits": report.edits.iter().map(|edit| json!({
            "file": edit.file, "line": edit.line, "path": edit.path, "before": edit.before, "after": edit.after,
            "effects": edit.effects, "renamed": edit.renamed,
        })).collect::<Vec<_>>(),
        "rewritten": report.rewritten,
        "versions": report.versions.iter().map(|row| json!({
            "component": row.subject, "chart": row.what, "from": row.from, "to": row.to, "step": row.step,
            "environments": names(&row.environments), "causes": row.causes,
        })).collect::<Vec<_>>(),
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
        "shared": report.shared.iter().map(shared).collect::<Vec<_>>(),
        "sections": report.sections.iter().map(section).collect::<Vec<_>>(),
    });
    if let (Some(drift), Some(value)) = (&report.drift, value.as_object_mut()) {
        let shared: Vec<Value> = drift.shared.iter().map(shared).collect();
        let sections: Vec<Value> = drift.sections.iter().map(section).collect();
        value.insert("drift".to_owned(), json!({ "shared": shared, "sections": sections }));
    }
    format!("{value:#}\n")
}

fn names(names: &[std::sync::Arc<str>]) -> Vec<&str> {
    names.iter().map(|name| &**name).collect()
}

fn side(side: &Side) -> Value {
    json!({ "label": side.label, "commit": side.commit, "spec": side.spec, "errors": side.errors })
}

fn environment(state: &EnvironmentState) -> Value {
    let mut value = json!({ "name": *state.name, "state": presence(state.presence) });
    if let (Some(was), Some(value)) = (&state.was, value.as_object_mut()) {
        value.insert("was".to_owned(), json!(**was));
    }
    value
}

fn left_out(left: &LeftOut) -> Value {
    let mut value = json!({
        "side": if left.head { "head" } else { "base" }, "environments": names(&left.environments),
        "component": left.component.as_deref(), "rest": left.rest, "why": left.why,
    });
    if let (Some(part), Some(value)) = (&left.part, value.as_object_mut()) {
        value.insert("part".to_owned(), json!(part));
    }
    value
}

const fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Both => "both",
        Presence::Added => "added",
        Presence::Removed => "removed",
        Presence::BrokenBase => "broken-base",
        Presence::BrokenHead => "broken-head",
    }
}

fn finding(finding: &Finding) -> Value {
    json!({
        "rule": finding.rule.name, "code": finding.rule.code, "level": finding.level.word(),
        "subject": finding.subject, "message": finding.message, "why": finding.why,
        "environments": names(&finding.environments), "causes": finding.causes,
    })
}

fn shared(shared: &SharedChange) -> Value {
    json!({
        "components": names(&shared.components), "environments": names(&shared.environments),
        "changes": shared.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

fn section(section: &Section) -> Value {
    json!({
        "component": section.component.as_deref(), "environments": names(&section.environments),
        "files": section.files.iter().map(file).collect::<Vec<_>>(),
    })
}

fn file(file: &FileChange) -> Value {
    json!({
        "path": file.path, "was": file.was, "target": file.target.word(), "state": presence(file.presence),
        "lines": file.lines, "changes": file.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

fn change(change: &Change) -> Value {
    let (kind, lines) = match &change.kind {
        ChangeKind::Added => ("added", None),
        ChangeKind::Removed => ("removed", None),
        ChangeKind::Changed => ("changed", None),
        ChangeKind::Reordered => ("reordered", None),
        ChangeKind::Moved => ("moved", None),
        ChangeKind::Text(lines) => {
            ("text", Some(lines.shown.iter().map(|(mark, line)| format!("{mark}{line}")).collect::<Vec<_>>()))
        }
    };
    let text = |shown: &Option<crate::diff::Shown>| shown.as_ref().map(|shown| shown.text.clone());
    let object = change.object.as_ref().map(|object| {
        json!({
            "kind": object.kind, "group": object.group, "namespace": object.namespace, "name": object.name,
        })
    });
    json!({
        "object": object, "path": change.path, "kind": kind, "before": text(&change.before), "after": text(&change.after),
        "lines": lines, "causes": change.causes, "level": change.level.word(), "noise": change.noise,
    })
}
