//! `RUNBOOK.md`: how the platform is brought up, for a person: the phases in their order, what to check after each, the
//! manual steps at their places, and what to do where something is not healthy.
//!
//! A phase that the platform does not have is not in it.

use super::Source;
use super::draft::{Draft, TargetName};
use super::page::{Page, code};
use crate::diag::Diagnostic;
use crate::model::composition::Composition;
use crate::model::{ComponentId, Platform};
use crate::source::{OriginId, Origins};
use crate::spec::{ClusterKind, Role};

mod argocd;
mod by_hand;
mod checks;
mod cloud;
mod cluster;
mod edge;
mod images;
mod machines;
mod repository;
mod restore;
mod secrets;
mod services;
mod talos;
mod values;
mod volumes;

/// What every section reads and writes.
struct Writer<'a> {
    source: &'a Source<'a>,
    origins: &'a mut Origins,
    page: Page,
    here: OriginId,
    /// The components that have an Application.
    deployed: &'a [ComponentId],
    phase: usize,
}

/// Returns the runbook.
pub(super) fn draft(
    source: &Source<'_>,
    deployed: &[ComponentId],
    origins: &mut Origins,
    out: &mut Vec<Diagnostic>,
) -> Draft {
    let platform = source.platform;
    let here = platform.name.origin;
    let title = format!("Runbook of {}, {}", platform.name.value, platform.environment.value);
    let page = Page::blocks(here);
    let mut writer = Writer { source, origins, page, here, deployed, phase: 0 };
    writer.secrets();
    writer.machines();
    writer.cloud();
    writer.hosts();
    writer.kubernetes(out);
    writer.talos();
    writer.labels();
    writer.services();
    writer.edge();
    writer.images();
    writer.bootstrap();
    writer.waves(out);
    writer.metric_servers();
    writer.restoring(out);
    writer.unhealthy();
    // What is said first depends on what there is.
    let body = std::mem::replace(&mut writer.page, Page::new(&title, &source.layout.header(here)));
    writer.introduction();
    writer.page.append(body);
    writer.page.draft(source.layout.file("RUNBOOK.md"), TargetName::Pages)
}

impl Writer<'_> {
    const fn platform(&self) -> &Platform {
        self.source.platform
    }

    /// Returns the path of a file from the root of the repository.
    fn path(&self, path: &str) -> String {
        self.source.layout.in_repository(path)
    }

    /// Begins the next phase.
    fn phase(&mut self, title: &str, origin: OriginId) {
        self.phase += 1;
        self.page.heading(2, &format!("{}. {title}", self.phase), origin);
    }

    /// Returns a text of several lines that all come from one place.
    fn say(&mut self, text: &str) {
        self.page.text(text, self.here);
    }

    /// Says what has to hold before the next phase begins.
    fn check(&mut self, text: &str) {
        self.page.text(&format!("**Check:** {text}"), self.here);
    }

    fn commands(&mut self, lines: &[&str]) {
        let here = self.here;
        self.page.commands(lines.iter().map(|line| ((*line).to_owned(), here)));
    }

    fn introduction(&mut self) {
        self.say(if self.phase == 0 {
            "This platform has nothing that is brought up in phases. Commands run in the root of the repository, unless it is said\notherwise."
        } else {
            "Do the phases in this order, and begin one only when the checks of the one before hold. Commands run in the root of\nthe repository, unless it is said otherwise."
        });
        self.compositions();
        if self.has_nodes() {
            let topology = "[nodes/topology.md](nodes/topology.md) shows the machines, networks and addresses.";
            self.say(topology);
        }
    }

    /// Says where it is told how the plugins of a composition start: in the page that each has.
    fn compositions(&mut self) {
        let platform = self.source.platform;
        if platform.compositions.is_empty() {
            return;
        }
        self.say("The framework starts the plugins of a composition. The page of each says in what order, and what has to be there:");
        let item = |one: &Composition| {
            let name = &one.name.value;
            let agent = if one.telemetry.is_some() { ": how to run its agent, and to see that it works" } else { "" };
            (format!("[{}](compositions/{name}/README.md){agent}", code(name)), one.name.origin)
        };
        self.page.list(platform.compositions.iter().map(item));
    }

    fn has_nodes(&self) -> bool {
        !self.platform().topology.nodes.is_empty()
    }

    fn has_machines(&self) -> bool {
        self.platform().topology.nodes_of(Role::Machine).next().is_some()
    }

    fn has_kubeadm(&self) -> bool {
        self.platform().cluster_kind() == ClusterKind::Kubeadm
            && self.platform().kubernetes().is_some()
            && self.platform().topology.nodes_of(Role::ControlPlane).next().is_some()
    }
}
