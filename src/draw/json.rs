//! A drawing for programs.

use serde_json::{Value, json};

use super::{Drawing, Edge, Line, Node, Shape};

/// Writes a drawing as one JSON document, with the edges that pictures leave out.
pub(super) fn render(drawing: &Drawing) -> String {
    let frame = |at: Option<usize>| at.map_or(Value::Null, |at| json!(at));
    let frames = drawing.frames.iter().map(|one| json!({ "label": one.label, "within": frame(one.within) }));
    let node = |node: &Node| json!({ "id": node.id, "lines": node.lines, "shape": shape(node.shape), "frame": frame(node.frame), "off": node.off });
    let id = |at: usize| drawing.nodes.get(at).map_or("", |node| node.id.as_str());
    let edge = |edge: &Edge| {
        json!({
            "from": id(edge.from),
            "to": id(edge.to),
            "labels": edge.labels,
            "line": line(edge.line),
            "implied": edge.implied,
        })
    };
    let document = json!({
        "view": drawing.view.word(),
        "title": drawing.title,
        "legend": drawing.legend().collect::<Vec<_>>(),
        "notes": drawing.notes,
        "frames": frames.collect::<Vec<_>>(),
        "nodes": drawing.nodes.iter().map(node).collect::<Vec<_>>(),
        "edges": drawing.edges.iter().map(edge).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}

const fn shape(shape: Shape) -> &'static str {
    match shape {
        Shape::Box => "box",
        Shape::Store => "store",
        Shape::Person => "person",
        Shape::Step => "step",
        Shape::Machine => "machine",
    }
}

const fn line(line: Line) -> &'static str {
    match line {
        Line::Solid => "solid",
        Line::Dashed => "dashed",
        Line::Dotted => "dotted",
        Line::Never => "never",
    }
}
