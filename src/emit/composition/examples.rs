//! `examples/`: programs that send traces to the agent, in the languages that the spec names. Endpoint and name are the spec's;
//! the rest is text of this folder.

use super::telemetry::Agent;
use crate::doc::Doc;
use crate::emit::draft::Draft;
use crate::source::{OriginId, Origins};
use crate::spec::composition::Language;

/// A file, the sign of its comments, and its text.
type Example = (&'static str, &'static str, &'static str);

const GO: [Example; 2] = [
    ("examples/go/main.go", "//", include_str!("examples/main.go.txt")),
    ("examples/go/go.mod", "//", include_str!("examples/go.mod.txt")),
];

const PYTHON: [Example; 2] = [
    ("examples/python/main.py", "#", include_str!("examples/main.py.txt")),
    ("examples/python/requirements.txt", "#", include_str!("examples/requirements.txt")),
];

/// Returns the files.
pub(super) fn drafts(agent: &Agent<'_>, origins: &mut Origins) -> Vec<Draft> {
    let grpc = agent.listen(&agent.written.grpc, "127.0.0.1:4317", origins);
    let http = agent.listen(&agent.written.http, "127.0.0.1:4318", origins);
    let composition = agent.part.composition;
    let service = match agent.written.service.get() {
        Some(name) => Doc::str(name.value.0.clone(), origins.written("telemetry", name.span)),
        None => Doc::str(composition.name.value.clone(), composition.name.origin),
    };
    let mut drafts = Vec::new();
    for language in &agent.telemetry.examples {
        let files = match language {
            Language::Go => &GO,
            Language::Python => &PYTHON,
        };
        for (path, comment, text) in files {
            let lines = text.lines().map(|line| {
                filled(line, [("<<grpc>>", &grpc), ("<<http>>", &http), ("<<service>>", &service)], agent.here)
            });
            drafts.push(agent.part.lines(path, comment, lines.collect()));
        }
    }
    drafts
}

/// Puts what the spec says into a line. Who listens at all addresses is reached at this machine's own.
fn filled(line: &str, values: [(&str, &Doc); 3], here: OriginId) -> (String, OriginId) {
    let mut filled = (line.to_owned(), here);
    for (mark, value) in values {
        if line.contains(mark) {
            let text = value.as_str().unwrap_or_default().replace("0.0.0.0:", "127.0.0.1:").replace("[::]:", "[::1]:");
            filled = (filled.0.replace(mark, &text), value.origin);
        }
    }
    filled
}
