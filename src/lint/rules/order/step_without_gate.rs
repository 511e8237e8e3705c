//! Steps that only a person can do, and that nobody is told of.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::spec::InstalledBy;

rule! {
    /// A component starts only after a manual step, and no gate names the step.
    ///
    /// ## What it does
    ///
    /// Looks at components whose facts say what a person has to do before they start (`needs.gate` in their `component.yaml`),
    /// and asks for a `gate`: of the component, or among `gates` with `after:` it.
    ///
    /// ## Why it matters
    ///
    /// The pods wait for something that no file of the repository makes, later waves wait for the pods, and the runbook, which
    /// is where somebody would look, does not have the step.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// onepassword: { version: 2.4.1 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// onepassword:
    ///   version: 2.4.1
    ///   gate:
    ///     connect: "kubectl -n onepassword create secret generic op-credentials --from-file=1password-credentials.json"
    /// ```
    ///
    /// ## Source
    ///
    /// 1Password Connect Helm chart, "Deploying 1Password Connect": its credentials cannot come out of 1Password.
    pub(super) static RULE =
        Kind::new("step-without-gate", "DV1271"), Order, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for component in subject.platform.components.iter().filter(|one| one.gates.is_empty()) {
        if component.installed_by.value == InstalledBy::External {
            continue;
        }
        let Some(step) = component.variant.facts.needs.value().and_then(|needs| needs.gate.value()) else { continue };
        let Some(span) = subject.line(component.name.origin) else { continue };
        let name = &component.name.value;
        out.push(
            RULE.at(span, format!("`{name}` waits for a person, and no gate says for what"))
                .why(format!("it does not start before {step}, and nothing of what dvgen writes does that"))
                .help("write the step as a gate, such as `gate: { credentials: \"kubectl …\" }`: RUNBOOK.md has it at its place then")
                .about(name),
        );
    }
}
