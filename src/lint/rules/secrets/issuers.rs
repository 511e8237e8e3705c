//! What asks an issuer of cert-manager for a certificate, in manifests.

use crate::doc::Doc;
use crate::lint::facts::ComponentFacts;
use crate::lint::subject::Subject;
use crate::source::OriginId;

/// A reference to an issuer.
#[derive(Clone, Copy, Debug)]
pub(super) struct IssuerRef<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// The line of the name.
    pub(super) origin: OriginId,
    /// Whether it is one of the whole cluster.
    pub(super) cluster: bool,
    /// The namespace of whoever asks.
    pub(super) namespace: &'a str,
}

/// Returns the references to issuers in Certificates, and in the annotations of Ingresses and Gateways.
pub(super) fn issuers<'a>(subject: &Subject<'a>) -> Vec<(&'a ComponentFacts, IssuerRef<'a>)> {
    let mut all = Vec::new();
    for (at, object) in ["Certificate", "Ingress", "Gateway"].into_iter().flat_map(|kind| subject.objects_of(kind)) {
        let (Some(facts), Some(namespace)) = (subject.facts.get(at), object.namespace.as_deref()) else { continue };
        let mut add = |name: Option<&'a Doc>, cluster: bool| {
            let name = name.and_then(|doc| Some((doc.as_str()?, doc.origin)));
            all.extend(name.map(|(name, origin)| (facts, IssuerRef { name, origin, cluster, namespace })));
        };
        if &*object.kind == "Certificate" {
            let reference = object.doc.at(&["spec", "issuerRef"]);
            let kind = reference.and_then(|issuer| issuer.at(&["kind"])).and_then(Doc::as_str);
            let group = reference.and_then(|issuer| issuer.at(&["group"])).and_then(Doc::as_str);
            // Other groups are issuers that cert-manager does not bring.
            if group.is_none_or(|group| group == "cert-manager.io") && kind.is_none_or(|kind| kind.ends_with("Issuer"))
            {
                add(reference.and_then(|issuer| issuer.at(&["name"])), kind == Some("ClusterIssuer"));
            }
        } else {
            let annotation = |key: &str| object.doc.at(&["metadata", "annotations", key]);
            add(annotation("cert-manager.io/cluster-issuer"), true);
            add(
                annotation("cert-manager.io/issuer").filter(|_| annotation("cert-manager.io/issuer-kind").is_none()),
                false,
            );
        }
    }
    all
}
