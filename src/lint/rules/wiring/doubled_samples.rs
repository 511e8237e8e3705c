//! Samples of copies that are not merged.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::spec::FlowKind;

rule! {
    /// Two copies write the same samples to a store that keeps both.
    ///
    /// ## What it does
    ///
    /// Looks at `remoteWrite` flows from something that runs in several copies to a store whose facts say that it does not tell
    /// copies apart (`copies: doubled`).
    ///
    /// ## Why it matters
    ///
    /// Sums and rates are twice as high, or samples are refused as out of order.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   kube-prometheus-stack: { version: 88.5.3, parts: { prometheus: { replicas: 2 } } }
    ///   mimir: { version: 5.6.0 }                     # needs etcd or Consul for that
    /// flows:
    ///   - remoteWrite: { from: prometheus, to: mimir }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   kube-prometheus-stack: { version: 88.5.3, parts: { prometheus: { replicas: 2 } } }
    ///   mimir: { version: 6.2.0 }
    /// ```
    ///
    /// ## Source
    ///
    /// Grafana Mimir, Configure high-availability deduplication.
    pub(super) static RULE = Kind::new("doubled-samples", "DV1410"), Wiring, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    for flow in platform.flows.iter().filter(|flow| flow.kind == FlowKind::RemoteWrite) {
        let (Some(from), Some(to)) =
            (platform.components.get(flow.from.component.0), platform.components.get(flow.to.component.0))
        else {
            continue;
        };
        let part = flow.from.part.and_then(|part| from.part(part));
        let copies = part.map_or(from.replicas.as_ref(), |part| part.replicas.as_ref());
        let Some(copies) = copies.filter(|copies| copies.value > 1) else { continue };
        let store = flow.to.part.and_then(|part| to.part(part)).map_or(&to.serves, |part| &part.serves);
        if !store.get(&flow.kind).is_some_and(|serve| serve.doubles) {
            continue;
        }
        let Some(flow) = subject.line(flow.origin) else { continue };
        let here = platform.origins.written_span(copies.origin).unwrap_or(flow);
        let title = part.map_or(&*from.name.value, |part| part.role.as_deref().unwrap_or(&part.name));
        let version = to.version.as_ref().map_or_else(String::new, |version| format!(" {}", version.value.text));
        out.push(
            RULE.at(
                here,
                format!(
                    "{} copies of `{title}` write to `{}`, which keeps each sample of both",
                    copies.value, to.name.value
                ),
            )
            .related(flow, "this flow")
            .why(format!(
                "`{}`{version} cannot tell the samples of two copies apart without further help",
                to.name.value
            ))
            .help("run one copy, or take a version that merges them")
            .about(&from.name.value),
        );
    }
}
