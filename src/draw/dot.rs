//! Graphviz (graphviz.org, "DOT Language").

use std::fmt::Write as _;

use super::{Drawing, Edge, Line, Node, Shape, plain};

/// Writes a drawing as a directed graph.
pub(super) fn render(drawing: &Drawing) -> String {
    let mut text = "digraph platform {\n".to_owned();
    let title = std::iter::once(&drawing.title).chain(drawing.beside()).map(|line| escaped(line));
    let title: Vec<String> = title.collect();
    let _ = writeln!(text, "  label=\"{}\"", title.join("\\n"));
    let direction = if drawing.sideways { "LR" } else { "TB" };
    let _ = writeln!(text, "  rankdir={direction}\n  labelloc=t\n  fontname=\"Helvetica\"");
    text.push_str("  node [shape=box, style=rounded, fontname=\"Helvetica\"]\n");
    text.push_str("  edge [fontname=\"Helvetica\", fontsize=10]\n");
    frames(&mut text, drawing, None, 1);
    for node in drawing.nodes.iter().filter(|node| node.frame.is_none()) {
        self::node(&mut text, node, 1);
    }
    for edge in drawing.edges.iter().filter(|edge| !edge.implied) {
        self::edge(&mut text, drawing, edge);
    }
    text.push_str("}\n");
    text
}

fn frames(text: &mut String, drawing: &Drawing, within: Option<usize>, depth: usize) {
    let indent = "  ".repeat(depth);
    for (at, frame) in drawing.frames.iter().enumerate().filter(|(_, frame)| frame.within == within) {
        let cluster = if frame.rank { "rank" } else { "cluster" };
        let _ = writeln!(text, "{indent}subgraph \"{cluster}_{at}\" {{");
        if frame.rank {
            // Ranks of a cluster would be its own, so the frame is a label at the start of the row.
            let label = escaped(&frame.label);
            let _ =
                writeln!(text, "{indent}  rank=same\n{indent}  \"frame/{at}\" [label=\"{label}\", shape=plaintext]");
        } else {
            let _ = writeln!(text, "{indent}  label=\"{}\"", escaped(&frame.label));
        }
        frames(text, drawing, Some(at), depth + 1);
        for one in drawing.nodes.iter().filter(|node| node.frame == Some(at)) {
            node(text, one, depth + 1);
        }
        let _ = writeln!(text, "{indent}}}");
    }
    if within.is_none() {
        rows(text, drawing);
    }
}

/// Keeps the rows of an order one below the other.
fn rows(text: &mut String, drawing: &Drawing) {
    let ranks: Vec<usize> =
        (0..drawing.frames.len()).filter(|at| drawing.frames.get(*at).is_some_and(|f| f.rank)).collect();
    let within = |at: usize| drawing.frames.get(at).and_then(|frame| frame.within);
    for (above, below) in
        ranks.iter().zip(ranks.iter().skip(1)).filter(|(above, below)| within(**above) == within(**below))
    {
        let _ = writeln!(text, "  \"frame/{above}\" -> \"frame/{below}\" [style=invis]");
    }
}

fn node(text: &mut String, node: &Node, depth: usize) {
    let lines: Vec<String> = node.lines.iter().map(|line| escaped(line)).collect();
    let shape = match node.shape {
        Shape::Box if node.off => ", style=\"rounded,dashed\"",
        Shape::Box => "",
        Shape::Store => ", shape=cylinder, style=solid",
        Shape::Person => ", shape=oval",
        Shape::Step => ", shape=hexagon, style=solid",
        Shape::Machine => ", shape=box3d, style=solid",
    };
    let _ = writeln!(text, "{}\"{}\" [label=\"{}\"{shape}]", "  ".repeat(depth), escaped(&node.id), lines.join("\\n"));
}

fn edge(text: &mut String, drawing: &Drawing, edge: &Edge) {
    let id = |at: usize| drawing.nodes.get(at).map(|node| escaped(&node.id)).unwrap_or_default();
    let style = match edge.line {
        Line::Solid => "solid",
        Line::Dashed => "dashed",
        // What is no part of the order moves nothing.
        Line::Dotted => "dotted, constraint=false, arrowhead=none",
        Line::Never => "dotted, constraint=false, arrowhead=tee, color=firebrick",
    };
    let labels: Vec<String> = edge.shown().iter().map(|label| escaped(label)).collect();
    let label = if labels.is_empty() { String::new() } else { format!(", label=\"{}\"", labels.join("\\n")) };
    let _ = writeln!(text, "  \"{}\" -> \"{}\" [style={style}{label}]", id(edge.from), id(edge.to));
}

/// Returns a text that a quoted string of DOT holds, with nothing that it would read as an escape.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in plain(text).chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            char => out.push(char),
        }
    }
    out
}
