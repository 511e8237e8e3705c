//! A key that a Secret does not have.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diag::{Diagnostic, Kind, nearest};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// A variable reads a key that its Secret does not have.
    ///
    /// ## What it does
    ///
    /// Compares `secretKeyRef` in Helm values and manifests with the keys of the Secret, where whoever makes it lists them:
    /// an ExternalSecret with `data`, a SealedSecret, a Secret, an item of `secrets` that a component reads.
    ///
    /// ## Why it matters
    ///
    /// The container stays in `CreateContainerConfigError`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// env:
    ///   - name: PASSWORD
    ///     valueFrom: { secretKeyRef: { name: shop-database, key: pasword } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// env:
    ///   - name: PASSWORD
    ///     valueFrom: { secretKeyRef: { name: shop-database, key: password } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, Secrets.
    pub(super) static RULE = Kind::new("secret-key-missing", "DV1602"), Secrets, Error, fix: Unsafe, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let made = subject.made();
    for facts in subject.facts {
        for used in facts.secrets.iter().filter(|used| used.written) {
            let Some((key, span)) = &used.key else { continue };
            let makers = made.of(&used.namespace, &used.name);
            let lists: Option<Vec<&BTreeSet<Arc<str>>>> = makers.iter().map(|maker| maker.keys.as_ref()).collect();
            let Some(lists) = lists.filter(|lists| !lists.is_empty()) else { continue };
            if lists.iter().any(|keys| keys.contains(key)) {
                continue;
            }
            let message = format!("Secret `{}` has no key `{key}`", used.name);
            let mut problem = RULE.at(*span, message).why("the container would not start");
            if let Some(there) = makers.first().and_then(|maker| maker.span) {
                problem = problem.related(there, "what makes the Secret");
            }
            let known = || lists.iter().flat_map(|keys| keys.iter()).map(|key| &**key);
            problem = if let Some(near) = nearest(key, known()) {
                let fixed = format!("change to `{near}`");
                problem.help(format!("did you mean `{near}`?")).fix(false, fixed, *span, near)
            } else {
                let all: Vec<String> = known().map(|key| format!("`{key}`")).collect();
                let all = if all.is_empty() { "none".to_owned() } else { all.join(", ") };
                problem.help(format!("its keys are: {all}"))
            };
            out.push(subject.about(facts, problem));
        }
    }
}
