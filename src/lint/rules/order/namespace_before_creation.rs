//! Objects in a namespace that another component creates later.

use super::after::{Order, Pair};
use super::moment::{self, Use};
use crate::diag::{Diagnostic, Kind};
use crate::lint::facts::ObjectFact;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// An object is in a namespace that is created later, or perhaps later.
    ///
    /// ## What it does
    ///
    /// Follows the namespace of each manifest to the Namespace among the manifests of another component, and compares
    /// their waves. Inside one component it compares the phases and waves of the objects. Namespaces of components are
    /// made by dvgen, before everything else.
    ///
    /// ## Why it matters
    ///
    /// The API server refuses an object whose namespace is not there yet, and the sync fails.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   tenants: { manifests: [team-a-namespace.yaml] }
    ///   quotas: { manifests: [team-a-quota.yaml] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   tenants: { manifests: [team-a-namespace.yaml] }
    ///   quotas: { manifests: [team-a-quota.yaml], requires: [tenants] }
    /// ```
    ///
    /// ## Source
    ///
    /// argoproj/argo-cd#3454.
    pub(super) static RULE = Kind::new("namespace-before-creation", "DV1207"), Order, Error, fix: None,
        Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (user, facts) in subject.facts.iter().enumerate() {
        let mut own = Vec::new();
        for object in &facts.objects {
            let Some(namespace) = object.namespace.as_deref() else { continue };
            let makers = subject.objects("Namespace", "", namespace);
            let mut best: Option<(Order, usize, &ObjectFact)> = None;
            for (provider, maker) in makers {
                let late = provider == user && (Use { user: object, provider: maker }).is_late();
                let order = if late { Order::Reversed } else { Pair { user, provider }.order(subject) };
                if best.is_none_or(|(known, ..)| order < known) {
                    best = Some((order, provider, maker));
                }
            }
            match best {
                Some((Order::Kept, ..)) | None => {}
                Some((_, provider, maker)) if provider == user => own.push(Use { user: object, provider: maker }),
                Some((_, provider, maker)) => out.extend(finding(subject, Pair { user, provider }, object, maker)),
            }
        }
        let component = subject.component(user).filter(|component| component.by_argocd());
        out.extend(component.into_iter().flat_map(|component| moment::report(&RULE, (component, facts), &own, why)));
    }
}

fn why(_: Use<'_>) -> String {
    WHY.to_owned()
}

const WHY: &str = "the API server refuses objects whose namespace is not there, so the sync fails";

fn finding(subject: &Subject<'_>, pair: Pair, object: &ObjectFact, maker: &ObjectFact) -> Option<Diagnostic> {
    let (user, provider) = pair.components(subject)?;
    let here = subject.facts.get(pair.user)?.line_at(object, &[&["metadata", "namespace"]])?;
    let there = subject.facts.get(pair.provider)?.line_at(maker, &[&["metadata", "name"]])?;
    let (user, provider, namespace) = (&user.name.value, &provider.name.value, &maker.name);
    let problem = RULE
        .at(here, format!("`{user}` may be synced before `{provider}` creates the namespace `{namespace}`"))
        .related(there, format!("`{provider}` creates it"))
        .why(WHY)
        .help(format!("write `requires: [{provider}]` in `{user}`"));
    Some(problem.about(user))
}
