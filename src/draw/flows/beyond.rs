//! Where flows begin and end outside of components: machines that are looked at, people who are told, shares that keep backups.

use super::Canvas;
use crate::draw::{Line, Shape};
use crate::model::{Component, ComponentId, Platform};
use crate::spec::FlowKind;
use crate::template::Data;

/// Returns whether a component is there to be scraped for what it looks at.
pub(super) fn is_exporter(platform: &Platform, id: ComponentId) -> bool {
    platform.components.get(id.0).is_some_and(|one| one.on_machines && one.serves.contains_key(&FlowKind::Scrape))
}

impl Canvas<'_> {
    /// Draws what lies beyond the flows of some kinds.
    pub(super) fn beyond(&mut self, wanted: &dyn Fn(FlowKind) -> bool) {
        let platform = self.platform;
        for (at, component) in platform.components.iter().enumerate().filter(|(_, one)| one.on_machines) {
            let flows = || platform.flows.iter().filter(move |flow| wanted(flow.kind));
            let asks = flows().any(|flow| {
                flow.from.component == ComponentId(at) && flow.kind == FlowKind::Api
                    || flow.to.component == ComponentId(at) && !flow.targets.is_empty()
            });
            let scraped = flows().any(|flow| flow.kind == FlowKind::Scrape && flow.to.component == ComponentId(at));
            if is_exporter(platform, ComponentId(at)) && scraped && !asks {
                self.looks_at(at, component, "metrics");
            }
            if flows().any(|flow| flow.kind == FlowKind::Logs && flow.from.component == ComponentId(at)) {
                self.looks_at(at, component, "logs");
            }
        }
        if wanted(FlowKind::Alerts) {
            self.receivers();
        }
        if wanted(FlowKind::Backup) {
            self.backups();
        }
        if wanted(FlowKind::Database) {
            self.metric_servers();
        }
    }

    /// Draws the hypervisors that write metrics of their own to a database.
    fn metric_servers(&mut self) {
        let platform = self.platform;
        for host in &platform.topology.hypervisors {
            let Some(server) = &host.metrics else { continue };
            let store = platform.components.iter().position(|one| one.name.value == server.to.value);
            let Some(to) = store.and_then(|at| self.whole(at)) else { continue };
            let from = self.machine(&host.name.value);
            let bucket = server.bucket.as_ref().map_or_else(String::new, |bucket| format!(" {}", bucket.value));
            self.sketch.edge(from, to, Some(format!("metrics{bucket}")), Line::Solid);
        }
    }

    /// Draws the machines that a component looks at: those that it runs on.
    fn looks_at(&mut self, at: usize, component: &Component, what: &str) {
        let names: Vec<String> = component.machines.iter().map(|machine| machine.name.value.to_string()).collect();
        let Some(to) = self.whole(at) else { return };
        let id =
            if let [only] = names.as_slice() { format!("host/{only}") } else { format!("hosts/{}", names.join("+")) };
        let node = self.sketch.node(id, || (names, Shape::Machine, None));
        self.sketch.edge(node, to, Some(what.to_owned()), Line::Dashed);
    }

    /// Draws who is told of alerts, and by which way.
    fn receivers(&mut self) {
        let platform = self.platform;
        let Some(alerts) = &platform.alerts else { return };
        let mut told = platform.flows.iter().filter(|flow| flow.kind == FlowKind::Alerts);
        let Some(from) = told.next().and_then(|flow| self.end(&flow.to)) else { return };
        for receiver in alerts.data.get("receivers").and_then(Data::as_list).into_iter().flatten() {
            let Some(name) = receiver.get("name").and_then(Data::as_str) else { continue };
            let has = |way: &&str| receiver.get(way).is_some_and(|way| way.as_map().is_some());
            let ways: Vec<&str> = ["email", "slack", "pagerduty", "webhook"].into_iter().filter(has).collect();
            let lines = vec![name.to_string(), ways.join(", ")];
            let node = self.sketch.node(format!("receiver/{name}"), || (lines, Shape::Person, None));
            self.sketch.edge(from, node, Some("routes".to_owned()), Line::Solid);
        }
    }

    /// Draws which machines are backed up, where stores lie, and what is restored out of them.
    fn backups(&mut self) {
        let platform = self.platform;
        let backups = &platform.backups;
        let opens = |store: ComponentId| {
            platform.flows.iter().find(|flow| flow.kind == FlowKind::Backup && flow.to.component == store)
        };
        for job in &backups.jobs {
            let Some(flow) = backups.stores.get(job.store.value.0).and_then(|store| opens(store.component)) else {
                continue;
            };
            let Some(to) = self.end(&flow.from) else { continue };
            for node in job.machines.iter().filter_map(|(at, _)| platform.topology.nodes.get(*at)) {
                let machine = self.machine(&node.name.value);
                self.sketch.edge(machine, to, Some(job.name.value.to_string()), Line::Dashed);
            }
        }
        for (at, store) in backups.stores.iter().enumerate() {
            let Some(share) = &store.share else { continue };
            let Some(from) = self.whole(store.component.0) else { continue };
            let (server, export) = (&share.server.value, &share.export.value);
            let lines = vec![format!("{} {server}", share.kind.value.word()), export.to_string()];
            let node = self.sketch.node(format!("share/{server}/{export}"), || (lines, Shape::Store, None));
            self.sketch.edge(from, node, Some(format!("store {}", store.name.value)), Line::Solid);
            for test in &backups.tests {
                let job = backups.jobs.get(test.job.0).filter(|job| job.store.value.0 == at);
                let Some(machine) = job.and_then(|_| platform.topology.nodes.get(test.machine.0)) else { continue };
                let machine = self.machine(&machine.name.value);
                self.sketch.edge(node, machine, Some("restore".to_owned()), Line::Dashed);
            }
        }
    }

    fn machine(&mut self, name: &str) -> usize {
        self.sketch.node(format!("host/{name}"), || (vec![name.to_owned()], Shape::Machine, None))
    }
}
