//! Delivery: the way of a change from whoever makes it to what runs.

mod made;
mod workflows;

use std::collections::{BTreeMap, BTreeSet};

use super::{Drawing, Line, Mark, Node, Shape, Sketch, View};
use crate::model::{Cluster, Component, Platform, Repository};
use crate::spec::ClusterKind;

/// Draws the repository with its branches, the workflows that dvgen writes for it, the registries that they push to, what applies
/// a branch, and what it applies that to. Dashed is what makes all of this once.
pub fn delivery(platform: &Platform) -> Drawing {
    let title = format!("Delivery of {}, {}", platform.name.value, platform.environment.value);
    let mut sketch = Sketch::new(View::Delivery, title, true);
    if let Some(repository) = &platform.repository {
        let name = platform.repository_path().unwrap_or(&repository.url.value);
        let frame = sketch.frame(name, None);
        let mut canvas = Canvas { sketch, platform, repository, frame, frames: BTreeMap::new() };
        canvas.draw();
        sketch = canvas.sketch;
    }
    let mut drawing = sketch.drawing;
    drawing.legend = [
        (Mark::Whole, "six corners: a person does it"),
        (Mark::Line(Line::Dashed), "dashed: once, when it is brought up, and when what it reads changes"),
        (Mark::Line(Line::Dotted), "dotted: it waits for it, and only reads"),
    ]
    .map(|(mark, text)| (mark, text.to_owned()))
    .into();
    drawing
}

struct Canvas<'a> {
    sketch: Sketch,
    platform: &'a Platform,
    repository: &'a Repository,
    /// The frame of the repository.
    frame: usize,
    /// The other frames, by what is written on them.
    frames: BTreeMap<String, usize>,
}

