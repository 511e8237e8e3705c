//! Where the parts of a spec stand, and what depends on each.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::source::{FileId, Span};
use crate::spec::{self, Pieces, Platform};
use crate::yaml::decode::Named;
use crate::yaml::{Field, Names};

/// Where parts of the spec stand.
pub(super) struct Areas<'s> {
    written: &'s spec::Written,
    components: Vec<(&'s Arc<str>, Span)>,
    /// All pieces that can be left out.
    pub(super) pieces: Pieces,
    /// Sections that rules about addresses read.
    addressed: Vec<Span>,
    /// What of these they do not read.
    beside: Vec<Span>,
    /// What of that they read all the same.
    read: Vec<Span>,
    /// Other sections, from which few others read.
    apart: Vec<Span>,
    files: BTreeSet<FileId>,
}

fn entries<T>(section: &Field<Names<T>>) -> impl Iterator<Item = (&Arc<str>, &Named<T>)> {
    section.value().into_iter().flatten()
}

fn spans<T>(section: &Field<Names<T>>) -> impl Iterator<Item = Span> {
    entries(section).map(|(_, named)| named.place())
}

fn holds(all: &[Span], place: Span) -> bool {
    all.iter().any(|area| area.holds(place))
}

impl<'s> Areas<'s> {
    /// Finds the parts of a spec; `errors` are the places of what is wrong.
    pub(super) fn new(written: &'s spec::Written, errors: &BTreeSet<Span>) -> Self {
        let spec = &written.platform;
        let components = entries(&spec.components).map(|(name, named)| (name, named.place()));
        let overlaid = written.overlaid.iter().filter_map(|(piece, area)| Some((piece.component()?, *area)));
        let components: Vec<_> = components.chain(overlaid).collect();
        let mut addressed: Vec<Span> = spans(&spec.hypervisors).collect();
        addressed.extend(spans(&spec.networks));
        addressed.extend(spans(&spec.addresses));
        addressed.extend(spans(&spec.nodes));
        let (beside, read) = beside(spec);
        let apart = apart(spec);
        let mut files: BTreeSet<FileId> = components.iter().map(|(_, area)| area.file).collect();
        files.extend(addressed.iter().chain(&apart).map(|area| area.file));
        files.extend(spec.metadata.span().map(|span| span.file));
        let pieces = Pieces::of(spec, &written.overlaid, errors);
        Self { written, components, pieces, addressed, beside, read, apart, files }
    }

    /// Returns the component that a place is in.
    pub(super) fn component(&self, place: Span) -> Option<&'s Arc<str>> {
        self.components.iter().find(|(_, area)| area.holds(place)).map(|(name, _)| *name)
    }

    /// Returns the components of the group that a place is in.
    pub(super) fn group(&self, place: Span) -> Option<Vec<Arc<str>>> {
        let spec = &self.written.platform;
        let (group, _) = entries(&spec.groups).find(|(_, named)| named.place().holds(place))?;
        let is_member = |named: &Named<spec::Component>| {
            let component = named.value.as_ref().map(|spanned| &spanned.value);
            component.is_none_or(|component| component.group.value().is_none_or(|name| name == group))
        };
        Some(entries(&spec.components).filter(|(_, named)| is_member(named)).map(|(name, _)| name.clone()).collect())
    }

    /// Returns whether what stands at a place concerns neither addresses nor all components.
    pub(super) fn is_apart(&self, place: Span) -> bool {
        let beside = holds(&self.beside, place) && !holds(&self.read, place);
        beside || holds(&self.apart, place) || (self.written.strange.contains(&place) && self.knows_addresses())
    }

    /// Returns whether what stands at a place may concern all components.
    pub(super) fn may_be_of_all(&self, place: Span) -> bool {
        self.files.contains(&place.file) && !holds(&self.addressed, place) && !self.written.strange.contains(&place)
    }

    /// Returns whether the sections are there that rules about addresses read: a section that dvgen does not know is none of
    /// them by another name.
    fn knows_addresses(&self) -> bool {
        let Platform { nodes, networks, addresses, hypervisors, domains, .. } = &self.written.platform;
        let given = [nodes.span(), networks.span(), addresses.span(), hypervisors.span(), domains.span()];
        given.iter().all(Option::is_some)
    }
}

/// Returns the entries of the topology whose addresses could be read, and where these stand: an error elsewhere in such an
/// entry leaves them as they are.
fn beside(spec: &Platform) -> (Vec<Span>, Vec<Span>) {
    let (mut beside, mut read) = (Vec::new(), Vec::new());
    for (_, named) in entries(&spec.nodes) {
        let Some(node) = named.value.as_ref().map(|spanned| &spanned.value) else { continue };
        if let (Some(ip), false) = (node.ip.span(), node.role.is_broken() || node.host.is_broken()) {
            beside.push(named.place());
            read.push(ip);
        }
    }
    for (_, named) in entries(&spec.hypervisors) {
        let Some(host) = named.value.as_ref().map(|spanned| &spanned.value) else { continue };
        if let Some(endpoint) = host.endpoint.span() {
            beside.push(named.place());
            read.push(endpoint);
        }
    }
    (beside, read)
}

/// Returns the sections from which neither addresses nor the documents of all components follow.
fn apart(spec: &Platform) -> Vec<Span> {
    let mut apart: Vec<Span> = spans(&spec.gates).chain(spans(&spec.certificates)).chain(spans(&spec.images)).collect();
    apart.extend(spans(&spec.tunnels).chain(spans(&spec.compositions)));
    let sections = [
        spec.flows.span(),
        spec.secrets.span(),
        spec.storage.span(),
        spec.policies.span(),
        spec.versions.span(),
        spec.ansible.span(),
        spec.repository.span(),
        spec.alerts.span(),
        spec.backups.span(),
        spec.pipelines.span(),
        spec.renovate.span(),
    ];
    apart.extend(sections.into_iter().flatten());
    apart
}
