//! Storage classes: who makes them, out of what, and who asks for them.

use std::collections::BTreeSet;

use super::component::relations::report_unknown;
use super::resolve::{Platform, Resolver, Section};
use super::{INCOMPLETE, NO_PROVISIONER, StorageClass, TWO_DEFAULTS, UNKNOWN_STORAGE_CLASS, UNKNOWN_VOLUME_GROUP};
use crate::diag::{Diagnostic, did_you_mean, nearest};
use crate::spec::{self, InstalledBy};

/// Judges the storage classes, and the components that name one.
pub(super) fn check(cx: &mut Resolver<'_>, spec: &spec::Platform, platform: &Platform) {
    for class in &platform.topology.storage_classes {
        provider(cx, platform, class);
    }
    volume_groups(cx, spec, platform);
    two_defaults(cx, platform);
    users(cx, platform);
}

/// A class is a manifest of its component, which has to know the name of its CSI driver.
fn provider(cx: &mut Resolver<'_>, platform: &Platform, class: &StorageClass) {
    let Some(named) = &class.component else { return };
    let Some(component) = platform.component(&named.value) else {
        report_unknown(cx, platform, named);
        return;
    };
    if component.doubtful {
        return;
    }
    let facts = &component.variant.facts;
    let elsewhere = component.installed_by.value == InstalledBy::External;
    let Some(span) = cx.origins.written_span(named.origin).filter(|_| !elsewhere) else { return };
    let name = &class.name.value;
    if facts.provisioner.get().is_none() {
        let message = format!("`{}` makes no volumes, so it cannot provide storage class `{name}`", named.value);
        let problem = Diagnostic::error(NO_PROVISIONER, span, message)
            .why("its facts name no `provisioner`, so no StorageClass would be written and claims would wait for ever");
        let able = platform.components.iter().filter(|other| other.variant.facts.provisioner.get().is_some());
        let able: Vec<String> = able.take(12).map(|other| format!("`{}`", other.name.value)).collect();
        let problem =
            if able.is_empty() { problem } else { problem.help(format!("these make volumes: {}", able.join(", "))) };
        cx.out.push(problem.help("for a CSI driver of your own, add `provisioner:` to its `component.yaml`"));
    } else if facts.device_class_parameter.get().is_some() && class.volume_group.is_none() {
        let written = cx.spec.storage.value().and_then(|storage| storage.classes.value()?.get(name)?.value.as_ref());
        if written.is_some_and(|written| written.value.volume_group.is_broken()) {
            return;
        }
        let place = cx.origins.written_span(class.name.origin).unwrap_or(span);
        let message = format!("storage class `{name}` has no `volumeGroup`");
        let problem = Diagnostic::error(INCOMPLETE, place, message);
        let problem =
            problem.why(format!("`{}` makes its volumes in a volume group of the nodes", component.name.value));
        cx.out.push(problem.help("write `volumeGroup`, as a disk of a node has it"));
    }
}

/// Volumes are made in groups that nodes have. A platform that describes no nodes says nothing of their groups.
fn volume_groups(cx: &mut Resolver<'_>, spec: &spec::Platform, platform: &Platform) {
    let written = spec.nodes.value();
    // Groups of a node, or of a disk, that could not be read in full are not known.
    let whole = |node: &spec::Node| {
        !node.disks.is_broken()
            && node.disks.value().into_iter().flatten().all(|disk| disk.value().is_some_and(|disk| !disk.is_broken()))
    };
    let known = platform.topology.nodes.len();
    let unread = written.is_none_or(|nodes| {
        nodes.is_empty()
            || !nodes.is_whole()
            || nodes.len() != known
            || nodes.values().any(|node| node.value.as_ref().is_none_or(|node| !whole(&node.value)))
    });
    if unread {
        return;
    }
    let disks = || platform.topology.nodes.iter().flat_map(|node| &node.disks);
    let named = || disks().filter_map(|disk| disk.volume_group.as_ref()).map(|group| &*group.value);
    let groups: BTreeSet<&str> = named().collect();
    let used = |group: &str| named().filter(|name| *name == group).count();
    for class in &platform.topology.storage_classes {
        let Some(group) = class.volume_group.as_ref().filter(|group| !groups.contains(&*group.value)) else { continue };
        let Some(span) = cx.origins.written_span(group.origin) else { continue };
        let message = format!("no node has volume group `{}`", group.value);
        let problem = Diagnostic::error(UNKNOWN_VOLUME_GROUP, span, message)
            .why(format!("storage class `{}` would find no place for a volume", class.name.value));
        let known = groups.iter().copied();
        let near = cx.spell(
            known,
            || None,
            |known| {
                Some((did_you_mean(&group.value, known.iter().copied())?, nearest(&group.value, known.iter().copied())))
            },
        );
        let problem = match near {
            // A group of a single disk may be the one that is misspelt.
            Some((help, Some(near))) if used(near) > 1 => {
                problem.help(help).fix(false, format!("change to `{near}`"), span, near)
            }
            Some((help, _)) => problem.help(help),
            None => problem,
        };
        cx.out.push(problem.help("give a disk of a node this `volumeGroup`, or name one that a node has"));
    }
}

/// Kubernetes takes the newer of two, whichever that is (kubernetes.io, "Storage Classes").
fn two_defaults(cx: &mut Resolver<'_>, platform: &Platform) {
    let mut defaults = platform.topology.storage_classes.iter().filter(|class| class.default.value);
    let Some(first) = defaults.next() else { return };
    for other in defaults {
        let places = (cx.origins.written_span(other.default.origin), cx.origins.written_span(first.default.origin));
        if let (Some(here), Some(there)) = places {
            let (one, two) = (&first.name.value, &other.name.value);
            let message = format!("storage classes `{one}` and `{two}` are both the default");
            let problem = Diagnostic::error(TWO_DEFAULTS, here, message)
                .related(there, format!("`{one}` is the default already"))
                .why("a claim that names no class would get the one that was made last");
            cx.out.push(problem.help("keep `default: true` on one of them"));
        }
    }
}

fn users(cx: &mut Resolver<'_>, platform: &Platform) {
    let classes: BTreeSet<&str> = platform.topology.storage_classes.iter().map(|class| &*class.name.value).collect();
    for component in &platform.components {
        let own = component.storage.0.iter();
        for class in own.chain(component.parts.iter().filter_map(|part| part.storage.0.as_ref())) {
            if classes.contains(&*class.value) || cx.is_declared(Section::StorageClasses, &class.value) {
                continue;
            }
            if let Some(span) = cx.origins.written_span(class.origin) {
                cx.unknown_name(UNKNOWN_STORAGE_CLASS, span, "storage class", &class.value, classes.iter().copied());
            }
        }
    }
}
