//! `terraform/proxmox-role.sh`: makes the account of Terraform on Proxmox, with just the privileges that it needs.
//!
//! The privileges are those by which a virtual machine is cloned, configured, started and removed (Proxmox VE
//! administration guide, user management; the lists in the documentation of the Terraform providers bpg/proxmox and
//! Telmate/proxmox, of which this is what machines need). `VM.Monitor` went with Proxmox VE 9: what it allowed is in
//! `Sys.Audit`, and in `VM.GuestAgent.Audit` for the addresses that the guest agent tells, which providers wait for.

use super::Source;
use super::draft::{Body, Draft, TargetName};
use crate::source::Origins;

/// The name of the role.
const ROLE: &str = "TerraformProv";

/// The name of the token.
const TOKEN: &str = "terraform";

const PRIVILEGES: &str = "Datastore.AllocateSpace Datastore.AllocateTemplate Datastore.Audit Pool.Allocate Pool.Audit \
    SDN.Use Sys.Audit Sys.Console Sys.Modify VM.Allocate VM.Audit VM.Clone VM.Config.CDROM VM.Config.Cloudinit \
    VM.Config.CPU VM.Config.Disk VM.Config.HWType VM.Config.Memory VM.Config.Network VM.Config.Options VM.Migrate \
    VM.PowerMgmt";

/// Returns the script, if the spec names the account. Hypervisors of one platform share it.
pub(super) fn draft(source: &Source<'_>, origins: &mut Origins) -> Option<Draft> {
    let hypervisor = source.platform.topology.hypervisors.first()?;
    let user = hypervisor.user.as_ref()?;
    let here = source.platform.name.origin;
    let header = source.layout.header(here);
    let mut lines: Vec<_> = [
        "#!/bin/sh".to_owned(),
        format!("# {}", header.text),
        "# Prints the commands that make the account of Terraform; with --apply, runs them. It belongs on a Proxmox host.".to_owned(),
        "# The last command shows the secret of the token, a single time.".to_owned(),
        "set -eu".to_owned(),
        "run() {".to_owned(),
        "  if [ \"${apply:-}\" = yes ]; then \"$@\"; else printf \"'%s' \" \"$@\"; echo; fi".to_owned(),
        "}".to_owned(),
        "case \"${1:-}\" in".to_owned(),
        "  --apply) apply=yes ;;".to_owned(),
        "  '') ;;".to_owned(),
        "  *) echo \"usage: $0 [--apply]\" >&2; exit 2 ;;".to_owned(),
        "esac".to_owned(),
        // Without `pveversion` this is not the host: what is printed is for the newer one.
        "case \"$(pveversion 2>/dev/null || true)\" in".to_owned(),
        "  pve-manager/[1-8].*) agent=VM.Monitor ;;".to_owned(),
        "  *) agent=VM.GuestAgent.Audit ;;".to_owned(),
        "esac".to_owned(),
        format!("run pveum role add {ROLE} --privs \"{PRIVILEGES} $agent\""),
    ]
    .map(|line| (line, here))
    .into();
    let account = user.origin;
    lines.push((format!("run pveum user add {} --comment 'Terraform; made by dvgen'", user.value), account));
    lines.push((format!("run pveum acl modify / --users {} --roles {ROLE}", user.value), account));
    if let Some(token) = &hypervisor.token {
        let origin = origins.derived("the token of the account", &[token.origin, user.origin]);
        let id = format!("{}!{TOKEN}", user.value);
        lines.push((
            format!("# Keep it in secret `{}`: id is {id}, token is the value that is shown.", token.value),
            origin,
        ));
        lines.push((format!("run pveum user token add {} {TOKEN} --privsep 0", user.value), origin));
    }
    let path = source.layout.file("terraform/proxmox-role.sh");
    let (target, body) = (TargetName::Terraform, Body::Lines(lines));
    Some(Draft { path, target, header: Vec::new(), body, executable: true, origin: here })
}
