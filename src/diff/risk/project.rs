//! Projects.

use super::{Case, Finding, Level, RiskRule};

/// A component in another project.
pub(super) static RULE: RiskRule = RiskRule {
    name: "project-changed",
    code: "DV2023",
    summary: "A component is in another project of Argo CD.",
    documentation: "\
## What it does
Reports a component whose Application is in another project.

## Why it matters
The project decides who may sync it, from where, to where, and which kinds it may hold. Rights of people hang on it.

## What to do
See that the people who look after the component have rights in the new project.
",
    judge,
};

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    for (old, new) in case.components().filter(|(old, new)| old.project.value != new.project.value) {
        let name = &*new.name.value;
        let message = format!("moves from project `{}` to `{}`", old.project.value, new.project.value);
        let why = "other people may sync it then, and others no longer";
        let causes = case.because(Some(old.project.origin), Some(new.project.origin), Some(name));
        out.push(Finding::new(&RULE, Level::Caution, name, message).why(why).because(causes));
    }
}
