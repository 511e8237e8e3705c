//! Mermaid flowcharts (mermaid.js.org, "Flowcharts - Basic Syntax").

use std::fmt::Write as _;

use super::{Drawing, Edge, Line, Node, Shape, plain};

/// Writes a drawing as a flowchart.
pub(super) fn render(drawing: &Drawing) -> String {
    let mut text = head(&drawing.title);
    let direction = if drawing.sideways { "LR" } else { "TB" };
    let _ = writeln!(text, "flowchart {direction}");
    frames(&mut text, drawing, None, 1);
    for (at, node) in drawing.nodes.iter().enumerate().filter(|(_, node)| node.frame.is_none()) {
        self::node(&mut text, at, node, 1);
    }
    for edge in drawing.edges.iter().filter(|edge| !edge.implied) {
        self::edge(&mut text, edge);
    }
    ranks(&mut text, drawing);
    let notes: Vec<String> = drawing.beside().map(|note| escaped(note)).collect();
    if !notes.is_empty() {
        let _ = writeln!(text, "  note[\"{}\"]:::note", notes.join("<br/>"));
        text.push_str("  classDef note fill:none,stroke:none,text-align:left\n");
    }
    if drawing.nodes.iter().any(|node| node.off) {
        text.push_str("  classDef off stroke-dasharray: 5 5\n");
    }
    text
}

/// The title is drawn above. Lines that hop over others lose their dashes in Mermaid 12.3, and mean something else then.
fn head(title: &str) -> String {
    let title = serde_json::Value::from(plain(title));
    format!("---\ntitle: {title}\nconfig:\n  flowchart:\n    wrappingWidth: 240\n  elk:\n    lineHops: false\n---\n")
}

fn frames(text: &mut String, drawing: &Drawing, within: Option<usize>, depth: usize) {
    let indent = "  ".repeat(depth);
    for (at, frame) in drawing.frames.iter().enumerate().filter(|(_, frame)| frame.within == within) {
        if !holds(drawing, at) {
            continue;
        }
        let _ = writeln!(text, "{indent}subgraph f{at}[\"{}\"]", escaped(&frame.label));
        frames(text, drawing, Some(at), depth + 1);
        for (id, node) in drawing.nodes.iter().enumerate().filter(|(_, node)| node.frame == Some(at)) {
            self::node(text, id, node, depth + 1);
        }
        let _ = writeln!(text, "{indent}end");
    }
}

/// Returns whether something is drawn in a frame.
fn holds(drawing: &Drawing, frame: usize) -> bool {
    let inner = drawing.frames.iter().enumerate().filter(|(_, one)| one.within == Some(frame));
    drawing.nodes.iter().any(|node| node.frame == Some(frame))
        || inner.map(|(at, _)| at).any(|at| at > frame && holds(drawing, at))
}

fn node(text: &mut String, at: usize, node: &Node, depth: usize) {
    let lines: Vec<String> = node.lines.iter().map(|line| escaped(line)).collect();
    let label = lines.join("<br/>");
    let (open, close) = match node.shape {
        Shape::Box => ("[", "]"),
        Shape::Store => ("[(", ")]"),
        Shape::Person => ("([", "])"),
        Shape::Step => ("{{", "}}"),
        Shape::Machine => ("[[", "]]"),
    };
    let class = if node.off { ":::off" } else { "" };
    let _ = writeln!(text, "{}n{at}{open}\"{label}\"{close}{class}", "  ".repeat(depth));
}

fn edge(text: &mut String, edge: &Edge) {
    let (from, to) = (edge.from, edge.to);
    // What is no part of the order has no head: its ends stay where the order has them, the earlier one first.
    let (from, arrow, to) = match edge.line {
        Line::Solid => (from, "-->", to),
        Line::Dashed => (from, "-.->", to),
        Line::Dotted => (from.min(to), "-.-", from.max(to)),
        Line::Never => (from, "-.-x", to),
    };
    let labels: Vec<String> = edge.shown().iter().map(|label| escaped(label)).collect();
    let label = if labels.is_empty() { String::new() } else { format!("|\"{}\"|", labels.join("<br/>")) };
    let _ = writeln!(text, "  n{from} {arrow}{label} n{to}");
}

/// Keeps the ranks of an order one below the other, by lines that nobody sees.
fn ranks(text: &mut String, drawing: &Drawing) {
    let ranks = || drawing.frames.iter().enumerate().filter(|(_, frame)| frame.rank).map(|(at, _)| at);
    let ranks: Vec<usize> = ranks().filter(|at| holds(drawing, *at)).collect();
    let within = |at: usize| drawing.frames.get(at).and_then(|frame| frame.within);
    for (above, below) in
        ranks.iter().zip(ranks.iter().skip(1)).filter(|(above, below)| within(**above) == within(**below))
    {
        let _ = writeln!(text, "  f{above} ~~~ f{below}");
    }
}

/// Returns a text that cannot end a label, nor be read as markup (entity codes, as Mermaid writes them).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in plain(text).chars() {
        match char {
            '"' => out.push_str("#quot;"),
            '#' => out.push_str("#35;"),
            '&' => out.push_str("#amp;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '`' => out.push_str("#96;"),
            '*' => out.push_str("#42;"),
            '_' => out.push_str("#95;"),
            '\\' => out.push_str("#92;"),
            '%' => out.push_str("#37;"),
            '{' => out.push_str("#123;"),
            '}' => out.push_str("#125;"),
            char => out.push(char),
        }
    }
    out
}
