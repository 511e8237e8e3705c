//! Steps that people do between two waves.

use super::{Case, Finding, Level, RiskRule};

/// A manual step is gone.
pub(super) static RULE: RiskRule = RiskRule {
    name: "gate-dropped",
    code: "DV2074",
    summary: "A step that a person does is gone, and nothing waits for it any more.",
    documentation: "\
## What it does
Reports a gate of a component that is gone, or that asks for something else.

## Why it matters
A gate is what a person has to do before what depends on the component can come up: unseal a store, accept a key. Without it neither
the runbook nor Argo CD says that somebody has to, and on a new cluster what comes later waits for ever. What runs does not notice.

## What to do
See that what it asked for is done by something else now, and try it on a new cluster.
",
    judge,
};

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    for (old, new) in case.components() {
        let name = &*new.name.value;
        for gate in &old.gates {
            let other = new.gates.iter().find(|other| other.name.value == gate.name.value);
            let (message, why) = match other {
                None => (
                    format!("gate `{}` is gone", gate.name.value),
                    "nobody is told any more to do it: on a new cluster what comes later waits for ever",
                ),
                Some(other) if other.action.value != gate.action.value => {
                    (format!("gate `{}` asks for something else", gate.name.value), "whoever does it has to know")
                }
                Some(_) => continue,
            };
            let causes = case.because(Some(gate.action.origin), other.map(|other| other.action.origin), Some(name));
            out.push(Finding::new(&RULE, Level::Caution, name, message).why(why).because(causes));
        }
    }
}
