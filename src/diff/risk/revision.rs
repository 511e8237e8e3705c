//! What of the repository Argo CD follows.

use super::{Case, Finding, Level, RiskRule};

/// Argo CD follows another revision, path or repository.
pub(super) static RULE: RiskRule = RiskRule {
    name: "revision-changed",
    code: "DV2027",
    summary: "Argo CD follows another repository or revision.",
    documentation: "\
## What it does
Reports that Argo CD is to follow another repository or another revision of it.

## Why it matters
From then on other commits reach the cluster. A tag or commit never moves; a branch does with each push, and nobody is asked.

## What to do
See who may push there. The root Application has to be applied once by hand when it changes itself.
",
    judge,
};

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    let (Some(old), Some(new)) = (&case.base().repository, &case.head().repository) else { return };
    for (what, from, to) in [("revision", &old.revision, &new.revision), ("repository", &old.url, &new.url)] {
        if from.value == to.value {
            continue;
        }
        let message = format!("Argo CD follows {what} `{}` and no longer `{}`", to.value, from.value);
        let causes = case.because(Some(from.origin), Some(to.origin), None);
        let why = "see who may push there; the root Application has to be applied by hand once";
        out.push(Finding::new(&RULE, Level::Caution, "the platform", message).why(why).because(causes));
    }
}
