//! Objects in the namespace of another component.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// A manifest is in the namespace of another component.
    ///
    /// ## What it does
    ///
    /// Compares the namespace that a manifest names with that of its component, and with those of the others.
    ///
    /// ## Why it matters
    ///
    /// Often it was forgotten when something moved, and then finds nothing there: an autoscaler without its Deployment, a
    /// policy without its pods. There are good reasons too, such as a monitor beside the Prometheus that reads it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// # manifests of `postgresql`, which moved out of the namespace `monitoring`
    /// metadata: { name: pooler, namespace: monitoring }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// metadata: { name: pooler }
    /// ```
    ///
    /// ## Source
    ///
    /// The namespaces that applications were moved through in public platform repositories.
    pub(super) static RULE = Kind::new("object-in-foreign-namespace", "DV1309"), Argocd, Off, fix: None,
        Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let mut owners = BTreeMap::<&str, &str>::new();
    for component in &subject.platform.components {
        owners.entry(&component.namespace.value).or_insert(&component.name.value);
    }
    for (at, facts) in subject.facts.iter().enumerate() {
        let Some(component) = subject.component(at) else { continue };
        let mut said = BTreeSet::new();
        for object in &facts.objects {
            let Some(namespace) = object.namespace.as_deref() else { continue };
            let Some(owner) = owners.get(namespace).filter(|_| namespace != &*component.namespace.value) else {
                continue;
            };
            if !facts.is_written(object.doc.origin) || !said.insert(namespace) {
                continue;
            }
            let Some(span) = facts.line_at(object, &[&["metadata", "namespace"]]) else { continue };
            let name = &component.name.value;
            let problem = RULE
                .at(span, format!("{} `{}` of `{name}` is in the namespace of `{owner}`", object.kind, object.name))
                .why("what it selects or names is looked for in that namespace")
                .help(format!(
                    "leave the namespace out to get `{}`, or give the object to `{owner}`",
                    component.namespace.value
                ));
            out.push(problem.about(name));
        }
    }
}
