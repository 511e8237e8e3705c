//! Revisions that change under the platform.

use crate::diag::{Diagnostic, Kind};
use crate::doc::Doc;
use crate::lint::ComponentFacts;
use crate::lint::facts::ObjectFact;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::source::{Origin, Span};

rule! {
    /// A chart or a repository is followed at no certain version.
    ///
    /// ## What it does
    ///
    /// Looks for `HEAD` as the revision of the repository, and at Applications and ApplicationSets among the manifests: charts
    /// with a range of versions, repositories at `HEAD` or at no revision. Versions of components are always exact.
    ///
    /// ## Why it matters
    ///
    /// What is deployed changes without a commit. `HEAD` is the branch that the server calls its default today.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// repository: { url: https://git.example.org/platform.git, revision: HEAD }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// repository: { url: https://git.example.org/platform.git, revision: main }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Tracking and Deployment Strategies.
    pub(super) static RULE = Kind::new("floating-version", "DV1703"), Supply, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    if let Some(revision) = platform.repository.as_ref().map(|repository| &repository.revision)
        && &*revision.value == "HEAD"
        && matches!(platform.origins.get(revision.origin), Origin::Written { .. })
        && let Some(span) = subject.line(revision.origin)
    {
        out.push(at_head(span, "the platform's repository"));
    }
    for (at, object) in ["Application", "ApplicationSet"].into_iter().flat_map(|kind| subject.objects_of(kind)) {
        let Some(facts) = subject.facts.get(at) else { continue };
        let component = subject.component(at);
        let found = application(facts, object).into_iter();
        out.extend(
            found.map(|problem| component.into_iter().fold(problem, |p, component| p.about(&component.name.value))),
        );
    }
}

fn at_head(span: Span, what: &str) -> Diagnostic {
    RULE.at(span, format!("{what} is followed at `HEAD`"))
        .why("that is the branch which the server calls its default today, and each push to it is deployed")
        .help("name the branch, or better a tag or a commit")
}

/// Judges the sources of an Application, and the repositories that an `ApplicationSet` looks into.
fn application(facts: &ComponentFacts, object: &ObjectFact) -> Vec<Diagnostic> {
    let spec = match &*object.kind {
        "Application" => object.doc.at(&["spec"]),
        _ => object.doc.at(&["spec", "template", "spec"]),
    };
    let several = spec.and_then(|spec| spec.at(&["sources"])).and_then(Doc::as_list);
    let sources = several.into_iter().flatten().chain(spec.and_then(|spec| spec.at(&["source"])));
    let generators = object.doc.at(&["spec", "generators"]).and_then(Doc::as_list);
    let git = generators.into_iter().flatten().filter_map(|generator| generator.at(&["git"]));
    sources
        .filter_map(|source| source_of(facts, source, "targetRevision"))
        .chain(git.filter_map(|git| source_of(facts, git, "revision")))
        .collect()
}

fn source_of(facts: &ComponentFacts, source: &Doc, field: &str) -> Option<Diagnostic> {
    let url = source.at(&["repoURL"])?;
    let revision = source.at(&[field]);
    let text = revision.and_then(Doc::as_str).unwrap_or_default();
    let span = facts.line(revision.unwrap_or(url).origin)?;
    let Some(chart) = source.at(&["chart"]).and_then(Doc::as_str) else {
        let what = format!("repository `{}`", url.as_str()?);
        return match text {
            "HEAD" => Some(at_head(span, &what)),
            "" => Some(at_head(span, &what).label(format!("without `{field}` it is `HEAD`"))),
            _ => None,
        };
    };
    let ranged = text.is_empty()
        || text.contains(['*', '^', '~', '<', '>', '=', '|', ' '])
        || text.split('.').any(|part| part == "x");
    if text.contains("{{") || !ranged {
        return None;
    }
    let problem = RULE
        .at(
            span,
            format!("chart `{chart}` is followed at any version of `{}`", if text.is_empty() { "*" } else { text }),
        )
        .why("a new release of the chart is deployed without a commit");
    Some(problem.help("write one exact version; a bot such as Renovate raises it by a commit"))
}
