//! Secrets in the open: in the spec, in the files that it names, and in what templates made of them.
//!
//! A secret is known by its key (`keys`), or by its shape (`shapes`), which is looked for in the texts themselves, so
//! that neither a comment nor a file that cannot be read hides one. No level switches this off.

mod beside;
mod keys;
mod lines;
mod places;
mod quiet;
mod shapes;
mod starts;
mod values;
mod walk;

use std::collections::BTreeSet;

use super::SECRET_IN_VALUES;
use crate::diag::Diagnostic;
use crate::doc::{Doc, Outlined, Value, joined};
use crate::source::{FileId, Origin, Origins, SourceMap, Span};
use crate::yaml::{Dialect, Node, load_all};
use lines::Signs;
pub use quiet::Quiet;
use walk::{At, Found, Hunt, walk};

/// Looks into the sections of a spec, or into what an environment lays over them.
pub fn sections(root: &Node, out: &mut Vec<Diagnostic>) {
    tree(root, true, out);
}

/// Looks into a manifest.
pub fn manifest(document: &Node, out: &mut Vec<Diagnostic>) {
    tree(document, false, out);
}

fn tree(root: &Node, strict: bool, out: &mut Vec<Diagnostic>) {
    let mut found = |node: &Node, what: Found<'_>| out.push(problem(&what, node.span));
    let mut quiet = Quiet::of_keys();
    let mut hunt = Hunt { file: Some(root.span.file), quiet: &mut quiet, loud: &mut |_| {}, found: &mut found };
    walk(&mut hunt, root, At::top(strict));
}

/// Looks into a document that templates made. What a person wrote has been looked at before.
pub fn document(outlined: Outlined<'_>, origins: &Origins, quiet: &mut Quiet, out: &mut Vec<Diagnostic>) {
    let Outlined { doc, outline } = outlined;
    let file = origins.place(doc.origin).map(|span| span.file);
    let mut found = |node: &Doc, what: Found<'_>| {
        out.extend(origins.place(node.origin).map(|span| with_reads(problem(&what, span), node, origins)));
    };
    let mut shapes = Vec::new();
    let mut loud = |doc: &Doc| shapes_of(doc, origins, &mut shapes);
    let places = outline.map(|outline| quiet.places(outline));
    let mut hunt = Hunt { file, quiet, loud: &mut loud, found: &mut found };
    match outline.zip(places) {
        Some((outline, places)) => {
            let nodes = places.iter().filter_map(|at| outline.nodes().get(*at));
            nodes.for_each(|node| walk(&mut hunt, *node, At::top(false)));
        }
        None => walk(&mut hunt, doc, At::top(false)),
    }
    out.append(&mut shapes);
}

/// Adds the lines that a computed value was made of: the secret stands in one of them.
fn with_reads(problem: Diagnostic, doc: &Doc, origins: &Origins) -> Diagnostic {
    let Origin::Template { reads, .. } = origins.get(doc.origin) else { return problem };
    let spans: BTreeSet<Span> = reads.iter().filter_map(|read| origins.written_span(*read)).collect();
    spans.into_iter().fold(problem, |problem, span| problem.related(span, "the value is made of this"))
}

fn shapes_of(doc: &Doc, origins: &Origins, out: &mut Vec<Diagnostic>) {
    let mut look = |text: &str| {
        for (_, what) in shapes::find(text) {
            out.extend(origins.place(doc.origin).map(|span| with_reads(shape(what, span), doc, origins)));
        }
    };
    match &doc.value {
        Value::Str(text) => look(text),
        Value::Text(lines) => look(&joined(lines)),
        Value::List(items) => items.iter().for_each(|item| shapes_of(item, origins, out)),
        Value::Map(map) => map.iter().for_each(|(_, item)| shapes_of(item, origins, out)),
        _ => {}
    }
}

