//! Files to what is written: the spec of one environment, decoded.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::base::{BaseArgocd, base_argocd};
use super::format::check_format;
use super::layers::{self, Changes, UsedGroup, unused_groups};
use super::others::OtherEnvironment;
use super::pieces::{self, Piece};
use super::platform::Platform;
use super::read::{SpecFiles, base};
use super::{NOT_IN_BASE, NOTHING_TO_REMOVE, UNKNOWN_ENVIRONMENT, UNKNOWN_GROUP};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::yaml::{Decode, Decoder, Entry, Field, Key, MISSING_FIELD, Node, NodeKind, Style};

/// The spec of one environment.
#[derive(Clone, Debug)]
pub struct Written {
    /// The sections.
    pub platform: Platform,
    /// The name of the environment, `None` for the base.
    pub overlay: Option<Arc<str>>,
    /// Whether this is an overlay that names no other cluster than the base does.
    pub shares_cluster: bool,
    /// The Argo CD of the base, for an overlay: where an overlay removes it, that one deploys it.
    pub argocd: Option<BaseArgocd>,
    /// The environments besides the base.
    pub environments: Vec<OtherEnvironment>,
    /// The name of the environment, where it can be read.
    pub name: Option<Arc<str>>,
    /// What the overlay says of pieces, such as components.
    pub overlaid: Vec<(Piece, Span)>,
    /// Where the problems of reading it stand among all those of the run.
    pub problems: std::ops::Range<usize>,
    /// What the overlay adds and takes away, for an overlay.
    pub changes: Changes,
    /// The names of sections that are misspelt, and were read as what they mean.
    pub respelt: Arc<[Span]>,
    /// The names of sections that there are not.
    pub strange: Vec<Span>,
    /// What is not right with it, and keeps nothing from being read.
    pub notes: Vec<Diagnostic>,
}

impl Written {
    /// Returns the same with some pieces as if they could not be read.
    #[must_use]
    pub fn without(&self, pieces: &BTreeSet<Piece>) -> Self {
        let mut rest = self.clone();
        pieces::leave_out(&mut rest.platform, pieces);
        rest
    }
}

/// Returns the name of the cluster that a spec names.
fn cluster(root: &Node) -> Option<Arc<str>> {
    root.get("metadata")?.get("cluster")?.as_scalar().cloned()
}

/// Decodes the specs of environments, each the base (`None`) or another one. The files are used up: the largest
/// platforms have one environment, and its tree need not be copied.
pub fn read(mut files: SpecFiles, environments: &[Option<Arc<str>>], out: &mut Vec<Diagnostic>) -> Vec<Written> {
    let Some((last, others)) = environments.split_last() else { return Vec::new() };
    let mut all = Vec::with_capacity(environments.len());
    let mut groups = Vec::new();
    for environment in others {
        all.extend(read_one(&files, files.root.clone(), environment.as_deref(), &mut groups, out));
    }
    let empty = Node::nothing(files.root.span);
    let root = std::mem::replace(&mut files.root, empty);
    all.extend(read_one(&files, root, last.as_deref(), &mut groups, out));
    // A group of the base may be that of components of any environment.
    if files.complete && environments.len() > files.environments.len() {
        let found = unused_groups(groups, out);
        if let Some(first) = all.first_mut() {
            first.notes = found;
        }
    }
    all
}

fn read_one(
    files: &SpecFiles,
    mut root: Node,
    environment: Option<&str>,
    groups: &mut Vec<UsedGroup>,
    out: &mut Vec<Diagnostic>,
) -> Option<Written> {
    let start = out.len();
    let (mut overlay, mut argocd, mut changes) = (None, None, Changes::default());
    let mut found = Vec::new();
    let mut strangers = Vec::new();
    let own = cluster(&root);
    let mut overlaid = Vec::new();
    let name = environment.map(Into::into).or_else(|| base(&root).cloned());
    if let Some(name) = environment {
        let Some(entry) = files.environments.iter().find(|entry| &*entry.key.text == name) else {
            let (known, base) = (files.environments(), base(&root));
            let problem = Diagnostic::without_span(UNKNOWN_ENVIRONMENT, format!("there is no environment `{name}`"));
            let names = known.iter().map(|name| &**name).chain(base.map(|name| &**name));
            let help = crate::diag::did_you_mean(name, names);
            out.push(help.into_iter().fold(problem, Diagnostic::help));
            return None;
        };
        argocd = base_argocd(&root);
        strangers = layers::strangers(&root, &entry.value);
        overlaid = pieces::overlaid(&entry.value);
        changes = layers::overlay(&mut root, &entry.value, &mut found);
        rename(&mut root, &entry.key);
        overlay = Some(entry.key.text.clone());
    }
    let handed = match &mut root.kind {
        NodeKind::Mapping(mapping) => {
            groups.extend(layers::used_groups(mapping));
            layers::share(mapping, &mut found)
        }
        _ => Vec::new(),
    };
    let shares_cluster = overlay.is_some() && cluster(&root) == own;
    let unknown = |entry: &&Entry| !Platform::FIELDS.contains(&&*entry.key.text) && !entry.is_merge();
    let sections = root.as_mapping().into_iter().flat_map(|mapping| &mapping.entries);
    let strange = sections.filter(unknown).map(|entry| entry.key.span).collect();
    let mut cx = Decoder::of(super::RECORDS);
    let mut platform = Platform::take(root, &mut cx);
    if let Some(Field::Given(components)) = platform.as_mut().map(|platform| &mut platform.components) {
        layers::hand(handed, &mut components.value);
    }
    found.append(&mut cx.diagnostics);
    layers::explain(&strangers, &mut found);
    if !files.complete {
        // What is missing may stand in a file that could not be read.
        let missing = [MISSING_FIELD, UNKNOWN_GROUP, NOTHING_TO_REMOVE, NOT_IN_BASE];
        found.retain(|problem| !missing.contains(&problem.kind));
    }
    out.append(&mut found);
    let platform = platform?;
    check_format(&platform, out);
    let environments = files.environments.iter().map(OtherEnvironment::of).collect();
    let problems = start..out.len();
    Some(Written {
        platform,
        overlay,
        shares_cluster,
        argocd,
        environments,
        name,
        overlaid,
        problems,
        changes,
        respelt: files.respelt.clone(),
        strange,
        notes: Vec::new(),
    })
}

/// Puts the name of the environment in place of the base's.
fn rename(root: &mut Node, key: &Key) {
    let NodeKind::Mapping(mapping) = &mut root.kind else { return };
    let Some(metadata) = mapping.get_mut("metadata") else { return };
    let NodeKind::Mapping(metadata) = &mut metadata.value.kind else { return };
    if let Some(entry) = metadata.get_mut("environment") {
        let kind = NodeKind::Scalar { text: key.text.clone(), style: Style::Quoted };
        entry.value = Node { span: key.span, tag: None, kind };
    }
}
