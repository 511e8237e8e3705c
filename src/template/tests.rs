//! Tests of the template language: expressions, structure, problems, origins, bounds.

mod bounds;
mod expressions;
mod problems;
mod structure;

use serde_json::Value as Json;

use super::{Data, DataValue, Rendered, Shape, Template, load_file};
use crate::diag::Diagnostic;
use crate::doc::{Doc, Value, joined};
use crate::source::{Origin, OriginId, Origins, SourceMap, Span};
use crate::yaml::{Core, Dialect, Node, NodeKind, Style, core, load};

/// What the templates of the tests read.
const DATA: &str = r#"
name: grafana
fullname: my-grafana
replicas: 2
ratio: 1.5
flag: true
expose: null
tenant: null
domains: { cluster: cluster.local, external: example.org }
services: { gossip: { host: gossip.svc, port: 9094 } }
flows:
  query:
    - { kind: query, url: "http://mimir/x", to: { name: mimir, title: Mimir } }
    - { kind: query, url: "http://loki/y", to: { name: loki, title: Loki } }
  logs: []
placement: { nodeSelector: { zone: a, "kubernetes.io/os": linux }, tolerations: [{ key: x, operator: Exists }] }
databases: [b, a, b]
numbers: [3, 1, 2]
settings: { deep: { on: 1 }, text: "a{{b}}" }
"#;

struct Bench {
    sources: SourceMap,
    origins: Origins,
    data: Data,
    out: Vec<Diagnostic>,
}

fn shape() -> Shape {
    let to = Shape::map([("name", Shape::Scalar), ("title", Shape::Scalar)]);
    let flow = Shape::map([("kind", Shape::Scalar), ("url", Shape::Scalar), ("to", to)]);
    let pair = |a, b| Shape::map([(a, Shape::Scalar), (b, Shape::Scalar)]);
    Shape::map([
        ("name", Shape::Scalar),
        ("fullname", Shape::Scalar),
        ("replicas", Shape::Scalar),
        ("ratio", Shape::Scalar),
        ("flag", Shape::Scalar),
        ("tenant", Shape::Scalar),
        ("expose", pair("host", "issuer")),
        ("domains", pair("cluster", "external")),
        ("services", Shape::each(pair("host", "port"))),
        ("flows", Shape::map([("query", Shape::list(flow.clone())), ("logs", Shape::list(flow))])),
        ("placement", Shape::Any),
        ("databases", Shape::list(Shape::Scalar)),
        ("numbers", Shape::list(Shape::Scalar)),
        ("settings", Shape::each(Shape::Any)),
        ("absent", Shape::Any),
    ])
}

fn to_data(node: &Node, origins: &mut Origins) -> Data {
    let origin = origins.written("value", node.span);
    match &node.kind {
        NodeKind::Scalar { text, style } => match core(text) {
            Core::Null if *style == Style::Plain => Data::null(origin),
            Core::Bool(flag) if *style == Style::Plain => Data::bool(flag, origin),
            Core::Int(number) if *style == Style::Plain => Data::int(number, origin),
            Core::Float(number) if *style == Style::Plain => Data::new(DataValue::Float(number), origin),
            _ => Data::str(text.clone(), origin),
        },
        NodeKind::Sequence(items) => Data::list(items.iter().map(|item| to_data(item, origins)).collect(), origin),
        NodeKind::Mapping(mapping) => Data::map(
            mapping
                .entries
                .iter()
                .map(|entry| (entry.key.text.clone(), to_data(&entry.value, origins)))
                .collect::<Vec<_>>(),
            origin,
        ),
    }
}

impl Bench {
    fn new() -> Self {
        Self::with(DATA)
    }

    fn with(data: &str) -> Self {
        let (mut sources, mut origins, mut out) = (SourceMap::new(), Origins::new(), Vec::new());
        let file = sources.add("platform.yaml", data);
        let (node, _) = load(file, data, Dialect::Spec, &mut out).expect("the data of a test is YAML");
        let data = to_data(&node, &mut origins);
        Self { sources, origins, data, out }
    }

    fn load(&mut self, text: &str) -> Option<Template> {
        let file = self.sources.add("template.yaml", text);
        load_file(file, text, &shape(), &mut self.out)
    }

    fn render(&mut self, text: &str) -> Rendered {
        let Some(template) = self.load(text) else { return Rendered::Failed };
        template.render(&self.data, None, &mut self.origins, &mut self.out)
    }

    fn json(&mut self, text: &str) -> Result<Json, String> {
        match self.render(text) {
            Rendered::Doc(doc) => Ok(json(&doc)),
            Rendered::LeftOut => Err("left out".to_owned()),
            Rendered::Failed => Err(self.problems().join("\n")),
        }
    }

    /// Each problem as "name: message @ text of its place | help".
    fn problems(&self) -> Vec<String> {
        let place = |span: Span| self.sources.text(span).to_owned();
        let show = |problem: &Diagnostic| {
            let at = problem.primary.as_ref().map(|label| place(label.span)).unwrap_or_default();
            let mut shown = format!("{}: {} @ {at}", problem.kind.name, problem.message);
            for help in &problem.help {
                shown = format!("{shown} | {help}");
            }
            shown
        };
        self.out.iter().map(show).collect()
    }

    /// The texts that a value was computed from, leaves only.
    fn leaves(&self, origin: OriginId) -> Vec<String> {
        match self.origins.get(origin) {
            Origin::Written { span, .. } => vec![self.sources.text(span).to_owned()],
            Origin::Template { reads, .. } | Origin::Derived { reads, .. } => {
                reads.iter().flat_map(|read| self.leaves(*read)).collect()
            }
            Origin::Default { by, .. } => vec![by.to_owned()],
        }
    }
}

fn json(doc: &Doc) -> Json {
    match &doc.value {
        Value::Null => Json::Null,
        Value::Bool(flag) => (*flag).into(),
        Value::Int(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::Str(text) => (**text).into(),
        Value::Text(lines) => joined(lines).into(),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(map) => map.iter().map(|(key, doc)| (key.text.to_string(), json(doc))).collect(),
    }
}