/// Looks for shapes in all files of the user. A file that cannot be read as YAML is searched line by line, so that no
/// report about it shows a secret.
pub fn texts(sources: &SourceMap, out: &mut Vec<Diagnostic>) {
    let broken = out.iter().any(Diagnostic::is_error);
    for file in sources.ids().filter(|file| !sources.file(*file).is_built_in()) {
        let text = sources.file(file).text();
        for (range, what) in shapes::find(text) {
            out.push(shape(what, span(file, &range)));
        }
        let mut problems = Vec::new();
        if broken && (load_all(file, text, Dialect::Template, &mut problems).is_none() || !problems.is_empty()) {
            for (key, range) in lines::find(text, Signs::All) {
                out.push(problem(&Found::Key(key), span(file, &range)));
            }
        }
    }
}

fn span(file: FileId, range: &std::ops::Range<usize>) -> Span {
    let to = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(file, to(range.start), to(range.end))
}

fn problem(what: &Found<'_>, span: Span) -> Diagnostic {
    match what {
        Found::Key(key) => in_the_open(span, format!("`{key}` looks like a secret that is written in the open")),
        Found::Object => Diagnostic::error(SECRET_IN_VALUES, span, "a Secret with values is written in the open")
            .why("base64 hides nothing, and the manifest is in Git")
            .help("add the item to `secrets.items`; dvgen makes an ExternalSecret of it")
            .conceal(),
    }
}

fn shape(what: &str, span: Span) -> Diagnostic {
    in_the_open(span, format!("this looks like {what} that is written in the open"))
}

fn in_the_open(span: Span, message: String) -> Diagnostic {
    Diagnostic::error(SECRET_IN_VALUES, span, message)
        .why("the spec and its outputs are in Git, and whoever can read Git could use it")
        .help("put the value into the secret store and name the Secret where the chart takes one (`existingSecret`)")
        .help("if it was a real value, replace it: it has been written to a file")
        .conceal()
}

/// Keeps one report a place: of a secret that is known by its key and its shape, or that another stage refused too.
pub fn once(diagnostics: &mut Vec<Diagnostic>, sources: &SourceMap) {
    // What is made of a line of the user's has been reported there.
    let made = |problem: &Diagnostic| {
        let mut labels = problem.primary.iter().chain(&problem.secondary);
        problem.kind == SECRET_IN_VALUES && labels.any(|label| sources.file(label.span.file).is_built_in())
    };
    let own = diagnostics.iter().filter(|problem| problem.kind == SECRET_IN_VALUES && !made(problem));
    let own: BTreeSet<String> = own.map(|problem| problem.message.clone()).collect();
    diagnostics.retain(|problem| !(made(problem) && own.contains(&problem.message)));
    let place = |problem: &Diagnostic| problem.primary.as_ref().map(|label| label.span);
    let mut spans: Vec<(Span, bool)> = diagnostics
        .iter()
        .filter(|problem| problem.concealed)
        .filter_map(|problem| Some((place(problem)?, problem.kind != SECRET_IN_VALUES)))
        .collect();
    // The widest first, and of two alike the one of another kind.
    spans.sort_by_key(|(span, other)| (span.file, span.start, std::cmp::Reverse(span.end), !other));
    let mut kept: BTreeSet<Span> = BTreeSet::new();
    let mut refused: BTreeSet<Span> = BTreeSet::new();
    let mut last: Option<Span> = None;
    for (span, other) in spans {
        let inside = last.is_some_and(|last| last.file == span.file && span.end <= last.end);
        if !inside {
            last = Some(span);
            kept.insert(span);
        }
        if other {
            refused.insert(span);
        }
    }
    let mut seen = BTreeSet::new();
    diagnostics.retain(|problem| {
        let Some(span) = place(problem).filter(|_| problem.kind == SECRET_IN_VALUES) else { return true };
        kept.contains(&span) && !refused.contains(&span) && seen.insert(span)
    });
}
