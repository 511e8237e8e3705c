//! Who Terraform is to a hypervisor.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// Terraform works on a hypervisor as root.
    ///
    /// ## What it does
    ///
    /// Looks at the `user` of each hypervisor.
    ///
    /// ## Why it matters
    ///
    /// Whoever has the token has the whole hypervisor with all its machines and backups. An account with a role of its own can make
    /// these machines and nothing else; `scripts/proxmox-role.sh` of the outputs makes one.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// hypervisors: { pve: { kind: proxmox, endpoint: "https://192.168.0.2:8006/", user: root@pam } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// hypervisors: { pve: { kind: proxmox, endpoint: "https://192.168.0.2:8006/", user: terraform@pve } }
    /// ```
    ///
    /// ## Source
    ///
    /// Proxmox VE, "User Management", limited API tokens.
    pub(super) static RULE = Kind::new("proxmox-as-root", "DV1109"), Topology, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for host in &subject.platform.topology.hypervisors {
        let Some(user) = host.user.as_ref().filter(|user| user.value.split('@').next() == Some("root")) else {
            continue;
        };
        let Some(span) = subject.line(user.origin) else { continue };
        let problem = RULE
            .at(span, format!("Terraform works on `{}` as `{}`", host.name.value, user.value))
            .why("whoever has its token has the whole hypervisor");
        out.push(problem.help("make an account with a role of its own, such as `terraform@pve`"));
    }
}
