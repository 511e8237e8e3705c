//! Workflows: what they run for, what they push, propose and move.

use super::Canvas;
use crate::draw::{Line, Shape};
use crate::model::{Image, Pipelines, Text, Workflow};
use crate::spec::{Does, Writer};
use crate::yaml::Node;

impl Canvas<'_> {
    /// Draws the workflows that have to do with this environment.
    pub(super) fn workflows(&mut self, sources: &[&Text]) {
        let platform = self.platform;
        for workflow in platform.pipelines.iter().flat_map(|pipelines| &pipelines.workflows) {
            match workflow.does.as_ref().map(|does| does.value) {
                Some(Does::Build) => self.build(workflow, sources),
                Some(Does::Deploy) if platform.is_deployed_by(workflow) => self.deploy(workflow),
                // What raises versions is drawn with Renovate.
                Some(Does::Deploy | Does::Outputs) => {}
                None => self.foreign(workflow),
            }
        }
    }

    fn workflow(&mut self, workflow: &Workflow) -> usize {
        let frame = self.named_frame("workflows".to_owned());
        let name = workflow.name.value.to_string();
        let does = workflow.does.as_ref().map_or("your own", |does| does.value.word()).to_owned();
        self.sketch.node(format!("workflow/{name}"), || (vec![name, does], Shape::Box, Some(frame)))
    }

    /// A workflow that builds: images go to their registries, and their digests into a proposal.
    fn build(&mut self, workflow: &Workflow, sources: &[&Text]) {
        let platform = self.platform;
        let images: Vec<&Image> = workflow.images.iter().filter_map(|at| platform.images.get(*at)).collect();
        for source in sources.iter().filter(|source| workflow.runs_for(&source.value)) {
            let (branch, node) = (self.branch(&source.value), self.workflow(workflow));
            let folders = images.iter().filter_map(|image| image.context.as_ref());
            self.edges(branch, node, folders.map(|folder| format!("push to {}", folder.value)).collect());
            for image in &images {
                let registry = self.registry(image);
                self.sketch.edge(node, registry, Some(image.name.value.to_string()), Line::Solid);
                let cluster = self.cluster();
                self.sketch.edge(registry, cluster, Some("pull".to_owned()), Line::Solid);
            }
            let merge = self.merge(&source.value);
            let digests = workflow.pins.as_ref().map(|file| format!("digests, in {}", file.value));
            self.sketch.edge(node, merge, digests, Line::Solid);
        }
    }

    /// Returns the registry of an image.
    fn registry(&mut self, image: &Image) -> usize {
        let mut all =
            self.platform.clouds.iter().flat_map(|cloud| cloud.registries.iter().map(move |one| (cloud, one)));
        let named = image.registry.as_ref();
        if let Some((cloud, one)) = named.and_then(|name| all.find(|(_, one)| one.name.value == name.value)) {
            return self.registry_of(cloud, one);
        }
        let host = image.repository.value.rsplit_once('/').map_or("", |(host, _)| host).to_owned();
        self.sketch.node(format!("registry/{host}"), || (vec![host], Shape::Store, None))
    }

    /// Returns the merge of what is proposed for a branch.
    fn merge(&mut self, source: &str) -> usize {
        let merge = self.step(&format!("merge/{source}"), vec!["merge".to_owned(), format!("into {source}")]);
        let (people, branch) = (self.people(), self.branch(source));
        self.sketch.edge(people, merge, Some("review".to_owned()), Line::Solid);
        self.sketch.edge(merge, branch, None, Line::Solid);
        merge
    }

    /// A workflow that deploys: it moves the branch that is followed, writes to the cluster itself, or waits for Argo CD.
    fn deploy(&mut self, workflow: &Workflow) {
        let node = self.workflow(workflow);
        for branch in &workflow.branches {
            let branch = self.branch(&branch.value);
            self.sketch.edge(branch, node, Some("push".to_owned()), Line::Solid);
        }
        if let Some(approval) = &workflow.approval {
            let people = self.people();
            self.sketch.edge(people, node, Some(format!("approve {}", approval.value)), Line::Solid);
        }
        if let Some(moved) = workflow.moves() {
            let branch = self.branch(&moved.value);
            self.sketch.edge(node, branch, Some("moves".to_owned()), Line::Solid);
        }
        if workflow.by.value == Writer::Kubectl {
            let cluster = self.cluster();
            self.sketch.edge(node, cluster, Some(Writer::Kubectl.word().to_owned()), Line::Solid);
        } else if let Some(argocd) = self.argocd_node() {
            self.sketch.edge(node, argocd, None, Line::Dotted);
        }
    }

    /// A workflow of the user is drawn where it writes to the cluster.
    fn foreign(&mut self, workflow: &Workflow) {
        if workflow.writes.is_empty() {
            return;
        }
        let (node, cluster) = (self.workflow(workflow), self.cluster());
        for (command, _) in &workflow.writes {
            self.sketch.edge(node, cluster, Some(command.to_string()), Line::Solid);
        }
    }

    /// Draws what raises versions: it proposes to the branch of the base environment.
    pub(super) fn renovate(&mut self, sources: &[&Text]) {
        let platform = self.platform;
        let outputs = platform.pipelines.as_ref().and_then(Pipelines::builds_outputs);
        let source = sources.first().filter(|_| !platform.is_overlay || !self.repository.own);
        let Some(source) = source.filter(|_| platform.renovate.is_some() || outputs.is_some()) else { return };
        let lines = vec!["Renovate".to_owned()];
        let renovate = self.sketch.node("renovate".to_owned(), || (lines, Shape::Box, None));
        let merge = self.merge(&source.value);
        let raises = Some("raises versions".to_owned());
        if let Some(workflow) = outputs {
            let node = self.workflow(workflow);
            for branch in &workflow.branches {
                let branch = self.branch(&branch.value);
                self.sketch.edge(renovate, branch, raises.clone(), Line::Solid);
                self.sketch.edge(branch, node, Some("push".to_owned()), Line::Solid);
            }
            self.sketch.edge(node, merge, Some("outputs, judged".to_owned()), Line::Solid);
        } else {
            self.sketch.edge(renovate, merge, raises, Line::Solid);
        }
        if let Some(what) = self.merges_itself() {
            self.sketch.edge(renovate, merge, Some(what), Line::Solid);
        }
    }

    /// Returns what Renovate merges by itself, as the spec says it (docs.renovatebot.com, `automerge`).
    fn merges_itself(&self) -> Option<String> {
        let fields = self.platform.renovate.as_ref()?;
        let is_true = |node: Option<&Node>| node.and_then(Node::as_scalar).is_some_and(|text| &**text == "true");
        let field = |name: &str| fields.get(name).and_then(|named| named.value.as_ref()).map(|node| &node.value);
        if is_true(field("automerge")) {
            return Some("merges by itself".to_owned());
        }
        let rules = field("packageRules").and_then(Node::as_sequence).into_iter().flatten();
        let rules: Vec<&Node> = rules.filter(|rule| is_true(rule.get("automerge"))).collect();
        let types = rules.iter().filter_map(|rule| rule.get("matchUpdateTypes")?.as_sequence()).flatten();
        let types: Vec<&str> = types.filter_map(|kind| Some(&**kind.as_scalar()?)).collect();
        match (rules.is_empty(), types.is_empty()) {
            (true, _) => None,
            (false, true) => Some("merges some by itself".to_owned()),
            (false, false) => Some(format!("merges {} by itself", types.join(", "))),
        }
    }
}
