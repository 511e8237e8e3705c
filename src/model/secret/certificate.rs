//! Certificates of components on machines: one each, of one authority, for whoever answers with TLS and whoever comes.

use std::collections::BTreeMap;

use super::{SecretKey, SecretUse};
use crate::diag::Diagnostic;
use crate::model::component::ComponentId;
use crate::model::flow::Flow;
use crate::model::resolve::{Platform, Resolver};
use crate::model::{NO_TLS, Traced};
use crate::source::OriginId;
use crate::spec::{InstalledBy, Tls};

/// What templates and facts call the certificate of a component.
pub(in crate::model) const CERTIFICATE: &str = "tls";

/// The keys of its item, and the files that they become.
const KEYS: [(&str, &str); 3] = [("ca", "ca.crt"), ("certificate", "tls.crt"), ("key", "tls.key")];

/// Returns the certificates that components need, and reports who has no place for one.
pub(super) fn uses(cx: &mut Resolver<'_>, platform: &Platform) -> Vec<(ComponentId, SecretUse)> {
    let mut needs = BTreeMap::<ComponentId, OriginId>::new();
    for (at, component) in platform.components.iter().enumerate() {
        let Some(tls) = &component.tls else { continue };
        let facts = component.variant.facts.tls.value();
        let able = component.on_machines && facts.is_some_and(|facts| facts.serves.value() == Some(&true));
        if !able && let Some(span) = cx.origins.written_span(tls.origin) {
            let message = format!("`{}` has no setting for TLS that dvgen knows", component.name.value);
            let problem = Diagnostic::error(NO_TLS, span, message)
                .why("it would go on answering in clear, and others would expect TLS");
            cx.out.push(problem.help("remove `tls`, or put a proxy that can before it"));
            continue;
        }
        let asks = facts.is_none_or(|facts| facts.mutual.value() != Some(&false));
        if tls.value == Tls::Mutual
            && !asks
            && let Some(span) = cx.origins.written_span(tls.origin)
        {
            let message = format!("`{}` cannot ask its clients for a certificate", component.name.value);
            let problem = Diagnostic::error(NO_TLS, span, message)
                .why("it would let everybody in who reaches its port, with a certificate or without");
            cx.out.push(problem.help("write `tls: server`, or put a proxy that can before it"));
        }
        needs.insert(ComponentId(at), tls.origin);
    }
    for flow in &platform.flows {
        let Some(tls) = platform.components.get(flow.to.component.0).and_then(|to| to.tls.as_ref()) else { continue };
        if opens(cx, platform, flow, tls.origin) {
            needs.entry(flow.from.component).or_insert(tls.origin);
        }
    }
    needs.into_iter().filter_map(|(id, origin)| Some((id, certificate(cx, platform, id, origin)?))).collect()
}

/// Returns whether the opening side of a flow can show a certificate, or reports that it cannot.
fn opens(cx: &mut Resolver<'_>, platform: &Platform, flow: &Flow, tls: OriginId) -> bool {
    let ends = (platform.components.get(flow.from.component.0), platform.components.get(flow.to.component.0));
    let (Some(from), Some(to)) = ends else { return false };
    let known = from.variant.facts.tls.value().and_then(|facts| facts.opens.value());
    let able = known.into_iter().flatten().any(|kind| kind.value() == Some(&flow.kind));
    if able && from.on_machines || from.variant.unknown || from.installed_by.value == InstalledBy::External {
        return able;
    }
    let (place, wanted) = (cx.origins.place(flow.origin), cx.origins.written_span(tls));
    if let Some((span, wanted)) = place.zip(wanted) {
        let (from, to, word) = (&from.name.value, &to.name.value, flow.kind.word());
        let message =
            format!("`{to}` answers by TLS only, and `{from}` has no place for certificates in `{word}` flows");
        let problem = Diagnostic::error(NO_TLS, span, message).related(wanted, "TLS is asked for here");
        cx.out.push(
            problem.why("the connection would be refused").help("remove the flow, or `tls` of the answering side"),
        );
    }
    false
}

fn certificate(cx: &mut Resolver<'_>, platform: &Platform, id: ComponentId, tls: OriginId) -> Option<SecretUse> {
    let component = platform.components.get(id.0)?;
    if component.installed_by.value == InstalledBy::External || !component.on_machines {
        return None;
    }
    let name = &component.name;
    let origin = cx.origins.derived("the certificate of a component", &[name.origin, tls]);
    let derived = |text: String| Traced::new(text.into(), origin);
    let keys =
        KEYS.map(|(key, file)| SecretKey { id: key.into(), stored: key.into(), inside: derived(file.to_owned()) });
    let mut hosts: Vec<&str> = component.machines.iter().map(|machine| &*machine.host.value).collect();
    // People come by the name that it is exposed at.
    let exposed = component.expose.as_ref().filter(|_| component.tls.is_some()).map(|expose| &*expose.host.value);
    hosts.extend(exposed);
    let server = if component.tls.is_some() { ", for servers and clients" } else { ", for clients" };
    let hint = format!("a certificate in PEM for {}{server}", hosts.join(", "));
    Some(SecretUse {
        id: CERTIFICATE.into(),
        name: derived(format!("{}-tls", name.value)),
        item: derived(format!("{}/tls", name.value)),
        keys: keys.into(),
        hints: vec![
            ("ca".into(), derived("the certificate of the authority that signs all of them, in PEM".to_owned())),
            ("certificate".into(), derived(hint)),
            ("key".into(), derived("its private key in PEM".to_owned())),
        ],
        kind: None,
        flow: None,
    })
}
