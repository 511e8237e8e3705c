//! Drafts and artifacts: a file before and after it is printed.

use std::sync::Arc;

use super::print::block::Item;
use super::print::ini::Section;
use super::print::{Note, Sink, alloy, hcl, ini, json, plain, sections, yaml};
use crate::choice;
use crate::doc::{Doc, Map, Outline};
use crate::source::{OriginId, Origins};

choice! {
    /// The kinds of outputs, as `--target` names them.
    pub enum TargetName as "a target" {
        /// Argo CD: the root, the Applications and the projects.
        Argocd = "argocd",
        /// Files of machines that are in no cluster: configurations, units and services.
        Machines = "machines",
        /// Helm values.
        Values = "values",
        /// Kubernetes manifests.
        Manifests = "manifests",
        /// Terraform variables.
        Terraform = "terraform",
        /// Ansible inventory, variables and files.
        Ansible = "ansible",
        /// Labels of nodes, and the script that sets them.
        Labels = "labels",
        /// What the machines of a Talos cluster are told.
        Talos = "talos",
        /// Vault's policies and logins, and the script that writes them.
        Vault = "vault",
        /// Pages for people: the runbook and the topology.
        Pages = "pages",
        /// DNS records.
        Dns = "dns",
        /// Renovate's configuration.
        Renovate = "renovate",
        /// Compositions of plugins.
        Compositions = "compositions",
        /// Workflows of GitHub.
        Ci = "ci",
    }
}

/// A file that is not printed yet.
#[derive(Debug)]
pub struct Draft {
    /// The path below the output root.
    pub path: String,
    /// The target that it belongs to.
    pub target: TargetName,
    /// The comment at its head.
    pub header: Vec<Note>,
    /// What is in it.
    pub body: Body,
    /// Whether it can be run.
    pub executable: bool,
    /// Where the file as a whole comes from.
    pub origin: OriginId,
}

impl Draft {
    /// Returns a copy of a file of YAML documents, for those who look at all files together.
    pub fn kept(&self) -> Option<Self> {
        let Body::Yaml(docs) = &self.body else { return None };
        let (path, header, body) = (self.path.clone(), self.header.clone(), Body::Yaml(docs.clone()));
        Some(Self { path, header, body, target: self.target, executable: self.executable, origin: self.origin })
    }
}

/// The contents of a file.
#[derive(Debug)]
pub enum Body {
    /// YAML documents.
    Yaml(Vec<Doc>),
    /// HCL attributes and blocks.
    Hcl(Vec<Item>),
    /// Terraform variables.
    Tfvars(Map),
    /// A JSON document.
    Json(Doc),
    /// An Ansible inventory.
    Ini(Vec<Section>),
    /// A unit of systemd, or another file of sections and keys.
    Sections(Doc),
    /// Alloy's configuration.
    Alloy(Vec<Item>),
    /// Lines of text.
    Lines(Vec<(String, OriginId)>),
}

/// A file as it is written.
#[derive(Debug)]
pub struct Artifact {
    /// The path below the output root.
    pub path: String,
    /// The target that it belongs to.
    pub target: TargetName,
    /// The text.
    pub text: Arc<str>,
    /// The origin of each line, if they were asked for.
    pub lines: Vec<OriginId>,
    /// The arena that the origins live in, if they were asked for.
    pub origins: Option<Arc<Origins>>,
    /// Whether it can be run.
    pub executable: bool,
    /// The origin of the whole.
    pub origin: OriginId,
    /// The component that it is of; none where it speaks of the platform.
    pub component: Option<Arc<str>>,
    /// What was printed, if origins were asked for.
    pub body: Option<Body>,
}

impl Draft {
    /// Returns a draft of YAML documents.
    pub(super) fn yaml(path: String, target: TargetName, header: Note, docs: Vec<Doc>) -> Self {
        let origin = header.origin;
        Self { path, target, header: vec![header], body: Body::Yaml(docs), executable: false, origin }
    }

    /// Prints the draft; returns the text and the origins of its lines, if `sink` keeps them. The outlines are those of its YAML
    /// documents, as far as they are known.
    pub fn print(&self, outlines: &[Option<Outline<'_>>], sink: &mut Sink) -> (Arc<str>, Vec<OriginId>) {
        let table = sink.table();
        match &self.body {
            Body::Yaml(docs) => {
                yaml::write(sink, &self.header, docs, outlines);
                sink.take()
            }
            Body::Sections(doc) => sections::print(&self.header, doc, table).shared(),
            Body::Alloy(items) => {
                let notes = self.header.iter().cloned().map(Item::Comment);
                alloy::print(&notes.chain(items.iter().cloned()).collect::<Vec<_>>(), table).shared()
            }
            Body::Json(doc) => json::print(doc, table).shared(),
            Body::Tfvars(map) => hcl::tfvars(&self.header, map.clone(), table).shared(),
            Body::Ini(sections) => ini::print(&self.header, sections, table).shared(),
            Body::Hcl(items) => {
                let notes = self.header.iter().cloned().map(Item::Comment);
                hcl::print(&notes.chain(items.iter().cloned()).collect::<Vec<_>>(), table).shared()
            }
            Body::Lines(lines) => {
                let mut printer = plain::Lines::new(table);
                for (line, origin) in lines {
                    printer.push(line, *origin);
                }
                printer.finish().shared()
            }
        }
    }

    /// Returns the file with what was printed. What it was printed of is kept if `origins` is there; else the YAML documents are
    /// returned, which others may still want to see.
    pub fn finish(
        self,
        (text, lines): (Arc<str>, Vec<OriginId>),
        origins: Option<&Arc<Origins>>,
    ) -> (Artifact, Vec<Doc>) {
        let (body, docs) = match self.body {
            body if origins.is_some() => (Some(body), Vec::new()),
            Body::Yaml(docs) => (None, docs),
            _ => (None, Vec::new()),
        };
        let artifact = Artifact {
            path: self.path,
            target: self.target,
            text,
            lines,
            origins: origins.cloned(),
            executable: self.executable,
            origin: self.origin,
            component: None,
            body,
        };
        (artifact, docs)
    }
}