impl Canvas<'_> {
    fn draw(&mut self) {
        let sources = self.platform.source_branches();
        for source in &sources {
            let (people, branch) = (self.people(), self.branch(&source.value));
            self.sketch.edge(people, branch, Some("push".to_owned()), Line::Solid);
        }
        self.workflows(&sources);
        self.renovate(&sources);
        self.argocd();
        self.services();
        self.made();
    }

    fn people(&mut self) -> usize {
        self.sketch.node("people".to_owned(), || (vec!["people".to_owned()], Shape::Person, None))
    }

    /// Returns the node of a branch; what is followed says where the outputs lie in it.
    fn branch(&mut self, name: &str) -> usize {
        let outputs = self.platform.outputs();
        let below =
            (*name == *self.repository.revision.value && !outputs.is_empty()).then(|| format!("below {outputs}"));
        let lines = std::iter::once(name.to_owned()).chain(below).collect();
        let frame = self.frame;
        self.sketch.node(format!("branch/{name}"), || (lines, Shape::Store, Some(frame)))
    }

    fn named_frame(&mut self, label: String) -> usize {
        let sketch = &mut self.sketch;
        *self.frames.entry(label.clone()).or_insert_with(|| sketch.frame(label, None))
    }

    /// Draws Argo CD between the branch and the cluster.
    fn argocd(&mut self) {
        let platform = self.platform;
        let count = platform.components.iter().filter(|one| one.by_argocd()).count();
        let Some(argocd) = self.argocd_node().filter(|_| count > 0) else { return };
        let revision = &self.repository.revision.value;
        let branch = self.branch(revision);
        let own = platform.argocd.and_then(|id| platform.components.get(id.0));
        let labels = own.map(followed).unwrap_or_default();
        self.edges(branch, argocd, labels);
        let waves = if platform.waits_in_waves { ", in waves" } else { "" };
        let applications = if count == 1 { "Application" } else { "Applications" };
        let cluster = self.cluster();
        self.sketch.edge(argocd, cluster, Some(format!("{count} {applications}{waves}")), Line::Solid);
    }

    /// Returns the node of Argo CD, where it deploys something.
    fn argocd_node(&mut self) -> Option<usize> {
        let platform = self.platform;
        if !platform.components.iter().any(Component::by_argocd) {
            return None;
        }
        let own = platform.argocd.and_then(|id| platform.components.get(id.0)).filter(|one| one.is_installed());
        let whose = if platform.is_overlay { "of the base environment" } else { "that others run" };
        let (id, lines) = own.map_or_else(
            || ("argocd".to_owned(), vec!["Argo CD".to_owned(), whose.to_owned()]),
            |own| (format!("component/{}", own.name.value), vec![own.name.value.to_string()]),
        );
        Some(self.sketch.node(id, || (lines, Shape::Box, None)))
    }

    /// Adds an edge with several reasons, or with none.
    fn edges(&mut self, from: usize, to: usize, labels: Vec<String>) {
        self.sketch.edge(from, to, None, Line::Solid);
        for label in labels {
            self.sketch.edge(from, to, Some(label), Line::Solid);
        }
    }

    fn cluster(&mut self) -> usize {
        let platform = self.platform;
        let name = platform.cluster_name().value.to_string();
        let own = platform.own_cluster();
        let kind = own.map_or("Kubernetes", |own| own.kind.value.word()).to_owned();
        let location = own.and_then(|own| own.location.as_ref()).map(|location| location.value.to_string());
        let id = format!("cluster/{name}");
        let lines = [name, kind].into_iter().chain(location).collect();
        let frame = self.project_of(own);
        self.sketch.node(id, || (lines, Shape::Machine, frame))
    }

    fn project_of(&mut self, cluster: Option<&Cluster>) -> Option<usize> {
        let cloud = self.platform.cloud_of(cluster?)?;
        Some(self.named_frame(format!("project {}", cloud.project.value)))
    }

    /// Draws what applies the repository on machines: what runs there and follows it, else a person.
    fn services(&mut self) {
        let platform = self.platform;
        let services: Vec<&Component> =
            platform.components.iter().filter(|one| one.on_machines && one.is_installed()).collect();
        if services.is_empty() {
            return;
        }
        let branch = self.branch(&self.repository.revision.value);
        let Some(machines) = self.machines() else { return };
        for one in services.iter().filter(|one| one.follows.is_some()) {
            let name = one.name.value.to_string();
            let id = format!("component/{name}");
            let node = self.sketch.node(id, || (vec![name, "on each machine".to_owned()], Shape::Box, None));
            self.edges(branch, node, followed(one));
            let count = services.len();
            self.sketch.edge(node, machines, Some(format!("{count} services")), Line::Solid);
        }
        let follows = services.iter().any(|one| one.follows.is_some());
        let line = if follows { Line::Dashed } else { Line::Solid };
        let step = self.step("ansible/services", vec!["ansible-playbook".to_owned(), "services.yml".to_owned()]);
        self.sketch.edge(branch, step, None, line);
        self.sketch.edge(step, machines, None, line);
    }

    /// Returns the node of the machines that components run on, if any do.
    fn machines(&mut self) -> Option<usize> {
        let services = self.platform.components.iter().filter(|one| one.on_machines && one.is_installed());
        let names = services.flat_map(|one| &one.machines).map(|machine| machine.name.value.to_string());
        let lines: Vec<String> = names.collect::<BTreeSet<String>>().into_iter().collect();
        let some = !lines.is_empty();
        some.then(|| self.sketch.node("machines".to_owned(), || (lines, Shape::Machine, None)))
    }

    /// Returns the node of something that a person does.
    fn step(&mut self, id: &str, lines: Vec<String>) -> usize {
        self.sketch.node(format!("step/{id}"), || (lines, Shape::Step, None))
    }

    fn has_kubernetes(&self) -> bool {
        self.platform.cluster_kind() != ClusterKind::None
            && self.platform.components.iter().any(|one| !one.on_machines && one.is_installed())
    }
}

/// Returns the names of what changes come by: branches, workflows, registries, components and clusters.
pub fn stations(drawing: &Drawing) -> BTreeSet<String> {
    drawing.nodes.iter().filter_map(station).map(str::to_owned).collect()
}

/// Returns the name of what changes come by, if it is such a thing.
pub(super) fn station(node: &Node) -> Option<&str> {
    let (kind, name) = node.id.split_once('/')?;
    ["branch", "workflow", "registry", "component", "cluster"].contains(&kind).then_some(name)
}

/// Returns how a component follows the repository, in the words of its facts.
fn followed(component: &Component) -> Vec<String> {
    let told = |key| component.follows.as_ref()?.at(&[key])?.as_str().map(str::to_owned);
    ["every", "told"].into_iter().filter_map(told).collect()
}
