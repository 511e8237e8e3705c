//! Components that people can reach.

use super::each::{Meaning, each};
use super::{Case, Finding, Level, RiskRule, listen};
use crate::diff::report::{Change, ChangeKind};
use crate::model::{Component, Expose, Platform, Route, Traced};
use crate::spec::{Access, FlowKind};

/// A component is reached from outside under another host, or for the first time.
pub(super) static RULE: RiskRule = RiskRule {
    name: "exposure-changed",
    code: "DV2011",
    summary: "Others can reach something than before, elsewhere, or without a login.",
    documentation: "\
## What it does
Reports a component that people can reach from outside the cluster and could not before, or at another host, or no longer. So it does
for a host of a tunnel that leads to a machine. It reports who is let in: another `access`, paths that are open to all, a Service of
another type, a proxy that trusts what anybody says of itself, what listened for its own machine only, a `*` for the sites that may call
it, and a Grafana that asks nobody for a name. A login that is lost is dangerous.

## Why it matters
What is exposed is looked at by strangers. A new host needs a DNS record and a certificate, and old links break.

## What to do
See that it asks for a login, and that the record is published.
",
    judge,
};

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    routes(case, out);
    each(case, &RULE, out, |_, change| opened(change).or_else(|| listen::meaning(change)));
    listen::judge(case, &RULE, out);
    for (old, new) in case.components() {
        let name = &*new.name.value;
        if let (Some(from), Some(to)) = (&old.expose, &new.expose) {
            let own = signs_in(case.base(), old) && signs_in(case.head(), new);
            guards(case, (name, own), (from, to), out);
        }
        host(case, (name, None), (old.expose.as_deref(), new.expose.as_deref()), out);
        for part in &new.parts {
            let before = old.parts.iter().find(|one| one.name == part.name).and_then(|one| one.expose.as_deref());
            let after = part.expose.as_deref();
            if let (Some(from), Some(to)) = (before, after) {
                guards(case, (name, false), (from, to), out);
            }
            host(case, (name, Some(&part.name)), (before, after), out);
        }
    }
}

/// Compares the hosts of a component, or of a part of it.
fn host(
    case: &Case<'_>,
    (name, part): (&str, Option<&str>),
    (old, new): (Option<&Expose>, Option<&Expose>),
    out: &mut Vec<Finding>,
) {
    let (from, to) = (old.map(|expose| &expose.host), new.map(|expose| &expose.host));
    let (message, why) = match (from, to) {
        (Some(from), Some(to)) if from.value != to.value => (
            format!("is reached at `{}` and no longer at `{}`", to.value, from.value),
            "the new host needs its DNS record; links to the old one break",
        ),
        (None, Some(to)) => (format!("can be reached from outside, at `{}`", to.value), "see that it asks for a login"),
        (Some(from), None) => (format!("can no longer be reached at `{}`", from.value), "links to it break"),
        _ => return,
    };
    let message = part.map_or_else(|| message.clone(), |part| format!("part `{part}` {message}"));
    let causes = case.because(from.map(|host| host.origin), to.map(|host| host.origin), Some(name));
    out.push(Finding::new(&RULE, Level::Caution, name, message).why(why).because(causes));
}

/// Returns what it means that others are let in.
fn let_in(from: Option<Access>, to: Option<Access>) -> (Level, &'static str, &'static str) {
    match (from, to) {
        (Some(Access::Identity), to) if to != Some(Access::Identity) => {
            (Level::Danger, "asks nobody for a login any more", "whoever finds the address is let through to it")
        }
        (_, Some(Access::Identity)) => {
            (Level::Caution, "asks for a login from now on", "programs that use it without one are turned away")
        }
        (_, Some(Access::Machine)) => {
            (Level::Caution, "is for machines from now on", "see that it asks for credentials of its own")
        }
        _ => (Level::Caution, "is open to everybody from now on", "see that it asks for a login itself"),
    }
}

/// Returns whether a component signs people in itself.
fn signs_in(platform: &Platform, component: &Component) -> bool {
    let mut logins = platform.flows.iter().filter(|flow| flow.kind == FlowKind::Auth && !flow.endpoint.anonymous);
    let name = |at: usize| platform.components.get(at).map(|one| &one.name.value);
    logins.any(|flow| name(flow.from.component.0) == Some(&component.name.value))
}

