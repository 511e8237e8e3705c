//! Components that Ansible installs where it cannot.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::spec::{ClusterKind, InstalledBy};

rule! {
    /// Ansible is to install something on machines that let nobody in.
    ///
    /// ## What it does
    ///
    /// Looks at components with `installedBy: ansible` where the environment runs in a cluster of kind `talos`.
    ///
    /// ## Why it matters
    ///
    /// Talos Linux has no shell, no SSH and no Python, so that no playbook runs on its machines. Nobody would install the
    /// component, and what needs it waits.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// clusters: { home: { kind: talos, talos: { version: 1.12.0 } } }
    /// components:
    ///   argocd: { installedBy: ansible, version: 10.1.1 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// clusters: { home: { kind: talos, talos: { version: 1.12.0 } } }
    /// components:
    ///   argocd: { installedBy: external, version: 10.1.1 }
    /// ```
    ///
    /// ## Source
    ///
    /// Talos Linux, "What is Talos Linux?".
    pub(super) static RULE =
        Kind::new("ansible-on-talos", "DV1193"), Topology, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    let Some(cluster) = platform.own_cluster().filter(|cluster| cluster.kind.value == ClusterKind::Talos) else {
        return;
    };
    for component in platform.components.iter().filter(|one| one.installed_by.value == InstalledBy::Ansible) {
        let Some(span) = subject.line(component.installed_by.origin) else { continue };
        let (name, cluster_name) = (&component.name.value, &cluster.name.value);
        let message = format!("Ansible is to install `{name}`, and the machines of `{cluster_name}` run Talos Linux");
        let mut problem = RULE
            .at(span, message)
            .why("these machines have no shell and no SSH: no playbook runs there, and nobody would install it");
        if let Some(kind) = subject.line(cluster.kind.origin) {
            problem = problem.related(kind, "the cluster");
        }
        problem = problem.help("leave it to Argo CD, or write `installedBy: external` where something else brings it");
        out.push(problem.about(name));
    }
}
