//! Packets of pods inside packets of nodes.

use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Value};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Network;
use crate::source::Span;
use crate::spec::Overlay;

rule! {
    /// Packets of pods are too large for the network below.
    ///
    /// ## What it does
    ///
    /// Compares the MTU of an overlay, in the spec or in a manifest of Calico, with that of the network between the nodes less the
    /// header of the overlay: 50 bytes for VXLAN, 20 for IP in IP.
    ///
    /// ## Why it matters
    ///
    /// Small packets pass and large ones do not: connections open, and hang once there is something to say.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// networks:
    ///   lan:  { cidr: 192.168.0.0/24, mtu: 1500 }
    ///   pods: { cidr: 10.244.0.0/16, overlay: vxlan, mtu: 8950 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// networks:
    ///   lan:  { cidr: 192.168.0.0/24, mtu: 1500 }
    ///   pods: { cidr: 10.244.0.0/16, overlay: vxlan }
    /// ```
    ///
    /// ## Source
    ///
    /// Calico, "Configure MTU to maximize network performance"; RFC 7348.
    pub(super) static RULE = Kind::new("pod-mtu", "DV1111"), Topology, Error, fix: Safe, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let topology = &subject.platform.topology;
    let below = topology.internal_network().and_then(|id| topology.networks.get(id.0));
    let Some((below, mtu)) = below.and_then(|below| Some((below, below.mtu.as_ref()?))) else { return };
    let room = |overlay: Option<Overlay>| match overlay {
        Some(Overlay::Vxlan) => mtu.value.saturating_sub(50),
        Some(Overlay::Ipip) => mtu.value.saturating_sub(20),
        _ => mtu.value,
    };
    let mut judge = |who: &str, asked: i64, room: u16, span: Option<Span>| {
        let Some(span) = span.filter(|_| asked > i64::from(room)) else { return };
        out.push(finding(subject, who, (asked, room), span, below));
    };
    for network in topology.networks.iter().filter(|network| network.overlay.is_some()) {
        let who = format!("network `{}`", network.name.value);
        if let Some(asked) = &network.mtu {
            judge(&who, asked.value.into(), room(network.overlay), subject.line(asked.origin));
        }
    }
    let overlay = topology.networks.iter().find_map(|network| network.overlay);
    let calico: [(&str, &[&str], Option<Overlay>); 3] = [
        ("Installation", &["spec", "calicoNetwork", "mtu"], overlay),
        ("FelixConfiguration", &["spec", "vxlanMTU"], Some(Overlay::Vxlan)),
        ("FelixConfiguration", &["spec", "ipipMTU"], Some(Overlay::Ipip)),
    ];
    for (kind, path, overlay) in calico {
        for (at, object) in subject.objects_of(kind) {
            let Some(Doc { value: Value::Int(asked), origin }) = object.doc.at(path) else { continue };
            let line = subject.facts.get(at).and_then(|facts| facts.line(*origin));
            judge(&format!("{kind} `{}`", object.name), *asked, room(overlay), line);
        }
    }
}

fn finding(subject: &Subject<'_>, who: &str, (asked, room): (i64, u16), span: Span, below: &Network) -> Diagnostic {
    let name = &below.name.value;
    let mut problem = RULE
        .at(span, format!("{who} has an MTU of {asked}, and network `{name}` has room for {room}"))
        .why("the header of the overlay comes on top: large packets would be lost, and connections hang");
    let line = below.mtu.as_ref().and_then(|mtu| subject.line(mtu.origin)).filter(|line| *line != span);
    problem = line.into_iter().fold(problem, |problem, line| problem.related(line, "the network between the nodes"));
    problem.help("leave `mtu` out of a network with an overlay: it is derived").fix(
        true,
        "write what there is room for",
        span,
        room.to_string(),
    )
}