/// Compares who may come in to a component, which signs people in itself or not.
fn guards(case: &Case<'_>, (name, own): (&str, bool), (old, new): (&Expose, &Expose), out: &mut Vec<Finding>) {
    let (from, to) = (old.access.as_ref(), new.access.as_ref());
    // Nobody stands before a component that asks for a login itself.
    let value = |access: Option<&Traced<Access>>| match access.map(|access| access.value) {
        Some(Access::Identity) if own => Some(Access::Public),
        other => other,
    };
    if value(from) != value(to) {
        let (level, message, why) = let_in(value(from), value(to));
        let causes = case.because(from.map(|access| access.origin), to.map(|access| access.origin), Some(name));
        let message = format!("`{}` {message}", new.host.value);
        out.push(Finding::new(&RULE, level, name, message).why(why).because(causes));
    }
    let (by, now) = (old.tunnel.as_ref(), new.tunnel.as_ref());
    if by.map(|tunnel| &tunnel.value) != now.map(|tunnel| &tunnel.value) {
        let way = |tunnel: Option<&crate::model::Text>| {
            tunnel.map_or_else(|| "the ingress controller".to_owned(), |tunnel| format!("tunnel `{}`", tunnel.value))
        };
        let message = format!("`{}` is reached by {} and no longer by {}", new.host.value, way(now), way(by));
        let causes = case.because(by.map(|tunnel| tunnel.origin), now.map(|tunnel| tunnel.origin), Some(name));
        let why = "see who is let in there, and that the record leads to the new way";
        out.push(Finding::new(&RULE, Level::Caution, name, message).why(why).because(causes));
    }
    for path in new.open.iter().filter(|path| old.open.iter().all(|other| other.value != path.value)) {
        let (level, why) = if &*path.value == "/" {
            (Level::Danger, "that is all of it: whoever finds the address is let through to it")
        } else {
            (Level::Caution, "see that it asks for credentials of its own there")
        };
        let message = format!("nobody is asked for a login at `{}{}`", new.host.value, path.value);
        let gone = old.open.iter().find(|other| new.open.iter().all(|path| other.value != path.value));
        let causes = case.because(gone.map(|path| path.origin), Some(path.origin), Some(name));
        out.push(Finding::new(&RULE, level, name, message).why(why).because(causes));
    }
}

/// Compares the hosts of tunnels that lead to machines.
fn routes(case: &Case<'_>, out: &mut Vec<Finding>) {
    let all = |platform: &'_ Platform| -> Vec<Route> {
        platform.tunnels.iter().flat_map(|tunnel| tunnel.routes.iter().cloned()).collect()
    };
    let (before, after) = (all(case.base()), all(case.head()));
    for new in &after {
        let (host, name) = (&new.host.value, &*new.to.value);
        let old = before.iter().find(|old| old.host.value == *host);
        let (from, to) = (old.map(|old| old.access.value), new.access.value);
        if from == Some(to) {
            continue;
        }
        let (level, message, why) = let_in(from, Some(to));
        let (message, why) = match (old, to) {
            (None, Access::Public) => {
                (format!("everybody can reach it from outside, at `{host}`"), "see that it asks for a login itself")
            }
            (None, _) => (format!("can be reached from outside, at `{host}`"), "see who is let in"),
            _ => (format!("`{host}` {message}"), why),
        };
        let causes = case.because(old.map(|old| old.access.origin), Some(new.access.origin), None);
        out.push(Finding::new(&RULE, level, name, message).why(why).because(causes));
    }
    for old in before.iter().filter(|old| after.iter().all(|new| new.host.value != old.host.value)) {
        let message = format!("can no longer be reached at `{}`", old.host.value);
        let causes = case.because(Some(old.host.origin), None, None);
        out.push(Finding::new(&RULE, Level::Caution, &*old.to.value, message).why("links to it break").because(causes));
    }
}

/// Returns what a change of a value opens or closes.
fn opened(change: &Change) -> Option<Meaning> {
    let (before, after) = change.values();
    if !matches!(change.kind, ChangeKind::Changed | ChangeKind::Added) {
        return None;
    }
    let path = change.path.to_ascii_lowercase();
    let everybody = |text: &str| ["0.0.0.0/0", "::/0"].iter().any(|all| text.contains(all));
    if (path.contains("trusted") || path.contains("sourceranges")) && everybody(after) && !everybody(before) {
        let why = "anybody can say of themselves where they come from, or come from anywhere";
        return Some((Level::Danger, format!("`{}` holds every address", change.path), why));
    }
    let asks = ["loadbalancerip", "loadbalancerips", "lb-ipam-ips", "/ips"];
    let key = change.key();
    if change.kind == ChangeKind::Added && asks.iter().any(|end| key.to_ascii_lowercase().ends_with(end)) {
        let message = format!("asks the load balancer for {after}");
        return Some((
            Level::Caution,
            message,
            "it is reached there from outside the cluster: see that nobody else has the address",
        ));
    }
    let types = ["ClusterIP", "NodePort", "LoadBalancer"];
    let outside = |text: &str| types.iter().skip(1).any(|one| *one == text);
    if path.rsplit('.').next() != Some("type") || !types.contains(&after) || before == after {
        return None;
    }
    let message = if before.is_empty() {
        format!("`{}` is {after}", change.path)
    } else {
        format!("`{}` {before} → {after}", change.path)
    };
    match (outside(before), outside(after)) {
        (_, true) => {
            Some((Level::Caution, message, "it can be reached from outside the cluster: see that it asks for a login"))
        }
        (true, false) => Some((Level::Caution, message, "whoever reaches it from outside the cluster no longer does")),
        _ => None,
    }
}
