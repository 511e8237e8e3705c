//! The edge of the platform as meant: certificates for several hosts, and tunnels.

mod guard;
mod people;
mod tunnel;

use std::sync::Arc;

pub use guard::Guard;
pub(super) use guard::resolve as guard;
pub(super) use people::check as people;
pub use tunnel::{Route, Tunnel};
pub(super) use tunnel::{check, tunnels};

use super::component::relations::report_unknown;
use super::resolve::{Platform, Resolver};
use super::{Component, Text, Traced};
use crate::spec;

/// A certificate for several hosts.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// Its name.
    pub name: Text,
    /// The hosts; `*.example.org` stands for all with one more label.
    pub hosts: Vec<Text>,
    /// The issuer.
    pub issuer: Text,
    /// The component in whose namespace it is.
    pub component: Text,
    /// The Secret that it is kept in.
    pub secret: Text,
}

impl Certificate {
    /// Returns whether it is good for a host.
    pub fn covers(&self, host: &str) -> bool {
        self.hosts.iter().any(|pattern| match pattern.value.strip_prefix("*.") {
            Some(domain) => host.split_once('.').is_some_and(|(_, rest)| rest == domain),
            None => *pattern.value == *host,
        })
    }
}

/// Reads the certificates.
pub(super) fn certificates(cx: &mut Resolver<'_>, spec: &spec::Platform) -> Vec<Certificate> {
    let mut all = Vec::new();
    for (name, named) in spec.certificates.value().into_iter().flatten() {
        let Some(written) = &named.value else { continue };
        let written = &written.value;
        let (Some(hosts), Some(component)) = (written.hosts.value(), written.component.get()) else { continue };
        let Some(issuer) = cx.word(&written.issuer, "issuer") else { continue };
        let name = cx.name("certificate", name, named.key);
        if !spec::scalars::is_dns_label(&name.value) {
            let message = format!("`{}` cannot be the name of a certificate", name.value);
            let problem = crate::diag::Diagnostic::error(super::UNUSABLE_NAME, named.key, message);
            cx.out.push(problem.help("use lower-case letters, digits and `-`"));
        }
        let hosts = hosts.0.iter().map(|host| cx.traced("host", host.value.0.clone(), host.span)).collect();
        let secret = format!("{}-tls", name.value).into();
        let secret = Traced::new(secret, cx.origins.derived("the name of the certificate", &[name.origin]));
        let component = cx.traced("component", component.value.clone(), component.span);
        all.push(Certificate { name, hosts, issuer, component, secret });
    }
    all
}

/// Reports certificates of components that do not exist.
pub(super) fn holders(cx: &mut Resolver<'_>, platform: &Platform) {
    for certificate in platform.certificates.iter().filter(|one| platform.component(&one.component.value).is_none()) {
        report_unknown(cx, platform, &certificate.component);
    }
}

impl Platform {
    /// Returns the certificate by which the ingress controller of a component answers for a host without one of its own.
    pub fn certificate_for(&self, host: &str, controller: &Component) -> Option<&Certificate> {
        let held = self.certificates.iter().filter(|one| one.component.value == controller.name.value);
        held.clone().find(|one| one.covers(host))
    }

    /// Returns a tunnel by name.
    pub fn tunnel(&self, name: &str) -> Option<&Tunnel> {
        self.tunnels.iter().find(|tunnel| *tunnel.name.value == *name)
    }
}

/// The names of the certificates that a component keeps.
pub(super) fn kept<'a>(platform: &'a Platform, component: &'a Arc<str>) -> impl Iterator<Item = &'a Certificate> + 'a {
    platform.certificates.iter().filter(move |one| one.component.value == *component)
}
