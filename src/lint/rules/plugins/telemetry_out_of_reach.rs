//! Addresses that only pods know.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// The agent of a composition is to write to an address that exists inside of the cluster only.
    ///
    /// ## What it does
    ///
    /// Looks at the targets of `telemetry`. The agent runs on the machine of the application, so it needs a `url`, a
    /// `host`, or a component with `expose`.
    ///
    /// ## Why it matters
    ///
    /// Names such as `loki.monitoring.svc.cluster.local` are known to pods. The agent would keep what it takes until its
    /// disk is full.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   loki: { version: 18.11.0, installedBy: external }
    /// compositions:
    ///   devkit: { version: 1.0.0, telemetry: { logs: { to: loki, tenant: dev } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   loki: { version: 18.11.0, installedBy: external }
    /// compositions:
    ///   devkit: { version: 1.0.0, telemetry: { logs: { to: loki, tenant: dev, host: loki.example.org } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, "DNS for Services and Pods".
    pub(super) static RULE = Kind::new("telemetry-out-of-reach", "DV1909"), Plugins, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for composition in &subject.platform.compositions {
        let targets = composition.telemetry.iter().flat_map(|telemetry| &telemetry.targets);
        for target in targets.filter(|target| !target.outside) {
            let (Some(here), Some(to)) = (subject.line(target.origin), subject.platform.components.get(target.to.0))
            else {
                continue;
            };
            let message =
                format!("the agent of `{}` would write to `{}`", composition.name.value, target.address.value);
            let problem = RULE.at(here, message).why("it runs outside of the cluster, where nobody knows this name");
            let help =
                format!("write the host by which `{}` is reached: `host: …`, or expose the component", to.name.value);
            out.push(problem.help(help));
        }
    }
}
