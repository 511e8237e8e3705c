//! Extensions that a database does not have.

use semver::{Version, VersionReq};

use crate::diag::{Diagnostic, Kind};
use crate::library::Extension;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{Component, Flow};
use crate::source::Span;
use crate::spec::FlowKind;
use crate::yaml::Field;

rule! {
    /// A component asks for an extension of its database that is not there, or is there in another version.
    ///
    /// ## What it does
    ///
    /// Compares what the facts of a component ask of its database (`extensions`, with the versions that will do) with the setting
    /// `extensions` of the component at the other end of its `database` flow.
    ///
    /// ## Why it matters
    ///
    /// The component refuses to start: Immich with VectorChord 1.0 says that it supports `>=0.3 <0.6`, and nothing works until
    /// somebody has found an image with the right pair of versions.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   immich: { version: 2.2.0 }
    ///   immich-db: { library: cnpg-cluster, version: 0.8.1, settings: { postgresql: "18.0", extensions: { vchord: 1.0.0 } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   immich: { version: 2.2.0 }
    ///   immich-db: { library: cnpg-cluster, version: 0.8.1, settings: { postgresql: "18.0", extensions: { vchord: 0.5.3 } } }
    /// ```
    ///
    /// ## Source
    ///
    /// suzutan/infra, `immich/cloudnative-pg.yaml`; Immich, pull request 23845.
    pub(super) static RULE = Kind::new("extension-not-served", "DV1417"), Wiring, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    for flow in platform.flows.iter().filter(|flow| flow.kind == FlowKind::Database) {
        let ends = (platform.components.get(flow.from.component.0), platform.components.get(flow.to.component.0));
        let (Some(from), Some(to)) = ends else { continue };
        // What nobody knows the facts of may have anything.
        if to.variant.unknown || !to.variant.reads("settings.extensions") {
            continue;
        }
        for extension in from.variant.facts.extensions.value().into_iter().flatten().filter_map(Field::value) {
            out.extend(finding(subject, flow, from, to, extension));
        }
    }
}

/// An extension without a range is one that PostgreSQL or the image has anyway.
fn finding(
    subject: &Subject<'_>,
    flow: &Flow,
    from: &Component,
    to: &Component,
    extension: &Extension,
) -> Option<Diagnostic> {
    let (name, range) = (&extension.name.value()?.0, extension.versions.value()?);
    let wanted = VersionReq::parse(range).ok()?;
    let place = subject.line(flow.origin)?;
    let found = to.settings.get("extensions").and_then(|all| all.get(name));
    let (asks, serves) = (&from.name.value, &to.name.value);
    let why = format!("`{asks}` looks at the version when it starts, and stops with any other");
    let Some(found) = found else {
        let message = format!("`{serves}` has no extension `{name}`, which `{asks}` asks of its database");
        let here = subject.line(to.name.origin)?;
        let problem = RULE.at(here, message).related(place, "the flow").why(why);
        let help = format!("write `settings: {{ extensions: {{ {name}: … }} }}` with a version of `{range}`");
        return Some(problem.help(help).about(serves));
    };
    let version = Version::parse(found.as_str()?).ok()?;
    if wanted.matches(&version) {
        return None;
    }
    let here: Span = subject.line(found.origin)?;
    let message = format!("`{name}` {version} of `{serves}` does not do for `{asks}`, which asks for `{range}`");
    let mut problem = RULE.at(here, message).related(place, "the flow").why(why);
    if let Some(version) = from.version.as_ref().and_then(|version| subject.line(version.origin)) {
        problem = problem.related(version, "the version that asks for it");
    }
    let help = "take a version in the range, or another one of the component; the range is of that version";
    Some(problem.help(help).about(serves))
}
