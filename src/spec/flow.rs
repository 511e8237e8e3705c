//! Flows as written: a map with one key, the kind.

use std::sync::Arc;

use super::platform::SecretRef;
use super::scalars::{Duration, SimpleName, Tenant, Word};
use crate::diag::{Diagnostic, did_you_mean, nearest};
use crate::source::Span;
use crate::yaml::decode::OneOrMany;
use crate::yaml::schema::{Schema, described};
use crate::yaml::{Decode, Decoder, Entry, Names, Node as YamlNode, UNKNOWN_FIELD, WRONG_TYPE};
use crate::{choice, record};

choice! {
    /// What flows, and by which protocol.
    pub enum FlowKind as "a kind of flow" {
        /// Prometheus reads metrics.
        Scrape = "scrape",
        /// Metrics are pushed by Prometheus' remote write.
        RemoteWrite = "remoteWrite",
        /// Logs are pushed.
        Logs = "logs",
        /// Traces are pushed.
        Traces = "traces",
        /// Data is queried; a datasource of Grafana.
        Query = "query",
        /// Alerts are sent to an Alertmanager.
        Alerts = "alerts",
        /// A database is used.
        Database = "database",
        /// An object store is used.
        Objects = "objects",
        /// People are signed in.
        Auth = "auth",
        /// Data is backed up.
        Backup = "backup",
        /// Requests from outside are passed on.
        Ingress = "ingress",
        /// Requests to the API of another program.
        Api = "api",
        /// Something is remedied.
        Automation = "automation",
        /// What there is to scrape is looked up in a registry.
        Discover = "discover",
    }
}

record! {
    /// The ends of a flow and what they agree on.
    pub struct FlowFields as "a flow" {
        /// The side that opens the connection: components, parts or roles.
        from: OneOrMany<Arc<str>> = "from" required,
        /// The side that answers: components, parts or roles.
        to: OneOrMany<Arc<str>> = "to" required,
        /// A way around the usual entry point, where the component offers one.
        via: Word = "via",
        /// The tenant that both sides name.
        tenant: Tenant = "tenant",
        /// The name of what is used: a database (that of its client, unless it is said), a bucket.
        name: SimpleName = "name",
        /// Whether other components may use the bucket of an `objects` flow, or the database of a `database` flow, too; `false`
        /// unless written.
        shared: bool = "shared",
        /// The id of the datasource that a `query` flow is in Grafana, which dashboards name; the name of the other end unless
        /// written.
        uid: SimpleName = "uid",
        /// How often metrics are read; the exporter's own choice, or every 30 seconds, unless written.
        interval: Duration = "interval",
        /// What is looked at through the other side: hypervisors, for an exporter.
        targets: OneOrMany<Arc<str>> = "targets",
        /// The secret that the connection needs; `<from>/<kind>` unless written.
        secret: SecretRef = "secret",
        /// Choices that the templates of the two ends offer.
        settings: Names<YamlNode> = "settings",
    }
}

/// One entry of `flows`.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// The kind.
    pub kind: FlowKind,
    /// Where the kind stands.
    pub kind_span: Span,
    /// The ends and the rest.
    pub fields: FlowFields,
}

fn not_one_kind(span: Span, entries: &[Entry]) -> Diagnostic {
    let kinds: Vec<_> = entries.iter().map(|entry| format!("`{}`", entry.key.text)).collect();
    let (message, help) = if kinds.is_empty() {
        let help = "write the kind and the ends, such as `logs: { from: alloy, to: loki }`";
        ("this flow has no kind".to_owned(), help)
    } else {
        (format!("this flow has {} kinds: {}", kinds.len(), kinds.join(", ")), "start each kind with `- ` of its own")
    };
    // The whole item may be many lines; its start says enough.
    let place = entries.first().map_or(span, |entry| entry.key.span);
    Diagnostic::error(WRONG_TYPE, place, message).help(help)
}

impl Decode for Flow {
    fn decode(node: &YamlNode, cx: &mut Decoder) -> Option<Self> {
        let mapping = cx.mapping(node, "a flow such as `logs: { from: alloy, to: loki }`")?;
        let [entry] = mapping.entries.as_slice() else {
            cx.report(not_one_kind(node.span, &mapping.entries));
            return None;
        };
        let Some(kind) = FlowKind::from_word(&entry.key.text) else {
            let name = &*entry.key.text;
            let mut problem =
                Diagnostic::error(UNKNOWN_FIELD, entry.key.span, format!("`{name}` is not a kind of flow"));
            if let Some(help) = did_you_mean(name, FlowKind::WORDS.iter().copied()) {
                problem = problem.help(help);
            }
            if let Some(near) = nearest(name, FlowKind::WORDS.iter().copied()) {
                problem = problem.fix(true, format!("rename to `{near}`"), entry.key.span, near);
            }
            cx.report(problem);
            return None;
        };
        let fields = FlowFields::decode(&entry.value, cx)?;
        Some(Self { kind, kind_span: entry.key.span, fields })
    }

    fn schema(schema: &mut Schema) -> serde_json::Value {
        let fields = FlowFields::schema(schema);
        // Each kind is described where it is chosen: the fields are the same for all of them.
        let kinds = FlowKind::schema(schema);
        let kinds = kinds.get("oneOf").and_then(serde_json::Value::as_array).into_iter().flatten();
        let kinds = kinds.filter_map(|kind| {
            let word = kind.get("const")?.as_str()?.to_owned();
            Some((word, described(fields.clone(), &[kind.get("description")?.as_str()?])))
        });
        let flow = serde_json::json!({
            "type": "object",
            "properties": kinds.collect::<serde_json::Map<_, _>>(),
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": false
        });
        described(flow, &["A connection: its kind, and the ends."])
    }
}
