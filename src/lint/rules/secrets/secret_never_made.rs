//! A Secret that nobody makes.

use crate::diag::{Diagnostic, Kind, did_you_mean, nearest};
use crate::lint::facts::{ComponentFacts, SecretRef, TlsFact};
use crate::lint::made::{Made, covers};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::source::Span;
use crate::yaml::{Node, NodeKind};

rule! {
    /// A Secret is used that nobody makes.
    ///
    /// ## What it does
    ///
    /// Looks at the names of Secrets that people wrote in Helm values (`existingSecret`, `secretKeyRef`, `envFrom`, volumes,
    /// `imagePullSecrets`, `tls`) and in manifests. An ExternalSecret, a SealedSecret, a Certificate, a Secret, an item of
    /// `secrets` that the component reads, or a chart or operator that names its Secrets so, may make it. A platform that
    /// says nowhere where its Secrets come from is left alone.
    ///
    /// ## Why it matters
    ///
    /// The pods wait for the Secret and never start; what is served with TLS gets the certificate of the controller.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// secrets:
    ///   store: { kind: vault, component: vault }
    /// components:
    ///   shop:
    ///     values: { auth: { existingSecret: shop-admin } }     # nothing makes it
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   shop:
    ///     values: { auth: { existingSecret: shop-admin } }
    ///     manifests: [shop-admin.yaml]                         # an ExternalSecret
    /// ```
    ///
    /// ## Source
    ///
    /// marvin, issue 116.
    pub(super) static RULE = Kind::new("secret-never-made", "DV1601"), Secrets, Warn, fix: Unsafe, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let made = subject.made();
    let store = subject.platform.secret_store.is_some();
    for facts in subject.facts {
        for used in facts.secrets.iter().filter(|used| used.written) {
            if (store || made.kept(&used.namespace)) && !known(subject, facts, made, used) {
                out.push(finding(subject, facts, made, used));
            }
        }
        for tls in facts.tls.iter().filter(|tls| !tls.issued && better(made, tls).is_none()) {
            let what = "hosts with TLS";
            let (namespace, name) = (tls.namespace.clone(), tls.secret.clone());
            let (span, key) = (tls.span, None);
            let used = SecretRef { namespace, name, span, key, what, written: true, awaited: false };
            if (store || made.kept(&used.namespace)) && !known(subject, facts, made, &used) {
                out.push(finding(subject, facts, made, &used));
            }
        }
    }
}

/// Returns the Secret of a certificate that is good for hosts whose own Secret nobody makes.
pub(super) fn better<'a>(made: &'a Made, tls: &TlsFact) -> Option<(&'a str, Option<Span>)> {
    if !made.of(&tls.namespace, &tls.secret).is_empty() {
        return None;
    }
    let serves = |name: &str| {
        let makers = made.of(&tls.namespace, name).iter().filter(|maker| &*maker.kind == "Certificate");
        makers.flat_map(|maker| &maker.hosts).any(|name| tls.hosts.iter().any(|(host, _)| covers(name, host)))
    };
    let name = made.names(&tls.namespace).find(|name| serves(name))?;
    Some((name, made.of(&tls.namespace, name).first()?.span))
}

fn known(subject: &Subject<'_>, facts: &ComponentFacts, made: &Made, used: &SecretRef) -> bool {
    if !made.of(&used.namespace, &used.name).is_empty() || subject.is_reported(used.span) {
        return true;
    }
    let component = facts.component.and_then(|id| subject.platform.components.get(id.0));
    // A name nearly like one that is made is a slip of the pen, whatever a chart may make.
    if nearest(&used.name, made.names(&used.namespace)).is_some() && !made.exact(&used.namespace, &used.name) {
        return false;
    }
    let values = component.and_then(|component| component.values.as_ref());
    made.may_be(&used.namespace, &used.name) || values.is_some_and(|values| is_made(values, &used.name))
}

/// Keys below which a name is read.
const READS: [&str; 8] = [
    "secretKeyRef",
    "secretRef",
    "imagePullSecrets",
    "secret",
    "tls",
    "existingSecret",
    "existingSecretName",
    "envFromSecret",
];

/// Returns whether values hold a name in another place than a reference: the chart may make the Secret because of it.
fn is_made(node: &Node, name: &str) -> bool {
    match &node.kind {
        NodeKind::Sequence(items) => items.iter().any(|item| is_made(item, name)),
        NodeKind::Mapping(mapping) => mapping.entries.iter().any(|entry| {
            !READS.contains(&&*entry.key.text) && (&*entry.key.text == name || is_made(&entry.value, name))
        }),
        NodeKind::Scalar { .. } => node.as_scalar().is_some_and(|text| &**text == name),
    }
}

fn finding(subject: &Subject<'_>, facts: &ComponentFacts, made: &Made, used: &SecretRef) -> Diagnostic {
    let SecretRef { namespace, name, span, what, .. } = used;
    let message = format!("nobody makes Secret `{name}` in namespace `{namespace}`");
    let why = match *what {
        "hosts with TLS" => "the hosts would be served with the certificate of the controller",
        "pulls of images" => "the images would be pulled without it, and a private registry refuses that",
        _ => "the pods wait for it and never start",
    };
    let mut problem = RULE.at(*span, message).label(format!("read by {what}")).why(why);
    if let Some(near) = nearest(name, made.names(namespace)) {
        let there = made.of(namespace, near).first().and_then(|maker| maker.span);
        problem = there.into_iter().fold(problem, |problem, there| problem.related(there, "is this the one?"));
        let hint = did_you_mean(name, made.names(namespace)).unwrap_or_default();
        problem = problem.help(hint).fix(false, format!("change to `{near}`"), *span, near);
    } else {
        problem = problem
            .help("add an ExternalSecret, or whatever makes it, to `manifests` of the component")
            .help("if it is made by hand, allow this with the reason: `# dvgen: allow[secret-never-made] …`");
    }
    subject.about(facts, problem)
}
