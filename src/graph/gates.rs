//! Gates that nothing keeps closed: Argo CD goes on when what comes first is healthy, and health knows of few steps.

use super::GATE_NOT_HELD;
use crate::diag::Diagnostic;
use crate::model::Platform;
use crate::spec::InstalledBy;

/// Reports gates that are not part of the health of their component. They stay a note for people: the components around
/// them keep their order, and nothing waits until the step is done.
pub(super) fn report(platform: &Platform, out: &mut Vec<Diagnostic>) {
    for component in &platform.components {
        let facts = &component.variant.facts;
        if facts.gated.get().is_some() || component.installed_by.value == InstalledBy::External {
            continue;
        }
        for gate in &component.gates {
            let Some(span) = platform.origins.written_span(gate.name.origin) else { continue };
            let (name, owner) = (&gate.name.value, &component.name.value);
            let message = format!("nothing waits until gate `{name}` is done");
            let why =
                format!("Argo CD goes on as soon as `{owner}` is healthy, and its health does not know of this step");
            let problem = Diagnostic::warning(GATE_NOT_HELD, span, message).why(why);
            out.push(problem.help(format!(
                "let what comes after work also before the step, or add it later; where `{owner}` is unhealthy until then, say so with `gated:` in its component.yaml"
            )));
        }
    }
}
